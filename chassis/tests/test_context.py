"""The signed context: only what the right key signed is believed."""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.context import Caller, Signer, Verifier, system_caller
from chassis.errors import ServiceProblem
from chassis.permissions import NOT_WHILE_IMPERSONATING, Access, Permission, Portal
from chassis.signing_keys import KEYS_SECONDS, generate_keys


@pytest.fixture
def verifier(keys_dir) -> Verifier:
    return Verifier(keys_dir)


@pytest.fixture
def gateway(keys_dir) -> Signer:
    return Signer(keys_dir / "gateway.key")


CALL = ("clients.add_note", '{"kwargs": {"body": "Ünique"}}')


def refused(verifier, token, call=CALL, **more) -> bool:
    with pytest.raises(ServiceProblem) as refusal:
        verifier.verify(token, *call, **more)
    return refusal.value.code == "unauthenticated"


def test_a_caller_survives_signing(gateway, verifier, make_caller):
    caller = make_caller(acting_as={"contact_id": "c1", "name": "Cleo"})
    assert verifier.verify(gateway.sign(caller, *CALL), CALL[0], CALL[1].encode()) == caller


def test_a_context_is_a_jws_that_another_library_reads_and_writes(gateway, verifier, make_caller, keys_dir):
    key = OKPKey.import_key((keys_dir / "gateway.key").read_bytes())
    header = {"alg": "Ed25519", "kid": key.thumbprint()}
    caller = make_caller(credential={"session": "x"}, name="Zoë")
    read = jwt.decode(gateway.sign(caller, *CALL), key, algorithms=["Ed25519"])
    assert read.header == {"typ": "JWT", **header} and read.claims["caller"]["name"] == "Zoë"
    written = jwt.encode(header, read.claims, key, algorithms=["Ed25519"])
    assert verifier.verify(written, *CALL) == caller


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "Ed25519", "typ": "JWT"},
        {"typ": "JWT", "alg": "EdDSA"},
        {"typ": "JWT", "alg": "Ed25519", "crit": ["b64"]},
        {"typ": "JWT", "alg": "Ed25519", "jku": "https://keys.example/"},
    ],
)
def test_nothing_in_the_header_is_for_a_sender_to_choose(gateway, verifier, make_caller, keys_dir, header):
    key = OKPKey.import_key((keys_dir / "gateway.key").read_bytes())
    payload = gateway.sign(make_caller(), *CALL).split(".")[1]
    spelled = urlsafe_b64encode(json.dumps({**header, "kid": key.thumbprint()}).encode()).decode().rstrip("=")
    signature = urlsafe_b64encode(key.private_key.sign(f"{spelled}.{payload}".encode())).decode().rstrip("=")
    assert refused(verifier, f"{spelled}.{payload}.{signature}")


@pytest.mark.parametrize("payload", [b"[1]", b"null", b"{", b"\xff"])
def test_claims_that_are_no_object_are_refused(gateway, verifier, make_caller, keys_dir, payload):
    key = OKPKey.import_key((keys_dir / "gateway.key").read_bytes())
    header = gateway.sign(make_caller(), *CALL).split(".")[0]
    signed = f"{header}.{urlsafe_b64encode(payload).decode().rstrip('=')}"
    signature = urlsafe_b64encode(key.private_key.sign(signed.encode())).decode().rstrip("=")
    assert refused(verifier, f"{signed}.{signature}")


@pytest.mark.parametrize(
    "call",
    [
        ("billing.add_note", CALL[1]),
        ("clients.add_credit", CALL[1]),
        ("clients", CALL[1]),
        ("clients.add_note", CALL[1].replace("Ü", "U")),
    ],
    ids=["service", "method", "no method", "arguments"],
)
def test_a_context_is_good_for_its_call_alone(gateway, verifier, make_caller, call):
    assert refused(verifier, gateway.sign(make_caller(), *CALL), call)


def test_a_context_is_good_once_but_a_message_that_is_delivered_again_is_the_same_use(gateway, verifier, make_caller):
    caller = make_caller()
    token = gateway.sign(caller, *CALL)
    assert verifier.verify(token, *CALL, redelivered=True) == caller
    assert verifier.verify(token, *CALL, redelivered=True) == caller
    assert refused(verifier, token)


def test_what_was_used_is_kept_no_longer_than_it_would_be_good(gateway, verifier, make_caller, monkeypatch):
    for _ in range(5):
        verifier.verify(gateway.sign(make_caller(), *CALL), *CALL)
    assert len(verifier._used) == 5
    later = time.time() + 70
    monkeypatch.setattr("chassis.context.time.time", lambda: later)
    verifier.verify(gateway.sign(make_caller(), *CALL), *CALL)
    assert len(verifier._used) == 1


