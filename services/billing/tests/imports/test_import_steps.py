"""An import's steps without a bus: what one replica does when another overtakes it, and when a call fails in
between."""

import uuid
from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.commands.imports.open import open_import, stage_import_rows, start_import
from services.billing.commands.imports.work_off import import_step
from services.billing.models import Invoice
from services.billing.queries.imports import get_import
from tests.support.billing_rows import client_terms

TODAY = date(2026, 11, 22)
INVOICES = 60


class KnownClients:
    """Answers as the clients service would, for one client; `before` runs when external ids are resolved."""

    def __init__(self, client_id: str, before=lambda: None):
        self.client_id, self.before = client_id, before

    def import_has_ended(self, import_id):
        return True

    def resolve(self, source, external_ids):
        self.before()
        return dict.fromkeys(external_ids, self.client_id)

    def for_billing(self, client_ids):
        return {client_id: client_terms(currency="USD") for client_id in client_ids}


@pytest.fixture
def started(session, open_uow_as, make_caller):
    """The id of an import of INVOICES invoices that has just been started."""
    import_id, caller = uuid.uuid4(), make_caller()
    paid = {
        "client_external_id": "7",
        "issue_date": "2021-01-01",
        "status": "paid",
        "currency_code": "USD",
        "total": "0.99",
    }
    track = {"description": "Track", "quantity": "1", "unit_price": "0.99"}
    invoices = [{"line": n, "values": {"external_id": str(n), **paid}} for n in range(1, INVOICES + 1)]
    lines = [{"line": n, "values": {"invoice_external_id": str(n), **track}} for n in range(1, INVOICES + 1)]
    open_import(open_uow_as(caller, "open"), import_id=import_id, source="csv", files={})
    stage_import_rows(open_uow_as(caller, "stage"), import_id=import_id, kind="invoices", rows=invoices)
    stage_import_rows(open_uow_as(caller, "stage"), import_id=import_id, kind="invoice_lines", rows=lines)
    start_import(open_uow_as(caller, "start"), import_id=import_id, mappings={})
    return import_id


def finish(session, clients) -> None:
    """Step until there is nothing left to do."""
    while import_step(session, clients_for=lambda cause: clients, seller=None, today=TODAY):
        pass


def whole(session, import_id) -> bool:
    """Every invoice in, once, numbered without a gap, and published once."""
    session.rollback()
    numbers = session.scalars(select(Invoice.number).order_by(Invoice.number)).all()
    published = session.scalar(select(func.count()).where(outbox.c.type == "invoice.imported.v1"))
    files = [(file["rows"], file["imported"], file["failed"]) for file in get_import(session, import_id)["files"]]
    return numbers == list(range(1, INVOICES + 1)) and published == INVOICES and files == [(INVOICES, INVOICES, 0)] * 2


def test_a_calls_rows_are_staged_by_one_statement(session, open_uow_as, make_caller):
    import_id, caller, sent = uuid.uuid4(), make_caller(), []
    open_import(open_uow_as(caller, "open"), import_id=import_id, source="csv", files={})
    event.listen(session.bind, "before_cursor_execute", lambda *given: sent.append((given[2], given[5])))
    rows = [{"line": n, "values": {"external_id": str(n)}} for n in range(1, 101)]
    stage_import_rows(open_uow_as(caller, "stage"), import_id=import_id, kind="invoices", rows=rows)
    assert [many for statement, many in sent if "INSERT INTO invoice_import_rows" in statement] == [False]
    assert get_import(session, import_id)["files"][0]["rows"] == 100


def test_a_replica_that_was_overtaken_in_its_step_doubles_nothing(session, databases, started):
    engine = make_engine(databases("billing").app_url, pool_size=1)
    client_id, overtaken = str(uuid.uuid4()), []

    def overtake():
        if not overtaken:
            overtaken.append(True)
            with Session(engine, expire_on_commit=False, autoflush=False) as other:
                finish(other, KnownClients(client_id))

    finish(session, KnownClients(client_id, overtake))
    engine.dispose()
    assert overtaken and whole(session, started)


def test_a_step_that_cannot_reach_the_clients_leaves_all_as_it_was_and_goes_on_later(session, started):
    client_id, answers = str(uuid.uuid4()), iter([False, True])

    def away_once():
        if not next(answers, True):
            raise ServiceProblem("unavailable", "clients did not answer in time.")

    clients = KnownClients(client_id, away_once)
    with pytest.raises(ServiceProblem):
        import_step(session, clients_for=lambda cause: clients, seller=None, today=TODAY)
    session.rollback()
    assert get_import(session, started)["files"][0]["imported"] == 0
    finish(session, clients)
    assert whole(session, started)


def test_an_import_that_waits_does_not_hold_up_the_next(session, open_uow_as, make_caller, started):
    class Waiting(KnownClients):
        def import_has_ended(self, import_id):
            return import_id != blocked

    caller, blocked = make_caller(), uuid.uuid4()
    open_import(open_uow_as(caller, "open 2"), import_id=blocked, source="csv", files={})
    start_import(open_uow_as(caller, "start 2"), import_id=blocked, mappings={})
    finish(session, Waiting(str(uuid.uuid4())))
    assert get_import(session, started)["status"] == "done"
    assert get_import(session, blocked)["status"] == "running"
