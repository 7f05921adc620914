"""What the audit service hears: every event of every service, whether it knows its type or not."""

QUEUE = "audit.activity"
SOURCES = {"clients": ["#"], "billing": ["#"], "support": ["#"]}
