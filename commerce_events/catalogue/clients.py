"""Events of clients, generated from their JSON Schemas by `python -m tools.docs`; do not edit."""

from dataclasses import dataclass

from commerce_events.event import Event


@dataclass(frozen=True, kw_only=True)
class BulkJobEndedFacts:
    """The facts of `bulk_job.ended.v1`."""

    act: str
    changed: int
    failed: int
    number: str
    refused: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class BulkJobEnded(Event):
    """An act on many clients is through: each row is changed, unchanged, refused or failed."""

    TYPE = "bulk_job.ended.v1"
    SERVICE = "clients"

    facts: BulkJobEndedFacts


@dataclass(frozen=True, kw_only=True)
class BulkJobPausedFacts:
    """The facts of `bulk_job.paused.v1`."""

    number: str


@dataclass(frozen=True, kw_only=True)
class BulkJobPaused(Event):
    """An act on many clients was halted between two rows."""

    TYPE = "bulk_job.paused.v1"
    SERVICE = "clients"

    facts: BulkJobPausedFacts


@dataclass(frozen=True, kw_only=True)
class BulkJobResumedFacts:
    """The facts of `bulk_job.resumed.v1`."""

    number: str


@dataclass(frozen=True, kw_only=True)
class BulkJobResumed(Event):
    """An act that was halted goes on."""

    TYPE = "bulk_job.resumed.v1"
    SERVICE = "clients"

    facts: BulkJobResumedFacts


@dataclass(frozen=True, kw_only=True)
class BulkJobStartedFacts:
    """The facts of `bulk_job.started.v1`."""

    act: str
    number: str
    rows: int
    undoes: str | None


@dataclass(frozen=True, kw_only=True)
class BulkJobStarted(Event):
    """An act on many clients began, or the undo of one (`undoes` is its id); `rows` clients were selected."""

    TYPE = "bulk_job.started.v1"
    SERVICE = "clients"

    facts: BulkJobStartedFacts


@dataclass(frozen=True, kw_only=True)
class ClientCreatedFacts:
    """The facts of `client.created.v1`."""

    currency: str
    group_id: str | None
    joined_at: str
    language: str
    primary_contact_id: str
    status: str
    tags: list[str]
    tax_exempt: bool


@dataclass(frozen=True, kw_only=True)
class ClientCreated(Event):
    """A client was made; it carries the opening currency, and all profile fields as personal values."""

    TYPE = "client.created.v1"
    SERVICE = "clients"

    facts: ClientCreatedFacts


@dataclass(frozen=True, kw_only=True)
class ClientCustomFieldsChangedFacts:
    """The facts of `client.custom_fields_changed.v1`."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ClientCustomFieldsChanged(Event):
    """Values of a client's custom fields were changed, each named by its label."""

    TYPE = "client.custom_fields_changed.v1"
    SERVICE = "clients"

    facts: ClientCustomFieldsChangedFacts


@dataclass(frozen=True, kw_only=True)
class ClientGroupChangedFacts:
    """The facts of `client.group_changed.v1`."""

    group_id: str | None
    previous_group_id: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class ClientGroupChanged(Event):
    """A client came into a group, or into none; the change has their names, `version` is the profile's afterwards."""

    TYPE = "client.group_changed.v1"
    SERVICE = "clients"

    facts: ClientGroupChangedFacts


@dataclass(frozen=True, kw_only=True)
class ClientImportedFacts:
    """The facts of `client.imported.v1`."""

    currency: str
    external_id: str | None
    group_id: str | None
    import_id: str
    joined_at: str
    language: str
    primary_contact_id: str
    source: str
    status: str
    tags: list[str]
    tax_exempt: bool


@dataclass(frozen=True, kw_only=True)
class ClientImported(Event):
    """A client was imported; the same as client.created, and where it came from."""

    TYPE = "client.imported.v1"
    SERVICE = "clients"

    facts: ClientImportedFacts


@dataclass(frozen=True, kw_only=True)
class ClientStatusChangedFacts:
    """The facts of `client.status_changed.v1`."""

    reason: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ClientStatusChanged(Event):
    """A client became active, suspended or inactive, for the reason given."""

    TYPE = "client.status_changed.v1"
    SERVICE = "clients"

    facts: ClientStatusChangedFacts


