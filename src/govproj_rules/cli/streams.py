"""Where output goes: its encoding, what the reader's screen can show, and problems on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import typer

from govproj_rules.errors import Problem
from govproj_rules.formats import Look
from govproj_rules.telling.safe import clean, encodable

if TYPE_CHECKING:
    from govproj_rules.ir import RuleSet

WIDEST: Final = 120
"""Wider rows are hard to read across, however wide the window."""


def choose_encoding() -> None:
    """UTF-8, unless the user or the terminal has another encoding that can carry Chinese."""
    for stream in (sys.stdout, sys.stderr):
        kept = "PYTHONIOENCODING" in os.environ or stream.isatty()
        if hasattr(stream, "reconfigure"):
            able = kept and encodable("办法", stream.encoding or "ascii")
            stream.reconfigure(encoding=stream.encoding if able else "utf-8", errors="backslashreplace")


def look_of(lang: str, everything: bool = False, rulesets: Iterable[RuleSet] = ()) -> Look:
    """How this reader wants it, on this screen."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    plain = plain or (os.name == "nt" and "WT_SESSION" not in os.environ)
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    by_hash = {ruleset.sha256: ruleset for ruleset in rulesets}
    colour = sys.stdout.isatty() and not plain
    return Look(lang, everything, by_hash, width, colour, sys.stdout.encoding or "utf-8")


def print_problems(problems: Iterable[Problem]) -> None:
    """Every problem as ``file:line:col: message [code]``, with its help below."""
    for problem in problems:
        place = f"{clean(problem.place)}: " if problem.place else ""
        typer.echo(f"{place}{clean(problem.message)} [{problem.code}]", err=True)
        if problem.help:
            typer.echo(f"  help: {clean(problem.help)}", err=True)


def close_quietly() -> None:
    """After a closed pipe: nothing more is written, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
