"""An order on its way: placed, then approved by its invoice's payment or refused by staff."""

from services.billing.rules import order_number
from tools.seed.history import Actor, Change


class Order:
    """An order of one service: approved by its invoice's payment, or refused. `billing` moves what was ordered."""

    def __init__(self, billing, service, domain, number: int, id: str, by: Actor):
        self.billing, self.account, self.service, self.domain = billing, billing.account, service, domain
        self.number, self.id, self.by, self.status, self.placed = number, id, by, "pending", billing.account.now
        self.invoice = None

    def record(self, what: str, by: Actor, cause: str | None = None) -> str:
        """Record what has become of it."""
        service, money = self.service, self.account.money
        items = [
            {
                "product_id": self.account.shared.products[service.product],
                "subscription_id": service.id,
                "domain_id": self.domain and self.domain.id,
                "product": service.product,
                "billing_cycle": service.cycle,
                "price": money(service.price),
                "list_price": money(service.list_price),
                "domain": self.domain and self.domain.name,
            }
        ]
        changes = None if what == "placed" else [Change("status", "pending", self.status)]
        return self.account.record(
            f"order.{what}",
            ("order", self.id),
            by,
            {
                "number": order_number(self.number),
                "status": self.status,
                "items": items,
                "total": money(self.invoice.total),
                "discount_percent": self.account.client.discount,
                "invoice_id": self.invoice.id,
            },
            changes=changes,
            cause=cause,
        )

    def approve(self, by: Actor, cause: str) -> None:
        """Its invoice was paid: what it ordered is active."""
        if self.status == "pending":
            self.status = "active"
            self.record("approved", by, cause)
            self.billing.activate(self.service, by, cause)
            if self.domain:
                self.billing.set_domain(self.domain, "active", by, cause)

    def refuse(self, fate: str) -> None:
        """Staff cancels it, or marks it as fraud; what waited for it is cancelled."""
        if self.status == "pending":
            self.status, by = fate, self.account.staff()
            cause = self.record("marked_fraud" if fate == "fraud" else "cancelled", by)
            self.service.status = "cancelled"
            self.billing.record(
                "cancelled",
                self.service,
                by,
                {"reason": f"{order_number(self.number)} was {fate}"},
                before="pending",
                cause=cause,
            )
            if self.domain:
                self.billing.set_domain(self.domain, "cancelled", by, cause)
            self.billing.invoices.cancel(self.invoice, by, cause)

    def write(self) -> None:
        """Its rows, as it has become."""
        account, service = self.account, self.service
        account.rows.add(
            "billing.orders",
            self.id,
            self.number,
            account.client.id,
            account.currency,
            self.status,
            self.invoice.total,
            account.client.discount,
            self.invoice.id,
            account.calendar.stamp(self.placed),
            *self.by[:3],
        )
        account.rows.add(
            "billing.order_items",
            self.id,
            1,
            account.shared.products[service.product],
            service.product,
            service.cycle,
            self.domain and self.domain.name,
            service.list_price,
            service.price,
            service.id,
            self.domain and self.domain.id,
        )
