"""Search composed of the services' parts: what is away is named, what may not be viewed is not asked for."""

from types import SimpleNamespace

import pytest

from chassis.errors import ServiceProblem
from gateway.composition.search import KINDS, search


def hit(kind: str, number: int) -> dict:
    return {
        "kind": kind,
        "id": f"{kind}{number}",
        "client_id": "c1",
        "title": kind,
        "subtitle": "open",
        "matched": "name",
    }


def context(answers: dict, denied=()):
    """A request whose services answer so; `asked` notes what was called."""
    asked = []

    def gather(**wanted):
        asked.extend(target for target, _ in wanted.values())
        return {name: answers.get(target, {"data": []}) for name, (target, _) in wanted.items()}

    caller = SimpleNamespace(allows=lambda permission: permission not in denied)
    return SimpleNamespace(identify=lambda: None, gather=gather, caller=caller, asked=asked)


def test_a_service_that_does_not_answer_is_named_and_the_rest_is_found():
    answers = {
        "clients.search": {"data": [hit("client", 1)]},
        "billing.search": {"data": [hit("invoice", 1)]},
        "support.search": ServiceProblem("unavailable"),
        "clients.client_names": {"c1": "Lee & Co"},
    }
    answer = search(context(answers), {"q": "lee"})
    assert answer["unavailable"] == ["support"]
    assert [(one["kind"], one["subtitle"]) for one in answer["data"]] == [
        ("client", "open"),
        ("invoice", "Lee & Co · open"),
    ]


def test_hits_stand_without_the_client_s_name_while_it_cannot_be_read():
    answers = {
        "billing.search": {"data": [hit("invoice", 1)]},
        "clients.client_names": ServiceProblem("outcome-unknown"),
    }
    answer = search(context(answers), {"q": "42", "kinds": "invoice"})
    assert (answer["data"][0]["subtitle"], answer["unavailable"]) == ("open", ["clients"])


def test_only_services_with_a_kind_that_is_wanted_and_may_be_viewed_are_asked():
    ctx = context({}, denied=[KINDS["ticket"].permission, KINDS["order"].permission])
    search(ctx, {"q": "lee", "kinds": "order,ticket,client"})
    assert ctx.asked == ["clients.search"]


def test_a_refusal_of_a_service_is_the_answer():
    with pytest.raises(ServiceProblem):
        search(context({"clients.search": ServiceProblem("validation")}), {"q": "a"})


def test_where_there_is_more_than_the_limit_each_kind_has_its_share():
    answers = {
        "clients.search": {"data": [hit("client", n) for n in range(5)]},
        "billing.search": {"data": [hit("domain", n) for n in range(5)]},
        "support.search": {"data": [hit("ticket", 1)]},
    }
    answer = search(context(answers), {"q": "lee", "limit": "4"})
    assert [one["id"] for one in answer["data"]] == ["client0", "client1", "domain0", "ticket1"]
    assert answer["page"] == {"next": None, "prev": None, "total": None, "exact": False}
