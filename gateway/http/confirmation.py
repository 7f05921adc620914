"""Acts that need no more than a yes: a question in the dialog, without script on a page of its own."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from gateway.http.context import RequestContext
from gateway.http.forms import show, submit

TEMPLATE = "clients/confirm.html"


def confirm(ctx: RequestContext, question: dict, **variables) -> Response:
    """The question: its `heading`, what will be (`text`), the `button`, and `harms` where something is taken away."""
    return show(ctx, TEMPLATE, values={}, question=question, **variables)


def confirmed(ctx: RequestContext, question: dict, act: Callable[[], object], *, message: str, **variables) -> Response:
    """Do it; where it is refused, the question again with the reason."""
    return submit(ctx, TEMPLATE, act, message=message, values={}, question=question, **variables)
