"""Connections: the page has for each service what a process of it opens."""

import re
from pathlib import Path

import pytest

from chassis.process.connection_budget import connections_of
from chassis.settings import Settings
from deploy.services import SERVICES
from tools.docs.service_classes import service_class

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations" / "capacity.md").read_text()


@pytest.mark.parametrize("service", SERVICES)
def test_the_page_has_the_connections_of_a_process(service):
    numbers = re.search(rf"^\| `{service}` \|(.+)\|$", PAGE, re.MULTILINE)[1].split("|")
    *parts, together = map(int, numbers)
    assert sum(parts) == together == connections_of(service_class(service), Settings())


def test_the_page_has_the_sum_of_one_of_each():
    together = sum(connections_of(service_class(service), Settings()) for service in SERVICES)
    assert f"One of each is {together}." in PAGE
