"""CSV as people send it: encoding and delimiter are recognised, a row that cannot be read costs itself alone, and what is
no CSV says what it is."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.errors import ServiceProblem
from chassis.types.text import is_storable
from gateway.composition.csv_files.columns import FIELDS, FULL_NAME, KINDS, REASON, match
from gateway.composition.csv_files.dialect import DELIMITERS
from gateway.composition.csv_files.reader import SURPLUS, CsvFile, open_csv, require_columns
from gateway.composition.failed_rows import inert

HEADER = "external_id,first_name,last_name,email,currency_code,status"
NAMES = HEADER.split(",")


def read(raw: bytes, kind: str = "clients", **given_) -> CsvFile:
    return open_csv(kind, "c.csv", io.BytesIO(raw), **given_)


def rows_of(raw: bytes, **given_) -> list[dict]:
    return list(read(raw, **given_).rows())


def refusal_of(raw: bytes) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        read(raw)
    assert refusal.value.status == 422
    assert refusal.value.errors[0]["pointer"] == "/clients"
    return refusal.value.errors[0]["message"]


def test_rows_keep_their_place_and_their_text():
    raw = (
        f'\ufeff{HEADER}\r\n1,"Luís, the\nsecond",G,l@x.example,USD,active\r\n\r\n2,A,B,a@x.example,USD,active'.encode()
    )
    assert list(read(raw).columns) == NAMES
    first, second = rows_of(raw)
    assert first == {
        "line": 2,
        "values": {
            "external_id": "1",
            "first_name": "Luís, the\nsecond",
            "last_name": "G",
            "email": "l@x.example",
            "currency_code": "USD",
            "status": "active",
        },
    }
    assert second["line"] == 4, "a blank row counts, the lines of a cell do not"


def test_a_row_with_too_many_or_too_few_cells_is_left_for_its_owner_to_refuse():
    first, second = rows_of(f"{HEADER}\n1,A,B,a@x.example,USD,active,more,cells\n2,A\n".encode())
    assert first["values"][SURPLUS] == "more cells"
    assert second["values"] == {"external_id": "2", "first_name": "A"}


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("utf-32", "utf-32"),
        ("utf-32-le", "utf-32"),
        ("utf-32-be", "utf-32"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_encoding_and_delimiter_are_recognised(codec, encoding, delimiter):
    text = f"{HEADER}\r\n1,Jörg,Müller,j@x.example,EUR,active\r\n".replace(",", delimiter)
    file = read(text.encode(codec))
    assert (file.reading["encoding"], file.reading["delimiter"]) == (encoding, delimiter)
    (row,) = file.rows()
    assert (row["values"]["first_name"], row["values"]["last_name"]) == ("Jörg", "Müller")


@pytest.mark.parametrize(
    ("header", "codec", "encoding"),
    [
        ("名,姓,メール,通貨", "shift_jis", "shift_jis"),
        ("名,姓,メール,通貨", "utf-32-be", "utf-32"),
        ("公司,邮箱,电话,货币", "gbk", "gb18030"),
        ("Имя,Фамилия,Почта,Валюта", "windows-1251", "windows-1251"),
        ("Prénom,Nom,Société,Devise", "macintosh", "macintosh"),
        ("Prénom,Nom,Société,Devise", "windows-1252", "windows-1252"),
    ],
)
def test_of_old_encodings_the_one_in_which_the_columns_are_known_is_a_guess(header, codec, encoding):
    file = read(f"{header}\nx,x,x,EUR\n".encode(codec))
    assert (file.reading["encoding"], file.reading["certain"]) == (encoding, codec.startswith("utf"))
    assert list(file.matches()) == header.split(",")
    assert read(f"{header}\n".encode(codec), encoding=encoding).reading["certain"]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "windows-1250", "utf-16"])
@pytest.mark.parametrize("codec", ["shift_jis", "gbk", "utf-16", "utf-32"])
def test_names_of_columns_that_cannot_be_read_can_be_stored_and_told_apart(codec, encoding):
    file = read("番号,番地,号\n1,2,3\n".encode(codec), encoding=encoding)
    assert all(map(is_storable, file.columns)) and len(file.columns) == len(set(file.columns)) > 0


def test_names_that_look_the_same_because_they_cannot_be_read_are_numbered():
    assert list(read(b"a,\x81,\x8d,\n", encoding="windows-1252").columns) == ["a", "\ufffd", "\ufffd (2)"]


def test_a_program_is_told_what_its_file_was_taken_for():
    file = read("Наименование\n".encode("windows-1251"))
    with pytest.raises(ServiceProblem) as refusal:
        require_columns(file, file.matches())
    assert is_storable(refusal.value.detail)
    assert "was taken for Windows-1252 (Western Europe): give its encoding" in refusal.value.detail


def test_the_delimiter_of_a_header_that_nobody_knows_is_the_one_that_fits_the_rows():
    assert read(b"Wert A, B;Zahl\n15;2\n35;4\n").reading["delimiter"] == ";"
    assert read(b"sep=|\nfirst|second,third\n1|2,3\n").reading["delimiter"] == "|"


def test_excels_own_first_line_is_no_row():
    file = read(f"sep=;\r\n{HEADER}\r\n1;A;B;a@x.example;EUR;active\r\n".replace(",", ";").encode())
    assert list(file.columns) == NAMES and [row["line"] for row in file.rows()] == [2]


def test_a_choice_stands_above_what_would_be_recognised():
    raw = "external_id;first_name\n1;Łukasz\n".encode("windows-1250")
    (row,) = rows_of(raw, encoding="windows-1250", delimiter=";")
    assert row["values"]["first_name"] == "Łukasz"
    (row,) = rows_of(raw, encoding="windows-1250", delimiter=",")
    assert row["values"] == {"external_id;first_name": "1;Łukasz"}


def test_one_byte_that_is_not_utf_8_costs_its_row_alone():
    good = "".join(f"{n},Jörg,Müller,j@x.example,EUR,active\n" for n in range(3))
    bad, *others = rows_of(f"{HEADER}\n9,".encode() + b"J\xf6rg,M,m@x.example,EUR,active\n" + good.encode())
    assert bad["fault"] == "The row has characters that are not UTF-8." and bad["values"]["first_name"] == "J\ufffdrg"
    assert [row["values"]["first_name"] for row in others] == ["Jörg"] * 3
    assert not any("fault" in row for row in others)


@pytest.mark.parametrize(
    ("bad", "cells"),
    [
        ('2,"Ana" B,Bad,b@x.example,EUR,active\n', ["2", "Ana B", "Bad", "b@x.example", "EUR", "active"]),
        ('2,"Ana,Bad,b@x.example,EUR,active\n', ["2", "Ana,Bad,b@x.example,EUR,active"]),
        ("2," + '"' + "x" * 200_000 + "\n", None),
        ("2," + "x" * 1_100_000 + "\n", None),
    ],
    ids=["a quote inside", "a quote never closed", "a quote never closed in a long row", "a row beyond measure"],
)
def test_a_row_that_is_not_csv_costs_itself_alone(bad, cells):
    raw = f"{HEADER}\n1,A,B,a@x.example,EUR,active\n{bad}3,C,D,c@x.example,EUR,active\n4,E,F,e@x.example,EUR,active\n"
    rows = rows_of(raw.encode())
    assert [row["line"] for row in rows] == [2, 3, 4, 5]
    assert [row["values"]["external_id"][:1] for row in rows[2:]] == ["3", "4"]
    assert ["fault" in row for row in rows] == [False, True, False, False]
    if cells:
        assert list(rows[1]["values"].values()) == cells


def test_columns_without_a_name_and_rows_without_content_are_passed_over():
    file = read(b"email,,status,,\n,,,,\na@x.example,1,active,2,3\n  ,,,,\nb@x.example,,active,,,,\n")
    assert list(file.columns) == ["email", "status"] and file.reading["unnamed"] == 3
    assert list(file.rows()) == [
        {"line": 3, "values": {"email": "a@x.example", "status": "active"}},
        {"line": 5, "values": {"email": "b@x.example", "status": "active"}},
    ]


def test_two_hundred_columns_are_read():
    names = [f"note{n}" for n in range(200)]
    (row,) = rows_of((",".join(names) + "\n" + ",".join("x" * 200) + "\n").encode())
    assert list(row["values"]) == names


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The file is empty: its first row must name the columns."),
        (b"\n,,\n", "The file is empty: its first row must name the columns."),
        (b'"open\n', "Row 1 must name the columns. The row is not CSV: a quote is opened and never closed."),
        (b"email,email\n", "The column 'email' stands twice."),
        (",".join(map(str, range(201))).encode(), "The file has more than 200 columns."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(raw, message):
    assert refusal_of(raw) == message


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (
            b"PK\x03\x04" + bytes(60),
            'spreadsheet (.xlsx, .ods) or another packed file, not CSV. Save the sheet as "CSV',
        ),
        (b"\xd0\xcf\x11\xe0" + bytes(60), "an old Excel workbook (.xls)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x1f\x8b\x08", "compressed (gzip)"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<!doctype html><table>", "a web page"),
        (bytes(range(256)) + bytes(64), "This is no text"),
    ],
)
def test_what_is_no_csv_is_named_with_what_to_do(raw, what):
    assert what in refusal_of(raw)


# Headers as other systems and people write them.
REAL = {
    "clients": [
        (
            "First Name,Last Name,E-mail,Company Name,Phone Number,Address 1,Address 2,City,State,Postal code,Country",
            11,
        ),
        ("Client ID,First Name,Last Name,Company Name,Email,Phone Number,Postcode,Currency,Status", 9),
        (
            "id,firstname,lastname,companyname,email,address1,address2,city,state,postcode,country,phonenumber,status",
            13,
        ),
        ("id_code,first_name,last_name,company,email,address1,city,state,zip,country,default_currency,status", 12),
        ("Kundennr.;Vorname;Nachname;E-Mail;Firma;Straße;PLZ;Ort;Land;Telefon;Währung;Status".replace(";", ","), 12),
        ("Prénom,Nom de famille,Courriel,Société,Code postal,Ville,Pays,Téléphone,Devise,Statut", 10),
        ("FIRST_NAME, Surname ,EMAIL ADDRESS,Organisation,Zip,County", 6),
        ("Prénom,Nom,Courriel", 3),
        ("Name,Vorname,E-Mail", 3),
        ("First,Last,Email", 3),
    ],
    "invoices": [
        ("Invoice Number,Client ID,Invoice Date,Due Date,Status,Currency,Total", 7),
        (
            "Invoice No,Client ID,Date,Due,Status,Currency,Total,Company Name,Contact,Street,City,Zip,Country,VAT Number",
            14,
        ),
        ("Rechnungsnr.,Kundennr.,Rechnungsdatum,Fällig am,Status,Währung,Betrag", 7),
    ],
    "invoice_lines": [
        ("Invoice ID,Item,Qty,Price", 4),
        ("Invoice ID,Item,Qty,Price,VAT rate", 5),
        ("Rechnungsnummer,Beschreibung,Menge,Einzelpreis,MwSt-Satz", 5),
    ],
}


@pytest.mark.parametrize(("kind", "header", "known"), [(kind, *each) for kind in REAL for each in REAL[kind]])
def test_columns_are_matched_as_people_name_them(kind, header, known):
    found = match(kind, header.split(","))
    assert len(found) == known, found
    assert len(set(found.values())) == known


def test_a_fields_own_name_goes_before_others_and_one_column_goes_to_a_field():
    assert match("clients", ["Mail", "email", "id", "external_id"]) == {"email": "email", "external_id": "external_id"}
    assert match("clients", ["Phone", "Mobile"]) == {"Phone": "phone"}
    assert match("clients", ["Name", "First name", "Surname"]) == {"First name": "first_name", "Surname": "last_name"}
    assert match("clients", ["Nom", "Prénom"]) == {"Nom": "last_name", "Prénom": "first_name"}
    assert match("clients", ["Name", "Surname"]) == {"Name": "first_name", "Surname": "last_name"}
    assert match("clients", ["Name", "Email"]) == {"Name": "name", "Email": "email"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_matched_by_its_name_and_its_label(kind):
    names = [name for name in FIELDS[kind] if (kind, name) != ("clients", FULL_NAME)]
    assert match(kind, names) == match(kind, FIELDS[kind]) == {name: name for name in names}
    labels = {FIELDS[kind][name][0]: name for name in names}
    assert match(kind, labels) == labels


def test_a_name_in_one_column_stands_for_both_its_parts():
    file = read(b"Full name,Email,Currency,Status\n")
    assert file.matches()["Full name"] == FULL_NAME
    require_columns(file, file.matches())


def test_missing_columns_are_all_named():
    file = read(b"external_id,total\n", "invoices")
    with pytest.raises(ServiceProblem) as refusal:
        require_columns(file, file.matches())
    assert {error["message"].split()[2] for error in refusal.value.errors} == {
        field for field, (_, required) in FIELDS["invoices"].items() if required
    } - {"external_id", "total"}


def test_failed_rows_are_read_as_they_were_before_they_were_written():
    cells = ["=1+1", "'", "+49 711 1", "-1", "@x", "plain", "'=x"]
    raw = ",".join([*map(str, range(7)), REASON]) + "\n" + ",".join([*map(inert, cells), "Not good."]) + "\n"
    (row,) = rows_of(raw.encode())
    assert list(row["values"].values()) == cells


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise_anything_but_a_refusal(raw):
    try:
        rows = rows_of(raw)
    except ServiceProblem as refusal:
        assert refusal.status == 422
    else:
        assert all(row["line"] >= 1 for row in rows)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
LATIN = st.text(st.characters(codec="windows-1252", exclude_characters="\0"), max_size=20)


@given(
    st.sampled_from([("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("windows-1252",) * 2]),
    st.sampled_from(list(DELIMITERS)),
    st.data(),
)
def test_any_table_that_is_written_as_csv_reads_back_the_same(coding, delimiter, data):
    codec, encoding = coding
    cell = LATIN if codec == "windows-1252" else TEXT
    table = data.draw(st.lists(st.lists(cell, min_size=6, max_size=6), max_size=8))
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=delimiter, quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    )
    writer.writerows([NAMES, *table])
    raw = out.getvalue().encode(codec)
    if encoding == "windows-1252":
        assume(_is_no_utf_8(raw))
    file = read(raw)
    assert (file.reading["encoding"], file.reading["delimiter"]) == (encoding, delimiter)
    assert [list(row["values"].values()) for row in file.rows()] == [
        cells for cells in table if any(cell.strip() for cell in cells)
    ]


def _is_no_utf_8(raw: bytes) -> bool:
    """Whether nobody can take these bytes of Windows-1252 for UTF-8: most of what is not ASCII is no UTF-8."""
    text = raw.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= c <= "\udcff" for c in text)
    return bad > sum(c > "\x7f" for c in text) - bad
