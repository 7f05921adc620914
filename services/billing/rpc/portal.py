"""RPC methods of the client's portal, each about the client of whoever asks, whom the signed context names: none takes
another."""

import uuid
from collections.abc import Callable
from functools import partial

from chassis.events.unit_of_work import AnsweredBefore
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.billing.commands.credits.entries import apply_credit
from services.billing.commands.domains import update_domain
from services.billing.commands.orders.placement import place_order
from services.billing.queries import portal
from services.billing.queries.quotes import catalogue, quote_order
from services.billing.schemas import portal as request
from services.billing.schemas.orders import ItemsOrdered


class PortalRpc:
    """What a contact of a client sees of billing, and does."""

    @rpc(Portal.INVOICES_VIEW)
    def portal_owed(self):
        """What there is to pay, the first few invoices of it, and the credit."""
        return portal.owed(self.session, self.clients().for_billing, self._client())

    @rpc(Portal.INVOICES_VIEW, request=request.InvoicesPage)
    def portal_invoices(self, **page):
        return portal.list_issued(self.session, self._client(), **page)

    @rpc(Portal.INVOICES_VIEW, request=request.OwnInvoice)
    def portal_invoice(self, invoice_id):
        """An issued invoice; a draft is not there."""
        return portal.get_issued(self.session, self._client(), invoice_id)

    @rpc(Portal.INVOICES_VIEW)
    def portal_billed_to(self):
        """The address and the tax id that invoices are addressed to."""
        return portal.billed_to(self.session, self.clients().for_billing, self._client())

    @rpc(Portal.INVOICES_PAY, request=request.OwnInvoice)
    def portal_pay_invoice(self, invoice_id):
        """Pays with the account's credit, all that is due or as far as the credit goes. Answers the invoice."""
        client_id = self._client()
        portal.get_issued(self.session, client_id, invoice_id)
        _done(
            lambda: apply_credit(
                self._write(), client_id=client_id, invoice_id=invoice_id, amount=None, today=self.today()
            )
        )
        return portal.get_issued(self.session, client_id, invoice_id)

    @rpc(Portal.ORDERS_VIEW, request=request.OrdersPage)
    def portal_orders(self, **page):
        return portal.list_placed(self.session, self._client(), **page)

    @rpc(Portal.ORDERS_VIEW, request=request.OwnOrder)
    def portal_order(self, order_id):
        return portal.get_placed(self.session, self._client(), order_id)

    @rpc(Portal.ORDERS_PLACE)
    def portal_catalogue(self):
        """What is sold in the client's currency, listed and at the client's own price."""
        return catalogue(self.session, self.clients().for_billing, self._client())

    @rpc(Portal.ORDERS_PLACE, request=ItemsOrdered)
    def portal_quote(self, items):
        """What an order would come to; nothing is ordered."""
        return quote_order(self.session, self.clients().for_billing, self._client(), items)

    @rpc(Portal.ORDERS_PLACE, request=ItemsOrdered)
    def portal_place_order(self, items):
        """Places an order for the client; its invoice is to be paid. Answers the order."""
        client_id = self._client()
        made = _done(
            lambda: place_order(
                self._write(),
                self.session,
                self.clients().for_billing,
                client_id=client_id,
                items=items,
                today=self.today(),
            )
        )
        return portal.get_placed(self.session, client_id, uuid.UUID(made["id"]))

    @rpc(Portal.SERVICES_VIEW, request=request.SubscriptionsPage)
    def portal_subscriptions(self, **page):
        """The client's services; what they cost is said to who may see invoices."""
        return portal.list_bought(self.session, self._client(), prices=self.caller.allows(Portal.INVOICES_VIEW), **page)

    @rpc(Portal.DOMAINS_VIEW, request=request.DomainsPage)
    def portal_domains(self, **page):
        return portal.list_held(self.session, self._client(), **page)

    @rpc(Portal.DOMAINS_VIEW, request=request.OwnDomain)
    def portal_domain(self, domain_id):
        return portal.get_held(self.session, self._client(), domain_id)

    @rpc(Portal.DOMAINS_MANAGE, request=request.ChangeDomain)
    def portal_update_domain(self, domain_id, **given):
        """Turns auto-renew on or off and sets the nameservers, whichever is given. Answers the domain."""
        client_id = self._client()
        return portal.domain(
            _done(lambda: update_domain(self._write(), client_id=client_id, domain_id=domain_id, **given))
        )

    def _client(self) -> uuid.UUID:
        """The client whose portal this is."""
        return uuid.UUID(self.caller.client_id)

    def _write(self):
        """A write whose key counts for this client alone: one staff member may impersonate several."""
        return partial(self.open_uow, part=self.caller.client_id)


def _done(act: Callable[[], dict]) -> dict:
    """What a command answers, or answered when it ran before under the same key: staff's view, to be made the
    client's."""
    try:
        return act()
    except AnsweredBefore as before:
        return before.answer
