"""Statements of an import: as many for a call's rows, and for a batch's, as for one of them."""

import pytest
from sqlalchemy import event, func, select, text

from services.clients.commands.imports.open import open_import, stage_import_rows, start_import
from services.clients.commands.imports.work_off import ROWS_A_BATCH, import_step
from services.clients.models import Client
from services.clients.tests.imports.test_import import ROW


@pytest.fixture
def sent(session):
    """`sent(act)`: the statements that `act()` sends, those that are sent once for each row as often."""
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.extend([" ".join(statement.split())[:40]] * (len(parameters) if isinstance(parameters, list) else 1))

    event.listen(session.bind, "before_cursor_execute", note)

    def during(act) -> list[str]:
        seen.clear()
        act()
        return list(seen)

    return during


@pytest.fixture
def staging(open_uow):
    """`staging(first, number)`: an import of so many new clients, and the call that stages them."""

    def stage(first: int, number: int):
        file = {"name": "clients.csv", "columns": list(ROW)}
        import_id = open_import(open_uow, source="csv", allow_duplicate_email=False, file=file)["id"]
        rows = [
            {"line": line, "values": {**ROW, "external_id": str(line), "email": f"a{line}@example.com"}}
            for line in range(first, first + number)
        ]
        return import_id, lambda: stage_import_rows(open_uow, import_id=import_id, rows=rows)

    return stage


def test_many_rows_are_staged_and_imported_by_as_many_statements_as_one(session, open_uow, staging, sent):
    found = []
    for first, number in ((2, 1), (1002, ROWS_A_BATCH)):
        import_id, stage = staging(first, number)
        staged = sent(stage)
        start_import(open_uow, import_id=import_id, mapping=None)
        found.append((staged, sent(lambda: import_step(session))))
        import_step(session)
    assert found[1] == found[0]
    assert session.scalar(select(func.count()).select_from(Client)) == 1 + ROWS_A_BATCH


def test_the_search_indexes_take_new_clients_by_batches(session):
    found = session.scalars(
        text("SELECT reloptions FROM pg_class WHERE relname IN ('ix_clients_search', 'ix_clients_grams')")
    )
    assert [dict(one.split("=") for one in options)["fastupdate"] for options in found] == ["on", "on"]
