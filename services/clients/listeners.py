"""Listeners: what the clients service does with the events of others."""

from datetime import date
from uuid import UUID

from babel.dates import format_date
from sqlalchemy.orm import Session

from chassis.types.money import Money
from chassis.types.money_format import format_money, other_locale
from services.clients.commands.mail.queue import queue_mail
from services.clients.commands.totals import keep_totals
from services.clients.queries.mail import invoice_recipients
from services.clients.queries.portal import contact_principal, full_name
from services.clients.schemas.totals import AMOUNTS, COUNTS, EventTotals

_TOTALS = EventTotals()
ISSUED = ["invoice.published.v1", "invoice.resent.v1"]
DISABLED = ["webhook_endpoint.disabled.v1"]


def queue_mails(session: Session, events: list[dict]) -> None:
    """Mail what events of others say that somebody has to know."""
    mail_invoices(session, [event for event in events if event["type"] in ISSUED])
    mail_disabled_webhooks(session, [event for event in events if event["type"] in DISABLED])


def mail_disabled_webhooks(session: Session, events: list[dict]) -> None:
    """Mail whoever is to be alerted of a webhook that was disabled for its failures; of one that was by hand nobody is."""
    for event in events:
        facts, recipient = event["facts"], event["personal"].get("alert_email")
        if recipient is not None:
            gone = facts["reason"] == "gone"
            why = "it answered that it is gone (410)" if gone else f"it has failed since {facts['failing_since'][:10]}"
            queue_mail(session, "webhook_disabled", recipient["value"], data={"host": facts["host"], "why": why})


def mail_invoices(session: Session, events: list[dict]) -> None:
    """Mail each invoice that was issued, or is to be sent again, to those contacts of its client who may see invoices,
    one mail an address. Whoever has not accepted an invitation yet, and may be a stranger, reads no name that anybody of
    the client typed."""
    for event in events:
        facts, client_id = event["facts"], UUID(event["subject"])
        for contact in invoice_recipients(session, client_id):
            queue_mail(
                session,
                "invoice" if contact.login_id else "invoice_unnamed",
                contact.email,
                client_id=client_id,
                data={
                    "name": full_name(contact),
                    "client": contact_principal(contact)["client"]["name"],
                    "number": facts["number"],
                    "due_date": _day(facts["due_date"], contact.language),
                    "total": format_money(Money.from_wire(facts["total"]), contact.language),
                    "invoice_id": facts["entity"]["id"],
                },
            )


def _day(text: str, language: str) -> str:
    """A day as "1 December 2026", or as readers of `language` write it."""
    return format_date(date.fromisoformat(text), "long", locale=other_locale(language) or "en_GB")


def keep_newest_totals(session: Session, events: list[dict]) -> None:
    """Keep the totals that billing's events carry, each client's newest.

    An event of an earlier release, which has only some of them, is left out: the rebuild that follows the upgrade has
    them all.
    """
    newest: dict[str, dict] = {}
    for event in events:
        known = newest.get(event["subject"])
        if "counts" in event["facts"].get("totals", ()) and (known is None or known["sequence"] < event["sequence"]):
            newest[event["subject"]] = event
    keep_totals(session, [_totals_row(newest[client_id]) for client_id in sorted(newest)])


def _totals_row(event: dict) -> dict:
    """The row of an event's totals; raises ValidationError for what cannot be kept."""
    totals = _TOTALS.load(event["facts"]["totals"])
    owed = {name: Money.from_wire(totals[name]) for name in AMOUNTS}
    days = {name: totals[name] and totals[name].isoformat() for name in ("oldest_due_on", "next_due_on")}
    return {
        **{name: totals["counts"][name] for name in COUNTS},
        **days,
        "client_id": event["subject"],
        "sequence": event["sequence"],
        "currency": owed["outstanding"].currency,
        "active_services": totals["active_services"],
        "outstanding_minor": owed["outstanding"].minor,
        "overdue_minor": owed["overdue"].minor,
        "credit_minor": owed["credit_balance"].minor,
    }
