"""Rendering: pages and fragments from the templates; the context of each is described in `gateway/templates/README.md`.

Everything is escaped unless a function of ours made it markup; a variable that is needed but was not given raises.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from gateway.ui import assets, charts, formatting
from gateway.ui.activity_links import action_text, entity_url, short_id
from gateway.ui.columns import text_of
from gateway.ui.icons import ICONS
from gateway.ui.linked_text import coded, linked, spoken
from gateway.ui.marks import marked
from gateway.ui.paging import rows_before, rows_shown
from gateway.ui.profile_fields import LABELS, fields, in_words
from gateway.ui.template_environment import TemplateEnvironment

_SPRITE = "vendor/tabler-sprite.svg"


@dataclass(frozen=True)
class Frame:
    """The frame of a page: what it knows of its request beside its context. `path` has the query; `viewer` is None before sign-in.

    `portal` is None on the admin's pages; in the portal it names the client, and the impersonation of a staff member.
    """

    path: str
    viewer: dict | None = None
    csrf_token: str = ""
    theme: str | None = None
    portal: dict | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def today(self) -> date:
        """Today in UTC."""
        return self.now.date()

    def seconds_until(self, moment: str) -> int:
        """Whole seconds from now to an RFC 3339 time, 0 when it is past."""
        return max(0, int((formatting.parse_time(moment) - self.now).total_seconds()))

    @property
    def dark(self) -> bool:
        """True when the viewer chose the dark theme."""
        return self.theme == "dark"

    @property
    def language(self) -> str:
        """The language that the client chose, as whose readers a page of the portal writes dates and numbers."""
        return ((self.portal or {}).get("client") or {}).get("language", "")

    def may(self, permission: str) -> bool:
        """True unless the viewer's permissions are known and lack this one; only decides what is shown."""
        allowed = (self.viewer or {}).get("permissions")
        return allowed is None or permission in allowed


def page(name: str, frame: Frame, **variables) -> str:
    """The whole document of a template."""
    layout = "layouts/portal.html" if frame.portal else "layouts/shell.html" if frame.viewer else "layouts/plain.html"
    return _render(name, frame, layout, variables)


def fragment(name: str, frame: Frame, **variables) -> str:
    """The answer to an htmx request: the content of the target and what changes out of band."""
    return _render(name, frame, "layouts/fragment.html", variables)


def _render(name: str, frame: Frame, layout: str, variables: dict) -> str:
    whole = layout != "layouts/fragment.html"
    with formatting.written_in(frame.language):
        return _environment.get_template(name).render(frame=frame, layout=layout, whole=whole, **variables).strip()


def link(path: str, **query: str | None) -> str:
    """A path with those query fields that hold something, in the order given; `from_` stands for `from`."""
    held = [(key.rstrip("_"), value) for key, value in query.items() if value]
    return f"{path}?{urlencode(held)}" if held else path


@lru_cache(maxsize=1024)
def icon(name: str) -> Markup:
    """An icon of the sprite in the ink of its text, silent to a screen reader; ValueError for an unknown one."""
    if name not in ICONS:
        raise ValueError(f"no icon {name!r} in the sprite")
    return Markup(f'<svg class="i" aria-hidden="true"><use href="{assets.url(_SPRITE)}#{name}"/></svg>')


@lru_cache(maxsize=1024)
def state(slug: str) -> Markup:
    """A state as a mark and a word."""
    return Markup(f'<span class="st {escape(slug.replace("_", "-"))}">{escape(formatting.words(slug))}</span>')


@lru_cache(maxsize=1024)
def swatch(value: str | None, shape: str = "group") -> Markup:
    """An admin's colour as a mark (square of a group, dot of a tag) and, for a group, as tint behind its name."""
    fill = formatting.colour(value)
    if shape == "tag":
        return Markup(f'<svg class="k" aria-hidden="true" fill="{fill}"><circle cx="4" cy="4" r="4"/></svg>')
    return Markup(
        f'<svg class="kt" aria-hidden="true" fill="{fill}"><rect class="t" width="100%" height="100%"/>'
        '<rect class="s" x="6" y="7" width="8" height="8" rx="2"/></svg>'
    )


def group_badge(group: dict | None) -> Markup:
    """The group's name on its colour's tint; a quiet dash for no group."""
    if not group:
        return dash("No group")
    return Markup(f'<span class="group">{swatch(group["colour"])}<bdi>{escape(group["name"])}</bdi></span>')


def tag_badge(tag: dict) -> Markup:
    """A tag's name beside a dot in its colour."""
    return Markup(f'<span class="ctag">{swatch(tag["colour"], "tag")}<bdi>{escape(tag["name"])}</bdi></span>')


def bdi(value: object) -> Markup:
    """Text that somebody typed, escaped and kept from turning the direction of what stands around it."""
    return Markup(f"<bdi>{escape(value)}</bdi>")


