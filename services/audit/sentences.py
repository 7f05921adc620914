"""An entry's action as a sentence, and its changes with the values of the personal part. Rendered when it is read.

Pure, and never failing: what an erasure took away, or an older event never had, is left out of the sentence.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from chassis.types.money import Money, MoneyError
from chassis.types.money_format import format_money
from services.audit.wording import SENTENCES

SHOWN = 3
LABELS = {
    "address1": "address line 1",
    "address2": "address line 2",
    "assigned_to": "assignment",
    "auto_renew": "auto-renew",
    "discount_percent": "discount",
    "tax_id": "tax ID",
}
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_VALUE = re.compile(r"\{(\??)([^}=]+)(?:=([^}]*))?\}")
_SLUG = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Unknown(Exception):
    """A value that a form asks for is not there."""


def action_of(event_type: str, facts: Mapping, personal: Mapping, changes: list[dict]) -> str:
    """What was done: "issued INV-00042 for £486.00". A type without a sentence has its own name for one."""
    name = re.sub(r"\.v\d+$", "", event_type)
    values = _EntryValues(facts, personal, changes_of(changes, personal))
    for form in SENTENCES.get(name, ()):
        try:
            parts = _OPTIONAL.split(form)
            return "".join((_optional if place % 2 else _fill)(part, values) for place, part in enumerate(parts))
        except Unknown:
            continue
    noun, _, verb = name.partition(".")
    return f"{_words(verb)} {_words(noun)}".strip()


def references_of(entity_type: str, entity_id: str | None, facts: Mapping) -> list[dict]:
    """What an action names that has a page: `[{type, id, text}]`, `text` as it stands in the sentence."""
    named = []
    if entity_id and (name := _name_of(entity_type, facts)):
        named.append({"type": entity_type, "id": entity_id, "text": name})
    if isinstance(facts.get("invoice_id"), str) and isinstance(facts.get("invoice_number"), str):
        named.append({"type": "invoice", "id": facts["invoice_id"], "text": facts["invoice_number"]})
    return named


def _name_of(entity_type: str, facts: Mapping) -> str | None:
    """What the entity is called in a sentence."""
    names = {"invoice": ("number",), "order": ("number",), "ticket": ("number",), "subscription": ("number", "product")}
    name = next((facts[fact] for fact in names.get(entity_type, ("name",)) if facts.get(fact)), None)
    return f"#{name}" if isinstance(name, int) else name if isinstance(name, str) and name else None


def changes_of(changes: list[dict], personal: Mapping) -> list[dict]:
    """The changed fields as `{"field", "old", "new"}`; personal values come from the personal part while they are
    there."""
    merged = []
    for change in changes:
        field = str(change.get("field", ""))
        personal_part = _value(personal, f"changes.{field}")
        kept = personal_part if isinstance(personal_part, Mapping) else change
        merged.append({"field": field, "old": kept.get("old"), "new": kept.get("new")})
    return merged


class _EntryValues:
    """The values of an entry, by the names of wording.py."""

    def __init__(self, facts: Mapping, personal: Mapping, changes: list[dict]):
        self.facts, self.personal = facts, personal
        self.changed = {change["field"]: change["new"] for change in changes}

    def get(self, name: str) -> Any:
        """The value of `name`; None when it is not known or empty."""
        if name == "changed":
            return _listing([LABELS.get(field, _words(field)) for field in self.changed]) or None
        if name == "person":
            return self._person()
        if name.startswith("new."):
            return self.changed.get(name.removeprefix("new."))
        plain = name.removeprefix("abs.")
        value = self.facts.get(plain)
        value = _value(self.personal, plain) if value is None else value
        if plain != name and isinstance(value, Mapping):
            return {**value, "amount": str(value.get("amount")).removeprefix("-")}
        return value

    def _person(self) -> str | None:
        whole = " ".join(filter(None, (_value(self.personal, part) for part in ("first_name", "last_name"))))
        return _value(self.personal, "name") or whole or _value(self.personal, "email")


def _optional(part: str, values: _EntryValues) -> str:
    try:
        return _fill(part, values)
    except Unknown:
        return ""


def _fill(form: str, values: _EntryValues) -> str:
    """`form` with its values, whose own text is never read as a form; raises Unknown when one is not known."""

    def replace(found: re.Match) -> str:
        asked, names, wanted = found.groups()
        value = next((value for value in map(values.get, names.split("/")) if value not in (None, "", [], {})), None)
        if value is None or (asked and (value is False or (wanted is not None and value != wanted))):
            raise Unknown(names)
        return "" if asked else _text(value)

    return _VALUE.sub(replace, form)


def _text(value: Any) -> str:
    """A value in words: money with its sign of currency, a day, a list, a slug without its underscores."""
    if isinstance(value, Mapping):
        if {"amount", "currency"} <= set(value):
            return _money(value)
        return _text(value.get("name") or value.get("product") or value.get("label") or "")
    if isinstance(value, list):
        return _listing([_text(item) for item in value])
    text = str(value)
    if _DAY.fullmatch(text):
        return _day(text)
    return _words(text) if _SLUG.fullmatch(text) else text


def _money(value: Mapping) -> str:
    try:
        return format_money(Money.from_wire(value))
    except MoneyError:
        return f"{value['amount']} {value['currency']}"


def _day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text), "d MMM y", locale="en_GB")
    except ValueError:
        return text


def _listing(words: list[str]) -> str:
    """ "email", "email and city", "email, city and 3 more"."""
    if len(words) > SHOWN:
        words = [*words[: SHOWN - 1], f"{len(words) - SHOWN + 1} more"]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _words(slug: str) -> str:
    return slug.replace("_", " ").replace("-", " ")


def _value(personal: Mapping, name: str) -> Any:
    return (personal.get(name) or {}).get("value")
