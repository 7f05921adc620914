"""CSV as people send it: read strictly, refused with the line and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import ServiceProblem
from gateway.composition.csv_files import FIELDS, SURPLUS, read_csv, require_columns

HEADER = "external_id,first_name,last_name,email,currency_code,status"


def refusal_of(raw: bytes) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        read_csv("clients", "c.csv", raw)
    assert refusal.value.status == 422
    assert refusal.value.errors[0]["pointer"] == "/clients"
    return refusal.value.errors[0]["message"]


def test_rows_keep_their_line_and_their_text():
    file = read_csv(
        "clients", "c.csv", f'\ufeff{HEADER}\r\n1,"Luís, the\nsecond",G,l@x.example,USD,active\r\n'.encode()
    )
    assert file.columns == HEADER.split(",")
    assert file.rows == [
        {
            "line": 3,
            "values": {
                "external_id": "1",
                "first_name": "Luís, the\nsecond",
                "last_name": "G",
                "email": "l@x.example",
                "currency_code": "USD",
                "status": "active",
            },
        }
    ]


def test_a_row_with_too_many_or_too_few_cells_is_left_for_its_owner_to_refuse():
    file = read_csv("clients", "c.csv", f"{HEADER}\n1,A,B,a@x.example,USD,active,more,cells\n2,A\n".encode())
    assert file.rows[0]["values"][SURPLUS] == "more cells"
    assert file.rows[1]["values"] == {"external_id": "2", "first_name": "A"}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The file is empty: its first line must name the columns."),
        (f"{HEADER}\n1,Lu".encode() + b"\xeds,x\n", "The file is not UTF-8: line 2 has a byte that cannot be read."),
        (f"{HEADER}\n1,a\x00b\n".encode(), "Line 2 holds a NUL character."),
        (f'{HEADER}\n1,"open\n2,b\n'.encode(), "Line 3 is not CSV: unexpected end of data."),
        (b"email,email\n", "The column 'email' stands twice."),
        (",".join(map(str, range(61))).encode(), "The file has more than 60 columns."),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(raw, message):
    assert refusal_of(raw) == message


def test_missing_columns_are_all_named():
    file = read_csv("invoices", "i.csv", b"external_id,total\n")
    with pytest.raises(ServiceProblem) as refusal:
        require_columns(file, file.matches())
    assert {error["message"].split()[2] for error in refusal.value.errors} == {
        field for field, (_, required) in FIELDS["invoices"].items() if required
    } - {"external_id", "total"}


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise_anything_but_a_refusal(raw):
    try:
        file = read_csv("clients", "c.csv", raw)
    except ServiceProblem as refusal:
        assert refusal.status == 422
    else:
        assert all(row["line"] >= 1 for row in file.rows)
