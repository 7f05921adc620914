"""Patience: how long a statement of somebody's own making may take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.filters.faults import too_slow

PAGE_SECONDS = 2.0
CANCELLED = "57014"
# What stands first is read first.
LIMIT = text("SELECT current_setting('statement_timeout'), set_config('statement_timeout', :limit, true)")


@contextmanager
def within_patience(session: Session, refusal: Callable[[], ServiceProblem] = too_slow) -> Iterator[None]:
    """A block of reads by a filter, each of which may take PAGE_SECONDS; raises a 422 of the filter where one takes longer,
    or another `refusal`, and the transaction is over."""
    try:
        with limited_to(session, PAGE_SECONDS):
            yield
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        session.rollback()
        raise refusal() from error


@contextmanager
def limited_to(session: Session, seconds: float) -> Iterator[None]:
    """A block whose statements may take `seconds` each; after it they may take what they might before, in a unit of work
    what is left of its command's time."""
    before = session.scalar(LIMIT, {"limit": f"{round(seconds * 1000)}ms"})
    failed = False
    try:
        yield
    except DBAPIError:
        failed = True  # with the transaction, or its savepoint, the limit is over too
        raise
    finally:
        if not failed:
            session.execute(LIMIT, {"limit": before})
