"""A client as the clients service keeps it: profile, contacts, tags, notes, custom field values; and their events."""

from dataclasses import dataclass
from json import dumps
from types import SimpleNamespace

from chassis.types.text import fold
from services.clients.profile_fields import COMPANY, PERSON, PROFILE_FIELDS, names
from services.clients.queries.clients import ADDRESS
from services.clients.rules import email_key, shown_name, sort_name
from services.clients.search_text import search_text
from tools.seed import texts
from tools.seed.copy_rows import Rows
from tools.seed.history import Actor, Change, History
from tools.seed.people import ADJECTIVES, COUNTRIES, NOUNS, Country
from tools.seed.rng import DAY, Calendar, Draw, days_ago
from tools.seed.shared_rows import SharedRows
from tools.seed.volumes import Volumes

BLANK = {field.name: field.blank for field in PROFILE_FIELDS}


@dataclass
class Client:
    """What billing and support need to know of a client."""

    id: str
    country: Country
    status: str
    tax_exempt: bool
    discount: str
    domain: str
    people: list[Actor]
    joined_at: int
    cause: str
    buyer: str

    @property
    def owner(self) -> Actor:
        """The primary contact."""
        return self.people[0]


def _buyer(profile: dict, person: dict) -> str:
    """What an invoice keeps of the client, as JSON."""
    contact = f"{person['first_name']} {person['last_name']}"
    return dumps(
        {
            "name": shown_name(profile["company"], person["first_name"], person["last_name"]),
            "contact": contact,
            "email": person["email"],
            **{name: profile[name] for name in ("company", "tax_id", "tax_exempt")},
            "address": {name: profile[name] for name in ADDRESS},
        },
        ensure_ascii=False,
    )


