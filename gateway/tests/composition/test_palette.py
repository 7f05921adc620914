"""The palette composed of commands and the services' parts."""

from types import SimpleNamespace

import pytest

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.palette import palette_sections
from gateway.tests.composition.test_search import hit

LEE, KIM = "0192f0c1-0000-7000-8000-00000000c11e", "0192f0c1-0000-7000-8000-00000000c12e"
NAMES = {"clients.client_names": {LEE: "Lee & Co", KIM: "Kim Ltd", "c1": "Lee & Co"}}


def context(answers: dict, held=frozenset(Permission)):
    """A request whose services answer so; `asked` has what was called and with what."""
    asked = []

    def gather(**wanted):
        asked.extend((target, arguments.get("q")) for target, arguments in wanted.values())
        return {name: answers.get(target, {"data": []}) for name, (target, _) in wanted.items()}

    caller = SimpleNamespace(allows=lambda permission: permission in held)
    return SimpleNamespace(identify=lambda: None, gather=gather, caller=caller, asked=asked)


def titles(shown: dict) -> list[tuple[str, list[str]]]:
    return [(title, [option.title for option in options]) for title, options in shown["sections"]]


@pytest.mark.parametrize("q", ["", " ", "\u200b", "   "])
def test_before_any_text_stand_the_clients_opened_last_and_the_first_commands(q):
    ctx = context(NAMES)
    shown = palette_sections(ctx, q, None, [LEE, KIM])
    assert titles(shown) == [
        ("Recently opened", ["Lee & Co", "Kim Ltd"]),
        ("Commands", ["New Client", "Import CSV", "Suspended clients"]),
    ]
    assert (shown["unavailable"], shown["short"]) == ([], False)
    assert [target for target, _ in ctx.asked] == ["clients.client_names"]


def test_on_a_record_its_client_is_offered_with_the_commands_and_not_among_the_others():
    shown = palette_sections(context(NAMES), "", LEE, [LEE, KIM])
    assert titles(shown)[0] == ("Recently opened", ["Kim Ltd"])
    assert titles(shown)[1][1][:2] == ["New Invoice for Lee & Co", "Add Credit to Lee & Co"]
    assert shown["sections"][1][1][0].path == f"/admin/clients/{LEE}/invoices/new"


def test_a_command_and_the_beginning_of_a_name_are_the_command_for_each_such_client():
    answers = {"clients.search": {"data": [{**hit("client", 1), "id": LEE, "title": "Lee & Co"}]}}
    ctx = context(answers)
    shown = palette_sections(ctx, "new inv lee", None, [])
    assert titles(shown)[0] == ("Commands", ["New Invoice for Lee & Co"])
    assert ("clients.search", "lee") in ctx.asked and ("clients.search", "new inv lee") in ctx.asked


def test_a_command_of_a_client_is_offered_for_those_opened_last_and_asks_for_another():
    shown = palette_sections(context(NAMES), "new invoice", None, [KIM])
    (title, options), *_ = shown["sections"]
    assert [option.title for option in options] == ["New Invoice for Kim Ltd", "New Invoice"]
    assert options[1].typed == "New Invoice "


def test_what_has_the_number_comes_first_then_commands_then_each_kind():
    answers = {
        "clients.search": {"data": [hit("client", 1)]},
        "billing.search": {"data": [{**hit("invoice", 1), "matched": "number"}, hit("domain", 1)]},
        "clients.client_names": {"c1": "Lee & Co"},
    }
    shown = palette_sections(context(answers), "import", None, [])
    assert [title for title, _ in titles(shown)] == ["Exact number", "Commands", "Clients", "Domains"]
    assert shown["sections"][0][1][0].path == "/admin/clients/c1/invoices/invoice1"


def test_a_service_that_is_away_costs_its_own_part_and_is_named():
    answers = {
        "clients.search": {"data": [hit("client", 1)]},
        "billing.search": ServiceProblem("unavailable"),
        "support.search": ServiceProblem("outcome-unknown"),
    }
    shown = palette_sections(context(answers), "lee", None, [])
    assert shown["unavailable"] == ["billing", "support"]
    assert titles(shown) == [("Clients", ["client"])]


def test_too_few_characters_find_commands_alone_and_say_that_more_find_more():
    ctx = context({})
    shown = palette_sections(ctx, "im", None, [])
    assert titles(shown) == [("Commands", ["Import CSV"])]
    assert shown["short"] and ctx.asked == []
    assert not palette_sections(context({}), "王明", None, [])["short"]


def test_behind_the_mark_of_commands_nothing_else_is_looked_for():
    ctx = context({})
    shown = palette_sections(ctx, "> new", None, [])
    assert [title for title, _ in titles(shown)] == ["Commands"] and ctx.asked == [] and not shown["short"]


def test_nobody_finds_what_he_may_not_read_nor_is_offered_what_he_may_not_do():
    held = {Permission.CLIENTS_VIEW, Permission.TICKETS_VIEW}
    ctx = context(NAMES, held)
    shown = palette_sections(ctx, "new invoice", None, [LEE])
    assert titles(shown) == [] and {target for target, _ in ctx.asked} == {
        "clients.search",
        "support.search",
        "clients.client_names",
    }
    stranger = context(NAMES, {Permission.SETTINGS_VIEW})
    assert titles(palette_sections(stranger, "tags", LEE, [LEE])) == [("Commands", ["Tags"])]
    assert titles(palette_sections(stranger, "", LEE, [LEE])) == [] and stranger.asked == []
