"""Saved view: schemas of views, of their counts, and of how a person keeps a list."""

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, list_of
from chassis.types.fields import Flag, IdField, PathId, Text, WholeNumber
from services.clients import columns, rules
from services.clients.schemas import NamedAnswer

LONGEST_FILTER = 10_000
WIDTHS = (40, 800)
DENSITIES = ("two_lines", "compact")


class ColumnName(fields.String):
    """A column of the list: of a custom field `field:<id>`."""

    def _deserialize(self, value, attr, data, **kwargs):
        column = super()._deserialize(value, attr, data, **kwargs)
        if not columns.is_column(column):
            raise ValidationError("There is no such column.")
        return column


def _once(chosen: list[str]) -> None:
    if len(set(chosen)) < len(chosen):
        raise ValidationError("A column stands twice.")


def chosen_columns(**options) -> fields.List:
    """Columns in their order, each once; none are the person's own, or else the standard ones."""
    return fields.List(ColumnName(), validate=[validate.Length(max=columns.MOST), _once], **options)


class ColumnsText(fields.String):
    """The columns of a query: names with commas between them."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        chosen = [name.strip() for name in text.split(",") if name.strip()]
        for name in chosen:
            if not columns.is_column(name):
                raise ValidationError("There is no such column.")
        return chosen_columns().deserialize(chosen)


class SortName(fields.String):
    """What the client list is sorted by: a column, or turned round with a minus before it."""

    def __init__(self, **options):
        indexed = ", ".join(f"`{sort}`" for sort in rules.ClientSort if not sort.startswith("-"))
        says = (
            "A column of the list, a custom field's `field:<id>` too; a minus before it turns it round. Those of "
            f"{indexed} are fast in a list of any length; by any other a long list has to be narrowed down (422)."
        )
        super().__init__(validate=validate.Length(max=60), metadata={"description": says}, **options)

    def _deserialize(self, value, attr, data, **kwargs):
        sort = super()._deserialize(value, attr, data, **kwargs)
        if not columns.is_sort(sort):
            raise ValidationError("The list cannot be sorted by this.")
        return sort


class ListQuery(Schema):
    """What a view asks the list for."""

    filter = Text(LONGEST_FILTER, load_default="")
    q = Text(100, load_default="")
    sort = Text(60, load_default="")


def _list(**options) -> fields.String:
    return fields.String(validate=validate.OneOf(tuple(rules.LISTS)), **options)


class OneList(Schema):
    """A list that has views."""

    list = _list(load_default="clients")


class OpenView(OneList):
    """`open_view`: the list, and the view that it opens with, an id, `all` or `default`."""

    view = Text(40, load_default=None, allow_none=True)


class CreateView(ListQuery, OneList):
    """`create_view`: what is saved under a name; where it stands in the caller's bar, and whether the list opens with
    it. Without a `sort` it has the list's first order. Only the client list has columns and density to choose."""

    name = Text(60, name=True, min_length=1, required=True)
    columns = chosen_columns(load_default=list)
    density = fields.String(load_default="", validate=validate.OneOf(("", *DENSITIES)))
    shared = Flag(load_default=False)
    pinned = Flag(load_default=True)
    default = Flag(load_default=False)


class OneView(Schema):
    """A view by its id."""

    view_id = PathId(required=True)


class UpdateView(CreateView):
    """`update_view`: what shall change; `position` is its place in the caller's bar, from 0 on."""

    view_id = PathId(required=True)
    position = WholeNumber(strict=False, validate=validate.Range(min=0, max=1000))

    class Meta:
        exclude = ("list",)

    def __init__(self, **options):
        super().__init__(partial=tuple(CreateView().fields), **options)


class KeepListSettings(Schema):
    """`keep_list_settings`: columns, widths in CSS pixels and density that the caller keeps; what is not given stays."""

    columns = chosen_columns()
    widths = fields.Dict(
        keys=ColumnName(),
        values=fields.Integer(strict=True, validate=validate.Range(*WIDTHS)),
        validate=validate.Length(max=100),
    )
    density = fields.String(validate=validate.OneOf(DENSITIES))


class ViewAnswer(Answer):
    """A view as the caller sees it; `ours` is one that every business has, of no owner."""

    id = IdField()
    list = _list()
    name = fields.String()
    filter = fields.String()
    q = fields.String()
    sort = fields.String()
    columns = fields.List(fields.String())
    density = fields.String(validate=validate.OneOf(("", *DENSITIES)))
    shared = Flag()
    ours = Flag()
    owner = fields.Nested(NamedAnswer, allow_none=True)
    mine = Flag()
    pinned = Flag()
    default = Flag()


class ViewFault(Answer):
    """What is wrong with the view that was asked for."""

    title = fields.String()
    detail = fields.String()


class OpenedView(Answer):
    """The views of a list that the caller sees, the one that is open, and what is at `fault` where none is."""

    views = fields.List(fields.Nested(ViewAnswer))
    view = fields.Nested(ViewAnswer, allow_none=True)
    fault = fields.Nested(ViewFault, allow_none=True)


class ViewCount(Answer):
    """How many clients a view has; no total while that cannot be said, for what `fault` says."""

    id = IdField()
    total = fields.Integer(strict=True, allow_none=True)
    exact = Flag()
    fault = fields.String(allow_none=True)


class ListSettingsAnswer(Answer):
    """How the caller keeps the list."""

    columns = fields.List(fields.String())
    widths = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True))
    density = fields.String(validate=validate.OneOf(DENSITIES))


class FieldColumn(Answer):
    """A custom field as a column of the list."""

    column = fields.String()
    label = fields.String()
    type = fields.String(validate=validate.OneOf(rules.FIELD_TYPES))


class DeletedView(Answer):
    """A view that is gone, and the list that it was of."""

    deleted = IdField()
    list = _list()


ViewList = list_of(ViewAnswer)
ViewCounts = list_of(ViewCount)
