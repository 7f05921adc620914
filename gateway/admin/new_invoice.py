"""New Invoice and Edit draft: one form with lines to add, move and remove, and totals that follow."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from chassis.types.money import Money, minor_digits
from gateway.admin.invoices import recipients_of
from gateway.composition.invoice_lines import (
    SPARE,
    as_fields,
    at_fields,
    blank_rows,
    field_names,
    filled,
    plain,
    rearranged,
    rows_of,
    typed_rows,
)
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed, version_of
from gateway.http.routing import page
from gateway.ui.formatting import currency_look

TEMPLATE = "clients/invoice_form.html"
SENDING = ("draft", "publish")


@page("/admin/clients/<client_id>/invoices/new", access=Permission.INVOICES_CREATE)
def new_invoice_form(ctx: RequestContext, client_id: str) -> Response:
    """The form with a few empty lines, at the tax rate that is usual for the client."""
    client = ctx.open_client(client_id)
    context = _context(ctx, client, None)
    rate = "0" if client["profile"]["tax_exempt"] else context["tax_rate"]
    return _form(ctx, client, {"apply_credit": "true"}, blank_rows(SPARE, rate), context=context)


@page("/admin/clients/<client_id>/invoices/new", access=Permission.INVOICES_CREATE, method="POST")
def create_invoice(ctx: RequestContext, client_id: str) -> Response:
    """Save it as a draft or publish it; or only add, move, remove lines."""
    client = ctx.open_client(client_id)
    values, rows, do = _typed(ctx, "apply_credit")
    if do not in SENDING:
        return _form(ctx, client, values, rearranged(rows, do), key=ctx.request.form.get("idempotency_key"))

    def act():
        publish = do == "publish"
        return ctx.call(
            "billing.create_invoice",
            client_id=client["id"],
            lines=_lines(ctx, client, rows),
            publish=publish,
            apply_credit=publish and values["apply_credit"] == "true",
            **_beside(values),
        )

    def message(invoice: dict) -> str:
        return f"{invoice['number']} published" if invoice["number"] else "Draft saved"

    return _send(ctx, client, act, values, rows, message)


@page("/admin/clients/<client_id>/invoices/<invoice_id>/edit", access=Permission.INVOICES_CREATE)
def draft_form(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """The draft as it is now."""
    client = ctx.open_client(client_id)
    invoice = ctx.call("billing.get_invoice", client_id=client["id"], invoice_id=invoice_id)
    if invoice["status"] != "draft":
        raise ServiceProblem("invalid-state", "Only a draft can be changed. This invoice has its number.")
    values = {
        "due_date": invoice["due_date"] or "",
        "notes": invoice["notes"] or "",
        "version": str(invoice["version"]),
    }
    return _form(ctx, client, values, rows_of(invoice), invoice_id)


@page("/admin/clients/<client_id>/invoices/<invoice_id>/edit", access=Permission.INVOICES_CREATE, method="POST")
def change_draft(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """Save the draft; one that somebody else saved meanwhile is not written over."""
    client = ctx.open_client(client_id)
    values, rows, do = _typed(ctx, "version")
    if do != "draft":
        return _form(ctx, client, values, rearranged(rows, do), invoice_id, ctx.request.form.get("idempotency_key"))

    def act():
        return ctx.call(
            "billing.update_draft",
            client_id=client["id"],
            invoice_id=invoice_id,
            version=version_of(values),
            lines=_lines(ctx, client, rows),
            **_beside(values),
        )

    return _send(ctx, client, act, values, rows, "Draft saved", invoice_id)


def _typed(ctx: RequestContext, other: str) -> tuple[dict, list[dict], str]:
    """The form's fields, the one called `other` among them; its rows; and which button sent it."""
    form = ctx.request.form
    return typed(ctx, "due_date", "notes", other), typed_rows(form), form.get("do", "")


def _lines(ctx: RequestContext, client: dict, rows: list[dict]) -> list[dict]:
    """The filled lines, their numbers plain."""

    def digits() -> int:
        return minor_digits(ctx.call("billing.get_billing", client_id=client["id"], writes=False)["currency"])

    return plain(filled(rows), digits)


def _beside(values: dict) -> dict:
    return given({"due_date": values["due_date"], "notes": values["notes"]})


def _form(
    ctx: RequestContext,
    client: dict,
    values: dict,
    rows: list[dict],
    draft_id: str | None = None,
    key: str | None = None,
    context: dict | None = None,
) -> Response:
    return show(
        ctx,
        TEMPLATE,
        values={**values, **as_fields(rows)},
        key=key,
        back=_back(client, draft_id),
        names=field_names(len(rows)),
        **(context or _context(ctx, client, draft_id)),
    )


def _send(
    ctx: RequestContext, client: dict, act, values: dict, rows: list[dict], message, draft_id: str | None = None
) -> Response:
    """Send the filled lines; a refusal names them by their place in the form, which then shows just these."""

    def act_at_fields():
        try:
            return act()
        except ServiceProblem as refusal:
            raise ServiceProblem(refusal.code, refusal.detail, at_fields(refusal.errors), **refusal.extra) from refusal

    shown = filled(rows)
    return submit(
        ctx,
        TEMPLATE,
        act_at_fields,
        message=message,
        back=_back(client, draft_id),
        values={**values, **as_fields(shown)},
        context=lambda: {"names": field_names(len(shown)), **_context(ctx, client, draft_id)},
    )


def _back(client: dict, draft_id: str | None) -> str:
    base = f"/admin/clients/{client['id']}/invoices"
    return f"{base}/{draft_id}" if draft_id else base


def _context(ctx: RequestContext, client: dict, draft_id: str | None) -> dict:
    """The form's variables beside its fields: the currency and how it is written, the usual tax rate, the credit that
    could be applied; and who gets a mail when it is published."""
    answers = ctx.gather(
        terms=("billing.get_invoice_terms", {"client_id": client["id"]}),
        totals=("billing.totals_for", {"client_ids": [client["id"]]}),
        mailing=recipients_of(client),
    )
    terms, totals = part(answers["terms"]), part(answers["totals"])
    if terms is None:
        raise ServiceProblem("unavailable", "Billing does not answer.", what="Billing")
    credit = totals and totals[client["id"]]["credit_balance"]
    return {
        "client": client,
        "currency": terms["currency"],
        "look": currency_look(terms["currency"]),
        "tax_rate": terms["tax_rate"],
        "mailing": part(answers["mailing"]),
        "credit": credit,
        "credit_minor": Money.from_wire(credit).minor if credit else 0,
        "draft": draft_id,
    }
