"""Parked messages: the order to replay or drop one, in the log before anything is done."""

from chassis.errors import field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients.events import ParkedMessageDropOrdered, ParkedMessageReplayOrdered

EVENTS = {"replay": ParkedMessageReplayOrdered, "drop": ParkedMessageDropOrdered}


def order_parked_message(
    open_uow: UnitOfWorkOpener, *, queue: str, message_id: str, event_type: str, act: str, reason: str
) -> dict:
    """Record who orders what; answers the act. A drop without a reason is refused with 422."""
    if act == "drop" and not reason:
        raise field_problem("/reason", "Say why it is given up.")
    with open_uow() as uow:
        facts = {"queue": queue, "event_type": event_type, "reason": reason}
        uow.publish(EVENTS[act](entity=("parked_message", message_id), facts=facts))
        return uow.record_answer({"act": act})
