"""`./dev import DIR`: send three CSV files through the API and report how it went."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tools.dev import commands
from tools.dev.paths import Failure, Paths

FILES = ("clients", "invoices", "invoice_lines")
ENDS = ("imported", "unchanged", "failed")
POLL_SECONDS = 0.5
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run(paths: Paths, folder: str, fields: dict[str, str]) -> int:
    """Import what is there of clients.csv, invoices.csv and invoice_lines.csv; answers 1 when rows failed."""
    chosen = {name: Path(folder, f"{name}.csv") for name in FILES if Path(folder, f"{name}.csv").is_file()}
    if not chosen:
        raise Failure(f"none of {', '.join(name + '.csv' for name in FILES)} is in {folder}.")
    origin, token = commands.url(paths, portal=False), commands.token(paths, None)
    kind, body = multipart(fields, chosen)
    begun = _call(origin, token, "/api/v1/imports", body, kind)
    return _follow(origin, token, begun["id"])


def _follow(origin: str, token: str, import_id: str) -> int:
    """Print progress until both owners are done, then what became of the rows."""
    path, reported = f"/api/v1/imports/{import_id}", ""
    while (state := _call(origin, token, path))["status"] not in ("done", "failed"):
        if (line := progress(state)) != reported:
            print(line, end="\r" if sys.stdout.isatty() else "\n", flush=True)
            reported = line
        time.sleep(POLL_SECONDS)
    print(summary(state), flush=True)
    failed = 0
    for row in _failures(origin, token, path, state):
        failed += 1
        print(describe(row), file=sys.stderr)
    return 1 if failed or state["status"] == "failed" or state["counts"]["failed"] else 0


def _failures(origin: str, token: str, path: str, state: dict) -> Iterator[dict]:
    """Every failed row, page after page."""
    while True:
        yield from state["failures"]
        if not state["page"]["next"]:
            return
        state = _call(origin, token, f"{path}?after={quote(state['page']['next'])}")


def progress(state: dict) -> str:
    """One line: how many of each file's rows are done with."""
    done = (
        f"{file['kind']} {sum(file[name] for name in ENDS)}/{file['rows']}" for file in state["files"] if file["rows"]
    )
    return f"{state['status']}: {', '.join(done)}"


def summary(state: dict) -> str:
    """What became of each file's rows."""
    lines = [f"{state['status']}:"]
    for file in state["files"]:
        if file["rows"]:
            lines.append(
                f"  {file['kind']:<14} {file['rows']:>7} rows" + "".join(f", {file[name]} {name}" for name in ENDS)
            )
    return "\n".join(lines)


def describe(row: dict) -> str:
    """A failed row: where it stands, what is wrong, and the value that is meant."""
    column = f", {row['column']}" if row.get("column") else ""
    value = f" ({row['value']!r})" if row.get("value") else ""
    return f"{row['kind']}.csv row {row['line']}{column}: {row['reason']}{value}"


def multipart(fields: dict[str, str], files: dict[str, Path]) -> tuple[str, bytes]:
    """The form of RFC 7578; answers its content type and body."""
    return multipart_of(fields, {name: path.read_bytes() for name, path in files.items()})


def multipart_of(fields: dict[str, str], contents: dict[str, bytes]) -> tuple[str, bytes]:
    """The same with the files' contents."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, content in contents.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\nContent-Type: text/csv'
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), content, b"\r\n"]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _call(origin: str, token: str, path: str, body: bytes | None = None, kind: str | None = None) -> dict:
    request = urllib.request.Request(origin + path, data=body)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Accept", "application/json")
    if body is not None:
        request.add_header("Content-Type", kind or "")
        request.add_header("Idempotency-Key", uuid.uuid4().hex)
    try:
        with _DIRECT.open(request, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise Failure(f"{path} answered {refused.code}: {refused.read(4000).decode('utf-8', 'replace')}") from refused
    except OSError as away:
        raise Failure(f"{origin} does not answer ({away}); ./dev status shows more.") from away
