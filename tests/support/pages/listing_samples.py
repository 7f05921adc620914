"""Template contexts of the lists over all clients."""

from gateway.composition.listings import LISTINGS
from tests.support.pages.samples import (
    AGEING,
    DOMAIN,
    ENTRY,
    INVOICE,
    ORDER,
    PAYMENT,
    SERVICE,
    TICKET,
    TIME,
    answer,
    gbp,
)

CLIENT = {"id": "c1", "name": "Brightwater Studio Ltd"}
ROWS = {
    "orders": ORDER,
    "invoices": INVOICE,
    "payments": {
        **PAYMENT,
        "invoice": {"id": "i1", "number": "INV-04388", "status": "paid"},
        "recorded_at": TIME,
    },
    "services": {**SERVICE, "suspended_reason": None},
    "domains": DOMAIN,
    "tickets": {**TICKET, "last_reply_by": {"kind": "contact", "name": "Imogen Hartley"}},
}
TOTAL = {
    **dict.fromkeys(("total", "amount_due", "amount", "refunded", "monthly"), gbp("312.40")),
    "currency": "GBP",
    "count": 1,
    "ageing": AGEING,
}


def listing_page(slug: str, *rows: dict, **changes) -> dict:
    """The context of a list with these rows."""
    listing = next(one for one in LISTINGS if one.slug == slug)
    items = {**answer(*rows), "totals": [TOTAL], "unavailable": [], "clients_left_out": False}
    asked = changes.pop("items", {})
    filters = {"sort": listing.sorts[0][0], **{name: "" for name in listing.filters if name != "sort"}}
    return {
        "listing": listing,
        "items": None if asked is None else {**items, **asked},
        "faults": [],
        "filters": {**filters, "view": "", **changes.pop("filters", {})},
        "views": [],
        "open_view": None,
        "past_default": "",
        "changed": False,
        "view_fault": None,
        "may_change": False,
        "client_name": None,
        "first_page": True,
        "request_id": "req-7",
        **({"quoted": [{**INVOICE, "client": CLIENT}]} if slug == "payments" else {}),
        **changes,
    }


WAITS = {
    slug: {**answer({**ROWS[slug], "client_id": "c1"}), "totals": [TOTAL]}
    for slug in ("tickets", "orders", "invoices", "domains")
}
LISTING_PAGES = {
    "start.html": {
        "waits": WAITS,
        "filters": {slug: {"status": "pending", "sort": ""} for slug in WAITS},
        "changes": [{**ENTRY, "client_id": "c1"}],
        "opened": [CLIENT],
        "names": {"c1": CLIENT["name"]},
    },
    **{f"lists/{one.slug}.html": listing_page(one.slug, {**ROWS[one.slug], "client": CLIENT}) for one in LISTINGS},
}
