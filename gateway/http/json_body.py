"""JSON body: read strictly, and within limits, before any of it is used."""

import json
from collections.abc import Set
from math import isinf

from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem

# Arguments of RequestContext.call and Calls.start beside those of the RPC method; no RPC method has fields of these names.
_HOW = {"self", "caller", "target", "seconds", "writes"}
MAX_DEPTH, MAX_KEYS, MAX_DIGITS = 16, 200, 18
MAX_OBJECTS, MAX_VALUES = 500, 7000  # in one body: a schema checks each, which costs more than to read it


def json_body(request: Request) -> dict:
    """The request's JSON object.

    Raises 415 for another content type, 400 `malformed` for what is no UTF-8 JSON object, has a key twice, NaN, too
    deep or too large a structure.
    """
    if request.mimetype != "application/json":
        raise ServiceProblem("unsupported-media-type", "Send application/json.")
    try:
        body = json.loads(
            request.get_data().decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ServiceProblem("malformed", f"The body is not JSON that can be read: {_reason(error)}.") from error
    if not isinstance(body, dict):
        raise ServiceProblem("malformed", "The body must be a JSON object.")
    _check_size(body)
    return body


def _check_size(body: dict) -> None:
    depth, objects, values = _measure(body)
    for found, most, what in (
        (depth, MAX_DEPTH, "levels"),
        (objects, MAX_OBJECTS, "objects"),
        (values, MAX_VALUES, "values"),
    ):
        if found > most:
            raise ServiceProblem("malformed", f"The body has more than {most} {what}.")


def json_fields(request: Request, **known: object) -> dict:
    """The body's fields and those that the address names already, as arguments of `RequestContext.call`.

    `unknown-field` when the body names one of these, or an option of the call itself.
    """
    body = json_body(request)
    _refuse((known.keys() | _HOW) & body.keys())
    return {**body, **known}


def optional_fields(request: Request, **known: object) -> dict:
    """The same where no field is required: the body may be missing."""
    return json_fields(request, **known) if request.get_data() else known


def refuse_fields(request: Request) -> None:
    """Take no body but an empty object; `unknown-field` names whatever stands in one where the address says everything."""
    if request.get_data():
        _refuse(json_body(request).keys())


def _refuse(foreign: Set[str]) -> None:
    if foreign:
        errors = [
            {"pointer": f"/{name}", "code": "unknown-field", "message": "Unknown field."} for name in sorted(foreign)
        ]
        raise ServiceProblem(
            "unknown-field", "; ".join(f"{error['pointer']}: {error['message']}" for error in errors), errors
        )


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"it has more than {MAX_DEPTH} levels"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)[:200]


def _object(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    if len(found) > MAX_KEYS:
        raise ValueError(f"an object has more than {MAX_KEYS} keys")
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number has more than {MAX_DIGITS} digits")
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError("a number is larger than can be kept")
    return number


def _no_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def _measure(value) -> tuple[int, int, int]:
    """How deep `value` is nested, found without recursion, how many objects and how many values it has."""
    deepest, objects, values, level = 0, 0, 0, [value]
    while level:
        deepest += 1
        values += len(level)
        objects += sum(isinstance(item, dict) for item in level)
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return deepest, objects, values
