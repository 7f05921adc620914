"""Ten calls with the client that OpenAPI Generator makes, as a program of its own: prints {operation: what it got}.

python with_openapi_generator.py ORIGIN TOKEN      (with the client, `commerce_api`, on its path)
"""

import json
import sys
import uuid

from commerce_api import ApiClient, ClientsApi, Configuration, InvoicesApi, NotesApi
from commerce_api.exceptions import NotFoundException
from commerce_api.models import (
    AddNoteRequest,
    CreateClientRequest,
    CreateInvoiceRequest,
    CreateInvoiceRequestLinesInner,
    Money,
    RecordPaymentRequest,
    UpdateClientRequest,
)


def key() -> str:
    return uuid.uuid4().hex


def calls(api: ApiClient):
    """(operation, what it got) of each call."""
    clients, notes, invoices = ClientsApi(api), NotesApi(api), InvoicesApi(api)
    email = f"grace-{uuid.uuid4().hex}@example.com"
    person = CreateClientRequest(first_name="Grace", last_name="Hopper", company="Navy", email=email, currency="EUR")
    made = clients.create_client(person)
    yield "create_client", made.contact_name
    found = clients.get_client_with_http_info(made.id)
    yield "get_client", found.data.status
    tag = next(value for name, value in found.headers.items() if name.lower() == "etag")
    moved = clients.update_client(made.id, tag, UpdateClientRequest(city="Berlin"))
    yield "update_client", [moved.profile.city, moved.profile.company]
    note = notes.add_note(made.id, AddNoteRequest(body="Pays by the year"))
    yield "add_note", note.body
    yield "list_notes", [one.id == note.id for one in notes.list_notes(made.id).data]
    line = CreateInvoiceRequestLinesInner(description="Hosting", quantity="1", unit_price="10.00", tax_rate="20")
    invoice = invoices.create_invoice(made.id, key(), CreateInvoiceRequest(lines=[line], publish=True))
    yield "create_invoice", invoice.total.to_dict()
    money = Money(amount="12.00", currency="EUR")
    payment = RecordPaymentRequest(amount=money, date=invoice.issue_date, gateway="bank")
    yield "record_payment", invoices.record_payment(made.id, invoice.id, key(), payment).status
    yield "invoice_pdf", invoices.invoice_pdf(made.id, invoice.id)[:4].decode()
    yield "all_invoices", [one.id == invoice.id for one in invoices.all_invoices(client=made.id).data]
    try:
        notes.get_note(made.id, uuid.uuid4())
    except NotFoundException as unknown:
        yield "get_note", [unknown.status, unknown.data.code]


with ApiClient(Configuration(host=f"{sys.argv[1]}/api/v1", access_token=sys.argv[2])) as api:
    print(json.dumps(dict(calls(api))))
