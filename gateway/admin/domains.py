"""Domains of a client: add, edit, move to another state."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, given, show, submit, typed, typed_lines
from gateway.http.routing import page

NEW, EDIT, STATUS = "clients/domain_new.html", "clients/domain_edit.html", "clients/domain_status.html"
TERM = ("registrar", "expires_on", "auto_renew", "nameservers")
DOMAIN = "/admin/clients/<client_id>/domains/<domain_id>"


@page("/admin/clients/<client_id>/domains/new", access=Permission.DOMAINS_MANAGE)
def domain_form(ctx: RequestContext, client_id: str) -> Response:
    """The empty form."""
    client = ctx.open_client(client_id)
    return show(ctx, NEW, back=_domains(client), client=client)


@page("/admin/clients/<client_id>/domains/new", access=Permission.DOMAINS_MANAGE, method="POST")
def add_domain(ctx: RequestContext, client_id: str) -> Response:
    """Add it."""
    client, values = ctx.open_client(client_id), typed(ctx, "name", "kind", "registered_on", *TERM)
    fields = {**given({**values, "auto_renew": ""}), **_as_list_and_switch(values)}
    return submit(
        ctx,
        NEW,
        lambda: ctx.call("billing.add_domain", client_id=client["id"], **fields),
        message=lambda domain: f"{domain['name']} added",
        back=_domains(client),
        values=values,
        context=lambda: {"client": client},
    )


@page(f"{DOMAIN}/edit", access=Permission.DOMAINS_MANAGE)
def edit_form(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """The form, with the domain as it is."""
    client = ctx.open_client(client_id)
    context = _context(ctx, client, domain_id)
    return show(ctx, EDIT, values=context["opened_with"], back=_domains(client), **context)


@page(f"{DOMAIN}/edit", access=Permission.DOMAINS_MANAGE, method="POST")
def edit_domain(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Save what was changed."""
    client, values = ctx.open_client(client_id), typed_lines(ctx, *TERM)

    def act():
        given = {**values, "expires_on": values["expires_on"] or None, **_as_list_and_switch(values)}
        new = changed(ctx, _context(ctx, client, domain_id)["opened_with"])
        which = {"client_id": client["id"], "domain_id": domain_id}
        return ctx.call("billing.update_domain", **which, **{name: given[name] for name in new})

    return submit(
        ctx,
        EDIT,
        act,
        message=lambda domain: f"{domain['name']} saved",
        back=_domains(client),
        values=values,
        context=lambda: _context(ctx, client, domain_id),
    )


@page(f"{DOMAIN}/status", access=Permission.DOMAINS_MANAGE)
def status_form(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """The form, with the states that the domain can move to."""
    client = ctx.open_client(client_id)
    return show(ctx, STATUS, back=_domains(client), **_context(ctx, client, domain_id))


@page(f"{DOMAIN}/status", access=Permission.DOMAINS_MANAGE, method="POST")
def set_status(ctx: RequestContext, client_id: str, domain_id: str) -> Response:
    """Move it."""
    client, values = ctx.open_client(client_id), typed(ctx, "status")
    return submit(
        ctx,
        STATUS,
        lambda: ctx.call("billing.set_domain_status", client_id=client["id"], domain_id=domain_id, **values),
        message=lambda domain: f"State of {domain['name']} changed",
        back=_domains(client),
        values=values,
        context=lambda: _context(ctx, client, domain_id),
    )


def _as_list_and_switch(values: dict) -> dict:
    """Nameservers as a list (they stand on lines, or behind commas), auto-renew as true or false."""
    return {
        "nameservers": [name for name in re.split(r"[\s,]+", values["nameservers"]) if name],
        "auto_renew": values["auto_renew"] == "true",
    }


def _domains(client: dict) -> str:
    return f"/admin/clients/{client['id']}/domains"


def _context(ctx: RequestContext, client: dict, domain_id: str) -> dict:
    domain = ctx.call("billing.get_domain", writes=False, client_id=client["id"], domain_id=domain_id)
    return {"client": client, "domain": domain, "opened_with": as_texts(domain, *TERM)}
