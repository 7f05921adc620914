"""The portal's pages of people and their sign-in, over HTTP."""

import re
import uuid

import pytest

from tests.conftest import System
from tests.support.portal_session import PASSWORD, Person

PAGES = (
    "/client/profile",
    "/client/contacts",
    "/client/access",
    "/client/profile/email",
    "/client/profile/second-factor/begin",
)


@pytest.fixture
def client(system) -> dict:
    """A client that was just made."""
    return system.new_client(company="Brightwater Ltd", email=f"{uuid.uuid4().hex}@example.com")


@pytest.fixture
def person(system: System, client) -> Person:
    """Its owner, invited by mail and signed in by password."""
    person = Person(system).invited(client)
    assert person.sign_in(client["profile"]["email"]).headers["Location"] == "/dashboard"
    return person


def test_a_sign_in_gives_a_new_session_and_leads_to_where_one_wanted_to_go_within_the_portal(system, client, person):
    fixed = person.cookie()
    email = client["profile"]["email"]
    for target, led in (
        ("/client/contacts", "/client/contacts"),
        ("//evil.example", "/dashboard"),
        ("https://evil.example/client/", "/dashboard"),
        ("/admin/clients", "/dashboard"),
    ):
        other = Person(system)
        assert other.sign_in(email, next=target).headers["Location"] == led
        assert other.cookie() not in (None, fixed)
    assert "Set-Cookie" in (answer := Person(system).sign_in(email)).headers
    assert re.search(r"commerce-portal=[\w-]{43}; .*HttpOnly; Path=/; SameSite=Lax", answer.headers["Set-Cookie"])


def test_wrong_and_unknown_are_answered_alike_and_too_many_wait(system, client, person):
    stranger = Person(system)
    pages = [stranger.sign_in(email, "wrong password") for email in (client["profile"]["email"], "nobody@example.com")]
    assert [page.status_code for page in pages] == [401, 401]
    shown = [re.search(r'role="alert">.*?<span>(.*?)</span>', page.text, re.S)[1].strip() for page in pages]
    assert shown == ["Email or password is wrong."] * 2
    answers = (stranger.sign_in(client["profile"]["email"], "wrong password") for _ in range(20))
    waits = next(answer for answer in answers if answer.status_code != 401)
    assert waits.status_code == 429 and int(waits.headers["Retry-After"]) >= 1


def test_every_page_is_private_and_shows_its_own_client_alone(system, person):
    for path in PAGES:
        page = person.get(path)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert Person(system).get(path).headers["Location"] == f"/client/login?next={path}"
    assert "Brightwater Ltd" in person.get("/client/profile").text


def test_company_and_person_are_saved_and_a_stale_form_is_shown_again(person, client):
    version = re.search(r'name="version" value="(\d+)"', person.get("/client/profile").text)[1]
    company = {"company": "Brightwater Ltd", "city": "Bristol", "version": version}
    assert person.post("/client/profile/company", idempotency_key=uuid.uuid4().hex, **company).status_code == 303
    stale = person.post("/client/profile/company", idempotency_key=uuid.uuid4().hex, **{**company, "city": "Bath"})
    assert stale.status_code == 412 and "Somebody saved" in stale.text and 'value="Bath"' in stale.text
    named = person.post(
        "/client/profile/person", idempotency_key=uuid.uuid4().hex, first_name="", last_name="L", phone=""
    )
    assert named.status_code == 422 and "Fill this in." in named.text
    assert 'value="Bristol"' in person.get("/client/profile").text


def test_what_staff_changed_of_a_clients_own_fields_is_said_and_overwritten_only_when_it_is_meant(
    system, client, person
):
    about = {"label": uuid.uuid4().hex, "type": "text", "visibility": "client_edit"}
    field = system.post("/custom-fields", about).json()["id"]
    drawn = re.compile(rf'name="was\.{field}"\s+value="([^"]*)"')
    was = drawn.search(person.get("/client/profile").text)[1]
    path = f"/clients/{client['id']}/custom-fields"
    assert system.request("PUT", f"/api/v1{path}", json={"values": {field: "theirs"}}).status_code == 200

    def save(was: str):
        form = {"shown": field, f"was.{field}": was, field: "mine"}
        return person.post("/client/profile/fields", idempotency_key=uuid.uuid4().hex, **form)

    refused = save(was)
    assert refused.status_code == 409 and re.search(rf'name="{field}"[^>]*\bvalue="mine"', refused.text)
    assert "Somebody saved “theirs” meanwhile. Saving again puts yours in its place." in refused.text
    assert save(drawn.search(refused.text)[1]).status_code == 303
    assert drawn.search(person.get("/client/profile").text)[1] == "mine"


