"""Notes, contacts and tickets: who sees which buttons, and what a ticket's rail shows to whom."""

import re

import pytest

from gateway.ui import render
from tests.support.pages.drawing import CHOICES, PAGES, draw, one_line
from tests.support.pages.samples import CONTACT, SCRIPT, THREAD, answer, frame, note

VIEWS = ["clients.view", "notes.view", "tickets.view"]


def seen_by(name: str, *permissions: str, **changes) -> str:
    viewer = {
        "id": "s9",
        "name": "Devon Reyes",
        "email": "d@example.com",
        "role": "support",
        "permissions": [*VIEWS, *permissions],
    }
    return one_line(render.page(name, frame(viewer=viewer), **{**PAGES[name], **changes}))


@pytest.mark.parametrize(
    ("name", "permission", "offered"),
    [
        ("clients/notes.html", "notes.create", "Add Note</button>"),
        ("clients/notes.html", "notes.create", "/correct"),
        ("clients/notes.html", "notes.create", "/unpin"),
        ("clients/notes.html", "notes.create", "/n2/pin"),
        ("clients/contacts.html", "clients.edit", "Add Contact"),
        ("clients/contacts.html", "clients.edit", "/make-primary"),
        ("clients/contacts.html", "clients.edit", "/remove"),
        ("clients/tickets.html", "tickets.reply", "Open Ticket"),
        ("clients/ticket.html", "tickets.reply", "Send reply"),
        ("clients/ticket.html", "tickets.manage", "Save ticket"),
        ("clients/ticket.html", "tickets.manage", "Close ticket"),
    ],
)
def test_what_the_viewer_may_not_do_is_not_offered(name, permission, offered):
    items = {
        "clients/contacts.html": answer({**CONTACT, "id": "p2"}),
        "clients/notes.html": answer(note(), note(id="n2", sticky=False)),
    }
    further = {"items": items[name]} if name in items else {}
    assert offered in seen_by(name, permission, **further)
    assert offered not in seen_by(
        name, *({"notes.create", "clients.edit", "tickets.reply", "tickets.manage"} - {permission}), **further
    )


def test_a_note_is_corrected_once_and_unpinned_only_while_it_is_pinned():
    corrected = draw("clients/notes.html", items=answer(note(superseded_by="n2", unpinned_at="2026-11-22T10:00:00Z")))
    assert not any(f"/notes/n1/{act}" in corrected for act in ("correct", "pin", "unpin"))
    plain = draw("clients/notes.html", items=answer(note(sticky=False)))
    assert "/notes/n1/correct" in plain and "/notes/n1/unpin" not in plain and "/notes/n1/pin" in plain
    assert "/notes/n1/pin" not in draw("clients/notes.html", items=answer(note(sticky=True)))


def test_the_composer_stands_above_an_empty_list_too():
    assert "No notes yet" in draw("clients/notes.html", items=answer()) and 'class="compose"' in draw(
        "clients/notes.html", items=answer()
    )


def test_the_primary_contact_cannot_be_removed_or_disabled_and_a_disabled_one_can_be_enabled():
    primary = draw("clients/contacts.html", items=answer({**CONTACT, "primary": True}))
    assert "/contacts/p1/edit" in primary and not re.search("/contacts/p1/(remove|disable|make-primary)", primary)
    disabled = draw("clients/contacts.html", items=answer({**CONTACT, "id": "p2", "status": "inactive"}))
    assert "/contacts/p2/enable" in disabled and not re.search("/contacts/p2/(disable|make-primary|invite)", disabled)


def test_a_contact_who_waits_for_an_owner_cannot_be_made_primary():
    waiting = {**CONTACT, "id": "p2", "portal_access": "waits_for_confirmation"}
    shown = draw("clients/contacts.html", items=answer(waiting))
    assert "/contacts/p2/remove" in shown and "/contacts/p2/make-primary" not in shown


def test_without_the_lists_to_choose_from_the_rail_says_what_is():
    shown = draw("clients/ticket.html", choices=None)
    assert "Save ticket" not in shown and "<dt>Priority</dt>" in shown


def test_an_assignee_who_left_stays_chosen():
    gone = {"id": "s7", "name": "Left Long Ago"}
    shown = draw("clients/ticket.html", ticket={**THREAD, "replies": [], "assigned_to": gone}, choices=CHOICES)
    assert '<option value="s7" selected>Left Long Ago</option>' in shown


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (
            "clients/contacts.html",
            {"items": answer({**CONTACT, "first_name": SCRIPT, "email": SCRIPT, "phone": SCRIPT})},
        ),
        ("clients/contact_form.html", {"contact": None, "values": {"first_name": SCRIPT}}),
        ("clients/contact_form.html", {"contact": None, "refusal": {"duplicate": {"id": "c2", "name": SCRIPT}}}),
        ("clients/contact_invited.html", {"contact": {**CONTACT, "last_name": SCRIPT}}),
        ("clients/confirm.html", {"question": {"heading": "Remove", "text": SCRIPT, "button": "Remove"}}),
        ("clients/note_form.html", {"values": {"body": SCRIPT}}),
        ("clients/ticket_reply.html", {"values": {"body": SCRIPT}}),
        ("clients/ticket_new.html", {"values": {"subject": SCRIPT}, "departments": [SCRIPT]}),
        ("clients/ticket_edit.html", {"choices": {"departments": [SCRIPT], "staff": [{"id": "s1", "name": SCRIPT}]}}),
        ("clients/ticket.html", {"choices": {"departments": [], "staff": [{"id": "s1", "name": SCRIPT}]}}),
    ],
)
def test_typed_text_stays_text(name, changes):
    html = draw(name, **changes)
    assert SCRIPT not in html and "&lt;script&gt;alert(1)" in html
