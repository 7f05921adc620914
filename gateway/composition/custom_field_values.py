"""Values of custom fields, as forms carry them: only what was changed, or has to be given and is not, is saved."""

from gateway.http.context import RequestContext


def typed_values(ctx: RequestContext, fields: list[dict]) -> dict[str, str | bool]:
    """What was typed into those of `fields` that the form showed."""
    return {field["id"]: _typed(ctx, field) for field in fields if field["id"] in ctx.request.form.getlist("shown")}


def asked_values(ctx: RequestContext, fields: list[dict], typed: dict) -> dict[str, str | bool]:
    """Those of them that are to be saved."""
    return {
        field["id"]: typed[field["id"]] for field in fields if field["id"] in typed and _is_asked(ctx, field, typed)
    }


def as_shown(value) -> str:
    """A value as a form carries it."""
    return "true" if value is True else value or ""


def _typed(ctx: RequestContext, field: dict) -> str | bool:
    text = ctx.request.form.get(field["id"], "").replace("\r\n", "\n").strip()
    return text == "true" if field["type"] == "checkbox" else text


def _is_asked(ctx: RequestContext, field: dict, typed: dict) -> bool:
    was = ctx.request.form.get(f"was.{field['id']}", "").replace("\r\n", "\n")
    return as_shown(typed[field["id"]]) != was or (field["required"] and field["value"] is None)
