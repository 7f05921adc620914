"""Transport: one request of the API, asked again while that is of use, and its answer or its error.

A write is sent under an idempotency key, so what was done by a request whose answer was lost is not done twice.
"""

import enum
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Generic, NamedTuple, TypeVar
from urllib.parse import quote

import requests

from commerce_client.errors import Unreachable, problem_of

BASE = "/api/v1"
T = TypeVar("T")


class NotGiven(enum.Enum):
    """What stands for a field that is left out, which differs from one that is null."""

    NOT_GIVEN = "not given"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


class Versioned(NamedTuple, Generic[T]):
    """A record with the `etag` of the version that was read: a change takes it as `if_match`."""

    value: T
    etag: str


class Transport:
    """Sends requests to the API at `origin` with an API token.

    What is refused for the time being (429, 503, 504, a connection that breaks, the same write still being worked on) is
    asked again, after what `Retry-After` says or growing pauses, for `patience` seconds at most.
    """

    def __init__(
        self,
        origin: str,
        token: str,
        *,
        timeout: float = 30.0,
        patience: float = 60.0,
        session: requests.Session | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ):
        self._base, self._token = origin.rstrip("/") + BASE, token
        self._timeout, self._patience = timeout, patience
        self._http, self._sleep = session or requests.Session(), sleep
        self._validating = False

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        files: Mapping[str, object] | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> requests.Response:
        """The answer to one request. Raises Problem for a refusal, Unreachable where there was no answer."""
        asked = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
            asked |= {"validate_only": "true"} if self._validating else {}
        if if_match is not None:
            headers["If-Match"] = if_match
        sent: dict[str, Any] = {"params": asked, "headers": headers}
        if body is not None:
            sent["json"] = _given(body)
        if files is not None:
            sent |= _multipart(files)
        return self._until_answered(method, self._base + path, sent)

    @contextmanager
    def validating(self) -> Iterator[None]:
        """Have the writes of the block validated alone."""
        self._validating = True
        try:
            yield
        finally:
            self._validating = False

    def _until_answered(self, method: str, url: str, sent: dict[str, Any]) -> requests.Response:
        left, tries = self._patience, 0
        while True:
            tries += 1
            pause = min(30.0, 0.5 * 2**tries) * random.uniform(0.5, 1.0)
            try:
                answer = self._http.request(method, url, timeout=self._timeout, allow_redirects=False, **sent)
                if answer.ok:
                    return answer
                problem = problem_of(answer.status_code, _json(answer))
                pause = _retry_after(answer, pause)
                if pause > left or not (problem.status in (429, 503, 504) or problem.code == "in-progress"):
                    raise problem
            except (requests.ConnectionError, requests.Timeout) as lost:
                if pause > left:
                    raise Unreachable(str(lost)) from lost
            left -= pause
            self._sleep(pause)


def segment(value: str) -> str:
    """A part of a path."""
    return quote(value, safe="")


def _retry_after(answer: requests.Response, otherwise: float) -> float:
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdigit() else otherwise


def _json(answer: requests.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not NOT_GIVEN}


def _multipart(fields: Mapping[str, object]) -> dict[str, Any]:
    """A form with files: what is bytes is one."""
    given = _given(fields)
    files = {name: (f"{name}.csv", value, "text/csv") for name, value in given.items() if isinstance(value, bytes)}
    return {"files": files, "data": {name: _text(value) for name, value in given.items() if name not in files}}
