"""Domains: /api/v1/clients/{id}/domains, added, read, edited, moved to another state."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

DOMAINS = "/clients/<client_id>/domains"
DOMAIN = f"{DOMAINS}/<domain_id>"

forward(
    DOMAINS,
    "billing.add_domain",
    summary="Add a domain; answers 201 with it",
    access=Permission.DOMAINS_MANAGE,
    method="POST",
    location=True,
    response="Domain",
    status=201,
)
forward(DOMAIN, "billing.get_domain", summary="One domain", access=Permission.DOMAINS_VIEW, response="Domain")
forward(
    DOMAIN,
    "billing.update_domain",
    summary="Change registrar, expiry, auto-renew or nameservers",
    access=Permission.DOMAINS_MANAGE,
    method="PATCH",
    response="Domain",
)
forward(
    f"{DOMAIN}/status",
    "billing.set_domain_status",
    summary="Move it to another state",
    access=Permission.DOMAINS_MANAGE,
    method="POST",
    response="Domain",
)
