"""The totals of the client list: a read model that follows billing, shows one's own writes, and says how old it is."""

import uuid
from contextlib import closing, contextmanager

import psycopg2
import pytest

from chassis.testing.plugin import wait_until

EUR = "EUR"
HEADER = "Commerce-Written-Client"


@pytest.fixture(scope="module")
def word() -> str:
    """What the names of these clients have in common and no others."""
    return f"totals{uuid.uuid4().hex[:10]}"


def invoice(system, client: dict, amount: str):
    line = {"description": "Hosting", "quantity": "1", "unit_price": amount, "tax_rate": "0"}
    answer = system.post(f"/clients/{client['id']}/invoices", {"lines": [line], "publish": True, "apply_credit": False})
    assert answer.status_code == 201, answer.text
    return answer


def listed(system, word: str, **wanted) -> list[dict]:
    return system.get("/clients", params={"q": word, **wanted}).json()["data"]


def test_the_list_follows_billing_and_sorts_by_what_is_owed(system, word):
    clients = [system.new_client(company=f"{word} {amount}", currency=EUR) for amount in (10, 30, 20)]
    for client, amount in zip(clients, ("10.00", "30.00", "20.00"), strict=True):
        invoice(system, client, amount)
    credit = {"amount": {"amount": "4.00", "currency": EUR}, "description": "Goodwill"}
    assert system.post(f"/clients/{clients[0]['id']}/credits", credit).status_code == 201
    wanted = [f"{word} {amount}" for amount in (30, 20, 10)]
    wait_until(lambda: [r["name"] for r in listed(system, word, sort="-outstanding")] == wanted, "the order by debt")
    wait_until(lambda: listed(system, word, sort="-credit_balance")[0]["name"] == f"{word} 10", "the order by credit")
    row = listed(system, word, sort="outstanding")[0]
    assert (row["outstanding"]["amount"], row["credit_balance"]["amount"]) == ("10.00", "4.00")


def test_a_write_of_ones_own_shows_in_ones_next_list(system, word):
    client = system.new_client(company=f"{word} own", currency=EUR)
    for number in range(1, 6):
        written = invoice(system, client, "7.00")
        assert written.headers[HEADER] == client["id"]
        answer = system.get("/clients", params={"q": f"{word} own"}, headers={HEADER: client["id"]})
        assert answer.json()["data"][0]["outstanding"]["amount"] == f"{7 * number}.00"


@pytest.fixture
def locked(system):
    """`locked(rows)`: rows of the clients service's database that nobody can change inside the block."""

    @contextmanager
    def lock(rows: str):
        with closing(psycopg2.connect(system.containers["clients"].config["settings"].database_url)) as connection:
            connection.cursor().execute(f"SELECT FROM {rows} FOR UPDATE")
            yield

    return lock


def test_what_the_read_model_does_not_have_yet_is_taken_from_billing(system, word, locked):
    client = system.new_client(company=f"{word} slow", currency=EUR)
    with locked(f"billing_totals WHERE client_id = '{client['id']}'"):
        invoice(system, client, "9.00")
        (plain,) = listed(system, f"{word} slow")
        answer = system.get("/clients", params={"q": f"{word} slow"}, headers={HEADER: client["id"]})
    assert plain["outstanding"]["amount"] == "0.00"
    assert answer.json()["data"][0]["outstanding"]["amount"] == "9.00"


def test_a_header_that_names_no_client_is_refused_by_its_name(system):
    answer = system.get("/clients", headers={HEADER: "nonsense"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == f"/{HEADER}"


def test_the_list_is_no_more_than_a_second_old_or_says_of_when_it_is(system):
    wait_until(lambda: system.get("/clients").json()["totals_as_of"] is None, "totals of this second")
    assert system.get("/clients").json()["unavailable"] == []


def test_totals_that_nobody_vouches_for_any_more_say_of_when_they_are(system, locked):
    with locked("billing_totals_progress"):
        late = wait_until(lambda: system.get("/clients").json()["totals_as_of"], "a list that says how old it is")
        assert system.get("/clients").json()["totals_as_of"] == late
    wait_until(lambda: system.get("/clients").json()["totals_as_of"] is None, "totals of this second")
