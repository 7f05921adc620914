"""The table of permissions is what the code holds, and nothing asks for a permission that it does not have."""

import pytest

from chassis.permissions import NOT_WHILE_IMPERSONATING, Access, Permission, Portal
from chassis.settings import Settings
from deploy.services import SERVICES
from gateway.http.routing import ROUTES
from gateway.server.application import Application
from services.clients import rules
from tests.support.permission_table import PORTAL_ROW, ROW, TABLE, permissions_by_role, portal_permissions_by_role
from tools.docs.service_classes import service_class

Application(Settings(development=True))


def test_the_table_has_each_permission_once_in_alphabetical_order():
    slugs = [row[0] for row in ROW.findall(TABLE.read_text(encoding="utf-8"))]
    assert slugs == [str(one) for one in Permission] == sorted(slugs)


@pytest.mark.parametrize("slug", [str(one) for one in Permission])
@pytest.mark.parametrize("role", rules.PRESETS)
def test_each_cell_is_what_the_preset_of_the_role_says(role, slug):
    assert (slug in permissions_by_role()[role]) is (Permission(slug) in rules.PRESETS[role])


def test_a_super_admin_may_do_everything_in_the_table():
    assert permissions_by_role()["super_admin"] == set(map(str, Permission))
    assert rules.staff_permissions("super_admin", {}) == ["*"]


def test_the_portals_part_of_the_table_is_what_the_roles_of_contacts_hold_and_impersonators_do_not():
    assert [row[0] for row in PORTAL_ROW.findall(TABLE.read_text(encoding="utf-8"))] == sorted(map(str, Portal))
    held = portal_permissions_by_role()
    assert held.pop("impersonator") == set(map(str, Portal)) - set(map(str, NOT_WHILE_IMPERSONATING))
    assert held == {role: set(map(str, preset)) for role, preset in rules.PORTAL_PRESETS.items()}


def test_each_route_and_each_rpc_requires_a_permission_of_the_table_or_names_another_access():
    rpc_methods = [
        getattr(service_class(name), rpc).contract.access
        for name in SERVICES
        for rpc in dir(service_class(name))
        if hasattr(getattr(service_class(name), rpc), "contract")
    ]
    required = {route.access for route in ROUTES} | set(rpc_methods)
    unknown = {str(one) for one in required if not isinstance(one, (Access, Portal))} - permissions_by_role()[
        "super_admin"
    ]
    assert unknown == set()
