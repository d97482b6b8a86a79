"""A workbook that was made apart from this program and without knowledge of it: `data/ledger.xlsx`, with what each row was
meant to say, and which columns of it are wrong on purpose, in `data/ledger.json`.

What is read must be what was meant, or not be read: there is no third.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from intake.asked import fetched
from typer.testing import CliRunner

from govproj_rules.cli import app
from govproj_rules.intake import TakenIn, take_in

LEDGER = Path(__file__).parent / "data" / "ledger.xlsx"
MEANT: list[tuple[int, dict[str, Any], list[str]]] = json.loads(LEDGER.with_suffix(".json").read_text(encoding="utf-8"))
READ = {
    "total": "investment.total", "est": "investment.approved_estimate", "level": "security.level",
    "kx": "documents.feasibility_study", "cs": "documents.preliminary_design",
    "mp": "documents.crypto_assessment_report", "year": "planning.plan_year",
    "d_app": "events.initiated.date", "d_con": "events.contract_signed.date", "d_start": "events.construction_started.date",
    "d_pre": "events.preliminary_accepted.date", "d_fin": "events.accepted.date",
}  # fmt: skip
"""What a row was meant to say, by the column that it is read into."""
BY_HAND = {
    "报送总盘子": "{fact: investment.total, unit: 万元, yuan_from: 100000}",
    "核定概算数": "{fact: investment.approved_estimate, unit: 万元, yuan_from: 100000}",
    "批文落款": "events.initiated",
}
"""What a person sets right in the proposal."""


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proposal, with a small edit."""
    run = CliRunner().invoke(app, ["audit", "--suggest-map", str(LEDGER)])
    assert run.exit_code == 0, run.output
    path = tmp_path_factory.mktemp("ledger") / "map.yaml"
    path.write_text("\n".join(map(edited, run.output.splitlines())), encoding="utf-8")
    return path


def edited(line: str) -> str:
    """What was not matched is ignored, three columns are set right, and what cannot be read is unknown."""
    name = line.partition(" / ")[2].partition('"')[0]
    if name in BY_HAND:
        line = f"{line.partition(': ')[0]}: {BY_HAND[name]}"
    return line.replace('  # "', '  "', 1).replace("# unreadable", "unreadable", 1)


@pytest.fixture(scope="module")
def taken(mapped: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TakenIn]:
    """For three cities, which keep different columns."""
    folder = tmp_path_factory.mktemp("tables")
    return {
        city: take_in([LEDGER], folder / city, city=city, map=mapped) for city in ("langfang", "shizuishan", "yunan")
    }


def test_what_is_proposed_needs_little(mapped: Path) -> None:
    text = mapped.read_text(encoding="utf-8")
    facts = [path for path in READ.values() if path.removesuffix(".date") in text]
    assert len(facts) == len(READ)
    assert "header: [3, 4]" in text


def test_nearly_every_record_is_read(taken: dict[str, TakenIn]) -> None:
    """Names that stand twice or nowhere are rejected, and what stands below the table."""
    made = taken["yunan"]
    rejects = [json.loads(line) for line in made.rejects.read_text(encoding="utf-8").splitlines()]
    meant = {row: wrong for row, _, wrong in MEANT}
    assert {tuple(meant.get(one["line"], ["below"])) for one in rejects} == {("name",), ("below",)}
    assert made.skipped == 2  # a subtotal, and the total
    assert made.accepted > 0.96 * len(MEANT)


def test_what_is_read_is_what_was_meant(taken: dict[str, TakenIn]) -> None:
    """But for the columns that are wrong on purpose, and amounts in 元 that nobody marked as such."""
    meant = {line: (said, wrong) for line, said, wrong in MEANT}
    same, other = Counter[str](), []
    for row in (row for made in taken.values() for row in rows_of(made)):
        said, wrong = meant[row["line"]]
        for name in (name for name, path in READ.items() if row.get(path) is not None):  # not left blank, and read
            if plainly(row[READ[name]]) == meant_by(said.get(name), name):
                same[name] += 1
            elif name not in wrong:
                other.append((row["line"], name, said.get(name), row[READ[name]]))
    assert not other
    assert all(same[name] >= 150 for name in READ), same


def rows_of(made: TakenIn) -> list[dict[str, Any]]:
    names, rows = fetched(made.cities[0].relation("projects"))
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_what_cannot_be_read_is_told(taken: dict[str, TakenIn]) -> None:
    notes = {
        (one.code, one.message.split("`")[1].rpartition("/ ")[2]) for one in taken["yunan"].notes if "`" in one.message
    }
    assert ("unreadable-cells", "公安备案证明") in notes
    assert ("unreadable-cells", "核定概算数") in notes
    assert not any(code == "large-amounts" for code, _ in notes)  # 100,000 and more are 元, as the map says
    assert all(one.zh for one in taken["yunan"].notes)


def plainly(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell


def meant_by(said: Any, name: str) -> Any:
    """Amounts were meant in 万元, and are kept in 分."""
    return int(Fraction(str(said)) * 1_000_000) if name in ("total", "est", "bid") and said is not None else said
