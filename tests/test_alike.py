"""What two editions surely answer alike is not read, and every answer is the same, to the byte, as if all were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from changing import each_changed, ruleset_bytes
from intake.lines import lines, tricks
from many import Many
from strategies import random_table

from govproj_rules import RuleSet
from govproj_rules.auditing import alike
from govproj_rules.auditing.alike import read_unlike
from govproj_rules.comparing.portfolio import Alike, flips, read_portfolio
from govproj_rules.errors import InvalidInput
from govproj_rules.library import read_ruleset

DAY = date(2026, 6, 30)
RULES = Path(__file__).parent.parent / "rules"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The portfolios of these tests are large enough."""
    monkeypatch.setattr(alike, "FEW", 0)


def skipped(place: Path, old: RuleSet, new: RuleSet, as_of: date = DAY) -> int:
    """How many records were not read; every answer is what it is when all are."""
    count = 0

    def counted(records: Iterator[Any]) -> Iterator[Any]:
        nonlocal count
        for one in records:
            count += isinstance(one, Alike)
            yield one

    with read_unlike(place, old, new, as_of) as records:
        made = flips(old, new, counted(records), as_of)
    assert made.to_json(indent=1) == flips(old, new, read_portfolio(place), as_of).to_json(indent=1)
    return count


def editions(seed: int, count: int) -> Iterator[tuple[RuleSet, RuleSet]]:
    """A generated ruleset, and others that differ from it in one thing."""
    table = {**random_table(seed), "ruleset": {}}

    def read(some: Any) -> RuleSet:
        return read_ruleset(ruleset_bytes(some, "edition"), "edition.yaml")

    try:
        old = read(table)
    except InvalidInput:
        return
    for other in each_changed(table, seed, count):
        try:
            yield old, read(other)
        except InvalidInput:
            continue


def drawn(pair: tuple[RuleSet, RuleSet], count: int, seed: int) -> Iterator[bytes]:
    """Lines of projects for either edition, and some that are wrong."""
    makers = [Many(one, DAY) for one in pair]
    bad = tricks(pair[0].id)
    for place in range(count):
        dice = Random(f"{seed} {place}")
        made = {**dice.choice(makers).project(dice), "id": f"Q-{place}", "name": f"项目{place}"}
        yield json.dumps(_stated(made), ensure_ascii=dice.random() < 0.5).encode()
        if place % 9 == 0:
            yield dice.choice([*bad, b"", b"{", b"5", b'{"name": "x", "facts": {"nobody": true}}'])
    yield from lines(pair[0], count // 4, seed)


def _stated(made: Any) -> Any:
    """The same without objects and lists that say nothing, but for some: only the library reads those."""
    if not isinstance(made, dict):
        return made
    return {key: _stated(value) for key, value in made.items() if value not in ({}, [])}


@pytest.mark.parametrize("seed", range(12))
def test_generated_editions(seed: int, tmp_path: Path) -> None:
    for place, pair in enumerate(editions(seed, 2)):
        file = tmp_path / f"{place}.jsonl"
        file.write_bytes(b"\n".join(drawn(pair, 60, seed)))
        skipped(file, *pair)
