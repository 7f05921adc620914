"""An issued invoice as a document: the same on every page for ever, mailed and sent again, paid in a way that there is."""

import io
import uuid

import pytest
from pypdf import PdfReader

from chassis.testing.plugin import wait_until
from tests.support.portal_session import Person
from tests.support.staff_session import StaffBrowser, make_staff

LINES = [
    {"description": "Hosting", "quantity": "1", "unit_price": "100.00", "tax_rate": "20"},
    {"description": "Domain", "quantity": "1", "unit_price": "12.00", "tax_rate": "0"},
]
THEN = {"company": "Brightwater Studio Ltd", "tax_id": "GB 293 1177 04", "city": "Bristol", "country": "GB"}
NOW = {"company": "Renamed Ltd", "tax_id": "DE 999", "city": "Ulm", "country": "DE"}


@pytest.fixture(scope="module")
def staff(system) -> StaffBrowser:
    """The browser of a signed-in admin."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "admin")["email"])
    return browser


@pytest.fixture
def client(system) -> dict:
    return system.new_client(first_name="Grace", last_name="Bellamy", **THEN)


def issue(system, client: dict, **given) -> dict:
    answer = system.post(f"/clients/{client['id']}/invoices", {"lines": LINES, "publish": True, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


def rename(system, client: dict) -> None:
    """Edit the profile to NOW and give the account an address of its own."""
    path = f"/api/v1/clients/{client['id']}"
    for where, body in ((path, NOW), (f"{path}/billing", {"address": {"city": "Leeds", "country": "GB"}})):
        headers = {"If-Match": system.request("GET", where).headers["ETag"], "Idempotency-Key": uuid.uuid4().hex}
        assert system.request("PATCH", where, json=body, headers=headers).status_code == 200


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_it_stays_the_same_when_the_profile_changes_and_a_draft_does_not(system, staff, client):
    issued, draft = issue(system, client), issue(system, client, publish=False)
    person = Person(system).enter(client["profile"]["email"])
    own, base = f"/client/invoices/{issued['id']}", f"/clients/{client['id']}/invoices"
    before = (system.get(f"{base}/{issued['id']}/pdf").content, person.get(f"{own}/pdf").content)
    rename(system, client)
    assert system.get(f"{base}/{issued['id']}").json() == issued
    assert issued["buyer"]["name"] == "Brightwater Studio Ltd" and issued["buyer"]["address"]["city"] == "Bristol"
    assert (system.get(f"{base}/{issued['id']}/pdf").content, person.get(f"{own}/pdf").content) == before
    for shown in (
        staff.get(f"/admin{base}/{issued['id']}").text.partition('class="panel paper"')[2].partition("</section>")[0],
        person.get(own).text.partition('class="paper"')[2].partition("</section>")[0],
        *map(text_of, before),
    ):
        assert "Brightwater Studio Ltd" in shown and "Bristol" in shown and "GB 293 1177 04" in shown
        assert "Renamed" not in shown and "Leeds" not in shown and "DE 999" not in shown
        assert "Development seller" in shown
        assert "Tax 20% on €100.00" in " ".join(shown.split())
    changed = system.get(f"{base}/{draft['id']}").json()
    assert (changed["buyer"]["name"], changed["buyer"]["address"]["city"]) == ("Renamed Ltd", "Leeds")
    listed = {one["id"]: one for one in system.get(base).json()["data"]}
    assert (listed[issued["id"]], listed[draft["id"]]["buyer"]) == (issued, changed["buyer"])


def test_it_is_sent_again_once_a_key_and_the_log_says_who_did_it(system, staff, client):
    issued = issue(system, client)
    subject, email = f"Invoice {issued['number']}", client["profile"]["email"]
    system.mail(email, subject)
    path, key = f"/clients/{client['id']}/invoices/{issued['id']}/send", uuid.uuid4().hex
    answers = [system.post(path, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200] and answers[0].json()["number"] == issued["number"]
    form = f"/admin{path}"
    assert email in staff.get(form).text
    assert staff.send(form).status_code == 303

    def entries() -> list[dict]:
        return [
            one
            for one in system.get(f"/clients/{client['id']}/activity").json()["data"]
            if one["action"] == f"sent {issued['number']} again"
        ]

    assert wait_until(lambda: len(entries()) == 2, "both in the log")
    assert {one["actor"]["kind"] for one in entries()} == {"staff"}

    def mails() -> int:
        return sum(subject in file.read_text() for file in system.mail_dir.glob("*.eml"))

    wait_until(lambda: mails() == 3, "the mail of the publishing and two more")
    draft = issue(system, client, publish=False)
    assert system.post(f"/clients/{client['id']}/invoices/{draft['id']}/send").status_code == 409


def test_the_dialogs_that_mail_name_the_addresses(system, staff, client):
    draft, email = issue(system, client, publish=False), client["profile"]["email"]
    base = f"/admin/clients/{client['id']}/invoices"
    order = f"/admin/clients/{client['id']}/orders/new"
    for path in (f"{base}/new", f"{base}/{draft['id']}/publish", order):
        assert "mailed to" in staff.get(path).text and email in staff.get(path).text
    contact = system.get(f"/clients/{client['id']}/contacts").json()["data"][0]
    second = {"first_name": "Bill", "last_name": "Payer", "email": f"bill-{email}", "role": "technical"}
    assert system.post(f"/clients/{client['id']}/contacts", second).status_code == 201
    assert second["email"] not in staff.get(f"{base}/{draft['id']}/publish").text
    assert contact["email"] == email
    orders_alone = StaffBrowser(system.origin)
    orders_alone.sign_in(make_staff(system, "admin", permissions={"invoices.create": False})["email"])
    assert email in orders_alone.get(order).text


def test_the_portal_tells_how_to_pay_with_credit_by_transfer_or_not_at_all(system, client):
    issued, person = issue(system, client), Person(system).enter(client["profile"]["email"])
    own = f"/client/invoices/{issued['id']}"
    page = person.get(own).text
    assert "How to pay" in page and "IBAN" in page and f"<b>{issued['number']}</b>" in page
    assert "account credit to pay with" not in page and '/pay"' not in page
    gift = {"amount": {"amount": "32.00", "currency": "EUR"}, "description": "Gift"}
    assert system.post(f"/clients/{client['id']}/credits", gift).status_code == 201
    page = person.get(own).text
    assert "Use €32.00" in " ".join(page.split()) and "Send the rest" in page and "€100.00" in page
    yen = system.new_client(currency="JPY")
    priced = [{**LINES[0], "unit_price": "100"}]
    other = issue(system, yen, lines=priced)
    nobody = Person(system).enter(yen["profile"]["email"])
    for path in (f"/client/invoices/{other['id']}", "/client/invoices", "/dashboard"):
        page = nobody.get(path).text
        assert other["number"] in page
        assert ">Pay" not in page and "Pay ¥" not in page, path


def test_an_empty_new_invoice_names_each_field_that_it_lacks(staff, system, client):
    path = f"/admin/clients/{client['id']}/invoices/new"
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    for _ in range(2):
        system.post("/products", {"name": f"P {uuid.uuid4().hex[:8]}", "tax_rate": "20", "prices": [price]})
    form = staff.get(path).text
    rate = form.partition('name="line-0-tax_rate"')[2].partition('value="')[2].partition('"')[0]
    assert rate == "20"
    empty = {f"line-0-{name}": value for name, value in (("quantity", ""), ("description", ""), ("unit_price", ""))}
    refused = staff.send(path, do="publish", **empty, **{"line-0-tax_rate": "20"})
    assert refused.status_code == 422
    for name in empty:
        field = refused.text.partition(f'name="{name}"')[2].partition(">")[0]
        assert 'aria-invalid="true"' in field, name
    assert "Length must be" not in refused.text
    exempt = system.new_client(tax_exempt=True)
    form = staff.get(f"/admin/clients/{exempt['id']}/invoices/new").text
    assert form.partition('name="line-0-tax_rate"')[2].partition('value="')[2].partition('"')[0] == "0"


def test_reversing_an_entry_names_it(system, staff, client):
    gift = {"amount": {"amount": "12.50", "currency": "EUR"}, "description": "Sorry for the outage"}
    entry = system.post(f"/clients/{client['id']}/credits", gift).json()
    page = " ".join(staff.get(f"/admin/clients/{client['id']}/credits/{entry['id']}/reverse").text.split())
    assert "+€12.50" in page and "Sorry for the outage" in page and "−€12.50" in page
    other = system.new_client()
    assert staff.get(f"/admin/clients/{other['id']}/credits/{entry['id']}/reverse").status_code == 404
