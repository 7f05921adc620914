"""CSV as it leaves: lines that a spreadsheet reads as they are meant."""

import csv
import io
import re
from collections.abc import Callable

MARK = b"\xef\xbb\xbf"  # a spreadsheet takes CSV for UTF-8 by it
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-\d+(\.\d+)?")


def csv_writer(delimiter: str = ",") -> Callable[..., bytes]:
    """A function that makes a line of CSV, in UTF-8, of its cells; each is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, delimiter=delimiter)

    def write(cells) -> bytes:
        out.seek(0)
        out.truncate()
        writer.writerow(cells)
        return out.getvalue().encode()

    return write


def safe_cell(cell) -> str:
    """The text of a cell, which no spreadsheet takes for a formula; a negative number stays one."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text
