"""Custom field values of a form: only those that were changed, or are required and missing, are saved."""

from collections.abc import Container

from chassis.errors import ServiceProblem
from gateway.http.context import RequestContext


def typed_values(ctx: RequestContext, fields: list[dict]) -> dict[str, str | bool]:
    """The typed values of those `fields` that the form showed."""
    return {field["id"]: _typed(ctx, field) for field in fields if field["id"] in ctx.request.form.getlist("shown")}


def values_to_save(ctx: RequestContext, fields: list[dict], typed: dict) -> dict[str, str | bool]:
    """Those typed values that are to be saved."""
    return {
        field["id"]: typed[field["id"]] for field in fields if field["id"] in typed and _is_to_save(ctx, field, typed)
    }


def values_seen(ctx: RequestContext, fields: list[dict], changed: Container[str]) -> dict[str, str | bool]:
    """What the form was drawn with, of those `fields` that were changed."""
    return {field["id"]: _read(field, _was(ctx, field)) for field in fields if field["id"] in changed}


def taken_over(ctx: RequestContext, was: dict[str, str], refusal: ServiceProblem) -> dict[str, str]:
    """What a refused form was drawn with. Of the fields that others changed meanwhile it is what they saved, which the
    errors then say: saving again is meant."""
    saved = {one["field"]: one["value"] for one in refusal.extra.get("changed", ())}
    for error, now in zip(refusal.errors, saved.values(), strict=False):
        shown = "yes" if now is True else now or "nothing"
        error["message"] = f"Somebody saved “{shown}” meanwhile. Saving again puts yours in its place."
    drawn = {id: ctx.request.form.get(f"was.{id}", shown) for id, shown in was.items()}
    return {**drawn, **{id: as_shown(now) for id, now in saved.items()}}


def as_shown(value) -> str:
    """A value as a form carries it."""
    return "true" if value is True else value or ""


def _typed(ctx: RequestContext, field: dict) -> str | bool:
    return _read(field, ctx.request.form.get(field["id"], "").replace("\r\n", "\n").strip())


def _was(ctx: RequestContext, field: dict) -> str:
    return ctx.request.form.get(f"was.{field['id']}", "").replace("\r\n", "\n")


def _read(field: dict, text: str) -> str | bool:
    return text == "true" if field["type"] == "checkbox" else text


def _is_to_save(ctx: RequestContext, field: dict, typed: dict) -> bool:
    return as_shown(typed[field["id"]]) != _was(ctx, field) or (field["required"] and field["value"] is None)
