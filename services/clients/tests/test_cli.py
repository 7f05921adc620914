"""The commands of `python -m services.clients`, as an operator runs them."""

import io
import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select, text

from chassis.db.tables import outbox
from chassis.settings import Settings
from services.clients import cli, passwords, rules
from services.clients.models import ApiToken, Login, LoginLink, StaffAccount


@pytest.fixture
def run(databases, session):
    """`run("staff", …, typed=…)`: (exit code, stdout, stderr) of the command on this test's database."""

    def command(*arguments, typed="", **environment):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "services.clients", *arguments],
            input=typed,
            text=True,
            capture_output=True,
            timeout=60,
            env={**os.environ, "COMMERCE_DATABASE_URL": databases("clients").app_url, **environment},
        )
        return done.returncode, done.stdout, done.stderr

    return command


ADA = ("staff", "--email", "Ada@Example.com", "--name", "Ada")


def test_the_first_account_is_made_once_and_its_password_stays(run, session):
    assert run(*ADA, typed="correct horse\n")[0] == 0
    assert run(*ADA, typed="another one\n")[0] == 0
    row = session.execute(
        select(StaffAccount.name, StaffAccount.role, Login.email, Login.password_hash).join(Login)
    ).one()
    assert row[:3] == ("Ada", "super_admin", "Ada@Example.com")
    assert row.password_hash.startswith("$argon2id$") and passwords.matches("correct horse", row.password_hash)
    event = session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal)).one()
    assert (event.type, event.body["stream"], event.body["actor"]["kind"]) == ("staff.created.v1", "system", "system")
    assert event.personal["email"]["value"] == "Ada@Example.com" and "horse" not in str(event)


@pytest.mark.parametrize(
    "password, email",
    [
        ("short", "ada@example.com"),
        ("x" * 129, "ada@example.com"),
        ("long enough", "ada@"),
    ],
)
def test_a_password_or_an_email_that_cannot_be_used_ends_with_a_sentence(
    databases, session, monkeypatch, password, email
):
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    with pytest.raises(SystemExit) as end:
        cli.staff(Settings(database_url=databases("clients").app_url), ["--email", email, "--name", "Ada"])
    assert str(end.value).endswith(".")
    assert session.scalar(select(func.count()).select_from(Login)) == 0


def test_a_token_stands_alone_on_stdout_and_only_its_hash_is_kept(run, account, session):
    for arguments in (("token",), ("token", "ada@example.com")):
        code, out, _ = run(*arguments)
        token = out.strip()
        assert code == 0 and out == token + "\n" and len(token) >= 43
        session.rollback()
        assert rules.sha256_hex(token) in session.scalars(select(ApiToken.token_hash)).all()
    code, out, err = run("token", "nobody@example.com")
    assert (code, out, err) == (1, "", "There is no staff account with the email nobody@example.com.\n")


def test_a_login_link_is_made_in_a_development_system_only(run, account, session):
    code, out, _ = run("login-link", "ada@example.com", COMMERCE_DEVELOPMENT="1")
    assert code == 0 and out.startswith("/admin/login/once/")
    assert session.scalar(select(LoginLink.code_hash)) == rules.sha256_hex(out.strip().rpartition("/")[2])
    code, out, err = run("login-link", "ada@example.com")
    assert code == 1 and out == "" and "COMMERCE_DEVELOPMENT" in err


def test_a_restore_is_published_with_the_epoch_that_it_began(run, session):
    assert run("restored")[0] == 0
    event = session.execute(select(outbox.c.type, outbox.c.stream, outbox.c.body)).one()
    assert (event.type, event.stream) == ("system.restored.v1", "system")
    assert event.body["facts"]["epoch"] == event.body["epoch"] == session.scalar(text("SELECT last_value FROM epoch"))
