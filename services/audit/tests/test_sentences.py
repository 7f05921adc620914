"""Actions as sentences: short, British, with money and names where they are known."""

import json
from pathlib import Path

import pytest

from chassis.events.event import commit_all
from services.audit.sentences import action_of, changes_of
from services.audit.wording import SENTENCES

GBP = {"amount": "486.00", "currency": "GBP"}
CONTRACTS = [json.loads(file.read_text()) for file in Path(__file__).parents[2].glob("*/contracts/asyncapi.json")]
PROMISED = sorted(
    name.removesuffix(".v1") for contract in CONTRACTS for name in contract["components"].get("messages", ())
)


def sentence_of(
    event_type: str, facts: dict | None = None, personal: dict | None = None, changes: list | None = None
) -> str:
    return action_of(f"{event_type}.v1", facts or {}, commit_all(personal or {}), changes or [])


@pytest.mark.parametrize(
    ("event_type", "facts", "personal", "sentence"),
    [
        ("client.created", {}, {}, "created the client"),
        ("client.imported", {"source": "csv"}, {}, "imported the client"),
        ("client.group_changed", {"group_id": None, "previous_group_id": "g1"}, {}, "took the client out of its group"),
        ("contact.added", {}, {"first_name": "Imogen", "last_name": "Hartley"}, "added the contact Imogen Hartley"),
        ("contact.signed_in", {"method": "password"}, {}, "signed in to the portal"),
        (
            "contact.signed_in",
            {"method": "password"},
            {"staff_change": "added by staff Ada"},
            "signed in to the portal, added by staff Ada",
        ),
        ("contact.sign_in_failed", {"reason": "wrong_password"}, {}, "failed to sign in to the portal: wrong password"),
        ("note.added", {"sticky": True, "supersedes": None}, {}, "added a sticky note"),
        ("note.added", {"sticky": True, "supersedes": "n1"}, {}, "corrected a note"),
        ("note.added", {"sticky": False}, {}, "added a note"),
        ("staff.created", {"role": "support"}, {"name": "Devon Reyes"}, "added the staff member Devon Reyes"),
        (
            "staff.second_factor_changed",
            {"what": "off"},
            {"name": "Devon Reyes"},
            "turned the second factor of Devon Reyes off",
        ),
        (
            "staff.signed_out",
            {"session_id": "x", "how": "ended"},
            {"name": "Devon Reyes"},
            "ended a session of Devon Reyes",
        ),
        ("staff.signed_out", {"session_id": "x"}, {}, "signed out"),
        (
            "invoice.published",
            {"number": "INV-04431", "total": GBP, "due_date": "2026-12-04"},
            {},
            "issued INV-04431 for £486.00, due 4 Dec 2026",
        ),
        ("invoice.published", {"number": "INV-04431", "total": GBP}, {}, "issued INV-04431 for £486.00"),
        ("invoice.imported", {"number": None, "total": GBP}, {}, "imported an invoice for £486.00"),
        ("invoice.cancelled", {"number": None, "reason": "Twice"}, {}, "cancelled an invoice: Twice"),
        ("invoice.cancelled", {"number": "INV-00007", "reason": None}, {}, "cancelled INV-00007"),
        (
            "invoice.refunded",
            {"number": "INV-00007", "amount": GBP, "to": "credit", "reason": "Sent twice"},
            {},
            "refunded £486.00 of INV-00007 to credit: Sent twice",
        ),
        (
            "payment.recorded",
            {"amount": {"amount": "1726.00", "currency": "USD"}, "invoice_number": "INV-04352"},
            {},
            "recorded a $1,726.00 payment on INV-04352",
        ),
        (
            "credit.added",
            {"amount": {"amount": "240.00", "currency": "GBP"}, "kind": "added"},
            {},
            "added £240.00 credit",
        ),
        (
            "credit.added",
            {"amount": {"amount": "5.000", "currency": "KWD"}, "kind": "overpayment", "invoice_number": "INV-1"},
            {},
            "added KWD\u00a05.000 credit, overpaid on INV-1",
        ),
        (
            "credit.applied",
            {"amount": {"amount": "-25", "currency": "JPY"}, "invoice_number": "INV-00007"},
            {},
            "applied ¥25 credit to INV-00007",
        ),
        (
            "order.placed",
            {"number": "ORD-01187", "items": [{"product": "Cloud VPS 16"}, {"product": "Mail"}], "total": GBP},
            {},
            "placed ORD-01187, Cloud VPS 16 and Mail, £486.00",
        ),
        (
            "subscription.suspended",
            {"product": "Managed WordPress", "domain": "fox.example", "reason": "unpaid since May"},
            {},
            "suspended Managed WordPress (fox.example): unpaid since May",
        ),
        (
            "subscription.terminated",
            {"number": "SVC-01234", "product": "Cloud VPS 4", "domain": "web-1.example", "reason": "Moved away"},
            {},
            "terminated SVC-01234 Cloud VPS 4 (web-1.example): Moved away",
        ),
        (
            "subscription.created",
            {"number": "SVC-01234", "product": "Cloud VPS 8", "domain": None},
            {},
            "added the service SVC-01234 Cloud VPS 8",
        ),
        ("subscription.created", {"product": "Cloud VPS 8", "domain": None}, {}, "added the service Cloud VPS 8"),
        ("domain.added", {"name": "fox.example"}, {}, "added the domain fox.example"),
        (
            "ticket.opened",
            {"number": 4821},
            {"subject": "No {number} [here]"},
            "opened ticket #4821: No {number} [here]",
        ),
        ("ticket.replied", {"number": 4821}, {}, "replied to ticket #4821"),
    ],
)
def test_a_sentence_says_what_was_done(event_type, facts, personal, sentence):
    assert sentence_of(event_type, facts, personal) == sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (["email", "tax_id"], "changed email and tax ID"),
        (["city"], "changed city"),
        (["email", "city", "phone"], "changed email, city and phone"),
        (["email", "city", "phone", "address1", "country"], "changed email, city and 3 more"),
        ([], "updated the client"),
    ],
)
def test_changed_fields_are_named_up_to_three(fields, sentence):
    assert sentence_of("client.updated", changes=[{"field": field, "old": 1, "new": 2} for field in fields]) == sentence


