"""The client for programs against the running system: what it generates is what is answered."""

import itertools

import pytest

from commerce_client import Commerce, Conflict, Invalid, NotFound, Stale, Unauthenticated


@pytest.fixture(scope="module")
def commerce(system) -> Commerce:
    return Commerce(system.origin, system.token)


def test_a_client_is_made_read_changed_and_billed(system, commerce):
    client_id = system.new_client()["id"]
    notes = commerce.notes
    note = notes.add_note(client_id, body="Pays by the year", sticky=True)
    assert notes.get_note(client_id, note["id"])["body"] == "Pays by the year"
    client = commerce.clients.get_client(client_id)
    changed = commerce.clients.update_client(client_id, if_match=client.etag, city="Berlin")
    assert changed.value["profile"]["city"] == "Berlin" and changed.etag != client.etag
    with pytest.raises(Stale):
        commerce.clients.update_client(client_id, if_match=client.etag, city="Rome")
    line = {"description": "Hosting", "quantity": "1", "unit_price": "10.00", "tax_rate": "20"}
    invoice = commerce.invoices.create_invoice(client_id, lines=[line], publish=True)
    amount = {"amount": "12.00", "currency": "EUR"}
    paid = commerce.invoices.record_payment(
        client_id, invoice.value["id"], amount=amount, date="2026-11-01", gateway="bank"
    )
    assert paid.value["status"] == "paid"
    assert commerce.invoices.invoice_pdf(client_id, invoice.value["id"]).startswith(b"%PDF")
    (listed,) = commerce.each(commerce.invoices.all_invoices, client=client_id, from_="2026-01-01", fields="id,total")
    assert listed == {"id": invoice.value["id"], "total": amount}


def test_the_rows_of_a_list_come_page_after_page_and_the_same_key_makes_nothing_twice(system, commerce):
    client_id = system.new_client()["id"]
    key = "made-by-a-program-" + client_id
    twice = [commerce.notes.add_note(client_id, body="One", sticky=False, idempotency_key=key) for _ in range(2)]
    commerce.notes.add_note(client_id, body="Two", sticky=False)
    commerce.notes.add_note(client_id, body="Three", sticky=False)
    found = list(itertools.islice(commerce.each(commerce.notes.list_notes, client_id, limit=1), 10))
    assert twice[0] == twice[1] and sorted(note["body"] for note in found) == ["One", "Three", "Two"]


def test_what_is_refused_is_an_error_of_its_kind(system, commerce):
    client_id = system.new_client()["id"]
    with pytest.raises(NotFound):
        commerce.notes.get_note(client_id, client_id)
    with pytest.raises(Invalid) as invalid:
        commerce.notes.add_note(client_id, body="", sticky=False)
    assert [error["pointer"] for error in invalid.value.errors] == ["/body"]
    assert commerce.validate(commerce.notes.add_note, client_id, body="x", sticky=False) is None
    assert commerce.notes.list_notes(client_id)["data"] == []
    contact = commerce.contacts.list_contacts(client_id)["data"][0]["id"]
    with pytest.raises(Conflict):
        commerce.validate(commerce.contacts.remove_contact, client_id, contact)
    with pytest.raises(Unauthenticated):
        Commerce(system.origin, "cmrc_none").me.me()
    with pytest.raises(Conflict) as refused:
        commerce.me.create_my_token(name="Another")
    assert refused.value.code == "invalid-state"
