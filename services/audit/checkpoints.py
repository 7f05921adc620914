"""Signed checkpoints: one line of JSON each in a file outside the database, to which lines are only ever added.

    {"checkpoint": {"number": 7, "made_at": "2026-11-22T17:05:00.123Z", "previous": "<SHA-256 of line 6; 64 zeros for line 1>",
                    "heads": {"<chain>": [seq, "<hash>"], …},
                    "archive": {"name", "sha256"}},     only where the entries up to these heads went into that archive
     "signature": "<compact JWS, Ed25519, detached: its payload is the canonical JSON of `checkpoint`>"}

The signature's header names the key by its id (`kid`); what was signed before it did is of one of the keys that there are.

`heads` are the chains that have moved since they were last named. A line without its newline is one that a crash
tore: it never counted, and the next checkpoint takes its place.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.events.event import canonical
from services.audit.checkpoint_index import CheckpointIndex

ALGORITHM = "Ed25519"
NOTHING_BEFORE = "0" * 64
BLOCK = 4 * 1024 * 1024


class Forged(Exception):
    """A line of the file is not what the audit service signed."""


def signed_line(checkpoint: dict, key: OKPKey) -> bytes:
    """The line of `checkpoint`, signed with the private `key`, with its newline."""
    payload = canonical(checkpoint)
    header = {"alg": ALGORITHM, "kid": key.thumbprint()}
    signature = jws.detach_content(jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM]))
    return canonical({"checkpoint": checkpoint, "signature": signature}) + b"\n"


def read_line(line: bytes, keys: dict[str, OKPKey]) -> dict:
    """The checkpoint that `line` holds, verified with the public key of `keys` that it names; raises Forged."""
    try:
        whole = json.loads(line)
        if canonical(whole) != line.rstrip(b"\n"):
            raise Forged("the line is not in the form in which it was written")
        checkpoint = whole["checkpoint"]
        signed = jws.extract_compact(whole["signature"].encode(), canonical(checkpoint))
        key_id = signed.headers().get("kid")
        possible = keys.values() if key_id is None else [keys[key_id]]
        sound = any(jws.validate_compact(signed, key, [ALGORITHM]) for key in possible)
    except (JoseError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise Forged(str(error)) from error
    if not sound:
        raise Forged("another signature")
    return checkpoint


class CheckpointFile:
    """The file at `path`. One process at a time adds to it, any number read it."""

    def __init__(self, path: Path):
        self.path, self.index = path, CheckpointIndex(path)

    def add(
        self, heads: dict[str, tuple[int, str]], made_at: str, key: OKPKey, archive: dict[str, str] | None = None
    ) -> dict:
        """Add the checkpoint of `heads`, up to which the entries went into `archive`; it is on the disk when this returns
        it."""
        fresh = not self.path.exists()
        with open(self.path, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = _mend(file)
            number, previous = (
                (json.loads(before)["checkpoint"]["number"], digest(before)) if before else (0, NOTHING_BEFORE)
            )
            checkpoint = {
                "number": number + 1,
                "made_at": made_at,
                "previous": previous,
                "heads": {chain: list(head) for chain, head in heads.items()},
                **({"archive": archive} if archive else {}),
            }
            file.write(signed_line(checkpoint, key))
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            keep_name(self.path.parent)
        return checkpoint

    def newest(self) -> dict | None:
        """The last checkpoint that counts, unverified; None when there is none."""
        try:
            with open(self.path, "rb") as file:
                line = _last_line(file)[0]
        except FileNotFoundError:
            return None
        return json.loads(line)["checkpoint"] if line else None

    def naming(self, chain: str) -> Iterator[bytes | None]:
        """The lines that name `chain`, oldest first; None between two stretches of what the index did not know yet, for
        who wants to pause."""
        if not self.path.exists():
            return
        yield from self.index.catch_up()
        with open(self.path, "rb") as file:
            for place in self.index.places(chain):
                file.seek(place)
                yield file.readline()


def digest(line: bytes) -> str:
    """What the next checkpoint calls `line` by: SHA-256 of its bytes without the newline."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _mend(file: Any) -> bytes:
    """Cut off a line that a crash tore; the last whole line, empty when there is none."""
    line, end = _last_line(file)
    file.truncate(end)
    file.seek(end)
    return line


def _last_line(file: Any) -> tuple[bytes, int]:
    """The last whole line without its newline, and the place where the next begins."""
    end = size = file.seek(0, os.SEEK_END)
    tail = b""
    while end > 0 and tail.count(b"\n") < 2:
        start = max(0, end - BLOCK)
        file.seek(start)
        tail, end = file.read(end - start) + tail, start
    whole = tail[: tail.rfind(b"\n") + 1]
    return whole.rstrip(b"\n").rpartition(b"\n")[2], size - len(tail) + len(whole)


def keep_name(folder: Path) -> None:
    """Have the folder remember a new name past a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
