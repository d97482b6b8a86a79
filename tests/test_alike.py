"""What two editions surely answer alike is not read, and every answer is the same, to the byte, as if all were."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from changing import each_changed, ruleset_bytes
from intake.lines import lines, tricks
from many import Many
from strategies import random_table

from govproj_rules import RuleSet, check, load_ruleset
from govproj_rules.auditing import alike
from govproj_rules.auditing.alike import read_unlike
from govproj_rules.cli import comparing
from govproj_rules.comparing import portfolio
from govproj_rules.comparing.portfolio import Alike, flips, read_portfolio
from govproj_rules.errors import InvalidInput
from govproj_rules.formats import Look
from govproj_rules.library import read_ruleset

DAY = date(2026, 6, 30)
RULES = Path(__file__).parent.parent / "rules"


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


# --- the same bytes, and fewer read -----------------------------------------------------------------


@pytest.mark.parametrize("seeds", [range(5), range(14, 18)])
def test_generated_editions(seeds: range, tmp_path: Path) -> None:
    count = 0
    for seed in seeds:
        for place, pair in enumerate(editions(seed, 1)):
            file = tmp_path / f"{seed} {place}.jsonl"
            file.write_bytes(b"\n".join(drawn(pair, 60, seed)))
            count += skipped(file, *pair)
    assert count > 40


def texts(city: str, *edits: tuple[str, str]) -> tuple[RuleSet, RuleSet]:
    """A ruleset of ours, and with some texts in place of others."""
    text = old = (RULES / f"{city}.yaml").read_text(encoding="utf-8")
    for before, after in edits:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    first, last = (read_ruleset(one.encode(), f"{city}.yaml") for one in (old, text))
    return first, last


TEN = ("change.ratio: {at_most: 15%}", "change.ratio: {at_most: 10%}")


def test_a_changed_rule_lets_most_projects_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, checks = texts("dongying", TEN), 0
    file = tmp_path / "all.jsonl"
    written = [
        json.loads(one)
        for one in drawn(pair, 100, 1)
        if one.startswith((b'{"name": "\\u9879', '{"name": "项'.encode()))
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in written), encoding="utf-8")
    real = check

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal checks
        checks += 1
        return real(*args, **kwargs)

    monkeypatch.setattr(portfolio, "check", counted)
    with read_unlike(file, *pair, DAY) as records:
        made = flips(*pair, records, DAY)
    assert (made.totals.projects, made.totals.rejected) == (len(written), 0)
    assert checks - 2 < len(written), "two checks for each that is read, and one of either edition"
    monkeypatch.undo()
    assert made.to_json() == flips(*pair, read_portfolio(file), DAY).to_json()


MINI = (Path(__file__).parent / "data" / "mini.yaml").read_text(encoding="utf-8")
FACT = (
    "  grave: {",
    "  audited: {type: yes_no, zh: 已审计, en: audited, ask: {zh: 已审计？, en: Audited?}}\n  grave: {",
)
SHORTER = ("within: 10 working_days", "within: 5 working_days")


def mini(*edits: tuple[str, str]) -> RuleSet:
    text = MINI
    for before, after in edits:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return read_ruleset(text.encode(), "mini.yaml")


def plain(place: int, **more: Any) -> dict[str, Any]:
    return {"id": f"P-{place}", "name": f"项目{place}", "classified": False, "funding": {"sources": ["city_fiscal"]},
            "stage": "construction", "security": {"level": 2}, **more}  # fmt: skip


def as_lines(file: Path, projects: Iterable[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in projects), encoding="utf-8")
    return file


def test_facts_of_one_edition_alone(tmp_path: Path) -> None:
    """What only the new one knows is nothing to the old one; what is of another type in each is left to be read."""
    some = [plain(one, facts={"audited": True} if one % 2 else {"grave": False}) for one in range(10)]
    file = as_lines(tmp_path / "a.jsonl", some)
    assert skipped(file, mini(), mini(FACT)) == 10
    other = (FACT[0], FACT[1].replace("yes_no", "number"))
    assert skipped(file, mini(FACT), mini(other)) == 5


def test_days_that_move_and_keys_that_stand_twice_are_read(tmp_path: Path) -> None:
    events: tuple[dict[str, Any], ...] = (
        {"contract_signed": "2026-03-02"}, {"contract_signed": True}, {"contract_signed": False},
    )  # fmt: skip
    some = [plain(place, events=one) for place, one in enumerate(events)]
    some += [plain(11), plain(12), plain(11, changes=[{"amount": "4.8万元"}])]
    assert skipped(as_lines(tmp_path / "a.jsonl", some), mini(), mini(SHORTER)) == 3


def test_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room, tmp_path = tmp_path / "room", tmp_path / "projects"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    for place in range(8):
        file = tmp_path / f"{place % 2}" / f"项 目{place}\x1b.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\ufeff" * (place % 3 == 0) + json.dumps(plain(place), indent=2), encoding="utf-8")
    for place, text in enumerate(
        (b"{", b"[]", b"", b'{"name": "\xff"}', b'{"name": "a\nb"}', b'{"name": "x", "name": "y"}')
    ):
        (tmp_path / "0" / f"bad{place}.json").write_bytes(text)
    assert skipped(tmp_path, mini(), mini(SHORTER)) == 8
    assert list(room.iterdir()) == []


def test_a_file_that_comes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands at another place than it did is read."""
    inside = tmp_path / "b"
    inside.mkdir()
    as_lines(tmp_path / "a.json", [plain(0)])
    for place in range(1, 6):
        as_lines(inside / f"{place}.json", [plain(place)])
    real = alike._told

    def told(*args: Any) -> Any:
        as_lines(inside / "0.json", [plain(9, changes=[{"amount": "4.8万元"}], kund=1)])
        return real(*args)

    monkeypatch.setattr(alike, "_told", told)
    assert skipped(tmp_path, mini(), mini(SHORTER)) == 1


