"""Seller: who invoices are from and how they are paid, as the operator's file tells (COMMERCE_SELLER_FILE, TOML).

deploy/seller.example.toml is such a file. It is read once, at the start; a mistake in it stops the start.
"""

import re
import tomllib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from chassis.errors import from_validation
from chassis.events.event import canonical
from chassis.settings import Settings, SettingsError
from chassis.types.fields import CurrencyField, Text
from services.billing.schemas.values import DecimalText

FILE = "COMMERCE_SELLER_FILE"
RATE = 'A tax rate is a percentage as text, "0" to "100", with up to 3 digits after the point.'
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_NAMESPACE = uuid.UUID("5e11e500-0000-5000-8000-000000000000")


@dataclass(frozen=True)
class Seller:
    """A seller: `content` is what its invoices keep of it (JSON), `tax_rate` the rate that its new lines begin with, in
    percent, None where its products decide."""

    content: dict
    tax_rate: Decimal | None = None

    @property
    def id(self) -> uuid.UUID:
        """The same for the same content, so that a change of the file is another seller on the invoices after it."""
        return uuid.uuid5(_NAMESPACE, canonical(self.content).decode())


def seller_to_wire(content: dict, currency: str) -> dict:
    """A seller as an invoice in `currency` shows it; `payment` is None where the file tells nothing for it."""
    names = ("name", "address", "vat_id", "registration", "footer")
    return {**{name: content[name] for name in names}, "payment": payment_of(content, currency)}


def payment_of(content: dict, currency: str) -> dict | None:
    """How `currency` is paid to this seller: `bank`, labels and values in the file's order, and `instructions`."""
    bank, text = content["bank"].get(currency, []), content["instructions"].get(currency, "")
    if not bank and not text:
        return None
    return {"bank": [{"label": label, "value": value} for label, value in bank], "instructions": text}


# Nobody pays this one by mistake: no bank has such accounts.
DEVELOPMENT = Seller(
    {
        "name": f"Development seller (no {FILE} yet)",
        "address": ["1 Example Street", "Exampletown"],
        "vat_id": "",
        "registration": "",
        "footer": "Made by a development system. Not an invoice that anybody owes.",
        "bank": {
            currency: [["Account name", "Development seller"], ["IBAN", "XX00 EXAM PLE0 0000 0000"]]
            for currency in ("EUR", "GBP", "USD")
        },
        "instructions": dict.fromkeys(("EUR", "GBP", "USD"), "An example: nothing arrives at this account."),
    }
)


def seller_of(settings: Settings) -> Seller | None:
    """The seller of these settings: the file's; without one the development seller in development, else None.

    Raises SettingsError with a sentence that names what is wrong in the file.
    """
    if settings.seller_file is None:
        return DEVELOPMENT if settings.development else None
    return read_seller(settings.seller_file)


def read_seller(file: Path) -> Seller:
    """The seller that `file` describes; raises SettingsError."""
    try:
        given = _SellerFile().load(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{FILE}: {file} cannot be read: {error}.") from error
    except ValidationError as error:
        faults = from_validation(error).errors
        raise SettingsError(
            "; ".join(f"{FILE}: {fault['pointer'].strip('/') or 'file'}: {fault['message']}" for fault in faults)
        ) from error
    rate = given.pop("tax_rate")
    bank = {currency: [[*pair] for pair in account.items()] for currency, account in given.pop("bank").items()}
    return Seller({**given, "bank": bank}, rate)


def usual_rate(seller: Seller | None, of_products: Decimal) -> Decimal:
    """The tax rate that a new line begins with, in percent: the seller's, else that of most products."""
    return seller.tax_rate if seller and seller.tax_rate is not None else of_products


def iban_holds(text: str) -> bool:
    """Whether an IBAN's check digits are those of its account (ISO 13616), spaces aside."""
    iban = text.replace(" ", "")
    return bool(_IBAN.fullmatch(iban)) and int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _check_account(account: dict) -> None:
    if "IBAN" in account and not iban_holds(account["IBAN"]):
        raise ValidationError("The IBAN's check digits are wrong: one of its characters is another.")


class _SellerFile(Schema):
    """The file: `name` is needed, the rest is left out where there is none."""

    class Meta:
        unknown = RAISE

    name = Text(200, name=True, min_length=1, required=True)
    address = fields.List(Text(200, name=True, min_length=1), load_default=list, validate=validate.Length(max=8))
    vat_id = Text(64, load_default="")
    registration = Text(300, load_default="")
    footer = Text(500, single_line=False, load_default="")
    tax_rate = DecimalText(
        whole=3, places=3, error=RATE, load_default=None, validate=validate.Range(max=100, error=RATE)
    )
    bank = fields.Dict(
        keys=CurrencyField(),
        values=fields.Dict(keys=Text(40, min_length=1), values=Text(100, min_length=1), validate=_check_account),
        load_default=dict,
    )
    instructions = fields.Dict(
        keys=CurrencyField(), values=Text(1000, single_line=False, min_length=1), load_default=dict
    )
