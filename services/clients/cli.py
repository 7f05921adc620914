"""Command line of `python -m services.clients`: staff accounts, API tokens, one-time links, identifiers to look at, and
what is published after a restore."""

import argparse
import sys
from contextlib import contextmanager

from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.db.engine import make_engine
from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import RequestUnitOfWork
from chassis.types.ids import new_id
from services.clients.commands.identity import logins
from services.clients.commands.identity import staff as staff_commands
from services.clients.commands.identity.tokens import create_token
from services.clients.events import SystemRestored
from services.clients.queries.identifiers import findings


@contextmanager
def _opener(settings, operation: str):
    """The opener of one command's unit of work; a refusal ends the process with its sentence."""
    engine = make_engine(settings.require("database_url"), pool_size=1)
    try:
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            caller = system_caller("clients", cause=str(new_id()))
            yield RequestUnitOfWork(session, "clients", caller, operation, {})
    except ServiceProblem as problem:
        raise SystemExit(problem.detail) from None
    finally:
        engine.dispose()


def staff(settings, arguments) -> None:
    """Make the first super_admin account, or find the one with this email; the password is one line of stdin."""
    parser = argparse.ArgumentParser(prog="python -m services.clients staff")
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", required=True)
    given = parser.parse_args(arguments)
    with _opener(settings, "create_staff") as open_uow:
        try:
            staff_commands.find_staff(open_uow.session, given.email)
            print(f"{given.email} exists already; its password was left as it is.")
        except ServiceProblem:
            staff_commands.create_staff(
                open_uow,
                email=given.email,
                name=given.name,
                role="super_admin",
                password=sys.stdin.readline().rstrip("\r\n"),
            )
            print(f"{given.email} may sign in now.")


def token(settings, arguments) -> None:
    """Print a fresh API token of the account with the given email (the first account's without one)."""
    email = arguments[0] if arguments else None
    with _opener(settings, "create_token") as open_uow:
        account = _account(open_uow.session, email)
        print(create_token(open_uow, staff_id=account.id, name="command line")["token"])


def login_link(settings, arguments) -> None:
    """Print a path that signs in once, to the admin or with --portal to the portal, in a development system only."""
    if not settings.development:
        raise SystemExit("One-time links are for development systems: COMMERCE_DEVELOPMENT is not 1.")
    parser = argparse.ArgumentParser(prog="python -m services.clients login-link")
    parser.add_argument("email", nargs="?")
    parser.add_argument("--portal", action="store_true")
    given = parser.parse_args(arguments)
    with _opener(settings, "create_login_link") as open_uow:
        session = open_uow.session
        if given.portal:
            login_id = logins.open_login(session, given.email or "")
            print("/client/login/once/" + staff_commands.create_login_link(session, login_id=login_id))
        else:
            account = _account(session, given.email)
            print("/admin/login/once/" + staff_commands.create_login_link(session, staff_id=account.id))


def identifiers(settings, arguments) -> None:
    """Print the emails and names that people have to look at, a line each; exit 1 when there is one."""
    argparse.ArgumentParser(prog="python -m services.clients identifiers").parse_args(arguments)
    with _opener(settings, "identifiers") as open_uow:
        found = list(findings(open_uow.session))
    print("\n".join(found or ["Nothing to look at."]))
    if found:
        raise SystemExit(f"{len(found)} to look at.")


def restored(settings, arguments) -> None:
    """Publish that a backup was restored, with the epoch that began with it."""
    argparse.ArgumentParser(prog="python -m services.clients restored").parse_args(arguments)
    with _opener(settings, "restored") as open_uow, open_uow() as uow:
        uow.publish(SystemRestored(entity=("system", None), facts={"epoch": uow.epoch}))


def _account(session, email: str | None):
    try:
        return staff_commands.find_staff(session, email)
    except ServiceProblem:
        raise SystemExit(f"There is no staff account{f' with the email {email}' if email else ''}.") from None
