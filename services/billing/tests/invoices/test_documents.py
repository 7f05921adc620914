"""An issued invoice is a document: whom it is to and from stays, whatever becomes of the client and the settings."""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis import rate_limits
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.events.event import canonical, message_bytes, message_of
from chassis.rate_limits import most_of
from services.billing.commands.invoices.documents import Search, documents_step
from services.billing.commands.invoices.drafts import create_invoice, publish_invoice, resend_invoice
from services.billing.commands.invoices.line_facts import TEXT_BYTES
from services.billing.models import Invoice, InvoiceDocument
from services.billing.queries.documents import Parties, with_current
from services.billing.queries.invoices import get_invoice
from services.billing.seller import DEVELOPMENT, Seller
from tests.support import billing_rows
from tests.support.billing_rows import NOON, client_terms

TODAY = datetime(2026, 11, 22, tzinfo=UTC).date()
ADDRESS = {
    "address1": "18 Tanner's Wharf",
    "address2": "",
    "city": "Bristol",
    "state": "",
    "postcode": "BS1",
    "country": "GB",
}
THEN = {
    "name": "Brightwater Studio Ltd",
    "company": "Brightwater Studio Ltd",
    "contact": "Grace Bellamy",
    "email": "grace@brightwater.example",
    "address": ADDRESS,
    "tax_id": "GB 293",
    "tax_exempt": False,
}
NOW = {**THEN, "name": "Other Ltd", "company": "Other Ltd", "tax_id": "DE 1", "address": {**ADDRESS, "city": "Ulm"}}
NORTHGATE = Seller(
    {
        "name": "Northgate Hosting Ltd",
        "address": ["4 Exchange Row", "Leeds LS1 5RG"],
        "vat_id": "GB 411",
        "registration": "no. 01234567",
        "footer": "Thank you",
        "bank": {"EUR": [["IBAN", "DE00"], ["BIC", "EXMPDE00"]]},
        "instructions": {},
    }
)
LINE = {"description": "Hosting", "quantity": Decimal(1), "unit_price": Decimal(10), "tax_rate": Decimal(20)}
WIRE = {**LINE, "quantity": "1", "unit_price": "10.00", "tax_rate": "20"}


def event_of(session, type: str):
    """The one event of this type."""
    session.rollback()
    return session.execute(select(outbox.c.body, outbox.c.personal).where(outbox.c.type == type)).one()


def make(open_uow, client_id, *, lines=(LINE,), publish=True, terms=THEN, seller=NORTHGATE) -> dict:
    return create_invoice(
        open_uow,
        client_id=client_id,
        lines=list(lines),
        due_date=None,
        notes=None,
        publish=publish,
        apply_credit=False,
        parties=Parties(client_terms(**terms), seller),
        today=TODAY,
    )


@pytest.fixture
def client(known) -> str:
    """A client as the clients service has it THEN; the test changes it to NOW."""
    client_id = str(uuid.uuid4())
    known[client_id] = dict(THEN)
    return client_id


def test_an_issued_invoice_keeps_its_buyer_and_a_draft_shows_the_current_one(rpc, known, client):
    def made(**given):
        return rpc("create_invoice", client_id=client, lines=[WIRE], **given)

    issued, draft, published_later = made(publish=True), made(), made()
    assert (issued["buyer"], draft["buyer"]) == (THEN, THEN)
    assert (issued["document"]["origin"], draft["document"]) == ("published", None)
    known[client] = dict(NOW)
    rpc("update_billing", client_id=client, version=1, address={"address1": "1 High Street", "city": "Leeds"})
    at_leeds = {**ADDRESS, "address1": "1 High Street", "city": "Leeds", "postcode": "", "country": ""}
    listed = {one["id"]: one for one in rpc("list_invoices", client_id=client)["data"]}
    later = rpc("publish_invoice", client_id=client, invoice_id=published_later["id"])
    for one, buyer in ((issued, THEN), (draft, {**NOW, "address": at_leeds})):
        assert rpc("get_invoice", client_id=client, invoice_id=one["id"])["buyer"] == buyer
        assert listed[one["id"]]["buyer"] == buyer
    assert later["buyer"] == {**NOW, "address": at_leeds}


def test_the_portal_shows_what_was_kept(rpc, known, client, make_caller):
    issued = rpc("create_invoice", client_id=client, lines=[WIRE], publish=True)
    known[client] = dict(NOW)
    contact = make_caller(kind="contact", client_id=client, permissions=["portal.invoices.view"])
    shown = rpc("portal_invoice", contact, invoice_id=issued["id"])
    assert (shown["buyer"], shown["document"]) == (THEN, issued["document"])
    assert shown["tax_by_rate"] == issued["tax_by_rate"]


