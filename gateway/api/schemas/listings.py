"""Response schemas of the lists over all clients: their rows with the client, their totals."""

from gateway.api.schemas.billing import INVOICE_STATUSES, PAYMENT, SERVICE
from gateway.api.schemas.billing import SCHEMAS as BILLING
from gateway.api.schemas.tickets import TICKET
from gateway.api.schemas.values import (
    CURRENCY,
    FLAG,
    ID,
    MOMENT,
    MONEY,
    TEXT,
    WHOLE,
    many,
    maybe,
    one_of,
    page_of,
    record,
)

CLIENT = record(id=ID, name=maybe(TEXT))
AGE = record(label=TEXT, from_days=WHOLE, amount=MONEY)
INVOICE = record(id=ID, number=maybe(TEXT), status=one_of(*INVOICE_STATUSES))


def _listing(row: dict, **totals: dict) -> dict:
    total = record(count=WHOLE, **({"currency": CURRENCY, **totals} if totals else {}))
    return page_of(record(**row, client=CLIENT), totals=maybe(many(total)), clients_left_out=FLAG)


SCHEMAS = {
    "AllInvoices": _listing(BILLING["Invoice"]["properties"], total=MONEY, amount_due=MONEY, ageing=many(AGE)),
    "AllPayments": _listing(
        {**PAYMENT["properties"], "invoice": INVOICE, "recorded_at": MOMENT}, amount=MONEY, refunded=MONEY
    ),
    "AllOrders": _listing(BILLING["Order"]["properties"], total=MONEY),
    "AllServices": _listing(SERVICE["properties"], monthly=MONEY),
    "AllDomains": _listing(BILLING["Domain"]["properties"]),
    "AllTickets": _listing(TICKET),
}
