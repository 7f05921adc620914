"""What a client's people see and change of it: its profile, its contacts, its access."""

from datetime import UTC, datetime

import pytest

from chassis import rate_limits
from chassis.rate_limits import most_of
from chassis.types.ids import new_id
from services.clients import listeners
from services.clients.mail_templates import compose
from services.clients.models import Impersonation
from services.clients.profile_fields import names
from tests.support.portal_contact import PASSWORD

IMOGEN = "imogen@example.com"
GRACE = {"first_name": "Grace", "last_name": "Bellamy", "email": "grace@example.com", "role": "billing"}


@pytest.fixture
def owner(portal, imogen):
    """The owner, in the portal: `owner(rpc, **arguments)`: an RPC method's answer."""
    token = portal.sign_in(IMOGEN)["token"]
    return lambda rpc, **given: portal.of(token, rpc, **given)


def test_an_owner_changes_company_and_address_and_a_stale_form_changes_nothing(portal, owner, imogen):
    before = owner("portal_company")
    assert set(before["profile"]) == set(names(of="client", in_portal=True))
    after = owner("update_portal_company", version=before["version"], city="Bristol", country="GB")
    assert (after["profile"]["city"], after["version"]) == ("Bristol", before["version"] + 1)
    stale = portal.refused(owner, "update_portal_company", version=before["version"], city="Bath")
    assert stale.code == "stale" and owner("portal_company")["profile"]["city"] == "Bristol"
    published = portal.events("client.updated")[-1].body
    assert published["actor"] == {"kind": "contact", "id": imogen[1]}


@pytest.mark.parametrize("field", ["tax_id", "tax_exempt", "email", "first_name", "group_id", "client_id", "status"])
def test_what_is_not_the_clients_to_change_is_an_unknown_field(portal, owner, field):
    assert portal.refused(owner, "update_portal_company", version=1, **{field: "x"}).errors[0]["pointer"] == f"/{field}"


def test_each_role_changes_its_own_name_and_phone_and_nothing_of_the_company(portal, imogen):
    for role in ("billing", "technical"):
        portal.adds(imogen[0], f"{role}@example.com", role)
        token = portal.sign_in(f"{role}@example.com")["token"]
        assert (
            portal.of(token, "update_portal_person", first_name="Gracia", phone="020 7946 0182")["first_name"]
            == "Gracia"
        )
        for rpc, given in (
            ("portal_company", {}),
            ("portal_contacts", {}),
            ("portal_access", {}),
            ("update_portal_company", {"version": 1, "city": "x"}),
            ("add_portal_contact", GRACE),
        ):
            assert portal.refused(portal.of, token, rpc, **given).code == "forbidden"


def test_fields_for_staff_are_nowhere_and_only_those_of_the_client_are_its_to_edit(portal, owner, imogen):
    fields = {
        visibility: portal.staff(
            "create_custom_field", label=visibility, type="text", visibility=visibility, options=[], required=False
        )["id"]
        for visibility in ("staff_only", "client_view", "client_edit")
    }
    portal.staff(
        "set_custom_field_values", client_id=imogen[0], values={id: f"of {name}" for name, id in fields.items()}
    )
    shown = {field["label"]: field["value"] for field in owner("portal_company")["fields"]}
    assert shown == {"client_view": "of client_view", "client_edit": "of client_edit"}
    assert owner("set_portal_values", values={fields["client_edit"]: "PO 7731"})["fields"][1]["value"] == "PO 7731"
    refusals = [
        portal.refused(owner, "set_portal_values", values={id: "x"})
        for id in (fields["staff_only"], fields["client_view"], str(new_id()))
    ]
    assert {(refusal.code, refusal.errors[0]["message"]) for refusal in refusals} == {
        ("unknown-field", "Unknown field.")
    }


def test_a_field_that_somebody_else_changed_since_it_was_seen_is_refused_with_what_it_holds(portal, owner, imogen):
    about = {"label": "PO", "type": "text", "visibility": "client_edit", "options": [], "required": False}
    field = portal.staff("create_custom_field", **about)["id"]
    portal.staff("set_custom_field_values", client_id=imogen[0], values={field: "theirs"})
    refusal = portal.refused(owner, "set_portal_values", values={field: "mine"}, was={field: ""})
    assert (refusal.code, refusal.extra["changed"]) == ("invalid-state", [{"field": field, "value": "theirs"}])
    saved = owner("set_portal_values", values={field: "mine"}, was={field: "theirs"})
    assert saved["fields"][0]["value"] == "mine"


