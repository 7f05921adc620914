"""Messages that nobody should send, to all five services at once: refused or put aside, nothing changed, nobody
stopped."""

import gzip
import hmac
import json
import pickle
import time
import uuid
from base64 import urlsafe_b64encode
from dataclasses import asdict, replace
from functools import partial

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import create_engine, text

from chassis.bus.message_guard import MAX_CALL
from chassis.bus.topology import GATEWAY_CALLS
from chassis.context import HEADER, Caller, Signer, digest_of, system_caller
from chassis.db.engine import driver_url
from chassis.events.listener import MAX_BYTES
from chassis.events.parking_lot import drop, parked
from chassis.signing_keys import generate_keys
from chassis.testing.plugin import wait_until
from deploy.services import SERVICES
from tests.support.audit_events import message
from tests.support.raw_bus import RawBus
from tests.support.route_sampler import ApiClient
from tools.docs.service_classes import service_class

RPC_METHODS = [
    f"{service}.{name}"
    for service in SERVICES
    for name in sorted(dir(service_class(service)))
    if hasattr(getattr(service_class(service), name), "contract")
]
READS = {
    "clients": "clients.list_tags",
    "billing": "billing.list_products",
    "support": "support.list_departments",
    "audit": "audit.verify_system",
    "webhooks": "webhooks.list_endpoints",
}
FORGED = {
    "user_id": "1",
    "actor": '{"kind": "staff"}',
    "nameko.actor": "super_admin",
    "nameko.permissions": "*",
    "nameko.call_id_stack": ["x"],
    "nameko.user_id": "1",
    "role": "super_admin",
}


@pytest.fixture
def bus(system, shared_amqp_uri):
    """A raw connection; afterwards no service has changed anything, and each still answers."""
    api, raw = ApiClient(system), RawBus(shared_amqp_uri)
    before = api.event_counts()
    yield raw
    signer = Signer(system.containers["gateway"].config["settings"].signing_key_file)
    calls = [raw.call(rpc, sign=partial(signer.sign, anybody())) for rpc in READS.values()]
    assert [list(answer) for answer in raw.answers(*calls)] == [["data"]] * len(READS)
    raw.close()
    assert api.event_counts() == before


def anybody(**given) -> Caller:
    """A super_admin with a minute to live."""
    return replace(
        Caller(
            kind="staff",
            id=str(uuid.uuid4()),
            name="Eve",
            permissions=("*",),
            request_id=str(uuid.uuid4()),
            deadline=time.time() + 60,
        ),
        **given,
    )


@pytest.mark.parametrize(
    "headers",
    [{}, FORGED, {**FORGED, HEADER: None}, {**FORGED, HEADER: {"caller": {"kind": "staff"}}}],
    ids=["none", "forged", "an empty context", "a context that is no token"],
)
def test_no_rpc_opens_to_a_call_without_a_signed_context(bus, headers):
    replies = bus.answers(*[bus.call(rpc, {"client_id": str(uuid.uuid4())}, headers) for rpc in RPC_METHODS])
    assert {answer.get("problem", {}).get("code") for answer in replies} == {"unauthenticated"} and len(replies) > 100


