"""One error that crosses the bus and the HTTP edge: few classes, many codes (RFC 9457 problem details)."""

from collections.abc import Mapping
from itertools import islice

from marshmallow import ValidationError

# code -> (HTTP status, title)
PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "idempotency-key-required": (400, "An Idempotency-Key is required"),
    "unauthenticated": (401, "Sign in first"),
    "forbidden": (403, "Your role does not allow this"),
    "csrf": (403, "The form is out of date"),
    "reauthentication-required": (403, "Your password is asked for once more"),
    "second-factor-required": (403, "A second factor is required first"),
    "impersonation-denied": (403, "Not possible while you are logged in as the client"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This cannot be done here"),
    "request-timeout": (408, "The request came too slowly"),
    "duplicate": (409, "This exists already"),
    "invalid-state": (409, "Its state does not allow this"),
    "list-changed": (409, "The list has changed meanwhile"),
    "in-progress": (409, "The same request is still being worked on"),
    "stale": (412, "Somebody else changed this meanwhile"),
    "too-large": (413, "The request is too large"),
    "uri-too-long": (414, "The address is too long"),
    "unsupported-media-type": (415, "This content type is not understood"),
    "validation": (422, "Some values cannot be accepted"),
    "unknown-field": (422, "An unknown field was given"),
    "idempotency-reuse": (422, "This Idempotency-Key was used for another request"),
    "currency-mismatch": (422, "The currency differs from the client's"),
    "insufficient-credit": (422, "There is not enough credit"),
    "if-match-required": (428, "An If-Match header is required"),
    "too-many-requests": (429, "Too many attempts"),
    "headers-too-large": (431, "The headers are too large"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "Temporarily unavailable"),
    "outcome-unknown": (504, "It is not known whether this was done"),
}


MOST_ERRORS = 500


class ServiceProblem(Exception):
    """A refusal that the caller can understand.

    `code` is one of PROBLEMS; `detail` a sentence for people; `errors` a list of
    `{"pointer": "/field", "code": …, "message": …}`; `extra` further members (such as the id of a duplicate).
    """

    def __init__(self, code: str, detail: str = "", errors: list[dict] | None = None, **extra):
        if code not in PROBLEMS:
            raise ValueError(f"unknown problem code {code!r}")
        super().__init__(code, detail)
        self.code, self.detail, self.errors, self.extra = code, detail, errors or [], extra

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return PROBLEMS[self.code][0]

    @property
    def title(self) -> str:
        """Its short, fixed title."""
        return PROBLEMS[self.code][1]

    def to_wire(self) -> dict:
        """Its form on the bus; `from_wire` reads it back."""
        return {"code": self.code, "detail": self.detail, "errors": self.errors, "extra": self.extra}

    @classmethod
    def from_wire(cls, wire: Mapping) -> "ServiceProblem":
        """The problem that another process sent."""
        return cls(wire["code"], wire.get("detail", ""), wire.get("errors"), **wire.get("extra", {}))


def not_found() -> ServiceProblem:
    """The one answer for an absent, a foreign and a malformed id."""
    return ServiceProblem("not-found", "It does not exist, or not for you.")


def field_problem(pointer: str, message: str, code: str = "validation") -> ServiceProblem:
    """A refusal of one field, named by its JSON pointer."""
    return ServiceProblem(code, message, [{"pointer": pointer, "code": code, "message": message}])


def from_validation(error: ValidationError) -> ServiceProblem:
    """The faulty fields of a marshmallow refusal at once, MOST_ERRORS of them, by JSON pointer; `unknown-field` when only
    such are wrong."""
    errors = list(islice(_flatten(error.normalized_messages(), ""), MOST_ERRORS))
    codes = {entry["code"] for entry in errors}
    code = "unknown-field" if codes == {"unknown-field"} else "validation"
    return ServiceProblem(code, "; ".join(f"{e['pointer'] or '/'}: {e['message']}" for e in errors), errors)


def _flatten(messages, pointer: str):
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from _flatten(value, pointer + step)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, Mapping):
            yield from _flatten(message, pointer)
        else:
            code = "unknown-field" if message == "Unknown field." else "validation"
            yield {"pointer": pointer, "code": code, "message": str(message)}
