"""Portal account: what a contact sees of themselves, of the client's profile and people, and of its access."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db.tables import outbox
from services.clients.events import ContactSignedIn, ContactSignInFailed
from services.clients.models import Contact, Impersonation, Login, PortalSession, SecondFactor, StaffAccount
from services.clients.profile_fields import names
from services.clients.queries.clients import client_record
from services.clients.queries.contacts import contact_page, one_contact
from services.clients.queries.credentials import moment, second_factor, session_rows
from services.clients.queries.custom_fields import custom_field_values

PAGE = 50


def my_account(session: Session, login: Login, token_hash: str) -> dict:
    """`{"email", "second_factor", "sessions"}`; `current` is the session of `token_hash`."""
    return {
        "email": login.email,
        "second_factor": second_factor(session, login.id),
        "sessions": session_rows(session, PortalSession.login_id, login.id, token_hash),
    }


def my_person(session: Session, client_id: UUID, contact_id: UUID) -> dict:
    """One's own contact, as `{"first_name", "last_name", "email", "phone", "role", "primary"}`."""
    contact = one_contact(session, client_id, contact_id)
    return {name: contact[name] for name in (*names(of="contact", in_portal=True), "role", "primary")}


def company(session: Session, client_id: UUID) -> dict:
    """The client's profile as its own people see it: no notes, tags, group, or fields that are for staff only."""
    record = client_record(session, client_id, with_notes=False)
    fields = [field for field in custom_field_values(session, client_id)["data"] if field["visibility"] != "staff_only"]
    return {
        "name": record["name"],
        "joined_at": record["joined_at"],
        "version": record["version"],
        "fields": fields,
        "profile": {name: record["profile"][name] for name in names(of="client", in_portal=True)},
    }


def people(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's contacts as `contact_page`, each with its `second_factor`, on or off."""
    contacts = contact_page(session, client_id, **page)
    secured = set(
        session.scalars(
            select(Contact.id)
            .join(SecondFactor, SecondFactor.owner_id == Contact.login_id)
            .where(Contact.client_id == client_id, SecondFactor.secret.is_not(None))
        )
    )
    for contact in contacts["data"]:
        contact["second_factor"] = UUID(contact["id"]) in secured
    return contacts


def access(session: Session, client_id: UUID, *, before: datetime | None) -> dict:
    """Who signed in to the client's account or failed to, and when support was logged in as it, the newest first:
    `{"data": […], "before": where the next page begins, or None}`."""
    rows = [*_sign_ins(session, client_id, before), *_impersonations(session, client_id, before)]
    rows.sort(key=lambda row: row["occurred_at"], reverse=True)
    return {"data": rows[:PAGE], "before": rows[PAGE - 1]["occurred_at"] if len(rows) > PAGE else None}


def _sign_ins(session: Session, client_id: UUID, before: datetime | None) -> list[dict]:
    sign_ins = [outbox.c.stream == str(client_id), outbox.c.type.in_([ContactSignedIn.type, ContactSignInFailed.type])]
    found = session.execute(
        select(outbox.c.type, outbox.c.body, outbox.c.personal, outbox.c.recorded_at)
        .where(*sign_ins, *([outbox.c.recorded_at < before] if before else []))
        .order_by(outbox.c.sequence.desc())
        .limit(PAGE + 1)
    ).all()
    names = _names(session, client_id)
    return [_sign_in(row, names) for row in found]


def _sign_in(row, names: dict[str, str]) -> dict:
    personal = {name: part["value"] for name, part in (row.personal or {}).items()}
    good = row.type == ContactSignedIn.type
    contact_id = row.body["facts"]["entity"]["id"]
    return {
        "kind": "sign_in" if good else "failed",
        "occurred_at": moment(row.recorded_at),
        "contact_id": contact_id,
        "name": names.get(contact_id) or personal.get("actor_name"),
        "ip": personal.get("ip"),
        "user_agent": personal.get("user_agent", ""),
        "reason": row.body["facts"].get("reason"),
    }


def _names(session: Session, client_id: UUID) -> dict[str, str]:
    rows = session.execute(
        select(Contact.id, Contact.first_name, Contact.last_name).where(Contact.client_id == client_id)
    )
    return {str(row.id): f"{row.first_name} {row.last_name}" for row in rows}


def _impersonations(session: Session, client_id: UUID, before: datetime | None) -> list[dict]:
    """Impersonations that began, by the staff member's name; nothing of where that one sits."""
    rows = session.execute(
        select(Impersonation.entered_at, Impersonation.ended_at, Impersonation.reason, StaffAccount.name)
        .join(StaffAccount, StaffAccount.id == Impersonation.staff_id)
        .where(
            Impersonation.client_id == client_id,
            Impersonation.entered_at.is_not(None),
            *([Impersonation.entered_at < before] if before else []),
        )
        .order_by(Impersonation.entered_at.desc())
        .limit(PAGE + 1)
    )
    return [
        {
            "kind": "impersonation",
            "occurred_at": moment(row.entered_at),
            "ended_at": moment(row.ended_at),
            "name": row.name,
            "reason": row.reason,
            "seconds": row.ended_at and int((row.ended_at - row.entered_at).total_seconds()),
        }
        for row in rows
    ]