# --- where nothing can be told ----------------------------------------------------------------------


def test_everything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cities; an edition that is not in force; more findings than there may be; a package that is not there."""
    file = as_lines(tmp_path / "a.jsonl", map(plain, range(4)))
    old, ended = mini(), mini(("status: in_force", "status: repealed"))
    assert skipped(file, old, old) == 4
    assert skipped(file, old, ended) == skipped(file, ended, old) == 0
    assert skipped(file, old, texts("lushan")[0]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(alike, "MAX_FINDINGS", 10)
        assert skipped(file, old, old) == 0
    for package in ("duckdb", "sqlglot"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            assert skipped(file, old, old) == 0


@pytest.mark.parametrize("error", [
    duckdb.OutOfMemoryException("no memory"), duckdb.IOException("No space left on device"), OSError(28, "no room"),
    InvalidInput([]),
])  # fmt: skip
def test_whatever_goes_wrong_all_are_read(error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(alike, "decide_all", broken)
    assert skipped(as_lines(tmp_path / "a.jsonl", map(plain, range(4))), mini(), mini()) == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt(), duckdb.InterruptException("INTERRUPT Error")])
def test_nothing_is_left_behind(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> Any:
        raise error

    file = as_lines(tmp_path / "a.jsonl", map(plain, range(4)))
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(alike, "decide_all", stopped)
    with pytest.raises(KeyboardInterrupt), read_unlike(file, mini(), mini(), DAY) as records:
        list(records)
    assert list(room.iterdir()) == []


def test_the_command_prints_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(MINI, encoding="utf-8")
    new.write_text(MINI.replace(*SHORTER), encoding="utf-8")
    some = [plain(one, events={"contract_signed": one % 3 == 0}) for one in range(6)]
    file = as_lines(tmp_path / "a.jsonl", [*some, plain(7, events={"contract_signed": "2026-06-02"}), {"nam": 1}])
    rulesets = [load_ruleset(old), load_ruleset(new)]
    made = comparing.flipped(rulesets, str(file), DAY, "json", Look())
    monkeypatch.setattr(comparing, "FEW", 3)
    asked: list[Path] = []
    real = alike._told

    def told(file: Path, *args: Any) -> Any:
        asked.append(file)
        return real(file, *args)

    monkeypatch.setattr(alike, "_told", told)
    assert comparing.flipped(rulesets, str(file), DAY, "json", Look()) == made
    assert asked == [file]
