"""The benchmark: every page beside its SQL, writes and events, on a system with some clients."""

import json
import os
import re
import subprocess
import sys

import pytest

from chassis.testing.virtual_host import virtual_host
from deploy.services import SERVICES
from tests.conftest import running_system
from tools.bench.peer import path_of

PAGES = (
    "list by name",
    "list by last login, page the last",
    "list of a rare tag",
    "search: two letters, rare",
    "record: Overview",
    "record: activity",
    "log of all clients, by staff",
    "API: record",
)


@pytest.fixture(scope="module")
def environment(keys_dir, tmp_path_factory):
    """What `./dev bench` gives to the benchmark, of a system without clients."""
    with virtual_host() as amqp_uri, running_system("bench", amqp_uri, keys_dir) as system:
        urls = {service: system.containers[service].config["settings"].database_url for service in SERVICES}
        yield {
            "PATH": os.environ["PATH"],
            "COMMERCE_ADMIN_ORIGIN": system.origin,
            "COMMERCE_AMQP_URI": amqp_uri,
            "API_TOKEN": system.token,
            "SYSTEM_STATUS": json.dumps([{"name": name, "pid": os.getpid()} for name in ("gateway", *SERVICES)]),
            "BENCH_KEPT": str(tmp_path_factory.mktemp("bench") / "measured"),
            **{f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()},
            **{
                f"{service.upper()}_OWNER_DATABASE_URL": url.replace(f"{service}_app:", f"{service}_owner:")
                for service, url in urls.items()
            },
        }


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tools.bench", "--dry", "--seconds", "1", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_so_many_events_are_replayed_and_paged_through(environment):
    done = run(environment, "--replay", "2500")
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"([\d,]+) events replayed to .* The API answers ([\d,]+) of them in ", done.stdout)
    assert found and found[1] == found[2] and 2490 <= int(found[1].replace(",", "")) <= 2500, done.stdout


def test_so_many_clients_are_loaded_and_measured(environment):
    done = run(environment, "--alone", "--clients", "100")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "### 100 clients" in done.stdout
    rows = {line.split("|")[1].strip(): line.split("|") for line in done.stdout.splitlines() if line.startswith("|")}
    assert set(PAGES) <= set(rows)
    assert all(float(rows[name][2]) > 0 and float(rows[name][6]) > 0 for name in PAGES)
    assert {"POST /clients", "note", "credit", "invoice, published"} <= set(rows)
    assert "events a second" in done.stdout
    assert not os.path.exists(environment["BENCH_KEPT"])


def test_a_bulk_job_is_measured_with_the_list_beside_it(environment):
    done = run(environment, "--bulk", "60")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"Of \d+ clients: A dry run of 60 clients in .* beside the job p50", done.stdout), done.stdout


def test_the_same_page_of_django_has_the_same_filters_order_and_place():
    assert path_of("list by last login, down", "/admin/clients?sort=-last_login&limit=50", 1000) == (
        "/admin/django_admin/client/?o=-8"
    )
    assert path_of("list by name, page in the middle", "/admin/clients?sort=name&after=x", 1000) == (
        "/admin/django_admin/client/?o=1&p=9"
    )
    assert path_of("search: common word", "/admin/clients?q=smith&status=active", 1000) == (
        "/admin/django_admin/client/?o=1&q=smith&status__exact=active"
    )
    assert path_of("record: Overview", "/admin/clients/0192", 1000) == "/admin/django_admin/client/0192/change/"
    assert path_of("list of a rare tag", "/admin/clients?tag=0192", 1000) is None
    assert path_of("API: list", "/api/v1/clients?limit=50", 1000) is None
