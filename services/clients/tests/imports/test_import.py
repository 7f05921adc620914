"""Importing clients from a file's rows."""

import csv
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.testing.loop_lag import LIMIT, loop_lag
from chassis.testing.plugin import wait_until
from services.clients.commands.imports.kept import keep_import_file
from services.clients.commands.imports.open import open_import
from services.clients.models import Client, ClientImport, ClientImportRow, Contact, ImportFilePart
from services.clients.service import ClientsService

ROW = {
    "external_id": "1",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann@example.com",
    "company": "",
    "phone": "",
    "address1": "",
    "address2": "",
    "city": "",
    "state": "",
    "postcode": "",
    "country": "DE",
    "currency_code": "EUR",
    "status": "active",
}
CHINOOK = Path(__file__).parents[4] / "tests" / "data" / "chinook" / "clients.csv"


@pytest.fixture
def run_import(service, calls, make_caller):
    """`run_import(rows, **options)`: open, stage, start, and wait for the end; returns the import as it is then."""
    caller = make_caller()

    def run(rows, mapping=None, **options):
        file = {"name": "clients.csv", "columns": list(rows[0])} if rows else None
        opened = calls.call(make_caller(), "clients.open_import", file=file, **options, seconds=5)
        lines = [{"line": number, "values": row} for number, row in enumerate(rows, 2)]
        for start in range(0, len(lines), 500):
            calls.call(
                caller, "clients.stage_import_rows", import_id=opened["id"], rows=lines[start : start + 500], seconds=5
            )
        calls.call(make_caller(), "clients.start_import", import_id=opened["id"], mapping=mapping, seconds=5)
        return ended(calls, make_caller, opened["id"])

    return run


def ended(calls, make_caller, import_id) -> dict:
    def look():
        state = calls.call(make_caller(), "clients.get_import", import_id=import_id, seconds=5)
        return state if state["status"] == "done" else None

    return wait_until(look, "the end of the import", seconds=30)


def counts(state) -> tuple:
    (file,) = state["files"]
    return tuple(file[name] for name in ("rows", "imported", "unchanged", "failed", "warnings"))


def failures(calls, make_caller, state) -> list[tuple]:
    page = calls.call(make_caller(), "clients.list_import_failures", import_id=state["id"], limit=100, seconds=5)
    return [(row["line"], row["column"], row["value"], row["code"], row["reason"]) for row in page["data"]]


def test_a_row_becomes_a_client_with_its_event(run_import, session, calls, make_caller):
    state = run_import([{**ROW, "company": "Lee & Co", "phone": "0711 2842222", "city": "Ulm", "status": "closed"}])
    assert counts(state) == (1, 1, 0, 0, 0)
    billing = make_caller(kind="system")
    found = calls.call(billing, "clients.external_ids_for_billing", source="csv", external_ids=["1", "2"], seconds=5)
    record = calls.call(make_caller(), "clients.get_client", client_id=found["1"], seconds=5)
    assert set(found) == {"1"} and record["name"] == "Lee & Co" and record["status"] == "inactive"
    assert record["profile"]["city"] == "Ulm" and record["profile"]["phone"] == "0711 2842222"
    assert session.scalar(select(Contact.phone_e164)) == "+497112842222"
    event = session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal)).one()
    facts = event.body["facts"]
    assert (event.type, event.body["subject"]) == ("client.imported.v1", found["1"])
    assert (facts["currency"], facts["import_id"], facts["source"], facts["external_id"]) == (
        "EUR",
        state["id"],
        "csv",
        "1",
    )
    assert event.body["actor"]["kind"] == "staff" and event.personal["actor_name"]["value"] == "Ada Staff"
    assert str(session.scalar(select(Client.created_by))) == event.body["actor"]["id"]
    assert event.personal["city"]["value"] == "Ulm"
    assert session.scalar(select(ClientImportRow.values)) is None


