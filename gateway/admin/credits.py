"""The credit ledger: adding credit, and reversing an entry by a new one."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.money import Money, MoneyError, minor_digits
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed
from gateway.http.routing import page
from gateway.http.typed_numbers import number
from gateway.ui.formatting import currency_look, money, signed_money

ADD, REVERSE = "clients/credit_new.html", "clients/credit_reverse.html"


@page("/admin/clients/<client_id>/credits/new", access=Permission.CREDITS_ADD)
def credit_form(ctx: RequestContext, client_id: str) -> Response:
    """The form, with the balance as it is now."""
    client = ctx.open_client(client_id)
    return show(ctx, ADD, back=_ledger(client), **_context(ctx, client))


@page("/admin/clients/<client_id>/credits/new", access=Permission.CREDITS_ADD, method="POST")
def add_credit(ctx: RequestContext, client_id: str) -> Response:
    """Add the credit."""
    client = ctx.open_client(client_id)
    values = typed(ctx, "amount", "currency", "description", "invoice_id")

    def act():
        return ctx.call(
            "billing.add_credit",
            client_id=client["id"],
            amount={"amount": _amount(values), "currency": values["currency"]},
            description=values["description"],
            **given({"invoice_id": values["invoice_id"]}),
        )

    return submit(
        ctx,
        ADD,
        act,
        message=lambda entry: f"{money(entry['amount'])} credit added",
        back=_ledger(client),
        values=values,
        context=lambda: _context(ctx, client),
    )


def _amount(values: dict) -> str:
    """The amount as it was typed, plain; in a currency that there is not it stays for billing to refuse."""
    try:
        return number(values["amount"], "amount", minor_digits(values["currency"]))
    except MoneyError:
        return values["amount"]


def _ledger(client: dict) -> str:
    return f"/admin/clients/{client['id']}/credits"


def _context(ctx: RequestContext, client: dict) -> dict:
    """The form's variables beside its fields: the client's currency, its balance, its invoices."""
    answers = ctx.gather(
        account=("billing.get_billing", {"client_id": client["id"]}),
        totals=("billing.totals_for", {"client_ids": [client["id"]]}),
        invoices=("billing.list_invoices", {"client_id": client["id"], "limit": 100}),
    )
    account, totals, invoices = (part(answers[name]) for name in ("account", "totals", "invoices"))
    if account is None:
        raise ServiceProblem("unavailable", "Billing does not answer.", what="Billing")
    balance = totals and totals[client["id"]]["credit_balance"]
    return {
        "client": client,
        "currency": account["currency"],
        "look": currency_look(account["currency"]),
        "balance": balance,
        "balance_minor": balance and Money.from_wire(balance).minor,
        "invoices": [row for row in (invoices or {"data": []})["data"] if row["number"]],
    }


@page("/admin/clients/<client_id>/credits/<entry_id>/reverse", access=Permission.CREDITS_ADD)
def reverse_form(ctx: RequestContext, client_id: str, entry_id: str) -> Response:
    """The form that asks why, and tells which entry it is."""
    client = ctx.open_client(client_id)
    return show(ctx, REVERSE, back=_ledger(client), **_entry(ctx, client, entry_id))


@page("/admin/clients/<client_id>/credits/<entry_id>/reverse", access=Permission.CREDITS_ADD, method="POST")
def reverse_credit(ctx: RequestContext, client_id: str, entry_id: str) -> Response:
    """Reverse an entry by a new one."""
    client, values = ctx.open_client(client_id), typed(ctx, "description")
    which = {"client_id": client["id"], "entry_id": entry_id}
    return submit(
        ctx,
        REVERSE,
        lambda: ctx.call("billing.reverse_credit", **which, **values),
        message=lambda entry: f"Reversed: {signed_money(entry['amount'])}",
        back=_ledger(client),
        values=values,
        context=lambda: _entry(ctx, client, entry_id),
    )


def _entry(ctx: RequestContext, client: dict, entry_id: str) -> dict:
    """The variables of the form that reverses an entry."""
    entry = ctx.call("billing.get_credit", writes=False, client_id=client["id"], entry_id=entry_id)
    return {"client": client, "entry": entry}
