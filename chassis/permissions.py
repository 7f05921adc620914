"""Permissions: what staff and contacts may do, named once; each route and each RPC method asks for one of them."""

from enum import StrEnum


class Permission(StrEnum):
    """The permissions of the product, in alphabetical order."""

    ACTIVITY_EXPORT = "activity.export"
    ACTIVITY_VIEW = "activity.view"
    CLIENTS_BULK = "clients.bulk"
    CLIENTS_CREATE = "clients.create"
    CLIENTS_EDIT = "clients.edit"
    CLIENTS_EXPORT = "clients.export"
    CLIENTS_IMPERSONATE = "clients.impersonate"
    CLIENTS_VIEW = "clients.view"
    CREDITS_ADD = "credits.add"
    CREDITS_VIEW = "credits.view"
    DOMAINS_MANAGE = "domains.manage"
    DOMAINS_VIEW = "domains.view"
    INVOICES_CREATE = "invoices.create"
    INVOICES_EDIT = "invoices.edit"
    INVOICES_VIEW = "invoices.view"
    NOTES_CREATE = "notes.create"
    NOTES_VIEW = "notes.view"
    ORDERS_MANAGE = "orders.manage"
    ORDERS_VIEW = "orders.view"
    SERVICES_MANAGE = "services.manage"
    SERVICES_PROVISION = "services.provision"
    SERVICES_VIEW = "services.view"
    SETTINGS_EDIT = "settings.edit"
    SETTINGS_VIEW = "settings.view"
    STAFF_CREATE = "staff.create"
    STAFF_DELETE = "staff.delete"
    STAFF_EDIT = "staff.edit"
    STAFF_VIEW = "staff.view"
    SYSTEM_MANAGE = "system.manage"
    SYSTEM_VIEW = "system.view"
    TICKETS_MANAGE = "tickets.manage"
    TICKETS_REPLY = "tickets.reply"
    TICKETS_VIEW = "tickets.view"
    VIEWS_SHARE = "views.share"
    WEBHOOKS_MANAGE = "webhooks.manage"
    WEBHOOKS_VIEW = "webhooks.view"


class Portal(StrEnum):
    """What a contact may do in the client's portal, in alphabetical order; the contact's role decides."""

    ACCESS_VIEW = "portal.access.view"
    """Who signed in to the account, and when staff were logged in as the client."""
    ACCOUNT = "portal.account"
    """One's own credentials: password, email, second factor, sessions."""
    CONTACTS_MANAGE = "portal.contacts.manage"
    CONTACTS_VIEW = "portal.contacts.view"
    DOMAINS_MANAGE = "portal.domains.manage"
    DOMAINS_VIEW = "portal.domains.view"
    HOME = "portal.home"
    """The portal of one client, limited to its first page while the client is not active."""
    INVOICES_PAY = "portal.invoices.pay"
    INVOICES_VIEW = "portal.invoices.view"
    ORDERS_PLACE = "portal.orders.place"
    ORDERS_VIEW = "portal.orders.view"
    PERSON_EDIT = "portal.person.edit"
    """One's own names and phone."""
    PROFILE_EDIT = "portal.profile.edit"
    PROFILE_VIEW = "portal.profile.view"
    SERVICES_VIEW = "portal.services.view"
    TICKETS_REPLY = "portal.tickets.reply"
    TICKETS_VIEW = "portal.tickets.view"


NOT_WHILE_IMPERSONATING = frozenset({Portal.ACCOUNT, Portal.CONTACTS_MANAGE, Portal.INVOICES_PAY})
"""What a client may do and a staff member who is logged in as the client may not: paying, credentials, contacts and
their roles."""


class Access(StrEnum):
    """RPC methods that ask for no permission, each for a reason of its own."""

    PUBLIC = "public"
    """Before sign-in: signing in itself."""
    SIGNED_IN = "signed-in"
    """Any signed-in staff member, about themselves."""
    IN_PORTAL = "in-portal"
    """Whoever is signed in to the portal, also before a client is chosen."""
    SERVICE = "service"
    """Another service, or the gateway on behalf of one who was checked already. Such an RPC method is named for the
    service that it is made for, `…_for_billing`: by that name the broker lets that service's calls through, and no
    others of its."""
