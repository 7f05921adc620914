"""Domains of a client: add, edit, move to another state."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, submit, typed
from gateway.http.routing import page

NEW, EDIT, STATUS = "clients/domain_new.html", "clients/domain_edit.html", "clients/domain_status.html"
TERM = ("registrar", "expires_on", "auto_renew", "nameservers")
DOMAIN = "/admin/clients/<client_id>/domains/<domain_id>"


@page("/admin/clients/<client_id>/domains/new", access=Permission.DOMAINS_MANAGE)
def domain_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    return show(ctx, NEW, values={}, **_of_client(ctx, client_id))


@page("/admin/clients/<client_id>/domains/new", access=Permission.DOMAINS_MANAGE, method="POST")
def add_domain(ctx: RequestContext, client_id: str) -> Response:
    """Add it."""
    around, values = _of_client(ctx, client_id), typed(ctx, "name", "kind", "registered_on", *TERM)

    def act():
        return ctx.call(
            "billing.add_domain",
            client_id=around["client"]["id"],
            **{**given({**values, "auto_renew": ""}), **_as_list_and_switch(values)},
        )

    return submit(ctx, NEW, act, message=lambda made: f"{made['name']} added", values=values, **around)


@page(f"{DOMAIN}/edit", access=Permission.DOMAINS_MANAGE)
def edit_form(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """The form, with the domain as it is."""
    around = _around(ctx, client_id, domain_id)
    now = {name: around["domain"][name] for name in TERM}
    return show(ctx, EDIT, values={**now, "nameservers": "\n".join(now["nameservers"])}, **around)


@page(f"{DOMAIN}/edit", access=Permission.DOMAINS_MANAGE, method="POST")
def edit_domain(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Save what was changed."""
    around, values = _around(ctx, client_id, domain_id), typed(ctx, *TERM)

    def act():
        return ctx.call(
            "billing.update_domain",
            client_id=around["client"]["id"],
            domain_id=domain_id,
            registrar=values["registrar"],
            expires_on=values["expires_on"] or None,
            **_as_list_and_switch(values),
        )

    return submit(ctx, EDIT, act, message=f"{around['domain']['name']} saved", values=values, **around)


@page(f"{DOMAIN}/status", access=Permission.DOMAINS_MANAGE)
def status_form(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """The form, with the states that the domain can move to."""
    return show(ctx, STATUS, values={}, **_around(ctx, client_id, domain_id))


@page(f"{DOMAIN}/status", access=Permission.DOMAINS_MANAGE, method="POST")
def set_status(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Move it."""
    around, values = _around(ctx, client_id, domain_id), typed(ctx, "status")

    def act():
        return ctx.call("billing.set_domain_status", client_id=around["client"]["id"], domain_id=domain_id, **values)

    return submit(ctx, STATUS, act, message=f"State of {around['domain']['name']} changed", values=values, **around)


def _as_list_and_switch(values: dict) -> dict:
    """Nameservers as a list (they stand on lines, or behind commas), auto-renew as true or false."""
    return {
        "nameservers": [name for name in re.split(r"[\s,]+", values["nameservers"]) if name],
        "auto_renew": values["auto_renew"] == "true",
    }


def _of_client(ctx: RequestContext, client_id: str) -> dict:
    client = ctx.open_client(client_id)
    return {"client": client, "back": f"/admin/clients/{client['id']}/domains"}


def _around(ctx: RequestContext, client_id: str, domain_id: str) -> dict:
    around = _of_client(ctx, client_id)
    domain = ctx.call("billing.get_domain", writes=False, client_id=around["client"]["id"], domain_id=domain_id)
    return {**around, "domain": domain}