def test_an_owner_adds_invites_changes_disables_and_removes_contacts(portal, owner, imogen):
    grace = owner("add_portal_contact", **GRACE)["id"]
    assert set(owner("invite_portal_contact", contact_id=grace)) == {"expires_at"}
    mail = portal.mails("invitation")[-1]
    assert mail.recipient == GRACE["email"]
    portal.call("accept_invitation", code=mail.data["code"], password=PASSWORD)
    owner("update_portal_contact", contact_id=grace, role="technical")
    owner("update_portal_contact", contact_id=grace, status="inactive")
    assert portal.refused(portal.sign_in, GRACE["email"]).code == "unauthenticated"
    assert owner("remove_portal_contact", contact_id=grace) == {"removed": grace}
    assert [row["id"] for row in owner("portal_contacts")["data"]] == [imogen[1]]
    kinds = {
        published.body["actor"]["kind"]
        for published in portal.events("contact.removed") + portal.events("contact.added")
    }
    assert kinds == {"contact"}


def test_whether_another_client_has_an_email_is_not_told(portal, owner, make_client):
    make_client(email=GRACE["email"])
    assert owner("add_portal_contact", **GRACE)["email"] == GRACE["email"]
    assert portal.refused(owner, "add_portal_contact", **GRACE).code == "duplicate"


def test_the_last_owner_and_the_primary_contact_stay_and_nobody_undoes_themselves(portal, owner, imogen):
    for given in ({"role": "billing"}, {"status": "inactive"}, {"email": "x@example.com"}):
        assert portal.refused(owner, "update_portal_contact", contact_id=imogen[1], **given).code == "invalid-state"
    assert portal.refused(owner, "remove_portal_contact", contact_id=imogen[1]).code == "invalid-state"
    portal.adds(imogen[0], "admin@example.com", "admin")
    token = portal.sign_in("admin@example.com")["token"]
    for rpc, given in (("update_portal_contact", {"role": "billing"}), ("remove_portal_contact", {})):
        assert portal.refused(portal.of, token, rpc, contact_id=imogen[1], **given).code == "invalid-state"


def test_contacts_of_another_client_are_like_none(portal, owner, make_client, session):
    theirs = portal.joins(make_client(email="theirs@example.com"))
    for rpc, given in (
        ("portal_contact", {}),
        ("update_portal_contact", {"role": "owner"}),
        ("remove_portal_contact", {}),
        ("invite_portal_contact", {}),
    ):
        foreign, absent = (
            portal.refused(owner, rpc, contact_id=id, **given).to_wire() for id in (theirs, str(new_id()))
        )
        assert foreign == absent and foreign["code"] == "not-found"


def test_the_account_shows_who_signed_in_and_impersonations_without_where_staff_sit(
    portal, owner, imogen, account, session
):
    portal.refused(portal.sign_in, IMOGEN, "wrong", ip="203.0.113.88")
    now = datetime.now(UTC)
    session.add(
        Impersonation(
            staff_id=account.id,
            client_id=imogen[0],
            contact_id=imogen[1],
            reason="Ticket 4821",
            handoff_hash="h",
            **dict.fromkeys(("handoff_expires_at", "started_at", "entered_at", "expires_at", "ended_at"), now),
        )
    )
    session.commit()
    rows = {row["kind"]: row for row in owner("portal_access")["data"]}
    assert (rows["failed"]["name"], rows["failed"]["ip"], rows["failed"]["reason"]) == (
        "Imogen Hartley",
        "203.0.113.88",
        "wrong-password",
    )
    assert rows["sign_in"]["contact_id"] == imogen[1]
    impersonation = {
        name: value for name, value in rows["impersonation"].items() if name not in ("occurred_at", "ended_at")
    }
    assert impersonation == {"kind": "impersonation", "name": "Ada Staff", "reason": "Ticket 4821", "seconds": 0}


