"""Reading the log of one client: a page of it, and what its record's Overview shows."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Date, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, fetch_page, page_of
from chassis.events.event import rfc3339
from services.audit.models import ChainArchive, ChainHead, Entry
from services.audit.queries.words import in_time, says
from services.audit.rules import ACTOR_KINDS
from services.audit.sentences import action_of, changes_of, references_of

COUNTED = 1000
RECENT = 6
DAYS = 18 * 7

ROW = (
    Entry.event_id,
    Entry.seq,
    Entry.type,
    Entry.category,
    Entry.occurred_at,
    Entry.actor_kind,
    Entry.actor_id,
    Entry.acting_as,
    Entry.entity_type,
    Entry.entity_id,
    Entry.cause,
    Entry.facts,
    Entry.changes,
    Entry.personal,
    Entry.hash,
)
NEWEST_FIRST = Order("activity", [Entry.seq], [int], descending=True)

_IS_OF_CHAIN = Entry.chain == bindparam("chain")
_PAGE = CompiledPage(select(*ROW).where(_IS_OF_CHAIN), NEWEST_FIRST)
_NEWEST = CompiledSelect(select(*ROW).where(_IS_OF_CHAIN).order_by(Entry.seq.desc()).limit(RECENT))
_DAY = cast(func.timezone("UTC", Entry.occurred_at), Date)
_DAYS = CompiledSelect(
    select(_DAY, func.count())
    .where(_IS_OF_CHAIN, Entry.occurred_at >= bindparam("first"))
    .group_by(_DAY)
    .order_by(_DAY)
)
_LENGTH = CompiledSelect(
    select(ChainHead.seq - func.coalesce(ChainArchive.seq, 0))
    .outerjoin(ChainArchive, ChainArchive.chain == ChainHead.chain)
    .where(ChainHead.chain == bindparam("chain"))
)


def activity(
    session: Session,
    chain: str,
    *,
    limit: int,
    after: str | None,
    before: str | None,
    q: str | None = None,
    actor: str | None = None,
    cause: str | None = None,
    entity: str | None = None,
    below: int | None = None,
    **filters,
) -> dict:
    """A page of `chain`, newest first, as the API's list; `total` is exact up to COUNTED entries of a
    filter."""
    page = {"limit": limit, "after": after, "before": before, "dump": rows_of}
    conditions = narrowed(session, q=q, **filters)
    if actor is not None:
        conditions.append(by_actor(actor))
    if cause is not None:
        conditions.append(Entry.cause == cause)
    if entity is not None:
        conditions.append(Entry.entity_id == entity)
    if below is not None:
        conditions.append(Entry.seq < below)
    if not conditions:
        rows, cursors = _PAGE.fetch(session, chain=chain, **page)
        return page_of(rows, cursors, total=length(session, chain))
    conditions.append(Entry.chain == chain)
    with in_time(session, q):
        rows, cursors = fetch_page(session, select(*ROW).where(*conditions), NEWEST_FIRST, **page)
        total, exact = counted(session, conditions)
    return page_of(rows, cursors, total=total, exact=exact)


def overview(session: Session, chain: str, *, count_only: bool = False) -> dict:
    """How many entries there are; unless `count_only`, the newest six too, and how many there were on each of the last
    126 days (UTC; only days that had some)."""
    count = {"count": length(session, chain)}
    if count_only:
        return count
    return {"recent": rows_of(_NEWEST.all(session, chain=chain)), "days": _days(session, chain), **count}


def length(session: Session, chain: str) -> int:
    """How many entries of a chain are kept here, those in archives left out."""
    return _LENGTH.scalar(session, chain=chain) or 0


def rows_of(rows: list) -> list[dict]:
    """Entries as rows of the API's `/activity`."""
    return [row_of(row) for row in rows]


def row_of(row) -> dict:
    """An entry as a row of the API's `/activity`; what an erasure has taken away is null, or named as erased where a name
    must be."""
    personal = row.personal or {}
    return {
        "id": str(row.event_id),
        "seq": row.seq,
        "occurred_at": rfc3339(row.occurred_at),
        "actor": {"kind": row.actor_kind, "id": row.actor_id, "name": _name_of_actor(row, personal)},
        "acting_as": row.acting_as
        and {
            "id": row.acting_as,
            "contact_id": row.acting_as,
            "name": _value(personal, "acting_as_name") or "Erased person",
        },
        "action": action_of(row.type, row.facts, personal, row.changes),
        "type": row.type,
        "category": row.category,
        "references": references_of(row.entity_type, row.entity_id, row.facts),
        "entity": {"type": row.entity_type, "id": row.entity_id},
        "changes": changes_of(row.changes, personal),
        "ip": _value(personal, "ip"),
        "cause": row.cause,
        "hash": bytes(row.hash).hex(),
    }


def narrowed(
    session: Session,
    *,
    q: str | None = None,
    category: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list:
    """The conditions of the filters that every list and export of entries has."""
    conditions = [] if q is None else [says(session, q)]
    if category is not None:
        conditions.append(Entry.category == category)
    if since is not None:
        conditions.append(Entry.occurred_at >= since)
    if until is not None:
        conditions.append(Entry.occurred_at < until)
    return conditions


def by_actor(actor: str) -> ColumnElement[bool]:
    """Done by a kind of actor, by the person or service of an id, or by those whose name has `actor` in it."""
    if actor.lower() in ACTOR_KINDS:
        return Entry.actor_kind == actor.lower()
    name = Entry.personal["actor_name"]["value"].astext
    return or_(
        Entry.actor_id == actor, Entry.acting_as == actor, func.lower(name).contains(actor.lower(), autoescape=True)
    )


def counted(session: Session, conditions: list) -> tuple[int, bool]:
    """How many entries there are, counted no further than COUNTED; and whether that is all of them."""
    some = select(Entry.seq).where(*conditions).limit(COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some))
    return min(count, COUNTED), count <= COUNTED


def _days(session: Session, chain: str) -> list[dict]:
    first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    counts = _DAYS.all(session, chain=chain, first=first)
    return [{"date": date.isoformat(), "count": count} for date, count in counts]


def _name_of_actor(row, personal: dict) -> str:
    if row.actor_kind == "system":
        return "System"
    nobody = "Somebody" if row.actor_kind == "anonymous" else "Erased person"
    return _value(personal, "actor_name") or nobody


def _value(personal: dict, name: str):
    return personal.get(name, {}).get("value")
