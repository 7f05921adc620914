"""An unexpected error in any service: a sentence and the request's id outside, everything else in the log alone."""

import json
from types import SimpleNamespace

import pytest
from sqlalchemy import text

import services.audit.queries.activity
import services.billing.queries.subscriptions
import services.clients.queries.notes
import services.support.queries.tickets
from tests.conftest import STAFF_EMAIL, STAFF_PASSWORD
from tests.support.staff_session import StaffBrowser

SECRET = "canary_of_a_statement"
BROKEN = {
    "notes": (services.clients.queries.notes, "note_page"),
    "services": (services.billing.queries.subscriptions, "list_subscriptions"),
    "tickets": (services.support.queries.tickets, "tickets"),
    "activity": (services.audit.queries.activity, "activity"),
}


def fails(session, *_arguments, **_named):
    """Stands for a query with a fault: the database's error has the statement and its values in its text."""
    session.execute(text(f"SELECT {SECRET} FROM nowhere WHERE card = :card"), {"card": SECRET})


@pytest.fixture
def logged(monkeypatch) -> list[dict]:
    """What the RPC methods log."""
    records: list[dict] = []
    keep = SimpleNamespace(error=lambda event, **fields: records.append(fields), warning=lambda event, **fields: None)
    monkeypatch.setattr("chassis.rpc.server.log", keep)
    return records


@pytest.mark.parametrize("section", BROKEN)
def test_an_error_in_a_service_is_an_id_outside_and_a_stack_in_the_log_alone(system, section, monkeypatch, logged):
    client = system.new_client()
    person = StaffBrowser(system.origin)
    person.sign_in(STAFF_EMAIL, STAFF_PASSWORD)
    monkeypatch.setattr(*BROKEN[section], fails)
    answer = system.get(f"/clients/{client['id']}/{section}")
    assert answer.status_code == 500
    problem = answer.json()
    assert (problem["code"], problem["detail"], problem["errors"]) == ("internal", "", [])
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    page = person.get(f"/admin/clients/{client['id']}/{section}")
    for outside in (json.dumps(problem), str(answer.headers), page.text, str(page.headers)):
        assert SECRET not in outside and "Traceback" not in outside and "psycopg" not in outside
    assert all(SECRET in str(record["exc_info"]) for record in logged) and len(logged) >= 2
