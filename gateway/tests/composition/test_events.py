"""Events composed of the services' parts: each service in its order, and a cursor that loses none of them."""

from types import SimpleNamespace

import pytest

from chassis.errors import ServiceProblem
from chassis.types.cursors import write_cursor
from gateway.composition.events import CURSOR, list_events


def row(position: int, time: str) -> dict:
    return {"position": position, "event": {"id": f"{time}-{position}", "time": time}}


class Services:
    """Stands for the services: each has its events, and those that are `away` do not answer."""

    def __init__(self, **rows: list[dict]):
        self.rows, self.away, self.asked = rows, set(), []

    def gather(self, **wanted) -> dict:
        self.asked = sorted(wanted)
        return {service: self._answer(service, arguments) for service, (_, arguments) in wanted.items()}

    def _answer(self, service: str, arguments: dict):
        if service in self.away:
            return ServiceProblem("unavailable")
        left = [one for one in self.rows.get(service, ()) if one["position"] > arguments["position"]]
        data = left[: int(arguments.get("limit", 25))]
        end = data[-1]["position"] if data else arguments["position"]
        return {"data": data, "position": end, "more": len(data) < len(left)}

    def page(self, **params: str) -> tuple[list[str], dict]:
        answer = list_events(SimpleNamespace(gather=self.gather), params)
        return [event["id"] for event in answer["data"]], answer


@pytest.fixture
def services():
    return Services(
        clients=[row(1, "10"), row(2, "13"), row(3, "12")],
        billing=[row(5, "11"), row(6, "14")],
    )


def test_pages_have_every_event_once_and_keep_the_order_of_each_service(services):
    found, cursor = [], {}
    while True:
        ids, answer = services.page(limit="2", **cursor)
        found += ids
        if answer["page"]["next"] is None:
            break
        cursor = {"after": answer["page"]["next"]}
    assert found == ["10-1", "11-5", "13-2", "12-3", "14-6"]


def test_the_end_has_a_cursor_for_what_is_published_later(services):
    _, answer = services.page()
    assert answer["page"] == {"next": None, "prev": None, "total": None, "exact": False}
    assert services.page(after=answer["resume"])[0] == []
    services.rows["support"] = [row(1, "09")]
    assert services.page(after=answer["resume"])[0] == ["09-1"]


def test_a_service_that_is_away_is_named_and_keeps_its_place(services):
    services.away = {"billing"}
    ids, answer = services.page()
    assert (ids, answer["unavailable"]) == (["10-1", "13-2", "12-3"], ["billing"])
    services.away = set()
    assert services.page(after=answer["resume"])[0] == ["11-5", "14-6"]


def test_only_the_services_that_publish_a_type_are_asked(services):
    services.page(types="ticket.opened.v1,client.created.v1")
    assert services.asked == ["clients", "support"]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"types": "client.created.v1,client.lost.v1"}, "/types"),
        ({"after": "nonsense"}, "/after"),
        *(
            ({"after": write_cursor(CURSOR, [forged])}, "/after")
            for forged in ("clients", "clients=x", "clients=-1", f"clients={2**63}", "clients=1=2", "clients==")
        ),
    ],
)
def test_what_is_not_understood_is_named(services, params, pointer):
    with pytest.raises(ServiceProblem) as refused:
        services.page(**params)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]
