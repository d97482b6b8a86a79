"""Every promise of docs/reliability.md names the tests that hold it; a promise must not lose them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from test_bounds import BOUNDS

from bench.worst import WORST
from fuzz.targets import TARGETS

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


@pytest.mark.parametrize("name", BOUNDS)
def test_the_page_has_every_bound(name: str) -> None:
    bounds = PAGE.split("\n## Bounds\n")[1].split("\n## ")[0]
    _, most, *_ = BOUNDS[name]
    assert re.search(rf"(?<![\d,]){most:,}(?![\d,]*\d)", bounds)


def test_the_page_has_a_row_for_every_target_and_every_worst_input() -> None:
    for name in TARGETS:
        assert re.search(rf"^\| {name} \|", PAGE, re.MULTILINE), name
    for name in WORST:
        assert f"\n| {name} | " in PAGE, name
