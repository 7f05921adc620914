"""The table of the record's tabs: each row has all that a tab needs, and a failure names what is missing."""

from pathlib import Path

import pytest

from chassis.settings import Settings
from gateway.composition.record_tabs import TABS, RecordTab
from gateway.http.routing import ROUTES, Route
from gateway.server.application import Application
from gateway.ui import render
from tools.docs.json_schema import properties_of
from tools.docs.service_classes import service_class

Application(Settings(development=True))

TEMPLATES = Path(render.__file__).parent.parent / "templates"
each_tab = pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.slug)


def route_of(prefix: str, tab: RecordTab) -> Route | None:
    return next((one for one in ROUTES if (one.method, one.path) == ("GET", prefix + tab.path)), None)


@each_tab
def test_a_tab_has_its_template(tab):
    assert (TEMPLATES / tab.template).is_file(), f"gateway/templates/{tab.template} is missing"


@each_tab
def test_a_tab_has_its_rpc_method_which_asks_for_the_same_permission_and_takes_the_filters(tab):
    service, _, method = tab.rpc.partition(".")
    found = getattr(service_class(service), method, None)
    assert found is not None, f"services/{service} has no RPC method {method}"
    assert found.contract.access == tab.permission, f"{tab.rpc} asks for another permission than its tab"
    assert set(tab.filters) <= set(properties_of(found.contract.request())), f"{tab.rpc} lacks a filter of its tab"


@each_tab
def test_a_tab_has_its_page(tab):
    route = route_of("/admin", tab)
    assert route is not None, f"no page for {tab.slug}: listed=False needs a handler in gateway/admin"
    assert route.access == tab.permission


@each_tab
def test_a_tab_has_its_collection_in_the_api(tab):
    route = route_of("/api/v1", tab)
    assert route is not None and route.contract.response == tab.schema, f"no collection for {tab.slug}"
    assert (route.access, route.contract.rpc) == (tab.permission, tab.rpc)
