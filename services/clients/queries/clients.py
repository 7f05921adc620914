"""Client record, with which every page under it begins, and what billing asks when it opens an account."""

from uuid import UUID

from sqlalchemy import UUID as UuidType
from sqlalchemy import and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import within_bytes
from chassis.errors import not_found
from chassis.events.event import rfc3339
from chassis.types.text import COLLATION
from services.clients import rules
from services.clients.models import Client, ClientGroup, ClientTag, Contact, Note, Tag
from services.clients.profile_fields import COMPANY, PERSON
from services.clients.queries.client_list import TAGS, group_badge

STICKY_NOTES = 20
ADDRESS = ("address1", "address2", "city", "state", "postcode", "country")


def require_client(session: Session, client_id: UUID) -> None:
    """Raise `not-found` unless the client exists."""
    if _EXISTS.scalar(session, client_id=client_id) is None:
        raise not_found()


def client_record(session: Session, client_id: UUID, *, with_notes: bool) -> dict:
    """The client with profile, group, tags, sticky notes and counts; `not-found` when there is none.

    `with_notes` is False for a caller who may not see notes: then there are none, and their count is None.
    """
    row = _RECORD.first(session, client_id=client_id)
    if row is None:
        raise not_found()
    return {
        "id": str(row.id),
        "status": row.status,
        "joined_at": rfc3339(row.joined_at),
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at),
        "name": rules.shown_name(row.company, row.first_name, row.last_name),
        "contact_name": f"{row.first_name} {row.last_name}",
        "primary_contact_id": str(row.contact_id),
        "group": group_badge(row),
        "profile": {name: getattr(row, name) for name in (*PERSON, *COMPANY)},
        "tags": row.tags or [],
        "sticky_notes": _sticky_notes(session, client_id) if with_notes and row.sticky else [],
        "counts": {"contacts": row.contacts, "notes": row.notes if with_notes else None},
        "version": row.version,
    }


_EXISTS = CompiledSelect(select(Client.id).where(Client.id == bindparam("client_id")))
_CONTACTS = (
    select(func.count())
    .where(Contact.client_id == Client.id, Contact.removed_at.is_(None))
    .correlate(Client)
    .scalar_subquery()
)
_NOTES = select(func.count()).where(Note.client_id == Client.id).correlate(Client).scalar_subquery()
_STICKY = and_(Note.sticky, Note.unpinned_at.is_(None))
_HAS_STICKY = select(Note.id).where(Note.client_id == Client.id, _STICKY).correlate(Client).exists()
_PRIMARY = Contact.__table__.alias("primary_contact")
_RECORD = CompiledSelect(
    select(
        Client.id,
        Client.status,
        Client.joined_at,
        Client.last_login_at,
        Client.version,
        *(getattr(Client, name) for name in COMPANY),
        *(_PRIMARY.c[name] for name in PERSON),
        _PRIMARY.c.id.label("contact_id"),
        ClientGroup.id.label("group_id"),
        ClientGroup.name.label("group_name"),
        ClientGroup.colour.label("group_colour"),
        _CONTACTS.label("contacts"),
        _NOTES.label("notes"),
        _HAS_STICKY.label("sticky"),
        TAGS.label("tags"),
    )
    .join(_PRIMARY, and_(_PRIMARY.c.client_id == Client.id, _PRIMARY.c.is_primary))
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .where(Client.id == bindparam("client_id"))
)
_STICKY_NOTES = CompiledSelect(
    select(Note.id, Note.body, Note.author_id, Note.author_name, Note.created_at)
    .where(Note.client_id == bindparam("client_id"), _STICKY)
    .order_by(Note.created_at.desc(), Note.id.desc())
    .limit(STICKY_NOTES)
)
_FOR_BILLING = CompiledSelect(
    select(
        Client.id,
        Client.currency,
        Client.company,
        Client.tax_id,
        Client.tax_exempt,
        _PRIMARY.c.first_name,
        _PRIMARY.c.last_name,
        _PRIMARY.c.email,
        ClientGroup.discount_percent,
        *(getattr(Client, name) for name in ADDRESS),
    )
    .join(_PRIMARY, and_(_PRIMARY.c.client_id == Client.id, _PRIMARY.c.is_primary))
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .where(Client.id == any_(bindparam("client_ids", type_=ARRAY(UuidType))))
)


def client_tags(session: Session, client_id: UUID) -> list[dict]:
    """The client's tags by name: [{id, name, colour}]."""
    rows = session.execute(
        select(Tag.id, Tag.name, Tag.colour)
        .join(ClientTag)
        .where(ClientTag.client_id == client_id)
        .order_by(Tag.name.collate(COLLATION), Tag.id)
    )
    return [{"id": str(row.id), "name": row.name, "colour": row.colour} for row in rows]


def _sticky_notes(session: Session, client_id: UUID) -> list[dict]:
    """The newest STICKY_NOTES of them, within the bytes of a page; the list of notes begins with all."""
    notes = [
        {
            "id": str(row.id),
            "body": row.body,
            "author": {"id": str(row.author_id), "name": row.author_name},
            "created_at": rfc3339(row.created_at),
        }
        for row in _STICKY_NOTES.all(session, client_id=client_id)
    ]
    return within_bytes(notes)


def for_billing(session: Session, client_ids: list[UUID]) -> dict[str, dict]:
    """What billing opens and prices an account with, and whom it bills: {id: {currency, name, company, contact, email,
    address, tax_id, tax_exempt, group_discount}}.

    `contact` and `email` are the primary contact's. `group_discount` is a percentage as a decimal string, "0" without a
    group. Ids that do not exist are left out.
    """
    return {
        str(row.id): {
            "currency": row.currency,
            "name": rules.shown_name(row.company, row.first_name, row.last_name),
            "company": row.company,
            "contact": f"{row.first_name} {row.last_name}".strip(),
            "email": row.email,
            "tax_id": row.tax_id,
            "tax_exempt": row.tax_exempt,
            "address": {name: getattr(row, name) for name in ADDRESS},
            "group_discount": str(row.discount_percent or 0),
        }
        for row in _FOR_BILLING.all(session, client_ids=client_ids)
    }
