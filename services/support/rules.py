"""The states of a ticket."""

STATUSES = ("open", "answered", "customer_reply", "in_progress", "on_hold", "closed")
PRIORITIES = ("low", "medium", "high", "urgent")
UNFINISHED = tuple(status for status in STATUSES if status != "closed")
AUTHORS = ("staff", "contact", "system")
