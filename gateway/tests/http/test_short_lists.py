"""Short lists: paged by the gateway, as every other list is by its service."""

import json
from base64 import urlsafe_b64encode

import pytest

from chassis.errors import ServiceProblem
from chassis.types.cursors import _checksum
from gateway.http.short_lists import page_of, whole

PATH = "/api/v1/tags"
ROWS = [{"id": str(number)} for number in range(1, 8)]


def ids(answer: dict) -> str:
    return "".join(row["id"] for row in answer["data"])


def walk(direction: str, **params: str) -> list[str]:
    """The pages of three from one end to the other."""
    pages, back = [], {"next": "after", "prev": "before"}[direction]
    while True:
        answer = page_of(PATH, ROWS, {"limit": "3", **params})
        pages.append(ids(answer))
        assert (answer["page"]["total"], answer["page"]["exact"], answer["unavailable"]) == (7, True, [])
        if answer["page"][direction] is None:
            return pages
        params = {back: answer["page"][direction]}


def test_a_list_is_walked_to_its_end_and_back():
    assert walk("next") == ["123", "456", "7"]
    last = page_of(PATH, ROWS, {"limit": "3", "after": page_of(PATH, ROWS, {"limit": "6"})["page"]["next"]})
    assert ids(last) == "7" and walk("prev", before=last["page"]["prev"]) == ["456", "123"]
    assert ids(page_of(PATH, ROWS, {})) == "1234567"
    assert (
        page_of(PATH, [], {})
        == whole([])
        == {
            "data": [],
            "page": {"next": None, "prev": None, "total": 0, "exact": True},
            "unavailable": [],
        }
    )


def test_a_cursor_whose_row_is_gone_goes_on_at_its_place():
    cursor = page_of(PATH, ROWS, {"limit": "3"})["page"]["next"]
    assert ids(page_of(PATH, [row for row in ROWS if row["id"] != "3"], {"after": cursor})) == "4567"
    assert ids(page_of(PATH, [{"id": "0"}, *ROWS], {"after": cursor})) == "4567"
    assert ids(page_of(PATH, ROWS[:1], {"after": cursor})) == ""


def test_what_is_no_cursor_of_this_list_or_no_limit_is_named():
    cursor = page_of(PATH, ROWS, {"limit": "3"})["page"]["next"]
    elsewhere = page_of("/api/v1/products", ROWS, {"limit": "3"})["page"]["next"]
    faulty = {
        "/after": [{"after": value} for value in (elsewhere, cursor[:-2], "AAAA", "é", "x" * 1001)],
        "/before": [{"before": elsewhere}, {"before": cursor, "after": cursor}],
        "/limit": [{"limit": value} for value in ("0", "101", "-1", "1.5", "ten")],
    }
    for pointer, every in faulty.items():
        for params in every:
            with pytest.raises(ServiceProblem) as refusal:
                page_of(PATH, ROWS, params)
            assert [error["pointer"] for error in refusal.value.errors] == [pointer], params


@pytest.mark.parametrize(
    "position",
    [
        *[[PATH, *values] for values in (["-1", "x"], ["True", "x"], [1, "x"], ["1.5", "x"], [None, None], ["0", {}])],
        *[[PATH, *values] for values in (["0"], [], [[[["0"]]], "x"], ["²", "x"])],
        ["/api/v1/products", "1", "x"],
        7,
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("direction", ["after", "before"])
def test_a_forged_cursor_is_refused_by_its_name(position, direction):
    payload = json.dumps(position).encode()
    cursor = urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")
    with pytest.raises(ServiceProblem) as refusal:
        page_of(PATH, ROWS, {direction: cursor})
    assert [error["pointer"] for error in refusal.value.errors] == [f"/{direction}"]