def test_a_change_of_state_says_the_new_one():
    changes = [{"field": "status", "old": "on_hold", "new": "closed"}]
    assert sentence_of("ticket.updated", {"number": 7}, changes=changes) == "closed ticket #7"
    assert (
        sentence_of(
            "client.status_changed",
            {"reason": "asked for it"},
            changes=[{"field": "status", "old": "active", "new": "inactive"}],
        )
        == "set the client's status to inactive: asked for it"
    )


@pytest.mark.parametrize("event_type", PROMISED)
def test_each_promised_event_has_a_sentence_even_when_all_else_was_erased(event_type):
    sentence = sentence_of(event_type)
    assert event_type in SENTENCES
    assert sentence and "{" not in sentence and "[" not in sentence and "  " not in sentence


def test_no_sentence_stands_for_an_event_that_is_not_promised():
    assert set(SENTENCES) == set(PROMISED)


def test_a_draft_that_was_changed_is_told_from_one_that_was_begun():
    assert sentence_of("invoice.drafted", {"total": GBP}) == "drafted an invoice of £486.00"
    assert sentence_of(
        "invoice.drafted", {"total": GBP}, changes=[{"field": "due_date", "old": None, "new": "2026-12-04"}]
    ) == ("changed due date of a draft invoice")


def test_an_unknown_type_has_its_own_name_for_a_sentence():
    assert sentence_of("parcel.handed_over") == "handed over parcel"


@pytest.mark.parametrize(
    "odd",
    [
        {"total": {"amount": "lots", "currency": "GBP"}},
        {"total": {"amount": None, "currency": None}},
        {"total": ["x", None]},
        {"due_date": "2026-99-99"},
        {"number": {"a": 1}},
        {"number": 0},
        {"number": True},
    ],
)
def test_odd_values_never_stop_the_log_from_being_read(odd):
    assert sentence_of("invoice.published", {"number": "INV-1", **odd}).startswith("issued")


def test_changes_take_personal_values_from_where_they_are_kept():
    changes = [
        {"field": "email", "old": None, "new": None, "personal": True},
        {"field": "role", "old": "billing", "new": "owner"},
    ]
    personal = commit_all({"changes.email": {"old": "a@example.com", "new": None}})
    assert changes_of(changes, personal) == [
        {"field": "email", "old": "a@example.com", "new": None},
        {"field": "role", "old": "billing", "new": "owner"},
    ]
