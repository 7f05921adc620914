"""The models of commerce_client: a TypedDict of each schema, and of each object inside one."""

import keyword
import re

REQUEST = "Request"
PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "null": "None"}


class Models:
    """The schemas of an OpenAPI document as kinds of Python."""

    def __init__(self, document: dict):
        self._schemas = document["components"]["schemas"]
        self._named: dict[str, str] = {}
        for name, schema in self._schemas.items():
            if not name.endswith(REQUEST):  # whose fields are arguments of the operation
                self._name(name, schema)

    def sources(self) -> list[str]:
        """The source of each, by name."""
        return [self._named[name] for name in sorted(self._named)]

    def resolved(self, schema: dict) -> dict:
        """What a reference stands for; anything else is itself."""
        return self._schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def kind(self, schema: dict, name: str, within: str = "") -> str:
        """A value of this schema as an annotation; an object that has no name yet is called `name`. `within` is the module
        where the classes are."""
        if "$ref" in schema:
            return within + schema["$ref"].rpartition("/")[2]
        if "anyOf" in schema:
            return self._one_of(schema["anyOf"], name, within)
        if "enum" in schema or "const" in schema:
            return f"Literal[{', '.join(map(_literal, schema.get('enum', [schema.get('const')])))}]"
        if schema.get("type") == "array":
            return f"list[{self.kind(schema.get('items', {}), f'{name}Item', within)}]"
        if schema.get("properties"):
            if name not in self._named:
                self._name(name, schema)
            return within + name
        if schema.get("type") == "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {self.kind(values, f'{name}Value', within) if values else 'Any'}]"
        return PLAIN.get(schema.get("type", ""), "Any")

    def _one_of(self, kinds: list[dict], name: str, within: str) -> str:
        objects = sum("properties" in one for one in kinds)
        named = [f"{name}{number}" if objects > 1 and number else name for number in range(len(kinds))]
        found = dict.fromkeys(self.kind(one, called, within) for one, called in zip(kinds, named, strict=True))
        return " | ".join(sorted(found, key=lambda kind: kind == "None"))

    def _name(self, name: str, schema: dict) -> None:
        if not schema.get("properties"):
            self._named[name] = f"{name}: TypeAlias = {_quoted(self.kind(schema, name))}"
            return
        self._named[name] = ""
        required = schema.get("required", ())
        fields = {}
        for field, part in schema["properties"].items():
            kind = self.kind(part, name + _class_name(field))
            fields[field] = kind if field in required else f"NotRequired[{kind}]"
        self._named[name] = _typed_dict(name, fields, schema.get("description", ""))


def _typed_dict(name: str, fields: dict[str, str], about: str) -> str:
    if any(keyword.iskeyword(field) or not field.isidentifier() for field in fields):
        pairs = ", ".join(f'"{field}": {_quoted(kind)}' for field, kind in fields.items())
        return f'{name} = TypedDict("{name}", {{{pairs}}})'
    lines = "\n".join(f"    {field}: {kind}" for field, kind in fields.items())
    docstring = f'    """{about}"""\n\n' if about else ""
    return f"class {name}(TypedDict):\n{docstring}{lines}"


def _quoted(kind: str) -> str:
    """A kind that may name a class which stands further down."""
    return '"' + kind.replace('"', "'") + '"'


def _literal(value) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _class_name(field: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_ .]", field))
