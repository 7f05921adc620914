"""`python -m services.audit`: run the service; `python -m services.audit migrate`: bring its database up to date."""

from chassis.process.runtime import main

if __name__ == "__main__":
    main("audit", "services.audit.service:AuditService")
