"""The broker itself refuses a forged event, a forbidden call and whatever belongs to another: 403, whoever's user is
stolen."""

import inspect
import os
import uuid
from urllib.parse import unquote, urlsplit

import amqp
import pytest
import requests
from amqp.exceptions import AccessRefused
from kombu import Connection, Queue

from chassis.bus import topology
from chassis.events import listener, parking_lot
from chassis.events.listener import Listener
from chassis.events.relay import Relay
from chassis.permissions import Access
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import virtual_host
from deploy.rabbitmq import __main__ as command
from deploy.rabbitmq import access
from deploy.services import PUBLISHERS, SERVICES
from gateway.live import feed
from tests.support.broker import USERS, as_user, import_users
from tools.docs.service_classes import service_class

BELONGS_TO = {
    "rpc-billing": "billing",
    "rpc-clients": "clients",
    "billing.accounts": "billing",
    "billing.accounts.parked": "billing",
    "audit.activity": "audit",
    "evt-clients-client.created.v1--welcome.greet": "welcome",
}
PARTIES = (*USERS, "welcome")
MAY_DECLARE = {
    "gateway": "rpc.reply-gateway-x",
    "billing": "rpc.reply-billing-x",
    "clients": "rpc.reply-clients-x",
    "webhooks": "webhooks.deliveries.x",
    "welcome": "welcome.x",
}
"""Who may declare anything at all, and a name that it may take."""
WRITES_TO = {
    "gateway": {access.calls("gateway"), access.PRESENCE},
    "clients": {
        "clients.events",
        "clients.parking",
        access.answers("gateway"),
        access.answers("billing"),
        access.calls("clients"),
    },
    "billing": {
        "billing.events",
        "billing.parking",
        access.answers("gateway"),
        access.answers("clients"),
        access.calls("billing"),
    },
    "support": {"support.events", access.answers("gateway")},
    "audit": {"audit.parking", access.answers("gateway")},
    "webhooks": {"webhooks.events", access.answers("gateway")},
}
"""The shared exchanges that a user may write to; an intruder reaches no others, whatever way he takes."""


@pytest.fixture(scope="module")
def uri():
    """A virtual host with our users, and a subscriber's queue."""
    with virtual_host() as made:
        import_users(made, "welcome", "other")
        queue = "evt-clients-client.created.v1--welcome.greet"
        attempt(made, "welcome", lambda channel: channel.queue_declare(queue, durable=True, auto_delete=False))
        yield made


def attempt(uri: str, user: str, act) -> None:
    """Let `user` do `act(channel)`; raises what the broker says, also what it says of a message only afterwards."""
    parts = urlsplit(as_user(uri, user))
    with amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=user,
        password=parts.password,
        virtual_host=unquote(parts.path[1:]),
        confirm_publish=True,
    ) as connection:
        act(connection.channel())


def publish(exchange: str, key: str, **more):
    return lambda channel: channel.basic_publish(amqp.Message("{}"), exchange, key, **more)


def refused(uri: str, user: str, act) -> bool:
    """Whether the broker answers 403."""
    try:
        attempt(uri, user, act)
    except AccessRefused as refusal:
        return refusal.reply_code == 403
    return False


def fresh(user: str) -> str:
    """A name that `user` may give to what it declares; for whom may declare nothing, one that begins with its own."""
    return f"{MAY_DECLARE.get(user, f'{user}.x')}{uuid.uuid4().hex}"


@pytest.mark.parametrize("user", PARTIES)
def test_nobody_declares_anything_but_the_queue_of_its_answers(uri, user):
    """The gateway that of its live pages too."""
    own = {"welcome": "welcome.", "gateway": ("rpc.reply-gateway-x", "gateway.live-")}
    named = own.get(user, MAY_DECLARE.get(user, "nothing"))
    live = (f"{user}.live-x", "gateway.live-x", access.PRESENCE)
    for name in (f"{user}.x", f"rpc-{user}", f"rpc.reply-{user}-x", f"{user}.events.x", *live, "x", "amq.x"):
        allowed = name.startswith(named)
        for declare in (
            lambda channel, name=name: channel.queue_declare(name, auto_delete=True),
            lambda channel, name=name: channel.exchange_declare(name, "topic", auto_delete=True),
        ):
            assert refused(uri, user, declare) is not allowed, f"{user} declares {name}"


