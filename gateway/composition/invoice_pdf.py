"""Invoice PDF: the document that a client can keep. Pure: the same invoice gives the same bytes."""

from gateway.composition.pdf_fonts import drawable
from gateway.composition.pdf_paper import Paper
from gateway.ui.formatting import country_name, day, is_zero, money, negated, percent, quantity, words


def invoice_pdf(invoice: dict, client: dict, account: dict | None) -> bytes:
    """`invoice` as billing answers it, for `client` (its name, tax id, profile), at the address of `account` where it
    has one.

    A draft is marked as such and has no number.
    """
    name = invoice["number"] or "Draft"
    pdf = Paper(name, invoice["issue_date"] or "2000-01-01")
    pdf.set_title(f"Invoice {name}")
    _parties(pdf, invoice, client, (account or {}).get("address") or client["profile"])
    _lines(pdf, invoice)
    _totals(pdf, invoice)
    if invoice.get("notes"):
        pdf.ln(8)
        pdf.small("Notes")
        pdf.write_text(invoice["notes"])
    return bytes(pdf.output())


def _parties(pdf: Paper, invoice: dict, client: dict, address: dict) -> None:
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
    pdf.small("Billed to")
    pdf.write_text(client["name"], "B", 110)
    town = " ".join(filter(None, (address["city"], address["state"], address["postcode"])))
    country = country_name(address["country"]) if address["country"] else ""
    tax = f"Tax ID {client['profile']['tax_id']}" if client["profile"].get("tax_id") else ""
    for line in filter(None, (address["address1"], address["address2"], town, country, tax)):
        pdf.write_text(line, width=110)
    pdf.ln(6)


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
    rows = [("Subtotal", invoice["subtotal"], ""), ("Tax", invoice["tax_total"], ""), ("Total", invoice["total"], "B")]
    lowered = (("Account credit applied", "credit_applied"), ("Payments", "paid"))
    rows += [(label, negated(invoice[name]), "") for label, name in lowered if not is_zero(invoice[name])]
    for label, amount, style in [*rows, ("Amount due", invoice["amount_due"], "B")]:
        pdf.ink(9.5, style)
        pdf.set_x(96)
        pdf.cell(46, 6, label)
        pdf.cell(0, 6, drawable(money(amount)), align="R", new_x="LMARGIN", new_y="NEXT")
