"""Looking for words in the log: what was typed as a condition on the index of what entries say."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.errors import QueryCanceled
from sqlalchemy import ColumnElement, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from chassis.errors import field_problem
from services.audit.models import Entry
from services.audit.wording import SENTENCES

SECONDS = 0.4  # of the page's statement, and of that which counts: a caller waits a second for both
TOO_MANY = "This stands in too many entries to look through at once. Choose a category, or a shorter span of days."
_FILLED = re.compile(r"\{[^}]*\}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
# {event type: the words of its sentences that are the same in every entry}
_SAID = {
    name: {*re.findall("[a-z0-9]+", _FILLED.sub(" ", " ".join(forms)).lower()), *re.findall("[a-z]+", name)}
    for name, forms in SENTENCES.items()
}


def says(session: Session, typed: str) -> ColumnElement[bool]:
    """Entries that have each word of `typed`, or one that begins so: in their sentence, in a changed value, or in the name
    of who did it. Case, accents and the commas of an amount are no matter."""
    words = session.scalar(select(cast(func.tsvector_to_array(func.log_words(_THOUSANDS.sub("", typed))), ARRAY(Text))))
    query = " & ".join(f"({' | '.join(_lexemes(word))})" for word in words)
    return func.entry_words(Entry.type, Entry.facts, Entry.changes, Entry.personal).op("@@")(cast(query, TSQUERY))


def _lexemes(word: str) -> list[str]:
    """Any of these in an entry is `word`: itself, or a type whose sentences have it."""
    types = [name for name, said in _SAID.items() if any(one.startswith(word) for one in said)]
    return [f"'{word}':*", *(f"'={name}'" for name in types)]


@contextmanager
def in_time(session: Session, typed: str | None) -> Iterator[None]:
    """Where words are looked for, each statement inside ends after SECONDS; then it raises a 422 of `q`."""
    if typed is None:
        yield
        return
    session.execute(text(f"SET statement_timeout = '{round(SECONDS * 1000)}ms'"))
    try:
        yield
    except OperationalError as error:
        session.rollback()
        if not isinstance(error.orig, QueryCanceled):
            raise
        raise field_problem("/q", TOO_MANY) from error
    finally:
        session.execute(text("RESET statement_timeout"))
