"""Events of the clients service. The personal part of a message is `{name: {"salt", "value"}}`."""

from services.clients.events.bulk import BulkJobEnded, BulkJobPaused, BulkJobResumed, BulkJobStarted
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
from services.clients.events.exports import ClientListExported
from services.clients.events.impersonation import ImpersonationEnded, ImpersonationRefused, ImpersonationStarted
from services.clients.events.notes import NoteAdded, NotePinned, NoteUnpinned
from services.clients.events.parked_messages import ParkedMessageDropOrdered, ParkedMessageReplayOrdered
from services.clients.events.restore import SystemRestored
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
from services.clients.events.views import ViewCreated, ViewDeleted, ViewUpdated
