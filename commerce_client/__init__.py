"""The API of Commerce for programs: `Commerce(origin, token)`, its errors and its models."""

from commerce_client.client import Commerce
from commerce_client.errors import (
    CommerceError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Stale,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from commerce_client.transport import NOT_GIVEN, NotGiven, Versioned

__all__ = [
    "NOT_GIVEN",
    "Commerce",
    "CommerceError",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "NotGiven",
    "Problem",
    "Stale",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "Versioned",
]
