"""Links of the log: where what an entry is about is shown, in its sentence and beside it."""

from collections.abc import Callable

from markupsafe import Markup, escape

from chassis.permissions import Permission

# Where an entity is shown, below the record of its client or on a page of its own, and who may look.
OF_CLIENT = {
    "client": ("", Permission.CLIENTS_VIEW),
    "billing_account": ("", Permission.CLIENTS_VIEW),
    "contact": ("/contacts", Permission.CLIENTS_VIEW),
    "note": ("/notes", Permission.NOTES_VIEW),
    "invoice": ("/invoices/{id}", Permission.INVOICES_VIEW),
    "payment": ("/invoices", Permission.INVOICES_VIEW),
    "credit": ("/credits", Permission.CREDITS_VIEW),
    "order": ("/orders/{id}", Permission.ORDERS_VIEW),
    "subscription": ("/services/{id}", Permission.SERVICES_VIEW),
    "suspension_batch": ("/services", Permission.SERVICES_VIEW),
    "domain": ("/domains", Permission.DOMAINS_VIEW),
    "ticket": ("/tickets/{id}", Permission.TICKETS_VIEW),
}
OF_ALL = {
    "staff": ("/admin/staff/{id}", Permission.STAFF_VIEW),
    "group": ("/admin/client-groups", Permission.SETTINGS_VIEW),
    "tag": ("/admin/tags", Permission.SETTINGS_VIEW),
    "custom_field": ("/admin/settings/custom-fields", Permission.SETTINGS_VIEW),
    "product": ("/admin/products", Permission.SETTINGS_VIEW),
    "webhook_endpoint": ("/admin/webhooks/{id}", Permission.WEBHOOKS_VIEW),
}

LONG_ID = 16
May = Callable[[str], bool]


def entity_url(may: May, kind: str, id: str | None, client_id: str | None) -> str | None:
    """Where an entity of the log is shown; None where nowhere, or not to whom `may` answers for."""
    of_client = client_id is not None and kind in OF_CLIENT
    path, needed = OF_CLIENT[kind] if of_client else OF_ALL.get(kind, ("", None))
    if needed is None or id is None or not may(str(needed)):
        return None
    return (f"/admin/clients/{client_id}" if of_client else "") + path.format(id=id)


def action_text(entry: dict, may: May, client_id: str | None) -> Markup:
    """An entry's sentence; what it names and has a page is a link there."""
    text, rest = Markup(), entry["action"]
    for one in sorted(entry["references"], key=lambda one: rest.find(one["text"])):
        url = entity_url(may, one["type"], one["id"], client_id)
        before, found, after = rest.partition(one["text"])
        if url and found:
            text += escape(before) + Markup('<a href="{}">{}</a>').format(url, found)
            rest = after
    return Markup("<bdi>{}</bdi>").format(text + escape(rest))


def short_id(id: str) -> Markup:
    """The end of a long id, which tells two apart, with the whole one for the mouse."""
    if len(id) < LONG_ID:
        return Markup('<span class="mono">{}</span>').format(id)
    return Markup('<span class="mono" title="{}">…{}</span>').format(id, id[-8:])
