"""Commands of the palette: what each is called, where it leads, and the permission that the page there asks for.

A new command is a row here. A command of a client has `{client_id}` in its path, and is offered with clients' names.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.permissions import Permission
from chassis.types.text import fold

May = Callable[[Permission], bool]


@dataclass(frozen=True)
class PaletteCommand:
    """A command: `also` are other words that it is found by, `link` what joins its name to a client's, `keys` the keys
    that do the same. `first` are offered before anything is typed. Without a permission it is open to all staff."""

    name: str
    path: str
    icon: str
    permission: Permission | None
    also: str = ""
    link: str = ""
    keys: tuple[str, ...] = ()
    first: bool = False

    @property
    def of_client(self) -> bool:
        """Whether it is about a client."""
        return "{client_id}" in self.path

    def has(self, word: str) -> bool:
        """Whether one of its words begins with a folded `word`."""
        return any(own.startswith(word) for own in fold(f"{self.name} {self.also}").split())


_CLIENTS, _CLIENT = "/admin/clients", "/admin/clients/{client_id}"
COMMANDS = (
    PaletteCommand(
        "New Invoice",
        f"{_CLIENT}/invoices/new",
        "file-invoice",
        Permission.INVOICES_CREATE,
        "create bill",
        link="for",
        keys=("n", "i"),
        first=True,
    ),
    PaletteCommand(
        "Add Credit",
        f"{_CLIENT}/credits/new",
        "coins",
        Permission.CREDITS_ADD,
        "new credit balance",
        link="to",
        keys=("n", "c"),
        first=True,
    ),
    PaletteCommand(
        "New Order", f"{_CLIENT}/orders/new", "shopping-cart", Permission.ORDERS_MANAGE, "create sell", link="for"
    ),
    PaletteCommand(
        "New Ticket", f"{_CLIENT}/tickets/new", "ticket", Permission.TICKETS_REPLY, "open create", link="for"
    ),
    PaletteCommand(
        "Add Domain", f"{_CLIENT}/domains/new", "world", Permission.DOMAINS_MANAGE, "new register", link="to"
    ),
    PaletteCommand(
        "Add Contact", f"{_CLIENT}/contacts/new", "user-plus", Permission.CLIENTS_EDIT, "new person", link="to"
    ),
    PaletteCommand("Add Note", f"{_CLIENT}/notes/new", "note", Permission.NOTES_CREATE, "new write", link="to"),
    PaletteCommand("Edit Client", f"{_CLIENT}/edit", "pencil", Permission.CLIENTS_EDIT, "change profile"),
    PaletteCommand(
        "Suspend All Services",
        f"{_CLIENT}/services/suspend-all",
        "player-pause",
        Permission.SERVICES_MANAGE,
        "stop",
        link="of",
    ),
    PaletteCommand("Login as Client", f"{_CLIENT}/login-as", "user-share", Permission.CLIENTS_IMPERSONATE, "portal"),
    PaletteCommand("Activity Log", f"{_CLIENT}/activity", "history", Permission.CLIENTS_VIEW, "who changed", link="of"),
    PaletteCommand(
        "New Client",
        f"{_CLIENTS}/new",
        "user-plus",
        Permission.CLIENTS_CREATE,
        "create add customer",
        keys=("c",),
        first=True,
    ),
    PaletteCommand(
        "Import CSV", f"{_CLIENTS}/import", "upload", Permission.CLIENTS_CREATE, "new clients from a file", first=True
    ),
    PaletteCommand("Clients", _CLIENTS, "users", Permission.CLIENTS_VIEW, "list customers all"),
    PaletteCommand(
        "Suspended clients", f"{_CLIENTS}?status=suspended", "player-pause", Permission.CLIENTS_VIEW, "list", first=True
    ),
    PaletteCommand("Inactive clients", f"{_CLIENTS}?status=inactive", "ban", Permission.CLIENTS_VIEW, "closed list"),
    PaletteCommand(
        "Clients who owe most", f"{_CLIENTS}?sort=-outstanding", "coins", Permission.CLIENTS_VIEW, "outstanding"
    ),
    PaletteCommand("Clients most overdue", f"{_CLIENTS}?sort=-overdue", "clock", Permission.CLIENTS_VIEW, "late debt"),
    PaletteCommand("Newest clients", f"{_CLIENTS}?sort=-joined", "users", Permission.CLIENTS_VIEW, "joined latest"),
    PaletteCommand("Orders", "/admin/orders", "shopping-cart", Permission.ORDERS_VIEW, "list all pending"),
    PaletteCommand("Invoices", "/admin/invoices", "file-invoice", Permission.INVOICES_VIEW, "list all overdue"),
    PaletteCommand("Payments", "/admin/payments", "cash", Permission.INVOICES_VIEW, "list all money"),
    PaletteCommand("Services", "/admin/services", "server", Permission.SERVICES_VIEW, "list all"),
    PaletteCommand("Domains", "/admin/domains", "world", Permission.DOMAINS_VIEW, "list all expiring"),
    PaletteCommand("Tickets", "/admin/tickets", "ticket", Permission.TICKETS_VIEW, "list all unanswered"),
    PaletteCommand("Products", "/admin/products", "package", Permission.SETTINGS_VIEW, "prices catalogue"),
    PaletteCommand("New Product", "/admin/products/new", "plus", Permission.SETTINGS_EDIT, "create add"),
    PaletteCommand("Client Groups", "/admin/client-groups", "users-group", Permission.SETTINGS_VIEW, "discount"),
    PaletteCommand("New Group", "/admin/client-groups/new", "plus", Permission.SETTINGS_EDIT, "create add client"),
    PaletteCommand("Tags", "/admin/tags", "tag", Permission.SETTINGS_VIEW, "labels"),
    PaletteCommand("New Tag", "/admin/tags/new", "plus", Permission.SETTINGS_EDIT, "create add"),
    PaletteCommand("Custom Fields", "/admin/settings/custom-fields", "forms", Permission.SETTINGS_VIEW, "settings"),
    PaletteCommand("Webhooks", "/admin/webhooks", "send", Permission.WEBHOOKS_VIEW, "endpoints deliveries settings"),
    PaletteCommand("Add Webhook", "/admin/webhooks/new", "plus", Permission.WEBHOOKS_MANAGE, "create new endpoint"),
    PaletteCommand("Staff", "/admin/staff", "id", Permission.STAFF_VIEW, "team people permissions"),
    PaletteCommand("New Staff Member", "/admin/staff/new", "user-plus", Permission.STAFF_CREATE, "create add"),
    PaletteCommand(
        "Activity Log of all clients", "/admin/activity", "history", Permission.ACTIVITY_VIEW, "history audit"
    ),
    PaletteCommand("System", "/admin/system", "settings", Permission.SYSTEM_VIEW, "processes queues parked health lag"),
    PaletteCommand("Your profile", "/admin/profile", "user", None, "password second factor tokens sessions account"),
)


def allowed(may: May) -> list[PaletteCommand]:
    """The commands of whom `may` answers for, in their order."""
    return [command for command in COMMANDS if command.permission is None or may(command.permission)]


def found(commands: list[PaletteCommand], typed: str) -> list[PaletteCommand]:
    """The commands that have each word of `typed` in their names or other words, those first that have all in the name."""
    words = fold(typed).split()
    hits = [command for command in commands if words and all(map(command.has, words))]
    return sorted(hits, key=lambda one: not all(word in fold(one.name) for word in words))


def of_client(commands: list[PaletteCommand], typed: str) -> tuple[list[PaletteCommand], str]:
    """The commands of a client that begin as `typed` does, and the rest of it: the client. `new inv brigh` is New Invoice
    for brigh. Of those that take most words for themselves."""
    words = typed.split()
    taken = {command: _taken(command, fold(typed).split()) for command in commands if command.of_client}
    most = max(taken.values(), default=0)
    if not most:
        return [], ""
    return [command for command, count in taken.items() if count == most], " ".join(words[most:])


def _taken(command: PaletteCommand, words: list[str]) -> int:
    """How many of the first words are the command's own."""
    return next((place for place, word in enumerate(words) if not command.has(word)), len(words))
