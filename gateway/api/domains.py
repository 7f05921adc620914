"""/api/v1/clients/{id}/domains: add, read, edit, move to another state."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn

DOMAINS = "/clients/<client_id>/domains"


@api(DOMAINS, access=Permission.DOMAINS_MANAGE, method="POST", door="billing.add_domain", gives="Domain", status=201)
def add_domain(turn: Turn, client_id: str) -> Response:
    """Add a domain; answers 201 with it."""
    client = turn.open_client(client_id)
    made = turn.call("billing.add_domain", **json_fields(turn.request, client_id=client["id"]))
    return as_json(made, 201, Location=f"/api/v1/clients/{client['id']}/domains/{made['id']}")


@api(f"{DOMAINS}/<domain_id>", access=Permission.DOMAINS_VIEW, gives="Domain")
def get_domain(turn: Turn, client_id: str, domain_id: str) -> Response:
    """One domain."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.get_domain", client_id=client["id"], domain_id=domain_id))


@api(f"{DOMAINS}/<domain_id>", access=Permission.DOMAINS_MANAGE, method="PATCH", door="billing.update_domain", gives="Domain")
def update_domain(turn: Turn, client_id: str, domain_id: str) -> Response:
    """Change registrar, expiry, auto-renew or nameservers."""
    return _change(turn, client_id, domain_id, "billing.update_domain")


@api(f"{DOMAINS}/<domain_id>/status", access=Permission.DOMAINS_MANAGE, method="POST", door="billing.set_domain_status",
     gives="Domain")
def set_domain_status(turn: Turn, client_id: str, domain_id: str) -> Response:
    """Move it to another state."""
    return _change(turn, client_id, domain_id, "billing.set_domain_status")


def _change(turn: Turn, client_id: str, domain_id: str, target: str) -> Response:
    client = turn.open_client(client_id)
    return as_json(turn.call(target, **json_fields(turn.request, client_id=client["id"], domain_id=domain_id)))
