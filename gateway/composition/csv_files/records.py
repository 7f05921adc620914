"""Records of CSV text, read as a stream. A record that is not CSV costs itself alone: reading goes on at the next line."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

MAX_LINE = 1_000_000  # characters
csv.field_size_limit(131_072)


@dataclass(frozen=True)
class Record:
    """A record by its row as a spreadsheet counts, the header being the first, and blank ones counted too.

    With a `fault`, a sentence, its cells are what can be guessed of its first line.
    """

    row: int
    cells: list[str]
    fault: str | None = None


class Lines:
    """The physical lines of a text. Those that a faulty record has taken but the first are given back."""

    def __init__(self, text: TextIO):
        self._text, self._back = text, deque()
        self.taken: list[str] = []

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.taken.append(line)
        if len(line) >= MAX_LINE and not line.endswith(("\r", "\n")):
            self._skip_line()
            raise csv.Error(f"longer than {MAX_LINE:,} characters")
        return line

    def begin(self) -> None:
        """A new record begins with the next line."""
        self.taken.clear()

    def give_back(self) -> str:
        """The first line of this record; the others are read again."""
        first, *others = self.taken
        self._back.extendleft(reversed(others))
        return first

    def _skip_line(self) -> None:
        while (rest := self._text.readline(MAX_LINE)) and not rest.endswith(("\r", "\n")):
            pass


def records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """Every record of `lines`, blank ones too."""
    reader, row = csv.reader(lines, delimiter=delimiter, strict=True), 0
    while True:
        row += 1
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Record(row, _guessed(first, delimiter), f"The row is not CSV: {_reason(error)}.")
        else:
            yield Record(row, cells)


def _guessed(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return [line[:MAX_LINE]]


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "a quote is opened and never closed"
    if "expected after" in text:
        return "a quote is closed before the end of its cell; a quote inside a cell is written twice"
    if "field larger" in text:
        return f"a cell is longer than {csv.field_size_limit():,} characters, or a quote is opened and never closed"
    return text
