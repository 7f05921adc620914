"""Deleting what is older than its retention: a bounded number of rows at a time, passing over those that somebody holds."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, bindparam, delete, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.db.base import Base

TOO_OLD = func.now() - func.make_interval(0, 0, 0, bindparam("days"))

Forget = Callable[[Session, int, int], int]
"""(session, days, most) → how many rows were deleted, `most` at most, of those that are older than so many days."""

# The app role may not delete from these two by itself. What it may forget is older than any queue or retry holds it: a
# key for fewer days would let a command that is sent again take effect again. Ids of events are UUIDv7, which begin with
# their time, so the primary key finds the old ones.
FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION forget_idempotency_keys(days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE gone integer;
BEGIN
  IF days < 30 THEN RAISE EXCEPTION 'idempotency keys are kept for 30 days at least' USING ERRCODE = '42501'; END IF;
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(days => days)
    ORDER BY created_at LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$
""",
    """
CREATE OR REPLACE FUNCTION forget_inbox(days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  moment timestamptz := now() - make_interval(days => days);
  bound uuid := (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
  one text := (SELECT min(consumer) FROM inbox);
  total integer := 0;
  gone integer;
BEGIN
  IF days < 30 THEN RAISE EXCEPTION 'the inbox is kept for 30 days at least' USING ERRCODE = '42501'; END IF;
  WHILE one IS NOT NULL AND total < most LOOP
    DELETE FROM inbox WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM inbox WHERE consumer = one AND event_id < bound AND received_at < moment
      ORDER BY event_id LIMIT most - total FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    one := (SELECT min(consumer) FROM inbox WHERE consumer > one);
  END LOOP;
  RETURN total;
END $$
""",
)


def rows_over(since: InstrumentedAttribute, *where: ColumnElement[bool]) -> Forget:
    """Forgets rows of the table of `since` that were over by that moment, and of which `where` holds."""
    return rows_where(since.class_, since < TOO_OLD, *where)


def rows_where(model: type[Base], *where: ColumnElement[bool]) -> Forget:
    """Forgets rows of a table of which `where` holds; TOO_OLD is the moment before which something is too old."""
    table = model.__table__
    key = list(table.primary_key.columns)
    some = select(*key).where(*where).limit(bindparam("most")).with_for_update(skip_locked=True, of=table).cte("over")
    statement = delete(table).where(*(column == some.c[column.name] for column in key))
    return lambda session, days, most: session.execute(statement, {"days": days, "most": most}).rowcount


def _by_function(name: str) -> Forget:
    statement = text(f"SELECT {name}(:days, :most)")
    return lambda session, days, most: session.scalar(statement, {"days": days, "most": most})


EVERYWHERE: dict[str, tuple[Forget, ...]] = {
    "idempotency-keys": (_by_function("forget_idempotency_keys"),),
    "inbox": (_by_function("forget_inbox"),),
}
"""What every service forgets, by the name of its period."""