def test_importing_again_changes_nothing_and_a_changed_row_fails(run_import, session, calls, make_caller):
    two = {**ROW, "external_id": "2", "email": "bob@example.com"}
    run_import([ROW, two])
    state = run_import([ROW, {**two, "city": "Ulm"}])
    assert counts(state) == (2, 0, 1, 1, 0)
    assert failures(calls, make_caller, state) == [
        (3, "external_id", "2", "changed", "It differs from what was imported before.")
    ]
    assert session.scalar(select(func.count()).select_from(outbox)) == 2


def test_the_same_ids_of_another_source_are_others(run_import, session):
    run_import([ROW])
    assert counts(run_import([ROW], source="old", allow_duplicate_email=True)) == (1, 1, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Client)) == 2


def test_one_id_twice_in_a_file_is_unchanged_or_changed(run_import, calls, make_caller):
    state = run_import([ROW, ROW, {**ROW, "city": "Ulm"}])
    assert counts(state) == (3, 1, 1, 1, 0)
    assert [row[:2] + row[3:4] for row in failures(calls, make_caller, state)] == [(4, "external_id", "changed")]


def test_an_email_that_a_client_has_fails_unless_it_is_meant(run_import, calls, make_caller):
    rows = [{**ROW, "company": "Lee & Co"}, {**ROW, "external_id": "2", "email": "ANN@example.com"}]
    state = run_import(rows)
    assert failures(calls, make_caller, state) == [
        (3, "email", "ANN@example.com", "duplicate", "Lee & Co has this email.")
    ]
    assert counts(run_import(rows, allow_duplicate_email=True)) == (2, 1, 1, 0, 0)


@pytest.mark.parametrize(
    "change, column, code, reason",
    [
        ({"last_name": ""}, "last_name", "required", "Required."),
        ({"email": "moss@"}, "email", "validation", "Not an email address."),
        ({"country": "Atlantis"}, "country", "validation", "Not a two-letter country code of ISO 3166."),
        (
            {"country": "Germny"},
            "country",
            "validation",
            "Not a two-letter country code of ISO 3166. Is Germany (DE) meant?",
        ),
        ({"currency_code": "XBT"}, "currency_code", "validation", "'XBT' is not a currency of ISO 4217."),
        ({"currency_code": "GPB"}, "currency_code", "validation", "'GPB' is not a currency of ISO 4217. Is GBP meant?"),
        (
            {"currency_code": "Euro"},
            "currency_code",
            "validation",
            "'EURO' is not a currency of ISO 4217. Is EUR meant?",
        ),
        ({"status": "frozen"}, "status", "validation", "Use active, suspended, inactive or closed."),
        ({"status": "activ"}, "status", "validation", "Use active, suspended, inactive or closed. Is active meant?"),
        ({"postcode": "0150 Oslo Norway Nordic region"}, "postcode", "validation", "Length must be between 0 and 20."),
        ({"first_name": "a\x07b"}, "first_name", "validation", "Control characters cannot be stored."),
        ({"first_name": "a\x00b"}, "first_name", "validation", "Control characters cannot be stored."),
        (
            {"last_name": "", "currency_code": ""},
            "last_name",
            "required",
            "last_name: Required. currency_code: Required.",
        ),
        ({"(surplus)": "more"}, None, "cells", "The row does not have the 14 cells that the file's first line names."),
    ],
)
def test_a_bad_row_fails_with_its_reason_and_the_good_ones_go_in(
    run_import, calls, make_caller, change, column, code, reason
):
    state = run_import([ROW, {**ROW, "external_id": "2", "email": "x@example.com", **change}])
    assert counts(state)[1:4] == (1, 0, 1)
    ((line, *found),) = failures(calls, make_caller, state)
    assert (line, found[0], found[2], found[3]) == (3, column, code, reason)


def test_a_row_that_is_too_short_fails(run_import, calls, make_caller):
    short = {name: cell for name, cell in ROW.items() if name != "status"}
    assert failures(calls, make_caller, run_import([ROW, {**short, "external_id": "2"}]))[0][3] == "cells"


def test_an_unknown_phone_is_a_warning_and_kept(run_import, session):
    assert counts(run_import([{**ROW, "phone": "ask Ann"}])) == (1, 1, 0, 0, 1)
    assert session.execute(select(Contact.phone, Contact.phone_e164)).one() == ("ask Ann", None)


