"""What waits for staff, as the sidebar shows it beside each list: counted at most once in FRESH_SECONDS for all of them."""

from time import monotonic

from chassis.permissions import Permission
from gateway.composition.listings import BY_SLUG
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

FRESH_SECONDS = 30
# What counts each list's own, and how what waits in it is called.
COUNTED = {
    "orders": ("billing.count_waiting", "pending"),
    "invoices": ("billing.count_waiting", "overdue"),
    "domains": ("billing.count_waiting", "expire within 7 days"),
    "tickets": ("support.count_waiting", "unanswered"),
}
MOST = 1000


class WaitingCounts:
    """The counts of this process: each is as old as FRESH_SECONDS at most, whoever asked for it first."""

    def __init__(self):
        self._known: dict[str, tuple[float, int]] = {}

    def of(self, ctx: RequestContext) -> dict[str, int]:
        """{slug: how many wait} of the lists that the caller may view; without those whose owner does not answer."""
        ctx.identify()
        slugs = [slug for slug in COUNTED if ctx.caller.allows(BY_SLUG[slug].permission)]
        targets = {COUNTED[slug][0] for slug in slugs if not self._fresh(slug)}
        if targets and ctx.caller.allows(Permission.CLIENTS_VIEW):
            answers = ctx.gather(**{target.partition(".")[0]: (target, {}) for target in sorted(targets)})
            for answer in answers.values():
                self._keep(part(answer) or {})
        return {slug: self._known[slug][1] for slug in slugs if self._fresh(slug)}

    def _fresh(self, slug: str) -> bool:
        return slug in self._known and self._known[slug][0] > monotonic()

    def _keep(self, counts: dict) -> None:
        until = monotonic() + FRESH_SECONDS
        self._known |= {slug: (until, number) for slug, number in counts.items() if number is not None}
