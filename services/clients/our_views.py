"""The views that every business has from the start. They are code: a release may better them, and nobody can break
them; whoever wants one otherwise duplicates it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OurView:
    """A view without an owner. `pinned` ones are in the bar of whoever has not arranged it."""

    id: UUID
    name: str
    filter: str
    sort: str
    pinned: bool = False
    columns: tuple[str, ...] = ()
    list: str = "clients"


def _ours(number: int, *fields, **more) -> OurView:
    return OurView(UUID(f"00000000-0000-7000-8000-{number:012d}"), *fields, **more)


VIEWS = (
    _ours(1, "Owes", "outstanding > 0", "-outstanding", pinned=True),
    _ours(2, "Overdue 30 days and more", "oldest_due <= -30d", "-overdue", pinned=True),
    _ours(3, "Suspended with services running", "status = suspended AND active_services > 0", "-services", pinned=True),
    _ours(4, "Never signed in", "status = active AND last_login = null", "-joined", pinned=True),
    _ours(5, "New this month", "joined >= this_month", "-joined", pinned=True),
    _ours(6, "Due within 7 days", "next_due >= today AND next_due <= +7d", "next_due"),
    _ours(7, "Credit to use", "credit_balance > 0", "-credit_balance"),
    _ours(8, "Active without services", "status = active AND active_services = 0", "-joined"),
    _ours(9, "Quiet for a year", "active_services > 0 AND last_login < -1y", "last_login"),
    _ours(10, "With suspended services", "suspended_services > 0", "-outstanding"),
)
OF_LISTS = (
    _ours(20, "Overdue 30 days and more", "status = overdue AND due <= -30d", "due", pinned=True, list="invoices"),
    _ours(21, "Due within 7 days", "status = unpaid AND due <= +7d", "due", pinned=True, list="invoices"),
    _ours(22, "Drafts", "status = draft", "-issued", pinned=True, list="invoices"),
    _ours(30, "This month", "received >= this_month", "-paid", pinned=True, list="payments"),
    _ours(31, "Refunded", "refunded > 0", "-paid", pinned=True, list="payments"),
    _ours(40, "Pending", "status = pending", "placed", pinned=True, list="orders"),
    _ours(41, "Placed this week", "placed >= this_week", "-placed", pinned=True, list="orders"),
    _ours(50, "Suspended", "status = suspended", "next_due", pinned=True, list="services"),
    _ours(51, "Due within 7 days", "status = active AND next_due <= +7d", "next_due", pinned=True, list="services"),
    _ours(60, "Expire within 30 days", "status = active AND expires <= +30d", "expires", pinned=True, list="domains"),
    _ours(
        61, "Not renewed by itself", "status = active AND auto_renew = false", "expires", pinned=True, list="domains"
    ),
    _ours(70, "Unanswered", "status = open OR status = customer_reply", "active", pinned=True, list="tickets"),
    _ours(
        71,
        "Urgent and not closed",
        "status != closed AND priority = urgent",
        "active",
        pinned=True,
        list="tickets",
    ),
)
BY_ID = {view.id: view for view in (*VIEWS, *OF_LISTS)}


def of_list(name: str) -> list[OurView]:
    """Those of one list."""
    return [view for view in BY_ID.values() if view.list == name]