def test_one_key_follows_another_while_both_are_trusted_and_an_old_one_counts_no_more(
    tmp_path, make_caller, monkeypatch
):
    generate_keys(tmp_path, ["gateway"])
    old, verifier, now = Signer(tmp_path / "gateway.key"), Verifier(tmp_path), time.monotonic()
    monkeypatch.setattr("chassis.context.time.monotonic", lambda: now)
    verifier.verify(old.sign(make_caller(), *CALL), *CALL)
    generate_keys(tmp_path, ["gateway.2026-12"])
    new = Signer(tmp_path / "gateway.2026-12.key")
    assert new.issuer == "gateway"
    now += KEYS_SECONDS + 1
    for signer in (old, new):
        verifier.verify(signer.sign(make_caller(), *CALL), *CALL)
    (tmp_path / "gateway.pub").unlink()
    now += KEYS_SECONDS + 1
    verifier.verify(new.sign(make_caller(), *CALL), *CALL)
    assert refused(verifier, old.sign(make_caller(), *CALL))


def test_a_changed_claim_breaks_the_signature(gateway, verifier, make_caller):
    head, _, signature = gateway.sign(make_caller(permissions=("notes.view",)), *CALL).split(".")
    _, forged, _ = gateway.sign(make_caller(permissions=("*",)), *CALL).split(".")
    assert refused(verifier, f"{head}.{forged}.{signature}")


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", 7, b"bytes"])
def test_what_is_no_token_is_refused(verifier, token):
    assert refused(verifier, token)


def test_no_algorithm_and_a_symmetric_one_are_refused(gateway, verifier, make_caller, keys_dir):
    head, body, _ = gateway.sign(make_caller(), *CALL).split(".")
    known = json.loads(urlsafe_b64decode(head + "=="))
    none = urlsafe_b64encode(json.dumps({**known, "alg": "none"}).encode()).decode().rstrip("=")
    assert refused(verifier, f"{none}.{body}.")
    symmetric = urlsafe_b64encode(json.dumps({**known, "alg": "HS256"}).encode()).decode().rstrip("=")
    mac = hmac.digest((keys_dir / "gateway.pub").read_bytes(), f"{symmetric}.{body}".encode(), "sha256")
    assert refused(verifier, f"{symmetric}.{body}.{urlsafe_b64encode(mac).decode().rstrip('=')}")


def test_a_service_speaks_for_itself_alone_and_to_what_is_named_for_it(verifier, keys_dir, make_caller):
    billing, read = Signer(keys_dir / "billing.key"), ("clients.clients_for_billing", "{}")
    itself = system_caller("billing", cause="x")
    assert refused(verifier, billing.sign(make_caller(), *read), read)
    assert refused(verifier, billing.sign(system_caller("clients", cause="x"), *read), read)
    assert refused(verifier, billing.sign(itself, *CALL))
    assert verifier.verify(billing.sign(itself, *read), *read).id == "billing"


def test_an_old_token_is_refused(gateway, verifier, make_caller, monkeypatch):
    token = gateway.sign(make_caller(), *CALL)
    later = time.time() + 70
    monkeypatch.setattr("chassis.context.time.time", lambda: later)
    assert refused(verifier, token) and refused(verifier, token, redelivered=True)


def test_permissions_open_their_own_rpc_methods_only(make_caller):
    support = make_caller(permissions=("notes.view",))
    assert support.allows(Permission.NOTES_VIEW)
    assert not support.allows(Permission.NOTES_CREATE)
    assert make_caller().allows(Permission.STAFF_DELETE)
    assert not replace(make_caller(), kind="contact").allows(Permission.CLIENTS_VIEW)


def test_anonymous_callers_pass_public_rpc_methods_only():
    anonymous = Caller()
    assert anonymous.allows(Access.PUBLIC)
    assert not any(anonymous.allows(access) for access in (Access.SIGNED_IN, Access.SERVICE, *Permission))


def contact(make_caller, **given) -> Caller:
    return make_caller(**{"kind": "contact", "permissions": ("portal.home", "portal.invoices.pay"), **given})


def test_a_contact_passes_what_its_role_says_and_no_rpc_of_the_admin(make_caller):
    caller = contact(make_caller)
    assert (
        caller.allows(Portal.INVOICES_PAY)
        and caller.allows(Access.IN_PORTAL)
        and not caller.allows(Portal.ORDERS_PLACE)
    )
    assert not any(caller.allows(access) for access in (Access.SIGNED_IN, Access.SERVICE, *Permission))
    assert not any(contact(make_caller, permissions=("*",)).allows(access) for access in (*Permission, *Portal))


def test_staff_are_not_in_the_portal_whatever_they_may_do(make_caller):
    assert not any(make_caller().allows(access) for access in (Access.IN_PORTAL, *Portal))


def test_an_impersonator_is_refused_what_only_the_client_may_do_and_everything_of_the_admin(make_caller):
    impersonator = make_caller(
        permissions=tuple(map(str, Portal)), acting_as={"contact_id": "c1", "name": "Cleo", "impersonation_id": "v1"}
    )
    assert {access for access in Portal if not impersonator.allows(access)} == NOT_WHILE_IMPERSONATING
    assert not any(impersonator.allows(access) for access in (Access.SIGNED_IN, Access.SERVICE, *Permission))
    with pytest.raises(ServiceProblem) as refusal:
        impersonator.require(Portal.INVOICES_PAY)
    assert (refusal.value.code, refusal.value.extra["permission"]) == ("impersonation-denied", "portal.invoices.pay")
    assert impersonator.contact_id == "c1" and contact(make_caller, id="c2").contact_id == "c2"
