"""Patience: how long a statement of somebody's own making may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.filters.faults import too_slow

PAGE_SECONDS = 2.0
CANCELLED = "57014"


@contextmanager
def within_patience(session: Session) -> Iterator[None]:
    """A block of reads by a filter, each of which may take PAGE_SECONDS; raises a 422 of the filter where one takes longer,
    and the transaction is over."""
    set_patience(session, PAGE_SECONDS)
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        session.rollback()
        raise too_slow() from error
    set_patience(session, None)


def set_patience(session: Session, seconds: float | None) -> None:
    """Set what a statement of this transaction may take; None for as long as the database's role may."""
    if seconds is None:
        session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    else:
        session.execute(text(f"SET LOCAL statement_timeout = {round(seconds * 1000)}"))