@dataclass(frozen=True, kw_only=True)
class ClientTagsChangedFacts:
    """The facts of `client.tags_changed.v1`."""

    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class ClientTagsChanged(Event):
    """A client's tags were set anew; the change has the names of all before and after."""

    TYPE = "client.tags_changed.v1"
    SERVICE = "clients"

    facts: ClientTagsChangedFacts


@dataclass(frozen=True, kw_only=True)
class ClientUpdatedFacts:
    """The facts of `client.updated.v1`."""

    version: int


@dataclass(frozen=True, kw_only=True)
class ClientUpdated(Event):
    """Fields of a client's profile were changed; `version` is the profile's afterwards."""

    TYPE = "client.updated.v1"
    SERVICE = "clients"

    facts: ClientUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class ClientListExportedFacts:
    """The facts of `client_list.exported.v1`."""

    columns: list[str]
    exact: bool
    format: str
    group: str | None
    rows: int
    sort: str
    status: str | None
    tag: str | None


@dataclass(frozen=True, kw_only=True)
class ClientListExported(Event):
    """Somebody began to take the client list as a file, as it was filtered, with these columns. `rows` is how many it
    had then, about so many where it is not `exact`. What was searched for may name people."""

    TYPE = "client_list.exported.v1"
    SERVICE = "clients"

    facts: ClientListExportedFacts


@dataclass(frozen=True, kw_only=True)
class ContactAddedFacts:
    """The facts of `contact.added.v1`."""

    role: str
    status: str
    waits_for_confirmation: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ContactAdded(Event):
    """A client got a further contact."""

    TYPE = "contact.added.v1"
    SERVICE = "clients"

    facts: ContactAddedFacts


@dataclass(frozen=True, kw_only=True)
class ContactInvitedFacts:
    """The facts of `contact.invited.v1`."""

    expires_at: str
    role: str
    status: str
    waits_for_confirmation: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ContactInvited(Event):
    """A contact was invited to the portal by a link, which no event holds; an older invitation ended."""

    TYPE = "contact.invited.v1"
    SERVICE = "clients"

    facts: ContactInvitedFacts


@dataclass(frozen=True, kw_only=True)
class ContactMadePrimaryFacts:
    """The facts of `contact.made_primary.v1`."""

    previous: str
    role: str
    status: str
    version: int | None = None
    waits_for_confirmation: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ContactMadePrimary(Event):
    """Another contact became the primary one, whose names, email and phone are the client's profile from then on."""

    TYPE = "contact.made_primary.v1"
    SERVICE = "clients"

    facts: ContactMadePrimaryFacts


@dataclass(frozen=True, kw_only=True)
class ContactPasswordChangedFacts:
    """The facts of `contact.password_changed.v1`."""

    how: str
    sessions: int


@dataclass(frozen=True, kw_only=True)
class ContactPasswordChanged(Event):
    """A contact's password was set: by themselves (`own`), by a mailed link (`link`), or with the `invitation`.
    `sessions` is how many ended with it."""

    TYPE = "contact.password_changed.v1"
    SERVICE = "clients"

    facts: ContactPasswordChangedFacts


@dataclass(frozen=True, kw_only=True)
class ContactRemovedFacts:
    """The facts of `contact.removed.v1`."""

    role: str
    status: str
    waits_for_confirmation: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event):
    """A contact is one of the client's no longer."""

    TYPE = "contact.removed.v1"
    SERVICE = "clients"

    facts: ContactRemovedFacts


@dataclass(frozen=True, kw_only=True)
class ContactSecondFactorChangedFacts:
    """The facts of `contact.second_factor_changed.v1`."""

    what: str


@dataclass(frozen=True, kw_only=True)
class ContactSecondFactorChanged(Event):
    """A contact's second factor was turned `on`, `replaced`, turned `off`, or got new `backup-codes`."""

    TYPE = "contact.second_factor_changed.v1"
    SERVICE = "clients"

    facts: ContactSecondFactorChangedFacts


