"""TLS to the engines, as compose has it: a broker and a database with its own configuration, reached by whoever trusts
their authority and calls them by their name, and by nobody else."""

import json
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import amqp
import psycopg2
import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.bus.address import connect
from chassis.db.engine import make_engine
from chassis.process.runtime import container_config
from chassis.settings import read_settings
from chassis.testing.plugin import Front, calls_of, wait_until
from deploy.certificates import Authority, make
from deploy.rabbitmq import access
from services.support.service import SupportService
from tests.conftest import free_port
from tests.support.broker import PASSWORD, USERS
from tools.dev import postgres, rabbitmq
from tools.dev.paths import CHECKOUT, Paths


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where everything is: `tls/` with certificates for localhost, and another authority's; room for the engines."""
    made = tmp_path_factory.mktemp("tls")
    authority = Authority()
    for server in ("rabbitmq", "postgres"):
        authority.issue(made / "tls" / server, "localhost")
    authority.write(made / "tls/public/ca.pem")
    Authority().write(made / "tls/public/stranger.pem")
    return made


def started(argv: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen:
    with log.open("ab") as output:
        return subprocess.Popen(argv, env=environment, cwd="/", stdout=output, stderr=output)


def listens(connecting) -> bool:
    """Whether `connecting()` raises nothing of a connection that is not there yet."""
    try:
        connecting()
    except (OSError, amqp.AMQPError, psycopg2.OperationalError):
        return False
    return True


@pytest.fixture(scope="module")
def broker(folder):
    """`broker(user, host=…, ca=…)`: the address of a broker that runs by compose's configuration."""
    paths, port = Paths(CHECKOUT, folder), free_port()
    ports = {"amqp": port, "epmd": free_port(), "dist": free_port(), "management": free_port()}
    rabbitmq.configure(paths, ports, "unused", "unused")
    (paths.rabbitmq / "enabled_plugins").write_text("[].\n")
    users = {user: PASSWORD for user in (*USERS, access.ADMIN)}
    (folder / "users.json").write_text(json.dumps(access.definitions(access.VHOST, users)))
    given = (CHECKOUT / "deploy/rabbitmq/compose.conf").read_text()
    for ours, here in {"/commerce/": f"{folder}/", "/tls/": f"{folder}/tls/", "= 5671": f"= 127.0.0.1:{port}"}.items():
        assert ours in given
        given = given.replace(ours, here)
    (paths.rabbitmq / "rabbitmq.conf").write_text(given)
    paths.logs.mkdir(exist_ok=True)
    unset = {"RABBITMQ_NODE_PORT", "RABBITMQ_NODE_IP_ADDRESS"}  # they would open a port without TLS

    def address(user: str, host: str = "localhost", ca: str = "ca.pem") -> str:
        return f"amqps://{user}:{PASSWORD}@{host}:{port}/{access.VHOST}?cacertfile={folder}/tls/public/{ca}"

    def reach():
        with connect(address("gateway"), connect_timeout=3) as connection:
            connection.connect()

    running = [
        started(
            one.argv, {name: value for name, value in one.env.items() if name not in unset}, folder / f"{one.name}.log"
        )
        for one in rabbitmq.processes(paths, ports)
    ]
    wait_until(lambda: listens(reach), f"the broker to be ready (see {folder})", seconds=120, interval=0.3)
    yield address
    for process in reversed(running):
        process.terminate()
        process.wait(60)


def test_the_broker_is_reached_by_tls_under_its_name_and_by_who_trusts_its_authority(broker):
    for user, queue in {"billing": "billing.accounts", "audit": "rpc-audit"}.items():
        with connect(broker(user)) as connection:
            connection.channel().basic_consume(queue)
    for wrong in (broker("billing", ca="stranger.pem"), broker("billing", host="127.0.0.1"), broker("x").split("?")[0]):
        with pytest.raises(ssl.SSLCertVerificationError), connect(wrong, connect_timeout=5) as connection:
            connection.connect()
    clear = broker("billing").split("?")[0].replace("amqps:", "amqp:")
    with pytest.raises((OSError, amqp.AMQPError)), connect(clear, connect_timeout=5) as connection:
        connection.connect()


def test_calls_and_their_answers_go_by_tls(broker, databases, keys_dir, make_caller):
    def container(service_class, user: str, **more) -> ServiceContainer:
        settings = read_settings(
            {
                "COMMERCE_AMQP_URI": broker(user),
                "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / f"{user}.key"),
                "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
                **more,
            }
        )
        return ServiceContainer(service_class, container_config(settings))

    support = container(SupportService, "support", COMMERCE_DATABASE_URL=databases("support").app_url)
    front = container(Front, "gateway")
    front.service_name = "gateway"  # what its queue is called after
    for one in (support, front):
        one.start()
    answers = [calls_of(front).call(make_caller(), "support.list_departments", seconds=10) for _ in range(5)]
    for one in (front, support):
        one.stop()
    assert all("data" in answer for answer in answers)


@pytest.fixture(scope="module")
def database(folder):
    """`database(host=…, **query)`: the address of a database that runs by compose's configuration."""
    paths, port = Paths(CHECKOUT, folder), free_port()
    postgres.create_cluster(paths, PASSWORD, sync=False)
    folder.chmod(0o755)
    user = postgres.server_user(paths)
    for file in (folder / "tls/postgres").iterdir():
        os.chown(file, user.pw_uid, user.pw_gid)
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    given = [line.split("-c", 1)[1] for line in compose.splitlines() if line.strip().startswith(("- -cssl", "- -chba"))]
    assert len(given) == 5
    hba = shutil.copy(CHECKOUT / "deploy/postgres/pg_hba.conf", folder / "pg_hba.conf")
    settings = [one.replace("/tls/", f"{folder}/tls/").replace("/commerce/pg_hba.conf", str(hba)) for one in given]
    one = postgres.process(paths, port, (*postgres.THROWAWAY, *settings))
    process = started(one.argv, one.env, folder / "postgres.log")

    def address(host: str = "localhost", **query: str) -> str:
        query = {"sslmode": "verify-full", "sslrootcert": f"{folder}/tls/public/ca.pem", **query}
        parameters = "&".join(f"{name}={value}" for name, value in query.items())
        return f"postgresql://postgres:{PASSWORD}@{host}:{port}/postgres?{parameters}"

    wait_until(lambda: listens(lambda: psycopg2.connect(address()).close()), "the database to be ready", seconds=60)
    yield address
    process.terminate()
    process.wait(60)


def asked(url: str, question: str):
    """What the database answers, asked as a service asks it."""
    engine = make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(question))
    finally:
        engine.dispose()


