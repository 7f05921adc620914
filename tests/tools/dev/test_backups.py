"""A backup and a system made from it: real PostgreSQL, fakes of the application."""

import json
import stat
import tarfile

import pytest
from kombu import Connection, Producer

from deploy.services import SERVICES
from tests.support import scratch_checkout
from tests.tools.dev.test_lifecycle import sql
from tools.dev import backups, passwords
from tools.dev.paths import Failure, Paths

pytestmark = pytest.mark.lifecycle

ROWS = "SELECT string_agg(id || ' ' || content, ',' ORDER BY id) FROM trial"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A running system with a few rows in two databases, and its backup."""
    checkout = scratch_checkout.make(tmp_path_factory.mktemp("backups"))
    assert checkout.dev("up", "--detach", "--empty").returncode == 0
    for service in SERVICES:
        sql(checkout, service, "owner", "CREATE SEQUENCE outbox_position; CREATE SEQUENCE epoch")
    for service in ("clients", "audit"):
        sql(
            checkout,
            service,
            "owner",
            "CREATE TABLE trial (id int PRIMARY KEY, content text);"
            f" GRANT SELECT ON trial TO {service}_app; INSERT INTO trial VALUES (1, '{service}'), (2, 'Gonçalves')",
        )
    done = checkout.dev("backup", "kept.tar")
    assert done.returncode == 0, done.stderr
    yield checkout
    checkout.dev("down")


def secrets_of(system) -> dict[str, bytes]:
    """The keys and the first account."""
    local = system.folder / ".local"
    return {path.name: path.read_bytes() for path in [*sorted((local / "keys").iterdir()), local / "staff.json"]}


def test_a_backup_is_one_file_for_its_owner_alone(system):
    file = system.folder / "kept.tar"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
    assert {"clients.dump", "billing.dump", "support.dump", "audit.dump", "keys/gateway.key", "staff.json"} <= names
    assert not list((system.folder / ".local").glob("backup-*"))


def test_nothing_is_replaced_unasked_and_nothing_by_a_file_that_cannot_be_read(system):
    assert "there is data here" in system.dev("restore", "kept.tar").stderr
    (system.folder / "torn.tar").write_bytes((system.folder / "kept.tar").read_bytes()[:2000])
    refused = system.dev("restore", "torn.tar", "--yes")
    assert refused.returncode == 1 and "backup" in refused.stderr
    assert sql(system, "clients", "owner", ROWS) == "1 clients,2 Gonçalves"


@pytest.mark.parametrize(
    "name, kind",
    [
        ("../outside", tarfile.REGTYPE),
        ("/tmp/outside", tarfile.REGTYPE),
        ("keys", tarfile.SYMTYPE),
        ("keys", tarfile.LNKTYPE),
        ("keys", tarfile.FIFOTYPE),
    ],
)
def test_a_file_that_would_write_elsewhere_is_no_backup(tmp_path, name, kind):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/hostname"
    with tarfile.open(tmp_path / "odd.tar", "w") as archive:
        archive.addfile(member)
    paths = Paths(tmp_path, tmp_path / "there")
    with pytest.raises(Failure, match=f"{name} belongs in no backup"):
        backups.unpack(paths, tmp_path / "odd.tar")
    assert [path.name for path in tmp_path.rglob("*") if not path.is_dir()] == ["odd.tar"]


def test_a_backup_of_a_release_before_a_service_is_whole_without_that_one(tmp_path):
    def unpacked(*services: str) -> list[str]:
        with tarfile.open(tmp_path / "old.tar", "w") as archive:
            for service in services:
                archive.addfile(tarfile.TarInfo(f"{service}.dump"))
        (tmp_path / "there").mkdir(exist_ok=True)
        paths = Paths(tmp_path, tmp_path / "there")
        backups.unpack(paths, tmp_path / "old.tar")
        return sorted(path.stem for path in (paths.local / "restore").glob("*.dump"))

    before = [service for service in SERVICES if service not in backups.LATER]
    assert unpacked(*before) == sorted(before)
    with pytest.raises(Failure, match="it lacks billing"):
        unpacked(*(service for service in SERVICES if service != "billing"))


def test_subscribers_and_what_waits_for_them_outlive_a_restore(system):
    address = system.dev("subscriber", "welcome").stdout.splitlines()[0].removeprefix("AMQP_URI: ")
    with Connection(address) as connection, Connection(loads(system, "system.json")["amqp_uri"]) as admin:
        channel = connection.channel()
        for queue in ("welcome.events", "welcome.events.parked"):
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("welcome.events", "clients.events", "#")
        producer = Producer(admin.channel())
        for queue in ("welcome.events", "welcome.events.parked", "audit.activity"):
            producer.publish("waits", exchange="", routing_key=queue, delivery_mode=2)
    (system.folder / ".local/logs/parked.log").write_text("dropped by Ada\n")
    done = system.dev("restore", "kept.tar", "--yes")
    assert done.returncode == 0, done.stderr
    assert system.dev("subscriber", "welcome").stdout.splitlines()[0].removeprefix("AMQP_URI: ") == address
    with Connection(address) as connection:
        assert connection.default_channel.queue_declare("welcome.events", passive=True).message_count == 1
        assert connection.default_channel.queue_declare("welcome.events.parked", passive=True).message_count == 1
    with Connection(loads(system, "system.json")["amqp_uri"]) as admin:
        assert admin.default_channel.queue_declare("audit.activity", passive=True).message_count == 0
    assert (system.folder / ".local/logs/parked.log").read_text() == "dropped by Ada\n"


def test_a_backup_brings_the_passwords_of_subscribers_to_another_machine(tmp_path):
    here, there = Paths(tmp_path, tmp_path / "here"), Paths(tmp_path, tmp_path / "there")
    for paths in (here, there):
        paths.local.mkdir()
    made = passwords.load_passwords(here, "rabbitmq_welcome")["rabbitmq_welcome"]
    passwords.keep(there, passwords.subscribers(here))
    passwords.keep(there, {"rabbitmq_welcome": "another"})
    assert passwords.subscribers(there) == {"rabbitmq_welcome": made}


def loads(system, name: str) -> dict:
    return json.loads((system.folder / ".local" / name).read_text())


def test_a_restored_system_has_the_rows_rights_keys_and_account_of_the_backup(system):
    before = secrets_of(system)
    sql(system, "clients", "owner", "DELETE FROM trial WHERE id = 1; INSERT INTO trial VALUES (3, 'later')")
    (system.folder / ".local/staff.json").write_text(json.dumps({"email": "other@example.com", "password": "other"}))
    done = system.dev("restore", "kept.tar", "--yes")
    assert done.returncode == 0, done.stderr
    assert sql(system, "clients", "app", ROWS) == "1 clients,2 Gonçalves"
    assert sql(system, "audit", "owner", ROWS) == "1 audit,2 Gonçalves"
    assert secrets_of(system) == before
    assert all(one["ready"] for one in system.status().values())
    assert not (system.folder / ".local/restore").exists()
