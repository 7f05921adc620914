"""Listener of the audit service: every event of every service, of known and of unknown types."""

QUEUE = "audit.activity"
SOURCES = {"clients": ["#"], "billing": ["#"], "support": ["#"], "webhooks": ["#"]}
BATCH = 200
