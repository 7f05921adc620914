"""Errors: what the API refuses, by kinds, and what could not be asked at all."""

from typing import Any, TypedDict


class FieldError(TypedDict):
    """What is wrong with one field, which `pointer` names as a JSON pointer."""

    pointer: str
    code: str
    message: str


class CommerceError(Exception):
    """The base of all errors of this package."""


class Unreachable(CommerceError):
    """The system could not be reached. Whether a write was done is not known: repeat it under the same key."""


class Problem(CommerceError):
    """A refusal (RFC 9457): `code` says what is wrong, `errors` which fields; `more` has its further members, `request_id`
    is what to name when you ask about it."""

    def __init__(self, status: int, body: dict[str, Any]):
        self.status, self.code = status, str(body.get("code", "unknown"))
        self.detail: str = body.get("detail") or body.get("title") or f"HTTP {status}"
        self.errors: list[FieldError] = body.get("errors", [])
        self.request_id: str | None = body.get("request_id")
        known = {"type", "title", "status", "detail", "code", "errors", "request_id"}
        self.more = {name: value for name, value in body.items() if name not in known}
        super().__init__(f"{status} {self.code}: {self.detail}")


class Unauthenticated(Problem):
    """401: the token is none, or no longer."""


class Forbidden(Problem):
    """403: the token's permissions do not allow it."""


class NotFound(Problem):
    """404: it does not exist, or not for you."""


class Conflict(Problem):
    """409: its state, something that exists already, or a list that has changed."""


class Stale(Problem):
    """412: somebody else changed it since it was read."""


class Invalid(Problem):
    """422: some values cannot be accepted; `errors` names each."""


class TooManyRequests(Problem):
    """429: over the token's rate, for longer than was to be waited."""


class Unavailable(Problem):
    """503: nothing was done; 504: whether a write was done is not known, repeat it under the same key."""


KINDS: dict[int, type[Problem]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: TooManyRequests,
    503: Unavailable,
    504: Unavailable,
}


def problem_of(status: int, body: object) -> Problem:
    """The error for an answer of this status and JSON body, which is None where there was none."""
    return KINDS.get(status, Problem)(status, body if isinstance(body, dict) else {})
