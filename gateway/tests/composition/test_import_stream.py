"""A large file on its way into an import: the gateway goes on answering, and never holds more of it than a part."""

import io
import json
import random
import tracemalloc

import pytest

from chassis import green
from chassis.testing.loop_lag import LIMIT, loop_lag
from gateway.composition.csv_files.reader import MAX_BYTES, open_csv
from gateway.composition.imports import stage

HEADER = "external_id,first_name,last_name,email,company,city,country,currency_code,status\n"
MB = 1024 * 1024


class Services:
    """Stands for a request's context: takes each call as the bus would, and counts the rows."""

    rows = 0

    def call(self, target: str, *, seconds: float | None = None, **given) -> dict:
        json.dumps(given)
        self.rows += len(given.get("rows", ()))
        green.give_way()
        return {"id": "one"}


def people(size: int, encoding: str = "utf-8") -> io.BytesIO:
    """A file of about so many bytes."""
    row = "{0},Jörg,Müller,j{0}@people.example,Müller GmbH,Köln,Germany,EUR,active\n"
    count = size // len(row.format(1_000_000).encode(encoding))
    return io.BytesIO((HEADER + "".join(row.format(n) for n in range(count))).encode(encoding))


def faulty(size: int) -> io.BytesIO:
    """A file of about so many bytes, every row of which opens a quote."""
    return io.BytesIO(HEADER.encode() + b'1,"a b,c\n' * (size // 9))


def wide(size: int) -> io.BytesIO:
    """A file of about so many bytes in rows of 200 long cells."""
    cells, letters = 200, random.Random(1)
    row = (",".join("".join(letters.choices("äöü x", k=1000)) for _ in range(cells)) + "\n").encode()
    return io.BytesIO((",".join(f"c{n}" for n in range(cells)) + "\n").encode() + row * (size // len(row)))


@pytest.mark.parametrize("file", [people(31 * MB), people(2 * MB, "utf-16"), faulty(MB), wide(8 * MB)])
def test_the_loop_is_never_held_while_a_file_is_read_and_staged(file):
    services = Services()

    def upload():
        stage(services, [open_csv("clients", "c.csv", file)], "csv", False, keep=True)

    with loop_lag() as lag:
        green.spawn(upload).wait()
    assert services.rows > 20 and file.getbuffer().nbytes < MAX_BYTES
    assert lag.longest <= LIMIT, lag


@pytest.mark.parametrize("make", [people, wide])
def test_a_file_is_never_in_memory_as_a_whole(make):
    file = make(6 * MB)
    tracemalloc.start()
    try:
        stage(Services(), [open_csv("clients", "c.csv", file)], "csv", False, keep=True)
        assert tracemalloc.get_traced_memory()[1] < 3 * MB
    finally:
        tracemalloc.stop()
