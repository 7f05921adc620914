"""`./dev import DIR`: send three CSV files through the API and tell how it went."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from deploy.dev import commands
from deploy.dev.layout import Failure, Layout

FILES = ("clients", "invoices", "invoice_lines")
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run(layout: Layout, folder: str, fields: dict[str, str]) -> int:
    """Import what is there of clients.csv, invoices.csv and invoice_lines.csv; answers 1 when rows failed."""
    chosen = {name: Path(folder, f"{name}.csv") for name in FILES if Path(folder, f"{name}.csv").is_file()}
    if not chosen:
        raise Failure(f"none of {', '.join(name + '.csv' for name in FILES)} is in {folder}.")
    origin, token = commands.url(layout, portal=False), commands.token(layout, None)
    kind, body = multipart(fields, chosen)
    begun = _call(origin, token, "/api/v1/imports", body, kind)
    return _follow(origin, token, begun["id"])


def _follow(origin: str, token: str, import_id: str) -> int:
    told = ""
    while True:
        state = _call(origin, token, f"/api/v1/imports/{import_id}")
        line = describe(state)
        if line != told:
            print(line, flush=True)
            told = line
        if state.get("status") in ("done", "failed"):
            break
        time.sleep(0.3)
    return report(state)


def describe(state: dict) -> str:
    """One line of progress."""
    counts = state.get("counts") or {}
    return f"{state.get('status')}: " + ", ".join(f"{name} {value}" for name, value in counts.items())


def report(state: dict) -> int:
    """Print the failed rows; answers the exit code."""
    failures = state.get("failures") or []
    for row in failures:
        print(f"{row['file']}.csv line {row['line']}: {row['reason']}", file=sys.stderr)
    return 1 if failures or state.get("status") == "failed" else 0


def multipart(fields: dict[str, str], files: dict[str, Path]) -> tuple[str, bytes]:
    """The form of RFC 7578; answers its content type and body."""
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    for name, path in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\nContent-Type: text/csv'
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), path.read_bytes(), b"\r\n"]
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
        raise Failure(f"{origin} does not answer ({away}); ./dev status tells more.") from away
