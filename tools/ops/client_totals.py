"""Totals of clients in the list, a read model, beside those that billing keeps: compared, and brought up to date.

    python -m tools.ops.client_totals [--if-needed]      rebuild them, with the owners' roles (CLIENTS_OWNER_DATABASE_URL …)

Billing's totals go into a table of the session in the clients' database, with the sequence that they are after, in
batches of JSON that the databases write and read; what is newer here stays. A rebuild also says that all of billing's
events up to then are applied.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, text

from chassis.db.engine import driver_url
from chassis.secret_files import fill_in_secrets
from services.billing.commands.accounts.progress import LAST_PUBLISHED
from services.clients.commands.totals import COLUMNS, RECORD
from services.clients.queries.totals import CONSUMER

BATCH = 20_000

_NAMES = ", ".join(COLUMNS)
# The last by id may wait to be published; the last that was published is the one that billing names, of a seed too.
_SNAPSHOT = text(f"""
    SELECT statement_timestamp() AS at,
           ARRAY((SELECT event_id FROM outbox ORDER BY id DESC LIMIT 1) UNION ({LAST_PUBLISHED})) AS event_ids""")
_OUT = text(f"""
    SELECT max(client_id::text) AS last, json_agg(one)::text AS rows FROM (
      SELECT client_id, coalesce(streams.sequence, 0) AS sequence, {_NAMES}
      FROM client_totals LEFT JOIN streams ON streams.stream = client_id::text
      WHERE client_id > CAST(:after AS uuid) ORDER BY client_id LIMIT {BATCH}) one""")
_TABLE = text(f"CREATE TEMPORARY TABLE theirs {RECORD} ON COMMIT DROP")
_IN = text(f"INSERT INTO theirs SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS one{RECORD}")
_OURS, _THEIRS = (", ".join(f"{table}.{name}" for name in COLUMNS) for table in ("ours", "theirs"))
# What is applied here and was recorded there since the copy was taken is newer, and no difference.
_DIFFERING = f"""
    FROM theirs WHERE ours.client_id = theirs.client_id AND ours.sequence <= theirs.sequence
    AND (ours.sequence, {_OURS}) IS DISTINCT FROM (theirs.sequence, {_THEIRS})"""
# In the listener's order: two who lock the same rows in two orders wait for each other.
_LOCK = text("SELECT count(*) FROM (SELECT FROM billing_totals ORDER BY client_id FOR UPDATE) locked")
_UPDATE = text(f"UPDATE billing_totals ours SET (sequence, {_NAMES}) = ROW(theirs.sequence, {_THEIRS}) {_DIFFERING}")
_LACKING = """FROM clients WHERE NOT EXISTS (SELECT FROM billing_totals WHERE client_id = clients.id)"""
_OPEN = text(f"INSERT INTO billing_totals (client_id, currency) SELECT id, currency {_LACKING}")
_COMPARE = text(f"""
    SELECT ours.client_id::text, ours.sequence, theirs.sequence AS newest
    FROM billing_totals ours, {_DIFFERING.strip().removeprefix("FROM ")}
    UNION ALL SELECT id::text, 0, 0 {_LACKING}""")
_LATE = text("""
    SELECT DISTINCT stream FROM outbox
    JOIN unnest(CAST(:streams AS text[]), CAST(:sequences AS bigint[])) AS kept (client_id, sequence)
      ON outbox.stream = kept.client_id AND outbox.sequence > kept.sequence
    WHERE recorded_at < now() - CAST(:settled AS interval)""")
_APPLIED = text("INSERT INTO inbox (consumer, event_id) VALUES (:consumer, :event_id) ON CONFLICT DO NOTHING")
_BUILT = text("""
    INSERT INTO billing_totals_progress (one, built, confirmed_at, marked_at) VALUES (true, true, :at, :at)
    ON CONFLICT (one) DO UPDATE SET built = true, confirmed_at = :at, marked_at = :at, marked_event = NULL""")


def differing(engines: dict[str, Engine], settled: str) -> list[str]:
    """Ids of the clients whose totals differ from billing's; an event may take `settled` to arrive before it is missed."""
    with _copied(engines) as (connection, _):
        found = connection.execute(_COMPARE).all()
    wrong = [row.client_id for row in found if row.sequence == row.newest]
    behind = {row.client_id: row.sequence for row in found if row.sequence < row.newest}
    with engines["billing"].connect() as billing:
        given = {"streams": list(behind), "sequences": list(behind.values()), "settled": settled}
        return sorted([*wrong, *(billing.scalars(_LATE, given) if behind else ())])


def rebuild(engines: dict[str, Engine]) -> int:
    """Bring all totals up to date; returns how many differed."""
    with _copied(engines) as (connection, snapshot):
        connection.execute(_OPEN)
        connection.execute(_LOCK)
        renewed = connection.execute(_UPDATE).rowcount
        for event_id in snapshot.event_ids:
            connection.execute(_APPLIED, {"consumer": CONSUMER, "event_id": event_id})
        connection.execute(_BUILT, {"at": snapshot.at})
    return renewed


def is_built(engines: dict[str, Engine]) -> bool:
    """Whether nothing waits to be rebuilt since an upgrade."""
    with engines["clients"].connect() as connection:
        return connection.scalar(text("SELECT built FROM billing_totals_progress")) is True


@contextmanager
def _copied(engines: dict[str, Engine]) -> Iterator[tuple[Connection, object]]:
    """A transaction in the clients' database with billing's totals in the table `theirs`, and what billing had then."""
    with (
        engines["clients"].begin() as connection,
        engines["billing"].connect().execution_options(isolation_level="REPEATABLE READ") as billing,
    ):
        snapshot, after = billing.execute(_SNAPSHOT).one(), str(UUID(int=0))
        connection.execute(_TABLE)
        while (batch := billing.execute(_OUT, {"after": after}).one()).rows is not None:
            connection.execute(_IN, {"rows": batch.rows})
            after = batch.last
        billing.rollback()
        connection.execute(text("ANALYZE theirs"))
        yield connection, snapshot


def engines_of_owners() -> dict[str, Engine]:
    """The two databases by their owners' roles, as the environment names them; a password may stand in a file."""
    return {service: create_engine(driver_url(owner_url(service))) for service in ("clients", "billing")}


def owner_url(service: str) -> str:
    """A service's database by its owner's role, as the environment names it."""
    name = f"{service.upper()}_OWNER_DATABASE"
    given = {"owner_database_url": os.environ[f"{name}_URL"]}
    if file := os.environ.get(f"{name}_PASSWORD_FILE"):
        given["owner_database_password_file"] = file
    return fill_in_secrets(given)["owner_database_url"]


def main(arguments: list[str]) -> int:
    """Rebuild; answers the exit code 0."""
    parser = argparse.ArgumentParser(prog="client_totals", description="Rebuild the totals of the client list.")
    parser.add_argument("--if-needed", action="store_true", help="only where they wait for it since an upgrade")
    given = parser.parse_args(arguments)
    engines = engines_of_owners()
    if not (given.if_needed and is_built(engines)):
        print(f"{rebuild(engines)} totals brought up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