def test_the_account_goes_back_page_by_page(portal, owner, imogen):
    for _ in range(4):
        portal.sign_in(IMOGEN)
    newest = owner("portal_access")
    assert len(newest["data"]) == 5 and newest["before"] is None
    older = owner("portal_access", before=newest["data"][2]["occurred_at"])
    assert [row["occurred_at"] for row in older["data"]] == [row["occurred_at"] for row in newest["data"][3:]]


def test_mail_to_people_outside_holds_nothing_that_somebody_of_the_client_typed(portal, owner, imogen):
    typed = {"first_name": "Click", "last_name": "http://evil.example", "email": "stranger@example.org"}
    owner("update_portal_company", version=owner("portal_company")["version"], company="You won at evil.example")
    stranger = owner("add_portal_contact", **typed, role="billing")["id"]
    owner("invite_portal_contact", contact_id=stranger)
    (invitation,) = [mail for mail in portal.mails("invitation") if mail.recipient == typed["email"]]
    facts = {
        "entity": {"id": "i1"},
        "number": "INV-1",
        "due_date": "2026-12-01",
        "total": {"amount": "1", "currency": "EUR"},
    }
    listeners.mail_invoices(portal.session, [{"facts": facts, "subject": imogen[0]}])
    portal.session.commit()
    sent = [*portal.mails("invoice"), *portal.mails("invoice_unnamed"), invitation]
    texts = {mail.recipient + mail.kind: _text(mail) for mail in sent}
    assert len(texts) == 3 and "Imogen" in texts[IMOGEN + "invoice"]
    for kind in ("invitation", "invoice_unnamed"):
        text = texts[typed["email"] + kind]
        assert "evil" not in text and "Click" not in text and "/client/" in text


def _text(mail) -> str:
    message = compose(
        mail.kind,
        mail.data,
        mail_id=mail.id,
        at=mail.created_at,
        recipient=mail.recipient,
        sender="a@b.example",
        origin="https://portal.example",
    )
    return f"{message['Subject']} {message.get_content()}"


@pytest.mark.usefixtures("default_limits")
def test_a_recipient_and_a_client_get_so_many_mails_an_hour_and_a_recipient_no_more_of_staff(
    portal, owner, imogen, monkeypatch
):
    grace = owner("add_portal_contact", **GRACE)["id"]
    for _ in range(most_of("mails-to-recipient")):
        owner("invite_portal_contact", contact_id=grace)
    refused = portal.refused(owner, "invite_portal_contact", contact_id=grace)
    assert (refused.code, refused.extra["limit"]) == ("too-many-requests", "mails-to-recipient")
    assert 3000 < refused.extra["retry_after"] <= 3600
    by_staff = portal.refused(portal.staff, "invite_contact", client_id=imogen[0], contact_id=grace)
    assert (by_staff.code, by_staff.extra["limit"]) == ("too-many-requests", "invitations-to-recipient")
    assert 3000 < by_staff.extra["retry_after"] <= 3600
    portal.change("UPDATE mails SET created_at = created_at - interval '2 hours'")
    monkeypatch.setattr(rate_limits, "_most", {"mails-to-recipient-a-day": 4, "mails-of-client": 2})
    owner("invite_portal_contact", contact_id=grace)
    assert portal.refused(owner, "invite_portal_contact", contact_id=grace).extra["limit"] == "mails-to-recipient-a-day"
    other = owner("add_portal_contact", **{**GRACE, "email": "hal@example.com"})["id"]
    owner("invite_portal_contact", contact_id=other)
    assert portal.refused(owner, "invite_portal_contact", contact_id=other).extra["limit"] == "mails-of-client"
    assert portal.staff("invite_contact", client_id=imogen[0], contact_id=grace)["code"]


@pytest.mark.usefixtures("default_limits")
def test_a_recipient_of_many_mails_gets_no_further_link_to_a_new_password(portal, imogen):
    before = len(portal.mails("invitation"))
    portal.change("UPDATE mails SET kind = 'password', created_at = now()")
    for number in range(most_of("mails-to-recipient")):
        portal.call("ask_portal_password", email=IMOGEN, ip=f"203.0.113.{number}")
    assert before == 1 and len(portal.mails("password")) == most_of("mails-to-recipient")
