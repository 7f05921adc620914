"""Commerce: the API by its sections, with the iterators of its lists.

commerce = Commerce("https://admin.example.com", token)
for invoice in commerce.each(commerce.invoices.all_invoices, status="overdue"):
    print(invoice["number"], invoice["amount_due"]["amount"])
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar

import requests

from commerce_client.operations import Sections
from commerce_client.transport import Transport

P = ParamSpec("P")
Row = TypeVar("Row")


class PageOf(TypedDict, Generic[Row]):
    """A page of any list: its rows, and the cursor of the next."""

    data: list[Row]
    page: Any


class Commerce(Sections):
    """The API at `origin`, asked with an API token. `patience` is for how many seconds a request is tried again, `timeout`
    for how many one answer is waited for; `session` is a `requests.Session` of yours, for proxies and certificates.

    An object is for one thread.
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
        self._transport = Transport(origin, token, timeout=timeout, patience=patience, session=session, sleep=sleep)
        super().__init__(self._transport)

    def each(self, read: Callable[P, PageOf[Row]], *args: P.args, **kwargs: P.kwargs) -> Iterator[Row]:
        """Each row of a list, page after page: `each(commerce.invoices.all_invoices, status="overdue", limit=100)`."""
        cursor: Any = kwargs.pop("after", None)
        while True:
            page = read(*args, **{**kwargs, "after": cursor})
            yield from page["data"]
            cursor = page["page"]["next"]
            if cursor is None:
                return

    def validate(self, write: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have a write checked as ever, and not done: `validate(commerce.notes.add_note, client_id, body="…", sticky=False)`.
        Raises what the write would raise."""
        with self._transport.validating():
            write(*args, **kwargs)