def ways_into(target: str, user: str):
    """{what: act}: each way to bring a message of one's own into the exchange `target`, under a key that the broker does
    not look at."""

    def bind(channel):
        source = fresh(user)
        channel.exchange_declare(source, "fanout", auto_delete=True)
        channel.exchange_bind(target, source, "billing.add_credit")

    def bind_own(channel):
        channel.exchange_bind(target, f"{user}.events", "#")

    def dead_letter(channel):
        arguments = {"x-dead-letter-exchange": target, "x-dead-letter-routing-key": "clients.create_staff_account"}
        channel.queue_declare(fresh(user), auto_delete=True, arguments={**arguments, "x-message-ttl": 1})

    def dead_letter_a_quorum(channel):
        arguments = {"x-dead-letter-exchange": target, "x-queue-type": "quorum"}
        channel.queue_declare(fresh(user), durable=True, auto_delete=False, arguments=arguments)

    def alternate(channel):
        channel.exchange_declare(fresh(user), "topic", auto_delete=True, arguments={"alternate-exchange": target})

    def publish_more(channel):
        headers = {name: ["clients.create_staff_account", "rpc-clients"] for name in ("CC", "BCC")}
        channel.basic_publish(amqp.Message("{}", application_headers=headers), target, "clients.clients_for_billing")

    return {
        "binds an exchange to": bind,
        "binds its events to": bind_own,
        "dead-letters into": dead_letter,
        "dead-letters a quorum queue into": dead_letter_a_quorum,
        "names as alternate": alternate,
        "publishes by headers into": publish_more,
    }


@pytest.mark.parametrize("user", PARTIES)
def test_no_way_leads_into_an_exchange_that_is_not_the_users_to_write_to(uri, user):
    targets = {*access.SHARED, "", "amq.topic", "amq.direct"} - WRITES_TO.get(user, set())
    for target in sorted(targets):
        for what, act in ways_into(target, user).items():
            if target or "headers" in what:
                assert refused(uri, user, act), f"{user} {what} {target or 'the default exchange'}"


@pytest.mark.parametrize("user", USERS)
def test_the_exchanges_that_a_user_may_write_to_are_these_and_no_others(uri, user):
    for exchange in access.SHARED:
        allowed = exchange in WRITES_TO[user]
        key = "clients.get_client" if exchange == access.calls("gateway") else "x"
        assert refused(uri, user, publish(exchange, key)) is not allowed, f"{user} publishes into {exchange}"


def arrives(uri: str, queue: str) -> list[str]:
    """The bodies of what is in a queue, which is empty afterwards."""
    with Connection(uri) as connection:
        bound = Queue(queue, no_declare=True)(connection.default_channel)
        found = []
        while message := bound.get(no_ack=True):
            found.append(message.body)
        return found


