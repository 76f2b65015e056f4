"""Makes types.py of the JSON Schema of the record.

    copydesk schema enriched | python generate.py [--check]

With --check nothing is written: the exit code is 1 where types.py is not what would be.
"""

import json
import keyword
import pathlib
import sys
import textwrap

TARGET = pathlib.Path(__file__).parent / "src/copydesk_records/types.py"

HEAD = '''"""The types of a record, made of its JSON Schema by generate.py: not to be changed by hand.

Positions are code points of ``content.text``, as indices of a Python string are. ``None`` and ``[]``: not found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Literal, Optional, Tuple

from .record import Article, Placed, Record, Span
'''

# By what they inherit, beside being records: the methods that make sense for them.
PLACED = {"start", "end"}
ROOT = "EnrichedArticle"


def main() -> int:
    text = generate(json.load(sys.stdin))
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        if not same:
            print(f"{TARGET} is not by the schema: run `copydesk schema enriched | python generate.py`", file=sys.stderr)
        return int(not same)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def generate(schema: dict) -> str:
    definitions = schema["$defs"]
    parts = [HEAD]
    for name, definition in definitions.items():
        if "oneOf" in definition:
            parts.append(names(name, definition))
        elif name not in ("Span", "Segment") and "properties" not in definition:
            raise SystemExit(f"{name}: a shape that is not known: {sorted(definition)}")
    for name in in_order(definitions):
        parts.append(record(name, definitions[name], definitions))
    parts.append(record(ROOT, schema, definitions))
    return "\n\n".join(part.rstrip("\n") + "\n" for part in parts)


def in_order(definitions: dict) -> list[str]:
    """Records behind those that they are made of."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name in done or "properties" not in definitions[name]:
            return
        for reference in references(definitions[name]):
            visit(reference)
        done.append(name)

    for name in definitions:
        visit(name)
    return done


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else []
        return own + [r for value in node.values() for r in references(value)]
    if isinstance(node, list):
        return [r for value in node for r in references(value)]
    return []


def names(name: str, definition: dict) -> str:
    lines = [*comment(definition.get("description", "")), f"{name} = Literal["]
    for one in definition["oneOf"]:
        lines += comment(one.get("description", ""), "    ")
        lines.append(f'    "{one["const"]}",')
    return "\n".join([*lines, "]"])


def record(name: str, definition: dict, definitions: dict) -> str:
    properties = definition["properties"]
    base = "Article" if name == ROOT else "Placed" if PLACED <= properties.keys() else "Record"
    lines = ["@dataclass(frozen=True)", f"class {name}({base}):"]
    lines += docstring(definition.get("description", name))
    required = set(definition.get("required", []))
    # Those without a default come first, as dataclasses want it; the order of the JSON is in the schema.
    fields = sorted(properties.items(), key=lambda item: default(item[1], item[0] in required) is not None)
    for key, source in fields:
        kind, otherwise = python(source), default(source, key in required)
        if key not in required and otherwise == "None" and not kind.startswith("Optional"):
            kind = f"Optional[{kind}]"
        identifier = key + "_" if keyword.iskeyword(key) else key
        lines += ["", *comment(source.get("description", ""), "    ", "#: ")]
        lines.append(f"    {identifier}: {kind}" + (f" = {otherwise}" if otherwise else ""))
    return "\n".join(lines)


def default(source: dict, required: bool) -> str | None:
    """What stands for a field that a record lacks."""
    kind = source.get("type")
    if kind == "array":
        return "field(default_factory=list)"
    if kind == "object":
        return "field(default_factory=dict)"
    return "None" if nullable(source) or not required else None


def nullable(source: dict) -> bool:
    kinds = source.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or {"type": "null"} in source.get("anyOf", [])


def python(source: dict) -> str:
    if nullable(source):
        if "anyOf" in source:
            inner = next(one for one in source["anyOf"] if one != {"type": "null"})
        else:
            inner = {**source, "type": next(k for k in source["type"] if k != "null")}
        return f"Optional[{python(inner)}]"
    if "$ref" in source:
        name = source["$ref"].rsplit("/", 1)[1]
        return "Tuple[int, int, int]" if name == "Segment" else name
    match source.get("type"):
        case "array":
            return f"List[{python(source['items'])}]"
        case "object":
            return f"Dict[str, {python(source['additionalProperties'])}]"
        case "integer":
            return "int"
        case "number":
            return "float"
        case "boolean":
            return "bool"
        case "string":
            return "str"
    raise SystemExit(f"a shape that is not known: {source}")


def comment(text: str, indent: str = "", mark: str = "# ") -> list[str]:
    words = " ".join(text.split())
    return textwrap.wrap(words, 118, initial_indent=indent + mark, subsequent_indent=indent + mark) if words else []


def docstring(text: str) -> list[str]:
    words = " ".join(text.split()).replace("\\", "\\\\")
    lines = textwrap.wrap(words, 110, initial_indent='    """', subsequent_indent="    ")
    if len(lines) == 1:
        return [lines[0] + '"""']
    return [*lines, '    """']


if __name__ == "__main__":
    sys.exit(main())
