"""RPC methods and calls on a real broker and database."""

import time
import uuid
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from chassis import green
from chassis.bus.connection import Consumer
from chassis.bus.message_guard import MAX_CALL
from chassis.context import Signer
from chassis.db.engine import make_engine
from chassis.errors import ServiceProblem
from chassis.permissions import Access, Portal
from chassis.rpc import server
from chassis.rpc.client import with_deadline
from chassis.rpc.server import RpcContract, problem_of, rpc
from chassis.testing.plugin import wait_until
from tests.support.chassis.sample_service import SampleService, counters
from tests.support.raw_bus import RawBus


@pytest.fixture
def client_id() -> str:
    return str(uuid.uuid4())


def test_a_command_answers_and_changes_once_for_one_key(sample, calls, make_caller, sample_session, client_id):
    caller = make_caller(idempotency_key="key-0123456789abcdef")
    first = calls.call(caller, "sample.count", client_id=client_id, by=3)
    again = calls.call(caller, "sample.count", client_id=client_id, by=3)
    assert first == again == {"value": 3}
    assert counters(sample_session) == {client_id: 3}


def test_text_of_any_script_takes_its_own_bytes_on_the_bus_and_no_more(sample, calls, make_caller, client_id):
    """Written in ASCII alone it would take three times as many."""
    reason = "\U0001d11e" * (MAX_CALL // 4 - 4096)
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "sample.count", client_id=client_id, by=0, reason=reason, seconds=20)
    assert refusal.value.code == "validation"


class Waiting(SampleService):
    """A service with an RPC method that ends when it is told to."""

    name = "sample"
    runs, end = [], green.Event()

    @rpc(Access.PUBLIC)
    def wait(self):
        self.runs.append(True)
        self.end.wait()
        return "ended"


def test_a_call_under_way_when_its_process_stops_is_run_once_and_answered(
    run_service, sample_database, sample_session, calls, make_caller
):
    first = run_service(Waiting, sample_database.app_url, issuer="support")
    call = calls.start(with_deadline(make_caller(), 20), "sample.wait", seconds=20)
    wait_until(lambda: Waiting.runs, "the call to begin")
    run_service(Waiting, sample_database.app_url, issuer="support")
    consumer = next(one for one in first.subextensions if isinstance(one, Consumer))
    stopping = green.spawn(first.stop)
    wait_until(lambda: not consumer._consumers, "the first to take no more calls")
    for _ in range(20):  # which the second answers, after whatever the broker has given out again
        calls.call(make_caller(), "sample.whoami")
    Waiting.end.send()
    assert call.result() == "ended" and len(Waiting.runs) == 1
    stopping.wait()


def test_a_key_with_another_body_is_refused(sample, calls, make_caller, client_id):
    caller = make_caller(idempotency_key="key-0123456789abcdef")
    calls.call(caller, "sample.count", client_id=client_id, by=3)
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(caller, "sample.count", client_id=client_id, by=4)
    assert refusal.value.code == "idempotency-reuse"


def test_twenty_calls_with_one_key_at_once_have_one_effect(sample, calls, make_caller, sample_session, client_id):
    caller = make_caller(idempotency_key="key-0123456789abcdef")
    answers = calls.gather(
        caller, {n: ("sample.count", {"client_id": client_id, "by": 1}) for n in range(20)}, seconds=5
    )
    assert list(answers.values()) == [{"value": 1}] * 20
    assert counters(sample_session) == {client_id: 1}


def test_an_unsigned_call_is_refused(sample, calls, make_caller, monkeypatch):
    monkeypatch.setattr(calls._signer, "sign", lambda *call: "eyJhbGciOiJub25lIn0.eyJpc3MiOiJnYXRld2F5In0.")
    with capture_logs() as records, pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "sample.whoami")
    assert refusal.value.code == "unauthenticated"
    assert [one["target"] for one in records if one["event"] == "call refused"] == ["sample.whoami"]


def test_an_rpc_refuses_who_lacks_its_permission(sample, calls, make_caller, client_id):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(permissions=("notes.view",)), "sample.count", client_id=client_id, by=1)
    assert refusal.value.code == "forbidden"
    assert refusal.value.extra == {"permission": "notes.create"}


@pytest.mark.parametrize("method", ["one_client", "one_client_or_all"])
def test_an_rpc_of_one_client_is_about_the_client_of_the_context_and_no_other(
    sample, calls, make_caller, client_id, method
):
    caller, other = make_caller(client_id=client_id), str(uuid.uuid4())
    assert calls.call(caller, f"sample.{method}", client_id=client_id) == {"client_id": client_id}
    for who, asked in ((caller, other), (make_caller(client_id=None), client_id)):
        with pytest.raises(ServiceProblem) as refusal:
            calls.call(who, f"sample.{method}", client_id=asked)
        assert refusal.value.code == "not-found"


def test_an_rpc_that_takes_no_client_is_given_the_one_of_the_context(sample, calls, make_caller, client_id):
    assert calls.call(make_caller(client_id=client_id), "sample.own_client") == {"client_id": client_id}
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(client_id=None), "sample.own_client")
    assert refusal.value.code == "not-found"


@pytest.mark.parametrize("given", [{}, {"client_id": None}])
def test_an_rpc_of_one_client_or_all_is_about_all_when_none_is_named(sample, calls, make_caller, client_id, given):
    caller = make_caller(client_id=client_id)
    assert calls.call(caller, "sample.one_client_or_all", **given) == {"client_id": None}


