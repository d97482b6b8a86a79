"""Who may decide a ruleset: engines for its conditions, for many projects, and databases it is written for. The only
list of each.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Engine = Literal["python", "durable"]
"""``python``: this package itself. ``durable``: durable-rules, held to the same values; the reasons are the same."""

ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)

AUDITORS: Final = ("duckdb", "spark")
"""Who may decide many projects at once, by the SQL that rulesets become."""

DIALECTS: Final = ("duckdb", "postgres", "spark")
"""The databases that a ruleset is written for as SQL: those in which that is tested."""
