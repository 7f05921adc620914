"""Template contexts of every page, and drawing one with some of its variables changed."""

import re

from gateway.admin.bulk_acts import ACTS
from gateway.admin.jobs import RESULTS
from gateway.composition import api_reference
from gateway.composition.csv_files.columns import FIELDS
from gateway.composition.csv_files.dialect import DELIMITERS, ENCODINGS
from gateway.composition.invoice_lines import as_fields, blank_rows, field_names
from gateway.composition.palette import Option
from gateway.composition.record_tabs import TAB_BAR, TABS
from gateway.composition.search import KINDS
from gateway.ui import columns, render
from gateway.ui.labels import IMPERSONATION_END_CAUSES
from tests.support.pages.job_samples import DRY_RUN, JOB, JOB_ROW
from tests.support.pages.listing_samples import LISTING_PAGES
from tests.support.pages.portal_pages import PORTAL_PAGES, portal_frame
from tests.support.pages.samples import (
    AGEING,
    BATCH,
    CONTACT,
    CREDIT,
    CREDIT_HISTORY,
    DAYS,
    DOMAIN,
    ENTRY,
    FIELD,
    GROUP,
    INVOICE,
    MAILING,
    ORDER,
    PRODUCT,
    QUOTE,
    SERVICE,
    SERVICE_RECORD,
    TAG,
    THREAD,
    TICKET,
    TIME,
    TOTALS,
    answer,
    client,
    frame,
    gbp,
    note,
    row,
)
from tests.support.pages.staff_samples import STAFF_PAGES
from tests.support.pages.system_samples import SYSTEM_PAGES
from tests.support.pages.webhook_samples import ATTEMPT, DELIVERY, ENDPOINT

