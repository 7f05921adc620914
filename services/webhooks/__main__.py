"""`python -m services.webhooks`: run the service; `python -m services.webhooks migrate`: bring its database up to
date."""

from chassis.process.runtime import main

if __name__ == "__main__":
    main("webhooks", "services.webhooks.service:WebhooksService")
