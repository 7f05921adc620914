"""Template contexts of the portal, for tests: one entry a template."""

from chassis.permissions import Portal
from gateway.ui.render import Frame
from tests.support.pages.portal_people_samples import PEOPLE_PAGES
from tests.support.pages.samples import NOW, PARTIES, TIME, answer, gbp

CLIENT = {"id": "client-1", "name": "Brightwater Studio Ltd", "status": "active", "language": ""}
PERMISSIONS = list(map(str, Portal))
IMPERSONATION = {"ends_at": "2026-11-22T17:02:03Z"}

SERVICE = {
    "id": "v1",
    "number": "SVC-01234",
    "product": "Cloud VPS 8",
    "domain": "vps-41.example",
    "billing_cycle": "semi_annual",
    "status": "active",
    "next_due_date": "2026-12-04",
    "created_at": TIME,
    "price": gbp("62.00"),
}
DOMAIN = {
    "id": "d1",
    "name": "harrowgallery.example",
    "status": "active",
    "registered_on": None,
    "expires_on": "2026-12-03",
    "auto_renew": True,
    "nameservers": ["ns1.example", "ns2.example", "ns3.example"],
    "settled": False,
}
INVOICE_ROW = {
    "id": "i1",
    "number": "INV-04388",
    "status": "overdue",
    "issue_date": "2026-09-26",
    "due_date": "2026-10-10",
    "total": gbp("406.56"),
    "amount_due": gbp("312.40"),
}
INVOICE = {
    **INVOICE_ROW,
    **PARTIES,
    "subtotal": gbp("338.80"),
    "tax_total": gbp("67.76"),
    "credit_applied": gbp("25.00"),
    "paid": gbp("69.16"),
    "notes": "Order ORD-01187",
    "lines": [
        {
            "position": 1,
            "description": "Reseller Pro 100",
            "quantity": "2.5",
            "unit_price": gbp("135.52"),
            "tax_rate": "20",
            "total": gbp("338.80"),
            "tax": gbp("67.76"),
        }
    ],
    "payments": [
        {
            "date": "2026-10-12",
            "amount": gbp("69.16"),
            "gateway": "bank_transfer",
            "refunded": gbp("0.00"),
            "credited": gbp("0.00"),
        }
    ],
    "credits": [{"created_at": TIME, "amount": gbp("25.00"), "returned": gbp("0.00")}],
}
OWED = {
    "outstanding": gbp("1284.40"),
    "overdue": gbp("798.40"),
    "oldest_due_on": "2026-10-10",
    "credit_balance": gbp("240.00"),
    "overdue_invoices": 2,
    "invoices": [INVOICE_ROW],
    "payment": PARTIES["seller"]["payment"],
}
PAYING = {"credit": gbp("240.00"), "used": gbp("240.00"), "due": gbp("72.40"), "left": gbp("0.00")}
ORDER = {
    "id": "o1",
    "number": "ORD-01187",
    "status": "pending",
    "total": gbp("113.28"),
    "discount_percent": "20",
    "invoice_id": "i1",
    "invoice_number": "INV-04388",
    "invoice_status": "unpaid",
    "placed_at": TIME,
    "placed_by": {"kind": "staff", "name": None},
    "items": [
        {
            "product": "Cloud VPS 16",
            "billing_cycle": "monthly",
            "domain": "shop.example",
            "list_price": gbp("118.00"),
            "price": gbp("94.40"),
            "service_id": "v1",
            "service_number": "SVC-01234",
            "service_status": "pending",
            "domain_status": "pending",
        }
    ],
}
PRICES = [
    {"billing_cycle": cycle, "list_price": gbp(listed), "price": gbp(price)}
    for cycle, listed, price in (("monthly", "118.00", "94.40"), ("annual", "1274.40", "1019.52"))
]
QUOTE = {
    "currency": "GBP",
    "discount_percent": "20",
    "tax_exempt": False,
    "items": [
        {
            "product_id": "p1",
            "product": "Cloud VPS 16",
            "billing_cycle": "monthly",
            "list_price": gbp("118.00"),
            "price": gbp("94.40"),
            "tax_rate": "20",
        }
    ],
    "list_total": gbp("118.00"),
    "discount": gbp("-23.60"),
    "subtotal": gbp("94.40"),
    "tax_total": gbp("18.88"),
    "total": gbp("113.28"),
}
TICKET = {
    "id": "t1",
    "number": 4821,
    "subject": "I can't see my October invoice",
    "status": "answered",
    "department": "Billing",
    "opened_at": TIME,
    "last_reply_at": TIME,
    "last_reply_by": {"kind": "staff"},
}
THREAD = {
    **TICKET,
    "replies_total": 2,
    "page": {"next": "older", "prev": "newer", "total": 2, "exact": True},
    "replies": [
        {
            "id": "r1",
            "author": {"kind": "contact", "name": "Imogen Hartley", "own": True},
            "body": "Hello\n\nit is gone",
            "created_at": TIME,
        },
        {
            "id": "r2",
            "author": {"kind": "staff", "name": "Mara", "own": False},
            "body": "It is safe",
            "created_at": TIME,
        },
    ],
}
FORM = {"values": {}, "errors": [], "problem": None, "refusal": {}, "idempotency_key": "key-of-this-form"}


