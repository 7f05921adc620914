"""Projections: what a warehouse makes of the events alone, without a look at any table."""

from collections import defaultdict
from decimal import Decimal

from services.clients.profile_fields import PROFILE_FIELDS
from services.clients.profile_fields import names as profile_names


def amount(money: dict) -> Decimal:
    """An amount without its currency."""
    return Decimal(money["amount"])


class Warehouse:
    """Clients, invoices, ledgers, subscriptions, domains, orders and tickets by id, after all events that it was given.

    The events of a stream come in order; those of different services in any.
    """

    def __init__(self, events: list[dict]):
        self.clients, self.contacts, self.invoices, self.credits = {}, {}, {}, {}
        self.subscriptions, self.domains, self.orders, self.tickets = {}, {}, {}, {}
        self.payments, self.accounts = {}, {}
        self.replies: dict[str, list] = defaultdict(list)
        for event in events:
            noun = event["type"].partition(".")[0]
            handler = getattr(self, f"_{noun}", None)
            if handler is not None:
                handler(event, event["type"].split(".")[1], event["facts"], event["facts"]["entity"]["id"])

    def _client(self, event: dict, verb: str, facts: dict, client_id: str) -> None:
        personal = {name: part["value"] for name, part in event["personal"].items()}
        if verb in ("created", "imported"):
            self.clients[client_id] = {
                **{name: personal[name] for name in profile_names(personal=True)},
                **{name: facts[name] for name in profile_names(personal=False)},
                "status": facts["status"],
                "currency": facts["currency"],
                "group_id": facts["group_id"],
                "tags": sorted(facts["tags"]),
            }
            return
        client = self.clients[client_id]
        client |= {name: facts[name] for name in ("status", "group_id") if name in facts}
        if verb == "tags_changed":
            client["tags"] = sorted(facts["tags"])
        if verb == "updated":
            client |= _changed(event)

    def _contact(self, event: dict, verb: str, facts: dict, _contact_id: str) -> None:
        if verb == "made_primary" or (verb == "updated" and facts["primary"]):
            known = {field.name for field in PROFILE_FIELDS}
            changed = {name: value for name, value in _changed(event).items() if name in known}
            self.clients[event["subject"]] |= changed

    def _billing_account(self, event: dict, _verb: str, facts: dict, client_id: str) -> None:
        account = self.accounts.setdefault(client_id, {"currency": None, "address": {}})
        account["currency"] = facts["currency"]
        account["address"] |= {name: value for name, value in _changed(event).items() if name != "currency"}

    def _invoice(self, event: dict, _verb: str, facts: dict, invoice_id: str) -> None:
        invoice = self.invoices.setdefault(invoice_id, {"client_id": event["subject"]})
        invoice |= {name: facts[name] for name in ("number", "status", "issue_date", "due_date")}
        sums = ("total", "credit_applied", "paid", "subtotal", "tax_total")
        invoice |= {name: amount(facts[name]) for name in sums if name in facts}
        lines = facts.get("line_items") or (facts["lines"] if isinstance(facts.get("lines"), list) else None)
        if lines:
            invoice["lines"] = [
                (
                    line["description"],
                    Decimal(line["quantity"]),
                    amount(line["unit_price"]),
                    Decimal(line["tax_rate"]),
                    amount(line["tax"]),
                    amount(line["total"]),
                )
                for line in lines
            ]
        for back in facts.get("payments", ()):
            self.payments[back["id"]]["refunded"] += amount(back["amount"])

    def _payment(self, _event: dict, _verb: str, facts: dict, payment_id: str) -> None:
        credited = amount(facts["credited"])
        self.payments[payment_id] = {
            **{name: facts[name] for name in ("invoice_id", "date", "gateway", "reference")},
            "amount": amount(facts["amount"]),
            "credited": credited,
            "refunded": Decimal(0),
        }
        self.invoices[facts["invoice_id"]]["paid"] += amount(facts["amount"]) - credited

    def _credit(self, event: dict, verb: str, facts: dict, entry_id: str) -> None:
        self.credits[entry_id] = {
            "client_id": event["subject"],
            "amount": amount(facts["amount"]),
            "balance_after": amount(facts["balance_after"]),
            **{name: facts.get(name) for name in ("kind", "description", "invoice_id", "reverses")},
        }
        if verb == "applied":
            self.invoices[facts["invoice_id"]]["credit_applied"] -= amount(facts["amount"])

    def _subscription(self, event: dict, verb: str, facts: dict, subscription_id: str) -> None:
        names = ("number", "product_id", "product", "domain", "billing_cycle", "status", "next_due_date")
        self.subscriptions[subscription_id] = {
            "client_id": event["subject"],
            **{name: facts[name] for name in names},
            "price": amount(facts["price"]),
            "suspended_reason": facts["reason"] if verb == "suspended" else None,
        }

    def _domain(self, event: dict, _verb: str, facts: dict, domain_id: str) -> None:
        names = ("name", "status", "registrar", "registered_on", "expires_on", "auto_renew", "nameservers")
        domain = self.domains.setdefault(domain_id, {"client_id": event["subject"]})
        domain |= {name: facts[name] for name in names if name in facts}

    def _order(self, event: dict, _verb: str, facts: dict, order_id: str) -> None:
        names = ("product_id", "product", "billing_cycle", "domain", "subscription_id", "domain_id")
        self.orders[order_id] = {
            "client_id": event["subject"],
            **{name: facts[name] for name in ("number", "status", "invoice_id")},
            "total": amount(facts["total"]),
            "items": [
                (*(item[name] for name in names), amount(item["list_price"]), amount(item["price"]))
                for item in facts["items"]
            ],
        }

    def _ticket(self, event: dict, verb: str, facts: dict, ticket_id: str) -> None:
        personal = {name: part["value"] for name, part in event["personal"].items()}
        ticket = self.tickets.setdefault(ticket_id, {"client_id": event["subject"]})
        ticket |= {name: facts[name] for name in ("number", "status", "priority", "department", "assigned_to_id")}
        ticket |= {name: value for name, value in (personal | _changed(event)).items() if name == "subject"}
        if "reply_id" in facts:
            internal = verb == "internal_note_added"
            self.replies[ticket_id].append((facts["reply_id"], personal["body"], internal, event["actor"]["kind"]))


def _changed(event: dict) -> dict:
    """The new value of each changed field, personal ones out of their own part."""
    return {
        change["field"]: event["personal"][f"changes.{change['field']}"]["value"]["new"]
        if change.get("personal")
        else change["new"]
        for change in event["changes"]
    }
