"""Signing keys: one follows another while calls go on, and old ones are trusted until they are retired."""

import os
import time
from pathlib import Path

import pytest

from chassis import signing_keys
from chassis.context import Signer, Verifier
from chassis.errors import ServiceProblem
from chassis.signing_keys import (
    KEYS_SECONDS,
    UNTIL_UNUSED,
    SigningKey,
    TrustedKeys,
    generate_keys,
    retire,
    rotate,
    token_header,
)

CALL = ("clients.me", "{}")


@pytest.fixture
def clock(monkeypatch):
    """`clock(seconds)`: that much time passes for whoever reads keys."""
    passed = [time.monotonic()]
    monkeypatch.setattr(signing_keys.time, "monotonic", lambda: passed[0])

    def forward(seconds: float) -> None:
        passed[0] += seconds

    return forward


@pytest.fixture
def keys(tmp_path):
    generate_keys(tmp_path, ["gateway", "audit"])
    return tmp_path


def test_a_process_signs_with_the_next_key_without_a_start_and_every_verifier_knows_it_by_then(
    keys, clock, make_caller
):
    signer, verifier, caller = Signer(keys / "gateway.key"), Verifier(keys), make_caller()
    before = signer.sign(caller, *CALL)
    verifier.verify(signer.sign(caller, *CALL), *CALL)

    def calls_go_on(seconds: float) -> None:
        clock(seconds)
        verifier.verify(signer.sign(caller, *CALL), *CALL)

    rotate(keys, keys, "gateway", wait=calls_go_on)
    clock(KEYS_SECONDS + 1)
    after = signer.sign(caller, *CALL)
    assert after.partition(".")[0] != before.partition(".")[0]
    verifier.verify(after, *CALL)
    verifier.verify(before, *CALL)


def test_a_retired_key_is_trusted_no_more_and_the_one_in_use_stays(keys, clock, make_caller):
    old, caller = Signer(keys / "gateway.key"), make_caller()
    left_over = old.sign(caller, *CALL)
    rotate(keys, keys, "gateway", wait=clock)
    with pytest.raises(ValueError, match="under way"):
        retire(keys, keys, "gateway")
    long_ago = time.time() - UNTIL_UNUSED - 1
    os.utime(keys / "gateway.key", (long_ago, long_ago))
    retire(keys, keys, "gateway")
    assert sorted(path.name for path in keys.glob("gateway*")) == ["gateway.key", "gateway.pub"]
    verifier = Verifier(keys)
    verifier.verify(Signer(keys / "gateway.key").sign(caller, *CALL), *CALL)
    with pytest.raises(ServiceProblem):
        verifier.verify(left_over, *CALL)


def test_the_keys_that_prove_the_log_are_never_retired(keys, clock):
    rotate(keys, keys, "audit", wait=clock)
    with pytest.raises(ValueError, match="they are kept"):
        retire(keys, keys, "audit")
    assert len(list(keys.glob("audit*.pub"))) == 2


def test_a_private_key_is_its_owners_alone_and_stays_in_use_while_its_file_cannot_be_read(keys, clock):
    rotate(keys, keys, "gateway", wait=clock)
    assert (keys / "gateway.key").stat().st_mode & 0o777 == 0o600
    key = SigningKey(keys / "gateway.key")
    first = key.current().thumbprint()
    for broken in ("not a key", ""):
        (keys / "gateway.key").write_text(broken)
        clock(KEYS_SECONDS + 1)
        assert key.current().thumbprint() == first


def test_handing_the_keys_out_again_brings_no_retired_one_back(keys, tmp_path, clock, make_caller):
    """As deploy/docker/make-keys does at each start, also where the public ones were lost."""
    public, caller = tmp_path / "public", make_caller()
    public.mkdir()
    (public / "gateway.pub").write_bytes((keys / "gateway.pub").read_bytes())
    left_over = Signer(keys / "gateway.key").sign(caller, *CALL)
    rotate(keys, public, "gateway", wait=clock)
    long_ago = time.time() - UNTIL_UNUSED - 1
    os.utime(keys / "gateway.key", (long_ago, long_ago))
    retire(keys, public, "gateway")
    generate_keys(keys, ["gateway"])
    assert (public / "gateway.pub").read_bytes() == (keys / "gateway.pub").read_bytes()
    Verifier(public).verify(Signer(keys / "gateway.key").sign(caller, *CALL), *CALL)
    with pytest.raises(ServiceProblem):
        Verifier(public).verify(left_over, *CALL)


def test_compose_hands_out_only_keys_that_are_not_there():
    script = (Path(__file__).parents[2] / "deploy" / "docker" / "make-keys").read_text("utf-8")
    assert [line.strip() for line in script.splitlines() if "/keys/public/" in line and "cp " in line] == [
        '[ -e "/keys/public/$name.pub" ] || cp "/keys/$owner/$name.pub" /keys/public/'
    ]


@pytest.mark.parametrize("unreadable", ["taken away", "no key"])
def test_a_public_key_that_cannot_be_read_leaves_the_others_trusted(keys, monkeypatch, unreadable):
    """As when a key is retired just between listing the folder and reading it."""
    other = keys / "other.pub"
    if unreadable == "no key":
        other.write_text("not a key")
    files = [other, *keys.glob("gateway*.pub")]
    monkeypatch.setattr(Path, "glob", lambda _folder, _pattern: iter(files))
    trusted, key = TrustedKeys(keys), SigningKey(keys / "gateway.key").current()
    assert trusted.find(token_header(key))[0] == "gateway"
    with pytest.raises(LookupError):
        trusted.find(b"of no key")
