"""The source of commerce_client: models.py and operations.py, out of the OpenAPI document.

The formatter lays out what is put together here.
"""

import keyword
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from tools.docs.client_models import Models

ROOT = Path(__file__).resolve().parents[2]
WIDTH, INDENT = 112, " " * 8
HEAD = '''"""Operations of the API, generated from its OpenAPI document by `python -m tools.docs`; do not edit."""

from __future__ import annotations

from typing import {typing}

from commerce_client import models
from commerce_client.transport import NOT_GIVEN, NotGiven, Transport, Versioned, segment


class Section:
    """The operations of one part of the API."""

    def __init__(self, transport: Transport):
        self._transport = transport
'''
MODELS_HEAD = '''"""Models of the API, generated from its OpenAPI document by `python -m tools.docs`; do not edit.

A field that is always there is one of those that are required, unless `fields` left it out.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def client_source(document: dict) -> dict[str, str]:
    """{module: its source} of what is generated."""
    models = Models(document)
    sections: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            source = Function(models, method.upper(), path, operation).source()
            sections.setdefault(operation["tags"][0], []).append(source)
    classes = [_section(name, functions) for name, functions in sorted(sections.items())]
    typing = ", ".join(name for name in ("Any", "Literal", "cast") if any(f"{name}" in one for one in classes))
    operations = "\n\n".join([HEAD.replace("{typing}", typing), *classes, _sections(sorted(sections))])
    return {
        "models.py": _formatted("\n\n".join([MODELS_HEAD, *models.sources()])),
        "operations.py": _formatted(operations),
    }


def _class_of(section: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[-_]", section)) + "Section"


def _section(name: str, functions: list[str]) -> str:
    return "\n\n".join([f'class {_class_of(name)}(Section):\n    """Operations on {name}."""', *functions])


def _sections(names: list[str]) -> str:
    made = "\n".join(f"        self.{name.replace('-', '_')} = {_class_of(name)}(transport)" for name in names)
    about = '    """The whole API, by its sections."""\n\n    def __init__(self, transport: Transport):\n'
    return f"class Sections:\n{about}{made}\n"


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", "commerce_client/_.py", "-"]
    return subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=True).stdout


class Function:
    """One operation as a function: what its path needs by place, all else by name."""

    def __init__(self, models: Models, method: str, path: str, operation: dict):
        self._models, self._method, self._path, self._operation = models, method, path, operation
        self._writes = method != "GET"
        content = operation.get("requestBody", {}).get("content", {})
        self._media, body = next(iter(content.items()), ("", {}))
        self._body = models.resolved(body.get("schema", {}))
        asked = [one for one in operation["parameters"] if one["in"] == "query" and one["name"] != "validate_only"]
        self._query = sorted(asked, key=lambda one: not one.get("required", False))
        self._if_match = next((one for one in operation["parameters"] if one["name"] == "If-Match"), None)

    def source(self) -> str:
        """The function's source."""
        kind, given = self._answer()
        arguments = "".join(f"{one}, " for one in self._arguments())
        head = f"    def {self._operation['operationId']}({arguments}) -> {kind}:"
        return f"{head}\n{self._docstring()}\n        response = self._transport.send({self._sent()})\n        return {given}"

    def _docstring(self) -> str:
        text = f"{self._operation['summary']}. {self._operation.get('description', '')}".strip()
        about = textwrap.fill(text, WIDTH, subsequent_indent=INDENT, break_long_words=False)
        asks = f"`{self._method} {self._path}` · {self._operation['x-permission']}"
        return f'{INDENT}"""{about}\n\n{INDENT}{asks}\n{INDENT}"""'.replace("\\", "\\\\")

    def _arguments(self) -> list[str]:
        named = [*self._of_query(), *self._of_body()]
        if self._if_match:
            named.append("if_match: str" + ("" if self._if_match["required"] else " | None = None"))
        if self._writes:
            named.append("idempotency_key: str | None = None")
        needed = [one for one in named if "=" not in one]
        named = [*needed, *(one for one in named if "=" in one)]
        by_place = [f"{name}: str" for name in re.findall(r"\{(\w+)\}", self._path)]
        return ["self", *by_place, *(["*"] if named else []), *named]

    def _of_query(self) -> list[str]:
        return [
            f"{python_name(one['name'])}: {self._models.kind(one['schema'], '')}"
            + ("" if one.get("required") else " | None = None")
            for one in self._query
        ]

    def _of_body(self) -> list[str]:
        required = self._body.get("required", ())
        return [
            f"{python_name(name)}: {self._kind(name, part)}" + ("" if name in required else " | NotGiven = NOT_GIVEN")
            for name, part in self._body.get("properties", {}).items()
        ]

    def _kind(self, name: str, schema: dict) -> str:
        if "contentMediaType" in schema:
            return "bytes"
        return self._models.kind(schema, self._request_name() + class_name(name), within="models.")

    def _request_name(self) -> str:
        return class_name(self._operation["operationId"]) + "Request"

    def _sent(self) -> str:
        path = re.sub(r"\{(\w+)\}", r"{segment(\1)}", self._path)
        sent = [f'"{self._method}"', f'{"f" if path != self._path else ""}"{path}"']
        if self._query:
            sent.append("query=" + _table(one["name"] for one in self._query))
        if self._body:
            into = "files" if self._media == "multipart/form-data" else "body"
            sent.append(f"{into}=" + _table(self._body.get("properties", {})))
        if self._writes:
            sent.append("key=idempotency_key")
        if self._if_match:
            sent.append("if_match=if_match")
        return ", ".join(sent)

    def _answer(self) -> tuple[str, str]:
        """The kind that is returned, and the expression that makes it."""
        response = next(one for status, one in self._operation["responses"].items() if status in ("200", "201", "202"))
        schema = response["content"].get("application/json", {}).get("schema")
        if schema is None:
            return "bytes", "response.content"
        kind = "models." + schema["$ref"].rpartition("/")[2]
        value = f"cast({kind}, response.json(){' if response.content else None' if self._writes else ''})"
        if "ETag" not in response["headers"]:
            return kind, value
        return f"Versioned[{kind}]", f'Versioned({value}, response.headers.get("ETag", ""))'


def _table(names) -> str:
    return "{" + ", ".join(f'"{name}": {python_name(name)}' for name in names) + "}"


def python_name(name: str) -> str:
    """A field's name as an argument's: a word of the language gets an underscore (`from_`)."""
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(name: str) -> str:
    """A field's name as a part of a class's."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_ .]", name))
