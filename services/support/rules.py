"""The states of a ticket: what staff may set by hand, and what an answer makes of them."""

STATUSES = ("open", "answered", "customer_reply", "in_progress", "on_hold", "closed")
PRIORITIES = ("low", "medium", "high", "urgent")
UNFINISHED = tuple(status for status in STATUSES if status != "closed")
WAITING = ("open", "customer_reply")  # for an answer of staff
# How the portal groups them: what waits for us, what waits for the client, what is over.
GROUPS = {
    "open": ("open", "customer_reply", "in_progress", "on_hold"),
    "answered": ("answered",),
    "closed": ("closed",),
}
AUTHORS = ("staff", "contact", "system")

_BY_HAND = ("open", "in_progress", "on_hold", "closed")
# From each status, those that staff may choose. `answered` and `customer_reply` say who wrote last: only a reply sets
# them.
MOVES = {status: tuple(to for to in _BY_HAND if to != status) for status in UNFINISHED} | {"closed": ("open",)}


def may_move(status: str, to: str) -> bool:
    """Whether staff may set a ticket that is in `status` to `to`."""
    return to in MOVES[status]


def refusal(status: str, to: str) -> str:
    """Why staff may not set `to`, as a sentence."""
    if to in ("answered", "customer_reply"):
        return "A reply sets this status; it cannot be chosen."
    return "This ticket is closed. Reopen it first."


def after_reply(status: str, *, by_client: bool, internal: bool) -> str:
    """The status once somebody wrote. A reply to a closed ticket reopens it; an internal note changes nothing."""
    if internal:
        return status
    return "customer_reply" if by_client else "answered"
