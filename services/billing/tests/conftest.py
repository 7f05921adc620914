"""A billing database with clients in it, written as its owner of data would find them; billing's doors on a real bus."""

import uuid

import pytest
from sqlalchemy import insert

from chassis.calls import Calls, CallsProvider
from services.billing.models import BillingAccount


@pytest.fixture
def session(session_of):
    """A session on an empty billing database, as the service's own role."""
    return session_of("billing")


@pytest.fixture
def account(session):
    """`account("EUR")`: the id of a client with an open billing account."""
    def open_one(currency: str = "EUR") -> uuid.UUID:
        client_id = uuid.uuid4()
        session.execute(insert(BillingAccount).values(client_id=client_id, currency=currency))
        session.commit()
        return client_id
    return open_one


@pytest.fixture
def calls(run_service) -> Calls:
    """A caller of services on this test's virtual host, signing as the gateway."""
    class Front:
        name = "front"
        calls = CallsProvider()

    container = run_service(Front, issuer="gateway")
    (provider,) = container.dependencies
    return provider.get_dependency(None)
