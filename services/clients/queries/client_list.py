"""Client list: search, filters, orders, keyset pages.

A page is two statements: the first finds its ids on an index, the second reads what is shown of these rows. The total
is a third, which reads a thousand rows at most.
"""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import UUID as UuidType
from sqlalchemy import Text, and_, any_, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of
from chassis.events.event import rfc3339
from services.clients import rules
from services.clients.models import Client, ClientGroup, ClientTag, Contact, Tag
from services.clients.queries.row_estimates import count_of, estimated_rows
from services.clients.search_text import words_of

# From so many hits on, walking the wanted order meets a page of them sooner than collecting and sorting all hits does.
WALK_FROM = 5000

_TRIGRAM = re.compile(r"[^\W_]{3}")
NEVER_UP = literal_column("timestamptz '9999-01-01 00:00:00+00'")
NEVER_DOWN = literal_column("timestamptz '1970-01-01 00:00:00+00'")


def client_page(
    session: Session,
    *,
    q: str | None,
    group,
    status: str | None,
    tag,
    sort: str,
    limit: int,
    after: str | None,
    before: str | None,
) -> dict:
    """A page of clients as rows of the API's `/clients`, without what billing knows. `group` is an id, "none" or None."""
    source, found = condition_of(session, q or "")
    statement = select(source.id).where(*found, *_filters(source, group, status, tag))
    rows, cursors = fetch_page(
        session, statement, _order(source, rules.ClientSort(sort)), limit=limit, after=after, before=before
    )
    if after is None and before is None and cursors["next"] is None:
        total, exact = len(rows), True
    else:
        total, exact = count_of(session, statement)
    return page_of(_shown(session, [row.id for row in rows]), cursors, total=total, exact=exact)


def _order(source, sort: rules.ClientSort) -> Order:
    """The order `sort` over `source` (the table, or what a search has collected)."""
    descending = sort.startswith("-")
    column, parse = {
        "name": (source.sort_name, str),
        "joined": (source.joined_at, datetime.fromisoformat),
        "last_login": (
            func.coalesce(source.last_login_at, NEVER_DOWN if descending else NEVER_UP),
            datetime.fromisoformat,
        ),
    }[sort.lstrip("-")]
    return Order(f"clients:{sort}", [column, source.id], [parse, UUID], descending)


def _filters(source, group, status, tag) -> list:
    conditions = []
    if group is not None:
        conditions.append(source.group_id.is_(None) if group == "none" else source.group_id == group)
    if status is not None:
        conditions.append(source.status == status)
    if tag is not None:
        conditions.append(source.id.in_(select(ClientTag.client_id).where(ClientTag.tag_id == tag)))
    return conditions


def condition_of(session: Session, typed: str) -> tuple:
    """Where to look, and conditions there, for the words of `typed`, each anywhere; `%` and `_` mean themselves.

    Words of three letters have a trigram index. What has none is looked up in the index of letters and pairs when it is
    rare; when it is common the list is walked, which meets a page of hits at once.
    """
    ways = words_of(typed)
    if not ways:
        return Client, []
    found = or_(*(_all_in(Client.search_text, words) for words in ways))
    if all(any(map(_TRIGRAM.search, words)) for words in ways):
        return Client, [found]
    words, *runs = ways
    grams = sorted({gram for word in words for gram in _grams(word)})
    indexed = func.search_grams(Client.search_text).op("@>")(cast(array(grams), ARRAY(Text)))
    if estimated_rows(session, select(Client.id).where(indexed)) >= WALK_FROM:
        return Client, [found]
    short = and_(indexed, *(func.strpos(Client.search_text, word) > 0 for word in words))
    hits = (
        select(Client.id, Client.sort_name, Client.joined_at, Client.last_login_at, Client.group_id, Client.status)
        .where(or_(short, *(_all_in(Client.search_text, run) for run in runs)))
        .cte("hits")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return hits.c, []


def _all_in(column, words: list[str]):
    return and_(*(column.contains(word, autoescape=True) for word in words))


def _grams(word: str) -> list[str]:
    return [word] if len(word) == 1 else [word[i : i + 2] for i in range(len(word) - 1)]


_TAGS = (
    select(func.json_agg(func.json_build_object("id", Tag.id, "name", Tag.name, "colour", Tag.colour)))
    .select_from(ClientTag)
    .join(Tag)
    .where(ClientTag.client_id == Client.id)
    .scalar_subquery()
)
_SHOWN = (
    select(
        Client.id,
        Client.company,
        Client.last_login_at,
        Client.joined_at,
        Client.status,
        Contact.first_name,
        Contact.last_name,
        Contact.email,
        ClientGroup.id.label("group_id"),
        ClientGroup.name.label("group_name"),
        ClientGroup.colour.label("group_colour"),
        _TAGS.label("tags"),
    )
    .join(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .where(Client.id == any_(bindparam("ids", type_=ARRAY(UuidType))))
)


def _shown(session: Session, ids: list[UUID]) -> list[dict]:
    """The rows of `ids`, in their order."""
    found = {row.id: _row(row) for row in session.execute(_SHOWN, {"ids": ids})} if ids else {}
    return [found[one] for one in ids if one in found]


def _row(row) -> dict:
    return {
        "id": str(row.id),
        "name": rules.shown_name(row.company, row.first_name, row.last_name),
        "company": row.company,
        "contact_name": f"{row.first_name} {row.last_name}",
        "email": row.email,
        "group": group_badge(row),
        "tags": sorted(row.tags or [], key=lambda tag: tag["name"]),
        "status": row.status,
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at),
        "joined_at": rfc3339(row.joined_at),
    }


def group_badge(row) -> dict | None:
    """`{id, name, colour}` of a row's group, or None."""
    return row.group_id and {"id": str(row.group_id), "name": row.group_name, "colour": row.group_colour}
