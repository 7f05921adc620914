"""New Client: the form, what it refuses, and what comes of it."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log


def fill(page: Page, **values: str) -> None:
    """Type into the fields of the form, by the names of their elements."""
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(value)


@pytest.fixture
def form(page) -> Page:
    """The empty form."""
    page.goto("/admin/clients")
    page.get_by_role("link", name="New Client").click()
    expect(page.get_by_role("heading", name="New Client", level=1)).to_be_visible()
    return page


def test_faulty_fields_are_all_named_and_what_was_typed_stays(form, console_messages):
    console_messages.expect_status(422)
    fill(form, first_name="Nora", email="not an address", city="Gdańsk", phone="12")
    form.get_by_role("button", name="Create Client").click()
    summary = form.get_by_role("alert")
    expect(summary).to_contain_text("Nothing was saved")
    expect(summary).to_be_focused()
    expect(form.locator("#f-last_name")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#f-email")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#f-first_name")).not_to_have_attribute("aria-invalid", "true")
    expect(form.locator("#f-first_name")).to_have_value("Nora")
    expect(form.locator("#f-city")).to_have_value("Gdańsk")
    summary.get_by_role("link", name=re.compile("^Email")).click()
    expect(form.locator("#f-email")).to_be_focused()


def test_a_duplicate_email_names_the_other_client_and_passes_when_it_is_meant(form, system, console_messages):
    console_messages.expect_status(409)
    other = system.new_client(company="Original Owner Ltd")
    fill(form, first_name="Nora", last_name="Second", email=other["profile"]["email"])
    form.get_by_role("button", name="Create Client").click()
    expect(form.locator("#f-email-h")).to_contain_text("Original Owner Ltd")
    expect(form.locator(f"#f-email-h a[href='/admin/clients/{other['id']}']")).to_be_visible()
    form.get_by_role("checkbox", name=re.compile("It is meant")).check()
    form.get_by_role("button", name="Create Client").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Nora Second")
    same = [row["name"] for row in system.rows("/clients", q=other["profile"]["email"])]
    assert sorted(same) == ["Nora Second", "Original Owner Ltd"]


def test_a_new_client_stands_on_its_record_and_in_its_log_within_a_second(form, system):
    group = system.rows("/client-groups")[0]
    tag = system.rows("/tags")[0]
    email = f"{uuid.uuid4().hex[:12]}@example.com"
    fill(
        form,
        first_name="Zoë",
        last_name="O’Brien & <b>Co</b>",
        company="Ærø Håndværk A/S",
        email=email,
        phone="+45 32 12 34 56",
        address1="Vestergade 1",
        city="Ærøskøbing",
        postcode="5970",
        tax_id="DK12345678",
    )
    form.locator("#f-group_id").select_option(label=group["name"])
    form.locator("#f-country").select_option(label="Denmark")
    form.locator("#f-currency").select_option(value="DKK")
    form.get_by_role("group", name="Tags").get_by_label(tag["name"], exact=True).check()
    form.get_by_role("button", name="Create Client").click()

    expect(form).to_have_url(re.compile(r"/admin/clients/[0-9a-f-]{36}$"))
    expect(form.get_by_role("heading", level=1)).to_have_text("Ærø Håndværk A/S")
    profile = form.get_by_role("region", name="Profile")
    for text in ("Zoë O’Brien & <b>Co</b>", email, "+45 32 12 34 56", "Ærøskøbing", "Denmark", "DK12345678"):
        expect(profile).to_contain_text(text)
    expect(form.locator(".rhead")).to_contain_text(group["name"])
    expect(form.locator("#summary")).to_contain_text(tag["name"])
    expect(form.get_by_role("region", name="Billing")).to_contain_text("DKK")

    client_id = form.url.rsplit("/", 1)[1]
    entry = in_log(form, {"id": client_id}, "created").locator("ol.tl > li").filter(has_text="Ada Admin")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("created")


def test_a_form_that_is_sent_twice_makes_one_client(form, system):
    email = f"{uuid.uuid4().hex[:12]}@example.com"
    fill(form, first_name="Una", last_name="Once", email=email)
    form.get_by_role("button", name="Create Client").dblclick()
    expect(form.get_by_role("heading", level=1)).to_have_text("Una Once")
    assert len(system.rows("/clients", q=email)) == 1


def test_the_form_works_without_javascript(open_page, system):
    page = open_page(java_script_enabled=False)
    email = f"{uuid.uuid4().hex[:12]}@example.com"
    page.goto("/admin/clients/new")
    fill(page, first_name="Nils", last_name="Noscript", email=email)
    page.get_by_role("button", name="Create Client").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Nils Noscript"
    assert len(system.rows("/clients", q=email)) == 1
