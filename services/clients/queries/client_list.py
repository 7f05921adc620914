"""Client list: search, filters, orders, keyset pages.

A page is two statements: the first finds its ids on an index, the second reads what is shown of these rows. The total
is a third, which reads a thousand rows at most.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from uuid import UUID

from sqlalchemy import UUID as UuidType
from sqlalchemy import ColumnElement, Select, Text, and_, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, fetch_page, page_of
from chassis.db.row_estimates import estimated_rows
from chassis.events.event import rfc3339
from chassis.filters.faults import order_too_slow
from chassis.listings.patience import within_patience
from chassis.listings.row_counts import CompiledCount, count_in_time, count_of
from chassis.types.text import COLLATION
from services.clients import rules
from services.clients.models import BillingTotals, Client, ClientGroup, ClientTag, Contact, Tag
from services.clients.queries import settings, totals
from services.clients.queries.client_columns import with_columns
from services.clients.queries.client_filters import filter_condition, with_totals
from services.clients.queries.client_orders import has_index, in_order
from services.clients.search_text import words_of

# From so many hits on, walking the wanted order meets a page of them sooner than collecting and sorting all hits does.
WALK_FROM = 5000

_TRIGRAM = re.compile(r"[^\W_]{3}")


def list_clients(session: Session, *, written: dict | None = None, choices: bool = False, **wanted) -> dict:
    """A page of clients, with how far their totals are complete.

    A page that is asked for with what its reader has `written` (`client_id`, `sequence` of billing's event) waits for it
    a moment. `choices` are the groups that it can be filtered by, and the tag that it is.
    """
    seconds = totals.FILTERED_SECONDS if wanted.get("filter") else totals.ARRIVAL_SECONDS
    there = written is None or totals.await_sequence(session, **written, seconds=seconds)
    complete = {**totals.progress(session), "written": there}
    return {
        **client_page(session, **wanted),
        "totals": complete,
        "choices": choices_of(session, wanted["tag"]) if choices else None,
    }


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
    filter: str = "",
    now: datetime | None = None,
    fields: Sequence[str] = (),
    counted: bool = True,
) -> dict:
    """A page of clients as rows of the API's `/clients`. `group` is an id, "none" or None; `filter` is a text of the filter
    language, whose days are those of the time zone of `now`; `fields` are columns that the rows shall have too. A page
    that is not `counted` has no total."""
    page = {"limit": limit, "after": after, "before": before}
    page["dump"] = partial(_dump, session, fields)
    wanted = {"group": group, "status": status, "tag": tag}
    chosen = filter_condition(session, filter, now or datetime.now(UTC))
    if chosen is not None:
        with within_patience(session):
            return _filtered_page(session, *_narrowed(session, chosen, q or "", **wanted), sort, page, counted)
    source, found = condition_of(session, q or "")
    if has_index(sort) and not found and source is Client:
        return _plain_page(session, wanted, sort, page, counted)
    statement = select(source.id).where(*found, *_filters(source, **wanted))
    if not has_index(sort):
        with within_patience(session, order_too_slow):
            rows, cursors = fetch_page(session, *in_order(statement, source, sort), **page)
    else:
        rows, cursors = fetch_page(session, *in_order(statement, source, sort), **page)
    return _with_total(rows, cursors, page, lambda: count_of(session, statement) if counted else (None, False))


def _plain_page(session: Session, wanted: dict, sort: str, page: dict, counted: bool) -> dict:
    """A page without search in an order that has an index: all its statements are compiled once."""
    without_group = wanted["group"] == "none"
    given = {**wanted, "group": None} if without_group else wanted
    values = {name: value for name, value in given.items() if value is not None}
    named = frozenset(values)
    rows, cursors = _compiled_page(sort, without_group, named).fetch(session, **page, **values)
    return _with_total(
        rows,
        cursors,
        page,
        lambda: _compiled_count(without_group, named).of(session, **values) if counted else (None, False),
    )


def _with_total(rows: list, cursors: dict, page: dict, count: Callable[[], tuple[int | None, bool]]) -> dict:
    """The answer of a page; where all rows stand on it, they are the total."""
    whole = page["after"] is None and page["before"] is None and cursors["next"] is None
    total, exact = (len(rows), True) if whole else count()
    return page_of(rows, cursors, total=total, exact=exact)


def count(session: Session, **wanted) -> tuple[int, bool]:
    """How many clients `matching` has, and whether that is exact."""
    with within_patience(session):
        return count_in_time(session, matching(session, **wanted))


def matching(session: Session, *, q: str | None, group, status: str | None, tag, filter: str, now: datetime) -> Select:
    """The ids of all clients that a list with these arguments has, in no order: a select to count, or to put further
    conditions on. Whoever sends it with a `filter` does so `within_patience`."""
    wanted = {"group": group, "status": status, "tag": tag}
    chosen = filter_condition(session, filter, now)
    if chosen is not None:
        return _narrowed(session, chosen, q or "", **wanted)[0]
    source, found = condition_of(session, q or "")
    return select(source.id).where(*found, *_filters(source, **wanted))


def _narrowed(session: Session, chosen: ColumnElement, q: str, **wanted) -> tuple[Select, bool]:
    """The ids of the clients for which `chosen` holds, besides what is `wanted`; whether their totals are joined."""
    source, found = condition_of(session, q)
    among = found if source is Client else [Client.id.in_(select(source.id))]
    return with_totals(select(Client.id).where(*among, *_filters(Client, **wanted), chosen), chosen)


def _filtered_page(session: Session, statement: Select, totals: bool, sort: str, page: dict, counted: bool) -> dict:
    rows, cursors = fetch_page(session, *in_order(statement, Client, sort, with_totals=totals), **page)
    return _with_total(rows, cursors, page, lambda: count_in_time(session, statement) if counted else (None, False))


@cache
def _compiled_page(sort: str, without_group: bool, named: frozenset[str]) -> CompiledPage:
    """The pages of the list without search, filtered by `named`."""
    return CompiledPage(*in_order(_filtered(without_group, named), Client, sort))


@cache
def _compiled_count(without_group: bool, named: frozenset[str]) -> CompiledCount:
    """How many rows that list has."""
    return CompiledCount(_filtered(without_group, named))


def _filtered(without_group: bool, named: frozenset[str]) -> Select:
    binds = {name: bindparam(name) if name in named else None for name in ("group", "status", "tag")}
    group = "none" if without_group else binds["group"]
    return select(Client.id).where(*_filters(Client, group, binds["status"], binds["tag"]))


def choices_of(session: Session, tag: UUID | None) -> dict:
    """What a list can be filtered by: all groups, and the tag that it is filtered by."""
    groups = settings.groups(session, counts=False)["data"]
    tags = [] if tag is None else settings.tags(session, counts=False)["data"]
    return {
        "groups": [{name: group[name] for name in ("id", "name", "colour")} for group in groups],
        "tag": next((one for one in tags if one["id"] == str(tag)), None),
    }


def _filters(source, group, status, tag) -> list:
    conditions = []
    if group is not None:
        without = isinstance(group, str) and group == "none"
        conditions.append(source.group_id.is_(None) if without else source.group_id == group)
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
    short = [words for words in ways if not any(map(_TRIGRAM.search, words))]
    if not short:
        return Client, [found]
    indexed = [_has_grams(words) for words in short]
    if estimated_rows(session, select(Client.id).where(or_(*indexed))) >= WALK_FROM:
        return Client, [found]
    by_grams = (
        and_(grams, *(func.strpos(Client.search_text, word) > 0 for word in words))
        for grams, words in zip(indexed, short, strict=True)
    )
    hits = (
        select(Client.id, Client.sort_name, Client.joined_at, Client.last_login_at, Client.group_id, Client.status)
        .where(or_(*by_grams, *(_all_in(Client.search_text, words) for words in ways if words not in short)))
        .cte("hits")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return hits.c, []


def _has_grams(words: list[str]):
    grams = sorted({gram for word in words for gram in _grams(word)})
    return func.search_grams(Client.search_text).op("@>")(cast(array(grams), ARRAY(Text)))


def _all_in(column, words: list[str]):
    return and_(*(column.contains(word, autoescape=True) for word in words))


def _grams(word: str) -> list[str]:
    return [word] if len(word) == 1 else [word[i : i + 2] for i in range(len(word) - 1)]


_TAG = func.json_build_object("id", Tag.id, "name", Tag.name, "colour", Tag.colour)
TAGS = (
    select(func.json_agg(aggregate_order_by(_TAG, Tag.name.collate(COLLATION), Tag.id)))
    .select_from(ClientTag)
    .join(Tag)
    .where(ClientTag.client_id == Client.id)
    .correlate(Client)
    .scalar_subquery()
)
"""The tags of each client that is read, by name: [{id, name, colour}], None without any."""
_SHOWN = CompiledSelect(
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
        TAGS.label("tags"),
        BillingTotals.currency,
        BillingTotals.active_services,
        BillingTotals.suspended_services,
        BillingTotals.outstanding_minor,
        BillingTotals.overdue_minor,
        BillingTotals.oldest_due_on,
        BillingTotals.credit_minor,
        BillingTotals.next_due_on,
    )
    .join(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
    .join(BillingTotals, BillingTotals.client_id == Client.id)
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .where(Client.id == any_(bindparam("ids", type_=ARRAY(UuidType))))
)


def _dump(session: Session, fields: Sequence[str], rows: list) -> list[dict]:
    return with_columns(session, _shown(session, [row.id for row in rows]), fields)


def _shown(session: Session, ids: list[UUID]) -> list[dict]:
    """The rows of `ids`, in their order."""
    found = {row.id: _row(row) for row in _SHOWN.all(session, ids=ids)} if ids else {}
    return [found[one] for one in ids if one in found]


def _row(row) -> dict:
    return {
        "id": str(row.id),
        "name": rules.shown_name(row.company, row.first_name, row.last_name),
        "company": row.company,
        "contact_name": f"{row.first_name} {row.last_name}",
        "email": row.email,
        "group": group_badge(row),
        "tags": row.tags or [],
        "status": row.status,
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at),
        "joined_at": rfc3339(row.joined_at),
        **totals.totals_of(row),
    }


def group_badge(row) -> dict | None:
    """`{id, name, colour}` of a row's group, or None."""
    return row.group_id and {"id": str(row.group_id), "name": row.group_name, "colour": row.group_colour}
