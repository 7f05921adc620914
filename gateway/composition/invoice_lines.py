"""Invoice lines of a form: the fields `line-0-description`, `line-0-quantity`, … in the order of the page."""

import re
from collections.abc import Callable

from chassis.types.written_numbers import is_plain
from gateway.http.typed_numbers import number

LABELS = {"description": "description", "quantity": "quantity", "unit_price": "unit price", "tax_rate": "tax"}
BESIDE = {"due_date": "Due date", "notes": "Note on the invoice", "lines": "Line items"}
SPARE = 3
_FIELD = re.compile(r"line-([0-9]{1,3})-(description|quantity|unit_price|tax_rate)", re.ASCII)

Row = dict[str, str]


def typed_rows(form) -> list[Row]:
    """The rows that the form sent, empty ones between others included."""
    found: dict[int, Row] = {}
    for name, value in form.items():
        if field := _FIELD.fullmatch(name):
            found.setdefault(int(field[1]), {})[field[2]] = value.strip()
    return [{name: found[number].get(name, "") for name in LABELS} for number in sorted(found)]


def filled(rows: list[Row]) -> list[Row]:
    """The rows that are filled in; one with neither description nor price is not. Of a form with none it is the first
    one, so that what is missing is named there."""
    return [row for row in rows if row["description"] or row["unit_price"]] or rows[:1] or blank_rows(1)


def plain(rows: list[Row], digits: Callable[[], int]) -> list[Row]:
    """The rows with their numbers as the services take them; `digits` gives those of the currency, and is asked where a
    price needs them. Raises 422 at the field of a number that can be read in two ways."""
    most = {"quantity": lambda: 4, "unit_price": digits, "tax_rate": lambda: 3}
    return [
        {
            **row,
            **{
                name: row[name] if is_plain(row[name]) else number(row[name], f"line-{at}-{name}", places())
                for name, places in most.items()
            },
        }
        for at, row in enumerate(rows)
    ]


def blank_rows(count: int, tax_rate: str = "0") -> list[Row]:
    """Empty rows to write in."""
    return [{"description": "", "quantity": "1", "unit_price": "", "tax_rate": tax_rate} for _ in range(count)]


def rearranged(rows: list[Row], what: str) -> list[Row]:
    """The rows after one of the form's buttons: `add`, or `up`, `down`, `remove` with a row's number, such as
    `up-2`."""
    if what == "add":
        return rows + blank_rows(SPARE, rows[-1]["tax_rate"] if rows else "0")
    move, _, number = what.partition("-")
    at = int(number) if number.isascii() and number.isdigit() else len(rows)
    rows = list(rows)
    if at < len(rows):
        row = rows.pop(at)
        if move != "remove":
            rows.insert(max(0, at + {"up": -1, "down": 1}.get(move, 0)), row)
    return rows or blank_rows(1)


def as_fields(rows: list[Row]) -> dict[str, str]:
    """The rows as values of the form's fields; `rows` is their number."""
    fields = {f"line-{number}-{name}": row[name] for number, row in enumerate(rows) for name in LABELS}
    return {**fields, "rows": len(rows)}


def field_names(count: int) -> dict[str, str]:
    """What each field of a form with `count` rows is called, for the summary of a refused one."""
    return BESIDE | {
        f"line-{at}-{name}": f"Line {at + 1}, {label}" for at in range(count) for name, label in LABELS.items()
    }


def at_fields(errors: list[dict]) -> list[dict]:
    """`errors` with pointers such as `/lines/0/quantity` turned to the form's field, `/line-0-quantity`."""
    return [
        {**error, "pointer": re.sub(r"^/lines/([0-9]+)/(\w+)$", r"/line-\1-\2", error["pointer"])} for error in errors
    ]


def rows_of(invoice: dict) -> list[Row]:
    """The lines of an invoice as rows to change."""
    return [
        {
            "description": line["description"],
            "quantity": line["quantity"],
            "unit_price": line["unit_price"]["amount"],
            "tax_rate": line["tax_rate"],
        }
        for line in invoice["lines"]
    ]
