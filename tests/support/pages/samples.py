"""Sample answers of the services, for the tests of the pages."""

from datetime import UTC, datetime

from gateway.ui.profile_fields import LABELS
from gateway.ui.render import Frame

NOW = datetime(2026, 11, 22, 16, 42, 17, tzinfo=UTC)
VIEWER = {"id": "s1", "name": "Mara Lindqvist", "email": "mara@northgate.example", "role": "super_admin"}
TIME = "2026-11-22T16:05:00Z"
SCRIPT = "<script>alert(1)</script>"
GROUP = {"id": "g1", "name": "Reseller", "colour": "#3b82f6", "discount_percent": "20.00"}
TAG = {"id": "t1", "name": "net-30", "colour": "#2563eb"}
ADDRESS = {
    "address1": "18 Tanner's Wharf",
    "address2": "",
    "city": "Bristol",
    "state": "",
    "postcode": "BS1 4RN",
    "country": "GB",
}


def frame(path: str = "/admin/clients", **changes) -> Frame:
    """A frame of a signed-in person at a fixed time."""
    return Frame(path, **{"viewer": VIEWER, "csrf_token": "token-of-this-session", "now": NOW, **changes})


def gbp(amount: str) -> dict:
    """Pounds as a money object."""
    return {"amount": amount, "currency": "GBP"}


def answer(
    *rows: dict, next: str | None = None, prev: str | None = None, total: int | None = None, exact: bool = True
) -> dict:
    """A list answer."""
    page = {"next": next, "prev": prev, "total": len(rows) if total is None else total, "exact": exact}
    return {"data": list(rows), "page": page}


def row(**changes) -> dict:
    """A row of the client list."""
    return {
        "id": "c1",
        "name": "Brightwater Studio Ltd",
        "company": "Brightwater Studio Ltd",
        "contact_name": "Imogen Hartley",
        "email": "imogen@brightwater.example",
        "group": GROUP,
        "tags": [],
        "active_services": 14,
        "suspended_services": 1,
        "outstanding": gbp("1284.40"),
        "overdue": gbp("798.40"),
        "oldest_due_on": "2026-10-10",
        "credit_balance": gbp("25.00"),
        "next_due_on": "2026-12-01",
        "last_login_at": TIME,
        "joined_at": TIME,
        "status": "active",
        **changes,
    }


def note(**changes) -> dict:
    """A sticky note."""
    return {
        "id": "n1",
        "body": "Do not auto-suspend.",
        "author": {"id": "s1", "name": "Mara Lindqvist"},
        "created_at": TIME,
        "sticky": True,
        "supersedes": None,
        "superseded_by": None,
        "unpinned_at": None,
        **changes,
    }


def client(**changes) -> dict:
    """A client record as `get_client` answers it."""
    profile = {
        **dict.fromkeys(LABELS, ""),
        "first_name": "Imogen",
        "last_name": "Hartley",
        "company": "Brightwater Studio Ltd",
        "phone": "+44 20 7946 0182",
        "email": "imogen@brightwater.example",
        "tax_id": "GB 293",
        "tax_exempt": False,
        "language": "en",
        **ADDRESS,
    }
    return {
        "id": "c1",
        "status": "active",
        "joined_at": TIME,
        "last_login_at": TIME,
        "name": "Brightwater Studio Ltd",
        "contact_name": "Imogen Hartley",
        "primary_contact_id": "p1",
        "group": GROUP,
        "profile": profile,
        "tags": [TAG],
        "sticky_notes": [note()],
        "counts": {"contacts": 1, "notes": 1},
        "version": 1,
        **changes,
    }


