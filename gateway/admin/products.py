"""Products: the catalogue as a page, and the forms that change it."""

from collections import Counter
from collections.abc import Callable

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.money import MoneyError, minor_digits
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed, typed_lines
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.http.typed_numbers import number

PAGE, EDIT, RETIRE = "products/list.html", "products/edit.html", "products/retire.html"
ADDRESS = "/admin/products"
CYCLES = ("monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time")
EMPTY = {"currency": "", "prices": {}}


@page(ADDRESS, access=Permission.SETTINGS_VIEW)
def product_list(ctx: RequestContext) -> Response:
    """All products with their prices in one currency, the one that most prices are in unless another is asked for."""
    asked = parameters(ctx.request, "currency", "sold")
    products = ctx.call("billing.list_products", counts=True)["data"]
    used = Counter(sorted(price["currency"] for product in products for price in product["prices"]))
    currency = asked.get("currency") if asked.get("currency") in used else max(used, key=used.get, default=None)
    rows = [
        {
            **product,
            "in_currency": {
                price["billing_cycle"]: price for price in product["prices"] if price["currency"] == currency
            },
        }
        for product in products
        if asked.get("sold") in (None, "no" if product["retired"] else "yes")
    ]
    cycles = [cycle for cycle in CYCLES if any(cycle in row["in_currency"] for row in rows)]
    return as_page(
        ctx,
        PAGE,
        products=rows,
        total=len(products),
        currencies=list(used),
        cycles=cycles,
        filters={"currency": currency, "sold": asked.get("sold", "")},
    )


@page(f"{ADDRESS}/new", access=Permission.SETTINGS_EDIT)
def new_product(ctx: RequestContext) -> Response:
    """The empty form."""
    ctx.identify()
    return _form(ctx, None, {"tax_rate": "0", "takes_domain": "true"}, [EMPTY])


@page(f"{ADDRESS}/new", access=Permission.SETTINGS_EDIT, method="POST")
def create_product(ctx: RequestContext) -> Response:
    """Add the product."""
    return _save(ctx, lambda: None, lambda fields: ctx.call("billing.create_product", **fields), "added")


@page(f"{ADDRESS}/<product_id>", access=Permission.SETTINGS_EDIT)
def edit_product(ctx: RequestContext, product_id: str) -> Response:
    """The form, with the product as it is."""
    product = ctx.call("billing.get_product", product_id=product_id)
    rows = [
        {
            "currency": currency,
            "prices": {
                price["billing_cycle"]: price["amount"] for price in product["prices"] if price["currency"] == currency
            },
        }
        for currency in dict.fromkeys(price["currency"] for price in product["prices"])
    ]
    values = {name: product[name] for name in ("name", "description", "tax_rate", "version")}
    return _form(ctx, product, values | {"takes_domain": "true" if product["takes_domain"] else ""}, rows)


@page(f"{ADDRESS}/<product_id>", access=Permission.SETTINGS_EDIT, method="POST")
def update_product(ctx: RequestContext, product_id: str) -> Response:
    """Save all that the form shows."""
    version = ctx.request.form.get("version", type=int, default=0)
    return _save(
        ctx,
        lambda: ctx.call("billing.get_product", product_id=product_id, writes=False),
        lambda fields: ctx.call("billing.update_product", product_id=product_id, version=version, **fields),
        "saved",
    )


@page(f"{ADDRESS}/<product_id>/retire", access=Permission.SETTINGS_EDIT)
def retire_form(ctx: RequestContext, product_id: str) -> Response:
    """Asks whether the product is to be retired, or sold again."""
    product = ctx.call("billing.get_product", product_id=product_id)
    return show(ctx, RETIRE, back=ADDRESS, product=product)


