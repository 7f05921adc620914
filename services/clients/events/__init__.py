"""What the clients service says has happened. The personal part of a message is `{name: {"salt", "value"}}`."""

from services.clients.events.clients import (
    PROFILE_NAMES,
    ClientCreated,
    ClientCustomFieldsChanged,
    ClientFacts,
    ClientGroupChanged,
    ClientImported,
    ClientStatusChanged,
    ClientTagsChanged,
    ClientUpdated,
)
from services.clients.events.contacts import (
    ContactAdded,
    ContactInvited,
    ContactMadePrimary,
    ContactPasswordChanged,
    ContactRemoved,
    ContactSecondFactorChanged,
    ContactSignedIn,
    ContactSignedOut,
    ContactSignInFailed,
    ContactUpdated,
)
from services.clients.events.notes import NoteAdded, NoteUnpinned
from services.clients.events.settings import (
    CustomFieldCreated,
    CustomFieldUpdated,
    GroupCreated,
    GroupUpdated,
    TagCreated,
    TagUpdated,
)
from services.clients.events.staff import (
    StaffCreated,
    StaffDisabled,
    StaffPasswordChanged,
    StaffPermissionsChanged,
    StaffSecondFactorChanged,
    StaffSignedIn,
    StaffSignedOut,
    StaffSignInFailed,
    StaffTokenCreated,
    StaffTokenRevoked,
    StaffUpdated,
)
from services.clients.events.visits import ImpersonationEnded, ImpersonationRefused, ImpersonationStarted

__all__ = ["ClientCreated", "ClientCustomFieldsChanged", "ClientFacts", "ClientGroupChanged", "ClientImported",
           "ClientStatusChanged", "ClientTagsChanged", "ClientUpdated", "ContactAdded", "ContactInvited",
           "ContactMadePrimary", "ContactPasswordChanged", "ContactRemoved", "ContactSecondFactorChanged",
           "ContactSignInFailed", "ContactSignedIn", "ContactSignedOut", "ContactUpdated",
           "CustomFieldCreated", "CustomFieldUpdated", "GroupCreated", "GroupUpdated", "ImpersonationEnded",
           "ImpersonationRefused", "ImpersonationStarted", "NoteAdded", "NoteUnpinned", "PROFILE_NAMES",
           "StaffCreated", "StaffDisabled", "StaffPasswordChanged", "StaffPermissionsChanged", "StaffSecondFactorChanged",
           "StaffSignInFailed", "StaffSignedIn", "StaffSignedOut", "StaffTokenCreated", "StaffTokenRevoked", "StaffUpdated",
           "TagCreated", "TagUpdated"]
