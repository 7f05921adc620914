"""Filters of listings: what a filter's text asks of rows whose fields are a column each."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement

from chassis.filters.checker import ABSENT, Check, Checker
from chassis.filters.fields import Field, Kind, Vocabulary
from chassis.filters.parser import parse
from chassis.filters.sql import comparison, condition, money_condition, span_condition, text_condition


class ListingFilter:
    """The fields that a listing can be filtered by, and by their names what each is in SQL: a column, or of money the
    minor units and the column of their currency."""

    def __init__(self, fields: Iterable[Field], columns: Mapping[str, ColumnElement | tuple]):
        self._vocabulary, self._columns = Vocabulary(tuple(fields), choices={}, members={}), columns

    def conditions(self, typed: str, now: datetime) -> list[ColumnElement[bool]]:
        """The condition of a filter, none of an empty one; days are those of the time zone of `now`. Raises a `fault`."""
        tree = parse(typed)
        return [] if tree is None else [condition(Checker(self._vocabulary, now).check(tree), self._condition_of)]

    def _condition_of(self, check: Check) -> ColumnElement:
        column = self._columns[check.field.name]
        if check.operator == ABSENT:
            return column.is_(None)
        match check.field.kind:
            case Kind.TEXT:
                return text_condition(column, check)
            case Kind.MOMENT:
                return span_condition(check, column)
            case Kind.MONEY:
                return money_condition(*column, check)
        return comparison(column, check)
