"""Client: new ones, made by hand or by an import, and the status."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis import green
from chassis.context import Caller
from chassis.db.compiled import CompiledSelect
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.types.ids import new_id, parse_id
from services.clients import rules
from services.clients.commands.identity.revoke_contact_access import end_sessions_of_client
from services.clients.events import PROFILE_NAMES, ClientCreated, ClientStatusChanged
from services.clients.models import Client, ClientGroup, ClientTag, Contact, Tag
from services.clients.profile_fields import COMPANY, PERSON, PROFILE_FIELDS
from services.clients.queries.clients import client_record
from services.clients.search_text import Person, search_text

LOCK_EMAILS = text("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key")

_PRIMARY = Contact.__table__.alias("primary_contact")
_OWNERS = CompiledSelect(
    select(Contact.email_key, Client.id, Client.company, _PRIMARY.c.first_name, _PRIMARY.c.last_name)
    .join_from(Client, Contact)
    .join(_PRIMARY, (_PRIMARY.c.client_id == Client.id) & _PRIMARY.c.is_primary)
    .where(Contact.email_key == any_(bindparam("keys", type_=ARRAY(Text))), Contact.removed_at.is_(None))
    .order_by(Client.id.desc())
)


@dataclass
class NewClient:
    """A client to be: `profile` holds every field of the profile, the rest goes into the facts of its event."""

    profile: dict
    currency: str
    status: str = "active"
    group_id: UUID | None = None
    tags: list[UUID] = field(default_factory=list)
    created_by: UUID | None = None
    source: str | None = None
    external_id: str | None = None
    imported_hash: bytes | None = None
    id: UUID = field(default_factory=new_id)
    contact_id: UUID = field(default_factory=new_id)
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def create_client(
    open_uow: UnitOfWorkOpener,
    *,
    currency: str,
    group_id: UUID | None,
    tags: list[UUID],
    status: str,
    allow_duplicate_email: bool,
    **profile,
) -> dict:
    """Make a client with its primary contact, and answer its record.

    Raises 409 `duplicate`, naming the other client, for an email that one has already, unless that is meant; 422 for a
    group or a tag that does not exist.
    """
    new = NewClient(profile, currency, status, group_id, list(dict.fromkeys(tags)), created_by_of(open_uow.caller))
    with open_uow(stream=new.id) as uow:
        _require_known(uow.session, new)
        if not allow_duplicate_email:
            refuse_duplicate(uow.session, profile["email"])
        add_client(uow.session, new)
        uow.publish(
            ClientCreated(client_id=new.id, entity=("client", new.id), facts=facts_of(new), personal=personal_of(new))
        )
        uow.flush()
        return uow.record_answer(client_record(uow.session, new.id, with_notes=True))


def created_by_of(caller: Caller) -> UUID | None:
    """Who makes a client: the caller's staff account, None where it is no staff member's."""
    return parse_id(caller.id) if caller.kind == "staff" else None


def change_client_status(open_uow: UnitOfWorkOpener, *, client_id: UUID, status: str, reason: str) -> dict:
    """Set the client's own status; its services stay as they are. Answers `{"id", "status"}`.

    Raises `not-found`, and 409 `invalid-state` when that is its status already.
    """
    with open_uow(stream=client_id) as uow:
        client = uow.session.get(Client, client_id)
        if client is None:
            raise not_found()
        if client.status == status:
            raise field_problem("/status", f"The client is {status} already.", "invalid-state")
        change = {"field": "status", "old": client.status, "new": status}
        client.status = status
        if status != "active":
            end_sessions_of_client(uow.session, client_id, f"client-{status}")
        uow.publish(
            ClientStatusChanged(
                client_id=client_id,
                entity=("client", client_id),
                changes=[change],
                facts={"status": status, "reason": reason},
            )
        )
        return uow.record_answer({"id": str(client_id), "status": status})


def find_duplicate(session: Session, email: str) -> dict | None:
    """The client that has this email already, as `{"id", "name"}`.

    Until the transaction ends nobody else gets past this for the same email, so of two at once the second sees the
    first.
    """
    key = rules.email_key(email)
    return find_duplicates(session, [key]).get(key)


def find_duplicates(session: Session, email_keys: list[str]) -> dict[str, dict]:
    """The clients that have one of these emails already, as find_duplicate: {email key: `{"id", "name"}`}."""
    session.execute(LOCK_EMAILS, {"keys": sorted(set(email_keys))})
    found = _OWNERS.all(session, keys=email_keys)
    return {
        row.email_key: {"id": str(row.id), "name": rules.shown_name(row.company, row.first_name, row.last_name)}
        for row in found
    }


def refuse_duplicate(session: Session, email: str) -> None:
    """Raise 409 `duplicate` when a client has this email already."""
    other = find_duplicate(session, email)
    if other is not None:
        message = f"{other['name']} has this email."
        raise ServiceProblem(
            "duplicate", message, [{"pointer": "/email", "code": "duplicate", "message": message}], duplicate=other
        )


def add_client(session: Session, new: NewClient) -> None:
    """Add the rows of a new client and its primary contact."""
    add_clients(session, [new])
    if new.tags:
        session.execute(insert(ClientTag), [{"client_id": new.id, "tag_id": tag} for tag in new.tags])


def add_clients(session: Session, news: list[NewClient]) -> None:
    """Add the rows of new clients and their primary contacts, tags aside: one statement a table."""
    session.execute(insert(Client.__table__), list(green.taking_turns(map(_client_row, news))))
    session.execute(insert(Contact.__table__), list(green.taking_turns(map(_contact_row, news))))


def _client_row(new: NewClient) -> dict:
    person = Person(**{name: new.profile[name] for name in PERSON}, phone_e164=_phone_e164(new))
    names = (new.profile["company"], new.profile["first_name"], new.profile["last_name"])
    return {
        "id": new.id,
        "status": new.status,
        "joined_at": new.joined_at,
        "group_id": new.group_id,
        "currency": new.currency,
        "created_by": new.created_by,
        "source": new.source,
        "external_id": new.external_id,
        "imported_hash": new.imported_hash,
        "sort_name": rules.sort_name(*names),
        "search_text": search_text(new.profile["company"], new.profile["tax_id"], [person]),
        **{name: new.profile[name] for name in COMPANY},
    }


def _contact_row(new: NewClient) -> dict:
    return {
        "id": new.contact_id,
        "client_id": new.id,
        "is_primary": True,
        "role": "owner",
        "status": "active",
        "created_at": new.joined_at,
        **{name: new.profile[name] for name in PERSON},
        "email_key": rules.email_key(new.profile["email"]),
        "phone_e164": _phone_e164(new),
    }


def _phone_e164(new: NewClient) -> str | None:
    return rules.phone_e164(new.profile["phone"], new.profile["country"])


def facts_of(new: NewClient) -> dict:
    """The facts of a new client's event."""
    return {
        "currency": new.currency,
        "status": new.status,
        "joined_at": rfc3339(new.joined_at),
        "group_id": new.group_id and str(new.group_id),
        "tags": [str(tag) for tag in new.tags],
        "primary_contact_id": str(new.contact_id),
        **{field.name: new.profile[field.name] for field in PROFILE_FIELDS if not field.personal},
    }


def personal_of(new: NewClient) -> dict:
    """The personal values of a new client's event: every field of the profile that identifies somebody, "" for
    none."""
    return {name: new.profile[name] for name in sorted(PROFILE_NAMES)}


def require_tags(session: Session, tags: list[UUID]) -> None:
    """Raise 422, naming its place, for a tag that does not exist."""
    known = set(session.scalars(select(Tag.id).where(Tag.id.in_(tags)))) if tags else set()
    for position, tag in enumerate(tags):
        if tag not in known:
            raise field_problem(f"/tags/{position}", "There is no such tag.")


def _require_known(session: Session, new: NewClient) -> None:
    if new.group_id is not None and session.get(ClientGroup, new.group_id) is None:
        raise field_problem("/group_id", "There is no such group.")
    require_tags(session, new.tags)
