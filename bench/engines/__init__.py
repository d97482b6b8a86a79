"""Engines that decide the same work, each given it in its own form. The table is the only list of them."""

from __future__ import annotations

from typing import Final

from bench.engines import (
    business,
    cedar,
    durable_rules,
    expert,
    json_logic,
    ours,
    rego,
    rule_engine,
    yardstick,
    zen,
)
from bench.engines.record import Decide, Engine

YARDSTICK: Final = yardstick.ENGINE
OURS: Final = ours.FASTEST
ENGINES: Final[tuple[Engine, ...]] = (
    YARDSTICK,
    *ours.ENGINES,
    json_logic.DATALOGIC_ONE,
    json_logic.DATALOGIC,
    zen.TOGETHER,
    zen.SINGLY,
    zen.TABLE,
    cedar.WHOLE,
    cedar.PARTIAL,
    rego.REGORUS,
    rego.REGO_CPP,
    durable_rules.ENGINE,
    business.ENGINE,
    rule_engine.ENGINE,
    expert.ENGINE,
    json_logic.QUBIT,
)

__all__ = ["ENGINES", "OURS", "YARDSTICK", "Decide", "Engine"]
