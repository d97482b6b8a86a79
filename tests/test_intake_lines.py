"""Large files of lines: what DuckDB takes in is what the library would have, and the rest is told alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from intake.asked import fetched
from intake.lines import lines, tricks

from govproj_rules.intake import TakenIn, judging, take_in, taking
from govproj_rules.library import load_ruleset

COUNT = 1_000


def everything(made: TakenIn) -> dict[str, Any]:
    """The rows of every table without their order, and the rejects."""
    found: dict[str, Any] = {}
    for one in made.cities:
        for table in ("projects", "changes"):
            found[f"{one.ruleset.id} {table}"] = sorted(map(repr, fetched(one.relation(table))[1]))
    rejects = [json.loads(line) for line in made.rejects.read_text(encoding="utf-8").splitlines()]
    for one in rejects:
        if any(problem["code"] == "duplicate-project" for problem in one["problems"]):
            del one["record"]  # as its row has it, with columns of its part
    found["rejects"] = sorted(json.dumps(one, ensure_ascii=False) for one in rejects)
    return found


@pytest.mark.parametrize(
    ("city", "chosen"), [("langfang", None), ("shizuishan", "shizuishan"), ("yunan", None), ("lushan", None)]
)
def test_both_ways_agree(city: str, chosen: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "projects.jsonl"
    file.write_bytes(b"\n".join([*tricks(city), *lines(load_ruleset(city), COUNT, seed=len(city))]))
    slow = take_in([file], tmp_path / "slow", city=chosen)
    monkeypatch.setattr(taking, "LEAST", 0)
    quick = take_in([file], tmp_path / "quick", city=chosen)
    assert quick.accepted > COUNT / 4 < quick.rejected
    assert everything(quick) == everything(slow)


def test_several_processes_and_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, lines and a sheet at once, of several cities: in one process or in two, in the same order."""
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines(load_ruleset("dongying"), 30, seed=1)))
    (tmp_path / "b.csv").write_text(
        "name,city,investment.approved_estimate\n甲,郁南,5万元\n乙,庐山,5\n", encoding="utf-8"
    )
    inputs = [Path(__file__).parent.parent / "examples", tmp_path / "a.ndjson", tmp_path / "b.csv"]
    alone = take_in(inputs, tmp_path / "alone")
    monkeypatch.setattr(judging, "FEW", 2)
    monkeypatch.setattr(judging, "BATCH", 3)
    several = take_in(inputs, tmp_path / "several", processes=2)
    assert everything(several) == everything(alone)
    assert several.rejects.read_bytes() == alone.rejects.read_bytes()
    assert {one.ruleset.id for one in several.cities} == {"dongying", "langfang", "lushan", "shizuishan", "yunan"}
    assert "the amount `5` has no unit" in several.rejects.read_text(encoding="utf-8")
