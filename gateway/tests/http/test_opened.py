"""Which records a browser has opened: the newest first, each once, a few of them, and nobody else's."""

from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from chassis.settings import Settings
from gateway.http.opened import MOST, leave_opened, opened_clients

IDS = [f"0192f0c1-0000-7000-8000-0000000000{n:02d}" for n in range(MOST + 2)]
ADA, BOB = "0192f0c1-0000-7000-8000-00000000ada0", "0192f0c1-0000-7000-8000-00000000b0b0"


def asking(client_id: str | None, cookie: str = "", who: str = ADA, path: str = "/admin/clients/<client_id>/invoices"):
    """A request for a page about a client."""
    environ = EnvironBuilder(headers={"Cookie": f"commerce-opened={cookie}"}).get_environ()
    return SimpleNamespace(
        request=Request(environ),
        settings=Settings(development=True),
        caller=SimpleNamespace(id=who, client_id=client_id),
        route=SimpleNamespace(origin="admin", path=path),
        writes=False,
    )


def left(ctx, status: int = 200) -> str | None:
    response = Response(status=status)
    leave_opened(ctx, response)
    cookie = response.headers.get("Set-Cookie")
    return cookie and cookie.partition(";")[0].partition("=")[2]


def test_the_record_opened_last_comes_first_and_stands_once():
    cookie = ""
    for one in (IDS[0], IDS[1], IDS[0]):
        cookie = left(asking(one, cookie))
    assert opened_clients(asking(None, cookie)) == [IDS[0], IDS[1]]
    assert left(asking(IDS[0], cookie)) is None


def test_only_the_newest_are_kept():
    cookie = ""
    for one in IDS:
        cookie = left(asking(one, cookie))
    assert opened_clients(asking(None, cookie)) == IDS[::-1][:MOST]


def test_another_person_at_the_same_browser_sees_nothing_of_it():
    cookie = left(asking(IDS[0]))
    assert opened_clients(asking(None, cookie, who=BOB)) == []
    assert opened_clients(asking(None, left(asking(IDS[1], cookie, who=BOB)), who=BOB)) == [IDS[1]]


@pytest.mark.parametrize("cookie", ["", "nonsense", f"{ADA}.x.{'y' * 300}", f"{ADA}."])
def test_a_cookie_that_is_none_of_ours_is_nothing(cookie):
    assert opened_clients(asking(None, cookie)) == []


def test_what_is_no_record_leaves_nothing():
    assert left(asking(None)) is None
    assert left(asking(IDS[0]), status=404) is None
    assert left(asking(IDS[0], path="/admin/clients")) is None