def test_an_order_s_invoice_keeps_them_too(rpc, known, client):
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    product = rpc("create_product", name="VPS", prices=[price], tax_rate="20")
    item = {"product_id": product["id"], "billing_cycle": "monthly", "domain": None}
    order = rpc("place_order", client_id=client, items=[item])
    known[client] = dict(NOW)
    assert rpc("get_invoice", client_id=client, invoice_id=order["invoice_id"])["buyer"] == THEN


def test_the_seller_stays_with_its_account_for_the_invoice_s_currency(session, open_uow, account):
    client_id = account("EUR")
    first = make(open_uow, client_id)
    make(open_uow, client_id)
    second = make(open_uow, client_id, seller=DEVELOPMENT)
    shown = get_invoice(session, client_id, uuid.UUID(first["id"]))["seller"]
    assert shown == {
        "name": "Northgate Hosting Ltd",
        "address": ["4 Exchange Row", "Leeds LS1 5RG"],
        "vat_id": "GB 411",
        "registration": "no. 01234567",
        "footer": "Thank you",
        "payment": {
            "bank": [{"label": "IBAN", "value": "DE00"}, {"label": "BIC", "value": "EXMPDE00"}],
            "instructions": "",
        },
    }
    assert second["seller"]["name"].startswith("Development seller")
    assert session.scalar(text("SELECT count(*) FROM sellers")) == 2
    dollars = make(open_uow, account("USD"))
    assert dollars["seller"]["payment"] is None
    assert make(open_uow, account("USD"), seller=None)["seller"] is None


def test_nobody_changes_or_deletes_what_is_kept(session, open_uow, account):
    make(open_uow, account("EUR"))
    for statement in (
        update(InvoiceDocument).values(buyer={}),
        delete(InvoiceDocument),
        text("TRUNCATE invoice_documents"),
        text("UPDATE sellers SET content = '{}'"),
        text("DELETE FROM sellers"),
    ):
        with pytest.raises(DBAPIError) as refused:
            session.execute(statement)
        assert refused.value.orig.pgcode == "42501"
        session.rollback()


def test_tax_is_summed_by_rate_from_rounded_lines(open_uow, account):
    lines = [
        {**LINE, "unit_price": Decimal("0.05"), "tax_rate": Decimal(20)},
        {**LINE, "unit_price": Decimal("-0.02"), "tax_rate": Decimal(20)},
        {**LINE, "unit_price": Decimal("7.00"), "tax_rate": Decimal(0)},
        {**LINE, "unit_price": Decimal("1.00"), "tax_rate": Decimal("5.5")},
    ]
    made = make(open_uow, account("EUR"), lines=lines)
    assert [(one["rate"], one["net"]["amount"], one["tax"]["amount"]) for one in made["tax_by_rate"]] == [
        ("20", "0.03", "0.01"),
        ("5.5", "1.00", "0.06"),
        ("0", "7.00", "0.00"),
    ]


def test_events_carry_lines_sums_and_the_buyer_apart(session, open_uow, account):
    client_id = account("EUR")
    draft = make(open_uow, client_id, publish=False)
    publish_invoice(
        open_uow,
        client_id=client_id,
        invoice_id=uuid.UUID(draft["id"]),
        apply_credit=False,
        parties=Parties(client_terms(**NOW), NORTHGATE),
        today=TODAY,
    )
    for kind, buyer in (("drafted", THEN), ("published", NOW)):
        event = event_of(session, f"invoice.{kind}.v1")
        facts = event.body["facts"]
        assert facts["lines"] == [
            {
                "description": "Hosting",
                "quantity": "1",
                "unit_price": {"amount": "10.00", "currency": "EUR"},
                "tax_rate": "20",
                "tax": {"amount": "2.00", "currency": "EUR"},
                "total": {"amount": "10.00", "currency": "EUR"},
            }
        ]
        assert (facts["subtotal"]["amount"], facts["tax_total"]["amount"], facts["total"]["amount"]) == (
            "10.00",
            "2.00",
            "12.00",
        )
        assert event.personal["buyer"]["value"] == buyer
        assert buyer["name"] not in json.dumps(event.body)


@pytest.mark.parametrize("letter", ["x", "\N{GRINNING FACE}", "\n", '"'])
def test_an_event_of_the_longest_invoice_stays_small_and_says_what_it_cut(session, open_uow, account, letter):
    whole = f"a{letter * 998}z"
    made = make(open_uow, account("EUR"), lines=[{**LINE, "description": whole}] * 199 + [LINE])
    event = event_of(session, "invoice.published.v1")
    assert len(message_bytes(message_of(event.body, event.personal))) < 256 * 1024
    first, *_, last = event.body["facts"]["lines"]
    assert first["description"] == whole[: len(first["description"])] and len(first["description"]) < 1000
    assert first["description_length"] == 1000
    assert first["description_sha256"] == hashlib.sha256(whole.encode()).hexdigest()
    assert last["description"] == "Hosting" and "description_sha256" not in last
    texts = [canonical(line["description"]) for line in event.body["facts"]["lines"]]
    assert sum(map(len, texts)) <= TEXT_BYTES
    assert made["lines"][0]["description"] == whole


