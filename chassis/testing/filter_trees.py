"""Generated filters: trees of any restrictions, for tests by Hypothesis."""

from hypothesis import strategies as st

from chassis.filters.parser import OPERATORS
from chassis.filters.tree import And, Node, Not, Or, Restriction, Value, joined

_NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True)
_TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
_AMOUNTS = st.decimals(-(10**6), 10**6, places=2).map(str)
_CURRENCIES = st.from_regex(r"[A-Z]{3}", fullmatch=True).filter(lambda code: code not in ("AND", "NOT"))
VALUES = st.one_of(
    st.builds(Value, _TEXTS | st.sampled_from(["-30d", "2026-03-01", "a@b.example", "null", "*", "AND", 'a"b', "\\"])),
    st.builds(Value, _AMOUNTS, currency=_CURRENCIES),
    st.builds(Value, st.sampled_from(["null", "*"]), special=st.just(True)),
)
RESTRICTIONS = st.builds(
    Restriction,
    st.tuples(_NAMES) | st.tuples(_NAMES, _TEXTS | _NAMES),
    st.sampled_from(OPERATORS),
    VALUES,
)


def trees(restrictions: st.SearchStrategy[Restriction], *, leaves: int = 12) -> st.SearchStrategy[Node]:
    """Trees of AND, OR and NOT over `restrictions`, of `leaves` at most."""

    def larger(parts):
        some = st.lists(parts, min_size=2, max_size=4)
        return st.one_of(
            some.map(lambda them: joined(And, them)), some.map(lambda them: joined(Or, them)), parts.map(Not)
        )

    return st.recursive(restrictions, larger, max_leaves=leaves)
