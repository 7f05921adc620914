"""Forms beside others: what somebody else saved after a form was opened is neither taken back nor written over unseen."""

import uuid

import pytest

from tests.support.portal_session import Person
from tests.support.sent_form import fields_of
from tests.support.staff_session import StaffBrowser, make_staff


@pytest.fixture
def admin(system) -> StaffBrowser:
    """The browser of a super admin."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "super_admin")["email"])
    return browser


def made(system, path: str, **body) -> str:
    answer = system.post(path, body)
    assert answer.status_code == 201, answer.text
    return f"{path}/{answer.json()['id']}"


def name() -> str:
    """A name that nothing has yet."""
    return uuid.uuid4().hex[:20]


# Each form with a field that a colleague changes, and one that the form changes; both are texts.
FORMS = {
    "group": ("name", "description", "{path}"),
    "tag": ("name", "colour", "{path}"),
    "custom field": ("label", "visibility", "/settings{path}"),
    "webhook": ("description", "alert_email", "{path}/edit"),
    "contact": ("last_name", "phone", "{path}/edit"),
    "domain": ("registrar", "expires_on", "{path}/edit"),
    "ticket": ("subject", "priority", "{path}/edit"),
}
NEW = {
    "description": "mine",
    "colour": "#dc2626",
    "visibility": "client_view",
    "alert_email": "ops@example.com",
    "phone": "+44 20 7946 0182",
    "expires_on": "2031-05-06",
    "priority": "high",
}


@pytest.fixture
def paths(system) -> dict[str, str]:
    """What each form changes, by its path in the API."""
    client = f"/clients/{system.new_client()['id']}"
    person = {"first_name": "Bo", "last_name": "Ek", "email": f"{name()}@example.com", "role": "billing"}
    return {
        "group": made(system, "/client-groups", name=name(), colour="#112233"),
        "tag": made(system, "/tags", name=name(), colour="#112233"),
        "custom field": made(system, "/custom-fields", label=name(), type="text"),
        "webhook": made(system, "/webhooks", url="https://hooks.example.com/", description="before"),
        "contact": made(system, f"{client}/contacts", **person),
        "domain": made(
            system,
            f"{client}/domains",
            name=f"{name()}.example",
            kind="existing",
            registrar="before",
            nameservers=["a.example.com", "b.example.com"],
        ),
        "ticket": made(system, f"{client}/tickets", subject="before", body="It broke."),
    }


def patch(system, path: str, **body) -> dict:
    answer = system.request("PATCH", f"/api/v1{path}", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_form_saves_what_was_changed_in_it_and_says_what_others_changed_meanwhile(system, admin, paths):
    for noun, (theirs, mine, page) in FORMS.items():
        path = paths[noun]
        form = f"/admin{page.format(path=path)}"
        opened = fields_of(admin.get(form).text, form)
        saved = name()
        patch(system, path, **{theirs: saved})
        assert admin.send(form, **{**opened, mine: NEW[mine]}).status_code == 303, noun
        now = patch(system, path)
        assert (now[theirs], now[mine]) == (saved, NEW[mine]), noun
        refused = admin.send(form, **{**opened, theirs: "over it"})
        assert refused.status_code == 409 and f"Somebody saved “{saved}” meanwhile." in refused.text, noun
        again = fields_of(refused.text, form)
        assert (again[theirs], patch(system, path)[theirs]) == ("over it", saved), noun
        assert admin.send(form, **{**again, "idempotency_key": uuid.uuid4().hex}).status_code == 303, noun
        assert patch(system, path)[theirs] == "over it", noun


def test_a_saved_view_is_brought_up_to_date_only_by_who_has_seen_what_it_asks_for(system, admin):
    asks = {"filter": "status = active", "sort": "name", "columns": [], "shared": True}
    path = made(system, "/views", list="clients", name=name(), **asks)
    id, form = path.rpartition("/")[2], "/admin/clients/views/new"
    opened = fields_of(admin.get(f"{form}?view={id}&filter=country+%3D+DE").text, form)
    patch(system, path, filter="country = FR", name=(renamed := name()))
    refused = admin.send(form, **{**opened, "update": id})
    assert refused.status_code == 409 and "Filter: Somebody saved “country = FR” meanwhile." in refused.text
    again = {**fields_of(refused.text, form), "update": id, "idempotency_key": uuid.uuid4().hex}
    assert admin.send(form, **again).status_code == 303
    now = patch(system, path)
    assert (now["name"], now["filter"]) == (renamed, "country = DE")


def test_renaming_a_view_leaves_who_sees_it(system, admin):
    asks = {"filter": "", "sort": "name", "columns": [], "shared": False}
    own = admin.api("POST", "/views", {"list": "clients", "name": name(), **asks}, **{"Idempotency-Key": name()})
    path = f"/views/{own.json()['id']}"
    form = f"/admin/clients{path}/edit"
    opened = fields_of(admin.get(form).text, form)
    assert admin.api("PATCH", path, {"shared": True}, **{"Idempotency-Key": name()}).status_code == 200
    assert admin.send(form, **{**opened, "name": (renamed := name())}).status_code == 303
    now = patch(system, path)
    assert (now["name"], now["shared"]) == (renamed, True)


def test_the_portals_forms_save_what_was_changed_in_them(system):
    client = system.new_client(email=f"{name()}@example.com")
    about = {
        "kind": "existing",
        "registrar": "R",
        "auto_renew": True,
        "nameservers": ["a.example.com", "b.example.com"],
    }
    path = made(system, f"/clients/{client['id']}/domains", name=f"{name()}.example", **about)
    person = Person(system).enter(client["profile"]["email"])
    form = f"/client/domains/{path.rpartition('/')[2]}"
    own = fields_of(person.get(form).text, form)
    del own["auto_renew"]
    patch(system, path, nameservers=["c.example.com", "d.example.com"])
    assert person.post(form, **own).status_code == 303
    assert (now := patch(system, path))["nameservers"] == ["c.example.com", "d.example.com"] and not now["auto_renew"]
    form = "/client/profile/person"
    opened = fields_of(person.get("/client/profile").text, form)
    contact = system.get(f"/clients/{client['id']}/contacts").json()["data"][0]["id"]
    path = f"/clients/{client['id']}/contacts/{contact}"
    patch(system, path, phone="+44 20 7946 0182")
    assert person.post(form, **{**opened, "first_name": "Gracia"}).status_code == 303
    assert (now := patch(system, path))["phone"] == "+44 20 7946 0182" and now["first_name"] == "Gracia"
    refused = person.post(form, **{**opened, "phone": "1", "idempotency_key": uuid.uuid4().hex})
    assert refused.status_code == 409 and "Somebody saved “+44 20 7946 0182” meanwhile." in refused.text