def test_an_answer_that_its_response_schema_does_not_accept_is_an_error_where_answers_are_checked(
    sample, calls, make_caller, monkeypatch
):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "sample.wrong_answer", seconds=10)
    assert refusal.value.code == "internal"
    monkeypatch.setattr(server, "CHECK_RESPONSES", False)
    assert calls.call(make_caller(), "sample.wrong_answer", seconds=10) == {"client_id": None, "name": "Ada"}


def test_a_credential_is_resolved_by_the_service_and_given_to_the_caller(sample, calls, make_caller):
    caller = make_caller(
        kind="anonymous", id=None, name=None, permissions=(), credential={"kind": "session", "hash": "good"}
    )
    answer = calls.start(caller, "sample.whoami").answer()
    assert answer["data"] == {"name": "Ada"}
    assert answer["principal"]["permissions"] == ["notes.view"]


def test_all_faulty_fields_are_named_at_once(sample, calls, make_caller):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "sample.count", client_id="nonsense", by=0, colour="red")
    assert {error["pointer"] for error in refusal.value.errors} == {"/client_id", "/by", "/colour"}


def test_an_unexpected_error_tells_nothing_of_itself(sample, calls, make_caller):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "sample.broken")
    assert (refusal.value.code, refusal.value.detail) == ("internal", "")


def test_a_call_past_its_deadline_is_not_started(sample, calls, make_caller, sample_session, client_id, monkeypatch):
    late, sign = make_caller(), calls._signer.sign
    past = time.time() - 1
    monkeypatch.setattr(calls._signer, "sign", lambda caller, *call: sign(replace(caller, deadline=past), *call))
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(late, "sample.count", client_id=client_id, by=1)
    assert refusal.value.code == "unavailable"
    assert counters(sample_session) == {}


@pytest.mark.parametrize("off_by", [30, -30])
def test_a_call_from_a_machine_whose_clock_is_off_is_refused_and_changes_nothing(
    sample, calls, make_caller, sample_session, client_id, monkeypatch, off_by
):
    sign = calls._signer.sign

    def sign_there(caller, *call):
        with monkeypatch.context() as there:
            there.setattr("chassis.context.time", SimpleNamespace(time=lambda: time.time() + off_by))
            return sign(replace(caller, deadline=caller.deadline + off_by), *call)

    monkeypatch.setattr(calls._signer, "sign", sign_there)
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(with_deadline(make_caller(), 8), "sample.count", client_id=client_id, by=1)
    assert refusal.value.code == "unavailable"
    assert counters(sample_session) == {}


def test_a_captured_call_that_reaches_every_replica_takes_effect_once(
    sample, run_service, sample_database, amqp_uri, keys_dir, make_caller, sample_session, client_id
):
    """A replica refuses what it has seen; one that has not gives the answer that the key has, and does nothing."""
    run_service(SampleService, sample_database.app_url, issuer="support")
    raw, signer = RawBus(amqp_uri), Signer(keys_dir / "gateway.key")
    token = []

    def once(target, body):
        if not token:
            token.append(signer.sign(make_caller(), target, body))
        return token[0]

    arguments = {"client_id": client_id, "by": 3}
    answers = raw.answers(*[raw.call("sample.count", arguments, sign=once) for _ in range(20)])
    raw.close()
    done = [answer["data"] for answer in answers if "data" in answer]
    assert 1 <= len(done) <= 2 and all(answer == {"value": 3} for answer in done)
    assert {answer["problem"]["code"] for answer in answers if "problem" in answer} == {"unauthenticated"}
    assert counters(sample_session) == {client_id: 3}


def test_a_service_that_never_ran_is_unavailable_at_once(calls, make_caller):
    started = time.monotonic()
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "nobody.there", seconds=5)
    assert refusal.value.code == "unavailable"
    assert time.monotonic() - started < 4


def test_a_connection_that_nobody_gives_back_is_waited_for_a_second_and_no_more_are_made(sample_database):
    engine = make_engine(sample_database.app_url, pool_size=1)
    assert (engine.pool.size(), engine.pool._max_overflow, engine.pool._timeout) == (1, 0, 1)
    with engine.connect(), pytest.raises(PoolTimeout) as refusal:
        engine.connect()
    engine.dispose()
    assert problem_of(refusal.value, "here").code == "unavailable"


def test_slow_queries_overlap_in_one_process(sample, calls, make_caller):
    started = time.monotonic()
    answers = calls.gather(make_caller(), {n: ("sample.slow", {}) for n in range(10)}, seconds=5)
    assert list(answers.values()) == [True] * 10
    assert time.monotonic() - started < 1.5, "ten waits of 0.2 s in a row would take 2 s"


def test_a_key_of_staff_in_one_portal_is_a_new_one_in_the_next_clients_whatever_the_method_takes(make_caller):
    def send_reply():
        """An RPC method."""

    acting_as = {"contact_id": "c1", "name": "Cleo", "impersonation_id": "i1"}
    for contract in (RpcContract(Portal.TICKETS_REPLY), RpcContract(Portal.TICKETS_REPLY, of_client=True)):
        names = {
            server._operation(send_reply, contract, make_caller(acting_as=acting_as, client_id=client_id), {})
            for client_id in ("one", "two")
        }
        assert names == {"send_reply@one", "send_reply@two"}


def test_recent_authentication_is_asked_of_a_session_alone(make_caller):
    make_caller(authenticated_at=None).require_recent_authentication()
    make_caller(authenticated_at=time.time() - 500).require_recent_authentication()
    with pytest.raises(ServiceProblem) as refusal:
        make_caller(authenticated_at=time.time() - 700).require_recent_authentication()
    assert (refusal.value.code, refusal.value.status) == ("reauthentication-required", 403)