HEAD = {
    "client": client(),
    "totals": TOTALS,
    "tab": "",
    "tabs": TAB_BAR,
    "counts": {"services": 19, "invoices": 46, "activity": None},
    "unread": [],
}
OWES = {
    "id": "00000000-0000-7000-8000-000000000001",
    "name": "Owes",
    "filter": "outstanding > 0",
    "q": "",
    "sort": "-outstanding",
    "columns": [],
    "density": "",
    "shared": True,
    "ours": True,
    "owner": None,
    "mine": False,
    "pinned": True,
    "default": False,
}
VIEW = {
    **OWES,
    "id": "v7",
    "name": "My VIPs",
    "filter": 'tag:"VIP"',
    "shared": False,
    "ours": False,
    "owner": {"id": "s1", "name": "Mara Lindqvist"},
    "mine": True,
    "pinned": False,
}
FIELD_COLUMN = columns.of_fields([{"column": "field:f1", "label": "VAT checked", "type": "checkbox"}])["field:f1"]
LIST = {
    "clients": answer(row(), total=1284, next="after-c1"),
    "unavailable": [],
    "totals_as_of": None,
    "groups": [GROUP],
    "first_page": True,
    "act_takes": 20_000,
    "filters": {"view": "", "q": "", "group": "", "status": "", "filter": "", "sort": "name"},
    "filter": {"text": "", "chips": [], "fault": None},
    "views": [OWES, VIEW],
    "past_default": "",
    "open_view": None,
    "may_change": False,
    "changed": False,
    "view_fault": None,
    "columns": list(columns.STANDARD),
    "more_columns": [columns.BY_KEY["phone"], FIELD_COLUMN],
    "layout_kept": {"density": "two_lines", "widths": {}, "gone": 0, "chosen": False},
}
IMPERSONATION = {
    "id": "v1",
    "staff": {"id": "s1", "name": "Mara Lindqvist"},
    "contact": {"id": "p1", "name": "Imogen Hartley"},
    "reason": "Ticket 4821",
    "started_at": TIME,
    "entered_at": TIME,
    "ended_at": None,
    "end_cause": None,
    "ends_at": TIME,
}
OVERVIEW = {
    **HEAD,
    "account": {"currency": "GBP", "address": None},
    "tickets": {"counts": {"tickets": 1, "open": 1}, "open": [TICKET]},
    "billing": {"ageing": AGEING, "credit_history": CREDIT_HISTORY, "services": [SERVICE], "domains_soon": [DOMAIN]},
    "activity": {"recent": [ENTRY], "days": DAYS, "count": 1},
    "impersonations": answer(IMPERSONATION, {**IMPERSONATION, "ended_at": TIME, "end_cause": "idle"}),
    "ended": IMPERSONATION_END_CAUSES,
}
NEW = {
    "values": {},
    "errors": [],
    "groups": [GROUP],
    "tags": [TAG],
    "duplicate": None,
    "idempotency_key": "key-of-this-form",
}
FORM = {
    "values": {},
    "errors": [],
    "problem": None,
    "refusal": {},
    "back": "/admin/clients",
    "idempotency_key": "key-of-this-form",
}
CHOICES = {"departments": ["Billing"], "staff": [{"id": "s1", "name": "Mara Lindqvist"}]}
COLOURED = {"colour": "#3b82f6", "own_colour": ""}
MONEY = {"currency": "GBP", "look": {"sign": "£", "digits": 2}}
ACT = {
    "invoice": INVOICE,
    "credit": gbp("240.00"),
    "usable": gbp("240.00"),
    "due_minor": 31240,
    "look": MONEY["look"],
    "values": {"to": "credit", "amount": "69.16"},
}
NO_FILTERS = {"q": "", "category": "", "actor": "", "from": "", "to": ""}
NO_PLACES = {**NO_FILTERS, "cause": "", "entity": "", "below": ""}
VERDICT = {
    "entries": 318,
    "head": "ab" * 32,
    "valid": True,
    "archived": 0,
    "first_bad_seq": None,
    "fault": None,
    "gaps": [],
    "verified_at": TIME,
    "checkpoint": {"number": 7, "made_at": TIME, "seq": 310, "hash": "cd" * 32},
}
IMPORT = {
    "id": "m1",
    "source": "csv",
    "allow_duplicate_email": False,
    "status": "running",
    "created_at": TIME,
    "finished_at": TIME,
    "files": [{"kind": "clients", "rows": 10, "imported": 6, "unchanged": 1, "failed": 1, "warnings": 1}],
}
FILE = {
    "kind": "clients",
    "name": "clients.csv",
    "rows": 10,
    "fields": [{"name": "email", "label": "Email", "required": True, "fills": ()}],
    "columns": [{"name": "mail", "samples": ["a@b.example", ""], "field": "email", "guessed": True}],
    "reading": {
        "encoding": "utf-8",
        "delimiter": ";",
        "recognised": ["encoding", "delimiter"],
        "unnamed": 2,
        "certain": True,
    },
}
FAILURE = {
    "kind": "clients",
    "line": 88,
    "external_id": None,
    "column": "email",
    "value": "moss@",
    "code": "validation",
    "reason": "Not an email address",
}

# What the tabs of the record hold in the tests, by slug; a tab without a sample here is drawn without entries.
TAB_SAMPLES = {
    "services": {"items": {**answer(SERVICE), "batches": [BATCH]}},
    "invoices": {"items": answer(INVOICE), "ageing": AGEING},
    "orders": {"items": answer(ORDER)},
    "domains": {"items": answer(DOMAIN)},
    "tickets": {"items": answer(TICKET)},
    "contacts": {"items": answer(CONTACT)},
    "notes": {"items": answer(note())},
    "credits": {"items": answer(CREDIT), "credit_history": CREDIT_HISTORY},
    "custom-fields": {
        "items": {"data": [FIELD]},
        "values": {FIELD["id"]: "a"},
        "was": {FIELD["id"]: "a"},
        "errors": [],
        "problem": None,
        "idempotency_key": "key-of-this-form",
    },
    "activity": {"items": answer(ENTRY), "filters": NO_PLACES, "days": DAYS, "verdict": VERDICT},
}
TAB_PAGES = {
    tab.template: {
        **HEAD,
        "tab": tab.slug,
        "items": answer(),
        **({"filters": dict.fromkeys(tab.filters, "")} if tab.filters else {}),
        **TAB_SAMPLES.get(tab.slug, {}),
    }
    for tab in TABS
}

