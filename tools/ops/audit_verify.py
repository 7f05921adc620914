"""The offline verifier of the activity log: needs an export or an archive (JSONL), the checkpoints and all public keys that
the audit service has had.

    python tools/ops/audit_verify.py EXPORT CHECKPOINTS --key audit.pub [--key audit.<id>.pub …]

It stands alone on purpose: no database, no service, nothing of ours is imported, so that whoever doubts the system can
read all of it. Prints one line for each chain and one for each thing that differs; exits 0 when everything holds, 1
when not.

An entry's hash is SHA-256( lp("commerce.activity.v1") ‖ lp(prev) ‖ lp(each field of HASHED) ), where lp(x) is the
length of x as eight bytes, big end first, then x; a field is canonical JSON. Personal values stand beside it:
`facts.commitments` has SHA-256(salt ‖ canonical value) of each, so that one which was erased leaves the hash as it is.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

HASHED = (
    "chain",
    "seq",
    "event_id",
    "type",
    "category",
    "source",
    "sequence",
    "occurred_at",
    "received_at",
    "actor_kind",
    "actor_id",
    "acting_as",
    "entity_type",
    "entity_id",
    "cause",
    "facts",
    "changes",
)
FORMAT = "commerce.activity.v1"
ZEROS = "0" * 64
ABOUT = {"export", "made_at", "of", "filters", "checkpoint"}


def canonical(value) -> bytes:
    """One spelling of a JSON value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(prev: str, entry: dict) -> str:
    """The hash that seals `entry` behind the entry whose hash is `prev`."""
    digest = hashlib.sha256()
    for part in (FORMAT.encode(), bytes.fromhex(prev), *(canonical(entry[name]) for name in HASHED)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def altered_values(entry: dict) -> list[str]:
    """The names of personal values that are not the ones committed to. Erased ones are not there, and no fault."""
    commitments = entry["facts"].get("commitments") or {}
    return [
        name
        for name, part in (entry["personal"] or {}).items()
        if commitments.get(name) != hashlib.sha256(bytes.fromhex(part["salt"]) + canonical(part["value"])).hexdigest()
    ]


class Report:
    """What was found; `faults` counts what differs."""

    def __init__(self):
        self.faults = 0

    def fault(self, text: str) -> None:
        self.faults += 1
        print(f"FAULT    {text}")

    @staticmethod
    def note(text: str) -> None:
        print(f"note     {text}")


class Checkpoints:
    """The signed heads: `heads[chain]` is {seq: (hash, number of the first checkpoint with it)}; `last` is the last
    number. `archived[chain]` is {seq: name of the archive that ends there}, `archives[name]` (SHA-256, {chain: seq})."""

    def __init__(self, path: str, key_paths: Iterable[str], report: Report):
        self.heads: dict[str, dict[int, tuple[str, int]]] = {}
        self.archived: dict[str, dict[int, str]] = {}
        self.archives: dict[str, tuple[str, dict[str, int]]] = {}
        self.last, self._report, self._previous = 0, report, ZEROS
        self._keys, self._used = dict(_key_of(path) for path in key_paths), []
        with open(path, "rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    self._read_line(line[:-1])
                else:
                    report.note("the last line of the checkpoints is torn and does not count")
        report.note(f"{self.last} checkpoints, {len(self.heads)} chains named in them")

    def _read_line(self, line: bytes) -> None:
        try:
            whole = json.loads(line)
            checkpoint = whole["checkpoint"]
            key_id = self._verify(checkpoint, whole["signature"])
            number, previous = checkpoint["number"], checkpoint["previous"]
        except (InvalidSignature, LookupError, TypeError, ValueError):
            self._report.fault(
                f"the line after checkpoint {self.last} of the file was not signed by this key, or was altered"
            )
            self._previous = hashlib.sha256(line).hexdigest()
            return
        if number != self.last + 1:
            self._report.fault(f"after checkpoint {self.last} comes {number}: a line was removed, repeated or moved")
        elif previous != self._previous:
            self._report.fault(f"checkpoint {number} does not follow the line before it")
        self._check_key(key_id, number)
        self.last, self._previous = number, hashlib.sha256(line).hexdigest()
        for chain, (seq, sealed) in checkpoint["heads"].items():
            self.heads.setdefault(chain, {}).setdefault(seq, (sealed, number))
            if archive := checkpoint.get("archive"):
                self.archived.setdefault(chain, {}).setdefault(seq, archive["name"])
                self.archives.setdefault(archive["name"], (archive["sha256"], {}))[1][chain] = seq

    def _verify(self, checkpoint: dict, signature: str) -> str:
        """The id of the key that signed; a signature that names none is of one of the keys. Raises InvalidSignature."""
        protected, _, signed = signature.split(".")
        header = json.loads(_decode(protected))
        if header.get("alg") != "Ed25519":
            raise ValueError("another algorithm")
        payload = base64.urlsafe_b64encode(canonical(checkpoint)).rstrip(b"=")
        for key_id in [header["kid"]] if "kid" in header else self._keys:
            with suppress(InvalidSignature):
                self._keys[key_id].verify(_decode(signed), protected.encode() + b"." + payload)
                return key_id
        raise InvalidSignature

    def _check_key(self, key_id: str, number: int) -> None:
        """A key that another has followed signs no more: whoever has it still has it from before."""
        if key_id not in self._used:
            self._used.append(key_id)
        elif key_id != self._used[-1]:
            self._report.fault(f"checkpoint {number} was signed by a key that another had followed")


def _key_of(path: str) -> tuple[str, Ed25519PublicKey]:
    """(id, key) of a file; the id is the key's thumbprint (RFC 7638)."""
    with open(path, "rb") as file:
        key = load_pem_public_key(file.read())
    point = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode()
    thumbprint = hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": point})).digest()
    return base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode(), key


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Sequences:
    """The sequences of events that a chain has of each source: from 1 on, without a gap. Of a chain that begins in an
    archive they go on from wherever that ended."""

    def __init__(self, begun: bool):
        self._begun = begun
        self._next: dict[str, int] = {}
        self._gaps: dict[str, list[tuple[int, int]]] = {}

    def add(self, source: str, sequence: int) -> None:
        """Count an entry's event in. One that was late fills the gap that it had left."""
        expected = self._next.get(source, sequence if self._begun else 1)
        gaps = self._gaps.setdefault(source, [])
        if sequence > expected:
            gaps.append((expected, sequence - 1))
        for first, last in [gap for gap in gaps if gap[0] <= sequence <= gap[1]]:
            gaps.remove((first, last))
            gaps += [part for part in ((first, sequence - 1), (sequence + 1, last)) if part[0] <= part[1]]
        self._next[source] = max(expected, sequence + 1)

    def missing(self) -> list[str]:
        """What is missing between the events that are there, in words."""
        return [
            f"{source}: {f'event {first} is' if first == last else f'events {first} to {last} are'} not in the log"
            for source in sorted(self._gaps)
            for first, last in sorted(self._gaps[source])
        ]


class Chain:
    """One chain of the export, entry by entry. Behind the first fault nothing is proved, and nothing more is looked
    at."""

    def __init__(self, name: str, signed: Checkpoints, whole: bool, first: dict):
        self.name, self.whole = name, whole
        self._signed, self._archived = signed.heads.get(name, {}), signed.archived.get(name, {})
        self._left = set(self._signed)
        self.entries, self.seq, self.head, self.proved, self.fault = 0, 0, ZEROS, 0, ""
        self.archive = self._begin(first) if whole else None
        self.before = self.seq
        self.sequences = Sequences(self.archive is not None)

    def _begin(self, first: dict) -> str | None:
        """Begin where an archive ends, as a signed line says, and behind the hash that it says; the archive's name."""
        before = first["seq"] - 1 if isinstance(first.get("seq"), int) else 0
        if before not in self._archived:
            return None
        self.seq = self.proved = before
        self.head = self._signed[before][0]
        return self._archived[before]

    def add(self, entry: dict) -> None:
        """Look at the next entry."""
        self.fault = self.fault or self._check(entry)
        self.entries += 1
        if not self.fault:
            self.seq, self.head = entry["seq"], entry["hash"]
            self.sequences.add(entry["source"], entry["sequence"])
            if self.seq in self._signed:
                self.proved = self.seq
                self._left.discard(self.seq)

    def _check(self, entry: dict) -> str:
        seq, sealed, now = entry["seq"], entry["hash"], entry_hash(entry["prev"], entry)
        if self.whole and seq != self.seq + 1:
            return f"entry {self.seq + 1} is missing; {seq} is in its place"
        if not self.whole and seq <= self.seq:
            return f"entry {seq} comes after {self.seq}"
        if now != sealed:
            return f"entry {seq} was changed after it was sealed: sealed {sealed}, its content now {now}"
        if seq == self.seq + 1 and entry["prev"] != self.head:
            return f"entry {seq} does not follow the entry before: that is {self.head}, this names {entry['prev']}"
        if altered := altered_values(entry):
            return f"entry {seq} has personal values that were altered: {', '.join(altered)}"
        signed, number = self._signed.get(seq, (sealed, 0))
        if signed != sealed:
            return (
                f"the entries {self.proved + 1} to {seq} were made anew: checkpoint {number} has {signed} for entry {seq}, "
                f"the export {sealed}"
            )
        return ""

    def end_at(self, seq: int) -> str:
        """The fault, or ""; of a chain that an archive has up to entry `seq`."""
        if not self.fault and self.seq != seq:
            self.fault = f"it ends with entry {self.seq}, and the archive was signed with it up to entry {seq}"
        return self.fault

    def end(self, newest: int) -> str:
        """The fault, or "". What a checkpoint later than `newest` names may have come after the export."""
        cut = [seq for seq in self._left if seq > self.seq and self._signed[seq][1] <= newest]
        if self.whole and not self.fault and cut:
            known = max(cut)
            self.fault = (
                f"the end is cut off behind entry {self.seq}: checkpoint {self._signed[known][1]} knows entry {known}"
            )
        return self.fault


def lines_of(path: str, report: Report) -> Iterator[dict]:
    """The lines of the export; a fault where one cannot be read, or does not show which kind of line it is."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                read = json.loads(line)
            except ValueError:
                read = None
            if isinstance(read, dict) and _is_known(read):
                yield read
            else:
                report.fault(f"line {number} of the export cannot be read")


def _is_known(line: dict) -> bool:
    """Whether `line` begins an export, is an entry of a chain, or ends an export."""
    end = line.get("end")
    return (
        line.keys() >= ABOUT
        or isinstance(line.get("chain"), str)
        or isinstance(end, dict)
        and isinstance(end.get("entries"), int)
    )


def verify(export: str, checkpoints: str, *keys: str) -> int:
    """Verify an export against the checkpoints; prints what it finds and answers how many things differ."""
    report = Report()
    signed = Checkpoints(checkpoints, keys, report)
    lines = lines_of(export, report)
    about = next(lines, {})
    if about.get("export") != FORMAT:
        report.fault("this is not an export of the activity log")
        return report.faults
    whole, newest = not about["filters"], about["checkpoint"] or 0
    report.note(f"export of {about['made_at']}: {about['of']}, made after checkpoint {newest}")
    if not whole:
        report.note("it was filtered: each entry can be proved, but not that none was left out")
    if newest > signed.last:
        report.fault(f"checkpoints are missing: the export knows number {newest}, the file ends with {signed.last}")
    ends = _ends_of_archive(export, about["archive"], signed, report) if "archive" in about else None
    seen = _chains(lines, signed, whole, newest, report, ends)
    expected = signed.heads.keys() if ends is None else ends.keys()
    for chain in sorted(expected - seen) if whole else ():
        known = [seq for seq, (_, number) in signed.heads[chain].items() if number <= newest]
        if about["of"] not in ("all", chain) or not known:
            continue
        if ends is None and max(known) in signed.archived.get(chain, {}):
            report.note(f"chain {chain} lies in archive {signed.archived[chain][max(known)]} altogether")
        else:
            report.fault(f"chain {chain} is missing altogether")
    if about["of"] != "all" and not seen <= {about["of"]}:
        report.fault(f"the export has entries of other chains than {about['of']}")
    print("everything holds" if not report.faults else f"{report.faults} faults")
    return report.faults


def _ends_of_archive(path: str, name: str, signed: Checkpoints, report: Report) -> dict[str, int]:
    """Where each chain of an archive ends, as signed lines say; a fault where they have another digest, or none."""
    digest, ends = signed.archives.get(name, ("", {}))
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            report.fault(f"{name} is not the archive that was signed" if digest else f"no archive {name} was signed")
    report.note(f"archive {name}: {len(ends)} chains")
    return ends


def _chains(
    lines: Iterator[dict],
    signed: Checkpoints,
    whole: bool,
    newest: int,
    report: Report,
    ends: dict[str, int] | None,
) -> set[str]:
    """Verify chain after chain, of an archive up to its `ends`; the names of those that were there."""
    seen, chain = set(), None
    for count, line in enumerate(lines):
        if "chain" not in line:
            if "end" not in line:
                report.fault("an export begins in the middle of another")
                continue
            if line["end"]["entries"] != count:
                report.fault(f"the export says that it has {line['end']['entries']} entries, it has {count}")
            break
        if chain is None or line["chain"] != chain.name:
            _close(chain, newest, report, ends)
            if line["chain"] in seen:
                report.fault(f"chain {line['chain']} comes twice")
            chain = Chain(line["chain"], signed, whole, line)
            seen.add(chain.name)
        try:
            chain.add(line)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            chain.fault = chain.fault or f"an entry cannot be read: {error!r}"
    else:
        report.fault("the export was cut off: its last line is missing")
    _close(chain, newest, report, ends)
    return seen


def _close(chain: Chain | None, newest: int, report: Report, ends: dict[str, int] | None) -> None:
    if chain is None:
        return
    if chain.archive is not None:
        report.note(f"chain {chain.name} begins behind entry {chain.before}, in archive {chain.archive}")
    if fault := chain.end(newest) if ends is None else chain.end_at(ends.get(chain.name, 0)):
        report.fault(f"{chain.name}: {chain.entries} entries, broken: {fault}")
        return
    for gap in chain.sequences.missing() if chain.whole else ():
        report.fault(f"{chain.name}: {gap}; they were published, and lost or put aside on their way")
    proof = f"proved by a checkpoint up to entry {chain.proved}" if chain.proved else "in no checkpoint yet"
    print(
        f"{'valid' if chain.whole else 'partial':<8} {chain.name}: {chain.entries} entries, head {chain.head}, {proof}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("export", metavar="EXPORT")
    parser.add_argument("checkpoints", metavar="CHECKPOINTS")
    parser.add_argument("--key", required=True, action="append", metavar="audit.pub")
    given = parser.parse_args()
    try:
        sys.exit(1 if verify(given.export, given.checkpoints, *given.key) else 0)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
