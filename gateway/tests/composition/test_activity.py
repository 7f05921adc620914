"""The pages of the log: requests with what they set off, the badge of the chain, where it is broken; and its cells as
CSV."""

import pytest

from gateway.composition.activity import with_effects
from gateway.composition.csv_files.writer import safe_cell
from gateway.ui import render
from tests.support.pages.drawing import PAGES, VERDICT, draw
from tests.support.pages.samples import ENTRY, VIEWER, answer, frame

FAULT = {"seq": 4, "kind": "changed", "sealed": "42f8b3" + "0" * 58, "found": "9c03aa" + "0" * 58}


def entry(seq: int, cause: str | None = None, kind: str = "staff", at: int | None = None) -> dict:
    return {
        **ENTRY,
        "id": f"id-{seq}",
        "seq": seq,
        "cause": cause,
        "actor": {**ENTRY["actor"], "kind": kind},
        "occurred_at": f"2026-11-22T16:05:{at if at is not None else seq:02d}Z",
        "hash": f"{seq:064x}",
    }


def broken(**fault) -> dict:
    found = {**FAULT, **fault}
    return {**VERDICT, "valid": False, "first_bad_seq": found["seq"], "fault": found, "entries": 6}


GAPPED = {
    **broken(seq=None, kind="gap", sealed=None, found=None),
    "gaps": [
        {"source": "services/billing", "first": 3, "last": 3},
        {"source": "services/clients", "first": 1200, "last": 1201},
    ],
}


def log(verdict: dict | None, *entries: dict) -> str:
    return draw("clients/activity.html", verdict=verdict, items=answer(*with_effects(list(entries), verdict)))


def shown(*entries: dict, verdict: dict | None = None) -> list[tuple]:
    return [(row["seq"], [effect["seq"] for effect in row["effects"]]) for row in with_effects(list(entries), verdict)]


def test_a_request_stands_once_with_what_it_set_off_in_the_order_it_happened():
    rows = [entry(5, "b"), entry(4, "a", "system"), entry(3, "a"), entry(2, "a", "system"), entry(1)]
    assert shown(*rows) == [(5, []), (3, [2, 4]), (1, [])]


def test_what_a_person_did_began_the_request_even_if_it_came_late():
    assert shown(entry(2, "a", at=1), entry(1, "a", "system", at=2)) == [(2, [1])]
    assert shown(entry(2, "a", "system"), entry(1, "a", "system")) == [(1, [2])]


def test_what_was_done_to_many_at_once_set_off_what_was_done_to_each():
    batch = {**entry(3, "a"), "entity": {"type": "suspension_batch", "id": "b1"}}
    assert shown(batch, entry(2, "a"), entry(1, "a")) == [(3, [1, 2])]


def test_entries_without_a_cause_are_no_request():
    assert shown(entry(2), entry(1)) == [(2, []), (1, [])]


def test_in_a_broken_chain_each_entry_keeps_its_place():
    assert shown(entry(2, "a"), entry(1, "a"), verdict=broken()) == [(2, []), (1, [])]


def test_a_gap_is_told_with_the_events_that_are_missing_and_its_entries_stay_grouped():
    html = " ".join(log(GAPPED, entry(2, "a", "system"), entry(1, "a")).split())
    assert "<b>3 changes are missing in the log.</b>" in html
    assert "Billing event 3, Clients events 1,200 to 1,201." in html
    assert shown(entry(2, "a"), entry(1, "a"), verdict=GAPPED) == [(1, [2])]


def test_what_was_set_off_stands_inside_the_request():
    html = log(VERDICT, entry(2, "a", "system"), entry(1, "a"))
    assert html.count('<time datetime="2026-11-22T16:05') == 1
    assert 'aria-label="What this request set off"' in html


def test_a_whole_chain_has_a_green_badge_with_the_checkpoint_that_signs_it():
    html = log(VERDICT, entry(1))
    assert '<span class="chain">' in html and "Chain verified" in html
    assert "318 entries, each sealed with the hash of the one before" in html
    assert "signed up to entry 310 by checkpoint 7" in html


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (None, "Chain could not be verified"),
        ({**VERDICT, "valid": None}, "Chain not verified yet"),
        (broken(), "Chain broken at entry 4"),
        (broken(seq=None, kind="forged-checkpoint", sealed=None), "Checkpoints forged"),
        (broken(seq=None, kind="unsigned-archive", sealed=None), "Chain begins too late"),
        (GAPPED, "Chain has a gap"),
    ],
)
def test_the_badge_says_what_is_known(verdict, text):
    assert text in log(verdict, entry(1))


def test_of_a_chain_that_begins_in_an_archive_the_page_says_so():
    html = " ".join(log({**VERDICT, "archived": 300}, entry(301)).split())
    assert "one before; the first 300 lie in an archive, and were signed when it was made. Checked" in html


def test_where_a_chain_is_broken_both_hashes_stand_and_a_line_above_what_is_intact():
    html = log(broken(), *(entry(seq) for seq in (6, 5, 4, 3, 2)))
    assert "<b>Entry 4 was changed after it was sealed.</b>" in html and "entries 4 to 6 can't be proved" in html
    place = [
        html.index(text)
        for text in (
            'title="Entry 5,',
            'class="brk" id="e4"',
            FAULT["sealed"],
            FAULT["found"],
            "Below this line the chain is intact, entries 1 to 3",
            'title="Entry 3,',
        )
    ]
    assert place == sorted(place)
    assert html.count("cutline") == 1
    assert "format=jsonl&amp;client=c1" in html


def test_a_missing_entry_has_its_line_where_it_would_be():
    html = log(broken(kind="missing", sealed=None), entry(5), entry(3))
    assert html.index('title="Entry 5,') < html.index("entries 1 to 3") < html.index('title="Entry 3,')
    assert 'class="brk"' not in html


@pytest.mark.parametrize("kind", ["changed", "personal", "missing", "unlinked", "rebuilt", "cut", "surplus", "head"])
def test_each_kind_of_fault_has_its_sentence(kind):
    assert "ntry 4" in log(broken(kind=kind), entry(1)).partition('role="alert"')[2][:300]


def test_export_is_offered_to_those_who_may():
    denied = frame(viewer={**VIEWER, "permissions": ["activity.view", "clients.view"]})
    allowed = frame(viewer={**VIEWER, "permissions": ["activity.export", "activity.view", "clients.view"]})
    for name in ("clients/activity.html", "activity.html"):
        assert "Export CSV" in render.page(name, allowed, **PAGES[name])
        assert "activity/export" not in render.page(name, denied, **PAGES[name])


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),
        ("-12.50", "-12.50"),
        ("-3", "-3"),
        ("plain = text", "plain = text"),
        (None, ""),
        (7, "7"),
    ],
)
def test_no_cell_is_a_formula_and_negative_numbers_stay_numbers(cell, safe):
    assert safe_cell(cell) == safe


@pytest.mark.parametrize("name", ["clients/activity.html", "activity.html"])
def test_a_day_that_is_none_is_named_and_not_put_back_into_its_field(name):
    html = draw(
        name, filters={**PAGES[name]["filters"], "from": "yesterday"}, errors={"from": "A date such as 2026-11-22."}
    )
    assert 'id="log-from" value="" aria-invalid="true"' in html and "A date such as 2026-11-22." in html
