"""The largest request that each command takes is done, and what it published is in the log."""

import json
import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.events.event import size_of
from chassis.events.event_size import MAX_BYTES
from chassis.permissions import Portal
from chassis.rpc.client import CallsProvider
from chassis.testing.plugin import wait_until
from deploy.services import PUBLISHERS
from services.billing.rules import BILLING_CYCLES
from services.billing.schemas.products import MAX_PRICES
from services.clients.models import CustomField
from services.clients.schemas.profile import MAX_VALUES
from services.webhooks.rules import MOST_FILTERS
from tests.support.largest_requests import LONGEST_CUSTOM_VALUE, WIDE, largest
from tests.support.one_of_each import PRICE
from tools.docs.service_classes import service_class

SMALL = 16 * 1024  # a request up to here makes no event of the bound, however often it says each value
CURRENCIES = (
    "AED AUD BRL CAD CHF CNY CZK DKK GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY TWD "
    "USD ZAR ARS BDT BHD CLP COP EGP"
)
READS = (
    "list_",
    "get_",
    "open_client_list",
    "count_listed",
    "dry_run_",
    "client_names",
    "names_for_",
    "external_ids_for_",
    "clients_for_",
    "portal_quote",
    "quote_",
)
# They publish nothing: what they take is bounded again when a row becomes a client or an invoice.
STAGED = {
    "clients.open_import",
    "clients.restage_import",
    "billing.restage_import",
    "clients.stage_import_rows",
    "clients.start_import",
    "billing.open_import",
    "billing.stage_import_rows",
}
# Many small rows, each of which makes events of its own; only a bulk job may call it.
BY_ROWS = {"billing.change_services_for_clients"}
TRIED: set[str] = set()


@dataclass(frozen=True)
class Asker:
    """Calls RPC methods about one client, as staff or as its owner."""

    calls: object
    make_caller: object
    client_id: str

    def __call__(self, rpc: str, **given):
        """The answer to the largest request of `rpc` but for what is `given`; None leaves a field out."""
        TRIED.add(rpc)
        service, _, method = rpc.partition(".")
        contract = getattr(service_class(service), method).contract
        request = {**largest(contract.request()), **given}
        if "client_id" in request:
            request["client_id"] = self.client_id
        request = {name: value for name, value in request.items() if value is not None}
        return self.calls.call(self._caller(contract.access), rpc, seconds=30, writes=True, **request)

    def _caller(self, access):
        if isinstance(access, Portal):
            owner = {"kind": "contact", "id": str(uuid.uuid4()), "name": "Owner", "permissions": tuple(Portal)}
            return self.make_caller(client_id=self.client_id, **owner)
        return self.make_caller(client_id=self.client_id)


@pytest.fixture
def ask(system, make_caller) -> Asker:
    gateway = system.containers["gateway"]
    provider = next(one for one in gateway.dependencies if isinstance(one, CallsProvider))
    return Asker(provider.get_dependency(None), make_caller, system.new_client()["id"])


@pytest.fixture
def everything_is_logged(system):
    """Asks whether every event of every service is in the log, and none is larger than a listener reads."""
    engines = {
        name: create_engine(driver_url(system.containers[name].config["settings"].database_url))
        for name in (*PUBLISHERS, "audit")
    }

    def logged() -> set:
        with engines["audit"].connect() as connection:
            return set(connection.scalars(text("SELECT event_id FROM entries")))

    def check() -> None:
        published = {}
        for service in PUBLISHERS:
            with engines[service].connect() as connection:
                rows = connection.execute(text("SELECT event_id, type, body, personal FROM outbox")).mappings().all()
            assert [row["type"] for row in rows if size_of(row) > MAX_BYTES] == []
            published |= {row["event_id"]: row["type"] for row in rows}
        wait_until(lambda: published.keys() <= logged(), f"{len(published)} events in the log", seconds=60)

    yield check
    for engine in engines.values():
        engine.dispose()


def wide(number: int, length: int) -> str:
    """A text of `length` characters that begins with a number."""
    return f"{number}{WIDE * (length - len(str(number)))}"


def test_invoices_of_as_many_long_lines_as_there_may_be(ask, everything_is_logged):
    ask("billing.get_billing")
    draft = ask("billing.create_invoice")
    lines = [{**line, "description": f"new {line['description'][4:]}"} for line in largest_lines()]
    changed = ask("billing.update_draft", invoice_id=draft["id"], version=draft["version"], lines=lines)
    assert [line["description"] for line in changed["lines"]] == [line["description"] for line in lines]
    ask("billing.publish_invoice", invoice_id=draft["id"])
    ask("billing.cancel_invoice", invoice_id=draft["id"])
    ask("billing.create_invoice", publish=True)
    everything_is_logged()