@dataclass(frozen=True, kw_only=True)
class ContactSignInFailedFacts:
    """The facts of `contact.sign_in_failed.v1`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ContactSignInFailed(Event):
    """A sign-in to the portal failed: published for each client that has a contact with the email, of an unknown one
    in the stream `system`."""

    TYPE = "contact.sign_in_failed.v1"
    SERVICE = "clients"

    facts: ContactSignInFailedFacts


@dataclass(frozen=True, kw_only=True)
class ContactSignedInFacts:
    """The facts of `contact.signed_in.v1`."""

    method: str
    session_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContactSignedIn(Event):
    """A contact signed in to the portal; it moves the client's last login. `staff_change` is there for a contact whom
    staff added, or changed the email or access of, shortly before."""

    TYPE = "contact.signed_in.v1"
    SERVICE = "clients"

    facts: ContactSignedInFacts


@dataclass(frozen=True, kw_only=True)
class ContactSignedOutFacts:
    """The facts of `contact.signed_out.v1`."""

    how: str | None = None
    session_id: str


@dataclass(frozen=True, kw_only=True)
class ContactSignedOut(Event):
    """A contact signed out of the portal, or a session of theirs was ended (`how` is `ended`) by them or by staff, or
    was `replaced` in the same browser by a new sign-in."""

    TYPE = "contact.signed_out.v1"
    SERVICE = "clients"

    facts: ContactSignedOutFacts


@dataclass(frozen=True, kw_only=True)
class ContactUpdatedFacts:
    """The facts of `contact.updated.v1`."""

    primary: bool
    role: str
    status: str
    version: int | None = None
    waits_for_confirmation: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    """A contact's names, email, phone, role or status were changed, or their access to the portal; the primary one's
    are the client's profile. `version` is the profile's afterwards."""

    TYPE = "contact.updated.v1"
    SERVICE = "clients"

    facts: ContactUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class CustomFieldCreatedFacts:
    """The facts of `custom_field.created.v1`."""

    label: str
    options: list[str]
    order: int
    required: bool
    type: str
    visibility: str


@dataclass(frozen=True, kw_only=True)
class CustomFieldCreated(Event):
    """A custom field was defined."""

    TYPE = "custom_field.created.v1"
    SERVICE = "clients"

    facts: CustomFieldCreatedFacts


@dataclass(frozen=True, kw_only=True)
class CustomFieldUpdatedFacts:
    """The facts of `custom_field.updated.v1`."""

    label: str


@dataclass(frozen=True, kw_only=True)
class CustomFieldUpdated(Event):
    """A custom field's definition, or its place among the others, was changed."""

    TYPE = "custom_field.updated.v1"
    SERVICE = "clients"

    facts: CustomFieldUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class GroupCreatedFacts:
    """The facts of `group.created.v1`."""

    colour: str
    description: str
    discount_percent: str
    name: str


@dataclass(frozen=True, kw_only=True)
class GroupCreated(Event):
    """A client group was defined."""

    TYPE = "group.created.v1"
    SERVICE = "clients"

    facts: GroupCreatedFacts


@dataclass(frozen=True, kw_only=True)
class GroupUpdatedFacts:
    """The facts of `group.updated.v1`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class GroupUpdated(Event):
    """A client group's name, colour, description or discount was changed."""

    TYPE = "group.updated.v1"
    SERVICE = "clients"

    facts: GroupUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class ImpersonationEndedFacts:
    """The facts of `impersonation.ended.v1`."""

    end_cause: str
    entered: bool
    seconds: int


@dataclass(frozen=True, kw_only=True)
class ImpersonationEnded(Event):
    """Login as Client is over: one for each start, with its cause. `entered` is false when the portal was never
    reached."""

    TYPE = "impersonation.ended.v1"
    SERVICE = "clients"

    facts: ImpersonationEndedFacts


@dataclass(frozen=True, kw_only=True)
class ImpersonationRefusedFacts:
    """The facts of `impersonation.refused.v1`."""

    handoff: bool | None = None
    what: str


@dataclass(frozen=True, kw_only=True)
class ImpersonationRefused(Event):
    """Something was refused to a staff member who is logged in as a client; or, with `handoff`, the one-time code
    itself."""

    TYPE = "impersonation.refused.v1"
    SERVICE = "clients"

    facts: ImpersonationRefusedFacts


@dataclass(frozen=True, kw_only=True)
class ImpersonationStartedFacts:
    """The facts of `impersonation.started.v1`."""

    contact_id: str
    expires_at: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImpersonationStarted(Event):
    """A staff member may enter the portal as a client's contact, for the reason given; published before any access
    exists."""

    TYPE = "impersonation.started.v1"
    SERVICE = "clients"

    facts: ImpersonationStartedFacts


@dataclass(frozen=True, kw_only=True)
class NoteAddedFacts:
    """The facts of `note.added.v1`."""

    sticky: bool
    supersedes: str | None


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    """Staff wrote a note about a client; a correction names the note that it supersedes, which is unpinned with it."""

    TYPE = "note.added.v1"
    SERVICE = "clients"

    facts: NoteAddedFacts


