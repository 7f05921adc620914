"""Lists of rows as large as they may be: each answers, and everything in it is reached page by page."""

import html
import json
import re
import uuid

import pytest

from chassis.db.paging import PAGE_BYTES
from chassis.testing.plugin import wait_until
from services.clients.schemas.notes import LONGEST_NOTE
from services.support.schemas import LONGEST_MESSAGE
from tests.support.largest_requests import WIDE
from tests.support.portal_session import Person

EDITS = 30


def ask(system, method: str, path: str, **options):
    """The answer to a request, which is sent again as it is while the machine is too busy to answer in time."""

    def answered():
        answer = system.request(method, f"/api/v1{path}", **options)
        return [answer] if answer.status_code != 503 else []

    return wait_until(answered, f"an answer to {method} {path}", seconds=90)[0]


def write(system, method: str, path: str, body: dict, **headers: str) -> dict:
    """What a good write answers. It goes as UTF-8, in which a letter takes no more bytes than it has."""
    options = {
        "data": json.dumps(body, ensure_ascii=False).encode(),
        "headers": {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex, **headers},
    }
    answer = ask(system, method, path, **options)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def pages(system, path: str, **query) -> list[dict]:
    """All rows of a list, by its cursors; each page answers 200 and is no larger than a page may be."""
    rows, cursor = [], None
    while not rows or cursor:
        answer = ask(system, "GET", path, params={**query, "limit": 100, **({"after": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        assert len(json.dumps(answer.json(), ensure_ascii=False).encode()) < PAGE_BYTES + 8192
        rows, cursor = [*rows, *answer.json()["data"]], answer.json()["page"]["next"]
    return rows


@pytest.fixture(scope="module")
def edited(system) -> dict:
    """A client with a draft that was made anew thirty times, each time with other lines of a thousand characters."""
    wait_until(lambda: system.get("/clients").status_code == 200, "a system that has come up", seconds=60)
    client = system.new_client()
    path = f"/clients/{client['id']}/invoices"
    lines = [{"description": WIDE * 900, "quantity": "1", "unit_price": "1"}] * 30
    draft = write(system, "POST", path, {"lines": lines})
    for number in range(EDITS):
        lines = [{**line, "description": f"{number}{WIDE * 900}"} for line in lines]
        write(system, "PATCH", f"{path}/{draft['id']}", {"lines": lines}, **{"If-Match": f'"{number + 1}"'})
    wait_until(
        lambda: (
            system.get(f"/clients/{client['id']}/activity", params={"limit": 1}).json()["page"]["total"] >= EDITS + 2
        ),
        "the edits in the log",
        seconds=60,
    )
    return client


def test_the_log_of_thirty_large_edits_is_read_whole(system, edited):
    rows = pages(system, f"/clients/{edited['id']}/activity")
    assert len({row["id"] for row in rows}) == len(rows) == rows[0]["seq"] >= EDITS + 2
    assert sum(len(json.dumps(row, ensure_ascii=False).encode()) for row in rows) > 3 * PAGE_BYTES


def test_the_log_of_all_clients_is_read_over_them(system, edited):
    rows = pages(system, "/activity", category="Invoices")
    ours = [row for row in rows if row["client_id"] == edited["id"]]
    assert len({row["id"] for row in ours}) == len(ours) >= EDITS + 1


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_their_export_is_whole(system, edited, form):
    answer = ask(system, "GET", f"/clients/{edited['id']}/activity/export", params={"format": form})
    assert answer.status_code == 200
    ids = {row["hash"] for row in pages(system, f"/clients/{edited['id']}/activity")}
    assert all(one in answer.text for one in ids)


def test_invoices_of_many_long_lines_are_read_page_by_page(system):
    client = system.new_client()
    path = f"/clients/{client['id']}/invoices"
    lines = [{"description": WIDE * 1000, "quantity": "1", "unit_price": "1"}] * 50
    made = [write(system, "POST", path, {"lines": lines})["id"] for _ in range(8)]
    assert sorted(row["id"] for row in pages(system, path)) == sorted(made)


def test_notes_and_sticky_notes_of_the_longest_texts_are_read_page_by_page(system):
    client = system.new_client()
    path = f"/clients/{client['id']}/notes"
    made = [write(system, "POST", path, {"body": WIDE * LONGEST_NOTE, "sticky": True})["id"] for _ in range(30)]
    assert sorted(row["id"] for row in pages(system, path)) == sorted(made)
    assert 1 < len(system.get(f"/clients/{client['id']}").json()["summary"]["sticky_notes"]) <= 20


def test_a_ticket_of_long_replies_is_read_by_staff_and_client(system):
    client = system.new_client()
    path = f"/clients/{client['id']}/tickets"
    opened = system.post(path, {"subject": "Long", "body": "first"}).json()
    for number in range(69):
        write(system, "POST", f"{path}/{opened['id']}/replies", {"body": f"{number}{WIDE * (LONGEST_MESSAGE - 2)}"})
    page, read = ask(system, "GET", f"{path}/{opened['id']}"), []
    while True:
        assert page.status_code == 200, page.text
        read = [*(one["body"][:2] for one in page.json()["replies"]), *read]
        if not (cursor := page.json()["page"]["next"]):
            break
        page = ask(system, "GET", f"{path}/{opened['id']}", params={"after": cursor})
    assert read == ["fi", *(f"{n}{WIDE}"[:2] for n in range(69))]
    person = Person(system).invited(client)
    assert person.sign_in(client["profile"]["email"]).status_code == 303
    newest = person.get(f"/client/tickets/{opened['id']}")
    assert newest.status_code == 200 and ">68" in newest.text
    (older,) = re.findall(r'href="(/client/tickets/[^"]*after=[^"]*)"', newest.text)
    second = person.get(html.unescape(older))
    assert second.status_code == 200 and ">68" not in second.text and "Show the newest" in second.text
