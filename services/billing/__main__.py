"""`python -m services.billing` runs the service; `python -m services.billing migrate` brings its database up to
date."""

from chassis.process.runtime import main

main("billing", "services.billing.service:BillingService")
