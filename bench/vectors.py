"""40 generated rules over many projects: the ruleset in DuckDB, a query written by hand, and OpenFisca-core on numpy.

    python -m bench.vectors [--quick]

Times are of the processor. They take turns, in rounds over the same projects; each is held to the statuses of the query by
hand, and that to the definition.
"""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final, assert_never

from bench.conditions import Condition, Every, Opposite, Some, Test
from bench.engines import openfisca
from bench.engines.ours import AS_OF, DEFINITION
from bench.peers import ratio, reason
from bench.projects import Drawn, make, spent
from bench.tables import Cell, Part, Table, alone, installed
from bench.workload import Workload, generate, ruleset
from govproj_rules import RuleSet
from govproj_rules.auditing.deciding import code, decide_all
from govproj_rules.flat import CHANGES, KEY, PROJECTS
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import name_of, open_duck, paths_of, text_of

MANY, QUICK = 1_000_000, 20_000
SAMPLE: Final = 1_000
"""Projects of which the definition decides every rule."""
HOLDS, FAILS, OPEN = 1, 0, 5
"""Codes of a rule: it surely holds, surely does not, or is not known."""
HAND: Final = "SQL written by hand"
OWN: Final = "the ruleset"
FORMS: Final[Mapping[str, bool]] = {
    "OpenFisca-core, the rules as they are": False,
    "OpenFisca-core, told what is stated": True,
}
HELD: Final = ", in memory"
READING, SETTING = ", reading", ", setting"


# --- the rules in SQL -------------------------------------------------------------------------------


def by_hand(condition: Condition) -> str:
    """A condition as whoever knows SQL would write it: NULL is what is not known."""
    match condition:
        case Test(fact, _, op, value):
            name = name_of(f"facts.{fact}")
            if isinstance(value, bool):
                return name if value else f"NOT {name}"
            if isinstance(value, tuple):
                return f"{name} IN ({', '.join(map(text_of, value))})"
            sign = {"at_least": ">=", "at_most": "<=", "is": "="}[op]
            return f"{name} {sign} {text_of(value) if isinstance(value, str) else value}"
        case Every(parts):
            return " AND ".join(f"({by_hand(part)})" for part in parts)
        case Some(parts):
            return " OR ".join(f"({by_hand(part)})" for part in parts)
        case Opposite(part):
            return f"NOT ({by_hand(part)})"
        case _:
            assert_never(condition)


def codes_by_hand(workload: Workload) -> str:
    """The code of every rule."""
    tests = (by_hand(one.when) for one in workload.rules)
    codes = (f"CASE WHEN {test} THEN {HOLDS} WHEN NOT ({test}) THEN {FAILS} ELSE {OPEN} END" for test in tests)
    return ", ".join(f"CAST({one} AS UTINYINT) AS {code(place)}" for place, one in enumerate(codes))


def codes_of(rules: RuleSet) -> str:
    """The same of a ruleset, over tables ``projects`` and ``changes``, whatever they are."""
    from govproj_rules.to_sql.dialects import ROWS
    from govproj_rules.to_sql.rules import Rules
    from govproj_rules.to_sql.syntax import column

    dialect = ROWS["duckdb"]
    made = Rules(rules, dialect, AS_OF)
    query = made.query()
    shown = {code(place): dialect.cast(column(code(place)), "UTINYINT") for place in range(len(rules.rules))}
    return dialect.write(query.written(query.select(made.whole, {KEY: column(KEY), **shown})))


# --- taking turns -----------------------------------------------------------------------------------


