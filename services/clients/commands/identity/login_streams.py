"""Login streams: what happens to a login of several clients is published once in the stream of each.

The unit of work is opened on the first of these streams and takes the others in the order of their ids, so that two
never wait for each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.event import SYSTEM, Event
from chassis.events.unit_of_work import UnitOfWork, nested_unit_of_work
from services.clients.models import Contact
from services.clients.queries.portal import full_name


def contacts_behind(session: Session, login_id: UUID) -> list[Contact]:
    """The contacts that a login stands behind, by their clients' ids; one that was removed is none."""
    return list(
        session.scalars(
            select(Contact)
            .where(Contact.login_id == login_id, Contact.removed_at.is_(None))
            .order_by(Contact.client_id)
        )
    )


def first_stream(contacts: Iterable) -> UUID | str:
    """The stream on which to open a unit of work about these contacts; of none, that of what has no client."""
    return min((contact.client_id for contact in contacts), default=SYSTEM)


def publish_for_login(uow: UnitOfWork, login_id: UUID, make: Callable[[Contact], Event]) -> None:
    """Publish the event that `make` makes of each contact behind the login, as that contact where a contact acts."""
    publish_for_contacts(uow, contacts_behind(uow.session, login_id), make)


def publish_for_contacts(uow: UnitOfWork, contacts: Iterable, make: Callable[[Contact], Event]) -> None:
    """The same for these contacts."""
    for contact in sorted(contacts, key=lambda one: one.client_id):
        if str(contact.client_id) == uow.stream:
            uow.publish(make(contact))
            continue
        caller = uow.caller
        if caller.kind == "contact":
            caller = replace(caller, id=str(contact.id), name=full_name(contact), client_id=str(contact.client_id))
        with nested_unit_of_work(uow.session, uow.service, caller, contact.client_id) as other:
            other.publish(make(contact))
