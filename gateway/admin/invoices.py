"""What staff do on an invoice: publish, record a payment, mark it paid, apply credit, refund, cancel; and its PDF."""

from collections.abc import Callable
from datetime import datetime

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.money import Money
from gateway.composition.downloads import invoice_download
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed
from gateway.http.routing import page
from gateway.ui.formatting import currency_look

ITEM = "/admin/clients/<client_id>/invoices/<invoice_id>"


@page(ITEM + "/pdf", access=Permission.INVOICES_VIEW)
def invoice_pdf(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """The invoice to download."""
    return invoice_download(ctx, client_id, invoice_id)


def _act(
    slug: str, access: Permission, rpc: str, fields: tuple[str, ...], start: Callable, told: Callable, message: Callable
):
    """A form that acts on an invoice by `RPC method`.

    `start` makes the values it begins with, `told` what the RPC method is told of the values typed; both are given the
    page's variables. `said` makes the sentence out of the answer.
    """
    template = f"clients/invoice_{slug.replace('-', '_')}.html"

    @page(f"{ITEM}/{slug}", access=access)
    def form(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
        around = _around(ctx, client_id, invoice_id)
        return show(ctx, template, values=start(around), **around)

    @page(f"{ITEM}/{slug}", access=access, method="POST")
    def act(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
        around, values = _around(ctx, client_id, invoice_id), typed(ctx, *fields)
        known = {"client_id": around["client"]["id"], "invoice_id": invoice_id}
        return submit(
            ctx,
            template,
            lambda: ctx.call(rpc, **known, **told(values, around)),
            message=message,
            values=values,
            **around,
        )


def _around(ctx: RequestContext, client_id: str, invoice_id: str) -> dict:
    """What every form of an invoice shows: the invoice, its client, the credit there is, what could be applied of
    it."""
    client = ctx.open_client(client_id)
    answers = ctx.gather(
        invoice=("billing.get_invoice", {"client_id": client["id"], "invoice_id": invoice_id}),
        totals=("billing.totals_for", {"client_ids": [client["id"]]}),
    )
    invoice, totals = part(answers["invoice"]), part(answers["totals"])
    if invoice is None or totals is None:
        raise ServiceProblem("unavailable", "Billing does not answer.", what="Billing")
    credit = totals[client["id"]]["credit_balance"]
    due = invoice["total"] if invoice["status"] == "draft" else invoice["amount_due"]
    return {
        "client": client,
        "invoice": invoice,
        "credit": credit,
        "due_minor": _minor(due),
        "usable": min(credit, due, key=_minor),
        "look": currency_look(due["currency"]),
        "today": datetime.now(ctx.settings.timezone).date().isoformat(),
        "back": f"/admin/clients/{client['id']}/invoices/{invoice['id']}",
    }


def _minor(value: dict) -> int:
    return Money.parse(value["amount"], value["currency"]).minor


def _amount(values: dict, around: dict) -> dict:
    return {"amount": {"amount": values["amount"], "currency": around["invoice"]["total"]["currency"]}}


def _now(invoice: dict) -> str:
    """Where an invoice stands after an act."""
    return f"{invoice['number']} is {invoice['status']}"


_act(
    "publish",
    Permission.INVOICES_CREATE,
    "billing.publish_invoice",
    ("apply_credit",),
    start=lambda around: {"apply_credit": "true"},
    told=lambda values, around: {"apply_credit": values["apply_credit"] == "true"},
    message=lambda invoice: f"{invoice['number']} published",
)
_act(
    "payment",
    Permission.INVOICES_EDIT,
    "billing.record_payment",
    ("amount", "date", "gateway", "reference"),
    start=lambda around: {"amount": around["invoice"]["amount_due"]["amount"], "date": around["today"]},
    told=lambda values, around: {
        **_amount(values, around),
        "date": values["date"],
        "gateway": values["gateway"],
        **given({"reference": values["reference"]}),
    },
    message=lambda invoice: f"Payment recorded. {_now(invoice)}",
)
_act(
    "mark-paid",
    Permission.INVOICES_EDIT,
    "billing.mark_invoice_paid",
    (),
    start=lambda around: {},
    told=lambda values, around: {},
    message=_now,
)
_act(
    "apply-credit",
    Permission.INVOICES_EDIT,
    "billing.apply_credit",
    ("amount",),
    start=lambda around: {"amount": around["usable"]["amount"]},
    told=_amount,
    message=lambda invoice: f"Credit applied. {_now(invoice)}",
)
_act(
    "refund",
    Permission.INVOICES_EDIT,
    "billing.refund_invoice",
    ("amount", "to", "reason"),
    start=lambda around: {"amount": around["invoice"]["refundable"]["credit"]["amount"], "to": "credit"},
    told=lambda values, around: {**_amount(values, around), "to": values["to"], **given({"reason": values["reason"]})},
    message=lambda invoice: f"Refunded. {_now(invoice)}",
)
_act(
    "cancel",
    Permission.INVOICES_EDIT,
    "billing.cancel_invoice",
    ("reason",),
    start=lambda around: {},
    told=lambda values, around: given(values),
    message=lambda invoice: f"{invoice['number'] or 'Draft'} cancelled",
)
