"""Commands of the palette: each leads to a page that asks for its permission, and is found as people call it."""

import pytest
from werkzeug.routing import RequestRedirect

from chassis.permissions import Access
from chassis.settings import Settings
from gateway.http.routing import ADMIN, url_map
from gateway.server.application import Application
from gateway.ui.icons import ICONS
from gateway.ui.palette_commands import COMMANDS, allowed, found, of_client

Application(Settings(development=True))
ID = "0192f0c1-0000-7000-8000-00000000c11e"


def names(commands) -> list[str]:
    return [command.name for command in commands]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_leads_to_a_page_that_asks_for_its_permission(command):
    path = command.path.format(client_id=ID).partition("?")[0]
    try:
        route, _ = url_map().bind("admin").match(path, "GET")
    except RequestRedirect as moved:
        raise AssertionError(f"{path} is at {moved.new_url}") from moved
    assert (route.origin, route.kind) == (ADMIN, "page")
    assert route.access == (command.permission or Access.SIGNED_IN)
    assert command.icon in ICONS


def test_nobody_is_offered_what_is_not_theirs():
    assert names(allowed(lambda permission: False)) == ["Your profile"]
    assert allowed(lambda permission: True) == list(COMMANDS)


@pytest.mark.parametrize(
    "typed, first",
    [
        ("new invoice", "New Invoice"),
        ("NEW INV", "New Invoice"),
        ("import", "Import CSV"),
        ("csv", "Import CSV"),
        ("suspended clients", "Suspended clients"),
        ("clients suspended", "Suspended clients"),
        ("new client", "New Client"),
        ("customer add", "New Client"),
        ("staff", "Staff"),
        ("second factor", "Your profile"),
    ],
)
def test_a_command_is_found_by_the_beginnings_of_its_words_in_any_order(typed, first):
    assert names(found(list(COMMANDS), typed))[0] == first


@pytest.mark.parametrize("typed", ["", " ", "-", "zzz", "new zzz", "invoice 42"])
def test_what_names_no_command_finds_none(typed):
    assert found(list(COMMANDS), typed) == []


@pytest.mark.parametrize(
    "typed, commands, client",
    [
        ("new inv brigh", ["New Invoice"], "brigh"),
        ("New Invoice  Bright Water ", ["New Invoice"], "Bright Water"),
        ("add credit O’Brien", ["Add Credit"], "O’Brien"),
        ("brightwater", [], ""),
        ("import brigh", [], ""),
    ],
)
def test_what_a_command_leaves_of_the_text_is_the_client(typed, commands, client):
    assert (names(of_client(list(COMMANDS), typed)[0]), of_client(list(COMMANDS), typed)[1]) == (commands, client)
