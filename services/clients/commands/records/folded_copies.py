"""Folded copies: what the client list sorts and searches by, kept beside the client in the transaction that changes it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.clients import rules
from services.clients.models import Client, Contact
from services.clients.queries.contacts import IS_CONTACT
from services.clients.search_text import search_text

AT_ONCE = 1000
_PRIMARY_FIRST = (~Contact.is_primary, Contact.id)


def renew_copies(session: Session, client: Client) -> None:
    """Write the client's copies anew; flushes what they are made of."""
    session.flush()
    contacts = select(Contact).where(Contact.client_id == client.id, IS_CONTACT).order_by(*_PRIMARY_FIRST)
    client.sort_name, client.search_text = folded_copies(client, session.scalars(contacts).all())


def folded_copies(client: Client, contacts: Sequence[Contact]) -> tuple[str, str]:
    """What a client's `sort_name` and `search_text` are made of: the client, and its contacts, the primary one first."""
    names = (client.company, contacts[0].first_name, contacts[0].last_name)
    return rules.sort_name(*names), search_text(client.company, client.tax_id, contacts)


def stale_copies(session: Session) -> Iterator[tuple[Client, tuple[str, str]]]:
    """The clients whose copies are not what they should be, with what they should be; the table is read in parts."""
    rows = session.execute(
        select(Client, Contact)
        .join(Contact, (Contact.client_id == Client.id) & IS_CONTACT)
        .order_by(Client.id, *_PRIMARY_FIRST)
        .execution_options(yield_per=AT_ONCE)
    )
    for client, found in groupby(rows, key=lambda row: row.Client):
        copies = folded_copies(client, [row.Contact for row in found])
        if (client.sort_name, client.search_text) != copies:
            yield client, copies
