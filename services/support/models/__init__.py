"""The tables of the support service."""

from services.support.models.tickets import TICKET_NUMBERS, Department, Reply, Ticket

__all__ = ["TICKET_NUMBERS", "Department", "Reply", "Ticket"]
