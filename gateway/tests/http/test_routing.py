"""The route map as a whole: nothing stands in it without an access, and the fixed routes of the product are there."""

from chassis.permissions import Access, Permission, Portal
from chassis.settings import Settings
from gateway.http.routing import ADMIN, PORTAL, ROUTES
from gateway.server.application import Application

Application(Settings(development=True))

PUBLIC = {
    "/",
    "/admin/login",
    "/admin/login/code",
    "/admin/login/once/<code>",
    "/admin/password/<code>",
    "/static/<path:rest>",
    "/client/login",
    "/client/login/code",
    "/client/login/once/<code>",
    "/client/password",
    "/client/password/<code>",
    "/client/invitation/<code>",
    "/client/email/<code>",
    "/client/impersonation/<code>",
    "/client/impersonation/continue",
}


def test_every_route_names_its_access():
    assert [route.path for route in ROUTES if not isinstance(route.access, (Permission, Portal, Access))] == []


def test_the_routes_that_anybody_may_use_are_these_and_no_others():
    assert {route.path for route in ROUTES if route.access is Access.PUBLIC} == PUBLIC


def test_no_get_changes_anything_but_the_one_time_link():
    safe = {route.handler.__name__ for route in ROUTES if route.method == "GET"}
    assert {name for name in safe if name.startswith(("create", "start_import", "sign_out", "upload"))} == {
        "upload_form"
    }


def test_pages_of_staff_and_of_clients_live_on_an_origin_each():
    for route in ROUTES:
        if route.path.startswith(("/admin", "/api")):
            assert route.origin == ADMIN, route.path
        if route.path.startswith(("/client", "/dashboard", "/store")):
            assert route.origin == PORTAL, route.path


def test_nothing_of_the_portal_asks_for_a_permission_of_staff_nor_the_other_way_round():
    for route in ROUTES:
        assert (route.origin == PORTAL) is (
            isinstance(route.access, Portal) or route.access is Access.IN_PORTAL
        ) or route.access is Access.PUBLIC, route.path
