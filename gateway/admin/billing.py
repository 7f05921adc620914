"""The billing account on a record's Overview: its currency and its address."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed, version_of
from gateway.http.routing import page

TEMPLATE = "clients/billing_edit.html"
ADDRESS = ("address1", "address2", "city", "state", "postcode", "country")


@page("/admin/clients/<client_id>/billing/edit", access=Permission.CLIENTS_EDIT)
def billing_form(ctx: RequestContext, client_id: str) -> Response:
    """The form, with the account as it is."""
    client = ctx.open_client(client_id)
    context = _context(ctx, client)
    return show(ctx, TEMPLATE, values=context["account"]["address"] or {}, back=_record(client), **context)


@page("/admin/clients/<client_id>/billing/edit", access=Permission.CLIENTS_EDIT, method="POST")
def update_billing(ctx: RequestContext, client_id: str) -> Response:
    """Save it, unless somebody else did meanwhile."""
    client, values = ctx.open_client(client_id), typed(ctx, "version", "currency", *ADDRESS)

    def act():
        address = given({name: values[name] for name in ADDRESS})
        try:
            return ctx.call(
                "billing.update_billing",
                client_id=client["id"],
                version=version_of(values),
                address=address or None,
                **given({"currency": values["currency"]}),
            )
        except ServiceProblem as refusal:
            raise _of_the_form(refusal) from refusal

    return submit(
        ctx,
        TEMPLATE,
        act,
        message="Billing saved",
        back=_record(client),
        values=values,
        context=lambda: _context(ctx, client),
    )


def _of_the_form(refusal: ServiceProblem) -> ServiceProblem:
    """The refusal with its fields named as on the form, which has no address around its lines."""
    errors = [{**error, "pointer": error["pointer"].removeprefix("/address")} for error in refusal.errors]
    return ServiceProblem(refusal.code, refusal.detail, errors, **refusal.extra)


def _record(client: dict) -> str:
    return f"/admin/clients/{client['id']}"


def _context(ctx: RequestContext, client: dict) -> dict:
    return {"client": client, "account": ctx.call("billing.get_billing", writes=False, client_id=client["id"])}