PAGES = {
    **STAFF_PAGES,
    **{name: {**(FORM if name == "system/settle.html" else {}), **context} for name, context in SYSTEM_PAGES.items()},
    "api_docs/contents.html": {"sections": api_reference.sections(), "events": api_reference.events()},
    "api_docs/section.html": {"section": "notes", "operations": api_reference.section("notes"), "development": True},
    "api_docs/event.html": {"event": api_reference.event("invoice.published.v1")},
    "returning.html": {"target": "/admin/clients/c1"},
    "login.html": {"email": "", "next": "", "error": None},
    "clients/list.html": LIST,
    "clients/view_form.html": {
        **FORM,
        "view": VIEW,
        "updates": None,
        "may_change": True,
        "of_list": "clients",
        "unkept": False,
    },
    "clients/export.html": {
        **FORM,
        "page": answer(row(), total=12300, exact=False)["page"],
        "columns": list(columns.STANDARD),
        "sent": {"filter": "outstanding > 0", "fields": "name,email", "csv_id": "x1", "xlsx_id": "x2"},
    },
    "clients/overview.html": OVERVIEW,
    **TAB_PAGES,
    **LISTING_PAGES,
    "search.html": {
        "q": "brightwater",
        "groups": [
            (
                KINDS["client"],
                [
                    {
                        "kind": "client",
                        "id": "c1",
                        "client_id": "c1",
                        "title": "Brightwater Studio Ltd",
                        "subtitle": "Imogen Hartley · imogen@brightwater.example",
                        "matched": "company",
                        "path": "/admin/clients/c1",
                    }
                ],
            )
        ],
        "unavailable": ["support"],
        "fault": None,
    },
    "palette.html": {
        "q": "new inv brigh",
        "sections": [
            (
                "Commands",
                [
                    Option("file-invoice", "New Invoice for Brightwater Ltd", "/admin/clients/c1", keys=("n", "i")),
                    Option("coins", "Add Credit", "/admin/clients", "Go on with the name", typed="Add Credit "),
                ],
            )
        ],
        "unavailable": ["support"],
        "fault": None,
        "short": False,
    },
    "activity.html": {
        "items": answer({**ENTRY, "client_id": "c1"}),
        "filters": NO_FILTERS,
        "errors": {},
        "verdict": VERDICT,
        "names": {"c1": "Brightwater Studio Ltd"},
        "staff": [{"id": "s1", "name": "Mara Lindqvist"}],
    },
    "clients/service.html": {"client": client(), "service": SERVICE_RECORD, "history": answer(ENTRY)},
    "clients/invoice.html": {"client": client(), "totals": TOTALS, "invoice": INVOICE},
    "clients/ticket.html": {
        "client": client(),
        "totals": TOTALS,
        "ticket": THREAD,
        "choices": CHOICES,
        "opened_with": {"status": "open"},
    },
    "clients/ticket_new.html": {**FORM, "client": client(), "departments": ["Billing"]},
    "clients/ticket_reply.html": {**FORM, "client": client(), "ticket": TICKET},
    "clients/ticket_edit.html": {**FORM, "client": client(), "ticket": TICKET, "choices": CHOICES},
    "clients/note_form.html": {**FORM, "client": client(), "corrected": None},
    "clients/contact_form.html": {**FORM, "client": client(), "contact": CONTACT},
    "clients/contact_invited.html": {
        "invitation": {"url": "https://my.example/client/invitation/x", "expires_at": TIME},
        "client": client(),
        "contact": CONTACT,
        "back": "/admin/clients/c1/contacts",
    },
    "clients/confirm.html": {
        "question": {"heading": "Unpin note", "text": "It stays.", "button": "Unpin"},
        **FORM,
        "client": client(),
    },
    "clients/new.html": NEW,
    "clients/edit.html": {
        **FORM,
        "values": {**client()["profile"], "version": 1},
        "client": client(),
        "groups": [GROUP],
    },
    "clients/tags.html": {"tags": [TAG], "chosen": [TAG["id"]], "was": [TAG["id"]], **FORM, "client": client()},
    "settings/groups.html": {"groups": [{**GROUP, "description": "", "discount_percent": "12.50", "clients": 2}]},
    "settings/group.html": {**FORM, "values": COLOURED, "group": None},
    "settings/tags.html": {"tags": [{**TAG, "clients": 0}]},
    "settings/tag.html": {**FORM, "values": COLOURED, "tag": TAG},
    "settings/custom_fields.html": {
        "fields": [{**FIELD, "options": ["a", "b", "c"], "clients": 3}],
        "idempotency_key": "key-of-this-form",
    },
    "settings/custom_field.html": {**FORM, "values": {"visibility": "staff_only"}, "field": None},
    "webhooks/list.html": {"endpoints": [ENDPOINT]},
    "webhooks/form.html": {**FORM, "values": {"scheme": "v1"}, "endpoint": None},
    "webhooks/record.html": {
        "endpoint": ENDPOINT,
        "deliveries": {**answer(DELIVERY), "counts": {"waiting": 1, "delivered": 0, "failed": 0}},
        "chosen": "",
    },
    "webhooks/secrets.html": {
        "keys": [{"key": "whsec_c2VjcmV0", "created_at": TIME, "expires_at": None}],
        **FORM,
        "endpoint": ENDPOINT,
    },
    "webhooks/redeliver.html": {**FORM, "endpoint": ENDPOINT},
    "webhooks/delivery.html": {"endpoint": ENDPOINT, "delivery": {**DELIVERY, "attempts": [ATTEMPT]}},
    "clients/login_as.html": {**FORM, "client": client()},
    "clients/status.html": {**FORM, "client": client()},
    "clients/invoice_form.html": {
        **FORM,
        "client": client(),
        **MONEY,
        "credit": gbp("240.00"),
        "credit_minor": 24000,
        "tax_rate": "20",
        "mailing": MAILING,
        "draft": None,
        "values": as_fields(blank_rows(3)),
        "names": field_names(3),
    },
    **{
        f"clients/invoice_{name}.html": {"invoice": INVOICE, **FORM, "client": client(), **ACT, "mailing": MAILING}
        for name in ("publish", "send")
    },
    **{
        f"clients/invoice_{name}.html": {"invoice": INVOICE, **FORM, "client": client(), **ACT}
        for name in ("payment", "mark_paid", "apply_credit", "refund", "cancel")
    },
    "clients/credit_reverse.html": {**FORM, "client": client(), "entry": CREDIT},
    "clients/service_move.html": {
        **FORM,
        "client": client(),
        "service": SERVICE,
        "move": "terminate",
    },
    "clients/bulk_act.html": {
        **FORM,
        "act": "add_tag",
        "acts": ACTS,
        "selection": {"picked": JOB_ROW["client"]["id"], "all": None, "count": 1},
        "choices": {"options": [(TAG["id"], TAG["name"])], "field": None},
        "dry_run": None,
    },
    "jobs/list.html": {"jobs": answer(JOB), "acts": ACTS},
    "jobs/job.html": {
        "job": JOB,
        "rows": answer(JOB_ROW),
        "result": "",
        "results": RESULTS,
        "acts": ACTS,
        "part": "",
    },
    "jobs/undo.html": {"job": JOB, "acts": ACTS, "dry_run": DRY_RUN, **FORM},
    "clients/suspend_all.html": {
        **FORM,
        "client": client(),
        "listed": {"data": [SERVICE], "version": "v1", "counts": {"active": 1, "suspended": 2, "pending": 1}},
        "seen": None,
    },
    "clients/unsuspend_all.html": {"batch": {**BATCH, "services": [SERVICE]}, **FORM, "client": client()},
    "clients/domain_new.html": {**FORM, "client": client()},
    "clients/domain_edit.html": {**FORM, "client": client(), "domain": DOMAIN},
    "clients/domain_status.html": {**FORM, "client": client(), "domain": DOMAIN},
    "clients/billing_edit.html": {
        **FORM,
        "client": client(),
        "account": {"currency": "GBP", "currency_locked": True, "address": None, "version": 1},
    },
    "clients/credit_new.html": {
        **FORM,
        "client": client(),
        **MONEY,
        "balance": gbp("240.00"),
        "balance_minor": 24000,
        "invoices": [INVOICE],
    },
    "clients/order.html": {**HEAD, "tab": "orders", "order": ORDER},
    "clients/order_action.html": {"order": ORDER, "client": client(), "doing": "cancel", **FORM},
    "clients/order_new.html": {
        "rows": [
            {
                "product_id": "p1",
                "billing_cycle": "monthly",
                "domain": "",
                "takes_domain": True,
                "cycles": [("monthly", "Monthly, £24.00")],
            }
        ],
        **FORM,
        "client": client(),
        "currency": "GBP",
        "products": [PRODUCT],
        "full": False,
        "mailing": MAILING,
        "quote": QUOTE,
        "no_quote": "",
        "values": {"product.0": "p1", "cycle.0": "monthly", "domain.0": ""},
    },
    "products/list.html": {
        "products": [{**PRODUCT, "in_currency": {"monthly": PRODUCT["prices"][0]}}],
        "total": 2,
        "currencies": ["EUR", "GBP"],
        "cycles": ["monthly"],
        "filters": {"currency": "GBP", "sold": ""},
    },
    "products/edit.html": {
        **FORM,
        "values": {"version": 1},
        "product": PRODUCT,
        "more": False,
        "rows": [{"currency": "GBP", "prices": {"monthly": "24.00"}}],
        "cycles": ["monthly", "annual"],
    },
    "products/retire.html": {"product": PRODUCT, **FORM},
    "import/upload.html": {"errors": [], "values": {}, "columns": FIELDS},
    "import/preview.html": {
        "import": IMPORT,
        "files": [FILE],
        "errors": [],
        "idempotency_key": "key-of-this-form",
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
    },
    "import/progress.html": {"import": IMPORT},
    "import/summary.html": {"import": {**IMPORT, "status": "done"}, "failures": answer(FAILURE)},
    "errors/403.html": {"permission": "clients.view", "request_id": "req-1"},
    "errors/404.html": {"request_id": "req-1"},
    "errors/500.html": {"request_id": "req-1"},
    "errors/503.html": {"request_id": "req-1", "what": "Billing"},
    "errors/resend.html": {"sent": [("amount", "5.00")], **FORM},
    "errors/refused.html": {"request_id": "req-1", "title": "Validation", "detail": "Unknown sort key."},
    **PORTAL_PAGES,
}


def frame_of(name: str) -> render.Frame:
    """The frame that a template is drawn in: the portal's has a client around it."""
    return portal_frame() if name.startswith("portal/") else frame()


def one_line(html: str) -> str:
    """The document with the white space that a browser collapses as one space, and none before a tag's end: how the
    templates break their lines is no part of what they promise."""
    return re.sub(r" (?=>)", "", re.sub(r"\s+", " ", html))


def draw(name: str, **changes) -> str:
    """The whole page of a template, with some of its variables changed."""
    return one_line(render.page(name, frame_of(name), **{**PAGES[name], **changes}))


def part(name: str, **changes) -> str:
    """The same as a fragment."""
    return one_line(render.fragment(name, frame_of(name), **{**PAGES[name], **changes}))
