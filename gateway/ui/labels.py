"""Labels: permissions, roles, browsers and the ends of impersonations in words."""

import re

from chassis.permissions import Permission

ROLES = (
    ("super_admin", "Super admin", "Everything, always. Can't be restricted."),
    ("admin", "Admin", "All business areas, no staff or settings."),
    ("support", "Support", "Views clients and what they have; all of tickets, and notes."),
    ("billing", "Billing", "Invoices, payments, credits, orders and client profiles."),
)
LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "One year"))
NEEDED_FOR = {
    "activity.view": "The log of all clients",
    "clients.bulk": "Acts on many clients at once",
    "clients.create": "New Client, import",
    "clients.edit": "Profile, status, contacts",
    "clients.export": "The client list as a file",
    "clients.impersonate": "Login as Client",
    "credits.add": "Add and reverse credit",
    "credits.view": "The ledger",
    "domains.manage": "Add, edit, state",
    "invoices.create": "New Invoice, draft, publish",
    "invoices.edit": "Payments, refund, cancel",
    "notes.create": "Write, correct, pin, unpin",
    "orders.manage": "New Order, approve, cancel, fraud",
    "services.manage": "Suspend, cancel, terminate",
    "services.provision": "Activate by hand",
    "settings.edit": "Groups, tags, fields, products",
    "settings.view": "The same, to read",
    "staff.delete": "Disable and enable",
    "system.manage": "Replay and drop parked messages",
    "system.view": "Processes, queues, jobs, engines",
    "tickets.manage": "Status, priority, assignment",
    "tickets.reply": "Open, reply, internal note",
    "views.share": "Share views of the client list",
    "webhooks.manage": "Add and change webhooks, read their secrets, deliver again",
    "webhooks.view": "See webhooks and their deliveries",
}
IMPERSONATION_END_CAUSES = {
    "returned-to-admin": "Returned to admin",
    "ended-by-staff": "Ended by staff",
    "tab-closed": "The tab was closed",
    "idle": "Unused for 10 minutes",
    "limit": "The time was up",
    "started-another": "Another login was started",
    "staff-disabled": "The staff account was disabled",
    "permission-lost": "The permission was taken away",
    "signed-out": "Signed out of the admin",
    "token-revoked": "The API token was revoked",
    "contact-inactive": "The contact is no longer active",
    "client-inactive": "The client was made inactive",
    "handoff-expired": "The portal was never entered",
}
_BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def permission_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """All permissions by area, what lets look first: [(area, [(slug, what it is for)])]."""
    areas: dict[str, list[str]] = {}
    for permission in Permission:
        areas.setdefault(permission.split(".")[0], []).append(str(permission))
    return [
        (area.capitalize(), [(slug, NEEDED_FOR.get(slug, "")) for slug in sorted(slugs, key=_looking_first)])
        for area, slugs in areas.items()
    ]


def browser(user_agent: str) -> str:
    """A browser and system by the name people know: "Firefox on Linux"."""
    name = next((shown for mark, shown in _BROWSERS if re.search(rf"\b{mark}", user_agent)), "")
    system = next((shown for mark, shown in _SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (name or ("A browser" if system else ""), system))) or "An unknown program"


def _looking_first(slug: str) -> tuple[bool, str]:
    return not slug.endswith(".view"), slug
