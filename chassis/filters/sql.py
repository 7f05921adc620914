"""Filters as bound SQL: what was checked becomes a condition, and common columns become conditions of their kinds."""

import operator
from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, collate, func, or_, true

from chassis.filters.checker import HAS, Check, Checked
from chassis.filters.dates import Span
from chassis.filters.tree import And, Not
from chassis.types.text import COLLATION

COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def condition(node: Checked, of: Callable[[Check], ColumnElement], *, negated: bool = False) -> ColumnElement:
    """The condition of a filter; `of` says it of one check, and may be NULL where there is nothing to compare.

    Such a check does not hold, and its opposite does: there are two answers, not three. Each negation is moved down to its
    checks, so that those that stand alone can use an index.
    """
    if isinstance(node, Not):
        return condition(node.part, of, negated=not negated)
    if isinstance(node, Check):
        return of(node).is_not(true()) if negated else of(node)
    join = and_ if isinstance(node, And) is not negated else or_
    return join(*(condition(part, of, negated=negated) for part in node.parts))


def text_condition(column: ColumnElement, check: Check) -> ColumnElement:
    """A text that is the operand, or has it in it, capitals aside."""
    text, wanted = (func.lower(collate(one, COLLATION)) for one in (column, check.operand))
    return func.strpos(text, wanted) > 0 if check.operator == HAS else text == wanted


def comparison(column: ColumnElement, check: Check) -> ColumnElement:
    """A number, a date, a flag or an id compared with the operand."""
    return COMPARE[check.operator](column, check.operand)


def span_condition(check: Check, up: ColumnElement, down: ColumnElement | None = None) -> ColumnElement:
    """A moment before, in or after a span. Where none is, `up` is later and `down` is earlier than every other."""
    span: Span = check.operand
    down = up if down is None else down
    return {
        "=": lambda: and_(down >= span.start, up < span.end),
        "<": lambda: up < span.start,
        "<=": lambda: up < span.end,
        ">": lambda: down >= span.end,
        ">=": lambda: down >= span.start,
    }[check.operator]()


def money_condition(minor: ColumnElement, currency: ColumnElement, check: Check) -> ColumnElement:
    """An amount compared with one of its own currency, or with 0 of any."""
    amount, of = check.operand
    compared = COMPARE[check.operator](minor, amount)
    return compared if of is None else and_(currency == of, compared)
