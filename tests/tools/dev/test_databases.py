"""Roles and databases of a service, as `./dev up` and the database container make them."""

import os
import subprocess
from urllib.parse import urlsplit

import pytest

from tools.dev import postgres
from tools.dev.paths import Failure

SERVICE = "trial"
PASSWORDS = {"trial_owner": "owner", "trial_app": "first"}


def run_sql(url: str, script: str) -> str:
    done = postgres.psql(url, script)
    return (done.stdout + done.stderr).strip()


def as_role(role: str, password: str, database: str = SERVICE) -> str:
    address = urlsplit(os.environ["COMMERCE_TEST_POSTGRES_URL"])
    return f"postgresql://{role}:{password}@{address.hostname}:{address.port}/{database}"


@pytest.fixture
def administrator(monkeypatch):
    """An account that may create roles and databases and is no superuser, as hosted databases give it."""
    monkeypatch.setattr(postgres, "SERVICES", (SERVICE,))
    superuser = os.environ["COMMERCE_TEST_POSTGRES_URL"]
    run_sql(superuser, "CREATE ROLE trial_admin LOGIN CREATEROLE CREATEDB PASSWORD 'admin'")
    yield as_role("trial_admin", "admin", "postgres")
    run_sql(superuser, f"DROP DATABASE IF EXISTS {SERVICE} WITH (FORCE)")
    run_sql(superuser, "DROP ROLE IF EXISTS trial_app, trial_owner, trial_admin")


def test_they_are_made_by_an_account_that_is_no_superuser_and_made_again_without_harm(administrator):
    postgres.prepare_databases(administrator, PASSWORDS, own=False)
    owner = as_role("trial_owner", "owner")
    assert run_sql(owner, "CREATE TABLE things (id int); INSERT INTO things VALUES (7)") == ""
    postgres.prepare_databases(administrator, PASSWORDS | {"trial_app": "second"}, own=False)
    assert run_sql(owner, "SELECT id FROM things") == "7"
    assert run_sql(as_role("trial_app", "second"), "SELECT current_user") == "trial_app"
    assert "password authentication failed" in run_sql(as_role("trial_app", "first"), "SELECT 1")


def test_the_app_role_has_limits_of_time_and_no_rights_that_no_migration_gave(administrator):
    postgres.prepare_databases(administrator, PASSWORDS, own=False)
    app = as_role("trial_app", "first")
    run_sql(as_role("trial_owner", "owner"), "CREATE TABLE things (id int)")
    assert "permission denied for table" in run_sql(app, "SELECT * FROM things")
    assert "permission denied for schema" in run_sql(app, "CREATE TABLE mine (id int)")
    assert "must be member of role" in run_sql(
        app, "SET ROLE trial_owner"
    ) or "permission denied to set role" in run_sql(app, "SET ROLE trial_owner")
    assert (
        run_sql(app, "SHOW statement_timeout; SHOW lock_timeout; SHOW idle_in_transaction_session_timeout")
        == "5s\n2s\n10s"
    )


def test_nobody_else_may_connect(administrator):
    postgres.prepare_databases(administrator, PASSWORDS, own=False)
    superuser = os.environ["COMMERCE_TEST_POSTGRES_URL"]
    run_sql(superuser, "CREATE ROLE trial_stranger LOGIN PASSWORD 'stranger'")
    assert "permission denied for database" in run_sql(as_role("trial_stranger", "stranger"), "SELECT 1")
    run_sql(superuser, "DROP ROLE trial_stranger")


def test_no_password_is_given_on_a_command_line(administrator, monkeypatch):
    seen = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda argv, **given: seen.extend(argv) or real(argv, **given))
    postgres.prepare_databases(administrator, PASSWORDS | {"trial_owner": "owner-password"}, own=False)
    assert seen and not any("owner-password" in argument or "first" in argument for argument in seen)


def test_an_account_that_may_not_create_roles_gets_that_as_an_answer(administrator):
    with pytest.raises(Failure, match="the databases could not be prepared"):
        postgres.prepare_databases(as_role("trial_admin", "wrong", "postgres"), PASSWORDS, own=False)
