"""The import over the whole system: real-shaped files go in whole, come back as the same sums, and never twice."""

import csv
import http.client
import uuid
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chassis.testing.plugin import wait_until
from tests.support.staff_session import StaffBrowser, make_staff

CHINOOK = Path(__file__).parents[1] / "data" / "chinook"
KINDS = ("clients", "invoices", "invoice_lines")
HEADER = (
    "external_id,first_name,last_name,email,company,phone,address1,address2,city,state,postcode,country,currency_code,"
    "status"
)


def rows_of(kind: str) -> list[dict]:
    with (CHINOOK / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def upload(system, files: dict[str, bytes], **options):
    return system.request(
        "POST",
        "/api/v1/imports",
        data=options,
        files={kind: (f"{kind}.csv", raw, "text/csv") for kind, raw in files.items()},
    )


def run_import(system, files: dict[str, bytes], **options) -> dict:
    """Import and wait for its end; the import as the API shows it."""
    started = upload(system, files, **options)
    assert started.status_code == 202, started.text
    path = f"/imports/{started.json()['id']}"
    return wait_until(
        lambda: (one := system.get(path).json())["status"] in ("done", "failed") and one,
        "the import to end",
        seconds=300,
        interval=0.3,
    )


def chinook() -> dict[str, bytes]:
    return {kind: (CHINOOK / f"{kind}.csv").read_bytes() for kind in KINDS}


def clients_of(system, emails: set[str]) -> dict[str, dict]:
    """Email -> row of the client list, walked page by page."""
    found, after = {}, ""
    while True:
        page = system.get(f"/clients?limit=100{after}").json()
        found |= {row["email"]: row for row in page["data"] if row["email"] in emails}
        if page["page"]["next"] is None:
            return found
        after = f"&after={page['page']['next']}"


def test_an_invoice_with_tax_and_a_buyer_of_its_own_goes_in_and_its_failed_rows_load_again(system):
    source = f"taxed-{uuid.uuid4().hex[:8]}"
    clients = f"{HEADER}\nc1,Ana,Inv,{source}@fieldtest.example,New Name Ltd,,,,,,,,EUR,active\n"
    invoices = (
        "external_id,client_external_id,issue_date,due_date,status,currency_code,total,Company,Address,City,VAT ID\n"
        'with-tax,c1,2026-10-01,2026-10-15,paid,EUR,12.00,Old Name Ltd,"18 Tanner\'s Wharf\nBell B",Bristol,GB 293\n'
    )
    lines = "invoice_external_id,description,quantity,unit_price,VAT rate\nwith-tax,Line,1,10.00,{}\n"
    files = {"clients": clients, "invoices": invoices, "invoice_lines": lines.format("standard")}
    failed = run_import(system, {kind: text.encode() for kind, text in files.items()}, source=source)
    assert counts_of(failed, "invoices") == (0, 1)
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    again = {"clients": clients.encode()}
    for kind in ("invoices", "invoice_lines"):
        again[kind] = staff.get(f"/admin/clients/import/{failed['id']}/failed-{kind}.csv").content
    assert b"Old Name Ltd" in again["invoices"] and b'"standard"' in again["invoice_lines"]
    again["invoice_lines"] = again["invoice_lines"].replace(b'"standard"', b'"20"')
    assert counts_of(run_import(system, again, source=source), "invoices") == (1, 0)
    client = clients_of(system, {f"{source}@fieldtest.example"}).popitem()[1]
    (invoice,) = every_invoice(system, client["id"])
    shown = system.get(f"/clients/{client['id']}/invoices/{invoice['id']}").json()
    assert (shown["tax_total"]["amount"], shown["total"]["amount"], shown["lines"][0]["tax_rate"]) == (
        "2.00",
        "12.00",
        "20",
    )
    buyer = shown["buyer"]
    assert (buyer["name"], buyer["contact"], buyer["tax_id"]) == ("Old Name Ltd", "Ana Inv", "GB 293")
    assert (buyer["address"]["address1"], buyer["address"]["address2"]) == ("18 Tanner's Wharf", "Bell B")


def counts_of(answer: dict, kind: str) -> tuple[int, int]:
    """How many rows of a file went in, and how many failed."""
    (file,) = [one for one in answer["files"] if one["kind"] == kind]
    return file["imported"], file["failed"]


@pytest.fixture(scope="module")
def imported(system) -> dict:
    return run_import(system, chinook(), source="chinook")


def test_every_row_of_the_chinook_files_goes_in(imported):
    assert imported["status"] == "done"
    assert {file["kind"]: (file["rows"], file["imported"], file["failed"]) for file in imported["files"]} == {
        "clients": (59, 59, 0),
        "invoices": (412, 412, 0),
        "invoice_lines": (2240, 2240, 0),
    }
    assert imported["failures"] == []


def test_the_sums_of_the_files_are_read_back_through_the_api(system, imported):
    by_id, owed, invoiced = {row["external_id"]: row for row in rows_of("clients")}, defaultdict(Decimal), Decimal(0)
    for invoice in rows_of("invoices"):
        invoiced += Decimal(invoice["total"])
        if invoice["status"] == "unpaid":
            owed[by_id[invoice["client_external_id"]]["email"]] += Decimal(invoice["total"])
    assert invoiced == Decimal("2328.60")
    rows = clients_of(system, {row["email"] for row in by_id.values()})
    assert len(rows) == 59
    shown = {email: Decimal(row["outstanding"]["amount"]) for email, row in rows.items()}
    assert shown == {email: owed[email] for email in rows}
    invoices = [invoice for row in rows.values() for invoice in every_invoice(system, row["id"])]
    assert (len(invoices), sum(Decimal(invoice["total"]["amount"]) for invoice in invoices)) == (412, invoiced)
    numbers = sorted(int(invoice["number"].removeprefix("INV-")) for invoice in invoices)
    assert numbers == list(range(numbers[0], numbers[0] + 412))


def every_invoice(system, client_id: str) -> list[dict]:
    answer = system.get(f"/clients/{client_id}/invoices?limit=100").json()
    assert answer["page"]["next"] is None
    return answer["data"]


def test_an_invoice_keeps_its_lines(system, imported):
    row = clients_of(system, {"luisg@embraer.com.br"})["luisg@embraer.com.br"]
    first = next(invoice for invoice in rows_of("invoices") if invoice["client_external_id"] == "1")
    invoice = next(i for i in every_invoice(system, row["id"]) if i["issue_date"] == first["issue_date"])
    shown = system.get(f"/clients/{row['id']}/invoices/{invoice['id']}").json()
    lines = [line for line in rows_of("invoice_lines") if line["invoice_external_id"] == first["external_id"]]
    assert [(line["description"], line["unit_price"]["amount"]) for line in shown["lines"]] == [
        (line["description"], line["unit_price"]) for line in lines
    ]


def test_the_same_files_again_change_nothing(system, imported):
    again = run_import(system, chinook(), source="chinook")
    assert {file["kind"]: (file["imported"], file["unchanged"], file["failed"]) for file in again["files"]} == {
        "clients": (0, 59, 0),
        "invoices": (0, 412, 0),
        "invoice_lines": (0, 2240, 0),
    }


def test_bad_rows_are_named_with_line_and_reason_and_the_rest_goes_in(system):
    lines = [
        HEADER,
        "a1,Good,One,good1@rows.example,,,,,,,,FR,EUR,active",
        "a2,,Nameless,n@rows.example,,,,,,,,FR,EUR,active",
        "a3,Bad,Currency,c@rows.example,,,,,,,,FR,XXX,active",
        "a4,Bad,Email,nonsense,,,,,,,,FR,EUR,active",
        "a5,Short,Row",
        "a6,Long,Row,l@rows.example,,,,,,,,FR,EUR,active,surplus",
        "a7,Twice,Mail,GOOD1@rows.example,,,,,,,,FR,EUR,active",
        "a8,Good,Two,good2@rows.example,,ring me,,,,,,DE,EUR,closed",
    ]
    done = run_import(system, {"clients": "\n".join(lines).encode()}, source="rows")
    assert done["counts"] == {"rows": 8, "imported": 2, "unchanged": 0, "failed": 6}
    assert [failure["line"] for failure in done["failures"]] == [3, 4, 5, 6, 7, 8]
    assert all(failure["reason"] for failure in done["failures"])
    assert done["failures"][-1]["code"] == "duplicate"
    rows = clients_of(system, {"good1@rows.example", "good2@rows.example"})
    assert rows["good2@rows.example"]["status"] == "inactive"


AS_EXPORTED = "Client ID;First Name;Last Name;E-mail;Address 1;Country;Currency;Status;;\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_file_goes_in_as_it_was_exported(system, codec):
    row = f'1;Ana;Müller;ana@{codec}.example;"Main Street 1\nSuite 200";germany;eur; Active ;;\n'
    raw = f"{AS_EXPORTED}{row};;;;;;;;;\n".replace("\n;", "\r\n;").encode(codec)
    done = run_import(system, {"clients": raw}, source=codec)
    assert done["counts"] == {"rows": 1, "imported": 1, "unchanged": 0, "failed": 0}, done["failures"]
    (client,) = clients_of(system, {f"ana@{codec}.example"}).values()
    profile = system.get(f"/clients/{client['id']}").json()["profile"]
    assert (profile["last_name"], profile["country"]) == ("Müller", "DE")
    assert (profile["address1"], profile["address2"]) == ("Main Street 1", "Suite 200")


def test_a_program_gives_the_encoding_of_its_file_or_is_told_that_it_was_guessed(system):
    row = "7;Иван;Петров;ivan@encoding.example;Main Street 1;RU;EUR;active;;\n"
    raw = f"{AS_EXPORTED}{row}".encode("windows-1251")
    answer = upload(system, {"clients": raw}, encoding="klingon")
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, ["/encoding"])
    done = run_import(system, {"clients": raw}, source="encoding", encoding="windows-1251")
    assert done["counts"]["imported"] == 1 and done["files"][0]["reading"]["certain"]
    (client,) = clients_of(system, {"ivan@encoding.example"}).values()
    assert client["name"] == "Иван Петров"
    guessed = run_import(system, {"clients": raw}, source="encoding")
    assert not guessed["files"][0]["reading"]["certain"]


