"""Acts that need no more than a yes: a question in the dialog, without script on a page of its own."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from gateway.dialogs import show, submit
from gateway.turn import Turn

TEMPLATE = "clients/confirm.html"


def confirm(turn: Turn, question: dict, **variables) -> Response:
    """The question: its `heading`, what will be (`text`), the `button`, and `harms` where something is taken away."""
    return show(turn, TEMPLATE, values={}, question=question, **variables)


def confirmed(turn: Turn, question: dict, act: Callable[[], object], *, said: str, **variables) -> Response:
    """Do it; where it is refused, the question again with the reason."""
    return submit(turn, TEMPLATE, act, said=said, values={}, question=question, **variables)
