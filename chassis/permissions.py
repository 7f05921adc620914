"""What a staff member may do, named once: each route and each RPC door asks for one of these."""

from enum import StrEnum


class Permission(StrEnum):
    """The permissions of the product, in alphabetical order."""

    ACTIVITY_EXPORT = "activity.export"
    ACTIVITY_VIEW = "activity.view"
    CLIENTS_CREATE = "clients.create"
    CLIENTS_EDIT = "clients.edit"
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
    TICKETS_MANAGE = "tickets.manage"
    TICKETS_REPLY = "tickets.reply"
    TICKETS_VIEW = "tickets.view"


class Access(StrEnum):
    """Doors that ask for no permission, each for a reason of its own."""

    PUBLIC = "public"
    """Before sign-in: signing in itself."""
    SIGNED_IN = "signed-in"
    """Any signed-in person, about themselves."""
    SERVICE = "service"
    """Another service of the house, or the gateway on behalf of one who was checked already."""