class Known:
    """The clients service, which knows one client."""

    def __init__(self, client_id):
        self.client_id = client_id

    def for_billing(self, client_ids):
        return {one: client_terms(**NOW) for one in client_ids if one == str(self.client_id)}


def test_what_was_issued_before_gets_what_is_known_now_and_says_so(session, account):
    client_id, gone = account("EUR"), account("EUR")
    old, draft, lost = (
        billing_rows.invoice(session, client_id, 7),
        billing_rows.invoice(session, client_id, None, status="draft"),
        billing_rows.invoice(session, gone, 8),
    )
    search, began = Search(), datetime.now(UTC).replace(microsecond=0)

    def step(now=NOON) -> bool:
        return documents_step(
            session, search=search, clients_for=lambda cause: Known(client_id), seller=NORTHGATE, now=now
        )

    assert [step(), step()] == [True, False]
    shown = get_invoice(session, client_id, old)
    assert shown["buyer"] == NOW and shown["seller"]["name"] == "Northgate Hosting Ltd"
    assert shown["document"]["origin"] == "recorded_later"
    assert datetime.fromisoformat(shown["document"]["taken_at"]) >= began
    assert set(session.scalars(select(InvoiceDocument.invoice_id))) == {old}, (draft, lost)
    assert step() is False
    session.rollback()
    assert step(NOON.replace(hour=13)) is True


def test_it_waits_while_the_clients_service_is_away(session, account):
    old = billing_rows.invoice(session, account("EUR"), 7)

    class Away:
        def for_billing(self, client_ids):
            raise ServiceProblem("unavailable", "The service is not there.")

    search = Search()
    given = {"search": search, "clients_for": lambda cause: Away(), "seller": None, "now": NOON}
    assert documents_step(session, **given) is False
    assert (search.after, search.ended) == (None, None)
    assert get_invoice(session, session.scalar(select(Invoice.client_id)), old)["document"] is None


def test_before_that_it_shows_the_current_parties(session, account):
    client_id = account("EUR")
    old = billing_rows.invoice(session, client_id, 7)
    (shown,) = with_current(
        session, Known(client_id).for_billing, client_id, NORTHGATE, [get_invoice(session, client_id, old)]
    )
    assert (shown["buyer"], shown["document"]) == (NOW, None)


def test_an_issued_invoice_is_sent_again_and_nothing_else(session, open_uow, account):
    client_id = account("EUR")
    issued, draft = make(open_uow, client_id), make(open_uow, client_id, publish=False)
    again = resend_invoice(open_uow, client_id=client_id, invoice_id=uuid.UUID(issued["id"]))
    assert again["number"] == issued["number"]
    event = event_of(session, "invoice.resent.v1")
    assert (event.body["facts"]["number"], event.body["facts"]["due_date"]) == (issued["number"], issued["due_date"])
    session.execute(update(Invoice).where(Invoice.number.is_not(None)).values(status="cancelled"))
    session.commit()
    for one in (issued, draft):
        with pytest.raises(ServiceProblem) as refused:
            resend_invoice(open_uow, client_id=client_id, invoice_id=uuid.UUID(one["id"]))
        assert refused.value.code == "invalid-state"


@pytest.mark.usefixtures("default_limits")
def test_an_invoice_and_a_client_s_invoices_are_sent_again_so_many_times_an_hour(
    session, open_uow, account, monkeypatch
):
    client_id, other_id = account("EUR"), account("EUR")

    def send(client, issued) -> None:
        resend_invoice(open_uow, client_id=client, invoice_id=uuid.UUID(issued["id"]))

    def refused(client, issued) -> str:
        with pytest.raises(ServiceProblem) as refusal:
            send(client, issued)
        assert refusal.value.code == "too-many-requests" and 3000 < refusal.value.extra["retry_after"] <= 3600
        return refusal.value.extra["limit"]

    first, second, others = make(open_uow, client_id), make(open_uow, client_id), make(open_uow, other_id)
    for _ in range(most_of("resends-of-invoice")):
        send(client_id, first)
    assert refused(client_id, first) == "resends-of-invoice"
    monkeypatch.setattr(rate_limits, "_most", {"resends-to-client": most_of("resends-of-invoice") + 1})
    send(client_id, second)
    assert refused(client_id, second) == "resends-to-client"
    send(other_id, others)


def test_a_new_invoice_begins_with_the_rate_of_most_products_on_sale(rpc, client):
    terms, price = {"client_id": client}, {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    assert rpc("get_invoice_terms", **terms) == {"currency": "EUR", "tax_rate": "0"}
    for name, rate in (("A", "20"), ("B", "5.5"), ("C", "20")):
        rpc("create_product", name=name, prices=[price], tax_rate=rate)
    assert rpc("get_invoice_terms", **terms)["tax_rate"] == "20"
