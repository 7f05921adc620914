"""RPC methods of the client's portal, each about the client that the signed context names: none takes another."""

import uuid
from collections.abc import Callable

from chassis.events.unit_of_work import AnsweredBefore, UnitOfWorkOpener
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.billing.commands.credits.entries import apply_credit
from services.billing.commands.domains import update_domain
from services.billing.commands.orders.placement import place_order
from services.billing.queries import portal
from services.billing.queries.quotes import catalogue, quote_order
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import portal as schemas
from services.billing.schemas.orders import OrderItems, QuoteAnswer


class PortalRpc(BillingRpc):
    """What a contact of a client sees of billing, and does."""

    @rpc(Portal.INVOICES_VIEW, response=schemas.OwedAnswer, of_client=True)
    def portal_owed(self, client_id):
        """What there is to pay, how, the first few invoices of it, and the credit."""
        return portal.owed(self.session, self.clients().for_billing, client_id, self.seller)

    @rpc(
        Portal.INVOICES_VIEW,
        request=schemas.InvoicePage,
        response=schemas.IssuedInvoicePageAnswer,
        of_client=True,
    )
    def portal_invoices(self, client_id, **page):
        """A page of issued invoices, overdue ones first, then the newest, with `counts` by group of states."""
        return portal.list_invoices(self.session, client_id, **page)

    @rpc(Portal.INVOICES_VIEW, request=schemas.InvoiceArguments, response=schemas.IssuedInvoiceAnswer, of_client=True)
    def portal_invoice(self, client_id, invoice_id):
        """An issued invoice; a draft is not there."""
        return self.with_current(client_id, [portal.get_invoice(self.session, client_id, invoice_id)])[0]

    @rpc(Portal.INVOICES_PAY, request=schemas.InvoiceArguments, response=schemas.IssuedInvoiceAnswer, of_client=True)
    def portal_pay_invoice(self, client_id, invoice_id):
        """Pays with the account's credit, all that is due or as far as the credit goes. Answers the invoice."""
        portal.get_invoice(self.session, client_id, invoice_id)
        _answer_of(
            apply_credit,
            self.open_uow,
            client_id=client_id,
            invoice_id=invoice_id,
            amount=None,
            today=self.today(),
        )
        return self.with_current(client_id, [portal.get_invoice(self.session, client_id, invoice_id)])[0]

    @rpc(Portal.ORDERS_VIEW, request=schemas.OrderPage, response=schemas.OrderPageAnswer, of_client=True)
    def portal_orders(self, client_id, **page):
        """A page of orders, newest first, with `counts` by group of states."""
        return portal.list_orders(self.session, client_id, **page)

    @rpc(Portal.ORDERS_VIEW, request=schemas.OrderArguments, response=schemas.OrderAnswer, of_client=True)
    def portal_order(self, client_id, order_id):
        """One order with its items."""
        return portal.get_order(self.session, client_id, order_id)

    @rpc(Portal.ORDERS_PLACE, response=schemas.CatalogueAnswer, of_client=True)
    def portal_catalogue(self, client_id):
        """What is sold in the client's currency, listed and at the client's own price."""
        return catalogue(self.session, self.clients().for_billing, client_id)

    @rpc(Portal.ORDERS_PLACE, request=OrderItems, response=QuoteAnswer, of_client=True)
    def portal_quote(self, client_id, items):
        """What an order would come to; nothing is ordered."""
        return quote_order(self.session, self.clients().for_billing, client_id, items)

    @rpc(Portal.ORDERS_PLACE, request=OrderItems, response=schemas.OrderAnswer, of_client=True)
    def portal_place_order(self, client_id, items):
        """Places an order for the client; its invoice is to be paid. Answers the order."""
        placed = _answer_of(
            place_order,
            self.open_uow,
            client_id=client_id,
            items=items,
            today=self.today(),
            read_clients=self.clients().for_billing,
            seller=self.seller,
        )
        return portal.get_order(self.session, client_id, uuid.UUID(placed["id"]))

    @rpc(
        Portal.SERVICES_VIEW,
        request=schemas.SubscriptionPage,
        response=schemas.SubscriptionPageAnswer,
        of_client=True,
    )
    def portal_subscriptions(self, client_id, **page):
        """A page of subscriptions with `counts` by group of states; prices only for who may see invoices."""
        prices = self.caller.allows(Portal.INVOICES_VIEW)
        return portal.list_subscriptions(self.session, client_id, prices=prices, **page)

    @rpc(Portal.DOMAINS_VIEW, request=schemas.DomainPage, response=schemas.DomainPageAnswer, of_client=True)
    def portal_domains(self, client_id, **page):
        """A page of domains, the next to expire first."""
        return portal.list_domains(self.session, client_id, **page)

    @rpc(Portal.DOMAINS_VIEW, request=schemas.DomainArguments, response=schemas.DomainAnswer, of_client=True)
    def portal_domain(self, client_id, domain_id):
        """One domain."""
        return portal.get_domain(self.session, client_id, domain_id)

    @rpc(Portal.DOMAINS_MANAGE, request=schemas.UpdateDomain, response=schemas.DomainAnswer, of_client=True)
    def portal_update_domain(self, client_id, **given):
        """Turns auto-renew on or off and sets the nameservers, whichever is given. Answers the domain."""
        return portal.domain(_answer_of(update_domain, self.open_uow, client_id=client_id, **given))


def _answer_of(command: Callable[..., dict], open_uow: UnitOfWorkOpener, **arguments) -> dict:
    """What a command answers, or answered before under the same key: the staff's view, to be made the client's."""
    try:
        return command(open_uow, **arguments)
    except AnsweredBefore as before:
        return before.answer
