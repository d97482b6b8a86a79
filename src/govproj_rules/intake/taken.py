"""What the intake hands on: for each city its tables, and what could not be taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from govproj_rules.errors import Problem
from govproj_rules.flat import CHANGES, PROJECTS, Column
from govproj_rules.intake.duck import TYPES, name_of, paths_of
from govproj_rules.ir import RuleSet
from govproj_rules.light import dataclass

BESIDE: Final = {"name": "VARCHAR", "applicant.name": "VARCHAR", "file": "VARCHAR", "line": "BIGINT"}
"""Columns of projects beside the flat table, for whoever tells of them: whose it is, and where it was read. ``line`` is a
line of a file or a row of a sheet."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The projects of one city as Parquet files in the layout of ``docs/scale.md``.

    ``projects`` and ``changes`` may be several files each, or none; a file may lack columns whose cells would all be
    empty, and have others that no rule reads. ``count`` is the number of projects. In files that are ``numbered`` each
    row is a line of its input, without a column that says so.
    """

    ruleset: RuleSet
    columns: tuple[Column, ...]
    projects: tuple[Path, ...]
    changes: tuple[Path, ...]
    count: int
    numbered: frozenset[Path] = frozenset()

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
        several = [f"({nothing})", *(rows_of(one, one in self.numbered) for one in files)]
        return f"SELECT {chosen} FROM ({' UNION ALL BY NAME '.join(several)})"


def rows_of(path: Path, numbered: bool) -> str:
    """A query of DuckDB's for the rows of a Parquet file; of one that is ``numbered``, with their lines."""
    if not numbered:
        return f"SELECT * FROM read_parquet({paths_of([path])})"
    return f"SELECT * EXCLUDE file_row_number, file_row_number + 1 AS line FROM read_parquet({paths_of([path])}, file_row_number = true)"


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
    notes: tuple[Problem, ...]


__all__ = ["BESIDE", "CHANGES", "PROJECTS", "Tables", "TakenIn"]
