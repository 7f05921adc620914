"""Notes, contacts and tickets as a program meets them: the whole system over HTTP."""

import re
import uuid

import pytest
import requests

from chassis.testing.plugin import wait_until

INERT = "<script>alert(1)</script> \u202egnp.exe \U0001f468‍\U0001f469‍\U0001f467"


@pytest.fixture(scope="module")
def client(system) -> dict:
    return system.new_client(company="Notes Ltd")


@pytest.fixture
def base(client) -> str:
    return f"/clients/{client['id']}"


def patch(system, path: str, body: dict):
    return system.request("PATCH", f"/api/v1{path}", json=body)


def delete(system, path: str):
    return system.request("DELETE", f"/api/v1{path}")


def logged(system, base: str, event: str, entity: str) -> dict:
    """The log's entry of an event about this entity, once it is there."""

    def entries():
        rows = system.get(f"{base}/activity?limit=100").json()["data"]
        return [row for row in rows if (row["type"], row["entity"]["id"]) == (f"{event}.v1", entity)]

    return wait_until(entries, f"{event} in the log")[0]


def test_a_note_is_written_corrected_and_unpinned_and_each_is_logged(system, base):
    made = system.post(f"{base}/notes", {"body": INERT, "sticky": True})
    assert made.status_code == 201, made.text
    note = made.json()
    assert (note["body"], note["author"]["name"]) == (INERT, "Ada Admin")
    assert system.get(made.headers["Location"].removeprefix("/api/v1")).json() == note
    assert [one["id"] for one in system.get(base).json()["summary"]["sticky_notes"]] == [note["id"]]
    correction = system.post(f"{base}/notes", {"body": "Better.", "sticky": True, "supersedes": note["id"]}).json()
    assert [one["id"] for one in system.get(base).json()["summary"]["sticky_notes"]] == [correction["id"]]
    unpinned = system.post(f"{base}/notes/{correction['id']}/unpin")
    assert (unpinned.status_code, unpinned.json()["sticky"]) == (200, True) and unpinned.json()["unpinned_at"]
    again = system.post(f"{base}/notes/{correction['id']}/unpin")
    assert (again.status_code, again.json()["code"]) == (409, "invalid-state")
    assert logged(system, base, "note.added", note["id"])["action"] == "added a sticky note"
    entry = logged(system, base, "note.added", correction["id"])
    assert entry["action"] == "corrected a note" and entry["changes"] == [
        {"field": "body", "old": INERT, "new": "Better."}
    ]
    assert logged(system, base, "note.unpinned", correction["id"])["action"] == "unpinned a note"


def test_a_note_is_neither_changed_nor_deleted(system, base):
    note = system.post(f"{base}/notes", {"body": "Stays."}).json()
    for method in ("PATCH", "DELETE", "PUT"):
        answer = system.request(method, f"/api/v1{base}/notes/{note['id']}", json={"body": "Gone."})
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
        assert "GET" in answer.headers["Allow"] and method not in answer.headers["Allow"]
    assert system.request("DELETE", f"/api/v1{base}/notes").status_code == 405
    assert system.get(f"{base}/notes/{note['id']}").json()["body"] == "Stays."


def test_a_contact_is_added_changed_made_primary_and_removed(system):
    client = system.new_client(first_name="Ann", last_name="Lee")
    base = f"/clients/{client['id']}"
    body = {"first_name": "Bo", "last_name": "Ek", "email": f"{uuid.uuid4().hex}@example.com", "role": "owner"}
    made = system.post(f"{base}/contacts", body)
    assert (made.status_code, made.json()["status"]) == (201, "active")
    bo = f"{base}/contacts/{made.json()['id']}"
    assert system.get(bo).json() == made.json()
    assert patch(system, bo, {"phone": "12345", "role": "billing"}).json()["role"] == "billing"
    primary = system.post(f"{bo}/make-primary")
    assert (primary.status_code, primary.json()["primary"]) == (200, True)
    record = system.get(base)
    assert (record.json()["name"], record.json()["profile"]["phone"], record.headers["ETag"]) == (
        "Bo Ek",
        "12345",
        '"2"',
    )
    refused = delete(system, bo)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-state")
    ann = [row for row in system.get(f"{base}/contacts").json()["data"] if not row["primary"]][0]
    last = patch(system, f"{base}/contacts/{ann['id']}", {"status": "inactive"})
    assert (last.status_code, last.json()["detail"]) == (
        409,
        "Ann Lee is the last active owner. Make somebody else an owner first.",
    )
    patch(system, bo, {"role": "owner"})
    assert delete(system, f"{base}/contacts/{ann['id']}").json() == {"removed": ann["id"]}
    assert delete(system, f"{base}/contacts/{ann['id']}").status_code == 404
    assert logged(system, base, "contact.made_primary", made.json()["id"])["action"] == "made Bo Ek the primary contact"
    assert logged(system, base, "contact.removed", ann["id"])["action"] == "removed the contact Ann Lee"
    assert logged(system, base, "contact.updated", made.json()["id"])["category"] == "Contacts"


