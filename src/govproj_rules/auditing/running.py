"""One audit from end to end: inputs in; a summary, and what is asked for as files, out. Whole or not at all."""

from __future__ import annotations

import errno
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from govproj_rules.auditing.asking import missing_of
from govproj_rules.auditing.counting import (
    VERDICTS,
    added,
    applicants_of,
    authorities_of,
    deadlines_of,
    rules_of,
    verdicts_of,
)
from govproj_rules.auditing.deciding import Decided, decide_all
from govproj_rules.auditing.summary import Audit, City
from govproj_rules.auditing.tables import Table, all_tables
from govproj_rules.auditing.writing import SUMMARY, Format, Out, copy_table, place, read_out, write_tables
from govproj_rules.engines import AUDITORS
from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.extras import need
from govproj_rules.intake import REJECTS, TakenIn, take_in
from govproj_rules.intake.duck import Database, open_duck
from govproj_rules.ir import Label, RuleSet
from govproj_rules.telling.cites import tell_cites
from govproj_rules.telling.words import say
from govproj_rules.whole import room_beside

Watch = Callable[[str, int | None, int], None]
"""Is told what is being done (``reading``, ``deciding``, ``counting``, ``writing``), of how many, and how many more are done."""
DAYS: Final = 30
"""How far ahead deadlines are listed."""
EXAMPLES: Final = 5
"""Problems of rejected records that a summary has."""
PROCESSES: Final = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do with the projects: which ruleset (else each project's own), for which day, and what to write.

    ``engine`` is one of :data:`govproj_rules.engines.AUDITORS`; ``master`` is where Spark is, if that is the engine.
    ``lang`` is the language of what people read; ``all`` lists every finding, else those that need attention.
    """

    as_of: date
    city: str | None = None
    map: str | None = None
    out: str | None = None
    format: str | None = None
    lang: str = "zh"
    all: bool = False
    engine: str = "duckdb"
    master: str | None = None


Sheet = Callable[[Audit, str], Sequence[Sequence[object]]]
"""Makes the first sheet of a workbook, rows of cells, in a language."""


def audit(inputs: Sequence[Path], wanted: Wanted, watch: Watch | None = None, sheet: Sheet = lambda _, __: ()) -> Audit:
    """Decide every project of ``inputs``, sum up what comes of them, and write what is asked for.

    Raises :class:`InvalidInput` where an input, the map or the output cannot be; a record that cannot be read is
    counted, told of in the file of rejects, and does not end the run. What is written is there whole, or not at all.
    """
    out = read_out(wanted.out, wanted.format) if wanted.out is not None else None
    told = watch or _nobody
    if wanted.engine == "spark":
        from govproj_rules.auditing.spark import check_call

        check_call(inputs, out, wanted.map, wanted.master)
    with _room(out) as room, _ENGINES[wanted.engine](inputs, wanted, room, told) as ready:
        every = ready.every
        told("counting", len(every), 0)
        made = _summary(ready, wanted, lambda: told("counting", len(every), 1))
        if out is not None:
            _write(ready, made, wanted, out, room, told, sheet)
    return made


def _nobody(what: str, total: int | None, done: int) -> None:
    """Watches: then nothing is counted only to be told."""


class Ready(NamedTuple):
    """Every project decided: who answers questions about it, what was read, and who writes a table to a file."""

    db: Database
    taken: TakenIn
    every: Sequence[Decided]
    write: Callable[[Table, Format, Path], None]


@contextmanager
def _in_duckdb(inputs: Sequence[Path], wanted: Wanted, room: Path, told: Watch) -> Iterator[Ready]:
    need("duckdb", "audit", "an audit")
    need("sqlglot", "audit", "an audit")
    with failures():
        taken = take_in(
            inputs, room / "taken", city=wanted.city, map=Path(wanted.map) if wanted.map else None,
            processes=PROCESSES, progress=None if told is _nobody else partial(told, "reading"),
        )  # fmt: skip
        (room / "scratch").mkdir()
        with open_duck(room / "scratch") as duck:
            total = sum(one.count for one in taken.cities)
            told("deciding", total, 0)
            every = [
                decide_all(
                    duck, one, wanted.as_of, room / "decided" / one.ruleset.id, lambda n: told("deciding", total, n)
                )
                for one in taken.cities
            ]
            yield Ready(duck, taken, every, partial(copy_table, duck))


@contextmanager
def _in_spark(inputs: Sequence[Path], wanted: Wanted, room: Path, told: Watch) -> Iterator[Ready]:
    from govproj_rules.auditing.spark import decided_in_spark

    with decided_in_spark(inputs, wanted.city, wanted.as_of, wanted.master, room, told) as (spark, taken, every):
        yield Ready(spark, taken, every, lambda table, _, path: spark.write(table.query(people=False), path))


_ENGINES: Final[Mapping[str, Callable[[Sequence[Path], Wanted, Path, Watch], AbstractContextManager[Ready]]]] = {
    "duckdb": _in_duckdb, "spark": _in_spark,
}  # fmt: skip
assert tuple(_ENGINES) == AUDITORS


@contextmanager
def _room(out: Out | None) -> Iterator[Path]:
    """A place for what is made on the way: beside the output, if there is one."""
    if out is None:
        with TemporaryDirectory(prefix="govproj-") as temporary:
            yield Path(temporary)
        return
    with room_beside(out.path) as room:
        yield room


@contextmanager
def failures() -> Iterator[None]:
    """What DuckDB raises, as what it is: no room left, not enough memory, an interruption."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        said = str(error)
        if "No space left" in said or "max_temp_directory_size" in said:
            raise OSError(errno.ENOSPC, "no space left") from None
        if isinstance(error, duckdb.OutOfMemoryException):
            help = "close what else needs memory, or give fewer projects at a time"
            raise InvalidInput(
                [Problem("out-of-memory", "there is not enough memory for these projects", help)]
            ) from None
        raise


# --- summing up -------------------------------------------------------------------------------------


def _summary(ready: Ready, wanted: Wanted, done: Callable[[], None]) -> Audit:
    taken, cities = ready.taken, []
    for one in ready.every:
        cities.append(_city(ready.db, one))
        done()
    found: Counter[str] = Counter()
    for city in cities:
        found.update(city.verdicts)
    verdicts = {verdict: found[verdict] for verdict in VERDICTS if verdict in found}
    return Audit(
        1, wanted.as_of, wanted.engine, DAYS, taken.accepted, taken.rejected, taken.skipped, verdicts, cities, None,
        _examples(taken), list(taken.notes), [],
    )  # fmt: skip


def _city(db: Database, decided: Decided) -> City:
    ruleset = decided.ruleset
    counts = rules_of(db, decided, cited)
    ahead, deadlines = deadlines_of(db, decided, DAYS, cited)
    missing, sampled = missing_of(db, decided)
    verdicts = verdicts_of(db, decided)
    return City(
        ruleset.id, ruleset.city or ruleset.title, ruleset.title, ruleset.status, {"from": ruleset.in_force_from, "until": ruleset.in_force_until},
        ruleset.sha256, sum(verdicts.values()), verdicts, added(one.findings for one in counts), counts,
        authorities_of(db, decided, counts), ahead, deadlines, missing, sampled, applicants_of(db, decided),
    )  # fmt: skip


def cited(ruleset: RuleSet, cites: Sequence[str]) -> Label:
    """A citation in both languages."""
    zh, en = (tell_cites(cites, lang, ruleset.inferred_paragraphs) for lang in ("zh", "en"))
    return Label(zh, en)


def _examples(taken: TakenIn) -> list[Problem]:
    """The problems of the first rejects."""
    made: list[Problem] = []
    with taken.rejects.open(encoding="utf-8") as lines:
        for line in islice(lines, EXAMPLES):
            made += [
                Problem(one["code"], one["message"], one["help"], one["file"], one["line"], one["column"])
                for one in json.loads(line)["problems"]
            ]
    return made[:EXAMPLES]


# --- writing ----------------------------------------------------------------------------------------


def _write(ready: Ready, made: Audit, wanted: Wanted, out: Out, room: Path, told: Watch, sheet: Sheet) -> None:
    taken = ready.taken
    lang = wanted.lang if out.format.people else None
    tables = all_tables(ready.db, ready.every, made.cities, DAYS, lang, wanted.all or not out.format.people)
    names = {name: say(f"audit_sheet_{name}", wanted.lang) for name in ("summary", *tables)} if lang else {}
    count = len(tables) if out.folder or out.format.name == "xlsx" else 1
    told("writing", count, 0)
    written = write_tables(
        ready.db, ready.write, tables, out, room, names, lambda _: told("writing", count, 1), sheet(made, wanted.lang)
    )
    if out.folder:
        made.rejects = str(out.path / REJECTS) if taken.rejected else None
        made.written = [str(out.path / one.name) for one in sorted(written.iterdir())]
        made.written += [made.rejects] if made.rejects else []
        if taken.rejected:
            taken.rejects.replace(written / REJECTS)
        (written / SUMMARY).write_text(made.to_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    else:
        made.written = [str(out.path)]
        if taken.rejected:
            beside = out.path.with_name(f"{out.path.name}.{REJECTS}")
            place(taken.rejects, beside)
            made.rejects = str(beside)
    place(written, out.path)
