"""All tables of the clients service, one aggregate a file."""

import chassis.db.tables  # noqa: F401  (the chassis' tables belong to the same metadata)
from services.clients.models.bulk import BulkJob, BulkJobRow
from services.clients.models.client import Client, ClientGroup, ClientTag, Tag
from services.clients.models.contact import Contact
from services.clients.models.credentials import BackupCode, PasswordLink, PendingSignIn, SecondFactor
from services.clients.models.custom_field import CustomField, CustomFieldValue
from services.clients.models.export import ClientExport
from services.clients.models.identity import (
    ApiToken,
    Invitation,
    Login,
    LoginLink,
    SignInAttempts,
    SignInSession,
    StaffAccount,
)
from services.clients.models.imports import ClientImport, ClientImportRow, ImportFilePart
from services.clients.models.mail import Mail
from services.clients.models.note import Note
from services.clients.models.portal import Impersonation, PasswordRequest, PortalLink, PortalSession
from services.clients.models.totals import BillingTotals, BillingTotalsProgress
from services.clients.models.view import ListSettings, SavedView

__all__ = [
    "ApiToken",
    "BackupCode",
    "BulkJob",
    "BulkJobRow",
    "Client",
    "ClientExport",
    "ClientGroup",
    "ClientImport",
    "ClientImportRow",
    "ClientTag",
    "BillingTotals",
    "BillingTotalsProgress",
    "Contact",
    "CustomField",
    "CustomFieldValue",
    "Invitation",
    "Login",
    "LoginLink",
    "ImportFilePart",
    "ListSettings",
    "Mail",
    "Note",
    "PasswordLink",
    "PasswordRequest",
    "PortalLink",
    "PortalSession",
    "SavedView",
    "SecondFactor",
    "SignInAttempts",
    "SignInSession",
    "PendingSignIn",
    "StaffAccount",
    "Tag",
    "Impersonation",
]