def part(value: dict) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def tokens(keys_dir, tmp_path, target: str, body: str) -> dict[str, str]:
    """Contexts that must not be believed for this call, by what is wrong with them."""
    generate_keys(tmp_path, ["gateway", "stranger"])
    key, billing = OKPKey.import_key((keys_dir / "gateway.key").read_bytes()), Signer(keys_dir / "billing.key")
    service, _, method = target.partition(".")
    now, bound = int(time.time()), {"aud": service, "method": method, "body": digest_of(body)}
    caller = asdict(anybody())

    def signed(by: OKPKey = key, **changed) -> str:
        fresh = {"iss": "gateway", "jti": uuid.uuid4().hex, "iat": now, "exp": now + 60, "caller": caller, **bound}
        return jwt.encode({"alg": "Ed25519", "kid": key.thumbprint()}, fresh | changed, by, algorithms=["Ed25519"])

    head, claims, signature = signed().split(".")
    symmetric = f"{part({'alg': 'HS256', 'kid': key.thumbprint()})}.{claims}"
    mac = hmac.digest((keys_dir / "gateway.pub").read_bytes(), symmetric.encode(), "sha256")
    return {
        "expired": signed(exp=now - 60),
        "no expiry": signed(exp=None),
        "another service": signed(aud="portal"),
        "no service": signed(aud=None),
        "another method": signed(method="sign_in"),
        "other arguments": signed(body=digest_of("{}")),
        "no id": signed(jti=None),
        "an unknown issuer": signed(iss="stranger"),
        "an issuer that is a path": signed(iss="../gateway"),
        "another's key": signed(OKPKey.import_key((tmp_path / "gateway.key").read_bytes())),
        "a key that nobody trusts": Signer(tmp_path / "stranger.key").sign(anybody(), target, body),
        "a service for a person": billing.sign(anybody(), target, body),
        "a service for another": billing.sign(system_caller("clients", cause="x"), target, body),
        "a service for itself": billing.sign(system_caller("billing", cause="x"), target, body),
        "no caller": signed(caller=None),
        "a caller that is none": signed(caller={"kind": "staff", "permissions": ["*"], "power": 1}),
        "no algorithm": f"{part({'alg': 'none', 'kid': key.thumbprint()})}.{claims}.",
        "the public key as a secret": f"{symmetric}.{urlsafe_b64encode(mac).decode().rstrip('=')}",
        "other claims": f"{head}.{part({'iss': 'gateway', 'exp': now + 60, 'caller': caller, **bound})}.{signature}",
    }


def test_no_service_believes_a_context_that_the_gateway_did_not_sign_for_this_call_now(bus, keys_dir, tmp_path):
    wrong = list(tokens(keys_dir, tmp_path, "audit.verify_system", ""))
    for one in wrong:
        calls = [
            bus.call(
                rpc, headers=FORGED, sign=lambda target, body, one=one: tokens(keys_dir, tmp_path, target, body)[one]
            )
            for rpc in READS.values()
        ]
        assert [answer.get("problem", {}).get("code") for answer in bus.answers(*calls)] == ["unauthenticated"] * len(
            READS
        ), one


def test_a_call_that_comes_after_its_deadline_is_not_begun(bus, keys_dir):
    late = partial(Signer(keys_dir / "gateway.key").sign, anybody(deadline=time.time() - 1))
    replies = bus.answers(*[bus.call(rpc, sign=late) for rpc in READS.values()])
    assert [answer["problem"]["code"] for answer in replies] == ["unavailable"] * len(READS)


def captured(token: str):
    """What signs every call with a context that was seen on another one."""
    return lambda target, body: token


def test_a_captured_context_opens_nothing_else_and_itself_no_second_time(system, shared_amqp_uri, keys_dir):
    client, raw = system.new_client(), RawBus(shared_amqp_uri)
    note = {"client_id": client["id"], "body": "Once"}
    caller, body = anybody(client_id=client["id"]), json.dumps({"args": [], "kwargs": note})
    token = captured(Signer(keys_dir / "gateway.key").sign(caller, "clients.add_note", body))
    others = [
        raw.call_and_wait("clients.create_staff_account", note, sign=token),
        raw.call_and_wait("billing.add_credit", note, sign=token),
        raw.call_and_wait("support.reply_ticket", note, sign=token),
        raw.call_and_wait("clients.add_note", {**note, "body": "Twice"}, sign=token),
    ]
    first, again = (raw.call_and_wait("clients.add_note", note, sign=token) for _ in range(2))
    raw.close()
    refused = [one["problem"]["code"] for one in (*others, again)]
    assert refused == ["unauthenticated"] * 5
    assert first["data"]["body"] == "Once"
    assert [one["body"] for one in system.get(f"/clients/{client['id']}/notes").json()["data"]] == ["Once"]


