"""Live pages over the real broker: what is told and what is not, what a page missed, who is here, and how it ends."""

import os
import time
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest
import requests
from nameko.containers import ServiceContainer

from chassis.process.runtime import container_config
from chassis.rpc.client import Calls
from chassis.testing.plugin import wait_until
from gateway.live.hub import OF_ONE_PERSON
from gateway.server.service import Gateway
from tests.conftest import free_port
from tests.support.live_page import LivePage
from tests.support.staff_session import StaffBrowser, make_staff


def hub_of(system):
    return next(one for one in system.containers["gateway"].dependencies if one.attr_name == "live").hub


@pytest.fixture
def open_page(system):
    """`open_page(asked)`: a live page of the first staff member, or of a signed-in `browser`; closed after the test."""
    opened = []

    def page(asked: str, browser: StaffBrowser | None = None, **headers: str) -> LivePage:
        if browser is None:
            headers = {"Authorization": f"Bearer {system.token}", **headers}
        opened.append(LivePage(system.origin, asked, http=browser and browser.http, **headers))
        return opened[-1]

    yield page
    for one in opened:
        one.close()
    wait_until(lambda: len(hub_of(system)) == 0, "the closed pages to be forgotten")


@pytest.fixture
def staff(system):
    """`staff(role)`: a signed-in browser, whose `account` it is."""

    def signed_in(role: str = "support", **given) -> StaffBrowser:
        account = make_staff(system, role, **given)
        browser = StaffBrowser(system.origin)
        browser.sign_in(account["email"])
        browser.account = account
        return browser

    return signed_in


def live(page: LivePage) -> LivePage:
    """`page`, once it is told what happens."""
    assert page.answer.status_code == 200, page.answer.text
    wait_until(lambda: page.named("live"), "the page to be live")
    return page


def note(system, client: dict) -> None:
    assert system.post(f"/clients/{client['id']}/notes", {"body": "Secret words"}).status_code == 201


def wait_for(page: LivePage, client: dict, what: str) -> None:
    wait_until(lambda: (client["id"], what) in page.changes(), f"{what} to be told")


def test_a_change_is_told_to_the_list_and_the_record_that_show_it_and_names_nobody(system, open_page):
    client, other = system.new_client(first_name="Zenobia"), system.new_client()
    rows = live(open_page(f"rows={client['id']}"))
    record, elsewhere = live(open_page(f"record={client['id']}")), live(open_page(f"record={other['id']}"))
    changed = system.request(
        "PATCH",
        f"/api/v1/clients/{client['id']}",
        json={"last_name": "Quill"},
        headers={"If-Match": system.get(f"/clients/{client['id']}").headers["ETag"]},
    )
    assert changed.status_code == 200, changed.text
    note(system, client)
    wait_for(rows, client, "client.updated")
    wait_for(record, client, "note.added")
    note(system, other)
    wait_for(elsewhere, other, "note.added")
    assert (client["id"], "note.added") not in rows.changes()
    assert {one for one, _ in elsewhere.changes()} == {other["id"]}
    for page in (rows, record):
        assert not any(word in page.text for word in ("Zenobia", "Quill", "Secret", "example.com", "Ada"))
        for notice in page.named("changed")[0]:
            assert set(notice) == {"id", "at", "client", "what", "entity", "by"}


def test_billing_and_support_are_told_too(system, open_page):
    client = system.new_client()
    page = live(open_page(f"record={client['id']}"))
    credit = {"amount": {"amount": "5.00", "currency": "EUR"}, "description": "Goodwill"}
    assert system.post(f"/clients/{client['id']}/credits", credit).status_code == 201
    ticket = {"subject": "Help", "body": "It is broken"}
    answer = system.post(f"/clients/{client['id']}/tickets", ticket)
    assert answer.status_code == 201, answer.text
    wait_for(page, client, "credit.added")
    wait_for(page, client, "ticket.opened")


