"""Saved views, columns and exports of the client list, through the API and the admin's pages."""

import csv
import io
import json
import re
import uuid
import zipfile

import pytest

from chassis.testing.plugin import wait_until
from tests.support.staff_session import StaffBrowser, make_staff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def word() -> str:
    """What the names of these clients have in common and no others."""
    return f"views{uuid.uuid4().hex[:10]}"


@pytest.fixture(scope="module")
def listed(system, word) -> list[dict]:
    """Three clients, one of whom has a name that a spreadsheet would compute."""
    return [
        system.new_client(company=f"{word} one", city="Leeds"),
        system.new_client(company=f"{word} two", city="=1+1"),
        system.new_client(company=f"{word} three", city="Bonn"),
    ]


@pytest.fixture
def admin(system) -> StaffBrowser:
    """The browser of a signed-in admin of their own."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "admin")["email"])
    return browser


def change(system, path: str, body: dict):
    return system.request("PATCH", f"/api/v1{path}", json=body)


def rows_of(page: str) -> int:
    return page.count("<tr ") - 1


def test_a_view_is_made_counted_opened_arranged_and_deleted_by_the_api(system, word, listed):
    made = system.post(
        "/views", {"name": f"{word} bonn", "filter": f"city = Bonn AND name:{word}", "columns": ["city"]}
    )
    assert made.status_code == 201 and made.headers["Location"] == f"/api/v1/views/{made.json()['id']}"
    view = made.json()
    assert system.get(f"/views/{view['id']}").json() == view
    count = next(one for one in system.get("/views/counts").json()["data"] if one["id"] == view["id"])
    assert (count["total"], count["exact"], count["fault"]) == (1, True, None)
    first = change(system, f"/views/{view['id']}", {"position": 0, "name": f"{word} renamed"})
    assert first.status_code == 200, first.text
    assert system.get("/views").json()["data"][0]["name"] == f"{word} renamed"
    deleted = system.request("DELETE", "/api/v1" + f"/views/{view['id']}")
    assert (deleted.status_code, deleted.json()) == (200, {"deleted": view["id"]})
    assert system.get(f"/views/{view['id']}").status_code == 404


def test_a_view_is_saved_under_an_idempotency_key_alone(system, word):
    body = {"name": f"{word} keyed"}
    refused = system.request("POST", "/api/v1/views", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = [system.post("/views", body, headers=key).json()["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_the_log_names_views_and_exports(system, word, listed):
    name = f"{word} logged"
    view = system.post("/views", {"name": name}).json()
    change(system, f"/views/{view['id']}", {"filter": "status = active"})
    system.request("DELETE", "/api/v1" + f"/views/{view['id']}")
    assert system.get("/clients/export", params={"format": "csv", "filter": f"name:{word}"}).status_code == 200

    def sentences() -> set[str]:
        return {entry["action"] for entry in system.get("/activity", params={"limit": "100"}).json()["data"]}

    wanted = {
        f"saved the view {name}",
        f"deleted the view {name}",
        f"took the client list as csv, 3 rows, filtered by name:{word}",
    }
    wait_until(lambda: wanted <= sentences(), "the log's sentences")


def test_the_list_answers_the_columns_that_are_asked_for(system, word, listed):
    answer = system.get("/clients", params={"q": word, "fields": "city,name,created_by", "sort": "joined"}).json()
    assert [row["columns"]["city"] for row in answer["data"]] == ["Leeds", "=1+1", "Bonn"]
    assert set(answer["data"][0]["columns"]) == {"city", "created_by"}
    assert "columns" not in system.get("/clients", params={"q": word}).json()["data"][0]
    refused = system.get("/clients", params={"fields": "city,password"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/fields")


def test_csv_has_the_list_as_filtered_in_its_order_and_columns(system, word, listed):
    query = {"format": "csv", "filter": f"name:{word}", "sort": "-joined", "fields": "name,city,outstanding"}
    answer = system.get("/clients/export", params=query)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="clients-\d{8}-\d{6}\.csv"', answer.headers["Content-Disposition"])
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert lines == [
        ["Name", "City", "Outstanding", "Currency"],
        [f"{word} three", "Bonn", "0.00", listed[2]["billing"]["currency"]],
        [f"{word} two", "'=1+1", "0.00", listed[1]["billing"]["currency"]],
        [f"{word} one", "Leeds", "0.00", listed[0]["billing"]["currency"]],
    ]


def test_xlsx_is_a_workbook_without_formulas(system, word, listed):
    answer = system.get("/clients/export", params={"format": "xlsx", "q": word, "fields": "name,city"})
    assert answer.headers["Content-Type"] == XLSX
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "=1+1" in sheet and f"{word} three" in sheet


def test_an_export_of_nothing_is_its_headings(system, word):
    answer = system.get("/clients/export", params={"format": "csv", "q": f"{word}nobody", "fields": "name,email"})
    assert answer.content.decode("utf-8-sig").strip() == '"Name","Email"'


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ({}, 422, "/format"),
        ({"format": "pdf"}, 422, "/format"),
        ({"format": "csv", "filter": "nothing = 1"}, 422, "/filter"),
        ({"format": "csv", "fields": "password"}, 422, "/fields"),
        ({"format": "csv", "limit": "5"}, 422, "/limit"),
    ],
)
def test_a_faulty_export_is_a_problem_and_no_file(system, query, status, pointer):
    answer = system.get("/clients/export", params=query)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


def test_the_page_saves_updates_duplicates_moves_and_deletes_a_view(admin, word, listed):
    listed_at = f"/admin/clients?filter=name%3A{word}&sort=-joined"
    saved = admin.send(
        "/admin/clients/views/new",
        form_at=listed_at,
        name=f"{word} mine",
        pinned="true",
        filter=f"name:{word}",
        sort="-joined",
        columns="name,city",
    )
    assert saved.status_code == 303, saved.text
    place = saved.headers["Location"]
    opened = admin.get(place).text
    assert rows_of(opened) == 3 and f"{word} mine" in opened and "Leeds" in opened
    view_id = place.rpartition("=")[2]
    updated = admin.send(
        "/admin/clients/views/new", form_at=listed_at, update=view_id, filter=f"name:{word} AND city = Bonn"
    )
    assert updated.status_code == 303
    assert rows_of(admin.get(place).text) == 1
    moved = admin.send(f"/admin/clients/views/{view_id}/move", form_at=place, direction="left")
    assert moved.status_code == 303
    bar = re.findall(r'data-count="([^"]+)"', admin.get(place).text)
    assert bar.index(view_id) == len(bar) - 2
    assert "(copy)" in admin.get(f"/admin/clients/views/{view_id}/duplicate").text
    edited = admin.send(f"/admin/clients/views/{view_id}/edit", name=f"{word} other", default="true")
    assert edited.status_code == 303
    assert (
        f"{word} other" in admin.get("/admin/clients").text
        and 'href="/admin/clients?view=all"' in admin.get(place).text
    )
    deleted = admin.send(f"/admin/clients/views/{view_id}/delete")
    assert (deleted.status_code, deleted.headers["Location"]) == (303, "/admin/clients")
    assert "This view is gone." in admin.get(place).text


def test_pills_become_part_of_a_views_filter(admin, system):
    group = system.post("/client-groups", {"name": f'A "B" {uuid.uuid4().hex[:6]}', "colour": "#4263eb"}).json()
    form = admin.get(f"/admin/clients/views/new?status=active&group={group['id']}&filter=outstanding+%3E+0").text
    text = re.search(r'name="filter" value="([^"]*)"', form)[1].replace("&#34;", '"').replace("&gt;", ">")
    escaped = group["name"].replace('"', '\\"')
    assert text == f'status = active AND group = "{escaped}" AND (outstanding > 0)'
    assert system.get("/clients", params={"filter": text}).status_code == 200


def test_a_colleague_opens_the_link_and_the_view_is_not_theirs(admin, system, word, listed):
    saved = admin.send(
        "/admin/clients/views/new", form_at="/admin/clients", name=f"{word} link", filter=f"name:{word}", pinned="true"
    )
    colleague = StaffBrowser(system.origin)
    colleague.sign_in(make_staff(system, "support")["email"])
    opened = colleague.get(saved.headers["Location"]).text
    assert rows_of(opened) == 3 and f"{word} link" in opened and "/delete" not in opened
    assert f"{word} link" not in colleague.get("/admin/clients").text
    view_id = saved.headers["Location"].rpartition("=")[2]
    assert colleague.send(f"/admin/clients/views/{view_id}/delete", form_at="/admin/clients").status_code == 404


def test_columns_are_kept_for_a_person_and_given_back(admin, word, listed):
    shown = {
        "density": "compact",
        "column": ["city", "status"],
        "width.city": "200",
        "width.status": "118",
        "width.name": "270",
    }
    assert admin.send("/admin/clients/columns", form_at="/admin/clients", **shown).status_code == 303
    page = admin.get(f"/admin/clients?q={word}").text
    headings = [text.strip() for text in re.findall(r"<th\b[^>]*>\s*(?:<a[^>]*>)?\s*(?:<bdi>)?([A-Z][^<]*)", page)]
    assert headings == ["City", "Status", "Name"] and '<col width="200">' in page and " compact" in page
    assert admin.send("/admin/clients/columns", form_at="/admin/clients", standard="true").status_code == 303
    assert page.count("</th>") == 4 and admin.get(f"/admin/clients?q={word}").text.count("</th>") == 8
    refused = admin.send("/admin/clients/columns", form_at="/admin/clients", **{**shown, "width.city": "9000"})
    assert refused.status_code == 422


def test_the_page_exports_with_progress_and_only_to_those_who_may(admin, system, word, listed):
    form = admin.get(f"/admin/clients/export?q={word}").text
    assert "3 clients as filtered, 7 columns" in re.sub(r"\s+", " ", form)
    export_id = re.search(r'name="csv_id" value="([^"]+)"', form)[1]
    sent = {"q": word, "format": "csv", "fields": "name,city", "csv_id": export_id}
    file = admin.send("/admin/clients/export", form_at=f"/admin/clients/export?q={word}", **sent)
    assert file.status_code == 200 and file.content.count(b"\n") == 4
    progress = json.loads(admin.get(f"/admin/clients/export/progress?id={export_id}").text)
    assert progress == {"rows": 3, "total": 3, "exact": True, "finished": True}
    reader = StaffBrowser(system.origin)
    reader.sign_in(make_staff(system, "support")["email"])
    assert reader.get(f"/admin/clients/export?q={word}").status_code == 403
    assert reader.get(f"/admin/clients/export/progress?id={export_id}").status_code == 403
    assert "/admin/clients/export" not in reader.get("/admin/clients").text
