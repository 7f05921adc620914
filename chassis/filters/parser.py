"""Filter parser: a filter's text to its tree, by the grammar of AIP-160.

`OR` binds tighter than `AND`, and conditions with nothing between them are joined by AND. Beyond AIP-160 an amount has its
currency behind it: `100 EUR`. Functions and words alone, without an operator, are not taken.
"""

import re

from chassis.filters.faults import fault
from chassis.filters.tree import And, Node, Not, Or, Restriction, Value, joined
from chassis.types.text import is_storable

MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS = 10_000, 100, 100
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", ":")
KEYWORDS = ("AND", "OR", "NOT")
SPECIAL = ("null", "*")

NAME = re.compile(r"[^\W\d]\w*")
MEMBER = re.compile(r"\w+")
BARE = re.compile(r"""[^\s()"',=<>!:][^\s()",=<>!]*""")
_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
_OPERATOR = re.compile(r"<=|>=|!=|[=<>:]")
_KEYWORD = re.compile(r"(AND|OR|NOT)(?![\w.])")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CURRENCY = re.compile(r"\s+(?!(?:and|not)\b)([A-Za-z]{3})(?![\w.])(?!\s*[=<>!:])", re.ASCII | re.IGNORECASE)


def parse(text: str) -> Node | None:
    """The tree of `text`, None of an empty one. Raises a `fault`."""
    if len(text) > MOST_CHARACTERS:
        raise fault(f"A filter has at most {MOST_CHARACTERS:,} characters.", MOST_CHARACTERS + 1)
    if not is_storable(text):
        raise fault("The filter has characters that cannot be stored.", 1)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str):
        self._text, self._place, self._terms = text, 0, 0

    def whole(self) -> Node | None:
        if self._at_end():
            return None
        found = self._expression(0)
        if not self._at_end():
            raise fault("This bracket was never opened.", self._place + 1)
        return found

    def _expression(self, depth: int) -> Node:
        parts = [self._factor(depth)]
        while not self._at_end() and self._text[self._place] != ")":
            self._keyword("AND")
            parts.append(self._factor(depth))
        return joined(And, parts)

    def _factor(self, depth: int) -> Node:
        parts = [self._term(depth)]
        while self._keyword("OR"):
            parts.append(self._term(depth))
        return joined(Or, parts)

    def _term(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise fault(f"A filter is at most {MOST_DEPTH} deep.", self._place + 1)
        if self._keyword("NOT") or self._take("-"):
            return Not(self._term(depth + 1))
        begin = self._place
        if not self._take("("):
            return self._restriction()
        found = self._expression(depth + 1)
        if not self._take(")"):
            raise fault("This bracket is never closed.", begin + 1)
        return found

    def _restriction(self) -> Restriction:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise fault(f"A filter has at most {MOST_TERMS} conditions.", self._place + 1)
        position = self._place + 1
        path = self._path()
        length = self._place + 1 - position
        self._space()
        operator_position = self._place + 1
        operator = self._match(_OPERATOR)
        if operator is None:
            raise self._no_operator(path, position)
        return Restriction(path, operator[0], self._value(), position, length, operator_position)

    def _no_operator(self, path: tuple[str, ...], position: int):
        if path[0].upper() in KEYWORDS:
            return fault(f"Write {path[0].upper()} in capitals.", position, len(path[0]), path[0].upper())
        return fault(f"An operator is expected after it: {' '.join(OPERATORS)}", self._place + 1)

    def _path(self) -> tuple[str, ...]:
        self._space()
        name = None if _KEYWORD.match(self._text, self._place) else self._match(NAME)
        if name is None:
            raise fault("A condition is expected here.", self._place + 1)
        path = [name[0]]
        while self._text.startswith(".", self._place):
            self._place += 1
            path.append(self._member())
        return tuple(path)

    def _member(self) -> str:
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        name = self._match(MEMBER)
        if name is None:
            raise fault("A name is expected after the point.", self._place + 1)
        return name[0]

    def _value(self) -> Value:
        self._space()
        position = self._place + 1
        quoted = self._quoted()
        if quoted is not None:
            return Value(quoted, position=position, length=self._place + 1 - position)
        word = None if _KEYWORD.match(self._text, self._place) else self._match(BARE)
        if word is None:
            raise fault("A value is expected here.", position)
        currency = self._match(_CURRENCY) if _AMOUNT.fullmatch(word[0]) else None
        code, length = currency and currency[1].upper(), self._place + 1 - position
        return Value(word[0], code, word[0] in SPECIAL, position, length)

    def _quoted(self) -> str | None:
        if self._text[self._place : self._place + 1] not in ('"', "'"):
            return None
        found = self._match(_QUOTED)
        if found is None:
            raise fault("This quotation never ends.", self._place + 1)
        return re.sub(r"\\(.)", r"\1", found[1] if found[1] is not None else found[2], flags=re.DOTALL)

    def _space(self) -> None:
        self._place = _SPACE.match(self._text, self._place).end()

    def _at_end(self) -> bool:
        self._space()
        return self._place == len(self._text)

    def _match(self, pattern: re.Pattern) -> re.Match | None:
        found = pattern.match(self._text, self._place)
        if found is not None:
            self._place = found.end()
        return found

    def _keyword(self, wanted: str) -> bool:
        self._space()
        found = _KEYWORD.match(self._text, self._place)
        if found is None or found[1] != wanted:
            return False
        self._place = found.end()
        return True

    def _take(self, character: str) -> bool:
        self._space()
        found = self._text.startswith(character, self._place)
        self._place += found
        return found
