"""Sending: the connection is to the address that was checked, TLS is verified for the name, and time is bounded."""

import pytest

from services.webhooks import sending
from services.webhooks.sending import Sender
from tests.support.webhooks import Receiver

HEADERS = {"content-type": "application/json"}


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def post(url: str, **options):
    return Sender(loopback=True, **options).post(url, HEADERS, b'{"sequence": 1}')


def sent_to(receiver: Receiver, monkeypatch, name: str, **options):
    """A request to https://<name>:<port of the receiver>, where the name resolves to loopback."""
    monkeypatch.setattr("services.webhooks.addresses.PORTS", (receiver.server.server_port,))
    url = f"https://{name}:{receiver.server.server_port}/hooks"
    return post(url, resolve=lambda host, port: ["127.0.0.1"], **options)


def test_a_request_goes_to_the_checked_address_with_tls_verified_for_the_name(receiver, tmp_path, monkeypatch):
    trusted = receiver.speak_tls(tmp_path, "hooks.example.com")
    answer = sent_to(receiver, monkeypatch, "hooks.example.com", tls=trusted)
    assert (answer.status, answer.error) == (204, None)
    assert receiver.seen[0]["headers"]["host"] == f"hooks.example.com:{receiver.server.server_port}"
    for name, tls in (("other.example.com", trusted), ("hooks.example.com", None)):
        answer = sent_to(receiver, monkeypatch, name, tls=tls)
        assert answer.status is None and "certificate verify failed" in answer.error
    assert len(receiver.seen) == 1


def test_a_name_is_checked_each_time_it_is_resolved(receiver):
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"]

    answer = Sender(loopback=False, resolve=resolve).post("https://rebound.example.com/", HEADERS, b"{}")
    assert answer.error == "10.0.0.1 is not a public address." and asked == ["rebound.example.com"]
    refused = Sender(loopback=False, resolve=resolve).post(receiver.url, HEADERS, b"{}")
    assert refused.error == "The URL has to begin with https://." and receiver.seen == []


def test_whoever_answers_drop_by_drop_is_left_after_a_while(receiver, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 1.0)
    monkeypatch.setattr(sending, "BODY_SECONDS", 0.5)

    def drip(request):
        if request.path.endswith("/body"):
            request.send_response(200)
            request.end_headers()
        while not receiver.closing.wait(0.1):
            request.wfile.write(b"x")
        return True

    receiver.behave = drip
    assert post(f"{receiver.url}/head").error == "No answer within 1 s."
    answer = post(f"{receiver.url}/body")
    assert (answer.status, answer.body.strip("x"), answer.seconds < 3) == (200, "", True)
    receiver.behave = lambda request: request.answer(429, retry_after="120")
    assert post(receiver.url).retry_after == 120


def test_an_address_that_nobody_answers_at_is_an_error_in_words():
    answer = post("http://127.0.0.1:1/")
    assert answer.status is None and "refused" in answer.error.lower()
