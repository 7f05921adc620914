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
from kombu import Connection

from chassis.bus import connection as bus
from chassis.events import parking_lot
from chassis.events.listener import Listener
from chassis.events.relay import Relay
from chassis.permissions import Access
from chassis.testing.plugin import virtual_host, wait_until
from deploy.rabbitmq import __main__ as command
from deploy.rabbitmq import access
from deploy.services import PUBLISHERS, SERVICES
from tests.support.broker import USERS, as_user, import_users
from tools.docs.service_classes import service_class

BELONGS_TO = {
    "rpc-billing": "billing",
    "billing.accounts": "billing",
    "billing.accounts.parked": "billing",
    "audit.activity": "audit",
    "rpc-clients": "clients",
    "evt-clients-client.created.v1--welcome.greet": "welcome",
}
PARTIES = (*USERS, "welcome")


@pytest.fixture(scope="module")
def uri():
    """A virtual host with our users, a subscriber, and queues of each of them."""
    with virtual_host() as made:
        import_users(made, "welcome", "other")
        for queue, owner in BELONGS_TO.items():
            attempt(
                made, owner, lambda channel, queue=queue: channel.queue_declare(queue, durable=True, auto_delete=False)
            )
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


def queue_of(channel, user: str) -> str:
    name = f"evt-x-y--{user}.{uuid.uuid4().hex}" if user == "welcome" else f"{user}.{uuid.uuid4().hex}"
    return channel.queue_declare(name, auto_delete=True)[0]


@pytest.mark.parametrize("user", PARTIES)
def test_an_event_is_taken_from_its_own_service_alone(uri, user):
    for service in PUBLISHERS:
        forged = refused(uri, user, publish(f"{service}.events", "invoice.paid.v1"))
        assert forged is (user != service), f"{user} publishes into {service}.events"


@pytest.mark.parametrize("user", PARTIES)
def test_only_the_gateway_calls_commands_and_billing_the_rpc_methods_that_clients_made_for_it(uri, user):
    commands = ("billing.add_credit", "clients.create_client", "support.reply_ticket", "audit.export_activity")
    for key in commands:
        assert refused(uri, user, publish(access.CALLS, key)) is (user != "gateway"), f"{user} calls {key}"
    called = refused(uri, user, publish(access.CALLS, "clients.clients_for_billing"))
    assert called is (user not in ("gateway", "billing"))
    assert refused(uri, user, publish(access.CALLS, "clients.clients_for_billing.more"))


@pytest.mark.parametrize("user", PARTIES)
def test_the_default_exchange_is_closed_so_that_nobody_reaches_a_queue_by_its_name(uri, user):
    for queue in BELONGS_TO:
        assert refused(uri, user, publish("", queue)), f"{user} publishes to {queue}"
    through = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "rpc-billing", "x-message-ttl": 1}
    assert refused(uri, user, lambda channel: channel.queue_declare(f"{user}.trick", arguments=through))


@pytest.mark.parametrize("user", PARTIES)
def test_a_queue_is_read_emptied_bound_and_deleted_by_its_owner_alone(uri, user):
    for queue, owner in BELONGS_TO.items():
        acts = {
            "reads": lambda channel, q=queue: channel.basic_get(q),
            "empties": lambda channel, q=queue: channel.queue_purge(q),
            "consumes": lambda channel, q=queue: channel.basic_consume(q),
            "redeclares": lambda channel, q=queue: channel.queue_declare(q, durable=True, auto_delete=False),
            "unbinds": lambda channel, q=queue: channel.queue_unbind(q, access.CALLS, "billing.*"),
            "deletes": lambda channel, q=queue: channel.queue_delete(q),
        }
        for what, act in acts.items() if owner != user else ():
            assert refused(uri, user, act), f"{user} {what} {queue}"
    attempt(uri, user, lambda channel: channel.queue_purge(queue_of(channel, user)))