def test_columns_go_where_the_mapping_sends_them(run_import, session, calls, make_caller):
    row = {
        "cust_no": "7",
        "given": "Ann",
        "surname": "Lee",
        "mail": "ann@example.com",
        "cur": "EUR",
        "state": "active",
        "newsletter": "1",
    }
    mapping = {
        "cust_no": "external_id",
        "given": "first_name",
        "surname": "last_name",
        "mail": "email",
        "cur": "currency_code",
        "state": "status",
    }
    state = run_import([row, {**row, "cust_no": "8", "mail": "nobody"}], mapping=mapping)
    assert session.scalar(select(Client.external_id)) == "7"
    assert failures(calls, make_caller, state) == [(3, "mail", "nobody", "validation", "Not an email address.")]


@pytest.mark.parametrize("mapping", [None, {}, {"a": "email"}, {"a": "password"}, {"a": "email", "b": "email"}])
def test_a_mapping_that_lacks_a_required_field_or_names_none_is_refused(service, calls, make_caller, mapping):
    opened = calls.call(make_caller(), "clients.open_import", file={"name": "x.csv", "columns": ["a", "b"]}, seconds=5)
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "clients.start_import", import_id=opened["id"], mapping=mapping, seconds=5)
    assert refusal.value.errors[0]["pointer"] == "/mapping"


def test_a_file_can_be_read_again_in_another_way_until_the_import_begins(service, calls, make_caller):
    def call(method, **given):
        return calls.call(make_caller(), f"clients.{method}", import_id=opened["id"], seconds=5, **given)

    file = {"name": "c.csv", "columns": ["email;status"], "reading": {"delimiter": ","}}
    opened = calls.call(make_caller(), "clients.open_import", file=file, seconds=5)
    for position, part in enumerate((b"email;status\n", b"a@x.example;active\n")):
        call("keep_import_file", kind="clients", position=position, content=b64encode(part).decode())
    kept = [call("kept_import_file", kind="clients", position=position)["content"] for position in range(3)]
    assert [part and b64decode(part) for part in kept] == [b"email;status\n", b"a@x.example;active\n", None]
    call("stage_import_rows", rows=[{"line": 2, "values": {"email;status": "a@x.example;active"}}])
    again = {"name": "c.csv", "columns": list(ROW), "reading": {"delimiter": ";"}}
    (shown,) = call("restage_import", file=again)["files"]
    assert (shown["rows"], shown["columns"], shown["reading"]) == (0, list(ROW), {"delimiter": ";"})
    call("stage_import_rows", rows=[{"line": 2, "values": ROW}])
    call("start_import")
    assert call("kept_import_file", kind="clients", position=0)["content"] is None
    for method, given in (("restage_import", {"file": again}), ("keep_import_file", PART)):
        with pytest.raises(ServiceProblem) as refusal:
            call(method, **given)
        assert refusal.value.code == "invalid-state"


def test_the_file_of_an_import_that_nobody_begins_is_forgotten_after_a_week(session, open_uow):
    first, second = (
        open_import(open_uow, source="csv", allow_duplicate_email=False, file=None)["id"] for _ in range(2)
    )
    for import_id in (first, second):
        keep_import_file(open_uow, import_id=UUID(import_id), **PART)
    session.execute(
        update(ClientImport).where(ClientImport.id == first).values(created_at=datetime.now(UTC) - timedelta(days=8))
    )
    session.commit()
    open_import(open_uow, source="csv", allow_duplicate_email=False, file=None)
    assert [str(kept) for kept in session.scalars(select(ImportFilePart.import_id))] == [second]


PART = {"kind": "clients", "position": 0, "content": "YQ=="}


