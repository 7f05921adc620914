"""The client's services and domains; of a domain, renewal and nameservers can be set."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

DOMAINS, DOMAIN = "/client/domains", "/client/domains/<domain_id>"
MANAGE = "portal/domain.html"

own_list("/client/services", "billing.portal_subscriptions", Portal.SERVICES_VIEW, "portal/services.html", "status")
own_list(DOMAINS, "billing.portal_domains", Portal.DOMAINS_VIEW, "portal/domains.html")


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