def test_the_database_is_reached_by_tls_under_its_name_and_by_who_trusts_its_authority(database, folder):
    assert asked(database(), "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()") in ("TLSv1.2", "TLSv1.3")
    stranger = f"{folder}/tls/public/stranger.pem"
    wrong = {
        "certificate verify failed": database(sslrootcert=stranger),
        "does not match host name": database(host="127.0.0.1"),
        "no encryption": database(sslmode="disable"),
    }
    for reason, url in wrong.items():
        with pytest.raises(OperationalError, match=reason):
            asked(url, "SELECT 1")


def test_certificates_are_made_once_for_each_server_and_anew_when_that_is_wanted(tmp_path):
    assert make(tmp_path)
    files = (
        "public/ca.pem",
        *(f"{server}/{name}.pem" for server in ("postgres", "rabbitmq", "nginx") for name in ("fullchain", "privkey")),
    )
    first = {name: (tmp_path / name).read_bytes() for name in files}
    assert not make(tmp_path) and first == {name: (tmp_path / name).read_bytes() for name in files}
    for server in ("postgres", "rabbitmq", "nginx"):
        assert (tmp_path / server / "privkey.pem").stat().st_mode & 0o777 == 0o600
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / server / "fullchain.pem", tmp_path / server / "privkey.pem")
    assert make(tmp_path, renew=True)
    assert all(content != (tmp_path / name).read_bytes() for name, content in first.items())
