"""Imports stand at the top of their module: one inside a function would hide a circle from the import contracts."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("chassis", "services", "gateway", "tools", "deploy", "commerce_events", "commerce_client", "tests")


def late_imports(source: str) -> list[str]:
    """The imports of our packages inside a function, as "line: module"."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = set()
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, functions)):
        for node in ast.walk(function):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {f"{node.lineno}: {name}" for name in names if name.partition(".")[0] in OURS}
    return sorted(found)


def test_no_function_imports_one_of_our_packages():
    modules = [path for package in OURS for path in (ROOT / package).rglob("*.py")]
    late = {
        path.relative_to(ROOT).as_posix(): found
        for path in modules
        if (found := late_imports(path.read_text(encoding="utf-8")))
    }
    assert len(modules) > 500 and late == {}


def test_an_import_inside_a_function_is_found():
    assert late_imports("def f():\n    if True:\n        from gateway.api import clients\n") == ["3: gateway.api"]
    assert late_imports("from gateway.api import clients\n") == []
