"""The store: what is sold, put together to an order. The order so far is in the form itself, so it needs neither script
nor a basket that somebody has to keep."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from chassis.permissions import Portal
from chassis.types.money import Money
from gateway.http.call_errors import is_away, needed, part
from gateway.http.context import RequestContext
from gateway.http.forms import given, with_retry_after
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page

STORE, TEMPLATE = "/store", "portal/store.html"
MAX_ITEMS = 20
ORDERED = ("product_id", "billing_cycle", "domain")


@page(STORE, access=Portal.ORDERS_PLACE, origin=PORTAL)
def store(ctx: RequestContext) -> Response:
    """The catalogue in the client's currency, and an order that is empty yet."""
    parameters(ctx.request)
    return _page(ctx, [])


def paying_refused(ctx: RequestContext, _problem: ServiceProblem) -> Response:
    """The order so far, with the sentence for an impersonator."""
    return _page(ctx, _items(ctx), 403, impersonator_refused=True)


@page(STORE, access=Portal.ORDERS_PLACE, method="POST", origin=PORTAL, refused=paying_refused)
def order(ctx: RequestContext) -> Response:
    """Place the order with the button `place`; every other one (`add`, `remove`) only draws the page anew."""
    items, form = _items(ctx), ctx.request.form
    if "place" not in form:
        return _page(ctx, items, key=form.get("idempotency_key"))
    pays = form.get("credit") == "true"
    if pays:
        ctx.identify()
        ctx.caller.require(Portal.INVOICES_PAY)
    try:
        ctx.use_key(form.get("idempotency_key"), required=True)
        placed = ctx.call("billing.portal_place_order", items=[given(_only(item, *ORDERED)) for item in items])
    except ServiceProblem as refusal:
        return _refused(ctx, items, refusal)
    if pays:
        _pay(ctx, placed)
    return redirect(f"/client/orders/{placed['id']}", 303)


def _pay(ctx: RequestContext, placed: dict) -> None:
    """Use the account's credit for the order's invoice. The order stands whatever becomes of it: its page shows what
    is due."""
    try:
        ctx.call("billing.portal_pay_invoice", invoice_id=placed["invoice_id"])
    except ServiceProblem as refusal:
        if refusal.status not in (409, 422) and not is_away(refusal):
            raise


def _refused(ctx: RequestContext, items: list[dict], refusal: ServiceProblem) -> Response:
    """The page again with all that was chosen; what may have been done keeps its key."""
    if refusal.status not in (409, 422, 429) and not is_away(refusal):
        raise refusal
    problem = {
        "title": refusal.title,
        "detail": refusal.detail,
        "away": is_away(refusal),
        "request_id": request_id(ctx.request),
    }
    key = ctx.request.form.get("idempotency_key") if is_away(refusal) else None
    page_again = _page(ctx, items, refusal.status, key=key, errors=refusal.errors, problem=problem)
    return with_retry_after(page_again, refusal)


def _page(
    ctx: RequestContext,
    items: list[dict],
    status: int = 200,
    *,
    key: str | None = None,
    errors: list | None = None,
    problem: dict | None = None,
    impersonator_refused: bool = False,
) -> Response:
    ctx.identify()
    asked = {"items": [_only(item, *ORDERED[:2]) for item in items]}
    answers = ctx.gather(
        sold=("billing.portal_catalogue", {}),
        owed=("billing.portal_owed", {}),
        **({"quote": ("billing.portal_quote", asked)} if items else {}),
    )
    sold = part(answers["sold"]) if items else needed(answers["sold"], "Billing")
    quote, owed = answers.get("quote"), part(answers["owed"])
    if isinstance(quote, ServiceProblem) and quote.status != 422 and not is_away(quote):
        raise quote
    known = isinstance(quote, dict)
    return as_page(
        ctx,
        TEMPLATE,
        status,
        sold=sold,
        items=_named(items, sold),
        quote=quote if known else None,
        no_quote=_why(quote) if isinstance(quote, ServiceProblem) else "",
        errors=errors or [],
        problem=problem,
        credit=_credit(quote["total"], owed["credit_balance"]) if known and owed else None,
        full=len(items) >= MAX_ITEMS,
        impersonator_refused=impersonator_refused,
        idempotency_key=key or secrets.token_urlsafe(24),
    )


def _why(problem: ServiceProblem) -> str:
    return "The total is not known now. Try again in a moment." if is_away(problem) else problem.detail


def _credit(total: dict, held: dict) -> dict | None:
    """How much of the credit the order would use; None where there is none, or nothing to pay."""
    used = min(Money.from_wire(one).minor for one in (total, held))
    return {"used": Money(used, total["currency"]).to_wire(), "held": held} if used > 0 else None


def _only(item: dict, *names: str) -> dict:
    return {name: item[name] for name in names}


def _named(items: list[dict], sold: dict | None) -> list[dict]:
    """The items with their products' names, while these cannot be had as they were shown; those that are not sold
    any more are named so."""
    if sold is None:
        return [{**item, "product": item["name"] or "What you chose", "takes_domain": True} for item in items]
    known, gone = (
        {product["id"]: product for product in sold["products"]},
        {"name": "No longer sold", "takes_domain": False},
    )
    of = [known.get(item["product_id"], gone) for item in items]
    return [
        {**item, "product": product["name"], "takes_domain": product["takes_domain"]}
        for item, product in zip(items, of, strict=True)
    ]


def _items(ctx: RequestContext) -> list[dict]:
    """The order as the form holds it, with what a button has just added, without what one has just taken out."""
    form = ctx.request.form
    items = [
        {
            "product_id": form.get(f"product.{place}", "").strip(),
            "billing_cycle": form.get(f"cycle.{place}", "").strip(),
            "domain": form.get(f"domain.{place}", "").strip(),
            "name": form.get(f"name.{place}", "")[:100],
        }
        for place in range(min(form.get("rows", type=int, default=0), MAX_ITEMS))
    ]
    if added := form.get("add", ""):
        items.append({"product_id": added, "billing_cycle": form.get(f"pick.{added}", ""), "domain": "", "name": ""})
    out = form.get("remove", type=int)
    return [item for place, item in enumerate(items) if place != out][:MAX_ITEMS]
