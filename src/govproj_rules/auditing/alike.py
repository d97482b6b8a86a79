"""The projects that two editions of a regulation surely answer alike, told by DuckDB for all of a portfolio at once.

Careful on one side only: what is told to be alike is, and what is not told may be. So whoever compares reads the others one
by one, and comes to what would have come of reading all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from govproj_rules.auditing.deciding import Decided, decide_all
from govproj_rules.auditing.held import alike_in, named_once
from govproj_rules.auditing.running import failures
from govproj_rules.checking import MAX_FINDINGS, most_findings
from govproj_rules.comparing.portfolio import Alike
from govproj_rules.errors import InvalidInput
from govproj_rules.extras import need
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import open_duck
from govproj_rules.intake.given import columns_of
from govproj_rules.intake.inputs import Input
from govproj_rules.intake.parts import Parts
from govproj_rules.intake.quick import read_quickly
from govproj_rules.ir import FactInfo, RuleSet
from govproj_rules.project.model import MAX_CHANGES
from govproj_rules.project.portfolio import Record, Written, read_written, walk_portfolio
from govproj_rules.source import decode, parse_json

_TOGETHER: Final = 10_000
"""Rows fetched at a time."""
_NOTHING: Final = "{}"
"""A line that is surely not understood."""
Pair = tuple[RuleSet, RuleSet]
Told = tuple[int, str]
"""The number of a record, and the verdict of both."""


@contextmanager
def read_unlike(place: Path, old: RuleSet, new: RuleSet, as_of: date) -> Iterator[Iterator[Record | Alike]]:
    """The records of a portfolio, as :func:`govproj_rules.comparing.portfolio.flips` takes them, in its order.

    Those that both editions surely answer alike are not read; where that cannot be told, all are. Raises as :func:`govproj_rules.project.portfolio.read_portfolio` does.
    """
    written = walk_portfolio(place)
    if not _may_tell(old, new, as_of):
        yield map(read_written, written)
        return
    with TemporaryDirectory(prefix="govproj-") as room:
        yield _records(written, place, (old, new), as_of, Path(room))


def _may_tell(old: RuleSet, new: RuleSet, as_of: date) -> bool:
    """Two cities ask everybody for something else; and a project with more findings than there may be is refused."""
    pair = (old, new)
    if old.id != new.id or old.stages != new.stages or any(one.not_in_force(as_of) for one in pair):
        return False
    if not all(map(named_once, pair)) or any(
        once + each * MAX_CHANGES > MAX_FINDINGS for once, each in map(most_findings, pair)
    ):
        return False
    try:
        for package in ("duckdb", "sqlglot"):
            need(package, "audit", "this")
    except InvalidInput:
        return False
    return True


def _records(written: Iterator[Written], place: Path, pair: Pair, as_of: date, room: Path) -> Iterator[Record | Alike]:
    lines, names = (place, repeat(None)) if place.is_file() else _as_lines(place, room)
    told = _told(lines, pair, as_of, room)
    known = next(told, None)
    for count, (one, name) in enumerate(zip(written, names, strict=False), 1):
        number = one.line or count
        while known is not None and known[0] < number:
            known = next(told, None)
        same = known is not None and known[0] == number and one.data is not None and name in (None, one.file)
        yield Alike(known[1]) if same and known is not None else read_written(one)


def _as_lines(folder: Path, room: Path) -> tuple[Path, Iterator[str | None]]:
    """The projects of a folder as lines of one file, and the name of each; what cannot be read is a line of nothing."""
    lines, names = room / "projects.jsonl", room / "names.txt"
    with (
        lines.open("w", encoding="utf-8", newline="\n") as stream,
        names.open("w", encoding="utf-8", newline="\n") as named,
    ):
        for one in walk_portfolio(folder):
            stream.write(_line(one) + "\n")
            named.write(one.file + "\n")
    return lines, chain(_names(names), repeat(""))  # files may be added meanwhile: these have another name, or none


def _names(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        yield from (line.rstrip("\n") for line in stream)


def _line(one: Written) -> str:
    try:
        data = parse_json(decode(one.data or b"", one.file), one.file)
    except InvalidInput:
        return _NOTHING
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) if isinstance(data, dict) else _NOTHING


# --- asking DuckDB ----------------------------------------------------------------------------------


def _told(lines: Path, pair: Pair, as_of: date, room: Path) -> Iterator[Told]:
    """What is alike among the lines of a file, by their numbers; nothing more, once anything goes wrong."""
    import duckdb

    try:
        with failures():
            yield from _asked(lines, pair, as_of, room)
    except (InvalidInput, OSError, duckdb.Error):  # rules that cannot be said in SQL, no room, not enough memory
        return


def _asked(lines: Path, pair: Pair, as_of: date, room: Path) -> Iterator[Told]:
    scratch = room / "scratch"
    scratch.mkdir()
    tables = _taken(lines, _both(*pair), room / "taken", scratch)
    if tables is None:
        return
    was, now = (
        _decided(tables, one, as_of, room / name, scratch) for name, one in zip(("old", "new"), pair, strict=True)
    )
    with open_duck(scratch) as duck:
        duck.execute(alike_in(tables, was, now))
        while rows := duck.fetchmany(_TOGETHER):
            yield from rows


def _taken(lines: Path, both: RuleSet, folder: Path, scratch: Path) -> Tables | None:
    """The lines that are surely understood, as tables; projects of one key are left out."""
    folder.mkdir()
    with open_duck(scratch) as duck, Parts(folder, duck) as parts:
        for _ in read_quickly(Input(lines, "lines"), parts, [both], scratch, lambda _: None):
            pass  # whoever compares will read it
        made = parts.close([both])
    return made[0] if made else None


def _decided(tables: Tables, ruleset: RuleSet, as_of: date, folder: Path, scratch: Path) -> Decided:
    mine = replace(tables, ruleset=ruleset, columns=columns_of(ruleset))
    with open_duck(scratch) as duck:  # of its own: both editions have tables of one name
        return decide_all(duck, mine, as_of, folder, lambda _: None)


def _both(old: RuleSet, new: RuleSet) -> RuleSet:
    """What both read of a project. A fact that is not the same in both is none: a line that states it is not sure."""
    facts = {**old.facts, **new.facts}
    same = {path: info for path, info in facts.items() if len(set(_values(path, (old, new)))) == 1}
    return replace(
        new, facts=same, rules=old.rules + new.rules, regimes=old.regimes + new.regimes, sha256=old.sha256 + new.sha256
    )


def _values(path: str, pair: Iterable[RuleSet]) -> Iterator[tuple[object, ...]]:
    """What may be stated of a fact, in each that has it."""
    for one in pair:
        if info := one.facts.get(path):
            yield _values_of(info)


def _values_of(info: FactInfo) -> tuple[object, ...]:
    return info.type, tuple(info.options), info.computed
