"""The signed context: only what the right key signed is believed."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from chassis.context import Caller, Signer, Verifier, system_caller
from chassis.errors import ServiceProblem
from chassis.permissions import Access, Permission


@pytest.fixture
def verifier(keys_dir) -> Verifier:
    return Verifier(keys_dir)


@pytest.fixture
def gateway(keys_dir) -> Signer:
    return Signer(keys_dir / "gateway.key")


def refused(verifier, token) -> bool:
    with pytest.raises(ServiceProblem) as refusal:
        verifier.verify(token)
    return refusal.value.code == "unauthenticated"


def test_a_caller_survives_signing(gateway, verifier, make_caller):
    caller = make_caller(acting_as={"contact_id": "c1", "name": "Cleo"})
    assert verifier.verify(gateway.sign(caller)) == caller


def test_a_changed_claim_breaks_the_signature(gateway, verifier, make_caller):
    head, _, signature = gateway.sign(make_caller(permissions=("notes.view",))).split(".")
    _, forged, _ = gateway.sign(make_caller(permissions=("*",))).split(".")
    assert refused(verifier, f"{head}.{forged}.{signature}")


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", 7, b"bytes"])
def test_what_is_no_token_is_refused(verifier, token):
    assert refused(verifier, token)


def test_no_algorithm_and_a_symmetric_one_are_refused(gateway, verifier, make_caller, keys_dir):
    _, body, _ = gateway.sign(make_caller()).split(".")
    none = urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    assert refused(verifier, f"{none}.{body}.")
    symmetric = urlsafe_b64encode(json.dumps({"alg": "HS256"}).encode()).decode().rstrip("=")
    mac = hmac.digest((keys_dir / "gateway.pub").read_bytes(), f"{symmetric}.{body}".encode(), "sha256")
    assert refused(verifier, f"{symmetric}.{body}.{urlsafe_b64encode(mac).decode().rstrip('=')}")


def test_a_service_cannot_speak_for_a_person_or_for_another_service(verifier, keys_dir, make_caller):
    billing = Signer(keys_dir / "billing.key")
    assert refused(verifier, billing.sign(make_caller()))
    assert refused(verifier, billing.sign(system_caller("clients", cause="x")))
    assert verifier.verify(billing.sign(system_caller("billing", cause="x"))).id == "billing"


def test_an_old_token_is_refused_even_when_it_was_seen_before(gateway, verifier, make_caller, monkeypatch):
    token = gateway.sign(make_caller())
    verifier.verify(token)
    later = time.time() + 70
    monkeypatch.setattr("chassis.context.time.time", lambda: later)
    assert refused(verifier, token)


def test_permissions_open_their_own_doors_only(make_caller):
    support = make_caller(permissions=("notes.view",))
    assert support.allows(Permission.NOTES_VIEW)
    assert not support.allows(Permission.NOTES_CREATE)
    assert make_caller().allows(Permission.STAFF_DELETE)
    assert not replace(make_caller(), kind="contact").allows(Permission.CLIENTS_VIEW)


def test_anonymous_callers_pass_public_doors_only():
    anonymous = Caller()
    assert anonymous.allows(Access.PUBLIC)
    assert not any(anonymous.allows(access) for access in (Access.SIGNED_IN, Access.SERVICE, *Permission))
