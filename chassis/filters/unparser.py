"""Filter unparser: a tree to its canonical text, which parses to the same tree."""

from chassis.filters.parser import BARE, KEYWORDS, MEMBER, SPECIAL
from chassis.filters.tree import And, Node, Not, Or, Restriction, Value


def text_of(node: Node | None) -> str:
    """The canonical text of a tree: single spaces, quotes and brackets where they are needed, and around each OR inside an
    AND, so that nobody has to know which of them binds tighter. "" of None."""
    if node is None:
        return ""
    if isinstance(node, And):
        return " AND ".join(_within(part, Or) for part in node.parts)
    if isinstance(node, Or):
        return " OR ".join(_within(part, And) for part in node.parts)
    if isinstance(node, Not):
        return f"NOT {_within(node.part, And, Or, Not)}"
    return _restriction(node)


def value_text(value: Value) -> str:
    """A value as it is written in a filter."""
    if value.special:
        return value.text
    if value.currency is not None:
        return f"{value.text} {value.currency}"
    plain = BARE.fullmatch(value.text) and value.text not in (*SPECIAL, *KEYWORDS)
    return value.text if plain else quoted(value.text)


def path_text(path: tuple[str, ...]) -> str:
    """A field as it is written in a filter: `field."VAT checked"`."""
    return ".".join((path[0], *(one if MEMBER.fullmatch(one) else quoted(one) for one in path[1:])))


def quoted(text: str) -> str:
    """`text` in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _within(part: Node, *brackets: type) -> str:
    return f"({text_of(part)})" if isinstance(part, brackets) else text_of(part)


def _restriction(one: Restriction) -> str:
    operator = one.operator if one.operator == ":" else f" {one.operator} "
    return f"{path_text(one.path)}{operator}{value_text(one.value)}"
