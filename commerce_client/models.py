"""Models of the API, generated from its OpenAPI document by `python -m tools.docs`; do not edit.

A field that is always there is one of those that are required, unless `fields` left it out.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class Activity(TypedDict):
    data: list[ActivityRow]
    page: Page
    unavailable: list[str]


class ActivityRow(TypedDict):
    id: str
    seq: int
    occurred_at: str
    actor: ActivityRowActor
    acting_as: ActivityRowActingAs | None
    action: str
    type: str
    category: str
    references: list[ActivityRowReferencesItem]
    entity: ActivityRowEntity
    changes: list[ActivityRowChangesItem]
    ip: str | None
    cause: str | None
    hash: str


class ActivityRowActingAs(TypedDict):
    id: str
    contact_id: str
    name: str


class ActivityRowActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class ActivityRowChangesItem(TypedDict):
    field: str
    old: Any
    new: Any


class ActivityRowEntity(TypedDict):
    type: str
    id: str | None


class ActivityRowReferencesItem(TypedDict):
    type: str
    id: str
    text: str


class AllActivity(TypedDict):
    data: list[AllActivityRow]
    page: Page
    unavailable: list[str]


class AllActivityRow(TypedDict):
    id: str
    seq: int
    occurred_at: str
    actor: AllActivityRowActor
    acting_as: AllActivityRowActingAs | None
    action: str
    type: str
    category: str
    references: list[AllActivityRowReferencesItem]
    entity: AllActivityRowEntity
    changes: list[AllActivityRowChangesItem]
    ip: str | None
    cause: str | None
    hash: str
    client_id: str | None


class AllActivityRowActingAs(TypedDict):
    id: str
    contact_id: str
    name: str


class AllActivityRowActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class AllActivityRowChangesItem(TypedDict):
    field: str
    old: Any
    new: Any


class AllActivityRowEntity(TypedDict):
    type: str
    id: str | None


class AllActivityRowReferencesItem(TypedDict):
    type: str
    id: str
    text: str


class AllDomains(TypedDict):
    data: list[AllDomainsRow]
    page: Page
    unavailable: list[str]
    totals: list[AllDomainsTotalsItem] | None
    clients_left_out: bool


class AllDomainsRow(TypedDict):
    id: str
    name: str
    status: Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
    registered_on: str | None
    expires_on: str | None
    registrar: str | None
    auto_renew: bool
    nameservers: list[str]
    moves: list[
        Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
    ]
    client: AllDomainsRowClient


class AllDomainsRowClient(TypedDict):
    id: str
    name: str | None


class AllDomainsTotalsItem(TypedDict):
    count: int


class AllInvoices(TypedDict):
    data: list[AllInvoicesRow]
    page: Page
    unavailable: list[str]
    totals: list[AllInvoicesTotalsItem] | None
    clients_left_out: bool


class AllInvoicesRow(TypedDict):
    id: str
    number: str | None
    status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"]
    issue_date: str | None
    due_date: str | None
    subtotal: Money
    tax_total: Money
    total: Money
    credit_applied: Money
    paid: Money
    amount_due: Money
    version: int
    notes: str | None
    buyer: AllInvoicesRowBuyer | None
    seller: AllInvoicesRowSeller | None
    document: AllInvoicesRowDocument | None
    tax_by_rate: list[AllInvoicesRowTaxByRateItem]
    lines: list[AllInvoicesRowLinesItem]
    payments: list[AllInvoicesRowPaymentsItem]
    credits: list[AllInvoicesRowCreditsItem]
    refundable: AllInvoicesRowRefundable
    client: AllInvoicesRowClient


class AllInvoicesRowBuyer(TypedDict):
    name: str
    company: str
    contact: str
    email: str
    address: AllInvoicesRowBuyerAddress
    tax_id: str
    tax_exempt: bool


class AllInvoicesRowBuyerAddress(TypedDict):
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str | None


class AllInvoicesRowClient(TypedDict):
    id: str
    name: str | None


class AllInvoicesRowCreditsItem(TypedDict):
    id: str
    entry_id: str
    amount: Money
    returned: Money
    actor: AllInvoicesRowCreditsItemActor
    created_at: str


class AllInvoicesRowCreditsItemActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class AllInvoicesRowDocument(TypedDict):
    origin: Literal["published", "imported", "recorded_later"]
    taken_at: str


class AllInvoicesRowLinesItem(TypedDict):
    position: int
    description: str
    quantity: str
    unit_price: Money
    tax_rate: str
    total: Money
    tax: Money


class AllInvoicesRowPaymentsItem(TypedDict):
    id: str
    amount: Money
    date: str
    gateway: str
    reference: str | None
    refunded: Money
    credited: Money
    actor: AllInvoicesRowPaymentsItemActor


class AllInvoicesRowPaymentsItemActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class AllInvoicesRowRefundable(TypedDict):
    gateway: Money
    credit: Money


class AllInvoicesRowSeller(TypedDict):
    name: str
    address: list[str]
    vat_id: str
    registration: str
    footer: str
    payment: AllInvoicesRowSellerPayment | None


class AllInvoicesRowSellerPayment(TypedDict):
    bank: list[AllInvoicesRowSellerPaymentBankItem]
    instructions: str


class AllInvoicesRowSellerPaymentBankItem(TypedDict):
    label: str
    value: str


class AllInvoicesRowTaxByRateItem(TypedDict):
    rate: str
    net: Money
    tax: Money


class AllInvoicesTotalsItem(TypedDict):
    count: int
    currency: str
    total: Money
    amount_due: Money
    ageing: list[AllInvoicesTotalsItemAgeingItem]


class AllInvoicesTotalsItemAgeingItem(TypedDict):
    label: str
    from_days: int
    amount: Money


class AllOrders(TypedDict):
    data: list[AllOrdersRow]
    page: Page
    unavailable: list[str]
    totals: list[AllOrdersTotalsItem] | None
    clients_left_out: bool


class AllOrdersRow(TypedDict):
    id: str
    number: str
    status: Literal["pending", "active", "fraud", "cancelled"]
    items: list[AllOrdersRowItemsItem]
    total: Money
    discount_percent: str
    invoice_id: str | None
    invoice_number: str | None
    invoice_status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"] | None
    placed_at: str
    placed_by: AllOrdersRowPlacedBy
    client: AllOrdersRowClient


class AllOrdersRowClient(TypedDict):
    id: str
    name: str | None


class AllOrdersRowItemsItem(TypedDict):
    product_id: str | None
    product: str
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    domain: str | None
    list_price: Money
    price: Money
    service_id: str | None
    service_number: str | None
    service_status: Literal["active", "pending", "suspended", "cancelled", "terminated"] | None
    domain_id: str | None
    domain_status: (
        Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
        | None
    )


class AllOrdersRowPlacedBy(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None
    acting_as: AllOrdersRowPlacedByActingAs | None


class AllOrdersRowPlacedByActingAs(TypedDict):
    contact_id: str
    name: str | None


class AllOrdersTotalsItem(TypedDict):
    count: int
    currency: str
    total: Money


class AllPayments(TypedDict):
    data: list[AllPaymentsRow]
    page: Page
    unavailable: list[str]
    totals: list[AllPaymentsTotalsItem] | None
    clients_left_out: bool


class AllPaymentsRow(TypedDict):
    id: str
    amount: Money
    date: str
    gateway: str
    reference: str | None
    refunded: Money
    credited: Money
    actor: AllPaymentsRowActor
    invoice: AllPaymentsRowInvoice
    recorded_at: str
    client: AllPaymentsRowClient


class AllPaymentsRowActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class AllPaymentsRowClient(TypedDict):
    id: str
    name: str | None


class AllPaymentsRowInvoice(TypedDict):
    id: str
    number: str | None
    status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"]


class AllPaymentsTotalsItem(TypedDict):
    count: int
    currency: str
    amount: Money
    refunded: Money


class AllServices(TypedDict):
    data: list[AllServicesRow]
    page: Page
    unavailable: list[str]
    totals: list[AllServicesTotalsItem] | None
    clients_left_out: bool


class AllServicesRow(TypedDict):
    id: str
    number: str
    product: str
    domain: str | None
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    price: Money
    status: Literal["active", "pending", "suspended", "cancelled", "terminated"]
    next_due_date: str | None
    created_at: str
    suspended_reason: str | None
    client: AllServicesRowClient


class AllServicesRowClient(TypedDict):
    id: str
    name: str | None


class AllServicesTotalsItem(TypedDict):
    count: int
    currency: str
    monthly: Money


class AllTickets(TypedDict):
    data: list[AllTicketsRow]
    page: Page
    unavailable: list[str]
    totals: list[AllTicketsTotalsItem] | None
    clients_left_out: bool


class AllTicketsRow(TypedDict):
    id: str
    number: int
    subject: str
    status: Literal["open", "answered", "customer_reply", "in_progress", "on_hold", "closed"]
    priority: Literal["low", "medium", "high", "urgent"]
    department: str | None
    assigned_to: AllTicketsRowAssignedTo | None
    opened_at: str
    last_reply_at: str | None
    last_reply_by: AllTicketsRowLastReplyBy | None
    client: AllTicketsRowClient


class AllTicketsRowAssignedTo(TypedDict):
    id: str
    name: str


class AllTicketsRowClient(TypedDict):
    id: str
    name: str | None


class AllTicketsRowLastReplyBy(TypedDict):
    kind: str
    name: str | None


class AllTicketsTotalsItem(TypedDict):
    count: int


AsyncApi: TypeAlias = "dict[str, Any]"


class Billing(TypedDict):
    currency: str
    address: BillingAddress | None


class BillingAddress(TypedDict):
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str | None


class Client(TypedDict):
    id: str
    name: str
    contact_name: str
    status: Literal["active", "suspended", "inactive"]
    joined_at: str
    last_login_at: str | None
    group: ClientGroup | None
    profile: ClientProfile
    tags: list[ClientTagsItem]
    billing: ClientBilling | None
    summary: ClientSummary
    counts: ClientCounts
    unavailable: list[str]


class ClientBilling(TypedDict):
    currency: str
    address: ClientBillingAddress | None


class ClientBillingAddress(TypedDict):
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str | None


class ClientCounts(TypedDict):
    services: int | None
    invoices: int | None
    orders: int | None
    domains: int | None
    tickets: int | None
    contacts: int | None
    notes: int | None


class ClientFilterFields(TypedDict):
    fields: list[ClientFilterFieldsFieldsItem]
    help: str


class ClientFilterFieldsFieldsItem(TypedDict):
    name: str
    label: str
    type: Literal["text", "choice", "set", "boolean", "integer", "money", "date", "moment"]
    operators: list[str]
    nullable: bool
    choices: list[str] | None


class ClientGroup(TypedDict):
    id: str
    name: str
    colour: str


class ClientProfile(TypedDict):
    first_name: str
    last_name: str
    email: str
    company: str
    phone: str
    address1: str
    address2: str
    city: str
    state: str
    postcode: str
    country: str
    tax_id: str
    tax_exempt: bool
    language: str


class ClientSummary(TypedDict):
    active_services: int | None
    outstanding: Money | None
    credit_balance: Money | None
    sticky_notes: list[ClientSummaryStickyNotesItem]


class ClientSummaryStickyNotesItem(TypedDict):
    id: str
    body: str
    author: ClientSummaryStickyNotesItemAuthor
    created_at: str


class ClientSummaryStickyNotesItemAuthor(TypedDict):
    id: str
    name: str | None


class ClientTags(TypedDict):
    data: list[ClientTagsRow]
    page: Page
    unavailable: list[str]


class ClientTagsItem(TypedDict):
    id: str
    name: str
    colour: str


class ClientTagsRow(TypedDict):
    id: str
    name: str
    colour: str


class Clients(TypedDict):
    data: list[ClientsRow]
    page: Page
    unavailable: list[str]
    totals_as_of: str | None


class ClientsRow(TypedDict):
    id: str
    name: str
    company: str
    contact_name: str
    email: str
    group: ClientsRowGroup | None
    tags: list[ClientsRowTagsItem]
    status: Literal["active", "suspended", "inactive"]
    last_login_at: str | None
    joined_at: str
    active_services: int | None
    suspended_services: int | None
    outstanding: Money | None
    overdue: Money | None
    oldest_due_on: str | None
    credit_balance: Money | None
    next_due_on: str | None
    columns: NotRequired[dict[str, Any]]


class ClientsRowGroup(TypedDict):
    id: str
    name: str
    colour: str


class ClientsRowTagsItem(TypedDict):
    id: str
    name: str
    colour: str


class Contact(TypedDict):
    id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    phone_e164: str | None
    role: Literal["owner", "admin", "billing", "technical"]
    status: Literal["active", "invited", "inactive"]
    primary: bool
    last_login_at: str | None
    invited_at: str | None
    can_sign_in: bool
    portal_access: Literal["not_invited", "invited", "waits_for_confirmation", "can_sign_in", "disabled"]


class Contacts(TypedDict):
    data: list[Contact]
    page: Page
    unavailable: list[str]


class CreateInvoiceRequestLinesItem(TypedDict):
    description: str
    quantity: str
    unit_price: str
    tax_rate: NotRequired[str]


class CreateProductRequestPricesItem(TypedDict):
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    currency: str
    amount: Any


class Credit(TypedDict):
    id: str
    amount: Money
    balance_after: Money
    description: str
    kind: Literal["added", "applied", "refund", "overpayment", "correction"]
    invoice_id: str | None
    invoice_number: str | None
    reverses: str | None
    actor: CreditActor
    created_at: str


class CreditActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class Credits(TypedDict):
    data: list[Credit]
    page: Page
    unavailable: list[str]


class CustomField(TypedDict):
    id: str
    label: str
    type: Literal["text", "textarea", "select", "checkbox", "date"]
    options: list[str]
    required: bool
    order: int
    visibility: Literal["staff_only", "client_view", "client_edit"]


class CustomFieldValues(TypedDict):
    data: list[CustomFieldValuesRow]
    page: Page
    unavailable: list[str]


class CustomFieldValuesRow(TypedDict):
    id: str
    label: str
    type: Literal["text", "textarea", "select", "checkbox", "date"]
    value: Any
    visibility: Literal["staff_only", "client_view", "client_edit"]
    options: list[str]
    required: bool


class CustomFields(TypedDict):
    data: list[CustomField]
    page: Page
    unavailable: list[str]


class DeletedView(TypedDict):
    deleted: str


class DeletedWebhook(TypedDict):
    id: str
    deleted: bool


class Domain(TypedDict):
    id: str
    name: str
    status: Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
    registered_on: str | None
    expires_on: str | None
    registrar: str | None
    auto_renew: bool
    nameservers: list[str]
    moves: list[
        Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
    ]


class Domains(TypedDict):
    data: list[Domain]
    page: Page
    unavailable: list[str]


class DryRun(TypedDict):
    rows: int
    digest: str
    changed: int
    unchanged: int
    refused: int
    services: int
    monthly: list[Money]
    reasons: list[DryRunReasonsItem]
    at: str
    undo_until: str


class DryRunReasonsItem(TypedDict):
    result: Literal["changed", "unchanged", "refused", "failed"]
    code: str
    reason: str
    count: int
    clients: list[DryRunReasonsItemClientsItem]
    client_ids: list[str]


class DryRunReasonsItemClientsItem(TypedDict):
    id: str
    name: str


class Ended(TypedDict):
    ended: int


class Events(TypedDict):
    data: list[EventsRow]
    page: Page
    unavailable: list[str]
    resume: str


class EventsRow(TypedDict):
    specversion: str
    id: str
    type: str
    source: str
    time: str
    dataschema: str
    stream: str
    sequence: int
    data: EventsRowData
    subject: NotRequired[str]
    epoch: NotRequired[int]
    cause: NotRequired[str]
    traceparent: NotRequired[str]


class EventsRowData(TypedDict):
    actor: EventsRowDataActor
    acting_as: EventsRowDataActingAs | None
    facts: dict[str, Any]
    personal: dict[str, EventsRowDataPersonalValue]
    changes: list[EventsRowDataChangesItem]


class EventsRowDataActingAs(TypedDict):
    contact_id: str
    name: str | None


class EventsRowDataActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class EventsRowDataChangesItem(TypedDict):
    field: str
    old: Any
    new: Any
    personal: NotRequired[bool]


class EventsRowDataPersonalValue(TypedDict):
    salt: str
    value: Any


class GatewayProcess(TypedDict):
    instance: str
    version: str
    started_at: str
    seen_at: str
    status: Literal["ready", "silent"]
    streams: int
    lag: int | None
    is_fed: bool


class Group(TypedDict):
    id: str
    name: str
    colour: str
    description: str
    discount_percent: str


class Groups(TypedDict):
    data: list[Group]
    page: Page
    unavailable: list[str]


class Impersonation(TypedDict):
    id: str
    staff: ImpersonationStaff
    contact: ImpersonationContact
    reason: str
    started_at: str
    entered_at: str | None
    ended_at: str | None
    end_cause: str | None
    ends_at: str


class ImpersonationContact(TypedDict):
    id: str
    name: str


class ImpersonationStaff(TypedDict):
    id: str
    name: str


class Impersonations(TypedDict):
    data: list[Impersonation]
    page: Page
    unavailable: list[str]


class Import(TypedDict):
    id: str
    source: str
    allow_duplicate_email: bool
    created_at: str
    status: Literal["staged", "running", "done", "failed"]
    finished_at: str | None
    files: list[ImportFilesItem]


class ImportFilesItem(TypedDict):
    kind: str
    name: str | None
    columns: list[str]
    rows: int
    imported: int
    unchanged: int
    failed: int
    sample: list[dict[str, Any]]
    warnings: NotRequired[int]
    reading: NotRequired[dict[str, Any] | None]


class ImportProgress(TypedDict):
    id: str
    source: str
    allow_duplicate_email: bool
    created_at: str
    status: Literal["staged", "running", "done", "failed"]
    finished_at: str | None
    files: list[ImportProgressFilesItem]
    counts: ImportProgressCounts
    failures: list[ImportProgressFailuresItem]
    page: Page


class ImportProgressCounts(TypedDict):
    rows: int
    imported: int
    unchanged: int
    failed: int


class ImportProgressFailuresItem(TypedDict):
    kind: str
    line: int
    external_id: str | None
    column: str | None
    value: str | None
    code: str
    reason: str
    values: dict[str, str | None]


class ImportProgressFilesItem(TypedDict):
    kind: str
    name: str | None
    columns: list[str]
    rows: int
    imported: int
    unchanged: int
    failed: int
    sample: list[dict[str, Any]]
    warnings: NotRequired[int]
    reading: NotRequired[dict[str, Any] | None]


class Invitation(TypedDict):
    url: str | None
    expires_at: str


class Invoice(TypedDict):
    id: str
    number: str | None
    status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"]
    issue_date: str | None
    due_date: str | None
    subtotal: Money
    tax_total: Money
    total: Money
    credit_applied: Money
    paid: Money
    amount_due: Money
    version: int
    notes: str | None
    buyer: InvoiceBuyer | None
    seller: InvoiceSeller | None
    document: InvoiceDocument | None
    tax_by_rate: list[InvoiceTaxByRateItem]
    lines: list[InvoiceLinesItem]
    payments: list[InvoicePaymentsItem]
    credits: list[InvoiceCreditsItem]
    refundable: InvoiceRefundable


class InvoiceBuyer(TypedDict):
    name: str
    company: str
    contact: str
    email: str
    address: InvoiceBuyerAddress
    tax_id: str
    tax_exempt: bool


class InvoiceBuyerAddress(TypedDict):
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str | None


class InvoiceCreditsItem(TypedDict):
    id: str
    entry_id: str
    amount: Money
    returned: Money
    actor: InvoiceCreditsItemActor
    created_at: str


class InvoiceCreditsItemActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class InvoiceDocument(TypedDict):
    origin: Literal["published", "imported", "recorded_later"]
    taken_at: str


class InvoiceLinesItem(TypedDict):
    position: int
    description: str
    quantity: str
    unit_price: Money
    tax_rate: str
    total: Money
    tax: Money


class InvoicePaymentsItem(TypedDict):
    id: str
    amount: Money
    date: str
    gateway: str
    reference: str | None
    refunded: Money
    credited: Money
    actor: InvoicePaymentsItemActor


class InvoicePaymentsItemActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class InvoiceRefundable(TypedDict):
    gateway: Money
    credit: Money


class InvoiceSeller(TypedDict):
    name: str
    address: list[str]
    vat_id: str
    registration: str
    footer: str
    payment: InvoiceSellerPayment | None


class InvoiceSellerPayment(TypedDict):
    bank: list[InvoiceSellerPaymentBankItem]
    instructions: str


class InvoiceSellerPaymentBankItem(TypedDict):
    label: str
    value: str


class InvoiceTaxByRateItem(TypedDict):
    rate: str
    net: Money
    tax: Money


class Invoices(TypedDict):
    data: list[Invoice]
    page: Page
    unavailable: list[str]
    counts: InvoicesCounts


class InvoicesCounts(TypedDict):
    draft: int
    unpaid: int
    paid: int
    overdue: int
    cancelled: int
    refunded: int


class Job(TypedDict):
    id: str
    number: str
    act: Literal[
        "add_tag",
        "remove_tag",
        "set_group",
        "set_status",
        "suspend_services",
        "unsuspend_services",
        "add_note",
        "set_custom_field",
    ]
    arguments: dict[str, Any]
    selection: dict[str, Any]
    status: Literal["running", "paused", "done"]
    actor: JobActor
    undoes: str | None
    undone_by: str | None
    rows: int
    started_at: str
    finished_at: str | None
    undo_until: str | None
    subject: str | None
    counts: JobCounts
    services: int


class JobActor(TypedDict):
    kind: str
    id: str
    name: str | None


class JobCounts(TypedDict):
    waiting: int
    sent: int
    changed: int
    unchanged: int
    refused: int
    failed: int


JobOrDryRun: TypeAlias = "Job | DryRun"


class JobRows(TypedDict):
    data: list[JobRowsRow]
    page: Page
    unavailable: list[str]


class JobRowsRow(TypedDict):
    client: JobRowsRowClient
    result: Literal["changed", "unchanged", "refused", "failed", "waiting", "sent"]
    code: str
    reason: str
    services: int
    at: str | None


class JobRowsRowClient(TypedDict):
    id: str
    name: str | None
    email: str | None


class Jobs(TypedDict):
    data: list[JobsRow]
    page: Page
    unavailable: list[str]


class JobsRow(TypedDict):
    id: str
    number: str
    act: Literal[
        "add_tag",
        "remove_tag",
        "set_group",
        "set_status",
        "suspend_services",
        "unsuspend_services",
        "add_note",
        "set_custom_field",
    ]
    arguments: dict[str, Any]
    selection: dict[str, Any]
    status: Literal["running", "paused", "done"]
    actor: JobsRowActor
    undoes: str | None
    undone_by: str | None
    rows: int
    started_at: str
    finished_at: str | None
    undo_until: str | None


class JobsRowActor(TypedDict):
    kind: str
    id: str
    name: str | None


JsonSchema: TypeAlias = "dict[str, Any]"


class Link(TypedDict):
    url: str
    expires_at: str


class ListSettings(TypedDict):
    columns: list[str]
    widths: dict[str, int]
    density: Literal["two_lines", "compact"]


class Me(TypedDict):
    id: str
    name: str
    email: str
    role: Literal["super_admin", "admin", "support", "billing"]
    permissions: list[str]


class Message(TypedDict):
    id: str
    author: MessageAuthor
    body: str
    internal: bool
    created_at: str


class MessageAuthor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class Money(TypedDict):
    """An amount as a decimal string, never a number, with its currency (ISO 4217)."""

    amount: str
    currency: str


class NewImpersonation(TypedDict):
    id: str
    staff: NewImpersonationStaff
    contact: NewImpersonationContact
    reason: str
    started_at: str
    entered_at: str | None
    ended_at: str | None
    end_cause: str | None
    ends_at: str
    url: str
    expires_at: str


class NewImpersonationContact(TypedDict):
    id: str
    name: str


class NewImpersonationStaff(TypedDict):
    id: str
    name: str


class NewToken(TypedDict):
    id: str
    name: str
    hint: str
    permissions: list[str] | None
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    token: NotRequired[str]


class Note(TypedDict):
    id: str
    body: str | None
    sticky: bool
    author: NoteAuthor
    created_at: str
    supersedes: str | None
    superseded_by: str | None
    unpinned_at: str | None


class NoteAuthor(TypedDict):
    id: str
    name: str | None


class Notes(TypedDict):
    data: list[Note]
    page: Page
    unavailable: list[str]


OpenApi: TypeAlias = "dict[str, Any]"


class Order(TypedDict):
    id: str
    number: str
    status: Literal["pending", "active", "fraud", "cancelled"]
    items: list[OrderItemsItem]
    total: Money
    discount_percent: str
    invoice_id: str | None
    invoice_number: str | None
    invoice_status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"] | None
    placed_at: str
    placed_by: OrderPlacedBy


class OrderItemsItem(TypedDict):
    product_id: str | None
    product: str
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    domain: str | None
    list_price: Money
    price: Money
    service_id: str | None
    service_number: str | None
    service_status: Literal["active", "pending", "suspended", "cancelled", "terminated"] | None
    domain_id: str | None
    domain_status: (
        Literal["pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"]
        | None
    )


class OrderPlacedBy(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None
    acting_as: OrderPlacedByActingAs | None


class OrderPlacedByActingAs(TypedDict):
    contact_id: str
    name: str | None


class Orders(TypedDict):
    data: list[Order]
    page: Page
    unavailable: list[str]
    counts: OrdersCounts


class OrdersCounts(TypedDict):
    pending: int
    active: int
    fraud: int
    cancelled: int


class Page(TypedDict):
    next: str | None
    prev: str | None
    total: int | None
    exact: bool


class PlaceOrderRequestItemsItem(TypedDict):
    product_id: str
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    domain: NotRequired[str | None]


class Problem(TypedDict):
    """RFC 9457. `code` says what is wrong, `errors` which fields, by JSON pointer."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemErrorsItem]
    request_id: str


