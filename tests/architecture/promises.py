"""Compare docs/promises.md with the tests: every promise we claim names a test that proves it.

Run as `python -m tests.architecture.promises` (`make promises`). A row claims an id when its
last column names tests as `path::name` or `path::Class::name`. Each must exist, by the syntax tree,
and must say the id in its name (`..._sr_027`) or in its docstring or its class's.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path("docs/promises.md")

ROW = re.compile(r"^\|\s*(?P<id>[A-Z]+-\d+)\s*\|(?P<promise>[^|]+)\|(?P<tests>[^|]*)\|\s*$")
TEST = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Promise:
    """One row: the requirement's id, our words for it and the tests that prove it."""

    id: str
    words: str
    tests: tuple[str, ...]


def read_table(text: str) -> tuple[list[Promise], list[str]]:
    """The rows of the table, and what is wrong with the lines that look like rows."""
    promises: list[Promise] = []
    faults: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|") or line.startswith(("| id ", "|-", "| -")):
            continue
        match = ROW.match(line)
        if match is None:
            faults.append(f"not a row of id, promise and tests: {line}")
            continue
        tests = tuple(TEST.findall(match["tests"]))
        promises.append(Promise(match["id"], match["promise"].strip(), tests))
    return promises, faults


def faults_of(promises: list[Promise], *, root: Path) -> list[str]:
    """One sentence for each claim that does not hold."""
    faults = []
    seen: set[str] = set()
    for promise in promises:
        if promise.id in seen:
            faults.append(f"{promise.id}: stands in two rows")
        seen.add(promise.id)
        if not promise.tests:
            faults.append(f"{promise.id}: names no test")
        faults += [
            f"{promise.id}: {node} {fault}"
            for node in promise.tests
            if (fault := fault_of(node, promise.id, root=root))
        ]
    return faults


def fault_of(node: str, promise_id: str, *, root: Path) -> str | None:
    """What is wrong with one named test, or None."""
    path, *names = node.split("::")
    if not names or not (root / path).is_file():
        return "is not a test of ours (path::name)"
    found = find_test(ast.parse((root / path).read_text(encoding="utf-8")), names)
    if found is None:
        return "does not exist"
    if not any(mentions(definition, promise_id) for definition in found):
        return f"does not mention {promise_id} in its name or docstring"
    return None


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def find_test(module: ast.Module, names: list[str]) -> list[Definition] | None:
    """The test function and the classes around it, or None when there is no such test."""
    found: list[Definition] = []
    body: list[ast.stmt] = module.body
    for name in names:
        named = [s for s in body if isinstance(s, Definition) and s.name == name]
        if not named:
            return None
        found.append(named[-1])
        body = named[-1].body
    is_test = not isinstance(found[-1], ast.ClassDef) and found[-1].name.startswith("test")
    return found if is_test else None


def mentions(definition: Definition, promise_id: str) -> bool:
    """True when the name or the docstring says the id."""
    in_name = f"_{promise_id.lower().replace('-', '_')}_" in f"_{definition.name}_"
    docstring = ast.get_docstring(definition) or ""
    return in_name or re.search(rf"\b{promise_id}\b", docstring) is not None


def report(*, root: Path) -> tuple[str, int]:
    """The text to print and the exit code: 1 when a claim does not hold."""
    promises, faults = read_table((root / TABLE).read_text(encoding="utf-8"))
    faults += faults_of(promises, root=root)
    lines = [*faults, f"{len(promises)} promises claimed, {len(faults)} faults."]
    return "\n".join(lines) + "\n", 1 if faults else 0


if __name__ == "__main__":
    text, code = report(root=ROOT)
    sys.stdout.write(text)
    sys.exit(code)