@lru_cache(maxsize=1024)
def dash(message: str = "Nothing") -> Markup:
    """The quiet dash, with what it means for a screen reader."""
    mark = f'<span aria-hidden="true">{formatting.DASH}</span>'
    return Markup(f'<span class="mute">{mark}<span class="sr">{escape(message)}</span></span>')


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs: stretches between empty lines."""
    return [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def by_day(entries: list[dict]) -> list[tuple[str, list[dict]]]:
    """Entries of the log under their UTC date, both in the order given."""
    return [(when, list(rows)) for when, rows in groupby(entries, key=lambda entry: entry["occurred_at"][:10])]


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00))?", re.ASCII)
_SLUG_FIELDS = {"status", "priority", "role", "kind", "billing_cycle", "visibility", "type"}


def value_text(value: object, of: str = "") -> Markup:
    """The old or new value of the field `of`, whatever its type, as isolated text; states read as words."""
    if of in _SLUG_FIELDS and isinstance(value, str):
        return bdi(formatting.words(value))
    if isinstance(value, str) and (when := _when(value)):
        return bdi(when)
    if isinstance(value, bool):
        return bdi("Yes" if value else "No")
    if isinstance(value, dict):
        return _object_text(value)
    if isinstance(value, list):
        return Markup(", ").join(value_text(part) for part in value)
    return bdi(value)


def _when(text: str) -> str | None:
    """A day or a time in UTC as people read it; None for any other text."""
    try:
        if _MOMENT.fullmatch(text):
            return formatting.day(text) if len(text) == 10 else f"{formatting.moment(text)} UTC"
    except ValueError:
        pass
    return None


def _object_text(value: dict) -> Markup:
    """Money, a value that was too long for its event, or anything else by its names."""
    if {"amount", "currency"} == value.keys():
        return bdi(formatting.money(value))
    if {"excerpt", "length", "sha256"} == value.keys():
        length = formatting.plural(value["length"], "character")
        return Markup('{} <span class="mute" title="SHA-256 {}">{}</span>').format(
            bdi(value["excerpt"]), value["sha256"], f"({length})"
        )
    return bdi(", ".join(f"{formatting.words(key)} {part}" for key, part in value.items() if part not in (None, "")))


def option_pair(row: dict) -> tuple[str, str]:
    """A group or tag as (value, text) of a choice."""
    return row["id"], row["name"]


def invoice_pair(row: dict) -> tuple[str, str]:
    """A published invoice as (value, text) of a choice."""
    return row["id"], f"{row['number']}, {formatting.words(row['status']).lower()}"


def word_pair(slug: str) -> tuple[str, str]:
    """A state as (value, text) of a choice."""
    return slug, formatting.words(slug)


def same_pair(name: str) -> tuple[str, str]:
    """A name that stands for itself as (value, text) of a choice."""
    return name, name


def language_pair(code: str) -> tuple[str, str]:
    """A language as (value, text) of a choice."""
    return code, formatting.language_name(code)


def code_pair(pair: tuple[str, str]) -> tuple[str, str]:
    """A coded name as a choice that shows both: ("GBP", "GBP, British Pound")."""
    return pair[0], f"{pair[0]}, {pair[1]}"


def fresh_key() -> str:
    """An idempotency key for a form that stands on a page: sending it twice acts once."""
    return secrets.token_urlsafe(24)


def page_path(frame: Frame) -> str:
    """The path of this request without its query."""
    return urlsplit(frame.path).path


_FORMATS = (
    "money",
    "signed_money",
    "is_zero",
    "is_negative",
    "negated",
    "day",
    "long_day",
    "moment",
    "timestamp",
    "clock",
    "day_heading",
    "short_moment",
    "ago",
    "from_today",
    "days_between",
    "count",
    "plural",
    "initials",
    "words",
    "quantity",
    "lasting",
    "percent",
    "country_name",
    "language_name",
)


def _make_environment() -> TemplateEnvironment:
    environment = TemplateEnvironment()
    environment.filters.update({name: getattr(formatting, name) for name in _FORMATS})
    environment.filters.update(
        bdi=bdi,
        coded=coded,
        linked=linked,
        spoken=spoken,
        marked=marked,
        paragraphs=paragraphs,
        by_day=by_day,
        value_text=value_text,
        short_id=short_id,
        option_pair=option_pair,
        invoice_pair=invoice_pair,
        language_pair=language_pair,
        code_pair=code_pair,
        word_pair=word_pair,
        same_pair=same_pair,
    )
    environment.globals.update(
        icon=icon,
        state=state,
        group_badge=group_badge,
        tag_badge=tag_badge,
        dash=dash,
        link=link,
        static_url=assets.url,
        page_path=page_path,
        rows_before=rows_before,
        rows_shown=rows_shown,
        entity_url=entity_url,
        action_text=action_text,
        fresh_key=fresh_key,
        charts=charts,
        countries=formatting.countries,
        currencies=formatting.currencies,
        profile_fields=fields,
        profile_labels=LABELS,
        profile_text=in_words,
        column_text=text_of,
    )
    return environment


_environment = _make_environment()
