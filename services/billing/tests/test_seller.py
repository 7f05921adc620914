"""The seller's file is read once, at the start; a mistake in it is a sentence."""

from decimal import Decimal
from pathlib import Path

import pytest

from chassis.settings import Settings, SettingsError
from services.billing.seller import DEVELOPMENT, iban_holds, payment_of, seller_of, seller_to_wire, usual_rate

WHOLE = """
name = "Northgate Hosting Ltd"
address = ["4 Exchange Row", "Leeds LS1 5RG"]
vat_id = "GB 411 8820 16"
registration = "Registered in England and Wales, no. 01234567"
footer = "Thank you"
tax_rate = "20"

[bank.GBP]
"Account name" = "Northgate Hosting Ltd"
"Sort code" = "20-00-00"

[bank.EUR]
IBAN = "DE89 3704 0044 0532 0130 00"

[instructions]
GBP = "Please give the invoice number as reference."
USD = "Pay by card: ask us for a link."
"""


def read(tmp_path, content: str):
    file = tmp_path / "seller.toml"
    file.write_text(content, "utf-8")
    return seller_of(Settings(seller_file=file, development=True))


def test_a_whole_file_is_read_in_its_order(tmp_path):
    seller = read(tmp_path, WHOLE)
    assert seller_to_wire(seller.content, "GBP") == {
        "name": "Northgate Hosting Ltd",
        "address": ["4 Exchange Row", "Leeds LS1 5RG"],
        "vat_id": "GB 411 8820 16",
        "registration": "Registered in England and Wales, no. 01234567",
        "footer": "Thank you",
        "payment": {
            "bank": [
                {"label": "Account name", "value": "Northgate Hosting Ltd"},
                {"label": "Sort code", "value": "20-00-00"},
            ],
            "instructions": "Please give the invoice number as reference.",
        },
    }
    assert payment_of(seller.content, "USD") == {"bank": [], "instructions": "Pay by card: ask us for a link."}
    assert payment_of(seller.content, "JPY") is None
    assert (usual_rate(seller, Decimal(5)), usual_rate(None, Decimal("5.5"))) == (20, Decimal("5.5"))


def test_the_example_is_a_seller_that_says_it_is_one():
    example = Path(__file__).resolve().parents[3] / "deploy" / "seller.example.toml"
    seller = seller_of(Settings(seller_file=example))
    assert "SELLER_FILE" in seller.content["name"] and set(seller.content["bank"]) == {"EUR", "GBP"}


def test_a_name_is_enough(tmp_path):
    seller = read(tmp_path, 'name = "Northgate"')
    assert seller_to_wire(seller.content, "EUR") == {
        "name": "Northgate",
        "address": [],
        "vat_id": "",
        "registration": "",
        "footer": "",
        "payment": None,
    }
    assert usual_rate(seller, Decimal("5.5")) == Decimal("5.5")


def test_a_change_of_the_file_is_another_seller(tmp_path):
    first, same, other = read(tmp_path, WHOLE), read(tmp_path, WHOLE), read(tmp_path, WHOLE.replace("Row", "Street"))
    assert first.id == same.id != other.id


def test_without_a_file_development_has_a_seller_that_says_so_and_production_none():
    assert seller_of(Settings(development=True)) is DEVELOPMENT
    assert "COMMERCE_SELLER_FILE" in DEVELOPMENT.content["name"]
    assert seller_of(Settings()) is None
    for _currency, account in DEVELOPMENT.content["bank"].items():
        assert not iban_holds(dict(account)["IBAN"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name = ", "COMMERCE_SELLER_FILE: .*seller.toml cannot be read"),
        ("vat_id = 'GB'", "COMMERCE_SELLER_FILE: name: Missing data for required field."),
        ("name = 'A'\nemail = 'b'", "COMMERCE_SELLER_FILE: email: Unknown field."),
        ("name = 'A'\ntax_rate = '101'", "COMMERCE_SELLER_FILE: tax_rate: A tax rate is"),
        (
            "name = 'A'\n[instructions]\nEURO = 'x'",
            "COMMERCE_SELLER_FILE: instructions/EURO/key: 'EURO' is not a currency",
        ),
        (
            "name = 'A'\n[bank.EUR]\nIBAN = 'DE89370400440532013001'",
            "COMMERCE_SELLER_FILE: bank/EUR/value: The IBAN's check digits are wrong",
        ),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path, content, sentence):
    with pytest.raises(SettingsError, match=sentence):
        read(tmp_path, content)


@pytest.mark.parametrize("iban", ["GB33 BUKB 2020 1555 5555 55", "DE89370400440532013000", "NO9386011117947"])
def test_an_iban_is_known_by_its_check_digits(iban):
    assert iban_holds(iban)
    assert not iban_holds(iban[:-1] + str((int(iban[-1]) + 1) % 10))
