"""Invoice PDF: the document that a client can keep. Pure: the same invoice gives the same bytes.

The letters are DejaVu's (gateway/fonts/README.md): Latin, Greek, Cyrillic, Arabic, Hebrew and more, shaped and in their
own direction. A character that it lacks is drawn as �, so that nobody takes the rest for the whole.
"""

import logging
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from gateway.ui.formatting import country_name, day, is_zero, money, negated, percent, quantity, words

FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
FONT_FOLDER = Path(__file__).parent.parent / "fonts"
_MISSING = "\ufffd"
_JOINERS = "\u200c\u200d"
_INK, _QUIET = 20, 100
_WIDTHS = (82, 22, 32, 18, 32)

# The drawing runs in a real thread, where the patched locks of the log must not be waited for.
for _name in [name for name in logging.root.manager.loggerDict if name.startswith(("fpdf", "fontTools"))]:
    logging.getLogger(_name).disabled = True


def file_name(invoice: dict) -> str:
    """The name to keep it under, in plain ASCII: `INV-00042.pdf`."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '', invoice['number'] or '') or 'draft-invoice'}.pdf"


def invoice_pdf(invoice: dict) -> bytes:
    """`invoice` as billing answers it. A draft is marked as such and has no number."""
    pdf = _Paper(invoice)
    _head(pdf, invoice)
    _parties(pdf, invoice)
    _lines(pdf, invoice)
    _totals(pdf, invoice)
    _payment(pdf, invoice)
    if invoice.get("notes"):
        pdf.ln(8)
        pdf.small("Notes")
        pdf.write_text(invoice["notes"])
    _foot(pdf, invoice)
    return bytes(pdf.output())


@cache
def _letters() -> frozenset[int]:
    return frozenset.intersection(
        *(frozenset(TTFont(FONT_FOLDER / file, lazy=True).getBestCmap()) for file in FONTS.values())
    )


def drawable(text: str) -> str:
    """`text` as the fonts can draw it: what turns directions or is invisible left out, what they lack as �."""
    return "".join(_drawn(character) for character in unicodedata.normalize("NFC", text))


def _drawn(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Zl", "Zp"):
        return ""
    if ord(character) in _letters():
        return character
    return "" if category in ("Mn", "Me") else _MISSING


class _Paper(FPDF):
    """A4 in our fonts; each page has its foot."""

    def __init__(self, invoice: dict):
        super().__init__(format="A4")
        self.name = invoice["number"] or "Draft"
        issued = invoice["issue_date"] or "2000-01-01"
        self.set_creation_date(datetime.fromisoformat(issued).replace(tzinfo=UTC))
        self.set_title(f"Invoice {self.name}")
        self.set_lang("en")
        for style, file in FONTS.items():
            self.add_font("DejaVu", style, FONT_FOLDER / file)
        self.set_text_shaping(True)
        self.set_margins(12, 14)
        self.set_auto_page_break(True, 20)
        self.add_page()

    def footer(self) -> None:
        """The invoice's name and the page, on every page."""
        self.set_y(-14)
        self.ink(8, grey=_QUIET)
        self.cell(0, 5, f"{self.name} · Page {self.page_no()} of {{nb}}", align="R")

    def ink(self, size: float, style: str = "", grey: int = _INK) -> None:
        """What the next words are written with."""
        self.set_font("DejaVu", style, size)
        self.set_text_color(grey)

    def small(self, text: str) -> None:
        """A quiet caption on a line of its own."""
        self.ink(8, grey=_QUIET)
        self.cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")

    def write_text(self, text: str, style: str = "", width: float = 0) -> None:
        """Text that somebody typed, in as many lines as it needs, each in its own direction from the left margin."""
        self.ink(9.5, style)
        for line in drawable(text).split("\n"):
            self.multi_cell(width, 5, line, align="L", new_x="LMARGIN", new_y="NEXT")


def _head(pdf: _Paper, invoice: dict) -> None:
    pdf.ink(18, "B")
    pdf.cell(
        0, 10, "DRAFT" if invoice["number"] is None else f"Invoice {invoice['number']}", new_x="LMARGIN", new_y="NEXT"
    )
    if invoice["number"] is None:
        pdf.small("A draft: not issued, without a number, not to be paid.")
    facts = [
        ("Status", words(invoice["status"])),
        ("Issued", invoice["issue_date"] and day(invoice["issue_date"])),
        ("Due", invoice["due_date"] and day(invoice["due_date"])),
        ("Currency", invoice["total"]["currency"]),
    ]
    pdf.small(" · ".join(f"{label}: {value}" for label, value in facts if value))
    pdf.ln(5)


