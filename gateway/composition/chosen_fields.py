"""Chosen fields: what `fields=id,profile.email` leaves of an answer, of each row where it is a list.

A dot leads into an object, and into the objects of a list. Names are those of openapi.json.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.composition.api_reference import resolved
from gateway.composition.documents import OPENAPI, document
from gateway.http.context import RequestContext
from gateway.http.routing import FIELDS

ROWS = "data"
Tree = dict[str, "Tree"]
"""Each name with what is chosen inside it; an empty one is chosen as a whole."""


@dataclass(frozen=True)
class ChosenFields:
    """The fields of an answer that a request asks for; with `rows` they are those of each row."""

    tree: Tree
    rows: bool

    def of(self, response: Response) -> Response:
        """`response`, whose JSON has these fields alone."""
        body = orjson.loads(response.get_data())
        if self.rows:
            body[ROWS] = _only(body[ROWS], self.tree)
        response.set_data(orjson.dumps(body if self.rows else _only(body, self.tree)))
        return response


def take_fields(ctx: RequestContext) -> ChosenFields | None:
    """What `fields` of a request chooses, taken out of its parameters; None without. Raises a 422 that names each field
    that its answer has not.

    Where it names columns too, these stay a parameter of the route: their values come in `columns` of a row.
    """
    asked = ctx.params.pop(FIELDS, None)
    if asked is None:
        return None
    api = document(OPENAPI)
    schema = api["components"]["schemas"][ctx.route.contract.response]
    rows = "items" in schema["properties"].get(ROWS, {})
    row = schema["properties"][ROWS]["items"] if rows else schema
    names = list(dict.fromkeys(asked.split(",")))
    foreign = [name for name in names if not _has(row, name.split("."), api)]
    if foreign and ctx.route.contract.columns:
        ctx.params[FIELDS] = ",".join(foreign)
        names = [*(name for name in names if name not in foreign), "columns"]
    elif foreign:
        raise _unknown(foreign)
    return ChosenFields(_tree(names), rows)


def _unknown(names: list[str]) -> ServiceProblem:
    errors = [
        {"pointer": f"/{FIELDS}", "code": "unknown-field", "message": f"There is no field {name!r}."} for name in names
    ]
    return ServiceProblem("unknown-field", "; ".join(f"/{FIELDS}: {one['message']}" for one in errors), errors)


def _has(schema: dict, path: list[str], root: dict) -> bool:
    """Whether a value of this schema may have a field at `path`."""
    schema = resolved(schema, root)
    if "anyOf" in schema:
        return any(_has(one, path, root) for one in schema["anyOf"])
    if not path or "items" in schema:
        return not path or _has(schema["items"], path, root)
    within = schema.get("properties", {}).get(path[0], schema.get("additionalProperties") or None)
    return isinstance(within, Mapping) and _has(within, path[1:], root)


def _tree(names: list[str]) -> Tree:
    """The names as a tree. One that is chosen as a whole stays so, whatever is chosen inside it."""
    tree: Tree = {}
    for name in sorted(names, key=lambda one: one.count(".")):
        *above, last = name.split(".")
        here = tree
        for step in above:
            if step in here and not here[step]:
                break
            here = here.setdefault(step, {})
        else:
            here.setdefault(last, {})
    return tree


def _only(value, tree: Tree):
    if isinstance(value, list):
        return [_only(one, tree) for one in value]
    if not isinstance(value, dict) or not tree:
        return value
    return {name: _only(value[name], inside) for name, inside in tree.items() if name in value}
