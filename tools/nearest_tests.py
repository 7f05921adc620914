"""`./dev test --changed`: the tests that are nearest to what changed. It runs in the project's own environment."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import grimp

PACKAGES = ("chassis", "services", "gateway", "tools", "deploy")
WHOLE_SYSTEM = (Path("tests/integration"), Path("tests/browser"), Path("tests/tools"), Path("tests/faults"))
ALWAYS = Path("tests/architecture")
# Words that nearly every name has; they bring no test closer.
COMMON_WORDS = {"api", "client", "page", "record", "test", "init", "main", "list", "table"}


def main(base: str) -> None:
    """Print a line for each test file near the changes since the commit `base`, the uncommitted ones included."""
    print(*nearest_tests(changed_files(base)), sep="\n")


def changed_files(base: str) -> list[Path]:
    """The files that differ from the commit, or are new, as paths inside the checkout. Raises CalledProcessError for a
    commit that is not there."""
    named = _git("diff", "--name-only", "--diff-filter=d", base, "--")
    return [Path(line) for line in named + _git("ls-files", "--others", "--exclude-standard")]


def nearest_tests(changed: Iterable[Path]) -> list[str]:
    """The test files to run after a change of these files.

    - a changed test itself, and all of the architecture's tests;
    - of the changed part (a service, the chassis, the gateway) each test that imports what changed, directly or through
      other modules;
    - of the whole system's tests each that imports what changed, or whose name shares a word with a changed file.
    """
    changed = list(changed)
    if not changed:
        return []
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    direct = {module for module in map(_module, changed) if module in graph.modules}
    affected = direct.union(*map(graph.find_downstream_modules, direct))
    parts, words = set(map(_part, changed)), set().union(*map(_words, changed))

    def near(test: Path) -> bool:
        if test in changed or test.is_relative_to(ALWAYS):
            return True
        if any(test.is_relative_to(folder) for folder in WHOLE_SYSTEM):
            return bool(_imports(test) & direct or _words(test) & words)
        return _part(test) in parts and bool(_imports(test) & affected or _words(test) & words)

    return sorted(str(test) for test in map(Path, _git("ls-files", "*test_*.py")) if test.exists() and near(test))


def _git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


def _module(path: Path) -> str:
    """The dotted name of a Python file; a package's own for its `__init__`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _part(path: Path) -> str:
    """The part of the tree: `services/billing`, `gateway`, …"""
    return "/".join(path.parts[: 2 if path.parts[0] == "services" else 1])


def _words(path: Path) -> set[str]:
    """The words of a file's name, without plurals."""
    return {word.removesuffix("s") for word in re.findall(r"[a-z]+", path.stem)} - COMMON_WORDS


def _imports(test: Path) -> set[str]:
    """The modules that a test names: `from a import b` may mean `a` or `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return found


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "HEAD")
