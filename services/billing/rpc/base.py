"""Base of billing's RPC methods: the clients service, the business day, the account that a first command needs."""

import uuid
from datetime import date, datetime

from nameko.dependency_providers import Config
from nameko.extensions import DependencyProvider

from chassis.context import Caller, system_caller
from chassis.permissions import Permission
from chassis.process.service import Service
from chassis.rpc.client import CallsProvider
from services.billing.clients_rpc_client import Clients
from services.billing.commands.accounts.open import ensure_account
from services.billing.queries.accounts import opening_of
from services.billing.queries.documents import Parties, with_current
from services.billing.queries.overview import head
from services.billing.rules import business_today
from services.billing.seller import seller_of

JOB_CALL_SECONDS = 5


class SellerProvider(DependencyProvider):
    """`self.seller`: the seller of this process' settings, None where there is none."""

    def setup(self):
        self._seller = seller_of(self.container.config["settings"])

    def get_dependency(self, worker_ctx):
        return self._seller


class BillingRpc(Service):
    """The base of the classes that service.py puts together."""

    calls = CallsProvider()
    config = Config()
    seller = SellerProvider()

    def account_of(self, client_id: uuid.UUID) -> uuid.UUID:
        """`client_id`, whose account is open from now on: a first command may come before the event that opens it."""
        ensure_account(
            self.session, caller=self._as_billing(), client_id=client_id, read_clients=self.clients().for_billing
        )
        return client_id

    def parties(self, client_id: uuid.UUID) -> Parties:
        """Whom an invoice of this client is to and from now; its account is open afterwards. Raises not-found."""
        client = opening_of(self.session, self.clients().for_billing, client_id)
        self.account_of(client_id)
        return Parties(client, self.seller)

    def on_record(self, wanted: bool, client_id: uuid.UUID, found: dict, *, chart: str | None = None) -> dict:
        """`found`, a page of a client's list; with the record's `head` where that is `wanted`, by who may see it."""
        if not wanted:
            return found
        self.caller.require(Permission.CLIENTS_VIEW)
        return {**found, "head": self.head(client_id, chart)}

    def head(self, client_id: uuid.UUID, chart: str | None = None) -> dict:
        """What billing knows of the head of a client's record."""
        return head(self.session, self.clients().for_billing, client_id, chart, self.today())

    def with_current(self, client_id: uuid.UUID, invoices: list[dict]) -> list[dict]:
        """`invoices` of a client; those that keep no document show their parties as they are now."""
        return with_current(self.session, self.clients().for_billing, client_id, self.seller, invoices)

    def today(self) -> date:
        """The date in the time zone of the business."""
        return business_today(self.config["settings"].timezone)

    def now(self) -> datetime:
        """This moment in the time zone of the business."""
        return datetime.now(self.config["settings"].timezone)

    def clients(self) -> Clients:
        """The clients service, called in billing's own name on behalf of this request."""
        return Clients(self.calls, self._as_billing())

    def clients_for(self, cause: str) -> Clients:
        """The clients service, called by a job on behalf of the request `cause`."""
        return Clients(self.calls, system_caller("billing", cause=cause, seconds=JOB_CALL_SECONDS))

    def _as_billing(self) -> Caller:
        return system_caller("billing", cause=self.caller.request_id, seconds=self.caller.remaining)
