"""Whole systems in scratch checkouts: real engines, fakes of the application."""

import json
import os
import re
import shutil
import signal
import stat
import urllib.request
from pathlib import Path

import pytest

from chassis.bus.address import BROKER_ERRORS
from chassis.events.relay import Undelivered
from chassis.testing.plugin import wait_until
from commerce_events.catalogue import ClientCreated
from tests.support import example_subscribers, scratch_checkout
from tests.support.example_subscribers import Example
from tools.dev import processes

pytestmark = pytest.mark.lifecycle

NAMES = ["rabbitmq", "postgres", "clients", "clients-2", "billing", "support", "webhooks", "audit", "gateway"]


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A running system with two processes of clients, begun with demo data."""
    checkout = scratch_checkout.make(tmp_path_factory.mktemp("first"))
    started = checkout.dev("up", "--detach", "--scale", "clients=2")
    assert started.returncode == 0, started.stderr
    (checkout.folder / "printed").write_text(started.stdout)
    yield checkout
    checkout.dev("down")
    assert processes.marked(checkout.folder / ".local") == []


def environment_of(status: dict) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{status['port']}/settings", timeout=5) as answer:
        return json.load(answer)


def sql(checkout: scratch_checkout.Scratch, service: str, role: str, query: str, database: str | None = None) -> str:
    """What psql prints for a query by one role, its error text included."""
    known = json.loads((checkout.folder / ".local/system.json").read_text())["databases"]
    url = known[service][role].rpartition("/")[0] + f"/{database or service}"
    done = scratch_checkout.subprocess.run(["psql", "-XAtqc", query, url], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def test_up_names_the_addresses_and_the_password_and_status_lists_everything_but_the_supervisor(system):
    printed = (system.folder / "printed").read_text()
    staff = json.loads((system.folder / ".local/staff.json").read_text())
    assert staff["password"] in printed and staff["email"] in printed
    assert system.dev("url").stdout.strip() in printed and system.dev("url", "portal").stdout.strip() in printed
    found = json.loads(system.dev("status", "--json").stdout)
    assert [one["name"] for one in found] == NAMES
    assert all(set(one) == {"name", "pid", "port", "ready"} and one["ready"] is True for one in found)


def test_secrets_are_for_their_owner_alone(system):
    local = system.folder / ".local"
    for name in ("passwords.json", "staff.json", "system.json", "run/plan.json", "rabbitmq/rabbitmq.conf"):
        assert stat.S_IMODE((local / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(local.stat().st_mode) == 0o700


def test_no_password_stands_in_the_list_of_processes(system):
    passwords = json.loads((system.folder / ".local/passwords.json").read_text()).values()
    for one in processes.marked(system.folder / ".local"):
        with open(f"/proc/{one.pid}/cmdline", encoding="utf-8", errors="replace") as handle:
            line = handle.read()
        assert not any(password in line for password in passwords)


def test_each_process_is_given_its_own_settings_and_no_others(system):
    found = system.status()
    clients, audit = environment_of(found["clients"]), environment_of(found["audit"])
    assert "clients_app" in clients["COMMERCE_DATABASE_URL"] and "audit_app" in audit["COMMERCE_DATABASE_URL"]
    assert "COMMERCE_OWNER_DATABASE_URL" not in clients
    assert "COMMERCE_PORTAL_ORIGIN" in clients and "COMMERCE_PORTAL_ORIGIN" not in audit
    assert clients["COMMERCE_SIGNING_KEY_FILE"].endswith("/keys/clients.key")
    assert environment_of(found["clients-2"])["COMMERCE_OPS_PORT"] != clients["COMMERCE_OPS_PORT"]


def test_the_demo_data_and_the_first_account_are_made_once(system):
    assert len((system.folder / "seeded").read_text().splitlines()) == 1
    arguments, names = json.loads((system.folder / "seeded").read_text())
    assert arguments == ["--clients", "300"]
    assert {"CLIENTS_OWNER_DATABASE_URL", "AUDIT_DATABASE_URL"} <= set(names)


def test_a_service_reaches_its_own_database_and_no_other(system):
    assert sql(system, "billing", "app", "SELECT current_user") == "billing_app"
    assert "permission denied for database" in sql(system, "billing", "app", "SELECT 1", database="clients")
    assert "permission denied for schema" in sql(system, "billing", "app", "CREATE TABLE mine (id int)")
    assert sql(system, "billing", "owner", "CREATE TABLE trial (id int); DROP TABLE trial") == ""


def test_the_database_keeps_its_promises_about_durability(system):
    shown = (
        "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE name IN "
        "('fsync', 'full_page_writes', 'synchronous_commit', 'password_encryption')"
    )
    assert (
        sql(system, "clients", "app", shown)
        == "fsync=on full_page_writes=on password_encryption=scram-sha-256 synchronous_commit=on"
    )


def test_the_commands_about_accounts_print_their_answer_alone(system):
    assert system.dev("token").stdout == "token-of-first\n"
    assert system.dev("token", "b@example.com").stdout == "token-of-b@example.com\n"
    origin = system.dev("url").stdout.strip()
    assert system.dev("login", "b@example.com").stdout == f"{origin}/admin/login/once/b@example.com\n"


def test_bench_measures_the_running_system_and_hands_on_its_exit_code(system):
    assert system.dev("bench", "--clients", "7").returncode == 3
    benchmark = json.loads((system.folder / "benched").read_text())
    environment, staff = benchmark["environment"], json.loads((system.folder / ".local/staff.json").read_text())
    assert benchmark["arguments"] == ["--clients", "7"]
    assert environment["API_TOKEN"] == "token-of-first"
    assert environment["COMMERCE_ADMIN_ORIGIN"] == system.dev("url").stdout.strip()
    assert (environment["STAFF_EMAIL"], environment["STAFF_PASSWORD"]) == (staff["email"], staff["password"])
    assert [one["name"] for one in json.loads(environment["SYSTEM_STATUS"])] == NAMES


def test_bench_makes_a_system_of_its_own_when_none_runs_and_throws_it_away_when_all_is_measured(tmp_path):
    checkout = scratch_checkout.make(tmp_path)
    assert checkout.dev("bench").returncode == 3
    assert processes.marked(tmp_path / ".local" / "bench") == []
    assert list((tmp_path / ".local" / "bench").glob("postgres*")) != []
    assert checkout.dev("bench", "--dry").returncode == 0
    environment = json.loads((tmp_path / "benched").read_text())["environment"]
    assert all(one["ready"] for one in json.loads(environment["SYSTEM_STATUS"]))
    assert not (tmp_path / "seeded").exists()
    assert processes.marked(tmp_path / ".local" / "bench") == []
    assert not list((tmp_path / ".local" / "bench").glob("postgres*"))
    assert checkout.dev("status", "--json").stdout == "[]\n"


def test_logs_show_each_process_under_its_name(system):
    done = system.dev("logs", "clients", "--lines", "3")
    assert done.returncode == 0
    assert all(line.startswith("clients ") for line in done.stdout.splitlines())
    assert system.dev("logs", "nobody").returncode == 1


@pytest.mark.parametrize("name", ["clients", "gateway", "postgres"])
def test_whatever_is_killed_comes_back(system, name):
    before = system.status()[name]["pid"]
    os.kill(before, signal.SIGKILL)
    system.wait(f"{name} to come back", lambda found: found[name]["ready"] and found[name]["pid"] != before)


@pytest.fixture
def subscribers(system, tmp_path):
    """The loader and the subscriber in Node, at work on their live queues, each with what tells what it has handled."""
    made = {
        subscriber(system, "warehouse", "warehouse_loader.py", tmp_path): example_subscribers.LOADED,
        subscriber(
            system,
            "ledger",
            "node_subscriber.mjs",
            tmp_path,
            AMQPLIB=str(example_subscribers.unpacked_amqplib(tmp_path)),
        ): example_subscribers.HANDLED,
    }
    yield made
    for one in made:
        one.close()


def subscriber(system, name: str, file: str, folder: Path, **settings: str) -> Example:
    address = system.dev("subscriber", name).stdout.splitlines()[0].removeprefix("AMQP_URI: ")
    return Example(file, address, name, folder, **settings)


def publish_at_last(uri: str, messages: list[dict]) -> None:
    """Publish a batch as a relay does: all of it again until the broker has confirmed all."""

    def taken() -> bool:
        try:
            example_subscribers.publish(uri, messages)
        except (*BROKER_ERRORS, Undelivered):
            return False
        return True

    wait_until(taken, "the broker to take a batch", seconds=90, interval=0.5)


def test_subscribers_have_each_event_once_and_in_order_when_the_broker_starts_again(system, subscribers):
    uri = json.loads((system.folder / ".local/system.json").read_text())["amqp_uri"]
    streams = example_subscribers.Streams(ClientCreated)
    for one in subscribers:
        one.start()
    loader, ledger = subscribers
    loader.await_queue("replay")
    ledger.await_queue("events")
    example_subscribers.publish(uri, [], queue="warehouse.replay")
    pids = [system.status()["rabbitmq"]["pid"]]
    # Asked first: what a broker was told in its last seconds before a kill, such as a new queue, may be lost with it.
    for number in (signal.SIGTERM, signal.SIGKILL):
        publish_at_last(uri, streams.next(500))  # some of it waits when the broker ends
        os.kill(pids[-1], number)
        publish_at_last(uri, streams.next(500))
        pids.append(system.status()["rabbitmq"]["pid"])
    assert len(set(pids)) == 3
    for one, statement in subscribers.items():
        rows = example_subscribers.await_rows(one, statement, len(streams.published))
        example_subscribers.assert_in_order(rows)
        assert sorted(rows) == sorted(streams.published)
        assert one.stop() == 0


def test_up_on_a_running_system_changes_its_scale_alone(system):
    before = system.status()
    assert system.dev("up", "--detach").returncode == 0
    after = system.status()
    assert "clients-2" not in after
    assert all(after[name]["pid"] == before[name]["pid"] for name in after)
    assert system.dev("up", "--detach", "--scale", "clients=2").returncode == 0


def test_an_upgrade_replaces_each_process_once_its_successor_is_ready(system):
    before, supervisor = system.status(), system.supervisor()
    done = system.dev("upgrade")
    assert done.returncode == 0, done.stderr
    after = system.status()
    assert list(after) == list(before) and all(one["ready"] for one in after.values())
    replaced = [name for name in after if after[name]["pid"] != before[name]["pid"]]
    assert replaced == [name for name in NAMES if name not in ("rabbitmq", "postgres")]
    assert (after["gateway"]["port"], system.supervisor()) == (before["gateway"]["port"], supervisor)
    assert re.findall(r"(\S+) is replaced", done.stderr) == [
        "audit",
        "webhooks",
        "support",
        "billing",
        "clients",
        "clients-2",
        "gateway",
    ]
    assert system.dev("up", "--detach", "--scale", "clients=2").returncode == 0
    assert system.status() == after


def test_an_upgrade_whose_process_does_not_start_leaves_the_one_before_it(system):
    before = system.status()
    done = system.dev("upgrade", COMMERCE_LOG_LEVEL="BROKEN")
    assert done.returncode == 1
    assert "audit-next does not become ready" in done.stderr and "'BROKEN' is not a level." in done.stderr
    system.wait("its successor to be gone", lambda found: found == before)


def test_a_second_checkout_runs_beside_it_and_its_down_leaves_the_first_alone(system, tmp_path):
    before = system.status()
    other = scratch_checkout.make(tmp_path)
    assert other.dev("up", "--detach", "--empty").returncode == 0
    found = other.status()
    assert not {one["port"] for one in found.values()} & {one["port"] for one in before.values()}
    assert not (other.folder / "seeded").exists()
    assert other.dev("reset", "--yes").returncode == 0
    assert sorted(path.name for path in (other.folder / ".local").iterdir()) == ["dev.lock", "venv"]
    assert system.status() == before


@pytest.fixture
def second_checkout(system, tmp_path):
    """A scratch checkout and the environment that points it at the first system's engines, accounts included."""
    checkout = scratch_checkout.make(tmp_path)
    shutil.copy(system.folder / ".local/passwords.json", tmp_path / ".local/passwords.json")
    known = json.loads((system.folder / ".local/system.json").read_text())
    yield checkout, {"DATABASE_URL": known["admin_database"], "AMQP_URI": known["amqp_uri"]}
    checkout.dev("down")
    assert processes.marked(tmp_path / ".local") == []


