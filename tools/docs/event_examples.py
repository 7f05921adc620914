"""An example of each event type, the same each time: values by the names and kinds of its facts."""

import hashlib

from chassis.events.event import PARTS, SCHEMAS_PATH, commitment, message_of
from tools.docs.json_schema import ID

ORIGIN = "https://admin.example.com"
CLIENT = "0192f0c1-0000-7000-8000-00000000c11e"
MOMENT, DAY, DUE = "2026-11-22T17:02:03.004Z", "2026-11-22", "2026-12-06"
TEXTS = {
    "address1": "12 St James's Square",
    "amount": "24.00",
    "billing_cycle": "monthly",
    "body": "The site has been slow since this morning.",
    "city": "London",
    "colour": "#4263eb",
    "company": "Analytical Engines Ltd",
    "country": "GB",
    "currency": "EUR",
    "department": "Support",
    "description": "Hosting, December",
    "discount_percent": "10",
    "domain": "example.com",
    "email": "ada@example.com",
    "end_cause": "ended",
    "external_id": "4711",
    "first_name": "Ada",
    "gateway": "bank",
    "how": "own",
    "invoice_number": "INV-00042",
    "ip": "192.0.2.7",
    "kind": "added",
    "label": "VAT status",
    "language": "en",
    "last_name": "Lovelace",
    "method": "password",
    "name": "Web Hosting",
    "nameservers": "ns1.example.com",
    "password": "",
    "phone": "+442071234567",
    "postcode": "SW1Y 4JH",
    "priority": "medium",
    "product": "Web Hosting",
    "quantity": "1",
    "reason": "Unpaid invoices",
    "reference": "2026-11-22/17",
    "registrar": "Nominet",
    "role": "billing",
    "source": "chinook",
    "state": "Greater London",
    "status": "active",
    "subject": "Site is slow",
    "tax_id": "GB123456789",
    "tax_rate": "20",
    "to": "credit",
    "type": "text",
    "user_agent": "Mozilla/5.0",
    "visibility": "staff",
    "what": "on",
}
ALWAYS, CUT = ("entity", "commitments", "shortened"), ("description_length", "description_sha256")
NUMBERS = {"credit": "ORD-00017", "invoice": "INV-00042", "order": "ORD-00017"}
NAMES = {"actor_name": "Mara Lindqvist", "buyer": {"name": "Analytical Engines Ltd", "country": "GB"}}
STATES = {
    "invoice.drafted.v1": "draft",
    "invoice.published.v1": "unpaid",
    "order.placed.v1": "pending",
    "subscription.created.v1": "pending",
    "subscription.unsuspended.v1": "active",
    "subscription.activated.v1": "active",
    "order.approved.v1": "active",
    "order.marked_fraud.v1": "fraud",
    "ticket.opened.v1": "open",
    "ticket.replied.v1": "answered",
    "ticket.internal_note_added.v1": "open",
    "ticket.updated.v1": "open",
}
MOVED = ("overdue", "paid", "cancelled", "refunded", "suspended", "terminated")


def example_of(event: type, service: str, facts_schema: dict) -> dict:
    """A message of `event` whose values are made up, with its parts in `data` alone."""
    message = message_example(event, service, facts_schema)
    return {name: value for name, value in message.items() if name not in PARTS}


def message_example(event: type, service: str, facts_schema: dict) -> dict:
    """The same as it leaves."""
    noun, verb = event.type.removesuffix(".v1").split(".")
    changes = _changes(event, verb)
    personal = {name: _text(name) for name in sorted(event.personal_names)} | {"actor_name": NAMES["actor_name"]}
    personal |= {"ip": TEXTS["ip"]}
    personal |= {
        f"changes.{change['field']}": {"old": None, "new": _text(change["field"])}
        for change in changes
        if change.get("personal")
    }
    salted = {name: {"salt": _digest(name)[:32], "value": value} for name, value in personal.items()}
    facts = {name: _value(name, part, event) for name, part in facts_schema["properties"].items() if name not in ALWAYS}
    facts |= {
        "entity": {"type": noun, "id": CLIENT if noun == "client" else _id(noun)},
        "commitments": {name: commitment(part["salt"], part["value"]) for name, part in salted.items()},
    }
    body = {
        "specversion": "1.0",
        "id": _id(event.type),
        "type": event.type,
        "source": f"services/{service}",
        "subject": None if event.system_stream else CLIENT,
        "time": MOMENT,
        "stream": "system" if event.system_stream else CLIENT,
        "sequence": 7,
        "epoch": 1,
        "actor": {"kind": "staff", "id": _id("staff")},
        "acting_as": None,
        "cause": _id("request"),
        "facts": facts,
        "changes": changes,
    }
    return message_of(body, salted) | {"dataschema": f"{ORIGIN}{SCHEMAS_PATH}/{event.type}.json"}


def _changes(event: type, verb: str) -> list[dict]:
    if verb not in ("updated", "status_changed", "custom_fields_changed"):
        return []
    if verb == "status_changed":
        return [{"field": "status", "old": "pending", "new": "active"}]
    names = sorted(event.personal_names) or (["VAT status"] if event.every_change_is_personal else [])
    if names:
        return [{"field": names[0], "old": None, "new": None, "personal": True}]
    return [{"field": "name", "old": "Hosting", "new": TEXTS["name"]}]


def _value(name: str, schema: dict, event: type):
    """A value for a fact of this name that its schema allows."""
    if "anyOf" in schema:
        return _value(name, schema["anyOf"][0], event)
    if "$ref" in schema:
        return {"amount": "24.00", "currency": "EUR"}
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {one: _value(one, part, event) for one, part in parts.items() if one not in CUT}
        case "array":
            return [_value(name, schema["items"], event)]
        case "boolean":
            return name in ("auto_renew", "primary", "sticky", "entered")
        case "integer":
            return 42 if name == "number" else 2
    return _id(name) if schema == ID else _text(name, event)


def _text(name: str, event: type | None = None):
    noun, verb = event.type.removesuffix(".v1").split(".") if event else ("", "")
    if name == "number":
        return NUMBERS.get(noun, "INV-00042")
    if name == "status" and event:
        return STATES.get(event.type, verb if verb in MOVED else TEXTS["status"])
    if name in NAMES:
        return NAMES[name]
    if name.endswith("_at"):
        return MOMENT
    if name in ("date", "issue_date") or name.endswith("_on"):
        return DAY
    if name.endswith("due_date"):
        return DUE
    if name.endswith("_id") and name not in TEXTS or name in ("tags", "previous", "reverses", "supersedes"):
        return _id(name)
    return TEXTS.get(name, name.replace("_", " ").capitalize())


def _id(name: str) -> str:
    """A UUIDv7 that is always the same for `name`."""
    digest = _digest(name)
    return f"0192f0c1-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