class ProblemErrorsItem(TypedDict):
    pointer: str
    code: str
    message: str


class Product(TypedDict):
    id: str
    name: str
    description: str
    takes_domain: bool
    retired: bool
    tax_rate: str
    prices: list[ProductPricesItem]
    created_at: str
    active_services: int


class ProductPricesItem(TypedDict):
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    amount: str
    currency: str


class Products(TypedDict):
    data: list[ProductsRow]
    page: Page
    unavailable: list[str]


class ProductsRow(TypedDict):
    id: str
    name: str
    description: str
    takes_domain: bool
    retired: bool
    tax_rate: str
    prices: list[ProductsRowPricesItem]
    created_at: str
    version: int


class ProductsRowPricesItem(TypedDict):
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    amount: str
    currency: str


class Redelivered(TypedDict):
    deliveries: int


class Removed(TypedDict):
    removed: str


class Revoked(TypedDict):
    id: str
    revoked: bool


class Search(TypedDict):
    data: list[SearchRow]
    page: Page
    unavailable: list[str]


class SearchRow(TypedDict):
    kind: Literal["client", "contact", "invoice", "order", "service", "domain", "ticket"]
    id: str
    client_id: str
    title: str
    subtitle: str
    matched: str


class Service(TypedDict):
    id: str
    number: str
    product: str
    domain: str | None
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    price: Money
    status: Literal["active", "pending", "suspended", "cancelled", "terminated"]
    next_due_date: str | None
    created_at: str
    suspended_reason: str | None