def test_a_contact_that_the_owner_adds_is_invited_by_mail_and_sees_what_its_role_allows(system, client, person):
    email = f"{uuid.uuid4().hex}@example.com"
    added = person.post(
        "/client/contacts/new",
        idempotency_key=uuid.uuid4().hex,
        first_name="Bo",
        last_name="Ek",
        email=email,
        phone="",
        role="billing",
    )
    assert added.headers["Location"] == "/client/contacts"
    invite = re.search(r'href="(/client/contacts/[\w-]+/invite)"', person.get("/client/contacts").text)[1]
    shown = person.post(invite, idempotency_key=uuid.uuid4().hex)
    assert shown.status_code == 303 and "invitation/" not in shown.text
    bo = Person(system)
    bo.follow(system.mail(email, "Your invitation to the client portal"), password=PASSWORD, again=PASSWORD)
    assert bo.sign_in(email).headers["Location"] == "/dashboard"
    assert [bo.get(path).status_code for path in PAGES] == [200, 403, 403, 200, 200]
    assert "Company and address" not in bo.get("/client/profile").text
    contacts = system.get(f"/clients/{client['id']}/contacts").json()["data"]
    assert {one["email"]: one["can_sign_in"] for one in contacts}[email] is True


def test_an_owner_confirms_whom_staff_added_and_reads_why(system, client, person):
    email = f"{uuid.uuid4().hex}@example.com"
    added = {"first_name": "Bo", "last_name": "Ek", "email": email, "role": "owner"}
    contact = system.post(f"/clients/{client['id']}/contacts", added).json()
    notice = system.mail(client["profile"]["email"], "A contact was added to your account")
    assert email in notice and f"{system.portal_origin}/client/contacts" in notice
    page = person.get("/client/contacts").text
    assert "Waits for an owner's confirmation" in page and "Our staff added a contact" in page
    path = f"/client/contacts/{contact['id']}"
    assert f"{path}/confirm" in page and f"{path}/invite" not in page
    assert person.post(f"{path}/confirm", idempotency_key=uuid.uuid4().hex).status_code == 303
    page = person.get("/client/contacts").text
    assert "Never invited" in page and f"{path}/confirm" not in page and f"{path}/invite" in page


def test_a_suspended_client_gets_a_limited_page_and_its_sessions_are_cut(system, client, person):
    assert (
        system.post(f"/clients/{client['id']}/status", {"status": "suspended", "reason": "Not paid"}).status_code == 200
    )
    assert person.get("/dashboard").headers["Location"] == "/client/login?next=/dashboard"
    assert person.sign_in(client["profile"]["email"]).headers["Location"] == "/dashboard"
    page = person.get("/dashboard")
    assert page.status_code == 200 and "This account is suspended" in page.text
    profile = person.get("/client/profile")
    assert (
        profile.status_code == 200 and "Change password" in profile.text and "Company and address" not in profile.text
    )
    assert person.get("/client/contacts").status_code == 403
    refused = person.post(
        "/client/profile/person", idempotency_key=uuid.uuid4().hex, first_name="A", last_name="B", phone=""
    )
    assert refused.status_code == 403


def test_an_invoice_that_is_issued_is_mailed_to_the_client(system, client):
    invoice = system.post(
        f"/clients/{client['id']}/invoices",
        {
            "publish": True,
            "lines": [{"description": "Hosting", "quantity": "1", "unit_price": "12.50", "tax_rate": "0"}],
        },
    )
    assert invoice.status_code == 201, invoice.text
    text = system.mail(client["profile"]["email"], f"Invoice {invoice.json()['number']}")
    assert "€12.50" in text and f"{system.portal_origin}/client/invoices/{invoice.json()['id']}" in text


def test_whether_an_email_signs_in_here_is_not_revealed_when_a_password_was_forgotten(system, client, person):
    stranger, email = Person(system), client["profile"]["email"]
    answers = [stranger.submit("/client/password", email=one) for one in (email, f"x{email}")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text.replace(email, "") == answers[1].text.replace(f"x{email}", "")
    link = re.search(r"/client/password/[\w-]{43}", system.mail(email, "Set a new password"))[0]
    assert stranger.submit(link, password="a new password", again="another").status_code == 422
    done = stranger.submit(link, password="a new password", again="a new password")
    assert done.status_code == 200 and "Your password is set" in done.text
    assert person.get("/dashboard").headers["Location"][:13] == "/client/login"
    over = stranger.get(link)
    assert (over.status_code, stranger.get(f"/client/password/{'x' * 43}").status_code) == (410, 410)
    assert stranger.sign_in(email, "a new password").headers["Location"] == "/dashboard"
