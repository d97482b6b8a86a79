"""Every promise of docs/reliability.md names the tests that hold it; a promise must not lose them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)


def promises() -> list[list[str]]:
    """The rows of the first table, cell by cell."""
    table = PAGE.split("\n## ")[1].split("\n|---|---|---|\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def test_every_promise_has_a_test_and_a_figure() -> None:
    rows = promises()
    assert len(rows) >= 8
    for promise, tests, measured in rows:
        assert promise
        assert re.search(r"`test_\w+\.py::test_\w+`", tests), promise
        assert measured, promise


def test_every_test_that_is_named_is_there() -> None:
    assert NAMED
    missing = [f"{file}::{name}" for file, name in NAMED if name not in functions(file)]
    assert not missing


def functions(file: str) -> set[str]:
    path = ROOT / "tests" / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
