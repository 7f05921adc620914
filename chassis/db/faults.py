"""Transient faults: which errors of the database or the bus will pass if one waits."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.bus.connection import BusUnavailable
from chassis.errors import ServiceProblem

TRANSIENT_SQLSTATES = ("40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "53300")


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
