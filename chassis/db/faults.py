"""Transient faults: which errors of the database or the bus will pass if one waits."""

from psycopg2 import Error as Psycopg2Error
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.bus.connection import BusUnavailable
from chassis.errors import ServiceProblem

DATABASE_ERRORS = (SQLAlchemyError, Psycopg2Error)
"""What is raised while the database is away, by SQLAlchemy, and by the driver where that is asked itself."""

TRANSIENT_SQLSTATES = ("40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "53300")


def first_line(error: BaseException) -> str:
    """What an error says, without the details behind it; its class where it says nothing."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def is_transient(error: BaseException) -> bool:
    """Whether waiting may help: the database or broker is away, a lock or a time limit was hit."""
    if isinstance(error, (PoolTimeout, BusUnavailable)):
        return True
    if isinstance(error, ServiceProblem):
        return error.code == "unavailable"
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    return (
        error.connection_invalidated
        or state is None
        and type(error.orig).__name__ in ("OperationalError", "InterfaceError")
        or state in TRANSIENT_SQLSTATES
    )