TOTALS = {
    "active_services": 14,
    "outstanding": gbp("1284.40"),
    "overdue": gbp("798.40"),
    "oldest_due_on": "2026-10-10",
    "credit_balance": gbp("240.00"),
    "counts": {
        "services": 19,
        "suspended_services": 2,
        "pending_services": 1,
        "invoices": 46,
        "orders": 21,
        "domains": 9,
    },
}
AGEING = [
    {"label": label, "from_days": days, "amount": gbp(amount)}
    for label, days, amount in (
        ("Not due", 0, "486.00"),
        ("1–30 days", 1, "486.00"),
        ("31–60 days", 31, "312.40"),
        ("Over 60 days", 61, "0.00"),
    )
]
CREDIT_HISTORY = [{"date": "2025-12-01", "balance": gbp("0.00")}, {"date": "2026-11-21", "balance": gbp("240.00")}]
DAYS = [{"date": "2026-11-22", "count": 6}, {"date": "2026-11-20", "count": 1}]
SERVICE = {
    "id": "v1",
    "number": "SVC-01234",
    "product": "Cloud VPS 8",
    "domain": "vps-41.example",
    "billing_cycle": "semi_annual",
    "price": gbp("62.00"),
    "status": "suspended",
    "next_due_date": None,
    "created_at": TIME,
    "suspended_reason": "Asked to pause",
    "stopped": {"at": TIME, "by": {"kind": "staff", "id": "s1", "name": "Mara"}, "reason": "Asked to pause"},
}
SERVICE_RECORD = {
    **SERVICE,
    "order": {"id": "o1", "number": "ORD-01187", "status": "active"},
    "invoices": [
        {"id": "i1", "number": "INV-04388", "status": "overdue", "issue_date": "2026-09-26", "amount": gbp("62.00")}
    ],
}
BATCH = {
    "id": "b1",
    "reason": "Unpaid invoices",
    "actor": {"kind": "staff", "id": "s1", "name": "Mara"},
    "made_at": TIME,
    "undone_at": None,
    "suspended": 2,
    "held": 1,
}
DOMAIN = {
    "id": "d1",
    "name": "harrowgallery.example",
    "status": "active",
    "registered_on": "2020-12-03",
    "expires_on": "2026-12-03",
    "registrar": "Nominet",
    "auto_renew": True,
    "nameservers": ["ns1.example"],
    "moves": ["expired", "transferred_away", "cancelled"],
}
LINE = {
    "description": "Migration of mailboxes",
    "quantity": "2.5000",
    "unit_price": gbp("80.00"),
    "tax_rate": "20.00",
    "total": gbp("200.00"),
}
PAYMENT = {
    "id": "y1",
    "amount": gbp("69.16"),
    "date": "2026-10-12",
    "gateway": "bank_transfer",
    "reference": "BWSL",
    "refunded": gbp("0.00"),
    "credited": gbp("0.00"),
    "actor": {"kind": "staff", "id": "s1", "name": "Ines Carvalho"},
}
APPLIED = {
    "id": "a1",
    "entry_id": "e1",
    "amount": gbp("25.00"),
    "returned": gbp("0.00"),
    "actor": {"kind": "system", "id": None, "name": "System"},
    "created_at": TIME,
}
PARTIES = {
    "buyer": {
        "name": "Brightwater Studio Ltd",
        "company": "Brightwater Studio Ltd",
        "contact": "Grace Bellamy",
        "email": "grace@brightwater.example",
        "address": {
            "address1": "18 Tanner's Wharf",
            "address2": "",
            "city": "Bristol",
            "state": "",
            "postcode": "BS1 4RN",
            "country": "GB",
        },
        "tax_id": "GB 293 1177 04",
        "tax_exempt": False,
    },
    "seller": {
        "name": "Northgate Hosting Ltd",
        "address": ["4 Exchange Row", "Leeds LS1 5RG"],
        "vat_id": "GB 411 8820 16",
        "registration": "Registered in England and Wales, no. 01234567",
        "footer": "Thank you",
        "payment": {
            "bank": [{"label": "Sort code", "value": "20-00-00"}, {"label": "Account number", "value": "00000000"}],
            "instructions": "Please pay within 14 days.",
        },
    },
    "document": {"origin": "published", "taken_at": TIME},
    "tax_by_rate": [
        {"rate": "20", "net": gbp("328.80"), "tax": gbp("65.76")},
        {"rate": "0", "net": gbp("12.00"), "tax": gbp("0.00")},
    ],
}
MAILING = {"recipients": [{"name": "Grace Bellamy", "email": "grace@brightwater.example"}], "delivers": True}
INVOICE = {
    "id": "i1",
    "number": "INV-04388",
    "status": "overdue",
    "issue_date": "2026-09-26",
    "due_date": "2026-10-10",
    "lines": [LINE],
    "subtotal": gbp("340.80"),
    "tax_total": gbp("65.76"),
    "total": gbp("406.56"),
    "credit_applied": gbp("25.00"),
    "paid": gbp("69.16"),
    "amount_due": gbp("312.40"),
    "payments": [PAYMENT],
    "credits": [APPLIED],
    "refundable": {"gateway": gbp("69.16"), "credit": gbp("69.16")},
    "version": 3,
    "notes": None,
    **PARTIES,
}
ORDER = {
    "id": "o1",
    "number": "ORD-01187",
    "status": "pending",
    "items": [
        {
            "product": "Cloud VPS 16",
            "billing_cycle": "monthly",
            "domain": "shop.example",
            "list_price": gbp("118.00"),
            "price": gbp("94.40"),
            "service_id": "s1",
            "service_number": "SVC-01234",
            "service_status": "pending",
            "domain_id": "d1",
            "domain_status": "pending",
        }
    ],
    "discount_percent": "20",
    "invoice_number": "INV-04412",
    "invoice_status": "unpaid",
    "total": gbp("113.28"),
    "invoice_id": "i1",
    "placed_at": TIME,
    "placed_by": {"kind": "contact", "id": "p1", "name": "Imogen Hartley"},
}
TICKET = {
    "id": "k1",
    "number": 4821,
    "subject": "Where is my invoice?",
    "status": "customer_reply",
    "priority": "high",
    "department": "billing",
    "assigned_to": None,
    "moves": ["in_progress", "closed"],
    "opened_at": TIME,
    "last_reply_at": TIME,
}
REPLY = {
    "id": "r1",
    "author": {"kind": "staff", "id": "s1", "name": "Mara Lindqvist"},
    "body": "First.\n\nSecond.",
    "internal": True,
    "created_at": TIME,
}
THREAD = {
    **TICKET,
    "replies": [REPLY],
    "replies_total": 70,
    "page": {"next": "older", "prev": "newer", "total": 70, "exact": True},
}
CONTACT = {
    "id": "p1",
    "first_name": "Imogen",
    "last_name": "Hartley",
    "email": "imogen@brightwater.example",
    "phone": "",
    "role": "owner",
    "primary": False,
    "last_login_at": None,
    "invited_at": TIME,
    "status": "active",
}
CREDIT = {
    "id": "e1",
    "amount": gbp("-25.00"),
    "balance_after": gbp("0.00"),
    "description": "Account credit applied",
    "kind": "applied",
    "invoice_id": "i1",
    "invoice_number": "INV-04388",
    "reverses": None,
    "actor": {"kind": "system", "id": None, "name": "System"},
    "created_at": TIME,
}
FIELD = {
    "id": "f1",
    "label": "Account manager",
    "type": "text",
    "value": "Ines",
    "visibility": "staff_only",
    "required": True,
    "options": [],
}
ENTRY = {
    "id": "a1",
    "seq": 3,
    "occurred_at": TIME,
    "actor": {"kind": "staff", "id": "s1", "name": "Ines Carvalho"},
    "acting_as": None,
    "action": "updated the profile",
    "type": "client.updated.v1",
    "category": "Clients",
    "references": [],
    "entity": {"type": "client", "id": "c1"},
    "changes": [{"field": "tax_id", "old": None, "new": "GB 293"}],
    "ip": "198.51.100.7",
    "cause": "req-1",
    "hash": "a1f09c" + "0" * 58,
}
PRODUCT = {
    "id": "p1",
    "name": "Managed WordPress",
    "description": "One site that we keep up to date.",
    "takes_domain": True,
    "retired": False,
    "tax_rate": "20",
    "version": 1,
    "created_at": TIME,
    "active_services": 367,
    "prices": [{"billing_cycle": "monthly", **gbp("24.00")}],
}
QUOTE = {
    "currency": "GBP",
    "discount_percent": "20",
    "tax_exempt": False,
    "list_total": gbp("24.00"),
    "discount": gbp("-4.80"),
    "subtotal": gbp("19.20"),
    "tax_total": gbp("3.84"),
    "total": gbp("23.04"),
    "items": [
        {
            "product_id": "p1",
            "product": "Managed WordPress",
            "billing_cycle": "monthly",
            "list_price": gbp("24.00"),
            "price": gbp("19.20"),
            "tax_rate": "20",
        }
    ],
}
