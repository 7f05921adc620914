"""Ten calls with the client that openapi-python-client makes, as a program of its own: prints {operation: what it got}.

python with_openapi_python_client.py ORIGIN TOKEN      (with the client, `commerce_api`, on its path)
"""

import json
import sys
import uuid

from commerce_api import AuthenticatedClient
from commerce_api.api.clients import create_client, get_client, update_client
from commerce_api.api.invoices import all_invoices, create_invoice, invoice_pdf, record_payment
from commerce_api.api.notes import add_note, get_note, list_notes
from commerce_api.models import (
    AddNoteRequest,
    CreateClientRequest,
    CreateInvoiceRequest,
    CreateInvoiceRequestLinesItem,
    Money,
    RecordPaymentRequest,
    UpdateClientRequest,
)


def key() -> str:
    return uuid.uuid4().hex


def calls(api: AuthenticatedClient):
    """(operation, what it got) of each call."""
    email = f"grace-{uuid.uuid4().hex}@example.com"
    person = CreateClientRequest(first_name="Grace", last_name="Hopper", company="Navy", email=email, currency="EUR")
    made = create_client.sync(client=api, body=person)
    yield "create_client", made.contact_name
    found = get_client.sync_detailed(made.id, client=api)
    yield "get_client", found.parsed.status.value
    tag = found.headers["ETag"]
    moved = update_client.sync(made.id, client=api, body=UpdateClientRequest(city="Berlin"), if_match=tag)
    yield "update_client", [moved.profile.city, moved.profile.company]
    note = add_note.sync(made.id, client=api, body=AddNoteRequest(body="Pays by the year"))
    yield "add_note", note.body
    yield "list_notes", [one.id == note.id for one in list_notes.sync(made.id, client=api).data]
    line = CreateInvoiceRequestLinesItem(description="Hosting", quantity="1", unit_price="10.00", tax_rate="20")
    bill = CreateInvoiceRequest(lines=[line], publish=True)
    invoice = create_invoice.sync(made.id, client=api, body=bill, idempotency_key=key())
    yield "create_invoice", invoice.total.to_dict()
    money = Money(amount="12.00", currency="EUR")
    payment = RecordPaymentRequest(amount=money, date=invoice.issue_date, gateway="bank")
    paid = record_payment.sync(made.id, invoice.id, client=api, body=payment, idempotency_key=key())
    yield "record_payment", paid.status.value
    yield "invoice_pdf", invoice_pdf.sync(made.id, invoice.id, client=api).payload.read(4).decode()
    yield "all_invoices", [one.id == invoice.id for one in all_invoices.sync(client=api, client_query=made.id).data]
    unknown = get_note.sync_detailed(made.id, uuid.uuid4(), client=api)
    yield "get_note", [unknown.status_code, unknown.parsed.code]


with AuthenticatedClient(base_url=f"{sys.argv[1]}/api/v1", token=sys.argv[2]) as api:
    print(json.dumps(dict(calls(api))))
