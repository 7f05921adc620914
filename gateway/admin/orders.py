"""Orders: New Order, one order, and approving, cancelling, marking as fraud."""

from dataclasses import dataclass

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.admin.client_record import record_head
from gateway.composition.client_record import head_calls
from gateway.http.call_errors import is_away, needed
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.formatting import money, words

NEW, ONE, ACTION = "clients/order_new.html", "clients/order.html", "clients/order_action.html"
ORDER = "/admin/clients/<client_id>/orders/<order_id>"
MAX_ROWS = 20
NOTHING = {"prices": [], "takes_domain": True}
EMPTY = {"product_id": "", "billing_cycle": "", "domain": ""}


@dataclass(frozen=True)
class Action:
    """What can be done to a pending order: the RPC method behind it, and the word for it once it is done."""

    target: str
    done: str


ACTIONS = {
    "approve": Action("billing.approve_order", "approved"),
    "cancel": Action("billing.cancel_order", "cancelled"),
    "mark-fraud": Action("billing.mark_order_fraud", "marked as fraud"),
}


@page("/admin/clients/<client_id>/orders/new", access=Permission.ORDERS_MANAGE)
def new_order(ctx: RequestContext, client_id: str) -> Response:
    """The form with one empty item, and the catalogue in the client's currency."""
    client = ctx.open_client(client_id)
    return _form(ctx, client, [EMPTY])


@page("/admin/clients/<client_id>/orders/new", access=Permission.ORDERS_MANAGE, method="POST")
def place_order(ctx: RequestContext, client_id: str) -> Response:
    """Place the order; `more`, `remove` and `draw` only draw the form anew, with the totals that billing has for it."""
    client = ctx.open_client(client_id)
    rows, form = _rows(ctx), ctx.request.form
    if "more" in form or "remove" in form or "draw" in form:
        at = form.get("remove", type=int)
        rows = [row for place, row in enumerate(rows) if place != at] or [EMPTY]
        return _form(ctx, client, [*rows, EMPTY] if "more" in form else rows, key=form.get("idempotency_key"))

    def act():
        try:
            return ctx.call("billing.place_order", client_id=client["id"], items=[given(row) for row in rows])
        except ServiceProblem as refusal:
            raise _at_their_fields(refusal) from refusal

    return submit(
        ctx,
        NEW,
        act,
        message=lambda order: f"{order['number']} placed",
        back=_orders(client),
        values=_values(rows),
        context=lambda: _context(ctx, client, rows),
    )


@page(ORDER, access=Permission.ORDERS_VIEW)
def order_page(ctx: RequestContext, client_id: str, order_id: str) -> Response:
    """One order: who placed it, its items, its invoice."""
    parameters(ctx.request)
    client = ctx.open_client(client_id)
    both = {"client_id": client["id"], "order_id": order_id}
    answers = ctx.gather(order=("billing.get_order", both), **head_calls(client["id"]))
    return as_page(ctx, ONE, order=needed(answers["order"], "Billing"), **record_head(ctx, client, answers, "orders"))


def _act_on_order(name: str, action: Action) -> None:
    """The form that asks before `action`, and what it sends."""

    def context(ctx: RequestContext, client: dict, order_id: str) -> dict:
        order = ctx.call("billing.get_order", client_id=client["id"], order_id=order_id, writes=False)
        return {"client": client, "order": order, "doing": name}

    @page(f"{ORDER}/{name}", access=Permission.ORDERS_MANAGE)
    def ask(ctx: RequestContext, client_id: str, order_id: str) -> Response:
        client = ctx.open_client(client_id)
        return show(ctx, ACTION, back=_orders(client), **context(ctx, client, order_id))

    @page(f"{ORDER}/{name}", access=Permission.ORDERS_MANAGE, method="POST")
    def act(ctx: RequestContext, client_id: str, order_id: str) -> Response:
        client = ctx.open_client(client_id)
        return submit(
            ctx,
            ACTION,
            lambda: ctx.call(action.target, client_id=client["id"], order_id=order_id),
            message=lambda order: f"{order['number']} {action.done}",
            back=_orders(client),
            context=lambda: context(ctx, client, order_id),
        )


