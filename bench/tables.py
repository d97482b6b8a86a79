"""Tables of measurements, as Markdown and for the terminal, and what they were measured on."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

COMMAND = "make bench"
Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of measurements; the first column names them. ``notes`` stand below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What was measured, and how, with its tables."""

    title: str
    about: str
    tables: tuple[Table, ...]


def shown(cell: Cell) -> str:
    """A cell as text: numbers with three significant digits, and thousands kept apart."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    if abs(cell) >= 10:
        return f"{cell:.1f}"
    return f"{cell:.2f}" if abs(cell) >= 0.1 or not cell else f"{cell:.2g}"


def _numeric(table: Table, column: int) -> bool:
    return any(not isinstance(row[column], str) for row in table.rows)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def markdown(table: Table) -> str:
    """A table in Markdown, numbers to the right."""
    line = "|".join("---:" if column and _numeric(table, column) else "---" for column in range(len(table.columns)))
    rows = [_row(table.columns), f"|{line}|", *(_row(row) for row in table.rows)]
    return "\n\n".join([f"**{table.title}**", "\n".join(rows), *table.notes])


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(_escaped(shown(cell)) for cell in cells)} |"


def plain(table: Table) -> str:
    """A table for the terminal; a long last column of words stays ragged."""
    texts = [*([table.columns] if any(table.columns) else []), *(tuple(map(shown, row)) for row in table.rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(table.columns))]
    right = [column > 0 and _numeric(table, column) for column in range(len(table.columns))]
    lines = [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in texts
    ]
    return "\n".join([table.title, "", *lines, *table.notes])


# --- the whole --------------------------------------------------------------------------------------


def processor() -> str:
    """The model of the CPU."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError, AttributeError):
        return "unknown"


def system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError, AttributeError):
        return platform.platform()
    return f"{name}, {platform.system()} {platform.release()}"


def machine() -> Table:
    """What the measurements were made on."""
    rows = (
        ("CPU", processor()),
        ("cores", str(os.cpu_count())),
        ("memory", memory()),
        ("system", system()),
        ("Python", f"{platform.python_implementation()} {sys.version.split()[0]}"),
        ("govproj-rules", installed("govproj-rules") or "this checkout"),
    )
    return Table("Measured on", ("", ""), rows)


def installed(package: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def page(parts: Sequence[Part]) -> str:
    """The page of all measurements."""
    made = [
        "# Performance",
        f"Made by `{COMMAND}`, which sets up an environment of its own (`bench/.venv`, the versions pinned in "
        "`bench/requirements.txt`), measures everything below and writes this page. Do not edit it by hand. "
        f"`{COMMAND} ARGS=--quick` tries everything out in a minute or two and writes nothing.",
        markdown(machine()),
    ]
    for part in parts:
        made += [f"## {part.title}", part.about, *map(markdown, part.tables)]
    return "\n\n".join(made) + "\n"


def text(part: Part) -> str:
    """A part for the terminal."""
    return "\n\n".join([f"=== {part.title}", *map(plain, part.tables)]) + "\n"


def show(part: Part) -> None:
    print(text(part), flush=True)


def alone(part: Callable[[bool], Part], told: str | None) -> int:
    """One part by itself, as a command with ``--quick``; ``told`` is the text of its module."""
    parser = argparse.ArgumentParser(description=(told or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less of it, to try it out")
    show(part(parser.parse_args().quick))
    return 0
