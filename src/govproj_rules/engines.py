"""Who may decide the conditions of a ruleset. This table is the only list of them."""

from __future__ import annotations

from typing import Final, Literal, get_args

Engine = Literal["python", "durable"]
"""``python``: this package itself. ``durable``: durable-rules, held to the same values; the reasons are the same."""

ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
