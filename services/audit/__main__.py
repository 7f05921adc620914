"""`python -m services.audit`: run the service; `… migrate`: bring its database up to date; `… archive`: archive its log."""

from chassis.process.runtime import main
from services.audit import cli

if __name__ == "__main__":
    main("audit", "services.audit.service:AuditService", commands={"archive": cli.archive})
