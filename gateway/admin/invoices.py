"""Invoice actions: publish, send again, record a payment, mark it paid, apply credit, refund, cancel; and the PDF."""

from collections.abc import Callable
from datetime import datetime

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.money import Money, minor_digits
from gateway.composition.downloads import invoice_download
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed
from gateway.http.routing import page
from gateway.http.typed_numbers import number
from gateway.ui.formatting import currency_look

ITEM = "/admin/clients/<client_id>/invoices/<invoice_id>"


@page(ITEM + "/pdf", access=Permission.INVOICES_VIEW)
def invoice_pdf(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """The invoice to download."""
    return invoice_download(ctx, client_id, invoice_id)


def _act(
    slug: str,
    access: Permission,
    rpc: str,
    fields: tuple[str, ...],
    start: Callable[[dict], dict],
    arguments: Callable[[dict, Callable[[], str]], dict],
    message: Callable[[dict], str],
    mails: bool = False,
):
    """A form that acts on an invoice by the RPC method `rpc`.

    `start` makes the values it begins with out of the form's variables, `arguments` those of the RPC method out of the
    values typed and a function that gives the invoice's currency, `message` a sentence out of the answer. Where it
    `mails`, the form tells whom.
    """
    template = f"clients/invoice_{slug.replace('-', '_')}.html"

    @page(f"{ITEM}/{slug}", access=access)
    def form(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
        client = ctx.open_client(client_id)
        context = _context(ctx, client, invoice_id, mails)
        values = {**start(context), **_asked(ctx, fields)}
        return show(ctx, template, values=values, back=_invoice(client, invoice_id), **context)

    @page(f"{ITEM}/{slug}", access=access, method="POST")
    def act(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
        client, values = ctx.open_client(client_id), typed(ctx, *fields)
        which = {"client_id": client["id"], "invoice_id": invoice_id}

        def currency() -> str:
            return ctx.call("billing.get_invoice", writes=False, **which)["total"]["currency"]

        return submit(
            ctx,
            template,
            lambda: ctx.call(rpc, **which, **arguments(values, currency)),
            message=message,
            back=_invoice(client, invoice_id),
            values=values,
            context=lambda: _context(ctx, client, invoice_id, mails),
        )


def _asked(ctx: RequestContext, fields: tuple[str, ...]) -> dict[str, str]:
    """The reference that the address of a form names, where the form has that field."""
    reference = ctx.request.args.get("reference", "")
    return {"reference": reference} if reference and "reference" in fields else {}


def _invoice(client: dict, invoice_id: str) -> str:
    return f"/admin/clients/{client['id']}/invoices/{invoice_id}"


def _context(ctx: RequestContext, client: dict, invoice_id: str, mails: bool) -> dict:
    """The variables of every form of an invoice: the invoice, its client, the credit there is, what could be applied of
    it; and who gets a mail of it."""
    mailing = {"mailing": recipients_of(client)} if mails else {}
    answers = ctx.gather(
        invoice=("billing.get_invoice", {"client_id": client["id"], "invoice_id": invoice_id}),
        totals=("billing.totals_for", {"client_ids": [client["id"]]}),
        **mailing,
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
        **({"mailing": part(answers["mailing"])} if mails else {}),
    }


def recipients_of(client: dict) -> tuple:
    """The call that tells who gets this client's invoices by mail."""
    return "clients.invoice_recipients", {"client_id": client["id"]}


def _minor(value: dict) -> int:
    return Money.from_wire(value).minor


def _amount(values: dict, currency: Callable[[], str]) -> dict:
    code = currency()
    return {"amount": {"amount": number(values["amount"], "amount", minor_digits(code)), "currency": code}}


def _now(invoice: dict) -> str:
    """Where an invoice stands after an act."""
    return f"{invoice['number']} is {invoice['status']}"


_act(
    "publish",
    Permission.INVOICES_CREATE,
    "billing.publish_invoice",
    ("apply_credit",),
    start=lambda context: {"apply_credit": "true"},
    arguments=lambda values, _currency: {"apply_credit": values["apply_credit"] == "true"},
    message=lambda invoice: f"{invoice['number']} published",
    mails=True,
)
_act(
    "send",
    Permission.INVOICES_CREATE,
    "billing.resend_invoice",
    (),
    start=lambda context: {},
    arguments=lambda values, _currency: {},
    message=lambda invoice: f"{invoice['number']} is sent again",
    mails=True,
)
_act(
    "payment",
    Permission.INVOICES_EDIT,
    "billing.record_payment",
    ("amount", "date", "gateway", "reference"),
    start=lambda context: {"amount": context["invoice"]["amount_due"]["amount"], "date": context["today"]},
    arguments=lambda values, currency: {
        **_amount(values, currency),
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
    start=lambda context: {},
    arguments=lambda values, _currency: {},
    message=_now,
)
_act(
    "apply-credit",
    Permission.INVOICES_EDIT,
    "billing.apply_credit",
    ("amount",),
    start=lambda context: {"amount": context["usable"]["amount"]},
    arguments=_amount,
    message=lambda invoice: f"Credit applied. {_now(invoice)}",
)
_act(
    "refund",
    Permission.INVOICES_EDIT,
    "billing.refund_invoice",
    ("amount", "to", "reason"),
    start=lambda context: {"amount": context["invoice"]["refundable"]["credit"]["amount"], "to": "credit"},
    arguments=lambda values, currency: {
        **_amount(values, currency),
        "to": values["to"],
        **given({"reason": values["reason"]}),
    },
    message=lambda invoice: f"Refunded. {_now(invoice)}",
)
_act(
    "cancel",
    Permission.INVOICES_EDIT,
    "billing.cancel_invoice",
    ("reason",),
    start=lambda context: {},
    arguments=lambda values, _currency: given(values),
    message=lambda invoice: f"{invoice['number'] or 'Draft'} cancelled",
)