@dataclass(frozen=True, kw_only=True)
class NotePinnedFacts:
    """The facts of `note.pinned.v1`."""


@dataclass(frozen=True, kw_only=True)
class NotePinned(Event):
    """Staff put a note that was written before on the client's record."""

    TYPE = "note.pinned.v1"
    SERVICE = "clients"

    facts: NotePinnedFacts


@dataclass(frozen=True, kw_only=True)
class NoteUnpinnedFacts:
    """The facts of `note.unpinned.v1`."""


@dataclass(frozen=True, kw_only=True)
class NoteUnpinned(Event):
    """Staff took a sticky note off the client's record; the note itself stays."""

    TYPE = "note.unpinned.v1"
    SERVICE = "clients"

    facts: NoteUnpinnedFacts


@dataclass(frozen=True, kw_only=True)
class ParkedMessageDropOrderedFacts:
    """The facts of `parked_message.drop_ordered.v1`."""

    event_type: str
    queue: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParkedMessageDropOrdered(Event):
    """A parked message was ordered to be given up for good; the entity is its event."""

    TYPE = "parked_message.drop_ordered.v1"
    SERVICE = "clients"

    facts: ParkedMessageDropOrderedFacts


@dataclass(frozen=True, kw_only=True)
class ParkedMessageReplayOrderedFacts:
    """The facts of `parked_message.replay_ordered.v1`."""

    event_type: str
    queue: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParkedMessageReplayOrdered(Event):
    """A parked message was ordered to be sent to its listener again; the entity is its event."""

    TYPE = "parked_message.replay_ordered.v1"
    SERVICE = "clients"

    facts: ParkedMessageReplayOrderedFacts


@dataclass(frozen=True, kw_only=True)
class StaffCreatedFacts:
    """The facts of `staff.created.v1`."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StaffCreated(Event):
    """A staff account was made."""

    TYPE = "staff.created.v1"
    SERVICE = "clients"

    facts: StaffCreatedFacts


@dataclass(frozen=True, kw_only=True)
class StaffDisabledFacts:
    """The facts of `staff.disabled.v1`."""

    sessions: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class StaffDisabled(Event):
    """A staff account was disabled; `sessions` and `tokens` are how many ended with it."""

    TYPE = "staff.disabled.v1"
    SERVICE = "clients"

    facts: StaffDisabledFacts


@dataclass(frozen=True, kw_only=True)
class StaffPasswordChangedFacts:
    """The facts of `staff.password_changed.v1`."""

    how: str
    sessions: int
    tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class StaffPasswordChanged(Event):
    """A staff member's password changed: by themselves (`own`), by a link (`link`) or by another (`admin`). `sessions`
    and `tokens` are how many ended with it."""

    TYPE = "staff.password_changed.v1"
    SERVICE = "clients"

    facts: StaffPasswordChangedFacts


@dataclass(frozen=True, kw_only=True)
class StaffPermissionsChangedFacts:
    """The facts of `staff.permissions_changed.v1`."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StaffPermissionsChanged(Event):
    """Single permissions were added to a staff account or taken away; each changed field is a permission."""

    TYPE = "staff.permissions_changed.v1"
    SERVICE = "clients"

    facts: StaffPermissionsChangedFacts


@dataclass(frozen=True, kw_only=True)
class StaffSecondFactorChangedFacts:
    """The facts of `staff.second_factor_changed.v1`."""

    what: str


@dataclass(frozen=True, kw_only=True)
class StaffSecondFactorChanged(Event):
    """A second factor was turned `on`, `replaced`, turned `off`, or got new `backup-codes`."""

    TYPE = "staff.second_factor_changed.v1"
    SERVICE = "clients"

    facts: StaffSecondFactorChangedFacts


