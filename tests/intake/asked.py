"""What DuckDB answers."""

from __future__ import annotations

from typing import Any

import duckdb


def fetched(query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns, and the rows."""
    with duckdb.connect() as duck:
        made = duck.execute(query)
        assert made.description is not None
        return [column[0] for column in made.description], made.fetchall()


def write(query: str, path: object) -> None:
    """The rows as a Parquet file."""
    with duckdb.connect() as duck:
        duck.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