def test_a_call_that_is_signed_anew_under_its_key_gets_the_first_answer_and_does_nothing(
    system, shared_amqp_uri, keys_dir
):
    client, raw = system.new_client(), RawBus(shared_amqp_uri)
    sign = partial(Signer(keys_dir / "gateway.key").sign, anybody(client_id=client["id"]))
    note = {"client_id": client["id"], "body": "Once"}
    first, again = (raw.call_and_wait("clients.add_note", note, sign=sign) for _ in range(2))
    assert first["data"] == again["data"]
    other = raw.call_and_wait("clients.add_note", {**note, "body": "Twice"}, sign=sign)
    raw.close()
    assert other["problem"]["code"] == "idempotency-reuse"
    assert [one["body"] for one in system.get(f"/clients/{client['id']}/notes").json()["data"]] == ["Once"]


class Opens:
    """A pickle that makes a file when it is read."""

    def __init__(self, path):
        self._path = str(path)

    def __reduce__(self):
        return open, (self._path, "w")


def test_a_body_that_is_no_plain_json_is_neither_unpickled_nor_unpacked(bus, keys_dir, tmp_path):
    signer = Signer(keys_dir / "gateway.key")
    trap, properties = tmp_path / "opened", {"reply_to": "nobody", "correlation_id": "x"}
    plain = json.dumps({"args": [], "kwargs": {}}).encode()
    bomb = gzip.compress(plain + b" " * 50_000_000)

    def send(body: bytes, key: str, *kind: str, headers: dict | None = None, **more) -> None:
        """Send `body`, signed as if all were well with it."""
        context = {HEADER: signer.sign(anybody(), key, body)}
        bus.publish(body, GATEWAY_CALLS, key, {**context, **(headers or {})}, *kind, **more)

    for rpc in READS.values():
        for kind in (PICKLED, JSON, "application/data", "application/x-yaml", "text/plain"):
            send(pickle.dumps(Opens(trap)), rpc, kind, **properties)
        for packing in ("application/x-gzip", "gzip", "application/x-bz2", "nonsense", 7):
            send(bomb, rpc, headers={"compression": packing}, **properties)
        send(b"[" * 200_000, rpc, **properties)
        send(b"\xff\xfe", rpc, **properties)
        send(b"null", rpc, **properties)
        for key in (rpc, f"{rpc.partition('.')[0]}.nonsense"):
            send(plain, key)  # and nowhere to answer to
        send(plain, f"{rpc}.nonsense", **properties)
        send(plain, f"{rpc.partition('.')[0]}.__init__", **properties)
    assert not trap.exists()


def test_a_call_that_is_too_large_is_given_up_unread(bus, keys_dir):
    large = json.dumps({"args": [], "kwargs": {"x": "x" * (MAX_CALL + 1)}})
    token = {HEADER: Signer(keys_dir / "gateway.key").sign(anybody(), READS["support"], large)}
    bus.publish(large, GATEWAY_CALLS, READS["support"], token, reply_to="nobody", correlation_id="x")


CLIENT, OTHER = str(uuid.uuid4()), str(uuid.uuid4())
GOOD = message("client.created.v1", client_id=CLIENT, facts={"currency": "EUR"})
JSON, PICKLED = "application/json", "application/x-python-serialize"
HOW = {
    "a pickle": ({}, PICKLED),
    "text": ({}, "text/plain"),
    "packed": ({"compression": "application/x-gzip"}, JSON),
    "an unknown packing": ({"compression": "nonsense"}, JSON),
}


def without(name: str) -> bytes:
    return json.dumps({known: value for known, value in GOOD.items() if known != name}).encode()


def changed(**members) -> bytes:
    return json.dumps({**GOOD, "id": str(uuid.uuid4()), **members}).encode()