def test_addresses_in_the_environment_win_over_engines_of_its_own(system, second_checkout):
    checkout, addresses = second_checkout
    before = system.status()
    assert checkout.dev("up", "--detach", "--empty", **addresses).returncode == 0
    assert list(checkout.status()) == ["clients", "billing", "support", "webhooks", "audit", "gateway"]
    assert environment_of(checkout.status()["audit"])["COMMERCE_AMQP_URI"] == addresses["AMQP_URI"]
    assert checkout.dev("down").returncode == 0
    assert system.status() == before


def test_a_setting_that_a_service_refuses_ends_the_start_with_its_message(second_checkout):
    checkout, addresses = second_checkout
    done = checkout.dev("up", "--detach", "--empty", COMMERCE_LOG_LEVEL="BROKEN", **addresses)
    assert done.returncode == 1
    assert "COMMERCE_LOG_LEVEL: 'BROKEN' is not a level." in done.stderr
    assert processes.marked(checkout.folder / ".local") == []


def test_down_works_after_the_supervisor_was_killed_and_the_next_up_finds_its_data(system):
    sql(system, "clients", "owner", "CREATE TABLE kept AS SELECT 42 AS answer")
    ports = {name: one["port"] for name, one in system.status().items()}
    os.kill(system.supervisor(), signal.SIGKILL)
    assert system.dev("down").stdout == "ended\n"
    assert processes.marked(system.folder / ".local") == []
    assert system.dev("status", "--json").stdout == "[]\n"
    again = system.dev("up", "--detach", "--scale", "clients=2")
    assert again.returncode == 0, again.stderr
    assert {name: one["port"] for name, one in system.status().items()} == ports
    assert sql(system, "clients", "owner", "SELECT answer FROM kept") == "42"
    assert len((system.folder / "seeded").read_text().splitlines()) == 1


def test_up_after_a_crash_of_everything_starts_anew(system):
    os.kill(system.supervisor(), signal.SIGKILL)
    for one in system.status().values():
        os.kill(one["pid"], signal.SIGKILL)
    again = system.dev("up", "--detach", "--scale", "clients=2")
    assert again.returncode == 0, again.stderr
    assert [one["ready"] for one in system.status().values()] == [True] * len(NAMES)


def test_ctrl_c_ends_a_system_in_the_foreground(tmp_path):
    checkout = scratch_checkout.make(tmp_path)
    with_default_sigint = [
        "env",
        "--default-signal=INT",
    ]  # whoever runs the tests in the background has taught us to ignore it
    child = scratch_checkout.subprocess.Popen(
        [*with_default_sigint, str(tmp_path / "dev"), "up", "--empty"],
        cwd=tmp_path,
        text=True,
        env=scratch_checkout.clean_environment(),
        stdout=scratch_checkout.subprocess.PIPE,
    )
    while "Ctrl-C ends everything" not in child.stdout.readline():
        assert child.poll() is None
    assert len(checkout.status()) == len(NAMES) - 1
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode == 0
    assert processes.marked(tmp_path / ".local") == []