@page(f"{ADDRESS}/<product_id>/retire", access=Permission.SETTINGS_EDIT, method="POST")
def retire_product(ctx: RequestContext, product_id: str) -> Response:
    """Retire it, or sell it again: whichever the form asked."""
    values = typed(ctx, "version", "retired")
    retired = values["retired"] == "true"

    def act():
        return ctx.call(
            "billing.update_product",
            product_id=product_id,
            retired=retired,
            version=ctx.request.form.get("version", type=int, default=0),
        )

    return submit(
        ctx,
        RETIRE,
        act,
        message=lambda product: f"{product['name']} {'retired' if retired else 'is sold again'}",
        back=ADDRESS,
        values=values,
        context=lambda: {"product": ctx.call("billing.get_product", product_id=product_id, writes=False)},
    )


def _form(
    ctx: RequestContext, product: dict | None, values: dict, rows: list[dict], key: str | None = None, more=False
) -> Response:
    return show(ctx, EDIT, values=values | _cells(rows), key=key, back=ADDRESS, **_context(product, rows, more))


def _context(product: dict | None, rows: list[dict], more: bool) -> dict:
    return {"product": product, "rows": rows, "cycles": CYCLES, "more": more}


def _save(ctx: RequestContext, product: Callable[[], dict | None], call: Callable[[dict], dict], done: str) -> Response:
    """Save the form by `call`, or draw it with one more row; `product` gives what it edits where it is drawn."""
    values, rows = (
        typed_lines(ctx, "name", "description", "takes_domain", "tax_rate", "version"),
        _rows(ctx.request.form),
    )
    if "more" in ctx.request.form:
        ctx.identify()
        return _form(ctx, product(), values, [*rows, EMPTY], key=ctx.request.form["idempotency_key"], more=True)

    def act():
        cells = [(place, cycle) for place, row in enumerate(rows) for cycle in CYCLES if row["prices"].get(cycle)]
        prices = [
            {"billing_cycle": cycle, "currency": rows[place]["currency"], "amount": _price(rows, place, cycle)}
            for place, cycle in cells
        ]
        rate = number(values["tax_rate"], "tax_rate", 3)
        try:
            about = {"description": values["description"], "takes_domain": values["takes_domain"] == "true"}
            return call({"name": values["name"], **about, "tax_rate": rate, "prices": prices})
        except ServiceProblem as refusal:
            raise _at_their_cells(refusal, cells) from refusal

    return submit(
        ctx,
        EDIT,
        act,
        message=lambda saved: f"{saved['name']} {done}",
        back=ADDRESS,
        values=values | _cells(rows),
        context=lambda: _context(product(), rows, False),
    )


def _rows(form: MultiDict) -> list[dict]:
    """The table of prices as it was typed: a currency a row, a cycle a column."""
    return [
        {
            "currency": form.get(f"currency.{place}", "").strip(),
            "prices": {cycle: form.get(f"price.{place}.{cycle}", "").strip() for cycle in CYCLES},
        }
        for place in range(min(form.get("rows", type=int, default=0), 50))
    ]


def _price(rows: list[dict], place: int, cycle: str) -> str:
    """A price as it was typed, plain; in a currency that there is not it stays for billing to refuse."""
    row = rows[place]
    try:
        return number(row["prices"][cycle], f"price.{place}.{cycle}", minor_digits(row["currency"]))
    except MoneyError:
        return row["prices"][cycle]


def _cells(rows: list[dict]) -> dict[str, str]:
    """The table as values of the form's fields."""
    return {
        f"price.{place}.{cycle}": amount for place, row in enumerate(rows) for cycle, amount in row["prices"].items()
    } | {f"currency.{place}": row["currency"] for place, row in enumerate(rows)}


def _at_their_cells(refusal: ServiceProblem, cells: list[tuple[int, str]]) -> ServiceProblem:
    """The refusal with each price's fault at the field that it was typed into."""

    def field(pointer: str) -> str:
        name, position, *member = (*pointer.lstrip("/").split("/"), "", "")
        if name != "prices" or not position:
            return "currency.0" if name == "prices" else name
        place, cycle = cells[int(position)]
        return f"currency.{place}" if member[0] == "currency" else f"price.{place}.{cycle}"

    errors = [{**error, "pointer": f"/{field(error['pointer'])}"} for error in refusal.errors]
    return ServiceProblem(refusal.code, refusal.detail, errors, **refusal.extra)