def test_what_happened_while_a_page_was_away_is_told_when_it_is_back(system, open_page):
    client = system.new_client()
    first = live(open_page(f"record={client['id']}"))
    wait_until(lambda: first.last_id, "an id")
    first.close()
    note(system, client)
    back = live(open_page(f"record={client['id']}", **{"Last-Event-ID": first.last_id}))
    wait_for(back, client, "note.added")
    assert not back.named("reset")


def test_a_page_that_was_away_too_long_reads_anew(system, open_page):
    page = live(open_page(f"record={system.new_client()['id']}", **{"Last-Event-ID": "1000"}))
    wait_until(lambda: page.named("reset"), "the page to be told to read anew")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "rows=",
        "rows=1",
        "record=no-id",
        "rows=" + ",".join(["0192f0c1-0000-7000-8000-000000000001"] * 2) + "&record=x",
    ],
)
def test_a_page_that_watches_nothing_that_can_be_is_refused(open_page, asked):
    assert open_page(asked).answer.status_code == 422


def test_more_rows_than_a_list_has_are_refused(open_page):
    rows = ",".join(f"0192f0c1-0000-7000-8000-{number:012x}" for number in range(201))
    assert open_page(f"rows={rows}").answer.status_code in (414, 422)


def test_the_stream_passes_proxies_as_it_comes(system, open_page):
    headers = live(open_page(f"record={system.new_client()['id']}")).answer.headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert (headers["X-Accel-Buffering"], headers["Cache-Control"]) == ("no", "no-store")
    assert "Content-Encoding" not in headers


def test_a_page_holds_no_place_of_those_who_ask_and_asks_nothing_itself(system, open_page, monkeypatch):
    client, asked, publish = system.new_client(), [], Calls._publish

    def spy(self, caller, target, *details):
        asked.append(target)
        return publish(self, caller, target, *details)

    pages = [live(open_page(f"record={client['id']}")) for _ in range(OF_ONE_PERSON)]
    monkeypatch.setattr(Calls, "_publish", spy)
    before = time.monotonic()
    note(system, client)
    for page in pages:
        wait_for(page, client, "note.added")
    assert time.monotonic() - before < 30
    pages_own = [
        target for target in asked if "note" not in target and "_for_" not in target
    ]  # services ask each other too
    assert [target for target in pages_own if target != "clients.check_client"] == []


def test_one_person_has_so_many_live_pages_and_is_told_when_to_come_back(system, open_page):
    client = system.new_client()
    for _ in range(OF_ONE_PERSON):
        live(open_page(f"record={client['id']}"))
    refused = open_page(f"record={client['id']}").answer
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")


def test_a_page_that_is_closed_makes_room_within_seconds(system, open_page):
    client, hub = system.new_client(), hub_of(system)
    page, before = live(open_page(f"record={client['id']}")), len(hub)
    page.close()
    wait_until(lambda: len(hub) < before, "the closed page to be forgotten")


def test_signing_out_ends_the_person_s_pages_and_they_do_not_come_back(system, open_page, staff):
    client, person, other = system.new_client(), staff(), staff()
    page, theirs = (live(open_page(f"record={client['id']}", one)) for one in (person, other))
    person.http.post(f"{system.origin}/admin/logout", data=person.hidden("/admin/profile"), timeout=30)
    wait_until(lambda: page.ended, "the page to end")
    again = open_page(f"record={client['id']}", person, **{"HX-Request": "true"}).answer
    assert (again.status_code, again.headers["HX-Redirect"]) == (204, "/admin/login")
    assert not theirs.ended


def test_a_disabled_account_s_pages_end(system, open_page, staff):
    client, person = system.new_client(), staff()
    page = live(open_page(f"record={client['id']}", person))
    path = f"/api/v1/staff/{person.account['id']}"
    answer = system.post(path.removeprefix("/api/v1") + "/disable", {})
    assert answer.status_code == 200, answer.text
    wait_until(lambda: page.ended, "the page to end")
    assert open_page(f"record={client['id']}", person).answer.status_code == 303


