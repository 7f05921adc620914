"""`python -m gateway`: one process of the gateway."""

from chassis.process.runtime import main

if __name__ == "__main__":
    main("gateway", "gateway.server.service:Gateway")