@pytest.mark.parametrize("caller", access.CALLED_BY)
def test_a_service_that_calls_reaches_the_rpc_methods_named_for_it_and_no_other_by_whatever_way(uri, caller):
    """Its exchange of calls is its to write to, so that every way is open; but nothing else is bound to it."""
    open_to = set(access.CALLED_BY[caller])
    every = [f"{service}.{name}" for service in SERVICES for name in rpc_methods(service)]

    def reached(key: str, send) -> bool:
        attempt(uri, caller, send)
        return any(arrives(uri, f"rpc-{service}") for service in SERVICES)

    for service in SERVICES:
        arrives(uri, f"rpc-{service}")
    for key in every:
        assert reached(key, publish(access.calls(caller), key)) is (key in open_to), f"{caller} calls {key}"
    forbidden = "clients.create_staff_account"

    def by_an_exchange(channel):
        source = fresh(caller)
        channel.exchange_declare(source, "topic", auto_delete=True)
        channel.exchange_bind(access.calls(caller), source, "#")
        channel.basic_publish(amqp.Message("{}"), source, forbidden)

    def by_an_alternate(channel):
        source = fresh(caller)
        arguments = {"alternate-exchange": access.calls(caller)}
        channel.exchange_declare(source, "direct", auto_delete=False, arguments=arguments)
        channel.basic_publish(amqp.Message("{}"), source, forbidden)
        channel.exchange_delete(source)

    def by_headers(channel):
        message = amqp.Message("{}", application_headers={"CC": [forbidden]})
        channel.basic_publish(message, access.calls(caller), "nothing.at_all")

    for way in (by_an_exchange, by_an_alternate, by_headers):
        assert not reached(forbidden, way), way.__name__


@pytest.mark.parametrize("user", PARTIES)
def test_an_event_is_taken_from_its_own_service_alone(uri, user):
    for service in PUBLISHERS:
        forged = refused(uri, user, publish(f"{service}.events", "invoice.paid.v1"))
        assert forged is (user != service), f"{user} publishes into {service}.events"


@pytest.mark.parametrize("user", PARTIES)
def test_only_the_gateway_calls_by_its_exchange(uri, user):
    commands = ("billing.add_credit", "clients.create_client", "support.reply_ticket", "audit.export_activity")
    for key in (*commands, "clients.clients_for_billing"):
        assert refused(uri, user, publish(access.calls("gateway"), key)) is (user != "gateway"), f"{user} calls {key}"
    assert refused(uri, user, publish(access.calls("gateway"), "clients.clients_for_billing.more"))


@pytest.mark.parametrize("user", PARTIES)
def test_the_default_exchange_is_closed_so_that_nobody_reaches_a_queue_by_its_name(uri, user):
    for queue in BELONGS_TO:
        assert refused(uri, user, publish("", queue)), f"{user} publishes to {queue}"
    through = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "rpc-billing", "x-message-ttl": 1}
    assert refused(uri, user, lambda channel: channel.queue_declare(fresh(user), arguments=through))


@pytest.mark.parametrize("user", PARTIES)
def test_a_queue_is_read_emptied_bound_and_deleted_by_its_owner_alone(uri, user):
    for queue, owner in BELONGS_TO.items():
        acts = {
            "reads": lambda channel, q=queue: channel.basic_get(q),
            "empties": lambda channel, q=queue: channel.queue_purge(q),
            "consumes": lambda channel, q=queue: channel.basic_consume(q),
            "redeclares": lambda channel, q=queue: channel.queue_declare(q, durable=True, auto_delete=False),
            "unbinds": lambda channel, q=queue: channel.queue_unbind(q, access.calls("gateway"), "billing.*"),
            "deletes": lambda channel, q=queue: channel.queue_delete(q),
        }
        for what, act in acts.items() if owner != user else ():
            assert refused(uri, user, act), f"{user} {what} {queue}"
        if owner == user:
            attempt(uri, user, acts["empties"])
            assert refused(uri, user, acts["deletes"]) is (user != "welcome")


@pytest.mark.parametrize("user", PARTIES)
def test_calls_and_answers_of_others_are_never_received(uri, user):
    """Not by an exchange either: what a user serves tells it the keys of answers to others."""

    def bind(exchange, key):
        def act(channel):
            queue = next((one for one, owner in BELONGS_TO.items() if owner == user), f"rpc-{user}")
            if user in MAY_DECLARE:
                queue = channel.queue_declare(fresh(user), auto_delete=True)[0]
            channel.queue_bind(queue, exchange, key)

        return act

    for key in ("#", "*.*", "billing.*", "clients.*", "support.*", "audit.*", "gateway.*", "billing.add_credit"):
        for caller in access.CALLERS:
            assert refused(uri, user, bind(access.calls(caller), key)), f"{user} receives calls by {key}"
    for caller in access.CALLERS:
        others = refused(uri, user, bind(access.answers(caller), str(uuid.uuid4())))
        assert others is (user != caller), f"{user} receives answers to {caller}"