def test_an_invitation_is_a_link_of_the_portal_that_is_shown_once(system, base):
    body = {"first_name": "Cy", "last_name": "Dunn", "email": f"{uuid.uuid4().hex}@example.com", "role": "technical"}
    contact = f"{base}/contacts/{system.post(f'{base}/contacts', body).json()['id']}"
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = system.post(f"{contact}/invite", headers=key)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(re.escape(system.portal_origin) + r"/client/invitation/[\w-]{43}", made.json()["url"])
    plain = requests.get(made.json()["url"], timeout=10)
    assert (plain.status_code, plain.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert system.get(contact).json()["invited_at"] < made.json()["expires_at"]
    assert system.post(f"{contact}/invite", headers=key).status_code == 409
    entry = logged(system, base, "contact.invited", contact.rpartition("/")[2])
    assert entry["action"] == "invited Cy Dunn to the portal" and made.json()["url"].rpartition("/")[2] not in str(
        entry
    )


def test_an_email_of_another_client_needs_to_be_meant(system, client, base):
    other = system.new_client()["profile"]["email"]
    body = {"first_name": "Di", "last_name": "Ek", "email": other.upper(), "role": "billing"}
    refused = system.post(f"{base}/contacts", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/email")
    assert system.post(f"{base}/contacts", {**body, "allow_duplicate_email": True}).status_code == 201
    twice = system.post(f"{base}/contacts", {**body, "allow_duplicate_email": True})
    assert (twice.status_code, twice.json()["code"]) == (409, "duplicate")


def test_a_ticket_is_opened_answered_and_changed(system, base):
    made = system.post(
        f"{base}/tickets", {"subject": "No invoice", "body": INERT, "priority": "high", "department": "Billing"}
    )
    assert made.status_code == 201, made.text
    ticket = made.json()
    path = f"{base}/tickets/{ticket['id']}"
    assert system.get(path).json() == ticket and ticket["replies"][0]["body"] == INERT
    note = system.post(f"{path}/replies", {"body": "Unpaid.", "internal": True})
    assert (note.status_code, note.json()["internal"], system.get(path).json()["status"]) == (201, True, "open")
    assert system.post(f"{path}/replies", {"body": "It is here.", "internal": False}).status_code == 201
    assert system.get(path).json()["status"] == "answered"
    me = system.get("/me").json()
    changed = patch(system, path, {"assigned_to": me["id"], "status": "on_hold", "priority": "low"})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["assigned_to"], changed.json()["status"]) == (
        {"id": me["id"], "name": "Ada Admin"},
        "on_hold",
    )
    assert patch(system, path, {"assigned_to": None}).json()["assigned_to"] is None
    entry = logged(system, base, "ticket.opened", ticket["id"])
    assert entry["action"] == f"opened ticket #{ticket['number']}: No invoice"
    assert logged(system, base, "ticket.internal_note_added", ticket["id"])["category"] == "Tickets"
    assert logged(system, base, "ticket.replied", ticket["id"])["action"] == f"replied to ticket #{ticket['number']}"
    assert {"field": "status", "old": "answered", "new": "on_hold"} in system.get(
        f"{base}/activity?category=Tickets&limit=100"
    ).json()["data"][1]["changes"]


def test_a_message_is_neither_changed_nor_deleted(system, base):
    path = f"{base}/tickets/{system.post(f'{base}/tickets', {'subject': 's', 'body': 'b'}).json()['id']}"
    for method in ("PATCH", "DELETE"):
        assert system.request(method, f"/api/v1{path}/replies", json={}).status_code == 405
    assert delete(system, path).status_code == 405


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/notes", {"body": "a\x00b"}, "/body"),
        ("/notes", {"body": "x" * 10_001}, "/body"),
        ("/notes", {}, "/body"),
        ("/notes", {"body": "x", "client_id": "y"}, "/client_id"),
        ("/notes", {"body": "x", "author": "y"}, "/author"),
        (
            "/contacts",
            {"first_name": "a\u202eb", "last_name": "b", "email": "c@example.com", "role": "owner"},
            "/first_name",
        ),
        ("/contacts", {"first_name": "a", "last_name": "b", "email": "c", "role": "owner"}, "/email"),
        ("/tickets", {"subject": "", "body": "x"}, "/subject"),
        ("/tickets", {"subject": "x", "body": "\x1b"}, "/body"),
        ("/tickets", {"subject": "x", "body": "x", "department": "Nowhere"}, "/department"),
    ],
)
def test_bad_input_is_a_422_that_names_the_field(system, base, path, body, pointer):
    answer = system.post(f"{base}{path}", body)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/notes", "/contacts", "/tickets"])
def test_what_is_not_utf_8_is_malformed(system, base, path):
    answer = system.request(
        "POST", f"/api/v1{base}{path}", data=b'{"body": "\xff\xfe"}', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_an_unknown_staff_member_cannot_be_assigned(system, base):
    path = f"{base}/tickets/{system.post(f'{base}/tickets', {'subject': 's', 'body': 'b'}).json()['id']}"
    for wrong in (str(uuid.uuid4()), "nonsense", 7):
        answer = patch(system, path, {"assigned_to": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/assigned_to")


def test_ids_of_another_client_answer_like_absent_ones(system, client, base):
    foreign = system.new_client()
    elsewhere = f"/clients/{foreign['id']}"
    note = system.post(f"{elsewhere}/notes", {"body": "x", "sticky": True}).json()["id"]
    contact = system.get(f"{elsewhere}/contacts").json()["data"][0]["id"]
    ticket = system.post(f"{elsewhere}/tickets", {"subject": "s", "body": "b"}).json()["id"]
    for path, body in (
        (f"/notes/{note}/unpin", None),
        (f"/contacts/{contact}/make-primary", None),
        (f"/contacts/{contact}/invite", None),
        (f"/tickets/{ticket}/replies", {"body": "x"}),
    ):
        assert system.post(f"{base}{path}", body).status_code == 404
    assert patch(system, f"{base}/contacts/{contact}", {"role": "admin"}).status_code == 404
    assert patch(system, f"{base}/tickets/{ticket}", {"priority": "low"}).status_code == 404
    assert system.post(f"/clients/{uuid.uuid4()}/notes", {"body": "x"}).status_code == 404
