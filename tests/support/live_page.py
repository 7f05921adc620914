"""An open page as the server sees it: the stream of its server-sent events, read as they come."""

import json
import socket
import threading
from contextlib import suppress

import requests


class LivePage:
    """The stream at /admin/live for `asked`; `events` are (name, data) in their order, `ended` is when it is over."""

    def __init__(self, origin: str, asked: str, *, http: requests.Session | None = None, **headers: str):
        self.events: list[tuple[str, object]] = []
        self.text, self.last_id, self.ended = "", "", False
        self.answer = (http or requests).get(
            f"{origin}/admin/live?{asked}", headers=headers, stream=True, timeout=(10, 60), allow_redirects=False
        )
        if self.answer.status_code == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def named(self, name: str) -> list:
        """The data of each event of this name."""
        return [data for one, data in self.events if one == name]

    def changes(self) -> list[tuple[str, str]]:
        """(client, what) of each notice."""
        return [(notice["client"], notice["what"]) for notices in self.named("changed") for notice in notices]

    def names(self) -> list[str] | None:
        """Who else has the record open, as was told last; None before anything was."""
        here = self.named("here")
        return [one["name"] for one in here[-1]] if here else None

    def close(self) -> None:
        """Close the connection, as a browser does with its tab."""
        connection = self.answer.raw.connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        fields = {}
        try:
            for line in self.answer.iter_lines(chunk_size=None, decode_unicode=True):
                self.text += f"{line}\n"
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                    continue
                if "event" in fields:
                    self.events.append((fields["event"], json.loads(fields["data"])))
                self.last_id = fields.get("id", self.last_id)
                fields = {}
        except (requests.RequestException, OSError, AttributeError):
            pass  # the connection was closed
        self.ended = True