@dataclass
class Beside:
    """One run: what is measured, and what came of it: seconds round by round, and statuses that are wrong."""

    workload: Workload
    folder: Path
    duck: Any
    """Reads Parquet, and writes it."""
    held: Any
    """Has the projects in memory."""
    source: str
    rows: str = ""
    """Where what the ruleset decided is, once it did."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    answers: dict[str, Sequence[Any]] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        gc.collect()
        begun = spent()
        yield
        self.seconds.setdefault(name, []).append(spent() - begun)

    def hand(self) -> None:
        codes, file = codes_by_hand(self.workload), text_of(self.folder / "hand.parquet")
        with self.timed(HAND):
            self.duck.execute(f"COPY (SELECT project, {codes} FROM {self.source}) TO {file} (FORMAT parquet)")
        with self.timed(HAND + HELD):
            self.held.execute(f"CREATE OR REPLACE TABLE hand AS SELECT project, {codes} FROM {PROJECTS}")

    def own(self, tables: Tables, codes: str) -> None:
        folder = self.folder / "decided"
        shutil.rmtree(folder, ignore_errors=True)
        with open_duck(self.folder) as duck, self.timed(OWN):
            decided = decide_all(duck, tables, AS_OF, folder, lambda _: None)
        self.rows = decided.whole.rows
        with self.timed(OWN + HELD):
            self.held.execute(f"CREATE OR REPLACE TABLE own AS {codes}")

    def fisca(self, form: str, system: Any) -> None:
        cells = openfisca.cells(self.workload, FORMS[form])
        with self.timed(form + READING):
            values = self.duck.execute(f"SELECT {cells} FROM {self.source}").fetchnumpy()
        with self.timed(form + SETTING):
            simulation = openfisca.simulation(system, values)
        with self.timed(form + HELD):
            self.answers[form] = openfisca.computed(simulation, self.workload)

    def wrong(self) -> dict[str, int]:
        """Statuses that are not those of the query by hand. Of OpenFisca, which knows no unknown, rules that it says
        hold where they do not surely, or the reverse.
        """
        places = range(len(self.workload.rules))
        differ = " + ".join(f"count(*) FILTER (a.{code(one)} <> b.{code(one)})" for one in places)
        hand = f"read_parquet({paths_of([self.folder / 'hand.parquet'])})"
        found = {}
        for name, duck, left, right in ((OWN, self.duck, hand, self.rows), (OWN + HELD, self.held, "hand", "own")):
            rows, wrong = duck.execute(
                f"SELECT count(*), {differ} FROM {left} a JOIN {right} b USING (project)"
            ).fetchone()
            assert rows == duck.execute(f"SELECT count(*) FROM {left}").fetchone()[0]
            found[name] = wrong
        if self.answers:
            right = self.duck.execute(f"SELECT COLUMNS('r[0-9]+') FROM {hand}").fetchnumpy()
            for form, answers in self.answers.items():
                found[form] = sum(
                    int(((right[code(one)] == HOLDS) != answer).sum()) for one, answer in enumerate(answers)
                )
        return found

    def unknown(self) -> int:
        """Statuses that are not known, by the query by hand."""
        places = range(len(self.workload.rules))
        counts = " + ".join(f"count(*) FILTER ({code(one)} = {OPEN})" for one in places)
        return int(self.held.execute(f"SELECT {counts} FROM hand").fetchone()[0])

    def beside_definition(self) -> int:
        """Rules of the first projects that the query by hand decides otherwise than the definition."""
        decide = DEFINITION.prepare(self.workload)
        names = list(self.workload.facts)
        facts = ", ".join(name_of(f"facts.{name}") for name in names)
        codes = ", ".join(code(place) for place in range(len(self.workload.rules)))
        rows = self.held.execute(
            f"SELECT {facts}, {codes} FROM {PROJECTS} JOIN hand USING (project) ORDER BY project LIMIT {SAMPLE}"
        ).fetchall()
        wrong = 0
        for row in rows:
            stated = {name: _whole(value) for name, value in zip(names, row, strict=False) if value is not None}
            said = {one.id for one, it in zip(self.workload.rules, row[len(names) :], strict=True) if it == HOLDS}
            wrong += len(said ^ set(decide(stated)))
        return wrong


def _whole(value: Any) -> Any:
    """A number as the workload has it."""
    return int(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class Judged:
    """Wrong statuses of each; how many are not known; and rules of the sample that the query by hand decides wrongly."""

    wrong: dict[str, int]
    unknown: int
    beside_definition: int


def run(count: int, rounds: int, folder: Path) -> tuple[Beside, Judged]:
    """All turns over ``count`` projects, and what is to be said of the answers."""
    workload = generate(40, 40, 1)
    tables = make(folder, ruleset(workload), count, Drawn(near=True))
    with open_duck(folder) as duck, open_duck(folder) as held:
        made = Beside(workload, folder, duck, held, f"read_parquet({paths_of(tables.projects)})")
        held.execute(f"CREATE TABLE {PROJECTS} AS SELECT * FROM {made.source}")
        held.execute(f"CREATE TABLE {CHANGES} AS SELECT * FROM read_parquet({paths_of(tables.changes)})")
        turns: list[Callable[[], None]] = [made.hand, partial(made.own, tables, codes_of(tables.ruleset))]
        if installed(openfisca.PACKAGE):
            for form, told in FORMS.items():
                turns.append(partial(made.fisca, form, openfisca.system(workload, told)))
        for number in range(rounds):
            for place in range(len(turns)):
                turns[(place + number) % len(turns)]()  # another one begins each round
        return made, Judged(made.wrong(), made.unknown(), made.beside_definition())


def tables_of(quick: bool) -> tuple[Table, ...]:
    count, rounds = (QUICK, 3) if quick else (MANY, 5)
    with tempfile.TemporaryDirectory() as folder:
        made, judged = run(count, rounds, Path(folder))
    seconds = made.seconds
    forms = [form for form in FORMS if form in made.answers]
    for form in forms:
        parts = (seconds[form + READING], seconds[form + SETTING], seconds[form + HELD])
        seconds[form] = [sum(one) for one in zip(*parts, strict=True)]
    wrong = judged.wrong | {HAND: 0, HAND + HELD: 0} | {form + HELD: judged.wrong[form] for form in forms}
    columns = ("by", "processor s", "× by hand", "× ours", "statuses wrong")
    notes = NOTES.format(
        statuses=len(made.workload.rules) * count, unknown=judged.unknown, sample=SAMPLE, rounds=rounds,
        beside=judged.beside_definition, version=installed(openfisca.PACKAGE),
    )  # fmt: skip
    missing = () if forms else (f"{openfisca.PACKAGE} is not measured: {reason(openfisca.PACKAGE)}.",)

    def rows(end: str) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            (name, median(seconds[name + end]), ratio(seconds, name + end, HAND + end),
             ratio(seconds, name + end, OWN + end), wrong[name + end])
            for name in (HAND, OWN, *forms)
        )  # fmt: skip

    inside: tuple[tuple[Cell, ...], ...] = tuple(
        (form, *(median(seconds[form + end]) for end in (READING, SETTING, HELD)))
        for form in forms
    )  # fmt: skip
    made_of = (
        Table("Of these, OpenFisca-core", ("given", "reading s", "setting inputs s", "computing s"), inside),
    ) if forms else ()  # fmt: skip
    what = f"{len(made.workload.rules)} generated rules, {count:,} projects"
    return (
        Table(f"{what}, from Parquet", columns, rows(""), (*missing, *notes.split("\n\n"))),
        Table(f"{what}, values and statuses in memory", columns, rows(HELD)),
        *made_of,
    )


NOTES = """\
Wrong: of {statuses:,} statuses, against the query by hand; of {sample:,} projects that is held to the definition, which decides \
{beside} of their rules otherwise. Medians of {rounds} rounds. The ruleset and the query by hand read Parquet and write \
true, false or unknown for every rule and project as Parquet. OpenFisca-core {version} is given what DuckDB reads of the same \
file as numpy arrays, and its statuses stay in memory. It has no unknown, which {unknown:,} statuses are: wrong is where it says \
that a rule holds which does not surely, or the reverse, as for the other engines above.

It is given the rules twice. *As they are*: what nobody stated is nought or false, its default. *Told what is stated*: with a \
variable for each fact that says whether it is, before tests that would hold of the default. Amounts are its floats of 32 bits, \
in 元; one amount in a hundred is a round one, as the bounds are, or one 分 beside it."""


def part(quick: bool) -> Part:
    return Part("40 rules over many projects", __doc__ or "", tables_of(quick))


if __name__ == "__main__":
    sys.exit(alone(part, __doc__))
