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
BY_ID = {view.id: view for view in VIEWS}
