"""python -m services.clients: run the service, or one of its commands (`migrate`, `staff`, `token`, `login-link`,
`identifiers`, `restored`)."""

from chassis.process.runtime import main
from services.clients import cli

if __name__ == "__main__":
    main(
        "clients",
        "services.clients.service:ClientsService",
        commands={
            "staff": cli.staff,
            "token": cli.token,
            "login-link": cli.login_link,
            "identifiers": cli.identifiers,
            "restored": cli.restored,
        },
    )
