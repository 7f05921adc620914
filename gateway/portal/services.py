"""The client's services, each with its page, and domains; of a domain, renewal and nameservers can be set."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, show, submit, typed_lines
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

SERVICES, SERVICE = "/client/services", "/client/services/<service_id>"
DOMAINS, DOMAIN = "/client/domains", "/client/domains/<domain_id>"
MANAGE, OWN = "portal/domain.html", ("auto_renew", "nameservers")

own_list(SERVICES, "billing.portal_subscriptions", Portal.SERVICES_VIEW, "portal/services.html", "status")
own_list(DOMAINS, "billing.portal_domains", Portal.DOMAINS_VIEW, "portal/domains.html")


@page(SERVICE, access=Portal.SERVICES_VIEW, origin=PORTAL)
def own_service(ctx: RequestContext, service_id: str) -> Response:
    """One service: how it stands, and for who may see them its price and its invoices."""
    parameters(ctx.request)
    service = ctx.call("billing.portal_subscription", service_id=service_id, writes=False)
    return as_page(ctx, "portal/service.html", service=service)


@page(DOMAIN, access=Portal.DOMAINS_MANAGE, origin=PORTAL)
def domain_form(ctx: RequestContext, domain_id: str) -> Response:
    """The form, with the domain as it is."""
    context = _context(ctx, domain_id)
    return show(ctx, MANAGE, values=context["opened_with"], back=DOMAINS, **context)


@page(DOMAIN, access=Portal.DOMAINS_MANAGE, method="POST", origin=PORTAL)
def change_domain(ctx: RequestContext, domain_id: str) -> Response:
    """Save what was changed."""
    values = typed_lines(ctx, *OWN)
    names = [name for name in re.split(r"[\s,]+", values["nameservers"]) if name]

    def act():
        given = {"nameservers": names, "auto_renew": values["auto_renew"] == "true"}
        new = changed(ctx, _context(ctx, domain_id)["opened_with"])
        return ctx.call("billing.portal_update_domain", domain_id=domain_id, **{name: given[name] for name in new})

    return submit(
        ctx,
        MANAGE,
        act,
        message=lambda domain: f"{domain['name']} saved",
        back=DOMAINS,
        values=values,
        context=lambda: _context(ctx, domain_id),
    )


def _context(ctx: RequestContext, domain_id: str) -> dict:
    domain = ctx.call("billing.portal_domain", domain_id=domain_id, writes=False)
    return {"domain": domain, "opened_with": as_texts(domain, *OWN)}
