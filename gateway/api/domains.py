"""/api/v1/clients/{id}/domains: add, read, edit, move to another state."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import parameters
from gateway.routing import api
from gateway.turn import Turn

DOMAINS = "/clients/<client_id>/domains"


@api(DOMAINS, access=Permission.DOMAINS_MANAGE, method="POST")
def add_domain(turn: Turn, client_id: str) -> Response:
    """Add a domain; answers 201 with it."""
    parameters(turn.request)
    client = turn.open_client(client_id)
    made = turn.call("billing.add_domain", **json_fields(turn.request, client_id=client["id"]))
    return as_json(made, 201, Location=f"/api/v1/clients/{client['id']}/domains/{made['id']}")


@api(f"{DOMAINS}/<domain_id>", access=Permission.DOMAINS_VIEW)
def get_domain(turn: Turn, client_id: str, domain_id: str) -> Response:
    """One domain."""
    parameters(turn.request)
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.get_domain", client_id=client["id"], domain_id=domain_id))


@api(f"{DOMAINS}/<domain_id>", access=Permission.DOMAINS_MANAGE, method="PATCH")
def update_domain(turn: Turn, client_id: str, domain_id: str) -> Response:
    """Change registrar, expiry, auto-renew or nameservers."""
    return _change(turn, client_id, domain_id, "billing.update_domain")


@api(f"{DOMAINS}/<domain_id>/status", access=Permission.DOMAINS_MANAGE, method="POST")
def set_domain_status(turn: Turn, client_id: str, domain_id: str) -> Response:
    """Move it to another state."""
    return _change(turn, client_id, domain_id, "billing.set_domain_status")


def _change(turn: Turn, client_id: str, domain_id: str, target: str) -> Response:
    parameters(turn.request)
    client = turn.open_client(client_id)
    return as_json(turn.call(target, **json_fields(turn.request, client_id=client["id"], domain_id=domain_id)))