def test_the_portal_has_no_live_pages_not_during_login_as_client_either(system):
    answer = requests.get(f"{system.portal_origin}/admin/live?rows=x", timeout=30, allow_redirects=False)
    assert answer.status_code == 404


def test_who_has_the_record_open_is_told_and_who_leaves_is_gone(system, open_page, staff):
    client, ben = system.new_client(), staff(name="Ben Berg")
    mine = live(open_page(f"record={client['id']}"))
    wait_until(lambda: mine.names() == [], "nobody else to be here")
    theirs = live(open_page(f"record={client['id']}&tab=invoices", ben))
    wait_until(lambda: mine.names() == ["Ben Berg"], "Ben to be shown")
    assert mine.named("here")[-1][0]["place"] == "Invoices"
    wait_until(lambda: theirs.names() == ["Ada Admin"], "Ada to be shown to Ben")
    theirs.close()
    wait_until(lambda: mine.names() == [], "Ben to be gone")


def live_queue(system) -> tuple[str, str] | None:
    """(connection, queue) of the gateway's live pages, by the broker's management."""
    api, uri = os.environ["COMMERCE_TEST_RABBIT_API"], system.containers["gateway"].config["AMQP_URI"]
    vhost = urlsplit(uri).path[1:]
    for one in requests.get(f"{api}/api/consumers/{quote(vhost, safe='')}", timeout=10).json():
        if one["queue"]["name"].startswith("gateway.live-") and one["channel_details"]:
            return one["channel_details"]["connection_name"], one["queue"]["name"]
    return None


def test_when_the_broker_s_connection_breaks_pages_end_come_back_and_read_anew(system, open_page):
    client, api = system.new_client(), os.environ["COMMERCE_TEST_RABBIT_API"]
    page = live(open_page(f"record={client['id']}"))
    connection, queue = wait_until(lambda: live_queue(system), "the queue to be known", seconds=30)
    requests.delete(f"{api}/api/connections/{quote(connection, safe='')}", timeout=10).raise_for_status()
    wait_until(lambda: page.ended, "the page to end", seconds=30)
    assert page.named("away")

    def back():
        tried = open_page(f"record={client['id']}", **{"Last-Event-ID": page.last_id})
        return tried if tried.answer.status_code == 200 else None

    again = wait_until(back, "live pages to be taken again", seconds=30)
    wait_until(lambda: again.named("reset"), "the page to be told to read anew")
    note(system, client)
    wait_for(again, client, "note.added")
    wait_until(lambda: (live_queue(system) or ("", queue))[1] != queue, "another queue", seconds=30)


@pytest.fixture
def second_gateway(system):
    """Another process of the gateway on the same broker, as good as: its origin."""
    settings = replace(system.containers["gateway"].config["settings"], http_port=free_port())
    container = ServiceContainer(Gateway, container_config(settings))
    container.start()
    yield f"http://127.0.0.1:{settings.http_port}"
    container.stop()


def test_every_process_of_the_gateway_is_told_everything_and_of_everybody(system, open_page, staff, second_gateway):
    client, ben = system.new_client(), staff(name="Ben Berg")
    host, there = {"Host": urlsplit(system.origin).netloc}, f"record={client['id']}"
    cookies = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in ben.http.cookies)}

    def fed():
        tried = LivePage(second_gateway, there, **host, **cookies)
        return tried if tried.answer.status_code == 200 else None

    mine, theirs = live(open_page(there)), live(wait_until(fed, "the second process to be fed"))
    note(system, client)
    wait_for(mine, client, "note.added")
    wait_for(theirs, client, "note.added")
    wait_until(lambda: mine.names() == ["Ben Berg"], "Ben to be shown at the other process")
    wait_until(lambda: theirs.names() == ["Ada Admin"], "Ada to be shown at the other process")
    theirs.close()
    wait_until(lambda: mine.names() == [], "Ben to be gone", seconds=20)
