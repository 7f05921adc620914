"""`./dev mail`: what a development system would have mailed, as the files that it wrote instead."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tools.dev.paths import Failure, Paths


def listing(paths: Paths) -> list[str]:
    """One line a mail, numbered, the oldest first."""
    lines = []
    for number, file in enumerate(_files(paths), 1):
        message = _read(file)
        lines.append(
            f"{number:>4}  {message['Date'].datetime:%Y-%m-%d %H:%M:%S}  {message['To']:<40}  {message['Subject']}"
        )
    return lines


def text(paths: Paths, number: int) -> str:
    """One mail as people read it; Failure for a number that there is not."""
    files = _files(paths)
    if not 1 <= number <= len(files):
        raise Failure(f"there is no mail {number}: ./dev mail lists {len(files)}.")
    message = _read(files[number - 1])
    head = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date", "Message-ID"))
    return f"{head}\n\n{message.get_content()}"


def _files(paths: Paths) -> list[Path]:
    """The names are ids that begin with the time."""
    return sorted(paths.mail.glob("*.eml"))


def _read(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)
