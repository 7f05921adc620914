"""Query parameters: each at most once, none that the route does not know; and the version that If-Match names."""

import re

from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem, field_problem
from chassis.types.text import is_storable

_TAG = re.compile(r'"([0-9]{1,9})"')

PAGING = ("limit", "after", "before")
PLACE = "at"
THREAD = ("after", "before")


def expected_version(request: Request) -> int:
    """The version that If-Match names, out of an ETag of ours such as `"7"`. Raises 428 without it, 412 for another
    tag."""
    tag = request.headers.get("If-Match")
    if tag is None:
        raise ServiceProblem("if-match-required", "Send If-Match with the ETag that you read.")
    if not (found := _TAG.fullmatch(tag.strip())):
        raise ServiceProblem("stale", "If-Match does not name a version of this.")
    return int(found[1])


def parameters(request: Request, *known: str) -> dict[str, str]:
    """The query's parameters, empty ones left out. Raises one 422 that names each one that is unknown or repeated, or has
    a NUL, which nothing that is asked for can hold."""
    errors = []
    for name in request.args:
        if name not in known:
            errors.append({"pointer": f"/{name}", "code": "unknown-field", "message": "Unknown parameter."})
        elif len(request.args.getlist(name)) > 1:
            errors.append({"pointer": f"/{name}", "code": "validation", "message": "Given more than once."})
        elif not is_storable(request.args[name]):
            errors.append({"pointer": f"/{name}", "code": "validation", "message": "A NUL cannot be looked for."})
    if errors:
        code = "validation" if any(error["code"] == "validation" for error in errors) else "unknown-field"
        raise ServiceProblem(code, "; ".join(f"{e['pointer']}: {e['message']}" for e in errors), errors)
    return {name: value for name, value in request.args.items() if value != ""}


def flag(text: str, pointer: str) -> bool:
    """The parameter `true` or `false`. Raises a 422 for anything else."""
    if text not in ("true", "false"):
        raise field_problem(pointer, "Not true or false.")
    return text == "true"


def paged_parameters(request: Request, *known: str) -> dict[str, str]:
    """The same of a list that is a page: those of PAGING too, and without the place that the links of its pages carry for
    the page alone."""
    asked = parameters(request, *known, *PAGING, PLACE)
    return {name: value for name, value in asked.items() if name != PLACE}
