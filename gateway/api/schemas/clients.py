"""Response schemas of clients, their contacts and notes, the settings, and imports."""

from gateway.api.schemas.billing import ADDRESS
from gateway.api.schemas.values import (
    BADGE,
    COLOUR,
    CURRENCY,
    DAY,
    DECIMAL,
    FLAG,
    ID,
    MOMENT,
    MONEY,
    TEXT,
    URL,
    WHOLE,
    many,
    maybe,
    one_of,
    page_of,
    record,
    ref,
    table,
    with_some,
)
from gateway.composition.record_tabs import COUNTED
from gateway.ui.profile_fields import PROFILE_FIELDS

STATUS = one_of("active", "suspended", "inactive")
FIELD_TYPE = one_of("text", "textarea", "select", "checkbox", "date")
VISIBILITY = one_of("staff_only", "client_view", "client_edit")
AUTHOR = record(id=ID, name=maybe(TEXT))
PROFILE = record(**{field.name: FLAG if field.kind == "flag" else TEXT for field in PROFILE_FIELDS})
SUMMARY = record(
    active_services=maybe(WHOLE),
    outstanding=maybe(MONEY),
    credit_balance=maybe(MONEY),
    sticky_notes=many(record(id=ID, body=TEXT, author=AUTHOR, created_at=MOMENT)),
)
COUNTS = record(**{tab.name: maybe(WHOLE) for tab in COUNTED})
ROW = with_some(
    record(
        id=ID,
        name=TEXT,
        company=TEXT,
        contact_name=TEXT,
        email=TEXT,
        group=maybe(BADGE),
        tags=many(BADGE),
        status=STATUS,
        last_login_at=maybe(MOMENT),
        joined_at=MOMENT,
        active_services=maybe(WHOLE),
        suspended_services=maybe(WHOLE),
        outstanding=maybe(MONEY),
        overdue=maybe(MONEY),
        oldest_due_on=maybe(DAY),
        credit_balance=maybe(MONEY),
        next_due_on=maybe(DAY),
    ),
    columns=table({}),
)
VALUE = record(id=ID, label=TEXT, type=FIELD_TYPE, value={}, visibility=VISIBILITY, options=many(TEXT), required=FLAG)
IMPORTED = {"rows": WHOLE, "imported": WHOLE, "unchanged": WHOLE, "failed": WHOLE}
IMPORT = {
    "id": ID,
    "source": TEXT,
    "allow_duplicate_email": FLAG,
    "created_at": MOMENT,
    "status": one_of("staged", "running", "done", "failed"),
    "finished_at": maybe(MOMENT),
}
FILE = with_some(
    record(kind=TEXT, name=maybe(TEXT), columns=many(TEXT), **IMPORTED, sample=many({"type": "object"})),
    warnings=WHOLE,
    reading=maybe({"type": "object"}),
)
FAILURE = record(
    kind=TEXT,
    line=WHOLE,
    external_id=maybe(TEXT),
    column=maybe(TEXT),
    value=maybe(TEXT),
    code=TEXT,
    reason=TEXT,
    values=table(maybe(TEXT)),
)

SEARCH_KINDS = one_of("client", "contact", "invoice", "order", "service", "domain", "ticket")
HIT = record(kind=SEARCH_KINDS, id=ID, client_id=ID, title=TEXT, subtitle=TEXT, matched=TEXT)

RESULT = one_of("changed", "unchanged", "refused", "failed")
DRY_RUN = record(
    rows=WHOLE,
    digest=TEXT,
    changed=WHOLE,
    unchanged=WHOLE,
    refused=WHOLE,
    services=WHOLE,
    monthly=many(MONEY),
    reasons=many(
        record(
            result=RESULT,
            code=TEXT,
            reason=TEXT,
            count=WHOLE,
            clients=many(record(id=ID, name=TEXT)),
            client_ids=many(ID),
        )
    ),
    at=MOMENT,
    undo_until=MOMENT,
)

SCHEMAS = {
    "Search": page_of(HIT),
    "Clients": page_of(ROW, totals_as_of=maybe(MOMENT)),
    "Client": record(
        id=ID,
        name=TEXT,
        contact_name=TEXT,
        status=STATUS,
        joined_at=MOMENT,
        last_login_at=maybe(MOMENT),
        group=maybe(BADGE),
        profile=PROFILE,
        tags=many(BADGE),
        billing=maybe(record(currency=CURRENCY, address=maybe(ADDRESS))),
        summary=SUMMARY,
        counts=COUNTS,
        unavailable=many(TEXT),
    ),
    "ClientTags": page_of(BADGE),
    "CustomFieldValues": page_of(VALUE),
    "Contact": record(
        id=ID,
        first_name=TEXT,
        last_name=TEXT,
        email=TEXT,
        phone=TEXT,
        phone_e164=maybe(TEXT),
        role=one_of("owner", "admin", "billing", "technical"),
        status=one_of("active", "invited", "inactive"),
        primary=FLAG,
        last_login_at=maybe(MOMENT),
        invited_at=maybe(MOMENT),
        can_sign_in=FLAG,
        portal_access=one_of("not_invited", "invited", "waits_for_confirmation", "can_sign_in", "disabled"),
    ),
    "Invitation": record(url=maybe(URL), expires_at=MOMENT),
    "Contacts": page_of(ref("Contact")),
    "Removed": record(removed=ID),
    "Note": record(
        id=ID,
        body=maybe(TEXT),
        sticky=FLAG,
        author=AUTHOR,
        created_at=MOMENT,
        supersedes=maybe(ID),
        superseded_by=maybe(ID),
        unpinned_at=maybe(MOMENT),
    ),
    "Notes": page_of(ref("Note")),
    "Group": record(id=ID, name=TEXT, colour=COLOUR, description=TEXT, discount_percent=DECIMAL),
    "Groups": page_of(ref("Group")),
    "Tag": BADGE,
    "Tags": page_of(ref("Tag")),
    "CustomField": record(
        id=ID, label=TEXT, type=FIELD_TYPE, options=many(TEXT), required=FLAG, order=WHOLE, visibility=VISIBILITY
    ),
    "CustomFields": page_of(ref("CustomField")),
    "DryRun": DRY_RUN,
    "JobOrDryRun": {"anyOf": [ref("Job"), ref("DryRun")]},
    "Import": record(**IMPORT, files=many(FILE)),
    "ImportProgress": record(
        **IMPORT, files=many(FILE), counts=record(**IMPORTED), failures=many(FAILURE), page=ref("Page")
    ),
}
