"""A backup and a system made from it: real PostgreSQL, fakes of the application."""

import json
import stat
import tarfile

import pytest

from tests.support import scratch_checkout
from tests.tools.dev.test_lifecycle import sql
from tools.dev import backups
from tools.dev.paths import Failure, Paths

pytestmark = pytest.mark.lifecycle

ROWS = "SELECT string_agg(id || ' ' || content, ',' ORDER BY id) FROM trial"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A running system with a few rows in two databases, and its backup."""
    checkout = scratch_checkout.make(tmp_path_factory.mktemp("backups"))
    assert checkout.dev("up", "--detach", "--empty").returncode == 0
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
