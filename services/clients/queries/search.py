"""Search of clients and their contacts, by the words of the client list."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.listings.arguments import MOST_CLIENTS
from services.clients import rules
from services.clients.models import Client, Contact
from services.clients.queries.client_list import condition_of
from services.clients.queries.contacts import IS_CONTACT
from services.clients.search_text import Person, matches, search_text

KINDS = ("client", "contact")
CONTACTS_READ = 1000  # of the clients that were found


def search(session: Session, *, q: str, kinds: list[str] | None, limit: int) -> dict:
    """Clients and contacts that `q` finds, `limit` of each kind at most, in the order of the client's name."""
    source, found = condition_of(session, q)
    ids = session.scalars(select(source.id).where(*found).order_by(source.sort_name, source.id).limit(limit)).all()
    clients = {client.id: client for client in session.scalars(select(Client).where(Client.id.in_(ids)))}
    people = {client_id: [] for client_id in clients}
    rows = select(Contact).where(Contact.client_id.in_(ids), IS_CONTACT).order_by(~Contact.is_primary, Contact.id)
    for contact in session.scalars(rows.limit(CONTACTS_READ)):
        people[contact.client_id].append(contact)
    hits = []
    for client in (clients[id] for id in ids if people.get(id)):
        name = rules.shown_name(client.company, people[client.id][0].first_name, people[client.id][0].last_name)
        hits.append(_client(client, name, people[client.id], q))
        hits += (_contact(client, name, one, q) for one in people[client.id] if _is_hit(client, one, q))
    wanted = {
        kind: [hit for hit in hits if hit["kind"] == kind][:limit] for kind in KINDS if kinds is None or kind in kinds
    }
    return {"data": [hit for kind in wanted.values() for hit in kind]}


def find_clients(session: Session, q: str) -> dict:
    """The ids of the first MOST_CLIENTS clients by name that `q` finds, and whether there are `more`."""
    source, found = condition_of(session, q)
    wanted = select(source.id).where(*found).order_by(source.sort_name, source.id).limit(MOST_CLIENTS + 1)
    ids = session.scalars(wanted).all()
    return {"client_ids": [str(one) for one in ids[:MOST_CLIENTS]], "more": len(ids) > MOST_CLIENTS}


def names_of(session: Session, client_ids: list[UUID]) -> dict:
    """The names shown of these clients, as far as they exist: `{id: name}`."""
    rows = session.execute(
        select(Client.id, Client.company, Contact.first_name, Contact.last_name)
        .join(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
        .where(Client.id.in_(client_ids))
    )
    return {str(row.id): rules.shown_name(row.company, row.first_name, row.last_name) for row in rows}


def _is_hit(client: Client, contact: Contact, q: str) -> bool:
    """Whether a contact is found itself, and is not the client by the same name."""
    itself = contact.is_primary and rules.shown_name(client.company, "", "") == ""
    return not itself and matches(q, search_text("", "", [contact]))


def _client(client: Client, name: str, people: list[Contact], q: str) -> dict:
    primary = people[0]
    full = f"{primary.first_name} {primary.last_name}"
    parts = {"company": (client.company, "", []), "tax_id": ("", client.tax_id, []), **_parts(primary)}
    matched = _matched(parts, q)
    shown = {"phone": primary.phone, "tax_id": client.tax_id}.get(matched)
    subtitle = " · ".join(filter(None, ("" if name == full else full, primary.email, shown)))
    return _hit("client", client.id, client.id, name, subtitle, matched)


def _contact(client: Client, name: str, contact: Contact, q: str) -> dict:
    full = f"{contact.first_name} {contact.last_name}"
    matched = _matched(_parts(contact), q)
    subtitle = " · ".join(filter(None, (name, contact.email, contact.phone if matched == "phone" else "")))
    return _hit("contact", contact.id, client.id, full, subtitle, matched)


def _parts(contact: Contact) -> dict[str, tuple]:
    blank = {"first_name": "", "last_name": "", "email": "", "phone": "", "phone_e164": None}
    of = {
        "name": {"first_name": contact.first_name, "last_name": contact.last_name},
        "email": {"email": contact.email},
        "phone": {"phone": contact.phone, "phone_e164": contact.phone_e164},
    }
    return {name: ("", "", [Person(**{**blank, **given})]) for name, given in of.items()}


def _matched(parts: dict[str, tuple], q: str) -> str:
    """The field in which all of `q` stands, else `contact`: in another contact, or over several fields."""
    return next((name for name, part in parts.items() if matches(q, search_text(*part))), "contact")


def _hit(kind: str, id: UUID, client_id: UUID, title: str, subtitle: str, matched: str) -> dict:
    return {
        "kind": kind,
        "id": str(id),
        "client_id": str(client_id),
        "title": title,
        "subtitle": subtitle,
        "matched": matched,
    }
