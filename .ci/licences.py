#!/usr/bin/env python3
"""Fails when a dependency's licence is not one a company can ship under.

    cargo metadata --format-version 1 --locked | python3 .ci/licences.py
"""
import json
import re
import sys

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "ISC", "MPL-2.0", "Zlib", "Unicode-3.0", "Unicode-DFS-2016", "CC0-1.0", "0BSD", "BSL-1.0",
    "Unlicense", "CDLA-Permissive-2.0",
}


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences only: AND needs all, OR needs one."""
    expression = expression.replace("/", " OR ").strip()
    while expression.startswith("(") and expression.endswith(")") and balanced(expression[1:-1]):
        expression = expression[1:-1].strip()
    for word, combine in ((" OR ", any), (" AND ", all)):
        parts = split(expression, word)
        if len(parts) > 1:
            return combine(allowed(p) for p in parts)
    return expression in ALLOWED


def balanced(text: str) -> bool:
    depth = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return False
    return depth == 0


def split(text: str, word: str) -> list:
    parts, depth, start = [], 0, 0
    for m in re.finditer(r"[()]|" + re.escape(word), text):
        if m.group() == "(":
            depth += 1
        elif m.group() == ")":
            depth -= 1
        elif depth == 0:
            parts.append(text[start:m.start()])
            start = m.end()
    return parts + [text[start:]]


packages = [p for p in json.load(sys.stdin)["packages"] if p["source"]]
wrong = [f"{p['name']} {p['version']}: {p['license']}" for p in packages if not allowed(p["license"] or "none stated")]
for line in wrong:
    print(line)
if wrong:
    sys.exit(f"{len(wrong)} of {len(packages)} dependencies have a licence that is not allowed")
print(f"{len(packages)} dependencies, every licence allowed")
