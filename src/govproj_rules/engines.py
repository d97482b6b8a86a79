"""Who may decide a ruleset: engines for its conditions, and databases it is written for. The only list of either."""

from __future__ import annotations

from typing import Final, Literal, get_args

Engine = Literal["python", "durable"]
"""``python``: this package itself. ``durable``: durable-rules, held to the same values; the reasons are the same."""

ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)

DIALECTS: Final = ("duckdb", "postgres", "spark")
"""The databases that a ruleset is written for as SQL: those in which that is tested."""
