"""`./dev audit`: the activity log as a file, and the offline verifier on it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import quote

from tools.dev import commands, install
from tools.dev.paths import Failure, Paths


def export(paths: Paths, client: str | None, form: str) -> int:
    """Write the log of all clients, or of the one with the id `client`, to the standard output."""
    system, token = commands.running(paths), commands.token(paths, None)
    path = f"/clients/{quote(client, safe='')}/activity/export" if client else "/activity/export"
    request = urllib.request.Request(
        f"{system.admin_origin}/api/v1{path}?format={form}", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            shutil.copyfileobj(answer, sys.stdout.buffer)
    except urllib.error.HTTPError as refused:
        reason = "there is no such client." if refused.code == 404 else f"the system answered {refused.code}."
        raise Failure(reason) from refused
    except (OSError, HTTPException) as broken:
        raise Failure(f"the export broke off: {broken}") from broken
    sys.stdout.buffer.flush()
    return 0


def verify(paths: Paths, export_file: str, checkpoints: str, keys: list[str], report) -> int:
    """Verify an export offline, by `keys` or all public keys of this checkout's system; answers the verifier's exit
    code."""
    chosen = keys or [str(path) for path in sorted(paths.keys.glob("audit*.pub"))]
    named = [argument for key in chosen for argument in ("--key", key)]
    install.ensure_venv(paths, report)
    program = str(paths.checkout / "tools" / "ops" / "audit_verify.py")
    return subprocess.run([paths.python, program, export_file, checkpoints, *named]).returncode
