"""Plans of the log of all clients."""

from sqlalchemy import create_engine, event, text

from chassis.db.engine import driver_url
from services.audit.commands.append import append
from services.audit.queries import all_activity
from tests.support.audit_events import message


def test_what_a_rare_kind_of_actor_did_is_found_in_its_order_without_reading_the_rest(session_of, databases):
    session, sent = session_of("audit"), []
    rare = {"kind": "system", "id": "billing", "name": None}
    append(session, events=[message(sequence=n, **({} if n % 400 else {"actor": rare})) for n in range(1, 2001)])
    session.commit()
    owner = create_engine(driver_url(databases("audit").superuser_url))
    with owner.begin() as connection:
        connection.execute(text("ANALYZE entries"))
    owner.dispose()
    event.listen(session.bind, "before_cursor_execute", lambda *given: sent.append(given[2:4]))
    page = all_activity.page(session, limit=25, after=None, before=None, actor="system")
    assert len(page["data"]) == 5
    for statement, values in list(sent):
        plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
        assert "ix_entries_actor_kind_occurred_at" in plan and "Sort" not in plan, plan
