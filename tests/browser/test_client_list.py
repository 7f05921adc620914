"""The client list: search, filters, order, pages."""

import re
import unicodedata
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.support.browser.list_page import choose, column, expect_only, rows, shown_ids, turn_pages

COLUMNS = ["Name", "Email", "Group", "Services", "Outstanding", "Last login", "Status"]


@pytest.fixture(scope="module")
def findable(system):
    """Clients whose names are hard to find; all else in the system is the demo's."""
    for company, first, last in [
        ("Überraschung & Söhne", "Łukasz", "Żółć"),
        ("100% Wolle", "Ed", "Moss"),
        ("snake_case Qx9", "Ida", "Ray"),
        ("snakeXcase Werke", "Jo", "Kay"),
    ]:
        system.new_client(company=company, first_name=first, last_name=last)


def search(page, text: str) -> None:
    page.get_by_label("Search name, company, email or phone").fill(text)


def test_the_list_has_its_seven_columns_and_says_how_many_clients_there_are(page, system):
    page.goto("/admin/clients")
    assert [head.strip() for head in page.locator("#rows thead th:not(.c)").all_inner_texts()] == COLUMNS
    total = system.get("/clients").json()["page"]["total"]
    assert total >= 120
    expect(page.locator("#count")).to_have_text(str(total))
    expect(rows(page)).to_have_count(25)
    expect(page.locator("#foot")).to_contain_text(f"1–25 of {total}")


def test_each_row_shows_what_the_api_answers(page, system):
    page.goto("/admin/clients?sort=-joined")
    for row, name, email, group in zip(
        system.rows("/clients", sort="-joined"), column(page, 1), column(page, 2), column(page, 3), strict=True
    ):
        assert (row["name"] in name, email.strip()) == (True, row["email"])
        assert group.strip() == (row["group"]["name"] if row["group"] else group.strip())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("raschung", "Überraschung & Söhne"),
        ("UBERRASCHUNG", "Überraschung & Söhne"),
        ("sohne", "Überraschung & Söhne"),
        ("zolc", "Überraschung & Söhne"),
        ("Żółć Łukasz", "Überraschung & Söhne"),
        ("%", "100% Wolle"),
        ("0% w", "100% Wolle"),
        ("snake_c", "snake_case Qx9"),
    ],
)
def test_search_finds_parts_whatever_their_accents_and_takes_wildcards_literally(page, findable, typed, found):
    page.goto("/admin/clients")
    search(page, typed)
    expect_only(page, found)
    expect(page.locator("#count")).to_have_text("1")


@pytest.mark.parametrize("typed", ["q", "qx"])
def test_search_works_with_one_and_two_letters(page, findable, typed):
    page.goto("/admin/clients")
    search(page, typed)
    expect(page).to_have_url(re.compile(rf"[?&]q={typed}$"))
    expect(rows(page).filter(has_text="snake_case Qx9")).to_have_count(1)
    if len(typed) > 1:
        expect(rows(page)).to_have_count(1)


def test_search_looks_at_emails_too(page, system):
    client = system.new_client(email="kestrel.unmistakable@example.com")
    page.goto("/admin/clients")
    search(page, "kestrel.UNMIS")
    expect(rows(page)).to_have_count(1)
    assert shown_ids(page) == [client["id"]]


def test_what_is_typed_stands_in_the_address_and_survives_a_reload(page, findable):
    page.goto("/admin/clients")
    search(page, "wolle")
    expect_only(page, "100% Wolle")
    expect(page).to_have_url(re.compile(r"/admin/clients\?q=wolle$"))
    page.reload()
    expect(page.get_by_label("Search name, company, email or phone")).to_have_value("wolle")
    expect_only(page, "100% Wolle")


def test_filters_by_group_and_status_join_and_stand_in_the_address(page, system):
    group = next(g for g in system.rows("/client-groups") if system.rows("/clients", group=g["id"], status="active"))
    page.goto("/admin/clients")
    choose(page, "Group", group["name"])
    expect(page).to_have_url(re.compile(rf"\?group={group['id']}$"))
    wanted = [row["id"] for row in system.rows("/clients", group=group["id"])]
    expect(rows(page)).to_have_count(len(wanted))
    assert shown_ids(page) == wanted
    assert {text.strip() for text in column(page, 3)} == {group["name"]}

    choose(page, "Status", "Active")
    expect(page).to_have_url(re.compile(rf"\?group={group['id']}&status=active$"))
    wanted = [row["id"] for row in system.rows("/clients", group=group["id"], status="active")]
    expect(rows(page)).to_have_count(len(wanted))
    assert shown_ids(page) == wanted
    assert {text.strip() for text in column(page, 7)} == {"Active"}

    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/admin/clients$"))
    expect(rows(page)).to_have_count(25)