class ServiceProcess(TypedDict):
    instance: str
    version: str
    started_at: str
    seen_at: str
    migration: str
    status: Literal["ready", "draining", "silent"]
    leads: list[str]
    pool: ServiceProcessPool | None


class ServiceProcessPool(TypedDict):
    in_use: int
    idle: int
    most: int


class ServiceRecord(TypedDict):
    id: str
    number: str
    product: str
    domain: str | None
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    price: Money
    status: Literal["active", "pending", "suspended", "cancelled", "terminated"]
    next_due_date: str | None
    created_at: str
    suspended_reason: str | None
    stopped: ServiceRecordStopped | None
    order: ServiceRecordOrder | None
    invoices: list[ServiceRecordInvoicesItem] | None


class ServiceRecordInvoicesItem(TypedDict):
    id: str
    number: str | None
    status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"]
    issue_date: str | None
    amount: Money


class ServiceRecordOrder(TypedDict):
    id: str
    number: str
    status: Literal["pending", "active", "fraud", "cancelled"]


class ServiceRecordStopped(TypedDict):
    at: str
    by: ServiceRecordStoppedBy
    reason: str


class ServiceRecordStoppedBy(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class ServiceState(TypedDict):
    processes: list[ServiceProcess]
    jobs: dict[str, str | None]
    outbox: ServiceStateOutbox | None
    queues: list[ServiceStateQueuesItem]
    broker: str | None
    database: ServiceStateDatabase
    work: list[ServiceStateWorkItem]


class ServiceStateDatabase(TypedDict):
    version: str
    bytes: int
    in_use: int
    most: int


class ServiceStateOutbox(TypedDict):
    waiting: int
    seconds: int


class ServiceStateQueuesItem(TypedDict):
    name: str
    kind: Literal["calls", "events"]
    waiting: int
    parked: int | None
    seconds: int | None


class ServiceStateWorkItem(TypedDict):
    name: str
    open: int
    since: str | None


class Services(TypedDict):
    data: list[ServicesRow]
    page: Page
    unavailable: list[str]
    counts: ServicesCounts
    batches: list[ServicesBatchesItem]


class ServicesBatchesItem(TypedDict):
    id: str
    reason: str
    actor: ServicesBatchesItemActor
    made_at: str
    undone_at: str | None
    suspended: int
    held: int


class ServicesBatchesItemActor(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class ServicesCounts(TypedDict):
    active: int
    pending: int
    suspended: int
    cancelled: int
    terminated: int


class ServicesRow(TypedDict):
    id: str
    number: str
    product: str
    domain: str | None
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    price: Money
    status: Literal["active", "pending", "suspended", "cancelled", "terminated"]
    next_due_date: str | None
    created_at: str
    suspended_reason: str | None
    stopped: ServicesRowStopped | None


class ServicesRowStopped(TypedDict):
    at: str
    by: ServicesRowStoppedBy
    reason: str


class ServicesRowStoppedBy(TypedDict):
    kind: Literal["staff", "contact", "system", "anonymous"]
    id: str | None
    name: str | None


class Sessions(TypedDict):
    data: list[SessionsRow]
    page: Page
    unavailable: list[str]


class SessionsRow(TypedDict):
    id: str
    created_at: str
    last_seen_at: str
    expires_at: str
    ip: str | None
    user_agent: str
    current: bool


class Staff(TypedDict):
    id: str
    name: str
    email: str
    role: Literal["super_admin", "admin", "support", "billing"]
    status: Literal["active", "invited", "disabled"]
    overrides: dict[str, bool]
    second_factor: Literal["on", "off"]
    second_factor_required: bool
    last_signed_in_at: str | None
    created_at: str
    permissions: dict[str, bool]


class StaffPage(TypedDict):
    data: list[StaffPageRow]
    page: Page
    unavailable: list[str]
    counts: StaffPageCounts


class StaffPageCounts(TypedDict):
    active: int
    invited: int
    disabled: int


class StaffPageRow(TypedDict):
    id: str
    name: str
    email: str
    role: Literal["super_admin", "admin", "support", "billing"]
    status: Literal["active", "invited", "disabled"]
    overrides: dict[str, bool]
    second_factor: Literal["on", "off"]
    second_factor_required: bool
    last_signed_in_at: str | None
    created_at: str


class StaffRecord(TypedDict):
    id: str
    name: str
    email: str
    role: Literal["super_admin", "admin", "support", "billing"]
    status: Literal["active", "invited", "disabled"]
    overrides: dict[str, bool]
    second_factor: Literal["on", "off"]
    second_factor_required: bool
    last_signed_in_at: str | None
    created_at: str
    permissions: dict[str, bool]
    sessions: list[StaffRecordSessionsItem]
    tokens: list[StaffRecordTokensItem]


class StaffRecordSessionsItem(TypedDict):
    id: str
    created_at: str
    last_seen_at: str
    expires_at: str
    ip: str | None
    user_agent: str
    current: bool


class StaffRecordTokensItem(TypedDict):
    id: str
    name: str
    hint: str
    permissions: list[str] | None
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class StartJobRequestQuery(TypedDict):
    q: NotRequired[str | None]
    group: NotRequired[str | Literal["none"] | None]
    status: NotRequired[Literal["active", "suspended", "inactive"] | None]
    tag: NotRequired[str | None]
    filter: NotRequired[str]


class Suspendable(TypedDict):
    version: str
    counts: SuspendableCounts


class SuspendableCounts(TypedDict):
    active: int
    pending: int
    suspended: int
    cancelled: int
    terminated: int


class Suspended(TypedDict):
    suspended: int
    batch_id: str | None


class System(TypedDict):
    services: dict[str, ServiceState]
    gateway: list[GatewayProcess]
    attention: list[SystemAttentionItem]
    unavailable: list[str]


class SystemAttentionItem(TypedDict):
    service: str
    alert: str
    text: str
    parked: str | None


class Tag(TypedDict):
    id: str
    name: str
    colour: str


class Tags(TypedDict):
    data: list[Tag]
    page: Page
    unavailable: list[str]


class TicketThread(TypedDict):
    id: str
    number: int
    subject: str
    status: Literal["open", "answered", "customer_reply", "in_progress", "on_hold", "closed"]
    priority: Literal["low", "medium", "high", "urgent"]
    department: str | None
    assigned_to: TicketThreadAssignedTo | None
    opened_at: str
    last_reply_at: str | None
    last_reply_by: TicketThreadLastReplyBy | None
    moves: list[str]
    replies: list[Message]
    replies_total: int
    page: Page


class TicketThreadAssignedTo(TypedDict):
    id: str
    name: str


class TicketThreadLastReplyBy(TypedDict):
    kind: str
    name: str | None


class Tickets(TypedDict):
    data: list[TicketsRow]
    page: Page
    unavailable: list[str]
    counts: TicketsCounts


class TicketsCounts(TypedDict):
    open: int
    answered: int
    customer_reply: int
    in_progress: int
    on_hold: int
    closed: int


class TicketsRow(TypedDict):
    id: str
    number: int
    subject: str
    status: Literal["open", "answered", "customer_reply", "in_progress", "on_hold", "closed"]
    priority: Literal["low", "medium", "high", "urgent"]
    department: str | None
    assigned_to: TicketsRowAssignedTo | None
    opened_at: str
    last_reply_at: str | None
    last_reply_by: TicketsRowLastReplyBy | None


class TicketsRowAssignedTo(TypedDict):
    id: str
    name: str


class TicketsRowLastReplyBy(TypedDict):
    kind: str
    name: str | None


class Tokens(TypedDict):
    data: list[TokensRow]
    page: Page
    unavailable: list[str]


class TokensRow(TypedDict):
    id: str
    name: str
    hint: str
    permissions: list[str] | None
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class Unsuspended(TypedDict):
    unsuspended: int
    batch_id: str


class UpdateBillingRequestAddress(TypedDict):
    address1: NotRequired[str]
    address2: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postcode: NotRequired[str]
    country: NotRequired[
        Literal[
            "",
            "AD",
            "AE",
            "AF",
            "AG",
            "AI",
            "AL",
            "AM",
            "AO",
            "AQ",
            "AR",
            "AS",
            "AT",
            "AU",
            "AW",
            "AX",
            "AZ",
            "BA",
            "BB",
            "BD",
            "BE",
            "BF",
            "BG",
            "BH",
            "BI",
            "BJ",
            "BL",
            "BM",
            "BN",
            "BO",
            "BQ",
            "BR",
            "BS",
            "BT",
            "BV",
            "BW",
            "BY",
            "BZ",
            "CA",
            "CC",
            "CD",
            "CF",
            "CG",
            "CH",
            "CI",
            "CK",
            "CL",
            "CM",
            "CN",
            "CO",
            "CR",
            "CU",
            "CV",
            "CW",
            "CX",
            "CY",
            "CZ",
            "DE",
            "DJ",
            "DK",
            "DM",
            "DO",
            "DZ",
            "EC",
            "EE",
            "EG",
            "EH",
            "ER",
            "ES",
            "ET",
            "FI",
            "FJ",
            "FK",
            "FM",
            "FO",
            "FR",
            "GA",
            "GB",
            "GD",
            "GE",
            "GF",
            "GG",
            "GH",
            "GI",
            "GL",
            "GM",
            "GN",
            "GP",
            "GQ",
            "GR",
            "GS",
            "GT",
            "GU",
            "GW",
            "GY",
            "HK",
            "HM",
            "HN",
            "HR",
            "HT",
            "HU",
            "ID",
            "IE",
            "IL",
            "IM",
            "IN",
            "IO",
            "IQ",
            "IR",
            "IS",
            "IT",
            "JE",
            "JM",
            "JO",
            "JP",
            "KE",
            "KG",
            "KH",
            "KI",
            "KM",
            "KN",
            "KP",
            "KR",
            "KW",
            "KY",
            "KZ",
            "LA",
            "LB",
            "LC",
            "LI",
            "LK",
            "LR",
            "LS",
            "LT",
            "LU",
            "LV",
            "LY",
            "MA",
            "MC",
            "MD",
            "ME",
            "MF",
            "MG",
            "MH",
            "MK",
            "ML",
            "MM",
            "MN",
            "MO",
            "MP",
            "MQ",
            "MR",
            "MS",
            "MT",
            "MU",
            "MV",
            "MW",
            "MX",
            "MY",
            "MZ",
            "NA",
            "NC",
            "NE",
            "NF",
            "NG",
            "NI",
            "NL",
            "NO",
            "NP",
            "NR",
            "NU",
            "NZ",
            "OM",
            "PA",
            "PE",
            "PF",
            "PG",
            "PH",
            "PK",
            "PL",
            "PM",
            "PN",
            "PR",
            "PS",
            "PT",
            "PW",
            "PY",
            "QA",
            "RE",
            "RO",
            "RS",
            "RU",
            "RW",
            "SA",
            "SB",
            "SC",
            "SD",
            "SE",
            "SG",
            "SH",
            "SI",
            "SJ",
            "SK",
            "SL",
            "SM",
            "SN",
            "SO",
            "SR",
            "SS",
            "ST",
            "SV",
            "SX",
            "SY",
            "SZ",
            "TC",
            "TD",
            "TF",
            "TG",
            "TH",
            "TJ",
            "TK",
            "TL",
            "TM",
            "TN",
            "TO",
            "TR",
            "TT",
            "TV",
            "TW",
            "TZ",
            "UA",
            "UG",
            "UM",
            "US",
            "UY",
            "UZ",
            "VA",
            "VC",
            "VE",
            "VG",
            "VI",
            "VN",
            "VU",
            "WF",
            "WS",
            "YE",
            "YT",
            "ZA",
            "ZM",
            "ZW",
        ]
    ]


class UpdateDraftRequestLinesItem(TypedDict):
    description: str
    quantity: str
    unit_price: str
    tax_rate: NotRequired[str]


class UpdateProductRequestPricesItem(TypedDict):
    billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"]
    currency: str
    amount: Any


class Verdict(TypedDict):
    entries: int
    archived: int
    head: str | None
    valid: bool | None
    first_bad_seq: int | None
    fault: VerdictFault | None
    gaps: list[VerdictGapsItem]
    checkpoint: VerdictCheckpoint | None
    verified_at: str


class VerdictCheckpoint(TypedDict):
    number: int
    made_at: str
    seq: int
    hash: str


class VerdictFault(TypedDict):
    seq: int | None
    kind: str
    sealed: str | None
    found: str | None


class VerdictGapsItem(TypedDict):
    source: str
    first: int
    last: int


class View(TypedDict):
    id: str
    list: Literal["clients", "orders", "invoices", "payments", "services", "domains", "tickets"]
    name: str
    filter: str
    q: str
    sort: str
    columns: list[str]
    density: Literal["", "two_lines", "compact"]
    shared: bool
    ours: bool
    owner: ViewOwner | None
    mine: bool
    pinned: bool
    default: bool


class ViewCounts(TypedDict):
    data: list[ViewCountsRow]
    page: Page
    unavailable: list[str]


class ViewCountsRow(TypedDict):
    id: str
    total: int | None
    exact: bool
    fault: str | None


class ViewOwner(TypedDict):
    id: str
    name: str


class Views(TypedDict):
    data: list[View]
    page: Page
    unavailable: list[str]


class Webhook(TypedDict):
    id: str
    url: str
    description: str
    filters: list[str]
    personal: bool
    scheme: Literal["v1", "v1a"]
    alert_email: str | None
    status: Literal["enabled", "disabled"]
    reason: Literal["by_hand", "failing", "gone"] | None
    disabled_at: str | None
    failing_since: str | None
    created_at: str


class WebhookDeliveries(TypedDict):
    data: list[WebhookDeliveriesRow]
    page: Page
    unavailable: list[str]
    counts: WebhookDeliveriesCounts


class WebhookDeliveriesCounts(TypedDict):
    waiting: int
    delivered: int
    failed: int


class WebhookDeliveriesRow(TypedDict):
    id: str
    event_id: str
    type: str
    stream: str
    status: Literal["waiting", "delivered", "failed"]
    tries: int
    last_answer: str | None
    created_at: str
    ended_at: str | None
    due_at: str | None


class WebhookDeliveryRecord(TypedDict):
    id: str
    event_id: str
    type: str
    stream: str
    status: Literal["waiting", "delivered", "failed"]
    tries: int
    last_answer: str | None
    created_at: str
    ended_at: str | None
    due_at: str | None
    request_body: str
    attempts: list[WebhookDeliveryRecordAttemptsItem]


class WebhookDeliveryRecordAttemptsItem(TypedDict):
    id: str
    began_at: str
    milliseconds: int
    url: str
    request_headers: dict[str, str]
    status: int | None
    error: str | None
    headers: dict[str, str]
    body: str


class WebhookSecrets(TypedDict):
    data: list[WebhookSecretsRow]
    page: Page
    unavailable: list[str]


class WebhookSecretsRow(TypedDict):
    key: str
    created_at: str
    expires_at: str | None


class Webhooks(TypedDict):
    data: list[Webhook]
    page: Page
    unavailable: list[str]
