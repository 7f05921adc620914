"""`python -m services.support`: run the service; `python -m services.support migrate`: bring its database up to
date."""

from chassis.process.runtime import main

if __name__ == "__main__":
    main("support", "services.support.service:SupportService")
