"""Fields of a filter: what a list can be filtered by, each of a kind that says which operators and values it takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from chassis.filters.unparser import path_text

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class Kind(Enum):
    """A kind of field: its name, the operators that it takes, and how its values are written."""

    TEXT = "text", ("=", "!=", ":"), "`:` finds it anywhere in the field; capitals and small letters are the same"
    CHOICE = "choice", ("=", "!="), "one of its choices"
    SET = "set", (":",), "one of its choices, which it has among others"
    FLAG = "boolean", ("=", "!="), "`true` or `false`"
    NUMBER = "integer", COMPARISONS, "a whole number"
    MONEY = "money", COMPARISONS, "an amount with its currency, `100 EUR`; only `0` needs none"
    DAY = (
        "date",
        COMPARISONS,
        "a day: `2026-03-01`, `-30d` (also w, m, y), `today`, `this_week`, `this_month`, `this_year`",
    )
    MOMENT = "moment", COMPARISONS, "a day as for date, which is all of it, or a moment: `2026-03-01T09:30:00Z`"

    def __init__(self, title: str, operators: tuple[str, ...], values: str):
        self.title, self.operators, self.values = title, operators, values


@dataclass(frozen=True)
class Field:
    """A field by its name and label. One that is `nullable` can be compared with `null` and has `*`.

    `choices` are what a choice or a set can be, in their order; None where they are looked up. `key` is the service's
    own, of a member such as `field."VAT checked"`.
    """

    name: str
    label: str
    kind: Kind
    nullable: bool = False
    choices: tuple[str, ...] | None = None
    member: str | None = None
    key: Any = None

    @property
    def path(self) -> tuple[str, ...]:
        """Its path in a filter."""
        return (self.name,) if self.member is None else (self.name, self.member)


@dataclass(frozen=True)
class Vocabulary:
    """All that a filter can name: `fields`, and what is looked up when a filter needs it.

    `choices` of a field by its name: {what is written: what it stands for}. `members` of a name: the fields below it, by
    what is written behind the point.
    """

    fields: Iterable[Field]
    choices: Mapping[str, Callable[[], Mapping[str, Any]]]
    members: Mapping[str, Callable[[], Iterable[Field]]]


def described(field: Field) -> dict:
    """What programs have to know of a field: `{"name", "label", "type", "operators", "nullable", "choices"}`."""
    return {
        "name": path_text(field.path),
        "label": field.label,
        "type": field.kind.title,
        "operators": list(field.kind.operators),
        "nullable": field.nullable,
        "choices": field.choices and list(field.choices),
    }


def help_text(fields: Iterable[Field], members: Mapping[str, str]) -> str:
    """What a filter can say, for people who write one, in Markdown; `members` says what is below a name."""
    lines = [
        "Conditions `field operator value`, joined by `AND`, `OR` (which binds tighter), `NOT` and brackets, as in AIP-160: "
        '`status = active AND (outstanding > 100 EUR OR tag:vip)`. Text with spaces stands in `"`. '
        "`= null` holds where there is nothing, `:*` where there is something.",
        "",
    ]
    for kind in Kind:
        named = [f"`{field.name}`" for field in fields if field.kind is kind]
        if named:
            lines.append(
                f"- {', '.join(named)}: {kind.title}, {' '.join(f'`{one}`' for one in kind.operators)}; {kind.values}"
            )
    lines += [f"- {name}: {meaning}" for name, meaning in members.items()]
    return "\n".join(lines)
