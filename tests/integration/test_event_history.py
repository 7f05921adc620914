"""Events read again: through the API, by whoever may, and by a replay to one subscriber."""

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import SimpleNamespace
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
import requests
from kombu import Connection, Queue
from sqlalchemy import create_engine, text

from chassis.bus.address import connect
from chassis.db.engine import driver_url
from chassis.events import relay
from chassis.testing.plugin import wait_until
from deploy.services import PUBLISHERS
from tests.support.broker import as_user, import_users
from tests.support.example_subscribers import Example, assert_in_order, await_rows, unpacked_amqplib
from tests.support.one_of_each import make_everything
from tests.support.staff_session import StaffBrowser, make_staff
from tools.docs.asyncapi import system_document
from tools.docs.documents import ROOT
from tools.ops import replay

SCHEMAS = {type: one["schema"] for type, one in system_document()["components"]["schemas"].items()}
LAST_FIRST = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
OF_CLIENT = "SELECT event_id::text FROM outbox WHERE stream = :stream ORDER BY sequence"
IDS = "SELECT event_id::text, stream FROM outbox ORDER BY id"


@pytest.fixture(scope="module")
def engines(system):
    """The databases of the services that publish, as their owners."""
    made = {service: create_engine(driver_url(owner_url(system, service))) for service in PUBLISHERS}
    yield made
    for engine in made.values():
        engine.dispose()


@pytest.fixture(scope="module")
def client_id(system, engines) -> str:
    """A client with one of everything, all of it published."""
    made = make_everything(system)["client_id"]
    await_published(engines)
    return made


def owner_url(system, service: str) -> str:
    return system.containers[service].config["settings"].database_url.replace(f"{service}_app", f"{service}_owner")


def await_published(engines) -> None:
    wait_until(lambda: not any(values(engine, LAST_FIRST)[0] for engine in engines.values()), "all events to have left")


def values(engine, statement: str, **given) -> list:
    with engine.connect() as database:
        return database.execute(text(statement), given).scalars().all()


def pages(system, **params) -> list[dict]:
    found = []
    while True:
        answer = system.get("/events", params=params).json()
        found += answer["data"]
        assert answer["unavailable"] == []
        if answer["page"]["next"] is None:
            return found
        params["after"] = answer["page"]["next"]


def test_a_clients_events_are_all_there_in_the_order_of_each_stream_and_fit_their_schemas(system, engines, client_id):
    found = pages(system, client=client_id, limit=7)
    for service, engine in engines.items():
        ours = [event["id"] for event in found if event["source"] == f"services/{service}"]
        assert ours == values(engine, OF_CLIENT, stream=client_id)
    for event in found:
        jsonschema_rs.validator_for(SCHEMAS[event["type"]], validate_formats=True).validate(event)
    assert {"client.created.v1", "invoice.published.v1", "ticket.opened.v1"} <= {event["type"] for event in found}


def test_a_cursor_that_was_kept_goes_on_with_what_was_published_since(system, engines, client_id):
    kept = system.get("/events", params={"limit": 100}).json()
    while kept["page"]["next"]:
        kept = system.get("/events", params={"limit": 100, "after": kept["page"]["next"]}).json()
    assert system.get("/events", params={"after": kept["resume"]}).json()["data"] == []
    later = system.new_client()["id"]
    await_published(engines)
    types = [event["type"] for event in pages(system, after=kept["resume"]) if event.get("subject") == later]
    assert types[0] == "client.created.v1" and "billing_account.opened.v1" in types


