"""The invoice as PDF, read back by a reader that is not its writer."""

import hashlib
import io
import re
from datetime import UTC, datetime

import pytest
from fontTools.ttLib import TTFont
from iso4217 import Currency
from pypdf import PdfReader
from pypdf.generic import ContentStream

from chassis.types.money import Money
from chassis.types.money_format import format_money
from gateway.composition.downloads import file_name
from gateway.composition.invoice_pdf import invoice_pdf
from gateway.composition.pdf_fonts import FOLDER, MAIN, OTHERS, drawable, is_plain
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


SCRIPTS = {
    "Han": "株式会社 東京 中文 個體戶",
    "Kana": "サービス ホスティング がぎぐ",
    "Hangul": "한국어 서비스",
    "Thai": "บริการโฮสติ้ง ที่",
    "Devanagari": "हिन्दी सेवा क्षत्रिय",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Amharic": "አማርኛ",
    "Khmer": "ភាសាខ្មែរ",
    "Arabic": "شركة الاستضافة",
    "Hebrew": "חברת אירוח",
    "Cyrillic": "Общество Привет",
    "Polish": "Zażółć Gęślą",
    "emoji": "🎉 🦊",
    "signs": "₿ ₹ ₺ ₼ ₾ ﷼",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_text_of_each_script_is_drawn_by_letters_that_a_font_has(script):
    text = SCRIPTS[script]
    drawn = invoice_pdf({**with_lines(text), "buyer": {**INVOICE["buyer"], "name": text}})
    assert "\ufffd" not in drawable(text) and len(glyphs(drawn)) > 40
    assert ".notdef" not in glyphs(drawn)
    if is_plain(text):  # what is shaped, a reader of the file gives in the order of its shapes
        assert " ".join(pages(with_lines(text))).count(text) == 1


def glyphs(pdf: bytes) -> list[str]:
    """The names of the glyphs that the pages of a PDF draw, by its embedded fonts."""
    drawn = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        fonts = {name: letters_of(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        current, kept = None, []
        for operands, operator in ContentStream(page.get_contents(), None).operations:
            if operator == b"q":
                kept.append(current)
            elif operator == b"Q":
                current = kept.pop()
            elif operator == b"Tf":
                current = fonts[operands[0]]
            strings = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else ()
            for string in (one for one in strings if not isinstance(one, float | int)):
                codes = string.original_bytes
                drawn += [current(int.from_bytes(codes[at : at + 2])) for at in range(0, len(codes), 2)]
    return drawn


def letters_of(font):
    """What a composite font's codes draw: code -> glyph's name."""
    descendant = font["/DescendantFonts"][0].get_object()
    embedded = TTFont(io.BytesIO(descendant["/FontDescriptor"]["/FontFile2"].get_data()))
    table = descendant["/CIDToGIDMap"].get_object()
    order = embedded.getGlyphOrder()
    if table == "/Identity":
        return lambda code: order[code]
    gids = table.get_data()
    return lambda code: order[int.from_bytes(gids[code * 2 : code * 2 + 2])]


def test_what_the_fonts_lack_is_seen_to_be_missing_and_what_turns_directions_is_left_out():
    assert drawable("\U00012000\U000e1234 Ltd") == "\ufffd\ufffd Ltd"  # cuneiform, unassigned
    assert drawable("a\u202eb\u2066c\x00") == "abc" and drawable("e\u0301") == "é"
    assert "\ufffd Ltd" in " ".join(pages(name="\U00012000 Ltd"))


LARGE = {
    "CHF": ("10000000.00", "CHF\u00a010,000,000.00"),
    "IDR": ("125000000.00", "IDR\u00a0125,000,000.00"),
    "LBP": ("8950000000.00", "LBP\u00a08,950,000,000.00"),
    "KWD": ("-99999999999.999", "−KWD\u00a099,999,999,999.999"),
    "JPY": ("100000000000000", "¥100,000,000,000,000"),
    "XAF": ("99999999999999", "FCFA\u00a099,999,999,999,999"),
}


@pytest.mark.parametrize("currency", LARGE)
def test_a_number_never_breaks(currency):
    amount, text = LARGE[currency]
    found = pages(with_amount(amount, currency, "Hosting " * 12))
    assert len(found) == 1 and found[0].count(text) >= 6, found
    assert "Hosting Hosting" in found[0]


@pytest.mark.parametrize("currency", sorted(one.code for one in Currency if one.exponent is not None))
def test_an_amount_of_any_currency_has_the_ledger_s_digits(currency):
    value = Money(120159, currency)
    (text,) = pages(with_amount(value.amount, currency, "Hosting"))
    assert text.count(drawable(format_money(value))) >= 6 and "\ufffd" not in text


def with_amount(amount: str, currency: str, description: str) -> dict:
    """The invoice with one line, and all its amounts `amount`."""
    value = {"amount": amount, "currency": currency}
    line = {**INVOICE["lines"][0], "description": description, "unit_price": value, "total": value, "tax": value}
    sums = dict.fromkeys(("subtotal", "tax_total", "total", "credit_applied", "paid", "amount_due"), value)
    by_rate = [{"rate": "99.999", "net": value, "tax": value}]
    return {**INVOICE, **sums, "tax_by_rate": by_rate, "lines": [line]}


def test_a_line_longer_than_a_page_goes_on_over_the_next():
    found = pages(with_lines("\n".join(f"row {number}." for number in range(300)), "last line"))
    assert len(found) > 5 and all(f"row {number}." in " ".join(found) for number in range(300))
    assert "last line" in found[-1] and all("Description" in page for page in found[:-1])


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
    table = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (FOLDER / "README.md").read_text(), re.M))
    files = [*MAIN.values(), *OTHERS]
    assert table == {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in files}