# What is wrong with an event -> its body, and what the reason says with which it is put aside
BAD_EVENTS = {
    "no JSON": (b"{nonsense", "not an event"),
    "no object": (b"[1]", "not an event"),
    "too deep": (b"[" * 200_000, "not an event"),
    "a pickle": (pickle.dumps({"a": 1}), f"not JSON but {PICKLED}"),
    "text": (changed(), "not JSON but text/plain"),
    "packed": (gzip.compress(changed()), "not an event"),
    "an unknown packing": (gzip.compress(changed()), "not an event"),
    "too large": (changed(note="x" * MAX_BYTES), f"larger than {MAX_BYTES} bytes"),
    **{
        f"no {name}": (without(name), name)
        for name in ("id", "type", "source", "stream", "sequence", "facts", "personal")
    },
    "an id that is none": (changed(id="nonsense"), "id"),
    "a sequence that is text": (changed(sequence="1"), "sequence"),
    "a sequence below one": (changed(sequence=0), "sequence"),
    "a sequence too large": (changed(sequence=10**30), "sequence"),
    "another client's stream": (changed(stream=OTHER), "another client"),
    "another client": (changed(subject=OTHER), "another client"),
    "another service's": (changed(source="services/billing"), "it says that it is from services/billing"),
    "nobody's": (changed(source="https://elsewhere"), "it says that it is from https://elsewhere"),
    "another type": (changed(type="client.imported.v1"), "it says that it is client.imported.v1"),
    "an unknown version": (changed(type="client.created.v9"), "it says that it is client.created.v9"),
    "NUL in its facts": (changed(facts={"currency": "\0"}), ""),
}
KEPT = {
    "audit": "SELECT count(*) FROM entries WHERE chain = ANY(:clients)",
    "billing": "SELECT count(*) FROM billing_accounts WHERE client_id::text = ANY(:clients)",
}
QUEUES = ("audit.activity", "billing.accounts")


def kept(system) -> dict[str, int]:
    """What the listeners have made of all events of these clients."""
    counts = {}
    for service, statement in KEPT.items():
        engine = create_engine(driver_url(system.containers[service].config["settings"].database_url))
        with engine.connect() as connection:
            counts[service] = connection.scalar(text(statement), {"clients": [CLIENT, OTHER]})
        engine.dispose()
    return counts


@pytest.fixture
def raw(system, shared_amqp_uri):
    """A raw connection; afterwards nothing was made of its messages, and what was put aside is dropped."""
    bus = RawBus(shared_amqp_uri)
    yield bus
    bus.close()
    for queue in QUEUES:
        drop(shared_amqp_uri, queue, "all")
    assert kept(system) == {"audit": 0, "billing": 0}


def test_an_event_that_cannot_be_one_is_put_aside_by_every_listener_with_its_reason(system, shared_amqp_uri, raw):
    for wrong, (body, _reason) in BAD_EVENTS.items():
        headers, kind = HOW.get(wrong, ({}, JSON))
        raw.publish(
            body,
            "clients.events",
            "client.created.v1",
            {**headers, "x-delivery-count": "many"},
            kind,
            delivery_mode=2,
            message_id=wrong,
        )
    for queue in QUEUES:
        wait_until(
            lambda queue=queue: len(parked(shared_amqp_uri, queue)) >= len(BAD_EVENTS),
            f"{queue} to park all of them",
            seconds=30,
        )
        reasons = {one.id: one.reason for one in parked(shared_amqp_uri, queue)}
        assert set(reasons) == set(BAD_EVENTS)
        for wrong, (_body, expected) in BAD_EVENTS.items():
            assert expected in reasons[wrong], (wrong, queue, reasons[wrong])
    subscribers = "webhooks.deliveries"  # of the package for subscribers outside: no more of it holds them up
    wait_until(
        lambda: {"packed", "an unknown packing"} <= {one.id for one in parked(shared_amqp_uri, subscribers)},
        f"{subscribers} to park what cannot be unpacked",
        seconds=30,
    )
    drop(shared_amqp_uri, subscribers, "all")
    client = system.new_client()
    wait_until(
        lambda: system.get(f"/clients/{client['id']}/activity").json()["data"],
        "a good event after the bad ones",
        seconds=30,
    )


def test_an_event_on_the_exchange_of_another_service_is_put_aside(shared_amqp_uri, raw):
    for exchange in ("billing.events", "support.events"):
        raw.publish(changed(), exchange, "client.created.v1", delivery_mode=2)
    wait_until(lambda: len(parked(shared_amqp_uri, "audit.activity")) == 2, "both to be parked")
    assert parked(shared_amqp_uri, "billing.accounts") == []