@pytest.mark.parametrize("status", ["Active", "Suspended", "Inactive"])
def test_each_status_can_be_filtered_by(page, status):
    page.goto("/admin/clients")
    choose(page, "Status", status)
    expect(page).to_have_url(re.compile(rf"\?status={status.lower()}$"))
    assert {text.strip() for text in column(page, 7)} == {status}


def test_clients_without_a_group_can_be_found(page, system):
    client = system.new_client(last_name="Groupless")
    page.goto("/admin/clients?q=groupless")
    choose(page, "Group", "No group")
    expect(page).to_have_url(re.compile(r"\?q=groupless&group=none$"))
    assert shown_ids(page) == [client["id"]]


def test_the_back_button_takes_a_filter_off_again(page):
    page.goto("/admin/clients")
    choose(page, "Status", "Suspended")
    expect(page).to_have_url(re.compile(r"status=suspended"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/admin/clients$"))
    expect(page.get_by_role("combobox", name="Status")).to_have_value("")
    expect(rows(page)).to_have_count(25)


@pytest.mark.parametrize(
    ("label", "key", "field"),
    [
        ("Name A–Z", None, "name"),
        ("Name Z–A", "-name", "name"),
        ("Join date, newest", "-joined", "joined_at"),
        ("Join date, oldest", "joined", "joined_at"),
        ("Last login, newest", "-last_login", "last_login_at"),
        ("Last login, oldest", "last_login", "last_login_at"),
    ],
)
def test_the_list_sorts_by_each_key_both_ways(page, system, label, key, field):
    page.goto("/admin/clients?sort=-joined" if key != "-joined" else "/admin/clients")
    choose(page, "Sort", label)
    expect(page).to_have_url(re.compile(rf"\?sort={key}$" if key else r"/admin/clients$"))
    expect(page.get_by_role("table")).to_have_accessible_name(f"Clients, sorted by {label.lower()}")
    by_id = {row["id"]: row for row in system.rows("/clients", limit=100, **({"sort": key} if key else {}))}
    values = [order_of(by_id[one][field]) for one in shown_ids(page) if by_id[one][field]]
    assert len(values) > 5
    assert values == sorted(values, reverse=label in ("Name Z–A", "Join date, newest", "Last login, newest"))


def order_of(value: str):
    """A time as a time; of a name its first letter, without its accent."""
    is_time = re.match(r"\d{4}-\d\d-\d\dT", value)
    return datetime.fromisoformat(value) if is_time else unicodedata.normalize("NFKD", value)[0].lower()


def test_the_heads_of_name_and_last_login_sort_too(page):
    page.goto("/admin/clients")
    head = page.get_by_role("columnheader", name="Name")
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"\?sort=-name$"))
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("columnheader", name="Last login").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"\?sort=-last_login$"))


@pytest.mark.parametrize(("head", "key"), [("Services", "services"), ("Outstanding", "outstanding")])
def test_the_heads_of_what_billing_counts_sort_by_the_most_first_and_then_the_other_way(page, system, head, key):
    page.goto("/admin/clients")
    for sort, order in ((f"-{key}", "descending"), (key, "ascending")):
        page.get_by_role("columnheader", name=head).get_by_role("link").click()
        expect(page).to_have_url(re.compile(rf"\?sort={sort}$"))
        expect(page.get_by_role("columnheader", name=head)).to_have_attribute("aria-sort", order)
        assert shown_ids(page) == [row["id"] for row in system.rows("/clients", sort=sort, limit=25)]


def test_next_and_prev_walk_every_client_once_and_back(page, system):
    page.goto("/admin/clients?status=active")
    total, seen, first = int(page.locator("#count").inner_text()), shown_ids(page), shown_ids(page)
    assert total > 50
    for _ in turn_pages(page, "Next"):
        assert "status=active" in page.url and "after=" in page.url
        before = len(seen)
        seen += shown_ids(page)
        expect(page.locator("#foot")).to_contain_text(f"{before + 1}–{len(seen)} of {total} clients")
    assert (len(seen), len(set(seen))) == (total, total)
    assert len(list(turn_pages(page, "Prev"))) == (total - 1) // 25
    assert shown_ids(page) == first


def test_nothing_found_says_so_and_leads_out(page):
    page.goto("/admin/clients?status=active")
    search(page, "no client is called this")
    expect(page.get_by_role("heading", name=re.compile("No clients match “no client is called this”"))).to_be_visible()
    page.get_by_role("link", name="Search every client").click()
    expect(page).to_have_url(re.compile(r"\?q=no\+client|\?q=no%20client"))
    page.get_by_role("link", name="Clear filters").first.click()
    expect(rows(page)).to_have_count(25)


@pytest.mark.parametrize(
    ("query", "named"), [("sort=shoe_size", "sort"), ("colour=red", "colour"), ("status=happy", "status")]
)
def test_a_mistyped_address_is_refused_by_name(page, console_messages, query, named):
    console_messages.expect_status(422)
    answer = page.goto(f"/admin/clients?{query}")
    assert answer.status == 422
    expect(page.get_by_role("alert")).to_contain_text(named)
