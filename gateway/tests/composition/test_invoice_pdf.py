"""The invoice as PDF, read back by a reader that is not its writer."""

import hashlib
import io
import re
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from gateway.composition.invoice_pdf import FONT_FOLDER, FONTS, drawable, file_name, invoice_pdf
from tests.support.pages.samples import INVOICE


def pages(invoice=INVOICE, **changes) -> list[str]:
    """The text of each page, for a buyer with `changes`."""
    billed = {**invoice, "buyer": {**invoice["buyer"], **changes}}
    return [page.extract_text() for page in PdfReader(io.BytesIO(invoice_pdf(billed))).pages]


def with_lines(*descriptions: str) -> dict:
    return {**INVOICE, "lines": [{**INVOICE["lines"][0], "description": text} for text in descriptions]}


def test_it_shows_what_the_invoice_page_shows():
    text = " ".join(" ".join(pages()).split())
    for part in (
        "Invoice INV-04388",
        "Issued: 26 Sep 2026",
        "Due: 10 Oct 2026",
        "From",
        "Northgate Hosting Ltd",
        "4 Exchange Row",
        "VAT ID GB 411 8820 16",
        "Registered in England and Wales, no. 01234567",
        "Brightwater Studio Ltd",
        "Grace Bellamy",
        "Bristol BS1 4RN",
        "United Kingdom",
        "Tax ID GB 293",
        "2.5 £80.00 20% £200.00",
        "Subtotal £340.80",
        "Tax 20% on £328.80 £65.76",
        "Tax 0% on £12.00 £0.00",
        "Total £406.56",
        "Account credit applied −£25.00",
        "Payments −£69.16",
        "Amount due £312.40",
        "Please pay within 14 days.",
        "Sort code: 20-00-00",
        "Reference: INV-04388",
        "Thank you",
        "INV-04388 · Page 1 of 1",
    ):
        assert part in text


def test_the_same_invoice_gives_the_same_bytes():
    first = invoice_pdf(INVOICE)
    assert invoice_pdf(INVOICE) == first and first.startswith(b"%PDF-")
    assert PdfReader(io.BytesIO(first)).metadata.creation_date == datetime(2026, 9, 26, tzinfo=UTC)


def test_parties_that_were_kept_later_are_dated_and_without_a_seller_nothing_stands_for_it():
    later = {**INVOICE, "seller": None, "document": {"origin": "recorded_later", "taken_at": "2026-11-29T10:00:00Z"}}
    text = " ".join(" ".join(pages(later)).split())
    assert "Parties as known on 29 Nov 2026" in text
    assert "From" not in text and "Payment " not in text and "VAT" not in text


def test_a_draft_says_so_and_has_no_number():
    draft = {**INVOICE, "number": None, "status": "draft", "issue_date": None}
    text = " ".join(pages(draft))
    assert "DRAFT" in text and "INV-" not in text and "Issued" not in text and "Reference" not in text
    assert "Northgate Hosting Ltd" in text
    assert file_name(draft) == "draft-invoice.pdf"


@pytest.mark.parametrize("name", ["Zażółć Gęślą", "Ελληνική Εταιρία", "Общество Привет", "Nguyễn Ltd", "İstanbul Ağ"])
def test_a_name_of_another_alphabet_is_written_as_it_is(name):
    assert name in " ".join(pages(name=name))


STRANGE = (
    "شركة الاستضافة",
    "חברת אירוח",
    "株式会社サーバー",
    "👩‍👧 Ltd 🦊",
    "a\u0301\u0302\u0303b",
    "\u202egnp.exe",
    "٣",
)


@pytest.mark.parametrize("name", STRANGE)
def test_no_name_breaks_the_page(name):
    text = " ".join(pages(with_lines(name), name=name))
    assert "Amount due £312.40" in " ".join(text.split())


def test_what_the_fonts_lack_is_seen_to_be_missing_and_what_turns_directions_is_left_out():
    assert drawable("株式会社 Ltd") == "\ufffd\ufffd\ufffd\ufffd Ltd"
    assert drawable("a\u202eb\u2066c\x00") == "abc" and drawable("e\u0301") == "é"
    assert "\ufffd\ufffd Ltd" in " ".join(pages(name="株式 Ltd"))


def test_many_and_long_lines_go_over_pages_and_none_is_lost():
    whole = with_lines(*(f"Line {number} " + "word " * 30 for number in range(100)), "x" * 1000)
    found = pages(whole)
    assert len(found) > 5 and all(f"Line {number} " in " ".join(found) for number in range(100))
    assert all("Description" in page for page in found[:-2]) and f"Page {len(found)} of {len(found)}" in found[-1]


def test_amounts_have_the_digits_of_their_currency():
    yen = {"amount": "1200", "currency": "JPY"}
    line = {**INVOICE["lines"][0], "unit_price": yen, "total": yen}
    text = " ".join(pages({**INVOICE, "lines": [line]}))
    assert "¥1,200" in text and "¥1,200." not in text


def test_a_file_name_holds_nothing_but_letters_digits_and_dashes():
    assert file_name(INVOICE) == "INV-04388.pdf" and file_name({"number": 'a"/..\r\nb'}) == "ab.pdf"


def test_the_fonts_are_as_their_table_says():
    table = dict(
        re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (FONT_FOLDER / "README.md").read_text(), re.M)
    )
    assert table == {name: hashlib.sha256((FONT_FOLDER / name).read_bytes()).hexdigest() for name in FONTS.values()}
