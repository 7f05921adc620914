"""`python -m services.support`: run the service; `python -m services.support migrate`: bring its database up to date."""

from chassis.runtime import main

main("support", "services.support.service:SupportService")