def _parties(pdf: _Paper, invoice: dict) -> None:
    """Seller and buyer beside each other, each as far as it is known."""
    top, bottoms = pdf.get_y(), []
    for left, caption, name, lines in ((12, "From", *_seller(invoice)), (109, "Billed to", *_buyer(invoice))):
        pdf.set_left_margin(left)
        pdf.set_xy(left, top)
        if name:
            pdf.small(caption)
            pdf.write_text(name, "B", 89)
            for line in filter(None, lines):
                pdf.write_text(line, width=89)
        bottoms.append(pdf.get_y())
    pdf.set_left_margin(12)
    pdf.set_xy(12, max(bottoms) + 6)


def _seller(invoice: dict) -> tuple[str, list[str]]:
    if not (seller := invoice["seller"]):
        return "", []
    vat = f"VAT ID {seller['vat_id']}" if seller["vat_id"] else ""
    return seller["name"], [*seller["address"], vat, seller["registration"]]


def _buyer(invoice: dict) -> tuple[str, list[str]]:
    if not (buyer := invoice["buyer"]):
        return "", []
    address = buyer["address"]
    town = " ".join(filter(None, (address["city"], address["state"], address["postcode"])))
    country = country_name(address["country"]) if address["country"] else ""
    contact = buyer["contact"] if buyer["contact"] != buyer["name"] else ""
    tax = f"Tax ID {buyer['tax_id']}" if buyer["tax_id"] else ""
    exempt = "Tax exempt" if buyer["tax_exempt"] else ""
    return buyer["name"], [contact, address["address1"], address["address2"], town, country, tax, exempt]


def _lines(pdf: _Paper, invoice: dict) -> None:
    pdf.ink(9)
    pdf.set_draw_color(210)
    look = {
        "headings_style": FontFace(emphasis="", size_pt=8, color=_QUIET),
        "line_height": 5,
        "padding": (1.5, 1),
        "v_align": "TOP",
        "borders_layout": TableBordersLayout.HORIZONTAL_LINES,
    }
    with pdf.table(col_widths=_WIDTHS, text_align=("LEFT", *["RIGHT"] * 4), **look) as table:
        table.row(("Description", "Quantity", "Unit price", "Tax", "Amount"))
        for line in invoice["lines"]:
            table.row(
                (
                    drawable(line["description"]),
                    quantity(line["quantity"]),
                    money(line["unit_price"]),
                    percent(line["tax_rate"]),
                    money(line["total"]),
                )
            )
    pdf.ln(4)


def _totals(pdf: _Paper, invoice: dict) -> None:
    rates = [(f"Tax {percent(one['rate'])} on {money(one['net'])}", one["tax"], "") for one in invoice["tax_by_rate"]]
    rows = [("Subtotal", invoice["subtotal"], ""), *rates, ("Total", invoice["total"], "B")]
    lowered = (("Account credit applied", "credit_applied"), ("Payments", "paid"))
    rows += [(label, negated(invoice[name]), "") for label, name in lowered if not is_zero(invoice[name])]
    for label, amount, style in [*rows, ("Amount due", invoice["amount_due"], "B")]:
        pdf.ink(9.5, style)
        pdf.set_x(106)
        pdf.cell(50, 6, label)
        pdf.cell(42, 6, drawable(money(amount)), align="R", new_x="LMARGIN", new_y="NEXT")


def _payment(pdf: _Paper, invoice: dict) -> None:
    """How an issued invoice is paid, as its seller told."""
    payment = (invoice["seller"] or {}).get("payment")
    if not payment or invoice["number"] is None:
        return
    pdf.ln(8)
    pdf.small("Payment")
    if payment["instructions"]:
        pdf.write_text(payment["instructions"])
    details = [f"{one['label']}: {one['value']}" for one in payment["bank"]]
    for line in (*details, f"Reference: {invoice['number']}"):
        pdf.write_text(line)


def _foot(pdf: _Paper, invoice: dict) -> None:
    """What the seller adds, and since when the parties stand where that was after the issue."""
    document, footer = invoice["document"], (invoice["seller"] or {}).get("footer")
    if footer:
        pdf.ln(8)
        pdf.write_text(footer)
    if document and document["origin"] == "recorded_later":
        pdf.ln(4)
        pdf.small(f"Parties as known on {day(document['taken_at'])}; the invoice was issued before they were kept.")
