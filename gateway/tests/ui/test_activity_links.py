"""Links of the log: each leads where its entity is shown, and only whom it may."""

import pytest

from gateway.ui.activity_links import OF_ALL, OF_CLIENT, action_text, entity_url, short_id
from gateway.ui.render import value_text
from tests.support.pages.drawing import VERDICT, draw
from tests.support.pages.samples import ENTRY, answer

INVOICE = {"type": "invoice", "id": "0192f0c1-0000-7000-8000-000000000001", "text": "INV-00042"}


def everybody(_permission: str) -> bool:
    return True


def entry(action: str, *references: dict, **members) -> dict:
    return {**ENTRY, "action": action, "references": list(references), **members}


def test_what_a_sentence_names_is_a_link_to_its_page():
    text = action_text(entry("recorded a £5.00 payment on INV-00042", INVOICE), everybody, "c1")
    url = f"/admin/clients/c1/invoices/{INVOICE['id']}"
    assert text == f'<bdi>recorded a £5.00 payment on <a href="{url}">INV-00042</a></bdi>'


def test_nothing_is_a_link_for_who_may_not_follow_it():
    text = action_text(entry("issued INV-00042", INVOICE), lambda slug: slug != "invoices.view", "c1")
    assert text == "<bdi>issued INV-00042</bdi>"


def test_a_sentence_stays_text_whatever_it_says():
    product = {"type": "subscription", "id": "s1", "text": "<b>Plan</b>"}
    text = action_text(entry("activated <b>Plan</b> <i>now</i>", product), everybody, "c1")
    assert text == (
        '<bdi>activated <a href="/admin/clients/c1/services/s1">&lt;b&gt;Plan&lt;/b&gt;</a> &lt;i&gt;now&lt;/i&gt;</bdi>'
    )


@pytest.mark.parametrize("kind", [*OF_CLIENT, *OF_ALL])
def test_each_kind_of_entity_has_its_page(kind):
    assert entity_url(everybody, kind, "x1", "c1").startswith("/admin/")
    assert entity_url(lambda _slug: False, kind, "x1", "c1") is None


def test_an_unknown_kind_has_none():
    assert entity_url(everybody, "parcel", "P-1", "c1") is entity_url(everybody, "invoice", "i1", None) is None


def test_a_long_id_is_short_and_whole_in_its_title():
    assert short_id(INVOICE["id"]) == f'<span class="mono" title="{INVOICE["id"]}">…00000001</span>'
    assert short_id("P-1") == '<span class="mono">P-1</span>'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-30", "30 Nov 2026"),
        ("2026-11-22T16:05:09.123Z", "22 Nov 2026, 16:05 UTC"),
        ("2026-13-40", "2026-13-40"),
        ({"excerpt": "Hosting…", "length": 4000, "sha256": "ab"}, "Hosting…"),
    ],
)
def test_values_read_as_people_write_them(value, text):
    assert f"<bdi>{text}</bdi>" in value_text(value)


def test_a_value_that_was_too_long_says_how_long_it_was():
    assert "(4,000 characters)" in value_text({"excerpt": "Hosting…", "length": 4000, "sha256": "ab"})


@pytest.mark.parametrize("page", ["clients/activity.html", "activity.html"])
def test_both_pages_call_their_filters_alike_and_show_login_as_client_in_one_colour(page):
    started = [entry("started Login as Client", type="impersonation.started.v1", category="Impersonation")]
    done = [entry("changed city", acting_as={"id": "p1", "contact_id": "p1", "name": "Imogen"})]
    rows = [{**one, "client_id": "c1", "effects": []} for one in (*started, *done)]
    html = draw(page, verdict=VERDICT, items=answer(*rows))
    assert html.count('class="imp"') == 2
    assert "<span>Category</span>" in html and "<span>Actor</span>" in html
    assert '<span class="exports">' in html
