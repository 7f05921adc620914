"""/api/v1/clients/{id}/domains: add, read, edit, move to another state."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api

DOMAINS = "/clients/<client_id>/domains"


@api(DOMAINS, access=Permission.DOMAINS_MANAGE, method="POST", rpc="billing.add_domain", response="Domain", status=201)
def add_domain(ctx: RequestContext, client_id: str) -> Response:
    """Add a domain; answers 201 with it."""
    client = ctx.open_client(client_id)
    made = ctx.call("billing.add_domain", **json_fields(ctx.request, client_id=client["id"]))
    return as_json(made, 201, Location=f"/api/v1/clients/{client['id']}/domains/{made['id']}")


@api(f"{DOMAINS}/<domain_id>", access=Permission.DOMAINS_VIEW, response="Domain")
def get_domain(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """One domain."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.get_domain", client_id=client["id"], domain_id=domain_id))


@api(
    f"{DOMAINS}/<domain_id>",
    access=Permission.DOMAINS_MANAGE,
    method="PATCH",
    rpc="billing.update_domain",
    response="Domain",
)
def update_domain(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Change registrar, expiry, auto-renew or nameservers."""
    return _change(ctx, client_id, domain_id, "billing.update_domain")


@api(
    f"{DOMAINS}/<domain_id>/status",
    access=Permission.DOMAINS_MANAGE,
    method="POST",
    rpc="billing.set_domain_status",
    response="Domain",
)
def set_domain_status(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Move it to another state."""
    return _change(ctx, client_id, domain_id, "billing.set_domain_status")


def _change(ctx: RequestContext, client_id: str, domain_id: str, target: str) -> Response:
    client = ctx.open_client(client_id)
    return as_json(ctx.call(target, **json_fields(ctx.request, client_id=client["id"], domain_id=domain_id)))
