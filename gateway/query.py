"""What an address asks for: query parameters, each at most once, none that the route does not know."""

from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem

PAGING = ("limit", "after", "before")


def parameters(request: Request, *known: str) -> dict[str, str]:
    """The query's parameters, empty ones left out. Raises one 422 that names every unknown or repeated one."""
    errors = []
    for name in request.args:
        if name not in known:
            errors.append({"pointer": f"/{name}", "code": "unknown-field", "message": "Unknown parameter."})
        elif len(request.args.getlist(name)) > 1:
            errors.append({"pointer": f"/{name}", "code": "validation", "message": "Given more than once."})
    if errors:
        code = "validation" if any(error["code"] == "validation" for error in errors) else "unknown-field"
        raise ServiceProblem(code, "; ".join(f"{e['pointer']}: {e['message']}" for e in errors), errors)
    return {name: value for name, value in request.args.items() if value != ""}