@dataclass(frozen=True, kw_only=True)
class StaffSignInFailedFacts:
    """The facts of `staff.sign_in_failed.v1`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class StaffSignInFailed(Event):
    """A sign-in to the admin failed; its entity is the account, where the email belongs to one."""

    TYPE = "staff.sign_in_failed.v1"
    SERVICE = "clients"

    facts: StaffSignInFailedFacts


@dataclass(frozen=True, kw_only=True)
class StaffSignedInFacts:
    """The facts of `staff.signed_in.v1`."""

    method: str
    session_id: str


@dataclass(frozen=True, kw_only=True)
class StaffSignedIn(Event):
    """A staff member signed in: by password, with a second factor where they have one, or by a one-time link."""

    TYPE = "staff.signed_in.v1"
    SERVICE = "clients"

    facts: StaffSignedInFacts


@dataclass(frozen=True, kw_only=True)
class StaffSignedOutFacts:
    """The facts of `staff.signed_out.v1`."""

    how: str | None = None
    session_id: str


@dataclass(frozen=True, kw_only=True)
class StaffSignedOut(Event):
    """A staff member signed out, or a session of theirs was ended (`how` is `ended`) by them or by another, or was
    `replaced` in the same browser by a new sign-in."""

    TYPE = "staff.signed_out.v1"
    SERVICE = "clients"

    facts: StaffSignedOutFacts


@dataclass(frozen=True, kw_only=True)
class StaffTokenCreatedFacts:
    """The facts of `staff.token_created.v1`."""

    token_id: str


@dataclass(frozen=True, kw_only=True)
class StaffTokenCreated(Event):
    """An API token was made for a staff account; the token itself is nowhere but with its owner."""

    TYPE = "staff.token_created.v1"
    SERVICE = "clients"

    facts: StaffTokenCreatedFacts


@dataclass(frozen=True, kw_only=True)
class StaffTokenRevokedFacts:
    """The facts of `staff.token_revoked.v1`."""

    token_id: str


@dataclass(frozen=True, kw_only=True)
class StaffTokenRevoked(Event):
    """An API token of a staff account was revoked."""

    TYPE = "staff.token_revoked.v1"
    SERVICE = "clients"

    facts: StaffTokenRevokedFacts


@dataclass(frozen=True, kw_only=True)
class StaffUpdatedFacts:
    """The facts of `staff.updated.v1`."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StaffUpdated(Event):
    """A staff account's name, email, role or need of a second factor changed, it was enabled, or got a link for a
    password."""

    TYPE = "staff.updated.v1"
    SERVICE = "clients"

    facts: StaffUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class SystemRestoredFacts:
    """The facts of `system.restored.v1`."""

    epoch: int


@dataclass(frozen=True, kw_only=True)
class SystemRestored(Event):
    """A backup was restored: what all services had published after it is lost, and from now on their events have this
    `epoch`. Sequences go on from where they were in the backup, so one that was given after it is given anew."""

    TYPE = "system.restored.v1"
    SERVICE = "clients"

    facts: SystemRestoredFacts


@dataclass(frozen=True, kw_only=True)
class TagCreatedFacts:
    """The facts of `tag.created.v1`."""

    colour: str
    name: str


@dataclass(frozen=True, kw_only=True)
class TagCreated(Event):
    """A tag was defined."""

    TYPE = "tag.created.v1"
    SERVICE = "clients"

    facts: TagCreatedFacts


@dataclass(frozen=True, kw_only=True)
class TagUpdatedFacts:
    """The facts of `tag.updated.v1`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class TagUpdated(Event):
    """A tag's name or colour was changed."""

    TYPE = "tag.updated.v1"
    SERVICE = "clients"

    facts: TagUpdatedFacts


@dataclass(frozen=True, kw_only=True)
class ViewCreatedFacts:
    """The facts of `view.created.v1`."""

    columns: list[str]
    density: str
    list: str | None = None
    owner_id: str
    shared: bool
    sort: str


@dataclass(frozen=True, kw_only=True)
class ViewCreated(Event):
    """A view of a list was saved."""

    TYPE = "view.created.v1"
    SERVICE = "clients"

    facts: ViewCreatedFacts


@dataclass(frozen=True, kw_only=True)
class ViewDeletedFacts:
    """The facts of `view.deleted.v1`."""

    columns: list[str]
    density: str
    list: str | None = None
    owner_id: str
    shared: bool
    sort: str


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Event):
    """A view was deleted."""

    TYPE = "view.deleted.v1"
    SERVICE = "clients"

    facts: ViewDeletedFacts


@dataclass(frozen=True, kw_only=True)
class ViewUpdatedFacts:
    """The facts of `view.updated.v1`."""

    columns: list[str]
    density: str
    list: str | None = None
    owner_id: str
    shared: bool
    sort: str


@dataclass(frozen=True, kw_only=True)
class ViewUpdated(Event):
    """A view's name, filter, search, sort, columns or density was changed, or whether it is shared."""

    TYPE = "view.updated.v1"
    SERVICE = "clients"

    facts: ViewUpdatedFacts
