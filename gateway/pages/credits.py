"""The credit ledger: adding credit, and taking an entry back by a new one."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.money import Money
from chassis.permissions import Permission
from gateway.dialogs import given, show, submit, typed
from gateway.formatting import currency_look, money, signed_money
from gateway.routing import page
from gateway.turn import Turn, part

ADD, REVERSE = "clients/credit_new.html", "clients/credit_reverse.html"


@page("/admin/clients/<client_id>/credits/new", access=Permission.CREDITS_ADD)
def credit_form(turn: Turn, client_id: str) -> Response:
    """The form, with the balance as it is now."""
    client = turn.open_client(client_id)
    return show(turn, ADD, values={}, **_around(turn, client))


@page("/admin/clients/<client_id>/credits/new", access=Permission.CREDITS_ADD, method="POST")
def add_credit(turn: Turn, client_id: str) -> Response:
    """Add the credit."""
    client = turn.open_client(client_id)
    values = typed(turn, "amount", "currency", "description", "invoice_id")
    amount = {"amount": values["amount"], "currency": values["currency"]}

    def act():
        return turn.call("billing.add_credit", client_id=client["id"], amount=amount, description=values["description"],
                         **given({"invoice_id": values["invoice_id"]}))

    return submit(turn, ADD, act, said=lambda entry: f"{money(entry['amount'])} credit added", values=values,
                  **_around(turn, client))


def _around(turn: Turn, client: dict) -> dict:
    """What the form shows beside its fields: the client's currency, its balance, its invoices."""
    answers = turn.gather(account=("billing.get_billing", {"client_id": client["id"]}),
                          totals=("billing.totals_for", {"client_ids": [client["id"]]}),
                          invoices=("billing.list_invoices", {"client_id": client["id"], "limit": 100}))
    account, totals, invoices = (part(answers[name]) for name in ("account", "totals", "invoices"))
    if account is None:
        raise ServiceProblem("unavailable", "Billing does not answer.", what="Billing")
    balance = totals and totals[client["id"]]["credit_balance"]
    return {"client": client, "back": f"/admin/clients/{client['id']}/credits", "currency": account["currency"],
            "look": currency_look(account["currency"]), "balance": balance,
            "balance_minor": balance and Money.parse(balance["amount"], balance["currency"]).minor,
            "invoices": [row for row in (invoices or {"data": []})["data"] if row["number"]]}


@page("/admin/clients/<client_id>/credits/<entry_id>/reverse", access=Permission.CREDITS_ADD)
def reverse_form(turn: Turn, client_id: str, entry_id: str) -> Response:
    """The form that asks why."""
    client = turn.open_client(client_id)
    return show(turn, REVERSE, values={}, client=client, back=f"/admin/clients/{client['id']}/credits")


@page("/admin/clients/<client_id>/credits/<entry_id>/reverse", access=Permission.CREDITS_ADD, method="POST")
def reverse_credit(turn: Turn, client_id: str, entry_id: str) -> Response:
    """Take an entry back by a new one."""
    client, values = turn.open_client(client_id), typed(turn, "description")
    known = {"client_id": client["id"], "entry_id": entry_id}
    return submit(turn, REVERSE, lambda: turn.call("billing.reverse_credit", **known, **values),
                  said=lambda entry: f"Reversed: {signed_money(entry['amount'])}", values=values, client=client,
                  back=f"/admin/clients/{client['id']}/credits")
