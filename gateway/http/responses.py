"""Good responses, of two kinds: JSON and HTML."""

import json

import orjson
from werkzeug.wrappers import Response

from gateway.ui import render


def as_json(body, status: int = 200, mimetype: str = "application/json", **headers) -> Response:
    """`body` as UTF-8 JSON; half a surrogate pair, which a refusal may name, is answered as a question mark."""
    try:
        text = orjson.dumps(body)
    except TypeError:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(
        text,
        status=status,
        mimetype=mimetype,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def as_page(ctx, template: str, status: int = 200, **variables) -> Response:
    """A template as a whole page, or as the fragment that htmx asked for."""
    draw = render.fragment if ctx.is_fragment else render.page
    return Response(draw(template, ctx.frame, **variables), status=status, mimetype="text/html")
