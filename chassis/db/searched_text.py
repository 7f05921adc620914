"""Searched text: a folded copy of what people look for words in, a column that the database keeps by itself.

`functions()` makes what such a column and its indexes are computed by: `search_fold(text)`, as chassis.types.text.fold,
and `search_pairs(text)`, the pairs of neighbouring characters. Words of three letters have an index of trigrams; two
characters of a script without spaces one of pairs, which holds only the rows that have such characters.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, and_, cast, func
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.types.text import WITHOUT_SPACES, fold_in_sql

_TRIGRAM = re.compile(r"[^\W_]{3}")
_PAIR = re.compile(f"(?=({WITHOUT_SPACES}{{2}}))")


def pairs_where(column: str = "searched") -> str:
    """The rows that an index of pairs holds."""
    return f"{column} ~ '{WITHOUT_SPACES}'"


def functions() -> str:
    """The SQL that makes both functions."""
    return f"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE OR REPLACE FUNCTION search_fold(shown text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT {fold_in_sql("shown")} $$;
CREATE OR REPLACE FUNCTION search_pairs(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS $$ SELECT array_agg(substr(folded, place, 2)) FROM generate_series(1, length(folded) - 1) AS place $$;
"""


def indexes(table: str) -> tuple[str, ...]:
    """The indexes of the column `searched` of a table, for create_indexes."""
    return (
        f"ix_{table}_search ON {table} USING gin (searched gin_trgm_ops)",
        f"ix_{table}_pairs ON {table} USING gin (search_pairs(searched)) WHERE {pairs_where()}",
    )


def holds(column: ColumnElement, words: Sequence[str]) -> ColumnElement | None:
    """That each of the folded `words` stands in `column`; None where no index finds any of them."""
    each = [column.contains(word, autoescape=True) for word in words]
    if any(map(_TRIGRAM.search, words)):
        return and_(*each)
    pairs = sorted({pair for word in words for pair in _PAIR.findall(word)})
    if not pairs:
        return None
    by_pairs = func.search_pairs(column).op("@>")(cast(array(pairs), ARRAY(Text)))
    return and_(column.regexp_match(WITHOUT_SPACES), by_pairs, *each)