@pytest.mark.parametrize("user", PARTIES)
def test_calls_and_answers_of_others_are_never_received(uri, user):
    def binding(exchange, key):
        return lambda channel: channel.queue_bind(queue_of(channel, user), exchange, key)

    for key in ("#", "*.*", "billing.*", "clients.*", "support.*", "audit.*", "gateway.*", "billing.add_credit"):
        serves = user in SERVICES and key == f"{user}.*"
        assert refused(uri, user, binding(access.CALLS, key)) is not serves, f"{user} receives calls by {key}"
    may_call = user in ("gateway", *access.MAY_CALL)
    assert refused(uri, user, binding(access.ANSWERS, str(uuid.uuid4()))) is not may_call


@pytest.mark.parametrize("user", PARTIES)
def test_events_are_received_by_whom_the_table_names(uri, user):
    allowed = {"welcome": PUBLISHERS}.get(user, (*access.LISTENS_TO.get(user, ()), user))
    for service in PUBLISHERS:

        def bind(channel, service=service):
            channel.queue_bind(queue_of(channel, user), f"{service}.events", "#")

        assert refused(uri, user, bind) is (service not in allowed), f"{user} receives events of {service}"


@pytest.mark.parametrize("user", PARTIES)
def test_what_is_shared_is_neither_redeclared_nor_deleted_nor_fed_from_an_exchange_of_ones_own(uri, user):
    for name, kind in access.SHARED.items():
        if name != f"{user}.events":
            assert refused(uri, user, lambda channel, n=name, k=kind: channel.exchange_declare(n, k, durable=True))
            assert refused(uri, user, lambda channel, n=name: channel.exchange_delete(n))
    if user not in ("gateway", *access.MAY_CALL):

        def detour(channel):
            channel.exchange_declare(f"{user}.detour", "topic", auto_delete=True)
            channel.exchange_bind(access.CALLS, f"{user}.detour", "#")

        assert refused(uri, user, detour)


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

    def serve(channel):
        channel.queue_bind("rpc-clients", access.CALLS, "clients.*")

    attempt(uri, "clients", serve)
    with Connection(as_user(uri, "billing")) as caller:
        answers = bus.declare_answer_queue("billing", key)(caller.default_channel)
        answers.declare()
        attempt(uri, "billing", publish(access.CALLS, "clients.clients_for_billing", mandatory=True))
        attempt(uri, "clients", publish(access.ANSWERS, key, mandatory=True))
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
    assert (bus.CALLS.name, bus.CALLS.type) == (access.CALLS, access.SHARED[access.CALLS])
    assert (bus.ANSWERS.name, bus.ANSWERS.type) == (access.ANSWERS, access.SHARED[access.ANSWERS])
    listening = {service: tuple(source for one in listeners(service) for source in one.sources) for service in SERVICES}
    assert {service: allowed for service, allowed in listening.items() if allowed} == access.LISTENS_TO
    publishing = [
        service
        for service in SERVICES
        if any(isinstance(one, Relay) for _, one in inspect.getmembers(service_class(service)))
    ]
    assert tuple(publishing) == PUBLISHERS


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_declares_is_called_after_it(service):
    assert all(one.queue_name.startswith(f"{service}.") for one in listeners(service))


@pytest.mark.parametrize("service", SERVICES)
def test_an_rpc_for_another_service_is_named_for_it_and_no_other_rpc_is(service):
    """The broker knows an RPC method by its name alone: `…_for_billing` is a read that billing may call, whatever else
    it is."""
    callers = [caller for caller, called in access.MAY_CALL.items() if service in called]
    named = {name for name in rpc_methods(service) if any(name.endswith(f"_for_{caller}") for caller in SERVICES)}
    assert named == {name for name, needed in rpc_methods(service).items() if needed is Access.SERVICE}
    assert all(any(name.endswith(f"_for_{caller}") for caller in callers) for name in named)


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
