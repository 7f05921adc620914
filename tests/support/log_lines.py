"""What a module logs, for tests: a list to put in the place of its `log`, a dictionary a line."""

from structlog.contextvars import get_contextvars


class LogLines(list):
    """Lines with their fields, and what is bound to the green thread that logged them."""

    def _add(self, event: str, **fields) -> None:
        self.append({**get_contextvars(), **fields, "event": event})

    info = warning = error = _add
