"""/api/v1/clients/{id}/invoices: one invoice, its PDF, and all that is done to it. Each write needs an
Idempotency-Key."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.downloads import invoice_download
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields, optional_fields
from gateway.http.query_params import expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api

COLLECTION = "/clients/<client_id>/invoices"
ITEM = COLLECTION + "/<invoice_id>"


def _answer(invoice: dict, status: int = 200, **headers) -> Response:
    """An invoice as GET shows it; its ETag is what changing a draft asks for."""
    return as_json(invoice, status, ETag=f'"{invoice["version"]}"', **headers)


@api(ITEM, access=Permission.INVOICES_VIEW, response="Invoice")
def get_invoice(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """One invoice with its lines, payments and applied credit."""
    client = ctx.open_client(client_id)
    return _answer(ctx.call("billing.get_invoice", client_id=client["id"], invoice_id=invoice_id))


@api(ITEM + "/pdf", access=Permission.INVOICES_VIEW, media=("application/pdf",))
def invoice_pdf(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """The invoice as PDF; a draft is marked as such."""
    return invoice_download(ctx, client_id, invoice_id)


@api(
    COLLECTION,
    access=Permission.INVOICES_CREATE,
    method="POST",
    needs_key=True,
    rpc="billing.create_invoice",
    response="Invoice",
    status=201,
)
def create_invoice(ctx: RequestContext, client_id: str) -> Response:
    """Make an invoice, a draft or published at once; answers 201 with it."""
    client = ctx.open_client(client_id)
    made = ctx.call("billing.create_invoice", **json_fields(ctx.request, client_id=client["id"]))
    return _answer(made, 201, Location=f"/api/v1/clients/{client['id']}/invoices/{made['id']}")


@api(
    ITEM,
    access=Permission.INVOICES_CREATE,
    method="PATCH",
    needs_key=True,
    rpc="billing.update_draft",
    if_match="required",
    response="Invoice",
)
def update_draft(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """Let a draft say what is given, all of it: `lines`, `due_date`, `notes`. Needs If-Match."""
    version, client = expected_version(ctx.request), ctx.open_client(client_id)
    return _answer(
        ctx.call(
            "billing.update_draft",
            **json_fields(ctx.request, client_id=client["id"], invoice_id=invoice_id, version=version),
        )
    )


def _act(name: str, access: Permission, rpc: str, says: str, *, body: bool = True) -> None:
    """`POST …/{name}`: `RPC method` does it and answers the invoice. Where no field is required, the body may be
    missing."""

    def act(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
        client = ctx.open_client(client_id)
        known = {"client_id": client["id"], "invoice_id": invoice_id}
        return _answer(ctx.call(rpc, **optional_fields(ctx.request, **known)))

    act.__doc__ = says
    api(f"{ITEM}/{name}", access=access, method="POST", needs_key=True, rpc=rpc, body=body, response="Invoice")(act)


_act(
    "publish", Permission.INVOICES_CREATE, "billing.publish_invoice", "Publish a draft: it gets its number and is owed."
)
_act("cancel", Permission.INVOICES_EDIT, "billing.cancel_invoice", "Take back a draft or what is owed.")
_act(
    "mark-paid",
    Permission.INVOICES_EDIT,
    "billing.mark_invoice_paid",
    "Record that all that is due was paid today.",
    body=False,
)
_act(
    "apply-credit",
    Permission.INVOICES_EDIT,
    "billing.apply_credit",
    "Use credit for what is owed, all unless `amount` says.",
)
_act(
    "payments", Permission.INVOICES_EDIT, "billing.record_payment", "Record a payment; what is too much becomes credit."
)
_act(
    "refund",
    Permission.INVOICES_EDIT,
    "billing.refund_invoice",
    "Give back what was paid, to credit or through the gateway.",
)
