"""Working with invoices as staff would: the form of New Invoice, its lines, its totals."""

import random
from decimal import ROUND_HALF_UP, Decimal

from playwright.sync_api import Locator, Page, expect

DIGITS = {"USD": 2, "JPY": 0, "KWD": 3}


def open_form(page: Page, client: dict) -> Locator:
    """New Invoice over the client's record, opened by its keys."""
    page.goto(f"/admin/clients/{client['id']}")
    page.keyboard.press("n")
    page.keyboard.press("i")
    dialog = page.get_by_role("dialog", name="New Invoice")
    expect(dialog).to_be_visible()
    return dialog


def write_line(form: Locator, number: int, description: str, quantity: str, price: str, tax: str = "0") -> None:
    """Fill a line, counted from 1; lines that are not there yet are added."""
    if form.get_by_label(f"Description, line {number}").count() == 0:
        form.get_by_role("button", name="Add line", exact=True).click()
    for label, value in (("Description", description), ("Quantity", quantity), ("Unit price", price), ("Tax", tax)):
        form.get_by_label(f"{label}, line {number}", exact=True).fill(value)


def totals(form: Locator) -> dict[str, str]:
    """The live totals as they are shown, by name."""
    return {name: form.locator(f"[data-amount={name}]").inner_text() for name in ("subtotal", "tax", "total")}


def descriptions(form: Locator) -> list[str]:
    """The descriptions of the lines, in their order."""
    return [box.input_value() for box in form.locator("[data-f=description]").all()]


def random_line(draw: random.Random, currency: str) -> dict:
    """A line such as somebody may type, its rounding seldom even."""
    price = Decimal(draw.randint(-500, 99999)).scaleb(-DIGITS[currency])
    quantity, rate = (
        Decimal(draw.randint(1, 99999)).scaleb(-draw.randint(0, 4)),
        Decimal(draw.randint(0, 25000)).scaleb(-3),
    )
    return {
        "description": f"Line {draw.randint(1, 999)}",
        "quantity": f"{quantity:f}",
        "unit_price": f"{price:f}",
        "tax_rate": f"{rate:f}",
    }


def comes_to(line: dict, currency: str) -> list[str]:
    """Total and tax of a line in minor units, by the rule of the product: each rounded half up, away from zero."""
    digits, unit = DIGITS[currency], Decimal(1)
    total = (Decimal(line["quantity"]) * Decimal(line["unit_price"]).scaleb(digits)).quantize(unit, ROUND_HALF_UP)
    tax = (total * Decimal(line["tax_rate"]) / 100).quantize(unit, ROUND_HALF_UP)
    return [str(int(total)), str(int(tax))]
