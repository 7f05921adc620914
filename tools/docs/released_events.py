"""Released events: contracts/released/events.json is what the last release promised of each event type, and
`not_additive` names what of it does not hold any more. `python -m tools.docs --release` writes it at a release.

Inside a version there are only optional additions: whoever reads an event by the released schema reads it for ever, and an
old event, which the outbox still has, fits the new schema.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASED = ROOT / "contracts/released/events.json"
SAME = ("type", "const", "format", "pattern", "stream", "exchange")
PROSE = ("$schema", "title", "description", "examples")


def promised(document: dict) -> dict:
    """What an AsyncAPI document promises of each event type: {type: its exchange, its stream and its schema}."""
    events = {}
    for channel in document["channels"].values():
        for type in channel.get("messages", {}):
            message, payload = document["components"]["messages"][type], document["components"]["schemas"][type]
            exchange = channel["bindings"]["amqp"]["exchange"]["name"]
            schema = _without_prose(payload["schema"])
            events[type] = {"exchange": exchange, "stream": message["x-stream"], "schema": schema}
    return events


def released() -> dict:
    """What the last release promised."""
    return json.loads(RELEASED.read_text(encoding="utf-8"))


def not_additive(old: dict, new: dict) -> list[str]:
    """A sentence for each point in which `new` is no mere addition to `old`, two answers of `promised`."""
    faults = []
    for type, before in old.items():
        if type not in new:
            faults.append(f"{type} is gone")
            continue
        after = new[type]
        faults += [f"{type}: another {name}" for name in ("exchange", "stream") if before[name] != after[name]]
        faults += _faults(type, before["schema"], after["schema"], before["schema"], after["schema"])
    return faults


def _faults(where: str, old: dict, new: dict, old_root: dict, new_root: dict) -> list[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if "anyOf" in old or "anyOf" in new:
        return _kinds(where, old, new, old_root, new_root)
    faults = [f"{where}: another {name}" for name in SAME if name in old and old[name] != new.get(name)]
    if "enum" in old and not set(new.get("enum", ["any other"])) <= set(old["enum"]):
        faults.append(f"{where}: more values")
    required, needed = set(old.get("required", ())), set(new.get("required", ()))
    faults += [f"{where}/{name} may be missing" for name in sorted(required - needed)]
    parts = old.get("properties", {})
    faults += [f"{where}/{name} is new and always there" for name in sorted(needed - required - set(parts))]
    faults += [f"{where}/{name} was not always there" for name in sorted((needed - required) & set(parts))]
    for name, part in parts.items():
        if name not in new.get("properties", {}):
            faults.append(f"{where}/{name} is gone")
        else:
            faults += _faults(f"{where}/{name}", part, new["properties"][name], old_root, new_root)
    if isinstance(old.get("items"), dict):
        faults += _faults(f"{where}/*", old["items"], new.get("items", {}), old_root, new_root)
    return faults


def _kinds(where: str, old: dict, new: dict, old_root: dict, new_root: dict) -> list[str]:
    """Each kind of value that may come now has to be one that could come before."""
    known = old.get("anyOf", [old])
    return [
        f"{where}: a kind of value that it had not"
        for kind in new.get("anyOf", [new])
        if all(_faults(where, one, kind, old_root, new_root) or not one for one in known)
    ]


def _resolved(schema: dict, root: dict) -> dict:
    while "$ref" in schema:
        pointer, found = schema["$ref"].removeprefix("#/").split("/"), root
        for name in pointer:
            found = found[name]
        schema = found
    return schema


def _without_prose(schema, named: bool = False):
    """A schema without what only people read; `named`: its keys are names of properties, which may be such words."""
    if isinstance(schema, list):
        return [_without_prose(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_prose(part, not named and name in ("properties", "$defs"))
        for name, part in schema.items()
        if named or name not in PROSE
    }
