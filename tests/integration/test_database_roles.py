"""Each service's role, made as `./dev up` makes it: its own database and nothing else, and there no more than it
needs."""

import os
from urllib.parse import urlsplit

import psycopg2
import pytest

from chassis.db.migrations import migrate
from deploy.services import SERVICES
from tools.dev import postgres

OTHERS = ("postgres", "template1")
# What reaches out of the database, or takes more rights than were given.
BEYOND = [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY streams FROM PROGRAM 'true'",
    "COPY streams TO '/tmp/streams'",
    "COPY streams FROM '/etc/passwd'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT lo_import('/etc/passwd')",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "ALTER SYSTEM SET fsync = off",
    "SELECT pg_reload_conf()",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_hba_file_rules",
    "CREATE ROLE mallory",
    "CREATE DATABASE mallory",
    "CREATE SCHEMA mallory",
    "CREATE TABLE mallory (id int)",
    "CREATE TEMPORARY TABLE mallory (id int)",
    "SET session_replication_role = replica",
    "SET SESSION AUTHORIZATION postgres",
    "SET ROLE postgres",
    "ALTER TABLE outbox DISABLE TRIGGER ALL",
    "DROP TABLE outbox",
    "SELECT * FROM alembic_version",
]
# What is kept for ever: by whom, and statements that would change it.
KEPT = {
    "clients": ["UPDATE notes SET body = 'x'", "DELETE FROM notes", "TRUNCATE notes"],
    "billing": [
        "UPDATE credit_entries SET amount_minor = 1",
        "DELETE FROM credit_entries",
        "TRUNCATE credit_entries CASCADE",
        "UPDATE payments SET amount_minor = 1",
        "DELETE FROM payments",
        "DELETE FROM invoices",
    ],
    "support": ["UPDATE replies SET body = 'x'", "DELETE FROM replies", "TRUNCATE replies"],
    "webhooks": [],
    "audit": ["UPDATE entries SET type = 'x'", "DELETE FROM entries", "TRUNCATE entries", "DELETE FROM chain_heads"],
}
OF_THE_CHASSIS = [
    "DELETE FROM inbox",
    "UPDATE inbox SET consumer = 'x'",
    "TRUNCATE inbox",
    "DELETE FROM outbox",
    "UPDATE outbox SET body = '{}'",
    "UPDATE outbox SET personal = NULL",
    "TRUNCATE outbox",
    "DELETE FROM idempotency_keys",
    "TRUNCATE idempotency_keys",
    "DELETE FROM streams",
    "TRUNCATE streams",
]


def connect(user: str, database: str):
    address = urlsplit(os.environ["COMMERCE_TEST_POSTGRES_URL"])
    password = address.password if user == "postgres" else "test"
    return psycopg2.connect(host=address.hostname, port=address.port, user=user, password=password, dbname=database)


def sqlstate(user: str, database: str, statement: str) -> str | None:
    """What a statement ends with, None when it is allowed. Each stands alone: some are refused inside a transaction
    anyway."""
    connection = connect(user, database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return None
    except psycopg2.Error as error:
        return error.pgcode
    finally:
        connection.close()


def rows(user: str, database: str, statement: str) -> list[tuple]:
    connection = connect(user, database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """The tests' cluster with the five databases as `./dev up` and the migrations leave them; afterwards as it was."""
    passwords = {f"{service}_{kind}": "test" for service in SERVICES for kind in ("owner", "app")}
    superuser = os.environ["COMMERCE_TEST_POSTGRES_URL"]
    taken = rows("postgres", "postgres", "SELECT datname FROM pg_database WHERE datname IN ('clients', 'billing')")
    assert taken == [], "this is no cluster of the tests"
    postgres.prepare_databases(superuser, passwords, own=True)
    for service in SERVICES:
        address = urlsplit(superuser)
        migrate(service, f"postgresql://{service}_owner:test@{address.hostname}:{address.port}/{service}")
    yield
    for service in SERVICES:
        rows("postgres", "postgres", f"DROP DATABASE {service} WITH (FORCE)")
        rows("postgres", "postgres", f"ALTER ROLE {service}_app RESET ALL")
    rows("postgres", "postgres", "GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["app", "owner"])
def test_a_role_reaches_its_own_database_and_no_other(service, kind):
    role = f"{service}_{kind}"
    assert rows(role, service, "SELECT current_user") == [(role,)]
    for other in (*SERVICES, *OTHERS):
        if other != service:
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                connect(role, other)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_no_file_runs_no_program_and_takes_no_right(service):
    statements = [*BEYOND, f"SET ROLE {service}_owner"]
    allowed = {
        statement: state
        for statement in statements
        if (state := sqlstate(f"{service}_app", service, statement)) != "42501"
    }
    assert allowed == {}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_kept_for_ever_is_neither_changed_nor_deleted(service):
    statements = [*KEPT[service], *OF_THE_CHASSIS]
    allowed = {
        statement: state
        for statement in statements
        if (state := sqlstate(f"{service}_app", service, statement)) != "42501"
    }
    assert allowed == {}


@pytest.mark.parametrize("service", SERVICES)
def test_the_parts_of_the_event_store_are_reached_by_the_whole_alone(service):
    """What a partition grants by itself would go past the rights of the whole."""
    parts = [
        name
        for (name,) in rows("postgres", service, "SELECT relid::text FROM pg_partition_tree('outbox') WHERE isleaf")
    ]
    assert len(parts) >= 5
    for part in parts:
        for statement in ("SELECT * FROM {}", "DELETE FROM {}", "UPDATE {} SET body = NULL", "TRUNCATE {}"):
            statement = statement.format(part)
            assert sqlstate(f"{service}_app", service, statement) == "42501", statement
    assert sqlstate(f"{service}_app", service, "UPDATE outbox SET published_at = now()") is None


def test_a_part_of_the_event_store_that_is_made_later_is_closed_too():
    rows("clients_owner", "clients", "DROP TABLE outbox_before")
    rows("clients_owner", "clients", "CREATE TABLE outbox_before PARTITION OF outbox DEFAULT")
    assert sqlstate("clients_app", "clients", "DELETE FROM outbox_before") is None
    rows("clients_app", "clients", "SELECT ensure_outbox_partitions()")
    assert sqlstate("clients_app", "clients", "DELETE FROM outbox_before") == "42501"


def test_passwords_are_kept_and_asked_for_by_scram_alone():
    plain = "SELECT rolname FROM pg_authid WHERE rolcanlogin AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'"
    assert rows("postgres", "postgres", plain) == []
    assert rows("postgres", "postgres", "SELECT DISTINCT auth_method FROM pg_hba_file_rules") == [("scram-sha-256",)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_is_nobody_in_particular_and_has_little_time(service):
    attributes = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
    role = f"{service}_app"
    assert rows("postgres", "postgres", f"SELECT {attributes} FROM pg_roles WHERE rolname = '{role}'") == [(False,)]
    assert rows("postgres", "postgres", f"SELECT count(*) FROM pg_auth_members WHERE member = '{role}'::regrole") == [
        (0,)
    ]
    shown = (
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
        "current_setting('idle_in_transaction_session_timeout')"
    )
    assert rows(role, service, shown) == [("5s", "2s", "10s")]
