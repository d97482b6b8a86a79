"""The flat table: a project as one row of typed columns, and each of its changes as a row of a second table.

It is how projects are kept where many of them are: in a database, a Parquet file, a spreadsheet. A column is named by
the path that rules, questions and reports use; an empty cell is what is not stated. `docs/scale.md` tells of each kind.
"""

from govproj_rules.flat.columns import (
    CHANGES,
    KEY,
    NUMBER,
    PROJECTS,
    STATED,
    UNITS,
    Column,
    Holds,
    columns,
    every_column,
)
from govproj_rules.flat.rows import Cell, change_rows, row

__all__ = [
    "CHANGES", "KEY", "NUMBER", "PROJECTS", "STATED", "UNITS", "Cell", "Column", "Holds", "change_rows", "columns",
    "every_column", "row",
]  # fmt: skip
