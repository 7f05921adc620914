"""Shared rows of all clients, made once: staff, groups, tags, custom fields, products.

What is there by name is used as it is.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.events.event import message_of
from chassis.types.money import Money
from services.audit.rules import GENESIS, entry_of, seal
from services.billing.seller import DEVELOPMENT
from services.clients.rules import email_key
from tools.seed.catalogue import (
    CURRENCIES,
    CYCLES,
    DESCRIPTIONS,
    FIELDS,
    GROUPS,
    PRODUCTS,
    STAFF,
    TAGS,
    TAX_RATE,
    Field,
    price,
)
from tools.seed.copy_rows import Databases, Rows
from tools.seed.history import Actor, History
from tools.seed.rng import Calendar, Draw
from tools.seed.volumes import LONGEST_AGO

OPENED = LONGEST_AGO + 10  # days ago
LOCK_STREAM = """INSERT INTO streams (stream) VALUES ('system')
                 ON CONFLICT (stream) DO UPDATE SET sequence = streams.sequence RETURNING sequence"""
SELLER = "INSERT INTO sellers (id, content, first_used_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
LOG = "audit.activity"  # the log's listener, which must not get again what is put in here


@dataclass(frozen=True)
class SharedRows:
    """The shared rows by what clients need of them; ids as text."""

    staff: list[Actor]
    groups: list[tuple[str, str, str, int]]
    tags: list[tuple[str, str]]
    fields: list[tuple[str, Field]]
    products: dict[str, str]
    departments: dict[str, str]


def load_shared_rows(databases: Databases, seed: str, calendar: Calendar) -> SharedRows:
    """Load what is missing of the shared rows, with their events; what there is then."""
    _deliver(databases)
    draw = Draw(f"{seed}/house")
    maker = _Maker(databases, draw, History(draw, calendar), calendar)
    staff = [maker.staff(place, *person) for place, person in enumerate(STAFF)]
    maker.by = staff[0]
    shared = SharedRows(
        staff,
        [(maker.group(*group[:4]), group[0], group[3], group[4]) for group in GROUPS],
        [(maker.tag(*tag), tag[0]) for tag in TAGS],
        [(maker.field(place, field), field) for place, field in enumerate(FIELDS)],
        {name: maker.product(name, euro, bool(kind)) for name, euro, _, kind in PRODUCTS},
        {name: str(id) for id, name in databases.query("support", "SELECT id, name FROM departments")},
    )
    maker.finish()
    databases.query("billing", SELLER, (str(DEVELOPMENT.id), json.dumps(DEVELOPMENT.content), calendar.day(OPENED)))
    databases.commit()
    return shared


class _Maker:
    def __init__(self, databases: Databases, draw: Draw, history: History, calendar: Calendar):
        self.databases, self.draw, self.history, self.calendar = databases, draw, history, calendar
        self.rows = Rows()
        self.by = Actor("system", "clients", "System")
        self.moment = draw.at(OPENED)

    def _known(self, service: str, table: str, column: str, value: str) -> str | None:
        found = self.databases.query(service, f"SELECT id FROM {table} WHERE {column} = %s", (value,))
        return str(found[0][0]) if found else None

    def _new(self) -> tuple[str, str]:
        self.moment += 60_000
        return self.draw.new_id(self.moment), self.calendar.stamp(self.moment)

    def staff(self, place: int, name: str, email: str, role: str) -> Actor:
        """A staff account that nobody can sign in to: it has no password."""
        ip = f"198.51.100.{7 + place}"
        known = self._known("clients", "identity.staff_accounts", "name", name)
        if known:
            return Actor("staff", known, name, ip)
        id, at = self._new()
        login = self.draw.new_id(self.moment)
        self.rows.add("clients.identity.logins", login, "staff", email, email_key(email), at)
        self.rows.add("clients.identity.staff_accounts", id, login, name, role, at)
        self.history.record(
            "clients",
            self.moment,
            "staff.created",
            ("staff", id),
            self.by,
            {"role": role},
            personal={"name": name, "email": email},
        )
        return Actor("staff", id, name, ip)

    def group(self, name: str, colour: str, description: str, discount: str) -> str:
        if known := self._known("clients", "client_groups", "name", name):
            return known
        id, at = self._new()
        self.rows.add("clients.client_groups", id, name, colour, description, discount, at)
        self.history.record(
            "clients",
            self.moment,
            "group.created",
            ("group", id),
            self.by,
            {"name": name, "colour": colour, "description": description, "discount_percent": discount},
        )
        return id

    def tag(self, name: str, colour: str) -> str:
        if known := self._known("clients", "tags", "name", name):
            return known
        id, at = self._new()
        self.rows.add("clients.tags", id, name, colour, at)
        self.history.record(
            "clients", self.moment, "tag.created", ("tag", id), self.by, {"name": name, "colour": colour}
        )
        return id

    def field(self, place: int, field: Field) -> str:
        if known := self._known("clients", "custom_fields", "label", field.label):
            return known
        id, at = self._new()
        options = list(field.options)
        self.rows.add(
            "clients.custom_fields",
            id,
            field.label,
            field.type,
            json.dumps(options),
            False,
            place,
            field.visibility,
            at,
        )
        self.history.record(
            "clients",
            self.moment,
            "custom_field.created",
            ("custom_field", id),
            self.by,
            {
                "label": field.label,
                "type": field.type,
                "options": options,
                "required": False,
                "order": place,
                "visibility": field.visibility,
            },
        )
        return id

    def product(self, name: str, euro: int, takes_domain: bool) -> str:
        if known := self._known("billing", "products", "name", name):
            return known
        id, at = self._new()
        self.rows.add("billing.products", id, name, DESCRIPTIONS[name], takes_domain, TAX_RATE, at)
        prices = [
            (cycle, Money(price(euro, cycle, currency), currency)) for currency in CURRENCIES for cycle, *_ in CYCLES
        ]
        for cycle, one in prices:
            self.rows.add("billing.product_prices", id, cycle, one.currency, one.minor)
        self.history.record(
            "billing",
            self.moment,
            "product.created",
            ("product", id),
            self.by,
            {
                "name": name,
                "description": DESCRIPTIONS[name],
                "takes_domain": takes_domain,
                "retired": False,
                "tax_rate": TAX_RATE,
                "prices": [{"billing_cycle": cycle, **one.to_wire()} for cycle, one in prices],
            },
        )
        return id

    def finish(self) -> None:
        """Write rows and events; the streams and the chain `system` go on from where they stood."""
        databases = self.databases
        before = {service: databases.query(service, LOCK_STREAM)[0][0] for service in ("clients", "billing")}
        head, after = self.history.write(self.rows, _lock_head(databases), before)
        for service, sequence in after.items():
            databases.query(service, "UPDATE streams SET sequence = %s WHERE stream = 'system'", (sequence,))
        _move_head(databases, head)
        self.rows.copy_into(databases)


def _lock_head(databases: Databases) -> tuple[int, bytes]:
    found = databases.query(
        "audit",
        "INSERT INTO chain_heads (chain, seq, hash) VALUES ('system', 0, %s) "
        "ON CONFLICT (chain) DO UPDATE SET seq = chain_heads.seq RETURNING seq, hash",
        (GENESIS,),
    )
    return found[0][0], bytes(found[0][1])


def _move_head(databases: Databases, head: tuple[int, bytes]) -> None:
    databases.query("audit", "UPDATE chain_heads SET seq = %s, hash = %s WHERE chain = 'system'", head)


def _deliver(databases: Databases) -> None:
    """Put into the log the events of the stream `system` that the clients service has not published yet, such as that
    of the first account.

    Else they would arrive in the log after what is loaded here, against the order of its stream. The inbox rows see to it
    that it is not taken twice, should a relay send it all the same.
    """
    waiting = databases.query(
        "clients",
        "SELECT event_id, body, personal FROM outbox WHERE published_at IS NULL "
        "AND stream = 'system' ORDER BY id FOR UPDATE",
    )
    now, head = datetime.now(UTC), _lock_head(databases)
    fresh = [
        (event_id, entry_of(message_of(body, personal), now))
        for event_id, body, personal in waiting
        if databases.query(
            "audit",
            "INSERT INTO inbox (consumer, event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING event_id",
            (LOG, event_id),
        )
    ]
    sealed, heads = seal([entry for _, entry in fresh], {"system": head})
    for entry in sealed:
        _insert_entry(databases, entry)
    _move_head(databases, heads["system"])
    for event_id, *_ in waiting:
        databases.query(
            "clients",
            "UPDATE outbox SET published_at = now() WHERE event_id = %s AND published_at IS NULL",
            (event_id,),
        )
    databases.commit()


def _insert_entry(databases: Databases, entry: dict) -> None:
    values = [
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | list)
        else str(value)
        if isinstance(value, UUID)
        else value
        for value in entry.values()
    ]
    places = ", ".join(["%s"] * len(values))
    databases.query("audit", f"INSERT INTO entries ({', '.join(entry)}) VALUES ({places})", tuple(values))
