"""The services by name: the one list of them. It imports nothing: `./dev` reads it before anything is installed."""

PUBLISHERS = ("clients", "billing", "support", "webhooks")
"""The services that publish events."""
SERVICES = (*PUBLISHERS, "audit")
