"""Dialect of a CSV file: its encoding and its delimiter, recognised by plain rules."""

import codecs
import io
import re
from itertools import islice
from typing import BinaryIO

from chassis import green
from chassis.errors import field_problem
from gateway.composition.csv_files.columns import field_of
from gateway.composition.csv_files.records import Lines, records

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "windows-1252": "Windows-1252 (Western Europe)",
    "iso-8859-15": "ISO 8859-15 (Western Europe)",
    "windows-1250": "Windows-1250 (Central Europe)",
    "windows-1251": "Windows-1251 (Cyrillic)",
    "macintosh": "Mac Roman",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe"}
LEGACY = ("windows-1252", "windows-1250", "windows-1251", "macintosh", "shift_jis", "gb18030")
CODECS = {"utf-8": "utf-8-sig", "shift_jis": "cp932"}  # Shift JIS as Windows has it
MARKS = {
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),  # before UTF-16, whose mark it begins with
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
HEAD = 64 * 1024
SAMPLE_ROWS = 20

_SAVE = 'Save the sheet as "CSV UTF-8" and choose that file.'
FOREIGN = (
    (b"PK\x03\x04", f"This is a spreadsheet (.xlsx, .ods) or another packed file, not CSV. {_SAVE}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel workbook (.xls), not CSV. {_SAVE}"),
    (b"%PDF", "This is a PDF, not CSV."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it and choose the CSV file inside."),
    (b"\x89PNG", "This is a picture, not CSV."),
    (b"\xff\xd8\xff", "This is a picture, not CSV."),
    (b"SQLite format 3", "This is a database, not CSV."),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table)", re.IGNORECASE)
_UNREADABLE = re.compile("[\udc80-\udcff]")
_EXCEL = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)


def refuse_foreign(kind: str, file: BinaryIO) -> None:
    """Refuse what is no text at all, saying what it is and what to do. Raises a 422 that names the file's field."""
    file.seek(0)
    head = file.read(HEAD)
    sentence = next((sentence for begins, sentence in FOREIGN if head.startswith(begins)), None)
    if _MARKUP.match(head):
        sentence = f"This is a web page or XML, not CSV. {_SAVE}"
    if sentence is None and not _wide(head) and head.count(0) > len(head) // 50:
        sentence = f"This is no text, so it cannot be CSV. {_SAVE}"
    if sentence:
        raise field_problem(f"/{kind}", sentence)


def recognise_encoding(kind: str, file: BinaryIO) -> str:
    """The encoding by its mark, or by the zeros of UTF-16 and UTF-32; UTF-8 where more of it reads as that than does not;
    else that of LEGACY, the first of them, in which the most columns are known, and which is a guess."""
    file.seek(0)
    head = file.read(HEAD)
    if wide := _wide(head):
        return wide
    file.seek(0)
    decoder, good, bad = codecs.getincrementaldecoder("utf-8")("surrogateescape"), 0, 0
    while chunk := file.read(HEAD):
        green.give_way()
        text = decoder.decode(chunk)
        if not text.isascii():
            wrong = len(_UNREADABLE.findall(text))
            bad, good = bad + wrong, good + len(re.findall(r"[^\x00-\x7f]", text)) - wrong
    bad += len(decoder.decode(b"", True))
    return "utf-8" if good >= bad else max(LEGACY, key=lambda encoding: _known(kind, head, encoding))


def is_guess(encoding: str) -> bool:
    """Whether an encoding that was recognised may well be another one: it has no mark, and reads most bytes."""
    return encoding in LEGACY


def _known(kind: str, head: bytes, encoding: str) -> int:
    """How many columns are known in this encoding."""
    green.give_way()
    text = _EXCEL.sub("", head.decode(CODECS.get(encoding, encoding), "replace"), count=1)
    return max(_score(kind, text, delimiter)[0] for delimiter in DELIMITERS)


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark or by its zeros; None for what is neither."""
    if marked := next((encoding for encoding, marks in MARKS.items() if head.startswith(marks)), None):
        return marked
    zeros = [place for place in range(4) if head[place::4].count(0) > len(head) // 4 * 0.9]
    if len(head) >= 4 and zeros in ([0, 1], [2, 3], [0, 1, 2], [1, 2, 3]):
        return "utf-32"
    half = len(head) // 2
    found = half > 0 and (head[1::2].count(0) > half * 0.4) is not (head[0::2].count(0) > half * 0.4)
    return "utf-16" if found else None


def codec_of(encoding: str, file: BinaryIO) -> str:
    """The codec's name; of UTF-16 and UTF-32 without a mark the one whose zeros lie where they do."""
    if encoding not in MARKS:
        return CODECS.get(encoding, encoding)
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(MARKS[encoding]):
        return encoding
    bytes_each = int(encoding[-2:]) // 8
    first, last = (head[place::bytes_each].count(0) for place in (0, bytes_each - 1))
    return f"{encoding}-{'be' if first > last else 'le'}"


def recognise_delimiter(kind: str, sample: str) -> str:
    """The delimiter that makes the most known columns of the first row; then the one that gives the first rows equally
    many cells; then the most columns. Excel's own line `sep=;` decides before all."""
    stated = _EXCEL.match(sample)
    return stated[1] if stated else max(DELIMITERS, key=lambda delimiter: _score(kind, sample, delimiter))


def _score(kind: str, sample: str, delimiter: str) -> tuple[int, int, int]:
    rows = [record.cells for record in islice(records(Lines(io.StringIO(sample, newline="")), delimiter), SAMPLE_ROWS)]
    header = rows[0] if rows else []
    known = len({field_of(kind, cell) for cell in header} - {None})
    even = sum(len(cells) == len(header) for cells in rows[1:]) if len(header) > 1 else 0
    return known, even, len(header)


def states_delimiter(sample: str) -> bool:
    """Whether the first line is Excel's own `sep=;`, which no spreadsheet shows."""
    return _EXCEL.match(sample) is not None
