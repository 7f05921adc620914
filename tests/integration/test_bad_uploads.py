"""Uploads that nobody should send: too many parts, packed files, paths for names, fields that an import does not
know."""

import gzip

import pytest

from tests.support.route_sampler import ApiClient, pointers

GOOD = b"first_name,last_name,email,currency_code,status\n"
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def upload(system):
    """`upload(files, **fields)`: the answer to an import of these; afterwards nothing may have been changed."""
    api = ApiClient(system)
    before = api.event_counts()
    yield lambda files=None, **options: api("POST", "/api/v1/imports", files=files, **options)
    assert api.event_counts() == before


def parts(number: int) -> bytes:
    one = b'--x\r\nContent-Disposition: form-data; name="source"\r\n\r\na\r\n'
    return one * number + b"--x--\r\n"


def test_ten_thousand_parts_are_too_many(upload):
    answer = upload(data=parts(10_000), headers=BOUNDARY)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_part_that_ends_nowhere_is_no_file(upload):
    begun = b'--x\r\nContent-Disposition: form-data; name="clients"; filename="c"\r\n\r\n'
    answer = upload(data=begun + GOOD, headers=BOUNDARY)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"0" * 10_000_000),
        b"PK\x03\x04" + b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"%PDF-1.7\n\xff\xfe",
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xfea\x00b\x00",
        b"",
        b"\n\n",
        b"a,a\n1,2\n",
    ],
    ids=["gzip", "zip", "png", "pdf", "html", "UTF-16", "empty", "blank", "a column twice"],
)
def test_what_is_no_csv_of_clients_is_refused_whatever_it_is_called(upload, content):
    answer = upload({"clients": ("clients.csv", content, "text/csv")})
    assert (answer.status_code, set(pointers(answer))) == (422, {"/clients"}), answer.text


def test_a_file_or_field_that_an_import_does_not_know_is_named(upload):
    files = {"clients": ("clients.csv", GOOD, "text/csv"), "passwords": ("p.csv", GOOD, "text/csv")}
    answer = upload(files, data={"is_admin": "1", "status": "done", "source": "csv"})
    assert pointers(answer) == {"/passwords": "unknown-field", "/is_admin": "unknown-field", "/status": "unknown-field"}


def test_a_field_that_stands_twice_is_named(upload):
    answer = upload(
        [("clients", ("a.csv", GOOD, "text/csv")), ("clients", ("b.csv", GOOD, "text/csv"))],
        data=[("source", "a"), ("source", "b")],
    )
    assert pointers(answer) == {"/clients": "validation", "/source": "validation"}


@pytest.mark.parametrize(
    "called", ["../../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a" * 5000, "a\r\nX-Evil: 1"]
)
def test_a_files_name_is_a_word_in_the_log_and_never_a_path(system, called):
    file = (called, GOOD + b"A,B,nobody,EUR,active\n", "text/csv")
    answer = ApiClient(system)("POST", "/api/v1/imports", files={"clients": file})
    assert answer.status_code == 202, answer.text
    (file,) = answer.json()["files"]
    assert len(file["name"]) <= 200 and file["name"].replace("\\", "") in called.replace("\r\n", "%0D%0A").replace(
        "\\", ""
    )
    assert "X-Evil" not in answer.headers
