"""The tree of a filter. A position is where a part begins in the text, from 1, a length how much of it the part is; they are
no part of what is compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Value:
    """What a field is compared with, as it was written. `special`: an unquoted `null` or `*`. `currency` stands behind an
    amount."""

    text: str
    currency: str | None = None
    special: bool = False
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Restriction:
    """A field by its path, such as ("field", "VAT checked"), an operator and a value. Its `length` is that of the path."""

    path: tuple[str, ...]
    operator: str
    value: Value
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)
    operator_position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Not:
    """What does not hold."""

    part: "Node"


@dataclass(frozen=True)
class And:
    """Two parts or more that all hold; none of them is an And."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    """Two parts or more of which one holds; none of them is an Or."""

    parts: tuple["Node", ...]


Node = And | Or | Not | Restriction


def joined(kind: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """`parts` as one node: those of the same kind are taken apart, one alone stays what it is."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, kind) else (part,))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
