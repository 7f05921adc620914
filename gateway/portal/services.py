"""The client's services, each with its page, and domains; of a domain, renewal and nameservers can be set."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

SERVICES, SERVICE = "/client/services", "/client/services/<service_id>"
DOMAINS, DOMAIN = "/client/domains", "/client/domains/<domain_id>"
MANAGE = "portal/domain.html"

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
    domain = _domain(ctx, domain_id)
    values = {"auto_renew": domain["auto_renew"], "nameservers": "\n".join(domain["nameservers"])}
    return show(ctx, MANAGE, values=values, domain=domain, back=DOMAINS)


@page(DOMAIN, access=Portal.DOMAINS_MANAGE, method="POST", origin=PORTAL)
def change_domain(ctx: RequestContext, domain_id: str) -> Response:
    """Save what was set."""
    values = typed(ctx, "auto_renew", "nameservers")
    names = [name for name in re.split(r"[\s,]+", values["nameservers"]) if name]

    def act():
        return ctx.call(
            "billing.portal_update_domain",
            domain_id=domain_id,
            nameservers=names,
            auto_renew=values["auto_renew"] == "true",
        )

    return submit(
        ctx,
        MANAGE,
        act,
        message=lambda domain: f"{domain['name']} saved",
        back=DOMAINS,
        values=values,
        context=lambda: {"domain": _domain(ctx, domain_id)},
    )


def _domain(ctx: RequestContext, domain_id: str) -> dict:
    return ctx.call("billing.portal_domain", domain_id=domain_id, writes=False)