for _name, _action in ACTIONS.items():
    _act_on_order(_name, _action)


def _form(ctx: RequestContext, client: dict, rows: list[dict], key: str | None = None) -> Response:
    context = _context(ctx, client, rows)
    return show(ctx, NEW, values=_values(context["rows"]), key=key, back=_orders(client), **context)


def _orders(client: dict) -> str:
    return f"/admin/clients/{client['id']}/orders"


def _context(ctx: RequestContext, client: dict, rows: list[dict]) -> dict:
    """The form's variables beside what was typed: products in the client's currency, and what the order comes to."""
    account = ctx.call("billing.get_billing", client_id=client["id"], writes=False)
    found = ctx.call("billing.list_products", on_sale=True, currency=account["currency"], writes=False)["data"]
    known = {product["id"]: product for product in found}
    rows = [_as_sold(row, known.get(row["product_id"], NOTHING)) for row in rows[:MAX_ROWS]]
    return {
        "client": client,
        "currency": account["currency"],
        "products": [product for product in found if product["prices"]],
        "rows": rows,
        "full": len(rows) >= MAX_ROWS,
        **_quote(ctx, client, [row for row in rows if row["product_id"]]),
    }


def _as_sold(row: dict, product: dict) -> dict:
    """The row with the cycles that its product is sold in, each with its price, and one of them: the chosen, else the
    first; and whether a domain belongs to it."""
    cycles = [
        (price["billing_cycle"], f"{words(price['billing_cycle'])}, {money(price)}") for price in product["prices"]
    ]
    sold = [cycle for cycle, _ in cycles]
    return {
        **row,
        "cycles": cycles,
        "takes_domain": product["takes_domain"],
        "billing_cycle": row["billing_cycle"] if row["billing_cycle"] in sold else next(iter(sold), ""),
    }


def _quote(ctx: RequestContext, client: dict, rows: list[dict]) -> dict:
    """What the items come to by billing's own reckoning; a sentence where that is not known."""
    if not rows:
        return {"quote": None, "no_quote": ""}
    items = [{name: row[name] for name in ("product_id", "billing_cycle")} for row in rows]
    try:
        return {
            "quote": ctx.call("billing.quote_order", client_id=client["id"], items=items, writes=False),
            "no_quote": "",
        }
    except ServiceProblem as problem:
        if problem.status != 422 and not is_away(problem):
            raise
        return {"quote": None, "no_quote": "The total is not known now." if is_away(problem) else problem.detail}


def _rows(ctx: RequestContext) -> list[dict]:
    form = ctx.request.form
    return [
        {
            "product_id": form.get(f"product.{place}", "").strip(),
            "billing_cycle": form.get(f"cycle.{place}", "").strip(),
            "domain": form.get(f"domain.{place}", "").strip(),
        }
        for place in range(min(form.get("rows", type=int, default=0), MAX_ROWS))
    ]


def _values(rows: list[dict]) -> dict[str, str]:
    """The items as values of the form's fields."""
    return {
        f"{field}.{place}": row[name]
        for place, row in enumerate(rows)
        for field, name in (("product", "product_id"), ("cycle", "billing_cycle"), ("domain", "domain"))
    }


def _at_their_fields(refusal: ServiceProblem) -> ServiceProblem:
    """The refusal with each item's fault at the field that it was typed into."""
    fields = {"product_id": "product", "billing_cycle": "cycle", "domain": "domain"}

    def field(pointer: str) -> str:
        _, position, name = (*pointer.lstrip("/").split("/"), "0", "product_id")[:3]
        return f"{fields.get(name, 'product')}.{position}"

    errors = [{**error, "pointer": f"/{field(error['pointer'])}"} for error in refusal.errors]
    return ServiceProblem(refusal.code, refusal.detail, errors, **refusal.extra)
