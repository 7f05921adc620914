"""Identification: a page that needs no service shows nothing to whoever cannot be identified."""

import pytest
from werkzeug.test import EnvironBuilder

from chassis.errors import ServiceProblem
from chassis.http.body import SiteRequest
from chassis.permissions import Access
from chassis.settings import Settings
from gateway.composition.api_reference import sections
from gateway.http.routing import PORTAL, ROUTES
from gateway.server.application import Application

SETTINGS = Settings(development=True)
APPLICATION = Application(SETTINGS)
ID = "01a228d6-66cf-7289-a819-744e06aac7b2"
GUARDED = [route for route in ROUTES if route.access is not Access.PUBLIC and route.method == "GET"]


class NobodyAnswers:
    """Calls while every service is away."""

    def start(self, *_arguments, **_options):
        raise ServiceProblem("unavailable", "It does not answer.")

    def gather(self, _caller, wanted, **_options) -> dict:
        return dict.fromkeys(wanted, ServiceProblem("unavailable", "It does not answer."))


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.origin}{route.path}")
def test_nothing_is_shown_for_a_made_up_session_while_no_service_answers(route):
    origin = SETTINGS.portal_origin if route.origin == PORTAL else SETTINGS.admin_origin
    cookie = "commerce-portal" if route.origin == PORTAL else "commerce-admin"
    path = route.path.replace("<name>", next(iter(sections()))).replace("<event_type>", "client.created.v1")
    path = "/".join(ID if part.startswith("<") else part for part in path.split("/"))
    asked = EnvironBuilder(path=path, base_url=origin, headers={"Cookie": f"{cookie}=made-up"})
    request = SiteRequest(asked.get_environ())
    request.receive()
    assert APPLICATION.respond(request, NobodyAnswers()).status_code != 200
