"""Template contexts of the pages of staff, sign-in and profile."""

from chassis.permissions import Permission
from gateway.ui.labels import LIFETIMES, ROLES, browser, permission_groups
from gateway.ui.qr import drawn
from tests.support.pages.samples import TIME, answer

SLUGS = list(map(str, Permission))
ACCOUNT = {
    "id": "s1",
    "name": "Devon Reyes",
    "email": "devon@northgate.example",
    "role": "support",
    "status": "active",
    "version": 3,
    "overrides": {"clients.view": False, "services.manage": True},
    "second_factor": "on",
    "second_factor_required": True,
    "last_signed_in_at": TIME,
    "created_at": TIME,
    "sessions": [],
    "permissions": dict.fromkeys(SLUGS, True),
    "tokens": [
        {
            "id": "t1",
            "name": "Reporting",
            "hint": "cmrc_K81d…0PqR",
            "permissions": ["clients.view"],
            "created_at": TIME,
            "last_used_at": None,
            "expires_at": TIME,
        }
    ],
    "presets": {role: SLUGS for role, _, _ in ROLES},
    "second_factor_roles": ["admin", "super_admin"],
}
OWN = {
    "account": ACCOUNT,
    "tokens": ACCOUNT["tokens"],
    "second_factor": {"on": True, "required": False, "since": TIME, "backup_codes": 7},
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
WORDS = {
    "heading": "Disable the account",
    "button": "Disable",
    "warn": True,
    "text": "All ends.",
}
FORM = {"values": {}, "errors": [], "problem": None, "idempotency_key": "key-of-this-form"}


def _key() -> str:
    return "key-of-this-form"


STAFF_PAGES = {
    "login_code.html": {
        "next": "/admin/clients",
        "error": None,
        "enrol": {"secret": "ABCD", "uri": "otpauth://x"},
        "qr": drawn("x"),
        "login": "/admin/login",
    },
    "password.html": {
        "done": False,
        "who": {"name": "Devon Reyes", "email": "devon@northgate.example"},
        "error": None,
        "login": "/admin/login",
    },
    "staff/list.html": {
        "staff": {
            **answer(ACCOUNT),
            "counts": {"active": 1, "invited": 0, "disabled": 0},
            "second_factor_roles": ["admin"],
        },
        "chosen": "",
    },
    "staff/record.html": {
        "account": ACCOUNT,
        **FORM,
        "values": {"name": "Devon Reyes", "email": "devon@northgate.example", "role": "support"},
        "held": set(SLUGS),
        "groups": permission_groups(),
        "roles": ROLES,
        "saved": True,
        "own": False,
    },
    "staff/new.html": {"roles": ROLES, **FORM},
    "staff/link.html": {"account": ACCOUNT, "url": "https://admin.example/admin/password/x", "expires_at": TIME},
    "staff/confirm.html": {"words": WORDS, **FORM, "refusal": {}, "back": "/admin/staff/s1", "account": ACCOUNT},
    "my_account/page.html": {
        "own": OWN,
        "values": {"name": "Devon Reyes"},
        "errors": [],
        "made": None,
        "browser": browser,
        "key": _key,
        "development": True,
    },
    "step_up.html": {
        **FORM,
        "refusal": {},
        "back": "/admin/profile",
        "action": "/admin/staff/s1/disable",
        "field": "step_up_password",
        "sent": [("reason", "left")],
    },
    "my_account/factor.html": {
        "what": "codes",
        "heading": "New backup codes",
        "button": "Make new codes",
        "values": {},
        "errors": [],
        "key": _key,
        "home": "/admin/profile",
    },
    "my_account/confirm.html": {
        "secret": "ABCD",
        "qr": drawn("x"),
        "values": {},
        "errors": [],
        "key": _key,
        "home": "/admin/profile",
    },
    "my_account/token.html": {
        "groups": permission_groups(),
        "held": SLUGS,
        "lifetimes": LIFETIMES,
        "values": {},
        "errors": [],
        "key": _key,
        "home": "/admin/profile",
    },
    "my_account/codes.html": {"codes": ["abcd-efgh-ijkl-mnop-qrst-uvwx"], "back": "/admin/profile"},
}
