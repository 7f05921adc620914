"""Rows as people write them: values that are meant are recognised, and what is not names the nearest."""

import pytest
from babel import Locale

from chassis.types.countries import COUNTRIES
from services.clients.country_names import LANGUAGES, find_country, nearest_country
from services.clients.import_rows import RowFault, read_row
from services.clients.tests.imports.test_import import ROW


def read(**cells):
    return read_row({**ROW, **cells}, list(ROW), {})


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        (" Germany ", "DE"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("United Kingdom", "GB"),
        ("England", "GB"),
        ("USA", "US"),
        ("United States of America", "US"),
        ("The Netherlands", "NL"),
        ("Österreich", "AT"),
        ("Osterreich", "AT"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia and Herzegovina", "BA"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
    ],
)
def test_a_country_is_known_by_its_codes_and_its_names(written, code):
    assert read(country=written).profile["country"] == code


def test_every_country_is_known_by_its_name_in_every_language():
    wrong = {
        (language, code, found)
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in COUNTRIES and (found := find_country(name)) != code
    }
    assert wrong == {("nb", "CD", None), ("pl", "CG", None)}, "plain Kongo is the one here and the other there"


@pytest.mark.parametrize(
    ("written", "nearest"), [("Germny", "Germany (DE)"), ("Untied Kingdom", "United Kingdom (GB)"), ("Narnia", None)]
)
def test_a_country_that_is_not_known_has_a_nearest_one(written, nearest):
    assert find_country(written) is None and nearest_country(written) == nearest


@pytest.mark.parametrize("written", ["eur", " EUR ", "Eur"])
def test_a_currency_is_known_whatever_its_case(written):
    assert read(currency_code=written).currency == "EUR"


@pytest.mark.parametrize(("written", "status"), [("Active", "active"), (" active ", "active"), ("CLOSED", "inactive")])
def test_a_status_is_known_whatever_its_case(written, status):
    assert read(status=written).status == status


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Ada Byron", ("Ada", "Byron")),
        (" Byron,  Ada ", ("Ada", "Byron")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("Ana Luísa Gonçalves", ("Ana Luísa", "Gonçalves")),
        ("de Sousa", ("de", "Sousa")),
    ],
)
def test_a_name_in_one_column_is_taken_apart(written, parts):
    columns = ["name" if column == "first_name" else column for column in ROW if column != "last_name"]
    row = {column: ROW.get(column, written) for column in columns}
    profile = read_row(row, columns, {}).profile
    assert (profile["first_name"], profile["last_name"]) == parts


@pytest.mark.parametrize("written", ["Ada", "", ","])
def test_a_name_of_one_part_lacks_the_other(written):
    with pytest.raises(RowFault) as fault:
        read_row({**ROW, "name": written}, [*ROW, "name"], {"name": "name", "email": "email"})
    assert (fault.value.column, fault.value.code) == ("name", "required")


def test_rows_are_the_same_however_their_values_are_written():
    assert read(country="Germany", currency_code="eur", status="Active").content == read().content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("Main Street 1\nSuite 200", ""), ("Main Street 1", "Suite 200")),
        (("Main Street 1\r\n\r\nSuite 200\r\nRear wing", ""), ("Main Street 1", "Suite 200, Rear wing")),
        (("Main Street 1\nSuite 200", "c/o Lee"), ("Main Street 1, Suite 200", "c/o Lee")),
        (("Main Street 1", "Suite 200\nRear wing"), ("Main Street 1", "Suite 200, Rear wing")),
    ],
)
def test_an_address_of_several_lines_is_kept_whole(given, kept):
    profile = read(address1=given[0], address2=given[1]).profile
    assert (profile["address1"], profile["address2"]) == kept


def test_a_line_break_in_any_other_cell_is_a_space():
    assert read(company="Lee\nand Sons").profile["company"] == "Lee and Sons"


def test_no_phone_costs_a_row():
    client = read(phone="+49 711 2842222 (mornings), +49 170 1234567")
    assert client.profile["phone"] == "+49 711 2842222 (mornings), +49 170 1234567"
    long = read(phone="1" * 150)
    assert (long.profile["phone"], long.warnings[0]["code"]) == ("1" * 100, "long-phone")


def test_every_faulty_column_is_named():
    with pytest.raises(RowFault) as fault:
        read(country="Germny", status="activ")
    assert "Germany (DE)" in fault.value.reason and "active" in fault.value.reason
