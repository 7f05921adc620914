"""Verification of a chain: an inspection goes along it, entry by entry, and stops at the first that does not fit.

Beside that it looks for gaps: events that a service has published and the chain does not have, by their sequence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.audit.rules import GENESIS, entry_hash, personal_is_bound

# What is wrong at the first bad entry.
CHANGED, PERSONAL, MISSING, UNLINKED, REBUILT, CUT, SURPLUS, HEAD = (
    "changed",
    "personal",
    "missing",
    "unlinked",
    "rebuilt",
    "cut",
    "surplus",
    "head",
)


@dataclass(frozen=True)
class Fault:
    """The first place where a chain does not hold.

    `kind` is `changed` (the content does not fit its hash), `personal` (a personal value does not fit its commitment),
    `missing` (no entry has this number), `unlinked` (it does not name the entry before), `rebuilt` (a signed checkpoint
    has another hash), `cut` (the head or a checkpoint knows of more entries), `surplus` (the head does not) or `head`
    (the head has another hash). `sealed` is the hash that was to be there, `found` the one that is, in hexadecimal
    where there are any.
    """

    seq: int
    kind: str
    sealed: str | None = None
    found: str | None = None


@dataclass(frozen=True)
class Gap:
    """Events of a source's stream that were published and are not in the chain: the sequences from `first` to `last`."""

    source: str
    first: int
    last: int


@dataclass(frozen=True)
class Start:
    """Where what is kept of a chain begins: behind the entry `seq`, whose hash is `hash`. What was before lies in an
    archive, without a gap; `sequences` are the last of each source by then."""

    seq: int = 0
    hash: bytes = GENESIS
    sequences: Mapping[str, int] = field(default_factory=dict)


class Sequences:
    """The sequences of events that a chain has of each source; they follow on `last`, or begin with 1, and have no gap."""

    def __init__(self, last: Mapping[str, int]):
        self._next = {source: sequence + 1 for source, sequence in last.items()}
        self._open: dict[str, list[tuple[int, int]]] = {}

    def add(self, source: str, sequence: int) -> None:
        """Count an entry's event in. One that was late fills the gap that it had left."""
        expected, gaps = self._next.get(source, 1), self._open.setdefault(source, [])
        if sequence > expected:
            gaps.append((expected, sequence - 1))
        elif sequence < expected:
            gaps[:] = [part for gap in gaps for part in _without(gap, sequence)]
        self._next[source] = max(expected, sequence + 1)

    def last(self) -> dict[str, int]:
        """The last sequence of each source."""
        return {source: after - 1 for source, after in self._next.items()}

    def gaps(self, published: Mapping[str, int]) -> list[Gap]:
        """What is missing between the events that are there, and behind them of what was `published`: {source: the
        sequence of its last}."""
        ends = {source: (self._next.get(source, 1), last) for source, last in published.items()}
        behind = {source: [end] for source, end in ends.items() if end[0] <= end[1]}
        return [
            Gap(source, *gap)
            for source in sorted(self._open.keys() | behind.keys())
            for gap in [*self._open.get(source, []), *behind.get(source, [])]
        ]


def _without(gap: tuple[int, int], sequence: int) -> list[tuple[int, int]]:
    first, last = gap
    if not first <= sequence <= last:
        return [gap]
    return [part for part in ((first, sequence - 1), (sequence + 1, last)) if part[0] <= part[1]]


@dataclass(frozen=True)
class Verdict:
    """What verifying a chain found: up to which entry it holds, that one's hash, the first fault, and the gaps."""

    entries: int
    head: bytes
    fault: Fault | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the whole chain holds, gaps aside."""
        return self.fault is None

    @property
    def first_bad_seq(self) -> int | None:
        """The number of the first entry that does not hold."""
        return self.fault and self.fault.seq


WHOLE = Start()


class Inspection:
    """Goes along one chain from its `start` on. `signed` is what checkpoints hold of it: {seq: hash in
    hexadecimal}; `published` the last sequence of each source's stream, where known."""

    def __init__(
        self,
        chain: str,
        signed: Mapping[int, str] | None = None,
        published: Mapping[str, int] | None = None,
        start: Start = WHOLE,
    ):
        self.chain, self._signed, self._published = chain, dict(signed or {}), published or {}
        self.entries, self.head, self.fault = start.seq, start.hash, None
        self._proved = start.seq  # up to here a checkpoint has the same hash
        self.sequences = Sequences(start.sequences)

    def check(self, entry: Mapping[str, Any]) -> bool:
        """Check the next entry; False where the chain no longer holds."""
        self.fault = self._fault_of(entry)
        if self.fault is None:
            self.entries, self.head = self.entries + 1, bytes(entry["hash"])
            self.sequences.add(entry["source"], entry["sequence"])
            if self.entries in self._signed:
                self._proved = self.entries
        return self.fault is None

    def _fault_of(self, entry: Mapping[str, Any]) -> Fault | None:
        seq = self.entries + 1
        if entry["seq"] != seq:
            return Fault(seq, MISSING)
        sealed, found = bytes(entry["hash"]).hex(), entry_hash(self.head, entry).hex()
        if bytes(entry["prev"]) != self.head:
            return Fault(seq, UNLINKED, self.head.hex(), bytes(entry["prev"]).hex())
        if sealed != found or entry["chain"] != self.chain:
            return Fault(seq, CHANGED, sealed, found)
        if not personal_is_bound(entry["facts"], entry["personal"]):
            return Fault(seq, PERSONAL, sealed, found)
        signed = self._signed.get(seq, sealed)
        return None if signed == sealed else Fault(self._proved + 1, REBUILT, signed, sealed)

    def end(self, head: tuple[int, bytes] | None = None, last: int | None = None) -> Verdict:
        """The verdict, no entry being left; `head` (seq, hash) and the number of the `last` entry there is, where
        known."""
        self.fault = self.fault or self._fault_at_end(head, last)
        return Verdict(self.entries, self.head, self.fault, tuple(self.sequences.gaps(self._published)))

    def _fault_at_end(self, head: tuple[int, bytes] | None, last: int | None) -> Fault | None:
        known = max([self.entries, *self._signed, *([head[0]] if head else [])])
        if known > self.entries:
            return Fault(self.entries + 1, CUT)
        if (last or 0) > self.entries or (head is not None and head[0] < self.entries):
            return Fault(min(self.entries, head[0] if head else 0) + 1, SURPLUS)
        if head is not None and bytes(head[1]) != self.head:
            return Fault(self.entries, HEAD, bytes(head[1]).hex(), self.head.hex())
        return None


def verify_chain(
    entries: Iterable[Mapping[str, Any]],
    head: tuple[int, bytes] | None = None,
    signed: Mapping[int, str] | None = None,
    start: Start = WHOLE,
) -> Verdict:
    """Verify the entries of one chain, given in order of `seq` from its `start` on, against `head` and checkpoints where
    known.

    Finds the first entry that was changed, moved, left out or put in. An end that was cut off is found by `head`, and a
    chain that was made anew, head and all, by `signed` alone.
    """
    inspection = None
    for entry in entries:
        inspection = inspection or Inspection(entry["chain"], signed, start=start)
        if not inspection.check(entry):
            break
    return (inspection or Inspection("", signed, start=start)).end(head)
