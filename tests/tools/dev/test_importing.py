"""`./dev import`: the form it sends and what it prints."""

import email
import http.server
import json
import threading

import pytest

from tools.dev import commands, importing
from tools.dev.paths import Failure, Paths


class Gateway(http.server.BaseHTTPRequestHandler):
    """Takes an upload, is half through at the first look, and then tells of two pages of failed rows."""

    looks = 0
    form: bytes = b""
    headers_seen: dict = {}

    def do_POST(self):
        type(self).form = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).headers_seen = dict(self.headers)
        self._answer(202, {"id": "0192"})

    def do_GET(self):
        type(self).looks += 1
        row = {"kind": "clients", "line": 3, "column": "email", "value": "x", "reason": "is not an address"}
        files = [
            {"kind": "clients", "rows": 4, "imported": 1, "unchanged": 0, "failed": 0},
            {"kind": "invoices", "rows": 0, "imported": 0, "unchanged": 0, "failed": 0},
        ]
        if self.looks == 1:
            return self._answer(200, {"status": "running", "files": files})
        files[0] |= {"imported": 2, "failed": 2}
        last = "after=clients.c" in self.path
        failures = [row | {"line": 5, "column": None, "value": None} if last else row]
        self._answer(
            200,
            {
                "status": "done",
                "files": files,
                "counts": {"failed": 2},
                "failures": failures,
                "page": {"next": None if last else "clients.c"},
            },
        )

    def _answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *values):
        return


@pytest.fixture
def gateway(monkeypatch):
    """A fake of the running system's gateway."""
    Gateway.looks = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(commands, "url", lambda paths, portal: f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(commands, "token", lambda paths, email: "fresh")
    monkeypatch.setattr(importing, "POLL_SECONDS", 0)
    yield Gateway
    server.shutdown()
    server.server_close()


def test_it_sends_the_files_that_are_there_and_prints_every_failed_row(gateway, tmp_path, capsys):
    (tmp_path / "clients.csv").write_bytes("first_name\nZoë\n".encode())
    assert importing.run(Paths.of(), str(tmp_path), {"source": "legacy"}) == 1
    head = f"Content-Type: {gateway.headers_seen['Content-Type']}\r\n\r\n"
    form = email.message_from_bytes(head.encode() + gateway.form)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    assert set(parts) == {"source", "clients"}
    assert parts["clients"].get_payload(decode=True) == "first_name\nZoë\n".encode()
    assert parts["clients"].get_filename() == "clients.csv"
    assert parts["source"].get_payload() == "legacy"
    assert gateway.headers_seen["Authorization"] == "Bearer fresh"
    assert 16 <= len(gateway.headers_seen["Idempotency-Key"]) <= 255
    output = capsys.readouterr()
    assert output.out == (
        "running: clients 1/4\ndone:\n  clients              4 rows, 2 imported, 0 unchanged, 2 failed\n"
    )
    assert output.err == ("clients.csv row 3, email: is not an address ('x')\nclients.csv row 5: is not an address\n")


def test_a_folder_without_any_of_the_files_is_refused(tmp_path):
    with pytest.raises(Failure, match=r"none of clients\.csv, invoices\.csv, invoice_lines\.csv is in"):
        importing.run(Paths.of(), str(tmp_path), {})
