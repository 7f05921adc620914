"""The client's services and domains; of a domain, renewal and nameservers can be set."""

import re

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.dialogs import show, submit, typed
from gateway.portal_lists import own_list
from gateway.routing import PORTAL, page
from gateway.turn import Turn

DOMAINS, DOMAIN = "/client/domains", "/client/domains/<domain_id>"
MANAGE = "portal/domain.html"

own_list("/client/services", "billing.portal_services", Portal.SERVICES_VIEW, "portal/services.html", "status")
own_list(DOMAINS, "billing.portal_domains", Portal.DOMAINS_VIEW, "portal/domains.html")


@page(DOMAIN, access=Portal.DOMAINS_MANAGE, origin=PORTAL)
def domain_form(turn: Turn, domain_id: str) -> Response:
    """The form, with the domain as it is."""
    domain = _domain(turn, domain_id)
    values = {"auto_renew": domain["auto_renew"], "nameservers": "\n".join(domain["nameservers"])}
    return show(turn, MANAGE, values=values, domain=domain, back=DOMAINS)


@page(DOMAIN, access=Portal.DOMAINS_MANAGE, method="POST", origin=PORTAL)
def change_domain(turn: Turn, domain_id: str) -> Response:
    """Save what was set."""
    domain, values = _domain(turn, domain_id), typed(turn, "auto_renew", "nameservers")
    names = [name for name in re.split(r"[\s,]+", values["nameservers"]) if name]

    def act():
        return turn.call("billing.portal_update_domain", domain_id=domain["id"], nameservers=names,
                         auto_renew=values["auto_renew"] == "true")

    return submit(turn, MANAGE, act, said=f"{domain['name']} saved", values=values, domain=domain, back=DOMAINS)


def _domain(turn: Turn, domain_id: str) -> dict:
    return turn.call("billing.portal_domain", domain_id=domain_id, writes=False)
