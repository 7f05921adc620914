"""Index of a checkpoint file: where in it each chain is named, kept in SQLite beside it.

It saves reading the whole file for one chain, and no more: whatever it points to is verified as ever. Where it does not
fit the file, as after a restore, it is made anew from it.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

STRETCH = 4 * 1024 * 1024  # of the file, taken in at once
LOCKED_SECONDS = 5.0
# Read from the text and not from its JSON: a line that somebody broke goes on to name its chains, and is found out.
_NAMED = re.compile(rb'"([^"\\]+)":\s*\[')
_TABLES = """
CREATE TABLE IF NOT EXISTS named (chain BLOB, place INTEGER, PRIMARY KEY (chain, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last_line (place INTEGER, size INTEGER, digest BLOB);
"""


class CheckpointIndex:
    """The index of the checkpoint file at `path`; any number of processes use it."""

    def __init__(self, path: Path):
        self._path, self._database = path, path.with_suffix(".index")

    def catch_up(self) -> Iterator[None]:
        """Take in what was added to the file since; pauses after each stretch of it."""
        with closing(self._connect()) as database, open(self._path, "rb") as file:
            while self._take_in(database, file):
                yield

    def places(self, chain: str) -> list[int]:
        """The offsets of the lines that name `chain`, oldest first."""
        with closing(self._connect()) as database:
            rows = database.execute("SELECT place FROM named WHERE chain = ? ORDER BY place", (chain.encode(),))
            return [place for (place,) in rows]

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._database, timeout=LOCKED_SECONDS, isolation_level=None)
        database.executescript(_TABLES)
        return database

    def _take_in(self, database: sqlite3.Connection, file: BinaryIO) -> bool:
        """One stretch of whole lines; False when there is none."""
        if _known(database, file) == file.seek(0, 2):
            return False
        with database:
            database.execute("BEGIN IMMEDIATE")
            end = _known(database, file)
            if end is None:
                database.execute("DELETE FROM named")
            places, lines = [end or 0], _lines(file, end or 0)
            for line in lines:
                named = {(chain, places[-1]) for chain in _NAMED.findall(line)}
                database.executemany("INSERT OR IGNORE INTO named VALUES (?, ?)", named)
                places.append(places[-1] + len(line))
            if lines:
                database.execute("DELETE FROM last_line")
                digest = hashlib.sha256(lines[-1]).digest()
                database.execute("INSERT INTO last_line VALUES (?, ?, ?)", (places[-2], len(lines[-1]), digest))
        return bool(lines)


def _known(database: sqlite3.Connection, file: BinaryIO) -> int | None:
    """Up to where the file was taken in; None where that is not what the file has there."""
    row = database.execute("SELECT place, size, digest FROM last_line").fetchone()
    if row is None:
        return None
    place, size, digest = row
    file.seek(place)
    return place + size if hashlib.sha256(file.read(size)).digest() == digest else None


def _lines(file: BinaryIO, start: int) -> list[bytes]:
    """Whole lines from `start` on, a stretch of the file and at least one where there is one."""
    file.seek(start)
    text = file.read(STRETCH)
    if b"\n" not in text:
        text += file.readline()
    return text[: text.rfind(b"\n") + 1].splitlines(keepends=True)
