"""Shared by all tests: golden files, rewritten with ``pytest --update-golden``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# durable-rules is a dependency before Python 3.13 only; what needs it is no test of ours after that.
collect_ignore = ["test_to_durable.py"] if sys.version_info >= (3, 13) else []

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the files in tests/golden")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with a file of ``tests/golden``, or writes it there."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path} is missing; write it with pytest --update-golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
