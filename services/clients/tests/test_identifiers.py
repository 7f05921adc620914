"""Rows from before IDNA 2008: the migration gives each its own key, keeps what collides, and the report names it."""

import subprocess
import sys
from importlib import import_module
from os import environ

import pytest
from sqlalchemy import create_engine, select, text

from chassis.db.engine import driver_url
from chassis.types.ids import new_id
from services.clients.models import Client, Contact, Login, Tag
from services.clients.queries.client_list import client_page
from services.clients.queries.identifiers import findings
from services.clients.tests.queries.test_client_list import ALL

migration = import_module("services.clients.migrations.versions.0014_identifiers")


@pytest.fixture
def migrate(databases, session):
    """`migrate()`: what the revision does to the rows that are there."""

    def run():
        session.commit()
        engine = create_engine(driver_url(databases("clients").owner_url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            migration.rekey(connection)
            migration.refold(connection)
        engine.dispose()
        session.expire_all()

    return run


def test_an_address_that_was_taken_for_another_gets_its_own_key_and_is_found(session, make_client, migrate):
    right = make_client(email="someone@fass.example")
    taken = make_client(email="someone@faß.example")
    session.execute(text("UPDATE contacts SET email_key = 'someone@fass.example'"))
    session.execute(text("UPDATE clients SET search_text = '', sort_name = 'old'"))
    login = Login(kind="contact", email="someone@faß.example", email_key="someone@fass.example")
    session.add(login)
    session.flush()
    session.execute(text("UPDATE contacts SET login_id = :login"), {"login": login.id})
    migrate()
    keys = dict(session.execute(select(Contact.client_id, Contact.email_key)).all())
    assert keys == {right: "someone@fass.example", taken: "someone@xn--fa-hia.example"}
    assert session.get(Login, login.id).email_key == "someone@xn--fa-hia.example"
    assert len(client_page(session, **{**ALL, "q": "someone"})["data"]) == 2
    contacts = dict(session.execute(select(Contact.client_id, Contact.id)).all())
    assert list(findings(session)) == [
        f"contact {contacts[taken]}: mail for someone@faß.example went to someone@fass.example before, which may be "
        "somebody else's",
        f"login {login.id}: mail for someone@faß.example went to someone@fass.example before, which may be somebody else's",
        f"contact {contacts[right]}: someone@fass.example is entered by the login of someone@faß.example, another address",
    ]


def test_a_key_that_another_login_has_stays_and_is_reported(session, migrate):
    first = Login(id=new_id(), kind="staff", email="a@xn--fa-hia.example", email_key="a@xn--fa-hia.example")
    second = Login(id=new_id(), kind="staff", email="a@faß.example", email_key="a@fass.example")
    session.add_all([first, second])
    migrate()
    assert session.get(Login, second.id).email_key == "a@fass.example"
    assert list(findings(session))[-1] == (
        f"login {second.id}: a@faß.example signs in as a@fass.example, because another login is a@xn--fa-hia.example"
    )


def test_an_email_that_looks_like_another_one_is_reported(session, make_client):
    make_client(email="ｄｕｐ@fish.example")
    contact = session.scalar(select(Contact.id))
    assert list(findings(session)) == [
        f"contact {contact}: ｄｕｐ@fish.example looks like dup@fish.example, which may be somebody else's"
    ]


def test_what_cannot_be_seen_or_told_apart_is_reported(session, databases, make_client, migrate):
    client = make_client(email="z\u200bed@example.com")
    session.execute(text("UPDATE contacts SET first_name = E'\\u200b'"))
    session.execute(text("UPDATE clients SET company = E'\\u2800', source = 'csv', external_id = E'A\\u200b1'"))
    tags = [Tag(id=new_id(), name=name, colour="#112233") for name in ("VIP", "V\u200bIP", "\u3164")]
    session.add_all(tags)
    migrate()
    contact = session.scalar(select(Contact.id))
    assert sorted(findings(session)) == sorted(
        [
            f"contact {contact}: 'z\\u200bed@example.com' is no email that mail can be sent to",
            f"contact {contact}: nothing of a name can be seen",
            f"client {client}: nothing of the company can be seen",
            f"client {client}: the external id 'A\\u200b1' has what cannot be seen",
            f"tag {tags[0].id}, {tags[1].id}: the names look alike",
            f"tag {tags[2].id}: nothing of the name can be seen",
        ]
    )
    assert session.scalar(select(Client.sort_name)) == "lee"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "services.clients", "identifiers"],
        text=True,
        capture_output=True,
        timeout=60,
        env={**environ, "COMMERCE_DATABASE_URL": databases("clients").app_url},
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 6) and "6 to look at." in done.stderr
