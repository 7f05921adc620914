"""What the portal's templates are given, for tests: one entry a template."""

from chassis.permissions import Portal
from gateway.render import Frame
from gateway.tests.portal_people_samples import PEOPLE_PAGES

CLIENT = {"id": "client-1", "name": "Brightwater Studio Ltd", "status": "active"}
PERMISSIONS = list(map(str, Portal))
VISIT = {"ends_at": "2026-11-22T17:02:03Z"}

PORTAL_PAGES = {
    **PEOPLE_PAGES,
    "portal/login.html": {"email": "", "next": "", "error": None},
    "portal/choose.html": {"choices": [{"contact_id": "contact-1", "role": "owner", "client": CLIENT}], "next": "/dashboard"},
    "portal/dashboard.html": {},
    "portal/denied.html": {"request_id": "req-1", "detail": "Nothing was changed.", "permission": "portal.invoices.pay"},
    "portal/no_visit.html": {},
    "portal/visit_over.html": {"admin": "http://127.0.0.1:8000/admin/clients/client-1", "why": "The time was up"},
}


def portal_frame(**changes) -> Frame:
    """The frame of a page of the portal, for an owner unless changed."""
    viewer = {"id": "contact-1", "name": "Imogen Hartley", "email": "imogen@brightwater.example", "role": "owner",
              "permissions": PERMISSIONS}
    given = {"path": "/dashboard", "viewer": viewer, "csrf_token": "token-of-this-session",
             "portal": {"client": CLIENT, "visit": None}}
    return Frame(**{**given, **changes})
