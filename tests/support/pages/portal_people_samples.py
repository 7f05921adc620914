"""Template contexts of the portal's pages about people and their sign-in."""

from gateway.ui.labels import browser
from gateway.ui.profile_fields import fields
from tests.support.pages.samples import SCRIPT, TIME, answer

PERSON = {
    "first_name": "Imogen",
    "last_name": "Hartley",
    "email": "imogen@brightwater.example",
    "phone": "",
    "role": "owner",
    "primary": True,
}
CONTACT = {
    **PERSON,
    "id": "contact-2",
    "first_name": SCRIPT,
    "role": "billing",
    "primary": False,
    "status": "active",
    "last_login_at": None,
    "invited_at": TIME,
    "can_sign_in": False,
    "second_factor": True,
    "phone_e164": None,
}
KINDS = (("text", "client_view"), ("textarea", "client_edit"), ("select", "client_edit"))
FIELDS = [
    {
        "id": f"field-{place}",
        "label": "Contract",
        "type": kind,
        "value": SCRIPT,
        "visibility": visibility,
        "options": [SCRIPT],
        "required": False,
    }
    for place, (kind, visibility) in enumerate(KINDS)
]
PROFILE = {
    **{field.name: "" for field in fields(of="client") if field.portal != "hidden"},
    "company": SCRIPT,
    "country": "GB",
    "language": "en",
    "tax_id": "GB 293 1177 04",
}
COMPANY = {"name": SCRIPT, "joined_at": TIME, "version": 3, "profile": PROFILE, "fields": FIELDS}
ACCOUNT = {
    "email": "imogen@brightwater.example",
    "second_factor": {"on": True, "since": TIME, "backup_codes": 7},
    "sessions": [
        {
            "id": "x1",
            "created_at": TIME,
            "last_seen_at": TIME,
            "expires_at": TIME,
            "ip": "198.51.100.7",
            "user_agent": "",
            "current": current,
        }
        for current in (True, False)
    ],
}
VALUES = {**PERSON, **PROFILE, **{field["id"]: field["value"] for field in FIELDS}}
FORM = {"values": {}, "errors": [], "problem": None, "idempotency_key": "key-of-this-form", "refusal": {}}
SIGN_IN = {
    "kind": "failed",
    "occurred_at": TIME,
    "contact_id": "contact-2",
    "name": SCRIPT,
    "ip": "198.51.100.7",
    "user_agent": SCRIPT,
    "reason": "wrong-password",
}
IMPERSONATION = {
    "kind": "impersonation",
    "occurred_at": TIME,
    "ended_at": TIME,
    "name": "Mara Lindqvist",
    "reason": SCRIPT,
    "seconds": 372,
}

PEOPLE_PAGES = {
    "portal/password.html": {"asked": False, "email": "", "error": None},
    "portal/invitation.html": {
        "done": False,
        "error": None,
        "who": {
            "name": SCRIPT,
            "email": "imogen@brightwater.example",
            "client": {"name": SCRIPT},
            "has_password": False,
        },
    },
    "portal/email.html": {
        "done": False,
        "error": None,
        "who": {"email": "i@hartley.example", "old_email": "imogen@x.example"},
    },
    "portal/limited.html": {},
    "portal/profile.html": {
        "company": COMPANY,
        "person": PERSON,
        "account": ACCOUNT,
        "values": VALUES,
        "was": VALUES,
        "opened_with": {"first_name": "Imogen"},
        "errors": [],
        "form": "",
        "browser": browser,
        "key": lambda: "key-of-this-form",
    },
    "portal/email_form.html": {**FORM, "back": "/client/profile"},
    "portal/contacts.html": {"items": answer(CONTACT)},
    "portal/contact_form.html": {**FORM, "values": PERSON, "contact": CONTACT, "back": "/client/contacts"},
    "portal/access.html": {"items": {"data": [SIGN_IN, IMPERSONATION], "before": TIME}, "browser": browser},
}
