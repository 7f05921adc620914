"""Journal of what was sent and what was answered, kept outside the system: one JSON line for each, written before the next
step."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Command:
    """One command: its key, what it was, the marker that its effect carries, and every answer it got (status, body's
    id)."""

    key: str
    operation: str
    marker: str
    answers: list[tuple[int, str | None]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """ "acknowledged", "refused", or "unknown" while nothing definite was answered."""
        statuses = [status for status, _ in self.answers if status < 500]
        if any(status < 300 for status in statuses):
            return "acknowledged"
        return "refused" if statuses else "unknown"

    @property
    def contradicted(self) -> bool:
        """Whether one key was given two different answers, of which at least one was good."""
        definite = {(status, made) for status, made in self.answers if status < 500}
        return len(definite) > 1 and self.outcome == "acknowledged"


class Journal:
    """All commands of a run, in memory and in a file."""

    def __init__(self, path: Path):
        self.commands: list[Command] = []
        self._lock, self._file = threading.Lock(), path.open("a", encoding="utf-8")

    def sent(self, command: Command) -> None:
        """Write down a command before it is sent for the first time."""
        with self._lock:
            self.commands.append(command)
        self._write({"sent": command.key, "operation": command.operation, "marker": command.marker})

    def answered(self, command: Command, status: int, made: str | None) -> None:
        """Write down an answer; 599 stands for none."""
        command.answers.append((status, made))
        self._write({"answered": command.key, "status": status, "id": made})

    def _write(self, line: dict) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
