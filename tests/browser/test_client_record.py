"""The client record: its head, its tabs, what each shows."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from gateway.composition.record_tabs import TAB_BAR
from tests.support.browser.list_page import turn_pages

TABS = {title: f"/{slug}" if slug else "" for slug, title in TAB_BAR.items()}


def amount(text: str) -> Decimal:
    """The number in an amount as it is shown, `−£1,284.40`."""
    return Decimal(re.sub(r"[^\d.-]", "", text.replace("−", "-")))


def tab(page: Page, name: str):
    return page.get_by_role("tab", name=re.compile(rf"^{name}\b"))


def selected(page: Page) -> str:
    return page.locator("[role=tab][aria-selected=true]").evaluate("tab => tab.firstChild.textContent.trim()")


def table_rows(page: Page) -> list[str]:
    return page.locator("#panel table[role=table]").first.locator("tbody tr").all_inner_texts()


def test_the_head_says_who_it_is_and_the_summary_what_is_owed(page, system, full):
    page.goto(f"/admin/clients/{full['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(full["name"])
    head = page.locator(".rhead")
    expect(head).to_contain_text(full["status"].capitalize())
    expect(head).to_contain_text(full["profile"]["email"])
    summary, known = page.get_by_role("region", name="Summary"), full["summary"]
    figures = summary.locator("dd.big").all_inner_texts()
    assert int(figures[0]) == known["active_services"]
    owed, credit = (Decimal(known[name]["amount"]) for name in ("outstanding", "credit_balance"))
    assert [amount(text) for text in figures[1:]] == [owed, credit]
    for tag in full["tags"]:
        expect(summary).to_contain_text(tag["name"])


def test_sticky_notes_stand_in_yellow_in_the_summary(page, full):
    page.goto(f"/admin/clients/{full['id']}")
    notes = page.locator("#summary").get_by_role("note")
    expect(notes).to_have_count(len(full["summary"]["sticky_notes"]))
    expect(notes.first).to_contain_text(full["summary"]["sticky_notes"][0]["body"])
    paint = notes.first.evaluate("note => getComputedStyle(note).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", paint)[:3])
    assert red > 230
    assert green > 200
    assert blue < green - 30


def test_the_newest_sticky_note_stays_above_every_other_tab(page, full):
    page.goto(f"/admin/clients/{full['id']}/invoices")
    expect(page.locator("#summary").get_by_role("note")).to_contain_text(full["summary"]["sticky_notes"][0]["body"])


def test_the_tabs_open_by_a_click_without_a_reload_and_back_returns(page, full):
    base = f"/admin/clients/{full['id']}"
    page.goto(base)
    assert page.get_by_role("tab").evaluate_all("tabs => tabs.map(tab => tab.firstChild.textContent.trim())") == list(
        TABS
    )
    page.evaluate("window.sameDocument = true")
    for name, path in list(TABS.items())[1:]:
        tab(page, name).click()
        expect(page).to_have_url(re.compile(f"{base}{path}$"))
        expect(page.locator("#panel-h")).to_have_text(name)
        expect(tab(page, name)).to_have_attribute("aria-selected", "true")
        expect(page).to_have_title(re.compile(name))
    assert page.evaluate("window.sameDocument")

    for name in ("Custom Fields", "Credits"):
        page.go_back()
        expect(page).to_have_url(re.compile(f"{base}{TABS[name]}$"))
        expect(page.locator("#panel-h")).to_have_text(name)
        assert selected(page) == name


def test_tabs_move_by_arrows_and_open_by_enter_and_t(page, full):
    page.goto(f"/admin/clients/{full['id']}")
    tab(page, "Overview").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Services")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-h")).to_have_text("Invoices")
    expect(tab(page, "Invoices")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#panel-h")).to_have_text("Orders")
    expect(tab(page, "Orders")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#panel-h")).to_have_text("Domains")
    expect(tab(page, "Domains")).to_be_focused()


def test_the_overview_shows_profile_billing_services_and_recent_activity(page, system, full):
    page.goto(f"/admin/clients/{full['id']}")
    profile = page.get_by_role("region", name="Profile")
    expect(profile).to_contain_text(f"{full['profile']['first_name']} {full['profile']['last_name']}")
    expect(profile).to_contain_text(full["profile"]["email"])
    expect(page.get_by_role("region", name="Billing")).to_contain_text(full["billing"]["currency"])
    newest = system.rows(f"/clients/{full['id']}/services")[0]
    expect(page.get_by_role("region", name="Services", exact=True)).to_contain_text(newest["product"])
    recent = page.get_by_role("region", name="Recent activity").get_by_role("listitem")
    assert 1 <= recent.count() <= 6
    for chart in ("Outstanding by age", "Credit balance", "Activity"):
        region = page.get_by_role("region", name=re.compile(rf"^{chart}"))
        expect(region).to_be_visible()
    assert page.locator("#part-charts svg").count() >= 3


@pytest.mark.parametrize(
    ("name", "text_of"),
    [
        ("Services", lambda row: row["product"]),
        ("Invoices", lambda row: row["number"] or "Draft"),
        ("Orders", lambda row: row["number"]),
        ("Domains", lambda row: row["name"]),
        ("Tickets", lambda row: row["subject"]),
        ("Contacts", lambda row: f"{row['first_name']} {row['last_name']}"),
        ("Credits", lambda row: row["description"]),
    ],
)
def test_a_tab_lists_what_the_api_answers(page, system, full, name, text_of):
    page.goto(f"/admin/clients/{full['id']}{TABS[name]}")
    wanted = system.rows(f"/clients/{full['id']}{TABS[name]}")
    shown = table_rows(page)
    assert len(shown) == len(wanted) > 0
    for text, row in zip(shown, wanted, strict=True):
        assert text_of(row) in text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Services", "No services yet"),
        ("Invoices", "No invoices yet"),
        ("Orders", "No orders yet"),
        ("Domains", "No domains yet"),
        ("Tickets", "No tickets yet"),
        ("Notes", "No notes yet"),
        ("Credits", "No credit entries yet"),
    ],
)
def test_an_empty_tab_says_so(page, bare, name, sentence):
    page.goto(f"/admin/clients/{bare['id']}{TABS[name]}")
    expect(page.locator("#panel").get_by_role("heading", name=sentence)).to_be_visible()
    assert table_rows(page) == []


def test_a_bare_client_has_a_whole_record_nonetheless(page, bare):
    page.goto(f"/admin/clients/{bare['id']}")
    panel = page.locator("#panel")
    for sentence in ("No services yet.", "No open tickets.", "No credit in the last 12 months"):
        expect(panel).to_contain_text(sentence)
    expect(page.locator("#summary").get_by_role("note")).to_have_count(0)
    tab(page, "Contacts").click()
    expect(panel).to_contain_text("Bea Bare")
    expect(panel).to_contain_text("Primary contact")
    tab(page, "Activity Log").click()
    expect(panel.get_by_role("listitem").filter(has_text="Ada Admin")).to_have_count(1)
    expect(page.get_by_text("Unknown")).to_have_count(0)


def test_notes_stand_sticky_first_then_newest_first(page, system, full):
    page.goto(f"/admin/clients/{full['id']}/notes")
    wanted = system.rows(f"/clients/{full['id']}/notes")
    articles = page.locator("#panel article")
    expect(articles).to_have_count(len(wanted))
    for text, note in zip(articles.all_inner_texts(), wanted, strict=True):
        assert note["body"].split("\n")[0] in text
        assert ("Sticky" in text) == (note["sticky"] and not note["unpinned_at"])
    assert "Sticky" in articles.first.inner_text()


def test_the_credit_ledger_carries_its_running_balance(page, system, full):
    page.goto(f"/admin/clients/{full['id']}/credits")
    changes = [amount(text) for text in page.locator("#panel tbody td[data-l=Amount]").all_inner_texts()]
    balances = [amount(text) for text in page.locator("#panel tbody td[data-l=Balance]").all_inner_texts()]
    assert balances[0] == Decimal(full["summary"]["credit_balance"]["amount"])
    for newer, change, older in zip(balances, changes, [*balances[1:], None], strict=True):
        assert older is None or newer == older + change


def test_custom_fields_show_value_and_who_sees_them(page, system, full):
    page.goto(f"/admin/clients/{full['id']}/custom-fields")
    seen = {"staff_only": "Staff only", "client_view": "Client can view", "client_edit": "Client can edit"}
    fields = system.get(f"/clients/{full['id']}/custom-fields").json()["data"]
    shown = page.locator("#panel .cfield")
    expect(shown).to_have_count(len(fields))
    for place, field in enumerate(fields):
        expect(shown.nth(place)).to_contain_text(field["label"])
        expect(shown.nth(place)).to_contain_text(seen[field["visibility"]])
        if field["type"] in ("text", "select") and field["value"]:
            expect(shown.nth(place).get_by_label(field["label"])).to_have_value(field["value"])


def test_invoices_filter_by_status(page, system, full):
    page.goto(f"/admin/clients/{full['id']}/invoices")
    page.get_by_role("navigation", name="Invoice status").get_by_role("link", name=re.compile("^Paid")).click()
    expect(page).to_have_url(re.compile(r"\?status=paid$"))
    wanted = system.rows(f"/clients/{full['id']}/invoices", status="paid")
    expect(page.locator("#panel tbody tr")).to_have_count(len(wanted))
    assert {row["status"] for row in wanted} == {"paid"}
    for text, row in zip(table_rows(page), wanted, strict=True):
        assert row["number"] in text
        assert "Paid" in text


def test_an_invoice_page_adds_up(page, system, full):
    wanted = next(row for row in system.rows(f"/clients/{full['id']}/invoices") if row["number"])
    page.goto(f"/admin/clients/{full['id']}/invoices")
    page.get_by_role("link", name=wanted["number"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted["number"])
    lines = [amount(text) for text in page.locator(".paper td[data-l=Amount]").all_inner_texts()]
    totals = page.locator(".paper dl.totals")
    names, figures = totals.locator("dt").all_inner_texts(), totals.locator("dd").all_inner_texts()
    sums = {name.strip(): amount(text) for name, text in zip(names, figures, strict=True)}
    assert len(lines) > 0
    assert sums["Subtotal"] == Decimal(wanted["subtotal"]["amount"])
    tax = sum(figure for name, figure in sums.items() if name.lower().startswith(("tax ", "no tax ")))
    assert tax == Decimal(wanted["tax_total"]["amount"])
    assert sums["Total"] == sums["Subtotal"] + tax == Decimal(wanted["total"]["amount"])
    taken = sums.get("Account credit applied", Decimal(0)) + sums.get("Payments", Decimal(0))
    assert sums["Amount due"] == sums["Total"] + taken == Decimal(wanted["amount_due"]["amount"])
    assert sum(lines) in (sums["Subtotal"], sums["Total"])


def test_a_ticket_page_shows_the_whole_thread_and_marks_what_clients_never_see(page, system, full):
    first = system.rows(f"/clients/{full['id']}/tickets")[0]
    ticket = system.get(f"/clients/{full['id']}/tickets/{first['id']}").json()
    page.goto(f"/admin/clients/{full['id']}/tickets")
    page.get_by_role("link", name=ticket["subject"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ticket["subject"])
    messages = page.locator(".thr article")
    expect(messages).to_have_count(len(ticket["replies"]))
    for text, reply in zip(messages.all_inner_texts(), ticket["replies"], strict=True):
        assert reply["author"]["name"] in text
        assert reply["body"].split("\n")[0] in text
        assert ("The client never sees this" in text) == reply["internal"]


def test_the_log_pages_to_its_first_entry_and_back(page, system, full):
    total = system.get(f"/clients/{full['id']}/activity").json()["page"]["total"]
    assert total > 25
    page.goto(f"/admin/clients/{full['id']}/activity")
    entries, requests = page.locator("#panel ol.tl [title^='Entry ']"), page.locator("#panel ol.tl > li")
    seen, first = entries.count(), requests.first.inner_text()
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("after="))
    seen += entries.count()
    for _ in turn_pages(page, "Older"):
        seen += entries.count()
    assert seen == total
    expect(requests.last).to_contain_text("created")
    for _ in turn_pages(page, "Newer"):
        assert "before=" in page.url
    assert requests.first.inner_text() == first


def test_the_log_filters_by_type_and_says_when_nothing_matches(page, system, full):
    page.goto(f"/admin/clients/{full['id']}/activity")
    page.get_by_role("combobox", name="Category").select_option(label="Notes")
    expect(page).to_have_url(re.compile(r"\?category=Notes$"))
    wanted = system.get(f"/clients/{full['id']}/activity", category="Notes").json()["page"]["total"]
    expect(page.locator("#panel ol.tl [title^='Entry ']")).to_have_count(wanted)
    page.get_by_label("Actor", exact=True).fill("nobody of this name")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()
    page.locator("#panel .empty-s").get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/activity$"))
    expect(page.locator("#panel ol.tl > li").first).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "01a20507-26a8-7039-9ff4-a652b686c7bb",
        "not-an-id",
        "../clients/%00",
        "01a20507-26a8-7039-9ff4-a652b686c7bb/invoices",
    ],
)
def test_an_unknown_or_malformed_id_is_nothing(page, console_messages, path):
    console_messages.expect_status(404)
    answer = page.goto(f"/admin/clients/{path}")
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is nothing here", level=1)).to_be_visible()


def test_an_invoice_of_another_client_is_nothing(page, system, console_messages, full, bare):
    console_messages.expect_status(404)
    invoice = system.rows(f"/clients/{full['id']}/invoices")[0]
    assert page.goto(f"/admin/clients/{bare['id']}/invoices/{invoice['id']}").status == 404


@pytest.mark.parametrize("width", [360, 820, 900, 1024, 1100, 1280, 1440, 1920])
def test_the_charts_of_the_overview_keep_their_size(open_page, full, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"/admin/clients/{full['id']}")
    for tick in page.locator(".trio .ch-tick").all():
        assert 9 <= tick.bounding_box()["height"] <= 20


@pytest.mark.parametrize("width", [390, 1440])
def test_the_chart_of_credit_shows_its_scale_at_every_width(open_page, full, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"/admin/clients/{full['id']}/credits")
    chart = page.get_by_role("img", name=re.compile("on a scale from"))
    expect(chart).to_have_count(1)
    frame = page.locator(".credit-head").bounding_box()
    for tick in chart.locator("text[text-anchor=end]").all():
        box = tick.bounding_box()
        assert frame["x"] <= box["x"] and box["height"] >= 9


def test_on_paper_a_record_is_light_and_its_tables_are_tables_without_what_only_a_screen_can_do(open_page, full):
    page = open_page(color_scheme="dark", viewport={"width": 718, "height": 1000})
    page.goto(f"/admin/clients/{full['id']}/invoices")
    page.emulate_media(media="print")
    for part in (".side", ".top", "#tabs", ".qa", ".foot", "#panel .tools"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator("#panel thead th").first).to_be_visible()
    assert page.locator("#panel tbody tr").first.evaluate("row => getComputedStyle(row).display") == "table-row"
    ink, ground = (
        page.locator("h1").evaluate(f"one => getComputedStyle(one).getPropertyValue('{token}').trim()")
        for token in ("--c-text", "--c-surface")
    )
    assert (ink, ground) == ("#171d2b", "#fff")


@pytest.mark.parametrize("path", [path for path in TABS.values() if path])
def test_on_a_phone_head_and_tabs_leave_two_thirds_of_the_screen_to_the_tab(phone, full, path):
    phone.goto(f"/admin/clients/{full['id']}{path}")
    top, end = (
        phone.locator(part).evaluate(f"part => part.getBoundingClientRect().{edge}")
        for part, edge in (("#rhead", "top"), ("#tabs", "bottom"))
    )
    assert end - top < phone.viewport_size["height"] / 3
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect(phone.locator("#summary").get_by_role("note")).to_be_visible()
