"""PostgreSQL's log: whatever fails, nothing that was written in a row, a statement or a parameter is in it."""

import subprocess

import psycopg2
import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import driver_url
from chassis.testing.plugin import ServiceDatabase, migrated_databases, wait_until
from deploy.services import SERVICES
from tools.dev import postgres
from tools.dev.paths import Paths
from tools.dev.ports import Ports
from tools.dev.testrun import DIES_WITH_US

CANARY = "Canary-7d21 of somebody's note"
PASSWORD = "of-this-test"


@pytest.fixture(scope="module")
def server(tmp_path_factory, monkeypatch_module):
    """The log of a server of this test's own, set up as ours are; the test's databases are on it."""
    folder = tmp_path_factory.mktemp("server")
    paths = Paths(folder, folder / "local")
    paths.local.mkdir()
    postgres.create_cluster(paths, PASSWORD, sync=False)
    ports, log = Ports(paths), folder / "postgres.log"
    port = ports.take("postgres")
    spec = postgres.process(paths, port, postgres.THROWAWAY, DIES_WITH_US)
    with open(log, "wb") as written:
        child = subprocess.Popen(spec.argv, env=spec.env, cwd=spec.cwd, stdout=written, stderr=written)
    url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
    wait_until(lambda: _answers(url), "the server", seconds=60)
    monkeypatch_module.setenv("COMMERCE_TEST_POSTGRES_URL", url)
    yield log
    child.terminate()
    child.wait()
    ports.release()


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def tables(server):
    """An engine of each service's database, as its owner, which may write into every table."""
    with migrated_databases("log") as database:
        made = {name: create_engine(driver_url(database(name).owner_url)) for name in SERVICES}
        yield made
        for engine in made.values():
            engine.dispose()


def fail_to_insert(engine: Engine, table: str) -> bool:
    """Insert a row with the canary in each column of text, by parameter and written out; whether there is such one."""
    columns = [
        column
        for column in inspect(engine).get_columns(table)
        if str(column["type"]) in ("TEXT", "VARCHAR", "JSONB", "JSON")
    ]
    if not columns:
        return False
    value = {column["name"]: f'"{CANARY}"' if "JSON" in str(column["type"]) else CANARY for column in columns}
    names, written = ", ".join(value), ", ".join(f"'{one.replace(chr(39), chr(39) * 2)}'" for one in value.values())
    bound = ", ".join(f":{name}" for name in value)
    for values, given in ((bound, value), (written.replace(":", r"\:"), {})):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values}) RETURNING 1 / 0"), given)
    return True


@pytest.mark.parametrize("service", SERVICES)
def test_a_row_that_cannot_be_inserted_leaves_nothing_of_itself_in_the_log(server, tables, service):
    before = len(server.read_text())
    names = inspect(tables[service]).get_table_names()
    tried = [name for name in names if name != "alembic_version" and fail_to_insert(tables[service], name)]
    assert len(tried) > 4
    written = server.read_text()[before:]
    assert written.count("ERROR:") >= 2 * len(tried)
    assert "Canary" not in written and "INSERT" not in written


def test_a_server_that_is_set_up_otherwise_tells_it_all(server, tables):
    """Else the test above would prove nothing."""
    loud = create_engine(
        driver_url(ServiceDatabase("clients", tables["clients"].url.database).superuser_url),
        connect_args={"options": "-c log_error_verbosity=default -c log_min_error_statement=error"},
    )
    assert fail_to_insert(loud, "notes")
    loud.dispose()
    wait_until(lambda: "Canary" in server.read_text(), "the canary in the log")
