"""The client record, its tabs, the invoice and the ticket."""

import re

import pytest

from gateway.composition.record_tabs import TAB_BAR
from tests.support.pages.drawing import HEAD, OVERVIEW, PAGES, TAB_PAGES, draw, one_line, part
from tests.support.pages.samples import CREDIT, ENTRY, ORDER, answer, client, gbp, note


def test_the_record_has_its_tabs_in_order_with_their_counts():
    tabs = re.findall(r'<a role="tab"[^>]*>([^<]+)', draw("clients/overview.html"))
    assert [name.strip() for name in tabs] == list(TAB_BAR.values())
    assert 'Invoices <span class="n">46</span>' in draw("clients/overview.html")


def test_a_tab_alone_brings_summary_and_tabs_out_of_band():
    html = part("clients/services.html")
    assert re.search(r'<section class="summary slim" id="summary"[^>]* hx-swap-oob="true"', html)
    assert re.search(r'id="tabs"[^>]* hx-swap-oob="true"', html) and html.count('aria-selected="true"') == 1


@pytest.mark.parametrize("name", TAB_PAGES)
def test_a_tab_whose_owner_is_away_offers_retry_and_keeps_the_head(name):
    html = draw(name, items=None)
    assert "Temporarily unavailable" in html and "Retry" in html and "Do not auto-suspend." in html


@pytest.mark.parametrize("name", TAB_PAGES)
def test_a_tab_without_entries_says_so(name):
    assert 'class="empty-s"' in draw(name, items=answer())


def test_a_record_without_billing_shows_unknown_figures_and_the_rest():
    html = draw("clients/overview.html", totals=None, billing=None, account=None)
    assert html.count("Unknown") == 3 and "£0.00" not in html and "Where is my invoice?" in html


@pytest.mark.parametrize(
    ("missing", "section"), [("tickets", "part-tickets"), ("activity", "part-activity"), ("account", "part-billing")]
)
def test_a_section_that_failed_is_asked_for_alone(missing, section):
    html = draw("clients/overview.html", **{missing: None})
    assert f'hx-select="#{section}" hx-target="#{section}" hx-swap="outerHTML"' in html


def test_sticky_notes_stand_on_the_record_in_full_and_in_one_line_elsewhere():
    two = client(sticky_notes=[note(body="First"), note(body="Second")])
    assert "Second" in draw("clients/overview.html", client=two)
    slim = draw("clients/services.html", client=two)
    assert "Second" not in slim and ">1 more</a>" in slim


def test_the_ledger_shows_sign_and_balance_of_each_entry():
    html = draw(
        "clients/credits.html",
        items=answer({**CREDIT, "amount": gbp("240.00"), "balance_after": gbp("265.00")}, CREDIT),
    )
    assert "+£240.00" in html and "£265.00" in html and "−£25.00" in html


def test_the_invoice_shows_lines_tax_totals_and_what_is_due():
    html = draw("clients/invoice.html")
    for text in ("2.5", "£80.00", "20%", "£65.76", "£406.56", "−£25.00", "−£69.16", "£312.40", "43 days overdue"):
        assert text in html


def test_an_internal_note_of_a_ticket_is_marked():
    html = draw("clients/ticket.html")
    assert (
        '<article class="msg note">' in html
        and "The client never sees this" in html
        and html.count('<p class="pre">') == 2
    )


def test_the_log_groups_entries_by_day_and_shows_old_and_new():
    html = draw("clients/activity.html")
    assert (
        '<h3 class="day">Sunday 22 November</h3>' in html
        and "<ins><bdi>GB 293</bdi></ins>" in html
        and "198.51.100.7" in html
    )


def test_an_act_under_impersonation_names_both_people():
    entry = {**OVERVIEW["activity"]["recent"][0], "acting_as": {"contact_id": "p1", "name": "Imogen Hartley"}}
    html = draw("clients/activity.html", items=answer(entry))
    assert '<li class="imp">' in html and "<b><bdi>Ines Carvalho</bdi></b> as <bdi>Imogen Hartley</bdi>" in html


def test_the_counts_of_the_record_stand_on_the_tabs_even_when_one_is_not_known():
    assert "Activity Log</a>" in draw("clients/services.html", **HEAD)


def test_the_segments_show_how_many_there_are_of_each_state():
    invoices = {**PAGES["clients/invoices.html"]["items"], "counts": {"unpaid": 1, "overdue": 2, "paid": 38}}
    html = draw("clients/invoices.html", items=invoices, filters={"status": "overdue"})
    segments = re.findall(r'<a href="([^"]+)" hx-get[^>]*?( aria-current="true")?>(\w+)<span class="n">(\d+)', html)
    assert segments[0] == ("/admin/clients/c1/invoices", "", "All", "41")
    assert ("/admin/clients/c1/invoices?status=overdue", ' aria-current="true"', "Overdue", "2") in segments


def test_a_state_with_no_entries_leads_back_to_all():
    html = draw("clients/tickets.html", items=answer(), filters={"status": "on_hold"})
    assert "No on hold tickets" in html and 'href="/admin/clients/c1/tickets"' in html


def test_a_corrected_note_and_its_correction_say_so():
    html = draw("clients/notes.html", items=answer(note(superseded_by="n2"), note(id="n2", supersedes="n1")))
    assert html.count("Corrected since") == 1 and html.count(">Correction<") == 1


def test_the_log_writes_states_as_words_and_other_values_as_they_are():
    changes = [
        {"field": "status", "old": "customer_reply", "new": "in_progress"},
        {"field": "city", "old": "san_jose", "new": "São Paulo"},
        {"field": "tax_exempt", "old": False, "new": True},
        {"field": "total", "old": gbp("1.00"), "new": gbp("2.50")},
        {"field": "tags", "old": [], "new": ["net-30", "EU VAT"]},
    ]
    html = draw("clients/activity.html", items=answer({**ENTRY, "changes": changes}))
    for text in (
        "Customer reply",
        "In progress",
        "san_jose",
        "São Paulo",
        "No",
        "Yes",
        "£1.00",
        "£2.50",
        "net-30",
        "EU VAT",
    ):
        assert f"<bdi>{text}</bdi>" in html
    assert html.count('<span class="mute">empty</span>') == 1


@pytest.mark.parametrize(
    ("doing", "states", "said"),
    [
        ("approve", [("pending", "pending")], "1 service and 1 domain that wait become active"),
        ("approve", [("pending", None), ("pending", None)], "2 services that wait become active"),
        ("approve", [("active", "pending")], "1 domain that waits becomes active"),
        ("cancel", [("pending", None)], "1 service that waits is cancelled"),
        ("mark-fraud", [("pending", "pending"), ("cancelled", None)], "1 service and 1 domain that wait are cancelled"),
    ],
)
def test_what_an_order_still_holds_is_named_and_nothing_of_which_there_is_none(doing, states, said):
    items = [
        {**ORDER["items"][0], "service_status": service, "domain_status": domain, "domain": domain and "a.example"}
        for service, domain in states
    ]
    assert said in one_line(draw("clients/order_action.html", doing=doing, order={**ORDER, "items": items}))


def test_a_day_is_written_in_one_form_on_the_record():
    html = draw("clients/overview.html", client=client(joined_at="2023-03-14T09:00:00Z"))
    assert "14 Mar 2023" in html and "14 March 2023" not in html
