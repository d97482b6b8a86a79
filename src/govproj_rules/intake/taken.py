"""What the intake hands on: for each city its tables, and what could not be taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from govproj_rules.errors import Note
from govproj_rules.flat import CHANGES, PROJECTS, Column
from govproj_rules.intake.duck import TYPES, name_of, paths_of, text_of
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass

BESIDE: Final = {"name": "VARCHAR", "applicant.name": "VARCHAR", "file": "VARCHAR", "line": "BIGINT"}
"""Columns of projects beside the flat table, for whoever tells of them: whose it is, and where it was read. ``line`` is a
line of a file or a row of a sheet."""

REJECTS: Final = "rejects.jsonl"
"""The file of what could not be taken in, wherever there is one."""
COUNT: Final = "marks"
"""Of a row that DuckDB read from a line: how much of the line was understood; see :mod:`govproj_rules.intake.quick.query`."""
ROWS: Final = "changes.rows"
"""And its changes, from which the other table is made."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The projects of one city as Parquet files in the layout of ``docs/scale.md``.

    ``projects`` and ``changes`` may be several files each, or none; a file may lack columns whose cells would all be
    empty, and have others that no rule reads. ``count`` is the number of projects. ``places`` say of files whose rows do
    not do so where they were read: the name of the input (None: a column has it), and whether each row is a line of it.
    """

    ruleset: RuleSet
    columns: tuple[Column, ...]
    projects: tuple[Path, ...]
    changes: tuple[Path, ...]
    count: int
    places: Mapping[Path, tuple[str | None, bool]] = field(default_factory=dict)

    def relation(self, table: str) -> str:
        """A query of DuckDB's that gives every column of ``table`` (:data:`~govproj_rules.flat.PROJECTS`, with
        :data:`BESIDE`, or :data:`~govproj_rules.flat.CHANGES`), those that no file has as empty cells.
        """
        wanted = {one.name: TYPES[one.holds] for one in self.columns if one.table == table}
        files = self.projects if table == PROJECTS else self.changes
        if table == PROJECTS:
            wanted |= BESIDE
        empty = ", ".join(f"CAST(NULL AS {type_}) AS {name_of(name)}" for name, type_ in wanted.items())
        nothing = f"SELECT {empty} LIMIT 0"
        if not files:
            return nothing
        chosen = ", ".join(name_of(name) for name in wanted)
        several = [f"({nothing})", *(rows_of(one, *self.places.get(one, ())) for one in files)]
        return f"SELECT {chosen} FROM ({' UNION ALL BY NAME '.join(several)})"


def rows_of(path: Path, file: str | None = None, line: bool = False) -> str:
    """A query of DuckDB's for the rows of a Parquet file; with the name of the ``file``, and the number of each row."""
    if file is None and not line:
        return f"SELECT * FROM read_parquet({paths_of([path])})"
    more = ([f"{text_of(file)} AS file"] if file is not None else []) + (
        ["file_row_number + 1 AS line"] if line else []
    )
    numbered = f"read_parquet({paths_of([path])}, file_row_number = true)"
    return f"SELECT * EXCLUDE (file_row_number), {', '.join(more)} FROM {numbered}"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The tables of every city, in alphabetical order, and what became of the rest.

    ``rejects`` is a file of JSON lines, one for each record that could not be taken in: ``file``, ``line`` (null where
    the file holds one project), ``project`` (its key, where that could be read), ``problems``, and ``record`` as it was
    read. ``skipped`` counts rows that are no projects by a documented rule (blank ones, totals); ``notes`` say what
    else the reader should know.
    """

    folder: Path
    cities: tuple[Tables, ...]
    rejects: Path
    accepted: int
    rejected: int
    skipped: int
    notes: tuple[Note, ...]


__all__ = ["BESIDE", "CHANGES", "PROJECTS", "Tables", "TakenIn"]