def largest_lines() -> list[dict]:
    return largest(service_class("billing").create_invoice.contract.request())["lines"]


def test_every_custom_field_filled_and_changed(ask, everything_is_logged, custom_fields):
    chosen = ask("clients.create_custom_field", label="Plan", type="select", visibility="client_edit")
    renamed = [f"new {option}"[:100] for option in chosen["options"]]
    ask("clients.update_custom_field", field_id=chosen["id"], type="select", label="Plan", options=renamed)
    for number in range(2):
        ask(
            "clients.set_custom_field_values", values={one: wide(number, LONGEST_CUSTOM_VALUE) for one in custom_fields}
        )
    ask("clients.set_portal_values", values={one: wide(3, LONGEST_CUSTOM_VALUE) for one in custom_fields[:4]})
    everything_is_logged()


@pytest.fixture
def custom_fields(system) -> list[str]:
    """The ids of as many custom fields of long texts as a request may fill, with the longest labels."""
    engine = create_engine(driver_url(system.containers["clients"].config["settings"].database_url))
    rows = [
        CustomField(label=wide(number, 100), type="textarea", position=number, visibility="client_edit")
        for number in range(MAX_VALUES)
    ]
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add_all(rows)
    engine.dispose()
    return [str(row.id) for row in rows]


def test_tags_beside_as_many_that_were_seen(ask, everything_is_logged):
    ask("clients.set_client_tags", tags=[ask("clients.create_tag", name=wide(0, 30))["id"]])
    ask("clients.set_client_tags", tags=[])
    everything_is_logged()


def test_notes_and_tickets_of_the_longest_texts(ask, everything_is_logged):
    ask("clients.add_note", supersedes=None)
    ticket = ask("support.open_ticket", department=None)
    ask("support.reply_ticket", ticket_id=ticket["id"])
    own = ask("support.portal_open_ticket", department=None)
    ask("support.portal_reply_ticket", ticket_id=own["id"])
    everything_is_logged()


def test_views_exports_and_bulk_jobs_of_the_longest_texts(ask, everything_is_logged):
    longest = {"filter": f'name:"{wide(0, 9900)}"', "columns": ["name"], "sort": "name"}
    view = ask("clients.create_view", list="clients", **longest)
    ask("clients.update_view", view_id=view["id"], **longest)
    ask("clients.keep_list_settings", columns=["name"], widths={"name": 200})
    narrowed = {"group": None, "tag": None, "status": None, "fields": None, "sort": "name"}
    ask("clients.start_export", export_id=str(uuid.uuid4()), format="csv", filter=longest["filter"], **narrowed)
    one = {"ids": [ask.client_id], "query": None, "filter": None, "expected": 1, "expected_digest": None}
    ask("clients.start_bulk_job", act="add_note", arguments={"body": wide(0, 10_000)}, **one)
    everything_is_logged()


def test_endpoints_of_as_many_filters_as_there_may_be(ask, everything_is_logged):
    filters = [f"a{number:03}.{'x' * 95}" for number in range(MOST_FILTERS)]
    about = {"url": f"https://hooks.example.com/{'x' * 1900}", "alert_email": None, "filters": filters}
    made = ask("webhooks.create_endpoint", scheme="v1", personal=False, **about)
    ask("webhooks.update_endpoint", endpoint_id=made["id"], personal=False, **about)
    everything_is_logged()


def test_products_with_all_prices_and_all_services_at_once(ask, everything_is_logged):
    every = [
        {"billing_cycle": cycle, "currency": currency, "amount": "10"}
        for currency in CURRENCIES.split()
        for cycle in BILLING_CYCLES
    ]
    product = ask("billing.create_product", prices=[PRICE, *every[: MAX_PRICES - 1]])
    version, twice = product["version"], [PRICE, *every[1 - MAX_PRICES :]]
    ask("billing.update_product", product_id=product["id"], version=version, prices=twice, retired=None)
    ask("billing.get_billing")
    items = [{"product_id": product["id"], "billing_cycle": "monthly"}] * 20
    order = ask("billing.place_order", items=items)
    ask("billing.approve_order", order_id=order["id"])
    ask("billing.suspend_all_subscriptions", expected=None, version=None)
    everything_is_logged()


def test_each_command_that_takes_a_large_request_was_tried():
    large = {
        f"{service}.{name}"
        for service in PUBLISHERS
        for name, contract in contracts(service)
        if not name.startswith(READS) and size(contract) > SMALL
    }
    assert large - STAGED - BY_ROWS <= TRIED


def contracts(service: str):
    methods = service_class(service)
    for name in dir(methods):
        contract = getattr(getattr(methods, name), "contract", None)
        if contract and contract.request and f"{service}.{name}" not in STAGED:
            yield name, contract


def size(contract) -> int:
    return len(json.dumps(largest(contract.request()), ensure_ascii=False).encode())
