"""Response schemas of invoices, credits, orders, services, domains and products."""

from gateway.api.schemas.values import (
    ACTOR,
    CURRENCY,
    DAY,
    DECIMAL,
    FLAG,
    ID,
    MOMENT,
    MONEY,
    TEXT,
    WHOLE,
    counts,
    many,
    maybe,
    one_of,
    page_of,
    record,
    ref,
)

INVOICE_STATUSES = ("draft", "unpaid", "paid", "overdue", "cancelled", "refunded")
ORDER_STATUSES = ("pending", "active", "fraud", "cancelled")
SERVICE_STATUSES = ("active", "pending", "suspended", "cancelled", "terminated")
DOMAIN = one_of("pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled")
CYCLE = one_of("monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time")

LINE = record(
    position=WHOLE, description=TEXT, quantity=DECIMAL, unit_price=MONEY, tax_rate=DECIMAL, total=MONEY, tax=MONEY
)
PAYMENT = record(
    id=ID, amount=MONEY, date=DAY, gateway=TEXT, reference=maybe(TEXT), refunded=MONEY, credited=MONEY, actor=ACTOR
)
APPLIED = record(id=ID, entry_id=ID, amount=MONEY, returned=MONEY, actor=ACTOR, created_at=MOMENT)
ITEM = record(
    product_id=maybe(ID),
    product=TEXT,
    billing_cycle=CYCLE,
    domain=maybe(TEXT),
    list_price=MONEY,
    price=MONEY,
    service_id=maybe(ID),
    service_status=maybe(one_of(*SERVICE_STATUSES)),
    domain_id=maybe(ID),
    domain_status=maybe(DOMAIN),
)
PLACED_BY = record(**ACTOR["properties"], acting_as=maybe(record(contact_id=TEXT, name=maybe(TEXT))))
BATCH = record(id=ID, reason=TEXT, actor=ACTOR, made_at=MOMENT, undone_at=maybe(MOMENT), suspended=WHOLE, held=WHOLE)
ADDRESS = record(**dict.fromkeys(("address1", "address2", "city", "state", "postcode", "country"), maybe(TEXT)))
BUYER = record(name=TEXT, company=TEXT, contact=TEXT, email=TEXT, address=ADDRESS, tax_id=TEXT, tax_exempt=FLAG)
SELLER = record(
    name=TEXT,
    address=many(TEXT),
    vat_id=TEXT,
    registration=TEXT,
    footer=TEXT,
    payment=maybe(record(bank=many(record(label=TEXT, value=TEXT)), instructions=TEXT)),
)
DOCUMENT = record(origin=one_of("published", "imported", "recorded_later"), taken_at=MOMENT)
PRICE = record(billing_cycle=CYCLE, amount=DECIMAL, currency=CURRENCY)
PRODUCT = {
    "id": ID,
    "name": TEXT,
    "description": TEXT,
    "takes_domain": FLAG,
    "retired": FLAG,
    "tax_rate": DECIMAL,
    "prices": many(PRICE),
    "created_at": MOMENT,
}

SERVICE = record(
    id=ID,
    product=TEXT,
    domain=maybe(TEXT),
    billing_cycle=CYCLE,
    price=MONEY,
    status=one_of(*SERVICE_STATUSES),
    next_due_date=maybe(DAY),
    created_at=MOMENT,
    suspended_reason=maybe(TEXT),
)
STOP = record(at=MOMENT, by=ACTOR, reason=TEXT)

SCHEMAS = {
    "Billing": record(currency=CURRENCY, address=maybe(ADDRESS)),
    "Invoice": record(
        id=ID,
        number=maybe(TEXT),
        status=one_of(*INVOICE_STATUSES),
        issue_date=maybe(DAY),
        due_date=maybe(DAY),
        subtotal=MONEY,
        tax_total=MONEY,
        total=MONEY,
        credit_applied=MONEY,
        paid=MONEY,
        amount_due=MONEY,
        version=WHOLE,
        notes=maybe(TEXT),
        buyer=maybe(BUYER),
        seller=maybe(SELLER),
        document=maybe(DOCUMENT),
        tax_by_rate=many(record(rate=DECIMAL, net=MONEY, tax=MONEY)),
        lines=many(LINE),
        payments=many(PAYMENT),
        credits=many(APPLIED),
        refundable=record(gateway=MONEY, credit=MONEY),
    ),
    "Invoices": page_of(ref("Invoice"), counts=counts(*INVOICE_STATUSES)),
    "Credit": record(
        id=ID,
        amount=MONEY,
        balance_after=MONEY,
        description=TEXT,
        kind=one_of("added", "applied", "refund", "overpayment", "correction"),
        invoice_id=maybe(ID),
        invoice_number=maybe(TEXT),
        reverses=maybe(ID),
        actor=ACTOR,
        created_at=MOMENT,
    ),
    "Credits": page_of(ref("Credit")),
    "Order": record(
        id=ID,
        number=TEXT,
        status=one_of(*ORDER_STATUSES),
        items=many(ITEM),
        total=MONEY,
        discount_percent=DECIMAL,
        invoice_id=maybe(ID),
        invoice_number=maybe(TEXT),
        invoice_status=maybe(one_of(*INVOICE_STATUSES)),
        placed_at=MOMENT,
        placed_by=PLACED_BY,
    ),
    "Orders": page_of(ref("Order"), counts=counts(*ORDER_STATUSES)),
    "Service": SERVICE,
    "Services": page_of(
        record(**SERVICE["properties"], stopped=maybe(STOP)), counts=counts(*SERVICE_STATUSES), batches=many(BATCH)
    ),
    "Suspended": record(suspended=WHOLE, batch_id=maybe(ID)),
    "Unsuspended": record(unsuspended=WHOLE, batch_id=ID),
    "Domain": record(
        id=ID,
        name=TEXT,
        status=DOMAIN,
        registered_on=maybe(DAY),
        expires_on=maybe(DAY),
        registrar=maybe(TEXT),
        auto_renew=FLAG,
        nameservers=many(TEXT),
        moves=many(DOMAIN),
    ),
    "Domains": page_of(ref("Domain")),
    "Product": record(**PRODUCT, active_services=WHOLE),
    "Products": page_of(record(**PRODUCT, version=WHOLE)),
}
