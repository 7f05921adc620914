"""Released HTTP API: contracts/released/openapi.json is what the last release promised to programs, and `not_additive`
names what of it does not hold any more. `python -m tools.docs --release` writes it at a release.

Whatever a program sends by the released document is still taken, and whatever it reads of an answer is still there. An answer
may have more fields, a request more that may be left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tools.docs.released_events import PROSE, RELEASED

RELEASED_API: Path = RELEASED.with_name("openapi.json")
UNPROMISED = (*PROSE, "tags", "summary", "example", "info", "security", "securitySchemes", "x-fields")
SAME = ("type", "const", "format")
NARROWER = {"minLength": 1, "maxLength": -1, "minimum": 1, "maximum": -1, "minItems": 1, "maxItems": -1}


def promised_api(document: dict) -> dict:
    """What an OpenAPI document promises to programs, without what people alone read."""
    return _without_prose(document)


def released_api() -> dict:
    """What the last release promised."""
    return json.loads(RELEASED_API.read_text(encoding="utf-8"))


def not_additive(old: dict, new: dict) -> list[str]:
    """A sentence for each point in which `new` is no mere addition to `old`, two answers of `promised_api`."""
    comparison = Comparison(old, new)
    faults: list[str] = []
    for path, operations in old["paths"].items():
        for method, before in operations.items():
            where = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            faults += [f"{where} is gone"] if after is None else comparison.of_operation(where, before, after)
    return faults


class Comparison:
    """Two documents, compared operation by operation."""

    def __init__(self, old: dict, new: dict):
        self._old, self._new = old, new

    def of_operation(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """What an operation does not take any more, asks for now, or does not answer any more."""
        for name in ("operationId", "x-permission"):
            if old[name] != new[name]:
                yield f"{where}: another {name}"
        yield from self._of_parameters(where, old["parameters"], new["parameters"])
        yield from self._of_body(where, old.get("requestBody"), new.get("requestBody"))
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where}: {status} is gone"
            else:
                yield from self._of_answer(f"{where} {status}", response, new["responses"][status])

    def _of_parameters(self, where: str, old: list[dict], new: list[dict]) -> Iterator[str]:
        before, after = ({(one["in"], one["name"]): one for one in some} for some in (old, new))
        for key, one in after.items():
            if one.get("required") and not before.get(key, {}).get("required"):
                yield f"{where}: {key[1]} has to be given"
        for key, one in before.items():
            if key not in after:
                yield f"{where}: {key[1]} is not taken"
            else:
                yield from self._of_taken(f"{where}: {key[1]}", one["schema"], after[key]["schema"])

    def _of_body(self, where: str, old: dict | None, new: dict | None) -> Iterator[str]:
        if new and new.get("required") and not (old and old.get("required")):
            yield f"{where}: a body has to be given"
        for kind, one in (old or {}).get("content", {}).items():
            if kind not in (new or {}).get("content", {}):
                yield f"{where}: {kind} is not taken"
            else:
                yield from self._of_taken(f"{where}: body", one["schema"], new["content"][kind]["schema"])

    def _of_answer(self, where: str, old: dict, new: dict) -> Iterator[str]:
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        for name in old.get("headers", {}):
            if name not in new.get("headers", {}):
                yield f"{where}: {name} is gone"
        for kind, one in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield f"{where}: {kind} is gone"
            else:
                yield from self._of_given(where, one["schema"], new["content"][kind]["schema"])

    def _of_taken(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """What was sent by `old` and is refused by `new`."""
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if "anyOf" in old or "anyOf" in new:
            for kind in old.get("anyOf", [old]):
                if all(any(self._of_taken(where, kind, one)) for one in new.get("anyOf", [new])):
                    yield f"{where}: a kind of value is not taken"
            return
        yield from _changed(where, new, old)
        if "enum" in new and not set(old.get("enum", ["any other"])) <= set(new["enum"]):
            yield f"{where}: a value is not taken"
        if "pattern" in new and new["pattern"] != old.get("pattern"):
            yield f"{where}: another pattern"
        for name, sign in NARROWER.items():
            if name in new and (name not in old or sign * new[name] > sign * old[name]):
                yield f"{where}: {name} is narrower"
        for name in sorted({*new.get("required", ())} - {*old.get("required", ())}):
            yield f"{where}/{name} has to be given"
        for name, part in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}/{name} is not taken"
            else:
                yield from self._of_taken(f"{where}/{name}", part, new["properties"][name])
        if "items" in old:
            yield from self._of_taken(f"{where}/*", old["items"], new.get("items", {}))

    def _of_given(self, where: str, old: dict, new: dict) -> Iterator[str]:
        """What `new` answers that `old` had not said, or lacks."""
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if "anyOf" in old or "anyOf" in new:
            for kind in new.get("anyOf", [new]):
                if all(any(self._of_given(where, one, kind)) for one in old.get("anyOf", [old])):
                    yield f"{where}: a kind of value that it had not"
            return
        yield from _changed(where, old, new)
        if "enum" in old and not set(new.get("enum", ["any other"])) <= set(old["enum"]):
            yield f"{where}: more values"
        for name in sorted({*old.get("required", ())} - {*new.get("required", ())}):
            yield f"{where}/{name} may be missing"
        for name, part in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}/{name} is gone"
            else:
                yield from self._of_given(f"{where}/{name}", part, new["properties"][name])
        for name in ("items", "additionalProperties"):
            if isinstance(old.get(name), dict):
                yield from self._of_given(f"{where}/*", old[name], new.get(name) or {})


def _changed(where: str, promised: dict, held: dict) -> Iterator[str]:
    """What is said of a value and does not hold of it: its type, its format."""
    for name in SAME:
        if name in promised and promised[name] != held.get(name):
            yield f"{where}: another {name}"


def _resolved(schema: dict, root: dict) -> dict:
    while "$ref" in schema:
        found = root
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _without_prose(part, named: bool = False):
    """A document without what only people read; `named`: its keys are names, which may be such words."""
    if isinstance(part, list):
        return [_without_prose(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _without_prose(one, not named and name in ("properties", "paths", "headers", "schemas", "responses"))
        for name, one in part.items()
        if named or name not in UNPROMISED
    }
