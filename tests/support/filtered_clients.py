"""Clients as plain values, put into the database, and a filter read over them slowly: what it should find."""

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.filters.tree import And, Not, Or, Value
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.filter_fields import CUSTOM, FIELDS
from services.clients.models import (
    BillingTotals,
    Client,
    ClientGroup,
    ClientTag,
    Contact,
    CustomField,
    CustomFieldValue,
    Login,
    StaffAccount,
    Tag,
)
from services.clients.search_text import Person, search_text

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
NAMES = ("Ann", "ann", "Zoë", "Łukasz", "O'Brien", "Öko Haus", "100% Wolle", "a_b", "李", "")
CITIES = ("Berlin", "berlin", "Oslo", "São Paulo", "")
GROUPS, TAGS = ("VIP", "Resellers, small"), ("vip", "net 30", 'a"b')
STAFF = ("Ada", "Grace Hopper")
CURRENCIES = {"EUR": 2, "JPY": 0, "USD": 2}
CUSTOM_FIELDS = {
    "VAT checked": ("checkbox", (True, False)),
    "Route": ("select", ("mail", "portal, then mail")),
    "Signed on": ("date", ("2026-03-01", "2025-12-31", "2026-03-31")),
    "Memo": ("text", ("likes tea", "LIKES Ä%_", "x" * 300)),
}


@dataclass
class Row:
    """A client as plain values: texts, money as Decimal, people as dicts."""

    id: UUID
    fields: dict
    people: list[dict] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    custom: dict = field(default_factory=dict)


def make_row(draw: random.Random) -> Row:
    currency = draw.choice(list(CURRENCIES))
    step = Decimal(1).scaleb(-CURRENCIES[currency])
    money = lambda: draw.choice([0, 0, 1, 100, 10_000, 12_345]) * step  # noqa: E731
    some = lambda *values: draw.choice([None, *values])  # noqa: E731
    row = Row(
        new_id(),
        {
            "status": draw.choice(rules.CLIENT_STATUSES),
            "group": some(*GROUPS),
            "currency": currency,
            "outstanding": money(),
            "overdue": money(),
            "credit_balance": money(),
            "oldest_due": some(date(2026, 3, 1), date(2026, 3, 31), date(2025, 1, 1)),
            "next_due": some(date(2026, 4, 1), date(2026, 3, 31)),
            **{f"{kind}_services": draw.choice([0, 0, 1, 5]) for kind in ("active", "suspended", "pending")},
            "joined": NOW - timedelta(hours=draw.randint(0, 24 * 500)),
            "last_login": some(NOW - timedelta(hours=draw.randint(0, 24 * 90)), datetime(2026, 3, 1, tzinfo=UTC)),
            "created_by": some(*STAFF),
            "company": draw.choice(NAMES),
            "country": draw.choice(["DE", "NO", "US", ""]),
            "tax_exempt": draw.random() < 0.3,
            "language": draw.choice(["de", "en-GB", ""]),
            "tax_id": draw.choice(["DE 123.456.789", ""]),
            **{name: draw.choice(CITIES) for name in ("address1", "address2", "city", "state", "postcode")},
        },
    )
    for _ in range(draw.randint(1, 3)):
        row.people.append(
            {
                "first_name": draw.choice(NAMES),
                "last_name": draw.choice(NAMES),
                "email": draw.choice(["Ann@Example.com", "zoe@tele.example", f"{row.id}@mail.example"]),
                "phone": draw.choice(["0711 / 284-2222", "+1 202-555-0101", ""]),
            }
        )
    row.tags = {tag for tag in TAGS if draw.random() < 0.4}
    row.custom = {label: draw.choice(values) for label, (_, values) in CUSTOM_FIELDS.items() if draw.random() < 0.7}
    return row


