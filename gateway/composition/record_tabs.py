"""The tabs of a client record: one table behind the pages, the API's collections, the tab bar, the counts and the tests.

A new tab is a row here, a template `clients/SLUG.html` and the RPC method that the row names.
"""

from dataclasses import dataclass

from chassis.permissions import Permission


@dataclass(frozen=True)
class RecordTab:
    """One tab: the slug and title it is reached by, and the RPC method that it shows, with its permission and filters.

    `response` names the API's response schema, `holds` what the list holds in words; both follow from the slug unless
    given. `paged` is False for a short list. `chart` is the field of the list's `head` that is drawn above it.
    `counted` puts the count into the API's client record too. `listed` is False where the page is more than a list, and
    so is a handler of its own in gateway/admin.
    """

    slug: str
    title: str
    rpc: str
    permission: Permission
    filters: tuple[str, ...] = ()
    response: str = ""
    holds: str = ""
    chart: str | None = None
    paged: bool = True
    counted: bool = False
    listed: bool = True

    @property
    def name(self) -> str:
        """The slug as the name of a field or a file."""
        return self.slug.replace("-", "_")

    @property
    def path(self) -> str:
        """Where the tab is, below /admin and /api/v1."""
        return f"/clients/<client_id>/{self.slug}"

    @property
    def template(self) -> str:
        """The template of its page."""
        return f"clients/{self.name}.html"

    @property
    def schema(self) -> str:
        """The name of the API's response schema."""
        return self.response or self.name.title().replace("_", "")

    @property
    def summary(self) -> str:
        """What the API answers, in words."""
        return f"A page of the client's {self.holds or self.name.replace('_', ' ')}"


_STATUS = ("status",)
_LOG_FILTERS = ("q", "category", "actor", "from", "to", "cause", "entity")
TABS = (
    RecordTab("services", "Services", "billing.list_subscriptions", Permission.SERVICES_VIEW, _STATUS, counted=True),
    RecordTab(
        "invoices",
        "Invoices",
        "billing.list_invoices",
        Permission.INVOICES_VIEW,
        _STATUS,
        chart="ageing",
        counted=True,
    ),
    RecordTab("orders", "Orders", "billing.list_orders", Permission.ORDERS_VIEW, _STATUS, counted=True),
    RecordTab("domains", "Domains", "billing.list_domains", Permission.DOMAINS_VIEW, counted=True),
    RecordTab("tickets", "Tickets", "support.list_tickets", Permission.TICKETS_VIEW, _STATUS, counted=True),
    RecordTab("contacts", "Contacts", "clients.list_contacts", Permission.CLIENTS_VIEW, counted=True),
    RecordTab("notes", "Notes", "clients.list_notes", Permission.NOTES_VIEW, counted=True),
    RecordTab("credits", "Credits", "billing.list_credits", Permission.CREDITS_VIEW, chart="credit_history"),
    RecordTab(
        "custom-fields",
        "Custom Fields",
        "clients.get_custom_field_values",
        Permission.CLIENTS_VIEW,
        response="CustomFieldValues",
        holds="values of the custom fields",
        paged=False,
        listed=False,
    ),
    RecordTab("activity", "Activity Log", "audit.list_activity", Permission.CLIENTS_VIEW, _LOG_FILTERS, listed=False),
)
COUNTED = tuple(tab for tab in TABS if tab.counted)
TAB_BAR = {"": "Overview", **{tab.slug: tab.title for tab in TABS}}
