"""Values of invoices and their lines as people write them: what is meant is read, and what is not names the nearest."""

from decimal import Decimal

import pytest

from services.billing.import_days import nearest_days, read_days
from services.billing.import_rows import ReadInvoice, RowFault, read_invoice, read_line
from services.billing.import_values import LONGEST, read_marks
from services.billing.tests.invoices.test_bounds import IMPORTED, ROW, TODAY


def read(**cells: str) -> ReadInvoice:
    return read_invoice({**ROW, **cells}, TODAY)


def refusal(**cells: str) -> str:
    with pytest.raises(RowFault) as fault:
        read(**cells)
    assert fault.value.field in cells
    return fault.value.reason


@pytest.mark.parametrize(
    ("written", "status"), [("Paid", "paid"), (" unpaid ", "unpaid"), ("OVERDUE", "overdue"), ("Canceled", "cancelled")]
)
def test_a_status_is_known_whatever_its_case(written, status):
    assert read(status=written).status == status


def test_a_currency_is_known_whatever_its_case():
    assert read(currency_code=" eur ").currency == "EUR"


def test_what_is_not_known_names_the_nearest():
    assert refusal(status="Piad").endswith("Is paid meant?")
    assert refusal(currency_code="Euro").endswith("Is EUR meant?")
    assert refusal(due_date="01/12/2026").endswith("Is 2026-12-01 or 2026-01-12 meant?")
    assert refusal(due_date="1.12.26").endswith("Is 2026-12-01 meant?")
    assert refusal(total="1,234", currency_code="KWD") == "This can be read as 1234 and as 1.234. Write one of them."


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1,234.50", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1 234,50", "EUR", 123450),
        ("€10.00", "EUR", 1000),
        (" 10,00 € ", "EUR", 1000),
        ("EUR 10", "EUR", 1000),
        ("$1,000", "USD", 100000),
        ("US$10", "USD", 1000),
        ("CHF\u00a010.05", "CHF", 1005),
        ("¥1,234", "JPY", 1234),
    ],
)
def test_an_amount_is_read_as_people_write_it(written, currency, minor):
    assert read(total=written, currency_code=currency).total == minor
    assert read_line({**IMPORTED, "unit_price": f"-{written.strip()}"}, currency).unit_price == -minor


@pytest.mark.parametrize("written", ["$10.00", "ten", "1,2,3", "10 EUR EUR", "€", "1" + " " * LONGEST + "€"])
def test_an_amount_of_another_currency_and_what_is_none_is_refused(written):
    assert refusal(total=written) == 'An amount is a decimal string such as "12.50".'


def test_quantity_and_tax_rate_are_read_as_people_write_them():
    line = read_line({**IMPORTED, "quantity": " 1.000,5 ", "tax_rate": "8,5 %"}, "EUR")
    assert (line.quantity, line.amounts.rate) == (Decimal("1000.5"), Decimal("8.5"))
    with pytest.raises(RowFault, match="as 1500 and as 1.500") as fault:
        read_line({**IMPORTED, "quantity": "1,500"}, "EUR")
    assert fault.value.field == "quantity"


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (["2025-02-01", "x", "", "2025-02-30", "31/31/2025", "1.2.25"], {}),
        (["01.02.2025", " 1.2.2025", "2025/2/1"], dict.fromkeys(["01.02.2025", " 1.2.2025", "2025/2/1"], "2025-02-01")),
        (
            ["2025-02-01 13:45:10", "2025-02-01T00:00:00Z"],
            dict.fromkeys(["2025-02-01 13:45:10", "2025-02-01T00:00:00Z"], "2025-02-01"),
        ),
        (["01/02/2025", "02/02/2025"], {"02/02/2025": "2025-02-02"}),
        (["01/02/2025", "13/02/2025"], {"01/02/2025": "2025-02-01", "13/02/2025": "2025-02-13"}),
        (["01-02-2025", "02-13-2025"], {"01-02-2025": "2025-01-02", "02-13-2025": "2025-02-13"}),
        (["01/02/2025", "13/02/2025", "02/13/2025"], {"13/02/2025": "2025-02-13", "02/13/2025": "2025-02-13"}),
    ],
)
def test_the_dates_of_a_file_tell_together_what_each_of_them_means(written, days):
    assert read_days(written) == days


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1.000", "10,50"], {"1.000": "1000"}),
        (["€ 1.000", "1.234,50", "1,500"], {"€ 1.000": "€ 1000", "1,500": "1.500"}),
        (["1,000", "10.50", "1.500"], {"1,000": "1000"}),
        (["1,000", "1.000", "1.234.567", "7", "x"], {}),
        (["1,000", "1.000", "10,50", "10.50"], {}),
        (["1,000", "10,50", "0.125"], {}),
        (["Fr. 1.000", "10,50"], {"Fr. 1.000": "Fr. 1000"}),
    ],
)
def test_the_numbers_of_a_file_show_together_what_its_decimal_mark_is(written, read):
    assert read_marks(written) == read


def test_a_date_that_is_none_has_no_nearest():
    assert [nearest_days(text) for text in ("x", "31.02.2025", "2025-02-30")] == [[], [], []]
