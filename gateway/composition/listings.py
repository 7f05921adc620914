"""Lists over all clients: one table behind their pages, the API's collections, the sidebar and the tests.

A new list is a row here, a template `lists/SLUG.html` and the RPC method that the row names.
"""

from dataclasses import dataclass, field

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.search import number_in
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

SHARED = ("q", "filter", "client", "from", "to", "sort")


@dataclass(frozen=True)
class Listing:
    """One list: the slug and title it is reached by, `one` of its rows in words, and the RPC method that it shows, with
    its permission.

    `sorts` are its orders in words, the first one unasked. `choices` are filters of a few values: {name: (label, values)}.
    `days` says what `from` and `to` are of, and `day` is that field in the filter language; `more` are further filters.
    `hint` says what the search looks at.
    """

    slug: str
    title: str
    one: str
    icon: str
    rpc: str
    permission: Permission
    hint: str
    days: str
    day: str
    sorts: tuple[tuple[str, str], ...]
    choices: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    currency: bool = True

    @property
    def path(self) -> str:
        """Where it is, below /admin and /api/v1."""
        return f"/{self.slug}"

    @property
    def filters(self) -> tuple[str, ...]:
        """The names of its query parameters, beside those of paging."""
        return (*SHARED, *(("currency",) if self.currency else ()), *self.choices, *self.more)

    @property
    def schema(self) -> str:
        """The name of the API's response schema."""
        return f"All{self.title}"


LISTINGS = (
    Listing(
        "orders",
        "Orders",
        "order",
        "shopping-cart",
        "billing.list_all_orders",
        Permission.ORDERS_VIEW,
        "Number or client",
        "Placed",
        "placed",
        (
            ("-placed", "Placed, newest"),
            ("placed", "Placed, oldest"),
            ("-total", "Total, most"),
            ("total", "Total, least"),
        ),
        {"status": ("Status", ("pending", "active", "fraud", "cancelled"))},
    ),
    Listing(
        "invoices",
        "Invoices",
        "invoice",
        "file-invoice",
        "billing.list_all_invoices",
        Permission.INVOICES_VIEW,
        "Number, client or payment reference",
        "Issued",
        "issued",
        (
            ("-issued", "Issued, newest"),
            ("issued", "Issued, oldest"),
            ("due", "Due, oldest"),
            ("-due", "Due, latest"),
            ("-balance", "Balance, most"),
            ("balance", "Balance, least"),
        ),
        {"status": ("Status", ("overdue", "unpaid", "paid", "draft", "refunded", "cancelled"))},
        ("due_from", "due_to"),
    ),
    Listing(
        "payments",
        "Payments",
        "payment",
        "cash",
        "billing.list_all_payments",
        Permission.INVOICES_VIEW,
        "Reference, invoice or client",
        "Received",
        "received",
        (
            ("-paid", "Received, newest"),
            ("paid", "Received, oldest"),
            ("-amount", "Amount, most"),
            ("amount", "Amount, least"),
        ),
        {},
        ("gateway",),
    ),
    Listing(
        "services",
        "Services",
        "service",
        "server",
        "billing.list_all_services",
        Permission.SERVICES_VIEW,
        "Product, domain, number or client",
        "Next due",
        "next_due",
        (
            ("next_due", "Next due, soonest"),
            ("-next_due", "Next due, latest"),
            ("-number", "Number, newest"),
            ("number", "Number, oldest"),
            ("-price", "Price, most"),
            ("price", "Price, least"),
        ),
        {
            "status": ("Status", ("active", "suspended", "pending", "cancelled", "terminated")),
            "billing_cycle": (
                "Cycle",
                ("monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"),
            ),
        },
    ),
    Listing(
        "domains",
        "Domains",
        "domain",
        "world",
        "billing.list_all_domains",
        Permission.DOMAINS_VIEW,
        "Domain or client",
        "Expires",
        "expires",
        (
            ("expires", "Expires, soonest"),
            ("-expires", "Expires, latest"),
            ("name", "Name A–Z"),
            ("-name", "Name Z–A"),
        ),
        {
            "status": (
                "Status",
                ("active", "pending", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"),
            ),
            "auto_renew": ("Renews", ("true", "false")),
        },
        currency=False,
    ),
    Listing(
        "tickets",
        "Tickets",
        "ticket",
        "ticket",
        "support.list_all_tickets",
        Permission.TICKETS_VIEW,
        "Number, subject or client",
        "Last reply",
        "active",
        (
            ("-active", "Last reply, newest"),
            ("active", "Last reply, oldest"),
            ("-number", "Number, newest"),
            ("number", "Number, oldest"),
        ),
        {
            "status": ("Status", ("open", "answered", "customer_reply", "in_progress", "on_hold", "closed")),
            "priority": ("Priority", ("urgent", "high", "medium", "low")),
        },
        ("assigned",),
        currency=False,
    ),
)
BY_SLUG = {one.slug: one for one in LISTINGS}


def fetch_listing(ctx: RequestContext, listing: Listing, params: dict[str, str]) -> dict:
    """A page of the list, each row with its `client`: {id, name}; the name is None, and clients in `unavailable`, while
    it cannot be read.

    A search that is no number looks for clients too: `clients_left_out` where more are found than the list is narrowed to.
    """
    ctx.identify()
    found = clients_found(ctx, params.get("q", ""))
    wanted = {"clients": found["client_ids"]} if found and found["client_ids"] else {}
    items = ctx.call(listing.rpc, **params, **wanted)
    names = client_names(ctx, items["data"])
    return {
        **items,
        "data": [_with_client(row, names or {}) for row in items["data"]],
        "unavailable": ["clients"] if found is None or names is None else [],
        "clients_left_out": bool(found and found["more"]),
    }


def client_names(ctx: RequestContext, rows: list[dict], *others: str) -> dict[str, str] | None:
    """{id: name} of the clients that `rows` belong to, and of `others`, in one call; None while they cannot be read."""
    ids = sorted({*(row["client_id"] for row in rows), *others})
    if not ids or not ctx.caller.allows(Permission.CLIENTS_VIEW):
        return {}
    return part(ctx.gather(names=("clients.client_names", {"client_ids": ids}))["names"])


def quoted_invoices(ctx: RequestContext, params: dict[str, str]) -> list[dict]:
    """The invoices that what is looked for quotes by their numbers, for whoever may record a payment on them; none while
    they cannot be read."""
    if "q" not in params or not ctx.caller.allows(Permission.INVOICES_EDIT):
        return []
    answer = ctx.gather(quoted=("billing.find_quoted_invoices", {"q": params["q"]}))["quoted"]
    found = [] if isinstance(answer, ServiceProblem) else answer["data"]
    names = client_names(ctx, found)
    return [_with_client(row, names or {}) for row in found]


def clients_found(ctx: RequestContext, q: str) -> dict | None:
    """The clients that `q` finds (`client_ids`, and whether there are `more`), none for a number; None while they cannot
    be looked for. What is wrong with `q` is for the list itself to refuse."""
    nobody = {"client_ids": [], "more": False}
    if not q or number_in(q) is not None or not ctx.caller.allows(Permission.CLIENTS_VIEW):
        return nobody
    answer = ctx.gather(found=("clients.find_clients", {"q": q}))["found"]
    return nobody if isinstance(answer, ServiceProblem) and answer.code == "validation" else part(answer)


def _with_client(row: dict, names: dict[str, str]) -> dict:
    kept = {name: value for name, value in row.items() if name != "client_id"}
    return {**kept, "client": {"id": row["client_id"], "name": names.get(row["client_id"])}}
