"""Lists over all clients composed of their owner's rows and of the clients' names, in one call for all of them."""

from types import SimpleNamespace

import pytest

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.listings import BY_SLUG, fetch_listing
from gateway.composition.waiting import WaitingCounts

INVOICES = BY_SLUG["invoices"]
AWAY = ServiceProblem("unavailable")


def context(answers: dict, denied=()):
    """A request whose services answer so; `asked` notes what was called, with the arguments."""
    asked = []

    def answer(target, arguments):
        asked.append((target, arguments))
        return answers.get(target, {"client_ids": [], "more": False} if target == "clients.find_clients" else {})

    def call(target, **arguments):
        if isinstance(found := answer(target, arguments), ServiceProblem):
            raise found
        return found

    def gather(**wanted):
        return {name: answer(*one) for name, one in wanted.items()}

    caller = SimpleNamespace(allows=lambda permission: permission not in denied)
    return SimpleNamespace(identify=lambda: None, call=call, gather=gather, caller=caller, asked=asked)


def rows(*client_ids: str) -> dict:
    return {"data": [{"id": f"i{n}", "client_id": one} for n, one in enumerate(client_ids)], "totals": []}


def test_the_names_of_all_rows_come_in_one_call():
    ctx = context({INVOICES.rpc: rows("b", "a", "b"), "clients.client_names": {"a": "Ada", "b": "Lee & Co"}})
    found = fetch_listing(ctx, INVOICES, {"status": "overdue"})
    assert [row["client"] for row in found["data"]] == [
        {"id": "b", "name": "Lee & Co"},
        {"id": "a", "name": "Ada"},
        {"id": "b", "name": "Lee & Co"},
    ]
    assert ctx.asked == [
        (INVOICES.rpc, {"status": "overdue"}),
        ("clients.client_names", {"client_ids": ["a", "b"]}),
    ]
    assert (found["unavailable"], found["clients_left_out"]) == ([], False)


def test_a_search_narrows_the_list_to_the_clients_that_it_finds_too():
    ctx = context({"clients.find_clients": {"client_ids": ["a"], "more": True}, INVOICES.rpc: rows()})
    assert fetch_listing(ctx, INVOICES, {"q": "lee"})["clients_left_out"] is True
    assert ctx.asked == [("clients.find_clients", {"q": "lee"}), (INVOICES.rpc, {"q": "lee", "clients": ["a"]})]


def test_a_number_is_no_client_s_name():
    ctx = context({INVOICES.rpc: rows()})
    fetch_listing(ctx, INVOICES, {"q": "INV-00042"})
    assert ctx.asked == [(INVOICES.rpc, {"q": "INV-00042"})]


@pytest.mark.parametrize("away", ["clients.find_clients", "clients.client_names"])
def test_a_list_stands_without_names_while_the_clients_service_is_away(away):
    ctx = context({INVOICES.rpc: rows("a"), away: AWAY})
    found = fetch_listing(ctx, INVOICES, {"q": "lee"})
    assert (found["data"], found["unavailable"]) == ([{"id": "i0", "client": {"id": "a", "name": None}}], ["clients"])


def test_who_may_not_view_clients_sees_no_names_and_looks_for_none():
    ctx = context({INVOICES.rpc: rows("a")}, denied=[Permission.CLIENTS_VIEW])
    assert fetch_listing(ctx, INVOICES, {"q": "lee"})["data"][0]["client"] == {"id": "a", "name": None}
    assert [target for target, _ in ctx.asked] == [INVOICES.rpc]


def test_the_list_s_owner_refuses_what_is_wrong_with_the_search():
    refusal = ServiceProblem("validation", "", [{"pointer": "/q", "code": "validation", "message": "Too short."}])
    with pytest.raises(ServiceProblem):
        fetch_listing(context({"clients.find_clients": refusal, INVOICES.rpc: refusal}), INVOICES, {"q": "le"})


def test_what_waits_is_counted_once_for_everybody_and_shown_to_who_may_view_it():
    counts = WaitingCounts()
    answers = {
        "billing.count_waiting": {"orders": 3, "invoices": 71, "domains": None},
        "support.count_waiting": AWAY,
    }
    first = context(answers)
    assert counts.of(first) == {"orders": 3, "invoices": 71}
    assert [target for target, _ in first.asked] == ["billing.count_waiting", "support.count_waiting"]
    second = context({}, denied=[Permission.INVOICES_VIEW, Permission.DOMAINS_VIEW, Permission.TICKETS_VIEW])
    assert (counts.of(second), second.asked) == ({"orders": 3}, [])
