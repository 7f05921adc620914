"""Custom field values of a form: only those that were changed, or are required and missing, are saved."""

from gateway.http.context import RequestContext


def typed_values(ctx: RequestContext, fields: list[dict]) -> dict[str, str | bool]:
    """The typed values of those `fields` that the form showed."""
    return {field["id"]: _typed(ctx, field) for field in fields if field["id"] in ctx.request.form.getlist("shown")}


def values_to_save(ctx: RequestContext, fields: list[dict], typed: dict) -> dict[str, str | bool]:
    """Those typed values that are to be saved."""
    return {
        field["id"]: typed[field["id"]] for field in fields if field["id"] in typed and _is_to_save(ctx, field, typed)
    }


def as_shown(value) -> str:
    """A value as a form carries it."""
    return "true" if value is True else value or ""


def _typed(ctx: RequestContext, field: dict) -> str | bool:
    text = ctx.request.form.get(field["id"], "").replace("\r\n", "\n").strip()
    return text == "true" if field["type"] == "checkbox" else text


def _is_to_save(ctx: RequestContext, field: dict, typed: dict) -> bool:
    was = ctx.request.form.get(f"was.{field['id']}", "").replace("\r\n", "\n")
    return as_shown(typed[field["id"]]) != was or (field["required"] and field["value"] is None)
