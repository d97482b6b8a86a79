"""A large file of lines: one query reads it, and what the query is not sure of is handed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from govproj_rules.errors import InvalidInput
from govproj_rules.flat import CHANGES, NUMBER, PROJECTS
from govproj_rules.intake.duck import copying, paths_of, told_of
from govproj_rules.intake.given import columns_of
from govproj_rules.intake.inputs import Input
from govproj_rules.intake.parts import Parts
from govproj_rules.intake.quick.query import MARKS, Query
from govproj_rules.intake.taken import COUNT
from govproj_rules.ir import RuleSet
from govproj_rules.project.portfolio import Written, lines_of
from govproj_rules.source import decode, open_bytes, parse_json, read_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEAST: Final = 8_000_000
"""Bytes of a file for which planning the query is worth its time."""
_SAMPLE: Final = 2_000
"""Lines by which it is told what is in a file: the city, and which facts are stated at all."""
_CHUNK: Final = 1 << 22
_TOGETHER: Final = 10_000


class Text(NamedTuple):
    """What can be counted of a file without reading it: its lines, and its marks."""

    lines: int
    marks: int


def read_quickly(
    one: Input, parts: Parts, rulesets: list[RuleSet], scratch: Path, tell: Callable[[int], None]
) -> Iterator[Written]:
    """Take in the lines of a file that are surely understood, into ``parts``; yield the others.

    ``rulesets`` is the one for all projects, or every one that a project may name: then the lines of the city that most
    of the first ones name are taken in. Nothing is taken in before every line was looked at. ``tell`` is told of more
    lines that are done, those that are yielded aside; and takes them back where they are gone through once more.
    """
    first = _first(one)
    ruleset = rulesets[0] if len(rulesets) == 1 else _usual(first, rulesets)
    if ruleset is None:
        yield from _all(one)
        return
    raw = scratch / f"quick-{parts.new_number()}.parquet"
    query = Query(one.path, one.shown, ruleset, columns_of(ruleset), len(rulesets) == 1, _stated(first))
    duck = parts.duck.cursor()
    text = _count(one.path)
    if not _copied(duck, query, raw, text.lines, tell):
        yield from _all(one)
        return
    found = duck.execute(f"SELECT count(*), count({COUNT}), coalesce(sum({COUNT}), 0) FROM {_file(raw)}").fetchone()
    assert found is not None
    rows, known, marks = map(int, found)
    if (rows, known, marks) == (text.lines, text.lines, text.marks):
        made = raw.replace(parts.file(ruleset.id, PROJECTS))
        parts.places[made] = (None, True)
    else:
        tell(-text.lines)
        if rows != _lines_with_text(one):  # which row is which line is not known
            raw.unlink()
            yield from _all(one)
            return
        yield from _unsure(one, duck, raw, tell)
        _keep_sure(duck, raw, parts, ruleset)
    if any(column.name == NUMBER for column in columns_of(ruleset)):
        latest = parts.of(ruleset.id, PROJECTS)[-1]
        duck.execute(parts.copy_to(query.changes(_file(latest)), parts.file(ruleset.id, CHANGES)))


def _copied(duck: DuckDBPyConnection, query: Query, raw: Path, lines: int, tell: Callable[[int], None]) -> bool:
    """Whether the file could be read into ``raw``; what DuckDB will not read at all, the library may."""
    import duckdb

    for statement in query.before:
        duck.execute(statement)
    try:
        with copying(duck), told_of(duck, lines, tell):
            duck.execute(Parts.copy_to(query.select(), raw))
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException):
        raw.unlink(missing_ok=True)
        return False
    return True


def _first(one: Input) -> list[dict[str, Any]]:
    """The first projects of a file, as far as they can be read."""
    found = []
    with open_bytes(one.path) as stream:
        for _, line in islice(read_lines(stream), _SAMPLE):
            try:
                project = parse_json(decode(line or b"", one.shown), one.shown)
            except InvalidInput:
                continue
            if isinstance(project, dict):
                found.append(project)
    return found


def _usual(first: Iterable[Mapping[str, Any]], rulesets: list[RuleSet]) -> RuleSet | None:
    """The ruleset that most of the first projects name."""
    known = {ruleset.id: ruleset for ruleset in rulesets}
    named = Counter(city for project in first if isinstance(city := project.get("city"), str) and city in known)
    return known[named.most_common(1)[0][0]] if named else None


def _stated(first: Iterable[Mapping[str, Any]]) -> set[str]:
    """The paths that the first projects state something under."""
    return {path for project in first for path in _paths(project, "")}


def _paths(value: object, path: str) -> Iterator[str]:
    yield path
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield from (f"{path}.{one}" for one in value if isinstance(one, str))


def _count(path: Path) -> Text:
    lines = marks = 0
    last = b"\n"
    with open_bytes(path) as stream:
        while chunk := stream.read(_CHUNK):
            lines += chunk.count(b"\n")
            marks += len(chunk) - len(chunk.translate(None, MARKS))
            last = chunk[-1:]
    return Text(lines + (last != b"\n"), marks)


def _lines_with_text(one: Input) -> int:
    with open_bytes(one.path) as stream:
        return sum(1 for _ in read_lines(stream))


def _all(one: Input) -> Iterator[Written]:
    with open_bytes(one.path) as stream:
        yield from lines_of(read_lines(stream), one.shown)


def _unsure(one: Input, duck: DuckDBPyConnection, raw: Path, tell: Callable[[int], None]) -> Iterator[Written]:
    """The lines that hold more than was understood; each row of ``raw`` is left with its line, or none, in ``sure``."""
    counts = _counts(duck.cursor(), raw)
    duck.execute("CREATE OR REPLACE TEMP TABLE sure (place BIGINT, line BIGINT)")
    kept: list[tuple[int, int]] = []
    with open_bytes(one.path) as stream:
        for place, (number, line) in enumerate(read_lines(stream)):
            marks = next(counts)
            if line is not None and marks == len(line) - len(line.translate(None, MARKS)):
                kept.append((place, number))
                tell(1)
                if len(kept) == _TOGETHER:
                    _keep(duck, kept)
            else:
                yield from lines_of(iter([(number, line)]), one.shown)
    _keep(duck, kept)


def _counts(duck: DuckDBPyConnection, raw: Path) -> Iterator[int | None]:
    duck.execute(f"SELECT {COUNT} FROM {_file(raw)}")
    while rows := duck.fetchmany(_TOGETHER):
        yield from (row[0] for row in rows)


def _keep(duck: DuckDBPyConnection, kept: list[tuple[int, int]]) -> None:
    """Rows in runs: as long as lines follow each other, a run is two numbers."""
    if kept:
        values = ", ".join(f"({first}, {last}, {line})" for first, last, line in _runs(kept))
        each = "SELECT unnest(range(first, last + 1)) AS place, unnest(range(line, line + last - first + 1)) AS line"
        duck.execute(f"INSERT INTO sure {each} FROM (VALUES {values}) AS runs(first, last, line)")
        kept.clear()


def _runs(kept: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    first, start = kept[0]
    before = first
    for place, line in kept[1:]:
        if place != before + 1 or line - place != start - first:
            yield first, before, start
            first, start = place, line
        before = place
    yield first, before, start


def _keep_sure(duck: DuckDBPyConnection, raw: Path, parts: Parts, ruleset: RuleSet) -> None:
    chosen = f"SELECT raw.* EXCLUDE (file_row_number, {COUNT}), sure.line FROM read_parquet({paths_of([raw])}, file_row_number = true) AS raw"
    query = f"{chosen} JOIN sure ON raw.file_row_number = sure.place"
    duck.execute(parts.copy_to(query, parts.file(ruleset.id, PROJECTS)))
    duck.execute("DROP TABLE sure")
    raw.unlink()


def _file(path: Path) -> str:
    return f"read_parquet({paths_of([path])})"
