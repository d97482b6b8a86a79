"""One run of the intake: inputs in, a folder out, whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from govproj_rules.errors import InvalidInput, Problem, visible, wrong
from govproj_rules.intake.columnar import read_columnar
from govproj_rules.intake.duck import open_duck
from govproj_rules.intake.given import Given
from govproj_rules.intake.inputs import TABLES, Input, find_inputs, written_in
from govproj_rules.intake.judging import judged
from govproj_rules.intake.parts import Parts
from govproj_rules.intake.quick import LEAST, read_quickly
from govproj_rules.intake.sizes import how_many
from govproj_rules.intake.tables import Tally, records_in
from govproj_rules.intake.taken import Tables, TakenIn
from govproj_rules.ir import RuleSet
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.light import dataclass
from govproj_rules.mapping import Map, Targets, load_map
from govproj_rules.whole import NO_ROOM, room_beside

Progress = Callable[[int | None, int], None]
COUNTS: Final = "counts.json"
"""What there is, as JSON, beside the tables."""
_SAID_NO_ROOM: Final = tuple(os.strerror(number) for number in NO_ROOM)

_SAID_DAMAGED: Final = ("Failed to read file", "TProtocolException")
"""What DuckDB says of a page that is no page; the second without the name of the file."""


def take_in(
    inputs: Sequence[Path],
    folder: Path,
    *,
    city: str | Path | None = None,
    map: Path | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> TakenIn:
    """Read every project of ``inputs`` into tables in ``folder``, which is made, or is empty.

    ``city`` is the ruleset for all of them (its id, or the path of a file), else each project names its own. ``map`` is a
    file that says what the columns of sheets mean (:mod:`govproj_rules.mapping`). With more than one of ``processes``, Python starts others of its own: a script then calls this under ``if __name__ ==
    "__main__"``. ``progress`` is told about how many records there are, where they can be counted, and how many more
    are done. The folder is there whole
    or not at all. Raises :class:`InvalidInput` where an input cannot be read at all, with every problem; a record that
    cannot is a reject.
    """
    given = find_inputs(inputs)
    rulesets = [load_ruleset(city)] if city is not None else [load_ruleset(one) for one in built_in()]
    targets = Targets(rulesets)
    read = load_map(map, targets) if map is not None else None
    if read and not any(one.kind in TABLES for one in given):
        said = "the map is for sheets, and none is given"
        raise wrong("out-of-place", said, "leave out --map", visible(str(map)))
    _check_free(folder)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with room_beside(folder) as room:
            run = _Run(room / "tables", room / "scratch", rulesets, city, read, targets)
            made = run.take_in(given, processes, progress)
            made.folder.replace(folder)
    except Exception as error:
        if problem := _unwritten(error, visible(str(folder))):
            raise InvalidInput([problem]) from None
        raise
    return _moved(made, made.folder, folder)


def _untold(_: int) -> None:
    pass


def _check_free(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        help = "nothing is overwritten; name another folder, or remove this one"
        raise wrong("file-exists", "this is there already", help, visible(str(folder)))


def _unwritten(error: Exception, folder: str) -> Problem | None:
    """What to tell of an error of the disk or of memory; None where it is something else."""
    of_duck = type(error).__module__.endswith("duckdb")
    said = str(error)
    if (isinstance(error, OSError) and error.errno in NO_ROOM) or (
        of_duck and any(one in said for one in _SAID_NO_ROOM)
    ):
        return Problem("disk-full", "no room left to write the tables", "nothing was left behind", folder)
    if of_duck and type(error).__name__ == "OutOfMemoryException":
        return Problem("too-large", "the input needs more memory than may be used", "give it in several files", folder)
    if isinstance(error, NotADirectoryError | FileExistsError):
        said, help = "the folder cannot be made: a file stands where it is to be", "name another folder"
        return Problem("unwritable-file", said, help, folder)
    if of_duck and any(one in said for one in _SAID_DAMAGED):
        path = re.search('Failed to read file "(.*?)"', said)
        said = "this Parquet file is damaged" if path else "one of the Parquet files is damaged"
        return Problem("unreadable-file", said, "write it again", visible(path[1]) if path else None)
    if isinstance(error, PermissionError):
        return Problem("unwritable-file", "the folder may not be written", "ask for permission to write it", folder)
    return None


@dataclass(frozen=True, slots=True)
class _Run:
    folder: Path
    scratch: Path
    rulesets: list[RuleSet]
    city: str | Path | None
    map: Map | None
    targets: Targets

    def take_in(self, given: list[Input], processes: int, progress: Progress | None) -> TakenIn:
        tally = Tally(0, [])
        self.folder.mkdir()
        self.scratch.mkdir()
        with open_duck(self.scratch) as duck, Parts(self.folder, duck) as parts:
            # counted for whoever watches, and for nobody else
            tell = partial(progress, how_many(given, duck)) if progress else _untold
            tell(0)
            columnar = [one for one in given if one.kind == "parquet"]
            read_columnar(columnar, parts, self.rulesets, self.city is not None, tell)
            others = (one for one in given if one.kind != "parquet")
            records = chain.from_iterable(self.records(one, parts, tally, tell) for one in others)
            for done in parts.add(judged(records, self.city, processes)):
                tell(done)
            tables = parts.close(self.rulesets)
        accepted = sum(one.count for one in tables)
        made = TakenIn(
            self.folder, tables, parts.rejects, accepted, parts.rejected, tally.skipped, tuple(tally.notes)
        )  # fmt: skip
        _write_counts(made)
        return made

    def records(self, one: Input, parts: Parts, tally: Tally, tell: Callable[[int], None]) -> Iterator[Given]:
        """The records of an input that are to be read one by one."""
        if one.kind in TABLES:
            return records_in(one, self.map, self.targets, tally)
        if one.kind == "lines" and one.path.stat().st_size >= LEAST:
            return read_quickly(one, parts, self.rulesets, self.scratch, tell)
        return written_in(one)


def _write_counts(made: TakenIn) -> None:
    cities = {
        one.ruleset.id: {
            "projects": one.count,
            "files": {
                "projects": [_within(path, made.folder) for path in one.projects],
                "changes": [_within(path, made.folder) for path in one.changes],
            },
        }
        for one in made.cities
    }
    counts = {
        "version": 1, "accepted": made.accepted, "rejected": made.rejected, "skipped": made.skipped, "cities": cities,
        "notes": [{"code": one.code, "message": one.message, "file": one.file} for one in made.notes],
    }  # fmt: skip
    text = json.dumps(counts, ensure_ascii=False, indent=2) + "\n"
    (made.folder / COUNTS).write_text(text, encoding="utf-8", newline="\n")


def _within(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _moved(made: TakenIn, old: Path, new: Path) -> TakenIn:
    """The same, in the folder that has its name now."""

    def at(path: Path) -> Path:
        return new / path.relative_to(old) if path.is_relative_to(old) else path

    cities: tuple[Tables, ...] = tuple(
        replace(
            one,
            projects=tuple(map(at, one.projects)),
            changes=tuple(map(at, one.changes)),
            places={at(path): place for path, place in one.places.items()},
        )
        for one in made.cities
    )
    return replace(made, folder=new, cities=cities, rejects=at(made.rejects))