class Loader:
    """Puts rows into the database."""

    def __init__(self, session: Session):
        self.session = session
        self.groups = {name: ClientGroup(id=new_id(), name=name, colour="#112233") for name in GROUPS}
        self.tags = {name: Tag(id=new_id(), name=name, colour="#112233") for name in TAGS}
        self.customs = {
            label: CustomField(id=new_id(), label=label, type=kind, options=list(values) if kind == "select" else [])
            for label, (kind, values) in CUSTOM_FIELDS.items()
        }
        logins = {name: Login(id=new_id(), kind="staff", email=f"{name}@x.example", email_key=name) for name in STAFF}
        session.add_all([*self.groups.values(), *self.tags.values(), *self.customs.values(), *logins.values()])
        session.flush()
        self.staff = {
            name: StaffAccount(id=new_id(), login_id=login.id, name=name, role="admin")
            for name, login in logins.items()
        }
        session.add_all(self.staff.values())
        session.flush()

    def add(self, row: Row) -> None:
        given = row.fields
        people = [{**one, "phone_e164": rules.phone_e164(one["phone"], "DE")} for one in row.people]
        own = (
            "status",
            "company",
            "country",
            "tax_exempt",
            "language",
            "tax_id",
            "address1",
            "address2",
            "city",
            "state",
        )
        group = given["group"] and self.groups[given["group"]].id
        client = {
            **{name: given[name] for name in (*own, "postcode", "currency")},
            "joined_at": given["joined"],
            "last_login_at": given["last_login"],
            "group_id": group,
            "created_by": given["created_by"] and self.staff[given["created_by"]].id,
            "sort_name": rules.sort_name(given["company"], people[0]["first_name"], people[0]["last_name"]),
            "search_text": search_text(given["company"], given["tax_id"], [Person(**one) for one in people]),
        }
        run = self.session.execute
        run(insert(Client), [{"id": row.id, **client}])
        for place, one in enumerate(people):
            email_key = rules.email_key(one["email"])
            run(insert(Contact), [{"client_id": row.id, "is_primary": place == 0, "email_key": email_key, **one}])
        self._totals(row)
        for tag in row.tags:
            run(insert(ClientTag), [{"client_id": row.id, "tag_id": self.tags[tag].id}])
        for label, value in row.custom.items():
            run(insert(CustomFieldValue), [{"client_id": row.id, "field_id": self.customs[label].id, "value": value}])

    def _totals(self, row: Row) -> None:
        given, digits = row.fields, CURRENCIES[row.fields["currency"]]
        totals = self.session.get(BillingTotals, row.id)
        for name, column in (("outstanding", "outstanding"), ("overdue", "overdue"), ("credit_balance", "credit")):
            setattr(totals, f"{column}_minor", int(given[name].scaleb(digits)))
        for name in ("active_services", "suspended_services", "pending_services"):
            setattr(totals, name, given[name])
        totals.oldest_due_on, totals.next_due_on = given["oldest_due"], given["next_due"]
        self.session.flush()


def holds(node, row: Row) -> bool:
    if isinstance(node, And):
        return all(holds(part, row) for part in node.parts)
    if isinstance(node, Or):
        return any(holds(part, row) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, row)
    if node.operator == "!=":
        return not restricted(node.path, "=", node.value, row)
    return restricted(node.path, node.operator, node.value, row)


def restricted(path: tuple, operator: str, value: Value, row: Row) -> bool:
    values = values_of(path, row)
    if value.special:
        there = any(one not in (None, "") for one in values)
        return there if value.text == "*" else not there
    kind = kind_of(path)
    return any(compared(kind, one, operator, value, row) for one in values if one is not None)


def values_of(path: tuple, row: Row) -> list:
    name = path[0]
    if name == CUSTOM:
        return [row.custom.get(path[1])]
    if name == "tag":
        return list(row.tags)
    if name == "name":
        return [row.fields["company"], *(f"{one['first_name']} {one['last_name']}" for one in row.people)]
    return [row.fields[name]] if name in row.fields else [one[name] for one in row.people]


def kind_of(path: tuple) -> str:
    if path[0] != CUSTOM:
        return {"email": "email", "phone": "phone"}.get(path[0]) or next(
            one.kind.title for one in FIELDS if one.name == path[0]
        )
    return {"checkbox": "boolean", "select": "choice", "date": "date", "text": "text"}[CUSTOM_FIELDS[path[1]][0]]


def compared(kind: str, one, operator: str, value: Value, row: Row) -> bool:
    text = value.text
    if kind == "email" and operator == "=":
        return one.lower() == text.lower()
    if kind == "phone":
        return phone_holds(one, operator, text)
    if kind in ("text", "email"):
        return text.lower() in one.lower() if operator == ":" else one.lower() == text.lower()
    if kind in ("choice", "set"):
        return one == text
    if kind == "boolean":
        return one is (text == "true")
    if kind == "integer":
        return ordered(one, operator, int(text))
    if kind == "money":
        return (value.currency in (None, row.fields["currency"])) and ordered(one, operator, Decimal(text))
    if kind == "date":
        day = one if isinstance(one, date) else date.fromisoformat(one)
        return ordered(day, operator, day_named(text))
    begin = datetime.combine(day_named(text), time(), UTC)
    end = begin + timedelta(days=1)
    return {"=": begin <= one < end, "<": one < begin, "<=": one < end, ">": one >= end, ">=": one >= begin}[operator]


def phone_holds(phone: str, operator: str, text: str) -> bool:
    wanted = re.sub("[^0-9]", "", re.sub(r"^\s*(\+|00)", "", text))
    numbers = [re.sub("[^0-9]", "", phone), (rules.phone_e164(phone, "DE") or "").lstrip("+")]
    return any(wanted in one if operator == ":" else one == wanted for one in numbers)


def ordered(one, operator: str, other) -> bool:
    return {"=": one == other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]


def day_named(text: str) -> date:
    if text.startswith("-"):
        return NOW.date() - timedelta(days=int(text[1:-1]))
    return NOW.date() if text == "today" else date.fromisoformat(text)
