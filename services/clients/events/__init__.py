"""What the clients service says has happened. The personal part of a message is `{name: {"salt", "value"}}`."""

from services.clients.events.clients import (
    PROFILE_NAMES,
    ClientCreated,
    ClientCustomFieldsChanged,
    ClientFacts,
    ClientImported,
    ClientStatusChanged,
)
from services.clients.events.contacts import (
    ContactAdded,
    ContactInvited,
    ContactMadePrimary,
    ContactRemoved,
    ContactSignedIn,
    ContactUpdated,
)
from services.clients.events.notes import NoteAdded, NoteUnpinned
from services.clients.events.settings import CustomFieldCreated, GroupCreated, TagCreated
from services.clients.events.staff import StaffCreated, StaffSignedIn, StaffSignedOut, StaffSignInFailed, StaffTokenCreated

__all__ = ["ClientCreated", "ClientCustomFieldsChanged", "ClientFacts", "ClientImported", "ClientStatusChanged",
           "ContactAdded", "ContactInvited", "ContactMadePrimary", "ContactRemoved", "ContactSignedIn", "ContactUpdated",
           "CustomFieldCreated", "GroupCreated", "NoteAdded", "NoteUnpinned", "PROFILE_NAMES", "StaffCreated",
           "StaffSignInFailed", "StaffSignedIn", "StaffSignedOut", "StaffTokenCreated", "TagCreated"]