@pytest.mark.parametrize("user", PARTIES)
def test_events_are_received_by_whom_the_table_names(uri, user):
    received = {
        source for queue, sources in access.LISTENERS.items() if queue.startswith(f"{user}.") for source in sources
    }
    allowed = set(PUBLISHERS) if user in ("welcome", "gateway", *access.SUBSCRIBING) else received
    listening = next((queue for queue in access.LISTENERS if queue.startswith(f"{user}.")), f"rpc-{user}")
    for service in PUBLISHERS:

        def bind(channel, service=service):
            queue = channel.queue_declare(fresh(user), auto_delete=True)[0] if user in MAY_DECLARE else listening
            channel.queue_bind(queue, f"{service}.events", "#")

        own = service == user and user in {queue.partition(".")[0] for queue in access.LISTENERS}
        expected = service not in allowed and not own
        assert refused(uri, user, bind) is expected, f"{user} receives events of {service}"


@pytest.mark.parametrize("user", PARTIES)
def test_who_has_which_record_open_is_said_and_heard_by_the_gateway_alone(uri, user):
    def bind(channel):
        queue = channel.queue_declare(fresh(user), auto_delete=True)[0] if user in MAY_DECLARE else f"rpc-{user}"
        channel.queue_bind(queue, access.PRESENCE)

    assert refused(uri, user, publish(access.PRESENCE, "")) is (user != "gateway")
    assert refused(uri, user, bind) is (user != "gateway")


@pytest.mark.parametrize("user", PARTIES)
def test_what_is_shared_is_neither_redeclared_nor_deleted(uri, user):
    for name, kind in access.SHARED.items():
        assert refused(uri, user, lambda channel, n=name, k=kind: channel.exchange_declare(n, k, durable=True))
        assert refused(uri, user, lambda channel, n=name: channel.exchange_delete(n))


def test_one_subscriber_has_nothing_of_another(uri):
    queue = "evt-clients-client.created.v1--welcome.greet"
    assert refused(uri, "other", lambda channel: channel.basic_get(queue))
    assert refused(uri, "other", lambda channel: channel.queue_declare("evt-clients-client.created.v1"))


def test_guest_and_the_tools_user_of_old_may_not_sign_in(uri):
    for user in ("guest", "commerce"):
        with pytest.raises(AccessRefused), Connection(as_user(uri, user)) as there:
            there.connect()


@pytest.mark.parametrize("user", USERS)
def test_no_user_of_ours_may_use_the_management(uri, user):
    api = urlsplit(os.environ["COMMERCE_TEST_RABBIT_API"])
    answer = requests.get(f"http://{api.hostname}:{api.port}/api/whoami", auth=(user, "test"), timeout=10)
    assert answer.status_code == 401 and "Not management user" in answer.text


def test_a_sound_call_and_its_answer_pass(uri):
    """The whole way of one call, by the rights of both sides."""
    key = str(uuid.uuid4())
    with Connection(as_user(uri, "billing")) as caller:
        answers = topology.answer_queue("billing", "billing", key)(caller.default_channel)
        answers.declare()
        sent = publish(topology.calls_exchange("billing"), "clients.clients_for_billing", mandatory=True)
        attempt(uri, "billing", sent)
        attempt(uri, "clients", lambda channel: channel.basic_get("rpc-clients", no_ack=True))
        attempt(uri, "clients", publish(topology.answers_to(access.calls("billing")), key, mandatory=True))
        assert wait_until(answers.get, "the answer").body == "{}"