class ClientMaker:
    """Makes one client; `write` does it all."""

    def __init__(self, draw: Draw, calendar: Calendar, shared: SharedRows, rows: Rows, brief: bool, word: str = ""):
        self.draw, self.calendar, self.shared, self.rows, self.brief = draw, calendar, shared, rows, brief
        self.word = word  # stands in the names of the company and of all its people

    def write(self, volumes: Volumes) -> tuple[Client, History]:
        """The client with all its rows of the clients service, and the history that the others go on with."""
        draw = self.draw
        self.country = draw.skewed(COUNTRIES, 1.4)
        self.joined_at = draw.at(volumes.joined)
        self.id = draw.new_id(self.joined_at)
        self.history = History(draw, self.calendar, self.id, volumes.whole)
        self.index = volumes.index
        profile, person = self._profile(), self._person("")
        status = draw.choices(("active", "suspended", "inactive"), (80, 5, 15))[0]
        group = draw.choices([*self.shared.groups, None], [*(group[3] for group in self.shared.groups), 22])[0]
        tags = [tag for place, tag in enumerate(self.shared.tags) if draw.chance((14, 9, 7, 6, 3, 2, 2, 0.5)[place])]
        contacts = [person, *(self._person(str(more)) for more in range(2, 2 + self._further()))]
        last_login = max((one["login"] for one in contacts if one["login"] is not None), default=None)
        by = draw.choice(self.shared.staff)
        self._client_row(profile, contacts, status, group, last_login, by)
        cause = self._created(profile, person, group, tags, by)
        for place, contact in enumerate(contacts):
            self._contact(contact, place)
        for tag_id, _ in tags:
            self.rows.add("clients.client_tags", self.id, tag_id)
        self._status_changed(status)
        self._notes()
        self._values()
        people = [Actor("contact", one["id"], f"{one['first_name']} {one['last_name']}", one["ip"]) for one in contacts]
        return Client(
            self.id,
            self.country,
            status,
            profile["tax_exempt"],
            group[2] if group else "0.00",
            self.domain,
            people,
            self.joined_at,
            cause,
            _buyer(profile, person),
        ), self.history

    def _further(self) -> int:
        return self.draw.choices((0, 1, 2, 3), (80, 15, 4, 1) if self.brief else (45, 30, 15, 10))[0]

    def _profile(self) -> dict:
        draw, country = self.draw, self.country
        city, state, postcode = draw.choice(country.cities)
        company = self._company() if draw.chance(55) else ""
        words = company.split()[:2] or [draw.choice(ADJECTIVES)]
        self.domain = f"{'-'.join(map(_slug, words))}{self.index}.example"
        exempt = draw.chance(6)
        return {
            **BLANK,
            "company": company,
            "address1": country.street.format(n=draw.randint(1, 180)),
            "city": city,
            "state": state,
            "postcode": f"{postcode}{draw.randint(10, 99)}",
            "country": country.code,
            "tax_id": f"{country.code} {draw.randint(100, 999)} {draw.randint(1000, 9999)}" if company else "",
            "tax_exempt": exempt,
            "language": country.language,
        }

    def _company(self) -> str:
        draw, country = self.draw, self.country
        if country.language == "en" and draw.chance(50):
            name = (
                f"{draw.skewed(ADJECTIVES)}{draw.choice(('', ' '))}{draw.skewed(NOUNS)} {draw.choice(country.trades)}"
            )
        else:
            name = f"{draw.skewed(country.last_names)} {draw.choice(country.trades)}"
        return " ".join(filter(None, (name, self.word, draw.choice(country.forms))))

    def _person(self, mark: str) -> dict:
        draw, country = self.draw, self.country
        first, last = draw.skewed(country.first_names), draw.skewed(country.last_names)
        last = f"{last}-{self.word}" if self.word else last
        phone = f"{country.dial}{draw.randint(100, 999)}" if draw.chance(80) else ""
        added = (
            self.joined_at
            if not mark
            else max(self.joined_at + 60_000, draw.at(draw.randint(1, days_ago(self.joined_at))))
        )
        login = None
        if draw.chance(78 if not mark else 50) and days_ago(added) > 1:
            login = draw.at(1 + int((days_ago(added) - 1) * draw.random() ** 3))
            login = login if login > added else None
        return {
            "id": draw.new_id(added),
            "first_name": first,
            "last_name": last,
            "email": self._email(first, last, mark),
            "phone": phone,
            "phone_e164": phone.replace(" ", "") or None,
            "added": added,
            "login": login,
            "ip": f"203.0.113.{draw.randint(1, 254)}",
            "role": "owner" if not mark else draw.choice(("admin", "billing", "technical")),
        }

    def _email(self, first: str, last: str, mark: str) -> str:
        return f"{_slug(first)}.{_slug(last)}{mark}@{self.domain}"

    def _client_row(self, profile: dict, contacts: list[dict], status: str, group, last_login, by: Actor) -> None:
        person, *others = contacts
        people = [SimpleNamespace(**one) for one in (person, *sorted(others, key=lambda one: one["id"]))]
        names = (profile["company"], person["first_name"], person["last_name"])
        self.rows.add(
            "clients.clients",
            self.id,
            status,
            self.calendar.stamp(self.joined_at),
            None if last_login is None else self.calendar.stamp(last_login),
            group and group[0],
            sort_name(*names),
            search_text(profile["company"], profile["tax_id"], people),
            *(profile[name] for name in COMPANY),
            self.country.currency,
            by.id,
        )

    def _created(self, profile: dict, person: dict, group, tags: list, by: Actor) -> str:
        facts = {
            "currency": self.country.currency,
            "status": "active",
            "joined_at": self.calendar.stamp(self.joined_at),
            "group_id": group and group[0],
            "tags": [tag_id for tag_id, _ in tags],
            "primary_contact_id": person["id"],
            **{name: profile[name] for name in names(personal=False)},
        }
        personal = {name: {**profile, **person}[name] for name in names(personal=True)}
        return self.history.record(
            "clients",
            self.joined_at,
            "client.created",
            ("client", self.id),
            by,
            facts,
            personal=personal,
        )

    def _contact(self, contact: dict, place: int) -> None:
        draw, stamp, login_id = self.draw, self.calendar.stamp, None
        status = "active" if contact["login"] is not None or draw.chance(60) else draw.choice(("invited", "inactive"))
        if place == 0:
            status = "active"
        entity, key = ("contact", contact["id"]), email_key(contact["email"])
        if contact["login"] is not None:
            login_id = draw.new_id(contact["added"])
            self.rows.add(
                "clients.identity.logins", login_id, "contact", contact["email"], key, stamp(contact["added"])
            )
        self.rows.add(
            "clients.contacts",
            contact["id"],
            self.id,
            place == 0,
            contact["first_name"],
            contact["last_name"],
            contact["email"],
            key,
            contact["phone"],
            contact["phone_e164"],
            contact["role"],
            status,
            login_id,
            None if contact["login"] is None else stamp(contact["login"]),
            stamp(contact["added"]),
        )
        if place:
            personal = {name: contact[name] for name in PERSON}
            self.history.record(
                "clients",
                contact["added"],
                "contact.added",
                entity,
                draw.choice(self.shared.staff),
                {"role": contact["role"], "status": status},
                personal=personal,
            )
        if contact["login"] is not None:
            actor = Actor("contact", contact["id"], f"{contact['first_name']} {contact['last_name']}", contact["ip"])
            self.history.record("clients", contact["login"], "contact.signed_in", entity, actor, {"method": "password"})

    def _status_changed(self, status: str) -> None:
        if status != "active":
            reason = "Left us" if status == "inactive" else self.draw.choice(texts.SUSPEND_REASONS)
            self.history.record(
                "clients",
                self._since(self.joined_at),
                "client.status_changed",
                ("client", self.id),
                self.draw.choice(self.shared.staff),
                {"status": status, "reason": reason},
                changes=[Change("status", "active", status)],
            )

    def _since(self, moment: int) -> int:
        """Some moment between `moment` and last midnight."""
        return int(moment * self.draw.random()) - 1

    def _notes(self) -> None:
        draw = self.draw
        bodies = [(body, False) for body in texts.NOTES if draw.chance(2 if self.brief else 12)]
        if draw.chance(4 if self.brief else 14):
            bodies.append((draw.choice(texts.STICKY_NOTES), True))
        for body, sticky in bodies:
            at, author = self._since(self.joined_at), draw.choice(self.shared.staff)
            id = draw.new_id(at)
            self.rows.add("clients.notes", id, self.id, body, sticky, author.id, author.name, self.calendar.stamp(at))
            self.history.record(
                "clients",
                at,
                "note.added",
                ("note", id),
                author,
                {"sticky": sticky, "supersedes": None},
                personal={"body": body},
            )

    def _values(self) -> None:
        draw, changes = self.draw, []
        for id, field in self.shared.fields:
            if draw.chance(field.share / 12 if self.brief else field.share):
                value = draw.choice(field.values)
                value = self.calendar.day(-value) if field.type == "date" else value
                self.rows.add("clients.custom_field_values", self.id, id, dumps(value, ensure_ascii=False))
                changes.append(Change(field.label, None, value, personal=True))
        if changes:
            self.history.record(
                "clients",
                min(self.joined_at + DAY // 24, -1),
                "client.custom_fields_changed",
                ("client", self.id),
                draw.choice(self.shared.staff),
                {"fields": [change.field for change in changes]},
                changes=changes,
            )


def _slug(text: str) -> str:
    """The letters and figures of `text`, for an address."""
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalnum()) or "client"