def test_a_row_that_could_not_be_read_has_failed_already(service, calls, make_caller, session):
    opened = calls.call(make_caller(), "clients.open_import", file={"name": "x.csv", "columns": list(ROW)}, seconds=5)
    rows = [{"line": 2, "values": {"email": "a"}, "fault": "The row is not CSV."}, {"line": 3, "values": ROW}]
    calls.call(make_caller(), "clients.stage_import_rows", import_id=opened["id"], rows=rows, seconds=5)
    calls.call(make_caller(), "clients.start_import", import_id=opened["id"], seconds=5)
    state = ended(calls, make_caller, opened["id"])
    assert counts(state) == (2, 1, 0, 1, 0)
    assert failures(calls, make_caller, state) == [(2, None, None, "unreadable", "The row is not CSV.")]


def test_what_is_staged_can_be_looked_at_and_a_line_staged_twice_is_one(service, calls, make_caller):
    file = {"name": "clients.csv", "columns": list(ROW)}
    opened = calls.call(make_caller(), "clients.open_import", file=file, source="old", seconds=5)
    for _ in range(2):
        lines = [{"line": number, "values": {**ROW, "external_id": str(number)}} for number in range(2, 7)]
        calls.call(make_caller(), "clients.stage_import_rows", import_id=opened["id"], rows=lines, seconds=5)
    state = calls.call(make_caller(), "clients.get_import", import_id=opened["id"], seconds=5)
    (file,) = state["files"]
    assert (state["status"], state["source"], state["started_at"], file["rows"]) == ("staged", "old", None, 5)
    assert [row["external_id"] for row in file["sample"]] == ["2", "3", "4"] and file["columns"] == list(ROW)


def test_an_import_that_has_begun_takes_no_more_rows_and_one_without_a_file_ends_at_once(
    run_import, calls, make_caller
):
    state = run_import([])
    assert state["files"] == []
    with pytest.raises(ServiceProblem) as refusal:
        rows = [{"line": 2, "values": ROW}]
        calls.call(make_caller(), "clients.stage_import_rows", import_id=state["id"], rows=rows, seconds=5)
    assert refusal.value.code == "invalid-state"
    calls.call(make_caller(), "clients.start_import", import_id=state["id"], seconds=5)


def test_imports_need_their_permission_and_only_billing_may_look_without(service, calls, make_caller):
    opened = calls.call(make_caller(), "clients.open_import", seconds=5)
    seller = make_caller(permissions=("clients.view",))
    for rpc in ("get_import", "start_import", "list_import_failures"):
        with pytest.raises(ServiceProblem) as refusal:
            calls.call(seller, f"clients.{rpc}", import_id=opened["id"], seconds=5)
        assert refusal.value.code == "forbidden"
    billing = make_caller(kind="system")
    assert calls.call(billing, "clients.import_for_billing", import_id=opened["id"], seconds=5)["status"] == "staged"
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "clients.get_import", import_id="nonsense", seconds=5)
    assert refusal.value.code == "not-found"


def test_many_rows_go_in_once_though_two_replicas_work(run_service, databases, run_import, session):
    run_service(ClientsService, databases("clients").app_url)
    rows = [{**ROW, "external_id": str(number), "email": f"a{number}@example.com"} for number in range(120)]
    assert counts(run_import(rows)) == (120, 120, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Client)) == 120
    assert session.scalar(select(func.count()).select_from(outbox)) == 120


def test_the_public_sample_goes_in_whole_and_again_without_doubles(run_import, session):
    with CHINOOK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert counts(run_import(rows, source="chinook")) == (59, 59, 0, 0, 1)
    unknown = select(Contact.phone).where(Contact.phone_e164.is_(None), Contact.phone != "")
    assert session.scalars(unknown).all() == ["+453 3331 9991"]
    assert session.scalar(select(func.count(func.distinct(Client.country)))) == 24
    assert counts(run_import(rows, source="chinook")) == (59, 0, 59, 0, 0)


def test_the_service_answers_others_while_rows_go_in(run_import, session):
    rows = [{**ROW, "external_id": str(number), "email": f"a{number}@example.com"} for number in range(1000)]
    run_import(rows[:10])
    with loop_lag() as lag:
        assert counts(run_import(rows)) == (1000, 990, 10, 0, 0)
    assert lag.longest <= LIMIT, lag