def test_a_listener_puts_aside_what_it_cannot_use_by_its_own_rights(system, shared_amqp_uri):
    name = uuid.uuid4().hex
    message = amqp.Message("{nonsense", content_type="application/json", message_id=name)
    attempt(
        shared_amqp_uri,
        "clients",
        lambda channel: channel.basic_publish(message, "clients.events", "client.created.v1", mandatory=True),
    )

    def found():
        return [one for one in parking_lot.parked(shared_amqp_uri, "audit.activity") if one.id == name]

    assert wait_until(found, "the message to be parked")[0].reason.startswith("not an event")
    assert len(parking_lot.drop(shared_amqp_uri, "audit.activity", name)) == 1
    wait_until(lambda: parking_lot.drop(shared_amqp_uri, "billing.accounts", name), "billing's copy to be parked too")


def rpc_methods(service: str) -> dict:
    """{name: access} of a service's RPC methods."""
    members = inspect.getmembers(service_class(service), callable)
    return {name: one.contract.access for name, one in members if hasattr(one, "contract")}


def listeners(service: str) -> list[Listener]:
    members = inspect.getmembers(service_class(service), callable)
    return [
        one for _, member in members for one in getattr(member, "nameko_entrypoints", ()) if isinstance(one, Listener)
    ]


def test_the_tables_are_what_the_code_does():
    for caller in access.CALLERS:
        assert access.calls(caller) == topology.calls_exchange(caller)
        assert access.answers(caller) == topology.answers_exchange(caller) == topology.answers_to(access.calls(caller))
    assert (access.CALL_QUEUE, access.LISTENER_QUEUE, access.PARKING_QUEUE) == (
        topology.CALL_QUEUE,
        listener.LISTENER_QUEUE,
        parking_lot.PARKING_QUEUE,
    )
    assert {
        one.queue_name: tuple(one.sources) for service in SERVICES for one in listeners(service)
    } == access.LISTENERS
    assert (topology.GATEWAY_PRESENCE, feed.SOURCES) == (access.PRESENCE, PUBLISHERS)
    publishing = [
        service
        for service in SERVICES
        if any(isinstance(one, Relay) for _, one in inspect.getmembers(service_class(service)))
    ]
    assert tuple(publishing) == PUBLISHERS


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_listens_with_is_called_after_it(service):
    assert all(one.queue_name.startswith(f"{service}.") for one in listeners(service))


def test_an_rpc_method_for_another_service_is_named_for_it_and_stands_in_the_table():
    """The signature of a service opens what is named for it: `…_for_billing` is what billing may call."""
    named = {caller: set() for caller in SERVICES}
    for service in SERVICES:
        for name, needed in rpc_methods(service).items():
            caller = name.rpartition("_for_")[2] if "_for_" in name else None
            assert (needed is Access.SERVICE) is (caller in SERVICES), f"{service}.{name}"
            if caller in SERVICES:
                named[caller].add(f"{service}.{name}")
    assert {caller: methods for caller, methods in named.items() if methods} == {
        caller: set(methods) for caller, methods in access.CALLED_BY.items()
    }


@pytest.mark.parametrize(
    "name", ["clients", "gateway", "admin", "guest", "rpc", "amq", "evt", "", "a", "Big", "a.b", "a-b", "a|b"]
)
def test_a_subscriber_takes_no_name_that_would_give_it_more(name):
    assert not access.may_subscribe(name)


def test_definitions_are_made_of_the_environment_and_name_a_password_that_is_missing():
    given = {f"RABBITMQ_{user.upper()}_PASSWORD": "x" for user in (*USERS, "admin", "shop_bot")}
    assert set(command.passwords(given)) == {*USERS, "admin", "shop_bot"}
    with pytest.raises(SystemExit, match="RABBITMQ_AUDIT_PASSWORD is not set"):
        command.passwords({name: password for name, password in given.items() if "AUDIT" not in name})
    with pytest.raises(SystemExit, match="cannot be called rpc"):
        command.passwords(given | {"RABBITMQ_RPC_PASSWORD": "x"})


def test_exchanges_are_declared_on_a_broker_that_is_not_ours_and_again_without_harm(uri):
    command.declare(uri)
    command.declare(uri)