def test_events_are_narrowed_by_their_types(system, client_id):
    wanted = "ticket.opened.v1,invoice.published.v1"
    found = pages(system, types=wanted, client=client_id)
    assert {event["type"] for event in found} == set(wanted.split(","))
    refused = system.get("/events", params={"types": "client.lost.v1"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/types")


def test_personal_values_are_for_those_who_may_export_the_log(system, client_id):
    reader = StaffBrowser(system.origin)
    permissions = {"activity.view": True, "activity.export": False}
    assert reader.sign_in(make_staff(system, "admin", permissions=permissions)["email"]).status_code == 303
    params = {"client": client_id, "types": "client.created.v1"}
    (whole,) = system.get("/events", params=params).json()["data"]
    answer = reader.get("/api/v1/events", params=params)
    assert answer.status_code == 200, answer.text
    (event,) = answer.json()["data"]
    assert whole["data"]["personal"]["first_name"]["value"] == "Ada"
    assert event["data"]["personal"] == {} and event["data"]["actor"]["name"] is None
    assert event["data"]["facts"] == whole["data"]["facts"] and "Lovelace" not in answer.text
    assert requests.get(f"{system.origin}/api/v1/events", timeout=10).status_code == 401


@pytest.fixture
def name(shared_amqp_uri) -> str:
    """A subscriber's user of the broker."""
    made = f"loader_{uuid.uuid4().hex[:8]}"
    import_users(shared_amqp_uri, made)
    return made


@pytest.fixture
def environment(system, shared_amqp_uri, tmp_path, monkeypatch) -> dict[str, str]:
    """What `./dev replay` gives the replay."""
    given = {
        "COMMERCE_AMQP_URI": shared_amqp_uri,
        "COMMERCE_ADMIN_ORIGIN": system.origin,
        "COMMERCE_REPLAYS_DIR": str(tmp_path / "replays"),
        **{f"{service.upper()}_OWNER_DATABASE_URL": owner_url(system, service) for service in PUBLISHERS},
    }
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    return given


def received(uri: str, queue: str) -> list[dict]:
    """What waits in a queue, taken out of it."""
    found: list[dict] = []
    with Connection(uri) as connection:
        channel = connection.channel()
        number = channel.queue_declare(queue, passive=True).message_count
        channel.basic_consume(queue, no_ack=True, callback=lambda message: found.append(json.loads(message.body)))
        while len(found) < number:
            connection.drain_events(timeout=10)
    return found


def assert_whole(engines, events: list[dict]) -> None:
    """Every published event is there once, each stream in its order."""
    for service, engine in engines.items():
        streams: dict[str, list[int]] = {}
        ours = [event for event in events if event.get("source") == f"services/{service}"]
        assert sorted(event["id"] for event in ours) == sorted(values(engine, IDS))
        for event in ours:
            streams.setdefault(event["stream"], []).append(event["sequence"])
        assert all(found == list(range(1, len(found) + 1)) for found in streams.values())


def test_a_replay_brings_all_of_history_to_one_subscriber_and_says_where_it_ends(
    shared_amqp_uri, engines, client_id, name, environment
):
    with connect(shared_amqp_uri) as broker:
        other = Queue(f"bystander-{name}", exclusive=True)(broker.channel())
        other.queue_declare()
        for service in PUBLISHERS:
            other.bind_to(f"{service}.events", routing_key="#")
        await_published(engines)
        assert replay.main([name, "--from", "beginning"]) == 0
        assert other.get(no_ack=True) is None
    events = received(as_user(shared_amqp_uri, name), f"{name}.replay")
    assert all(event["replayed"] is True for event in events)
    assert [event["type"] for event in events].count(replay.ENDED) == 1 and events[-1]["type"] == replay.ENDED
    assert events[-1]["data"]["facts"]["events"] == len(events) - 1
    assert_whole(engines, events[:-1])
    jsonschema_rs.validator_for(SCHEMAS[events[0]["type"]], validate_formats=True).validate(events[0])
    assert urlsplit(events[0]["dataschema"]).netloc == urlsplit(environment["COMMERCE_ADMIN_ORIGIN"]).netloc


def test_some_types_since_a_moment_go_to_a_queue_that_the_subscriber_names(
    system, shared_amqp_uri, engines, client_id, name, environment
):
    await_published(engines)
    moment = engines["clients"].connect().scalar(text("SELECT clock_timestamp()")).isoformat()
    young = system.new_client()["id"]
    await_published(engines)
    queue = f"{name}.own"
    assert replay.main([name, "--from", "beginning", "--queue", queue]) == 1
    with connect(as_user(shared_amqp_uri, name)) as broker:
        broker.channel().queue_declare(queue, durable=True, auto_delete=False)
    asked = [name, "--from", moment, "--types", "client.created.v1", "--queue", queue]
    assert replay.main(asked) == 0
    assert [event["subject"] for event in received(shared_amqp_uri, queue)] == [young]
    assert replay.main([name, "--from", "beginning", "--queue", "audit.activity"]) == 1


# Dies once it has done this for the third time.
KILLED = """
import os, signal, sys
from tools.ops import replay
replay.BATCH, owner, name, *arguments = 2, *sys.argv[1:]
act, done = getattr(getattr(replay, owner), name), []
def dying(*given):
    act(*given)
    done.append(given)
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
setattr(getattr(replay, owner), name, dying)
sys.exit(replay.main(arguments))
"""


def test_a_replay_that_was_killed_goes_on_where_it_was(
    shared_amqp_uri, engines, client_id, name, environment, tmp_path
):
    await_published(engines)
    wanted = [name, "--from", "beginning"]
    for owner, act in (("ConfirmingPublisher", "publish"), ("Progress", "save"), ("ConfirmingPublisher", "publish")):
        command = [sys.executable, "-W", "ignore", "-c", KILLED, owner, act, *wanted]
        assert subprocess.run(command, cwd=ROOT, timeout=120).returncode == -9
    assert replay.main([name, "--from", "2026-01-01"]) == 1
    assert replay.main(wanted) == 0
    events = received(shared_amqp_uri, f"{name}.replay")
    once = list({event["id"]: event for event in events}.values())
    assert len(events) - len(once) == 4
    assert_whole(engines, once[:-1])
    assert not list((tmp_path / "replays").glob("*.json"))


LOADED = "SELECT source, stream, sequence, id FROM events ORDER BY place"
HANDLED = "SELECT source, stream, sequence, id FROM handled ORDER BY place"
OF_NODE = [type for type in SCHEMAS if type.startswith(("client.created.", "invoice.", "payment.recorded."))]
IDS_OF_NODE = f"SELECT event_id::text FROM outbox WHERE type = ANY('{{{','.join(OF_NODE)}}}')"


def test_subscribers_have_every_event_once_across_the_seam_between_replay_and_live(
    system, shared_amqp_uri, engines, client_id, name, environment, tmp_path
):
    await_published(engines)
    import_users(shared_amqp_uri, name, in_node := f"{name}_js")
    settings = {"AMQPLIB": str(unpacked_amqplib(tmp_path)), "REPLAY": "1"}
    loader, ledger = (
        Example(file, as_user(shared_amqp_uri, user), user, tmp_path, **settings)
        for file, user in (("warehouse_loader.py", name), ("node_subscriber.mjs", in_node))
    )
    with closing(loader), closing(ledger):
        for one in (loader, ledger):
            one.start()
            one.await_queue("replay")
        writers = [threading.Thread(target=system.new_client) for _ in range(18)]
        for writer in writers[:6]:
            writer.start()
        assert replay.main([name, "--from", "beginning"]) == 0
        for writer in writers[6:12]:
            writer.start()
        assert replay.main([in_node, "--from", "beginning", "--types", ",".join(OF_NODE)]) == 0
        for writer in writers[12:]:
            writer.start()
        for writer in writers:
            writer.join()
        await_published(engines)
        for one, handled, wanted in ((loader, LOADED, IDS), (ledger, HANDLED, IDS_OF_NODE)):
            published = [id for engine in engines.values() for id in values(engine, wanted)]
            rows = await_rows(one, handled, len(published))
            assert_in_order([row[:3] for row in rows])
            assert sorted(row[3] for row in rows) == sorted(published)


@contextmanager
def held_relay() -> Iterator[tuple[threading.Event, threading.Event]]:
    """`(sent, go_on)`: the next batch that a relay sends is not marked before `go_on` is set; `sent` says it was sent."""
    sent, go_on = threading.Event(), threading.Event()

    def hold(point: str) -> None:
        if point == "relay.after_publish" and not sent.is_set():
            sent.set()
            go_on.wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "failpoint", hold)
        yield sent, go_on
        go_on.set()


def test_a_replay_has_what_was_sent_before_the_queue_was_bound_and_was_not_marked_yet(
    system, shared_amqp_uri, engines, client_id, name, environment, tmp_path, monkeypatch, capsys
):
    await_published(engines)
    loader = Example("warehouse_loader.py", as_user(shared_amqp_uri, name), name, tmp_path)
    with closing(loader), held_relay() as (sent, go_on):
        system.new_client()
        wait_until(sent.is_set, "the relay to have sent the event")
        loader.start()
        loader.await_queue("replay")
        wanted = [name, "--from", "beginning"]
        with monkeypatch.context() as impatient:
            impatient.setattr(replay, "PUBLISHED_SECONDS", 0)
            assert replay.main(wanted) == 1
        assert "clients has events that do not leave" in capsys.readouterr().err

        def sleep(_seconds: float) -> None:
            go_on.set()
            await_published(engines)

        monkeypatch.setattr(replay, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
        assert replay.main(wanted) == 0
        go_on.set()
        await_published(engines)
        published = {one for engine in engines.values() for one in values(engine, IDS)}
        wait_until(lambda: {row[3] for row in loader.rows(LOADED)} == published, "the loader to have all", seconds=60)
        assert_in_order([row[:3] for row in loader.rows(LOADED)])
