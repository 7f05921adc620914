"""Invoice PDF: the document that a client can keep. Pure: the same invoice gives the same bytes."""

from gateway.composition.pdf_fonts import drawable
from gateway.composition.pdf_paper import Paper
from gateway.ui.formatting import country_name, day, is_zero, money, negated, percent, quantity, words

LABEL_WIDTH = 66  # of a total, in mm; one that holds a large amount is written smaller


def invoice_pdf(invoice: dict) -> bytes:
    """`invoice` as billing answers it. A draft is marked as such and has no number."""
    name = invoice["number"] or "Draft"
    pdf = Paper(name, invoice["issue_date"] or "2000-01-01")
    pdf.set_title(f"Invoice {name}")
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


def _head(pdf: Paper, invoice: dict) -> None:
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


def _parties(pdf: Paper, invoice: dict) -> None:
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


def _lines(pdf: Paper, invoice: dict) -> None:
    rows = [
        (
            line["description"],
            quantity(line["quantity"]),
            drawable(money(line["unit_price"])),
            percent(line["tax_rate"]),
            drawable(money(line["total"])),
        )
        for line in invoice["lines"]
    ]
    pdf.write_table(("Description", "Quantity", "Unit price", "Tax", "Amount"), rows)
    pdf.ln(4)


def _totals(pdf: Paper, invoice: dict) -> None:
    rates = [(f"Tax {percent(one['rate'])} on {money(one['net'])}", one["tax"], "") for one in invoice["tax_by_rate"]]
    rows = [("Subtotal", invoice["subtotal"], ""), *rates, ("Total", invoice["total"], "B")]
    lowered = (("Account credit applied", "credit_applied"), ("Payments", "paid"))
    rows += [(label, negated(invoice[name]), "") for label, name in lowered if not is_zero(invoice[name])]
    for label, amount, style in [*rows, ("Amount due", invoice["amount_due"], "B")]:
        fitting = 9.5 * min(1, LABEL_WIDTH / pdf.width_of(drawable(label), 9.5, style))
        pdf.ink(fitting, style)
        pdf.set_x(76)
        pdf.cell(LABEL_WIDTH, 6, drawable(label))
        pdf.ink(9.5, style)
        pdf.cell(0, 6, drawable(money(amount)), align="R", new_x="LMARGIN", new_y="NEXT")


def _payment(pdf: Paper, invoice: dict) -> None:
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


def _foot(pdf: Paper, invoice: dict) -> None:
    """What the seller adds, and since when the parties stand where that was after the issue."""
    document, footer = invoice["document"], (invoice["seller"] or {}).get("footer")
    if footer:
        pdf.ln(8)
        pdf.write_text(footer)
    if document and document["origin"] == "recorded_later":
        pdf.ln(4)
        pdf.small(f"Parties as known on {day(document['taken_at'])}; the invoice was issued before they were kept.")