def test_a_fault_is_named_by_the_row_that_a_spreadsheet_shows(system):
    rows = "".join(f'd{n},Ana,Row,row{n}@place.example,,,"Street {n}\nFloor 2",,,,,,EUR,active\n' for n in range(3))
    raw = f'{HEADER}\n{rows}d8,"Ana" B,Bad,bad@place.example,,,,,,,,,EUR,active\nd9,Ana,Row,not-an-email,,,,,,,,,EUR,active\n'
    done = run_import(system, {"clients": raw.encode()}, source="place")
    assert (done["counts"]["imported"], [failure["line"] for failure in done["failures"]]) == (3, [5, 6])


@pytest.mark.parametrize(
    ("files", "pointer", "message"),
    [
        ({"clients": b"PK\x03\x04" + bytes(60)}, "/clients", "spreadsheet"),
        ({"clients": b"external_id,first_name\n1,A\n"}, "/clients", "last_name is missing"),
        ({"clients": f"{HEADER},shoe_size\n".encode()}, "/clients", "'shoe_size' is not known"),
        ({"shoes": b"a,b\n"}, "/shoes", "no such file"),
        ({"invoices": b""}, "/invoices", "empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole_and_named(system, files, pointer, message):
    answer = upload(system, files)
    assert answer.status_code == 422, answer.text
    assert any(error["pointer"] == pointer and message in error["message"] for error in answer.json()["errors"])


def test_a_file_beyond_all_measure_is_refused_before_it_is_read(system):
    connection = http.client.HTTPConnection(urlsplit(system.origin).netloc, timeout=20)
    connection.putrequest("POST", "/api/v1/imports")
    for name, value in (
        ("Authorization", f"Bearer {system.token}"),
        ("Content-Length", str(200 * 1024 * 1024)),
        ("Content-Type", "multipart/form-data; boundary=x"),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("import_id", ["nonsense", "0192f0c1-2345-7abc-8def-0123456789ab"])
def test_an_import_that_does_not_exist_is_a_404(system, import_id):
    assert system.get(f"/imports/{import_id}").status_code == 404