def listed(*rows: dict, **counts: int) -> dict:
    """A list answer with its figures by group."""
    return {**answer(*rows, next="cursor"), "counts": counts}


PORTAL_PAGES = {
    **PEOPLE_PAGES,
    "portal/login.html": {"email": "", "next": "", "error": None},
    "portal/choose.html": {
        "choices": [{"contact_id": "contact-1", "role": "owner", "client": CLIENT}],
        "next": "/dashboard",
    },
    "portal/dashboard.html": {
        "panels": {
            "owed": OWED,
            "services": listed(SERVICE, active=14, suspended=2, pending=1, ended=2),
            "domains": answer(DOMAIN),
            "tickets": listed(TICKET, open=5, answered=2, closed=5),
        }
    },
    "portal/services.html": {
        "items": listed(SERVICE, active=14, suspended=2, pending=0, ended=2),
        "filters": {"status": ""},
    },
    "portal/service.html": {
        "service": {
            **SERVICE,
            "invoices": [
                {
                    "id": "i1",
                    "number": "INV-04388",
                    "status": "unpaid",
                    "issue_date": "2026-11-20",
                    "amount": gbp("62.00"),
                }
            ],
        }
    },
    "portal/domains.html": {"items": answer(DOMAIN), "filters": {}},
    "portal/domain.html": {"domain": DOMAIN, **FORM, "back": "/client/domains"},
    "portal/invoices.html": {
        "items": listed(INVOICE_ROW, to_pay=3, paid=38, other=4),
        "filters": {"status": ""},
        "owed": OWED,
    },
    "portal/invoice.html": {
        "invoice": INVOICE,
        "owed": OWED,
        "problem": None,
        "paying": PAYING,
        "impersonator_refused": False,
    },
    "portal/orders.html": {"items": listed(ORDER, pending=1, active=0, cancelled=0), "filters": {"status": ""}},
    "portal/order.html": {"order": ORDER, "owed": OWED},
    "portal/store.html": {
        "sold": {
            "currency": "GBP",
            "discount_percent": "20",
            "tax_exempt": False,
            "products": [
                {"id": "p1", "name": "Cloud VPS 16", "description": "8 cores", "takes_domain": True, "prices": PRICES},
                {"id": "p2", "name": "Backup", "description": "", "takes_domain": False, "prices": PRICES[:1]},
            ],
        },
        "items": [
            {
                "product_id": "p1",
                "billing_cycle": "monthly",
                "domain": "",
                "product": "Cloud VPS 16",
                "takes_domain": True,
            }
        ],
        "quote": QUOTE,
        "no_quote": "",
        "errors": [],
        "problem": None,
        "credit": {"used": gbp("113.28"), "held": gbp("240.00")},
        "full": False,
        "impersonator_refused": False,
        "idempotency_key": "key-of-this-form",
    },
    "portal/tickets.html": {"items": listed(TICKET, open=5, answered=2, closed=5), "filters": {"status": ""}},
    "portal/ticket.html": {"ticket": THREAD},
    "portal/ticket_new.html": {"departments": ["Billing", "Support"], **FORM, "back": "/client/tickets"},
    "portal/ticket_reply.html": {"ticket": THREAD, **FORM, "back": "/client/tickets/t1"},
    "portal/ticket_close.html": {"ticket": THREAD, **FORM, "back": "/client/tickets/t1"},
    "portal/denied.html": {
        "request_id": "req-1",
        "detail": "Nothing was changed.",
        "permission": "portal.invoices.pay",
    },
    "portal/no_impersonation.html": {},
    "portal/impersonation_over.html": {
        "admin": "http://127.0.0.1:8000/admin/clients/client-1",
        "why": "The time was up",
    },
}


def portal_frame(**changes) -> Frame:
    """The frame of a page of the portal, for an owner unless changed."""
    viewer = {
        "id": "contact-1",
        "name": "Imogen Hartley",
        "email": "imogen@brightwater.example",
        "role": "owner",
        "permissions": PERMISSIONS,
    }
    given = {
        "path": "/dashboard",
        "viewer": viewer,
        "csrf_token": "token-of-this-session",
        "portal": {"client": CLIENT, "impersonation": None},
        "now": NOW,
    }
    return Frame(**{**given, **changes})
