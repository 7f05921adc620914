"""Loading: refused beside clients that are there, the same for the same seed, and in order with the events
before."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.events.unit_of_work import RequestUnitOfWork
from deploy.services import PUBLISHERS
from services.audit.chains import verify_chain
from services.clients.commands.identity.staff import create_staff, find_staff
from tests.support.seeded_databases import Loaded
from tools.ops import reconcile


@pytest.fixture
def system(databases):
    """Four empty databases."""
    loaded = Loaded(databases)
    loaded.empty()
    yield loaded
    loaded.close()


def make_first_account(system: Loaded, caller) -> None:
    with Session(system.engines["clients"], expire_on_commit=False) as session:
        create_staff(
            RequestUnitOfWork(session, "clients", caller, "create_staff", {}),
            email="ada@example.com",
            name="Ada",
            role="super_admin",
            password="correct horse",
        )


def test_the_account_that_is_meant_without_an_email_is_still_the_first_one(system, make_caller):
    make_first_account(system, make_caller())
    assert system.load("--clients", "3").code == 0
    with Session(system.engines["clients"]) as session:
        assert find_staff(session, None).name == "Ada"


def test_a_second_load_is_refused_with_a_sentence(system):
    assert system.load("--clients", "3").code == 0
    done = system.load("--clients", "5")
    assert done.code == 1
    assert (
        done.output.strip() == "The databases hold 3 clients already. --append adds to them; ./dev reset begins anew."
    )
    assert system.one("clients", "SELECT count(*) FROM clients") == 3


def test_invoice_numbers_follow_the_days_of_issue(system):
    assert system.load("--clients", "60", "--seed", "7").code == 0
    numbered = system.rows("billing", "SELECT issue_date FROM invoices WHERE number IS NOT NULL ORDER BY number")
    assert numbered == sorted(numbered)


def test_the_same_seed_gives_the_same_rows_and_another_one_others(system):
    found = []
    for seed in ("7", "7", "8"):
        system.empty()
        assert system.load("--clients", "30", "--seed", seed).code == 0
        found.append(system.digests())
    assert found[0] == found[1]
    assert found[2]["clients.public.clients"] != found[0]["clients.public.clients"]


def test_the_first_account_is_in_the_log_before_what_is_loaded(system, make_caller):
    make_first_account(system, make_caller())
    assert system.load("--clients", "3").code == 0
    chain = system.rows("audit", "SELECT * FROM entries WHERE chain = 'system' ORDER BY seq")
    head = system.rows("audit", "SELECT seq, hash FROM chain_heads WHERE chain = 'system'")[0]
    assert chain[0].personal["email"]["value"] == "ada@example.com"
    assert [row.sequence for row in chain if row.source == "services/clients"] == list(range(1, len(chain) - 7))
    assert verify_chain([row._mapping for row in chain], (head.seq, bytes(head.hash))).valid
    assert system.one("clients", "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
    assert system.one("audit", "SELECT count(*) FROM inbox") == 1


def test_several_processes_number_what_they_load_without_a_gap_and_by_its_day(system):
    done = system.load("--clients", "450", "--history", "brief")
    assert done.code == 0, done.output
    assert system.one("clients", "SELECT count(*) FROM clients") == 450
    numbered = system.rows(
        "billing", "SELECT number, issue_date FROM invoices WHERE number IS NOT NULL ORDER BY number"
    )
    assert [row.number for row in numbered] == list(range(1, len(numbered) + 1))
    assert [row.issue_date for row in numbered] == sorted(row.issue_date for row in numbered)
    published = sum(system.one(service, "SELECT count(*) FROM outbox") for service in PUBLISHERS)
    assert system.one("audit", "SELECT count(*) FROM entries") == published


INTERRUPTED = """
from tools.seed import loading

def interrupt(text):
    if "ix_clients_joined built" in text:
        raise SystemExit("stopped")

loading.print_progress = interrupt
loading.load(60, "7", history="thin")
"""


def test_a_load_inside_the_databases_that_was_interrupted_goes_on_and_nothing_else_is_loaded_before(system):
    done = system.run("-c", INTERRUPTED)
    assert done.code == 1 and "The same command goes on where it stood" in done.output
    refused = system.load("--clients", "5")
    assert refused.code == 1 and "./dev seed --clients 60 --seed 7 goes on with it" in refused.output
    assert system.load("--clients", "60", "--seed", "7").code == 0
    assert [system.one(service, "SELECT to_regnamespace('multiplying')") for service in system.engines] == [None] * len(
        system.engines
    )
    assert system.one("clients", "SELECT count(*) FROM clients") == 60
    engines = {service: create_engine(driver_url(one.owner_url)) for service, one in system.databases.items()}
    assert list(reconcile.findings(engines)) == []


def test_what_takes_much_of_the_disk_is_refused_where_nobody_can_be_asked(system):
    done = system.load("--clients", "1000000")
    assert done.code == 1
    assert "1,000,000 clients with a thin history take about 24 GB of the disk. --yes loads them." in done.output
    assert system.one("clients", "SELECT count(*) FROM clients") == 0
