"""The page of the system with a service away: its own rows are missing, and nothing of another's."""

from itertools import combinations

import pytest

from gateway.composition.system import SERVICES
from tests.support.page_crawler import PageReader
from tests.support.pages.drawing import draw
from tests.support.pages.system_samples import STATE

WHOLE = dict.fromkeys(SERVICES, STATE)


def texts(**away) -> set[tuple[str, str]]:
    return PageReader(draw("system/state.html", services={**WHOLE, **away}, attention=[])).texts


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_away_is_named_with_a_way_to_ask_again(service):
    fresh = {text for _, text in texts(**{service: None}) - texts()}
    assert fresh <= {service, "Temporarily unavailable", "Retry"} and "Retry" in fresh


def test_what_one_service_costs_is_not_what_another_costs():
    costs = {service: texts() - texts(**{service: None}) for service in SERVICES}
    assert all(costs.values())
    assert [pair for pair in combinations(SERVICES, 2) if costs[pair[0]] & costs[pair[1]]] == []
