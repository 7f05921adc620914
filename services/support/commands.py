"""Commands of tickets: open, answer, change. A thread is append-only; who writes is whoever the signed context names."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db.row_limits import require_below
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.support import rules
from services.support.events import TicketInternalNoteAdded, TicketOpened, TicketReplied, TicketUpdated
from services.support.models import Department, Reply, Ticket
from services.support.queries import tickets as queries

# Taken once the stream is held, so that a thread's order is the order of its events.
NOW = func.clock_timestamp()


def open_ticket(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, subject: str, body: str, priority: str, department: str | None
) -> dict:
    """Open a ticket with its first message; answers the ticket with its thread.

    Raises 422 for a department that does not exist; `too-many-requests` for a contact of a client with many new ones.
    """
    with open_uow(stream=client_id) as uow:
        _require_few_tickets(uow, client_id)
        ticket = Ticket(
            client_id=client_id,
            subject=subject,
            priority=priority,
            opened_at=NOW,
            status="open",
            department_id=_department_id(uow.session, department),
        )
        uow.session.add(ticket)
        uow.session.flush()
        first = _add_message(uow, ticket.id, body, internal=False)
        uow.publish(
            TicketOpened(
                client_id=client_id,
                entity=("ticket", ticket.id),
                personal={"subject": subject, "body": body},
                facts={**facts_of(uow.session, ticket), "reply_id": str(first.id)},
            )
        )
        return uow.record_answer(queries.ticket(uow.session, client_id, ticket.id))


def reply_ticket(open_uow: UnitOfWorkOpener, *, client_id: UUID, ticket_id: UUID, body: str, internal: bool) -> dict:
    """Write into a ticket's thread; answers the message.

    A reply makes the ticket `answered`, one out of the portal `customer_reply`, also a closed one; an internal note
    leaves its status and last reply alone. Raises `too-many-requests` for a contact of a client with many new replies.
    """
    with open_uow(stream=client_id) as uow:
        ticket = _ticket(uow.session, client_id, ticket_id)
        _require_few_replies(uow, client_id)
        reply = _add_message(uow, ticket_id, body, internal=internal)
        if not internal:
            ticket.last_reply_at = reply.created_at
            ticket.last_reply_by_kind, ticket.last_reply_by_name = uow.caller.kind, uow.caller.name
        ticket.status = rules.after_reply(ticket.status, by_client=uow.caller.in_portal, internal=internal)
        event = TicketInternalNoteAdded if internal else TicketReplied
        uow.publish(
            event(
                client_id=client_id,
                entity=("ticket", ticket_id),
                personal={"body": body},
                facts={**facts_of(uow.session, ticket), "reply_id": str(reply.id)},
            )
        )
        return uow.record_answer(queries.reply_of(reply))


def _require_few_tickets(uow: UnitOfWork, client_id: UUID) -> None:
    if uow.caller.kind != "contact":
        return
    by_contact = select(Reply.id).where(Reply.ticket_id == Ticket.id, Reply.author_kind == "contact").exists()
    opened = select(Ticket).where(Ticket.client_id == client_id, by_contact)
    require_below(uow.session, "tickets-of-client", Ticket.opened_at, opened)


def _require_few_replies(uow: UnitOfWork, client_id: UUID) -> None:
    if uow.caller.kind != "contact":
        return
    written = (
        select(Reply)
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .where(Ticket.client_id == client_id, Reply.author_kind == "contact")
    )
    require_below(uow.session, "replies-of-client", Reply.created_at, written)


def update_ticket(open_uow: UnitOfWorkOpener, *, client_id: UUID, ticket_id: UUID, **given) -> dict:
    """Change what is given; answers the ticket with its thread. Nothing is published of what stays as it was.

    `department` is a name or None, `assigned_to` {"id", "name"} or None. Raises `invalid-state` for a status that the
    table does not allow, 422 for a department that does not exist.
    """
    with open_uow(stream=client_id) as uow:
        ticket = _ticket(uow.session, client_id, ticket_id)
        old = _values(uow.session, ticket)
        new = {name: value for name, value in given.items() if _identity(value) != _identity(old[name])}
        if new:
            _change(uow.session, ticket, new)
            uow.publish(
                TicketUpdated(
                    client_id=client_id,
                    entity=("ticket", ticket_id),
                    facts=facts_of(uow.session, ticket),
                    changes=[{"field": name, "old": _logged(old[name]), "new": _logged(new[name])} for name in new],
                )
            )
        uow.session.flush()
        return uow.record_answer(queries.ticket(uow.session, client_id, ticket_id))


def facts_of(session: Session, ticket: Ticket) -> dict:
    """The facts that every event of a ticket has."""
    return {
        "number": ticket.number,
        "status": ticket.status,
        "priority": ticket.priority,
        "department": _department_of(session, ticket),
        "assigned_to_id": ticket.assigned_to_id and str(ticket.assigned_to_id),
    }


def _department_of(session: Session, ticket: Ticket) -> str | None:
    return ticket.department_id and session.scalar(select(Department.name).where(Department.id == ticket.department_id))


def _ticket(session: Session, client_id: UUID, ticket_id: UUID) -> Ticket:
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id, Ticket.client_id == client_id))
    if ticket is None:
        raise not_found()
    return ticket


def _add_message(uow: UnitOfWork, ticket_id: UUID, body: str, *, internal: bool) -> Reply:
    reply = Reply(
        ticket_id=ticket_id,
        author_kind=uow.caller.kind,
        author_id=uow.caller.id,
        author_name=uow.caller.name,
        body=body,
        internal=internal,
        created_at=NOW,
    )
    uow.session.add(reply)
    uow.session.flush()
    return reply


def _department_id(session: Session, name: str | None) -> UUID | None:
    if name is None:
        return None
    known = dict(session.execute(select(Department.name, Department.id)).all())
    if name not in known:
        raise field_problem("/department", f"There is no such department. Choose one of {', '.join(sorted(known))}.")
    return known[name]


def _values(session: Session, ticket: Ticket) -> dict:
    """What of a ticket can be changed, as it is given: the department's name, the assignee as {"id", "name"}."""
    department = _department_of(session, ticket)
    assigned = ticket.assigned_to_id and {"id": ticket.assigned_to_id, "name": ticket.assigned_to_name}
    return {
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "department": department,
        "assigned_to": assigned,
    }


def _change(session: Session, ticket: Ticket, new: dict) -> None:
    if "status" in new and not rules.may_move(ticket.status, new["status"]):
        raise ServiceProblem("invalid-state", rules.refusal(ticket.status, new["status"]))
    for name in ("subject", "status", "priority"):
        setattr(ticket, name, new.get(name, getattr(ticket, name)))
    if "department" in new:
        ticket.department_id = _department_id(session, new["department"])
    if "assigned_to" in new:
        assignee = new["assigned_to"] or {"id": None, "name": None}
        ticket.assigned_to_id, ticket.assigned_to_name = assignee["id"], assignee["name"]


def _identity(value):
    """What makes two values the same: of a person the id, whatever the name is by now."""
    return value["id"] if isinstance(value, dict) else value


def _logged(value):
    """A value as the event has it: of a person the name."""
    return value["name"] if isinstance(value, dict) else value
