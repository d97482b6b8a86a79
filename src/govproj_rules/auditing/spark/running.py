"""The part of an audit that Spark does: reads, and decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from govproj_rules.auditing.deciding import Decided, asked_of
from govproj_rules.auditing.spark.database import MASTER, SUCH_AS, Spark, open_spark
from govproj_rules.auditing.spark.reading import only_parquet, read_inputs
from govproj_rules.auditing.writing import Out
from govproj_rules.errors import InvalidInput, Problem, quote, visible
from govproj_rules.flat import CHANGES, KEY, PROJECTS
from govproj_rules.intake import Tables, TakenIn

_MASTERS: Final = re.compile(r"local(\[(\*|[1-9][0-9]*)(,[0-9]+)?\])?|yarn|(spark|k8s)://\S+")


def check_call(inputs: Sequence[Path], out: Out | None, map: str | None, master: str | None) -> None:
    """Raises :class:`InvalidInput` with all that Spark is not for, before it is started: that takes its time."""
    problems = []
    if out is None:
        said = "an audit on Spark needs a place to work: it works beside what it writes"
        problems.append(Problem("no-output", said, "say with -o where the folder of its tables goes"))
    elif not out.folder or out.format.name != "parquet":
        said = "Spark writes a folder of Parquet only"
        problems.append(Problem("out-of-place", said, "name it without an ending", visible(str(out.path))))
    elif ":" in str(out.path.absolute()):
        said = "Spark writes nothing with `:` in its path"
        problems.append(Problem("unwritable-file", said, "name another folder", visible(str(out.path))))
    if map is not None:
        problems.append(
            Problem("out-of-place", "the map is for sheets, and Spark reads none", "leave out --map", visible(map))
        )
    if master is not None and not _MASTERS.fullmatch(master):
        problems.append(Problem("bad-master", f"{quote(master)} is no master that is worked with here", SUCH_AS))
    try:
        only_parquet(inputs)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)


@contextmanager
def decided_in_spark(
    inputs: Sequence[Path],
    city: str | None,
    as_of: date,
    master: str | None,
    room: Path,
    told: Callable[[str, int | None, int], None],
) -> Iterator[tuple[Spark, TakenIn, list[Decided]]]:
    """What was read, and every project decided; and who answers questions about it.

    ``room`` is a folder that all workers see. Raises :class:`InvalidInput` where an input, the master or Java cannot be.
    """
    with open_spark(master or MASTER, room / "scratch") as spark:
        told("reading", None, 0)
        taken = read_inputs(spark, inputs, room, city)
        told("reading", taken.accepted + taken.rejected, taken.accepted + taken.rejected)
        told("deciding", taken.accepted, 0)
        every = []
        for one in taken.cities:
            every.append(_decide(spark, one, as_of))
            told("deciding", taken.accepted, one.count)
        yield spark, taken, every


def _decide(spark: Spark, tables: Tables, as_of: date) -> Decided:
    """Decide every project of a city, with the SQL that is written for Spark."""
    from govproj_rules.to_sql import tables as beside
    from govproj_rules.to_sql.dialects import ROWS
    from govproj_rules.to_sql.layers import CALENDAR
    from govproj_rules.to_sql.rules import Rules

    ruleset = tables.ruleset
    rules = Rules(ruleset, ROWS["spark"], as_of)
    if counts := rules.periods():
        spark.calendar(beside.name_of(ruleset, CALENDAR), beside.calendar_rows(counts))
    for table in (PROJECTS, CHANGES):
        spark.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {tables.relation(table)}")
    asked, whole = asked_of(rules), f"{ruleset.id}_whole"
    spark.keep(whole, spark.session.sql(asked.query))
    for one in asked.lists:
        rows = spark.session.sql(f"SELECT {KEY}, inline({one.name}) FROM {whole}")
        rows.createOrReplaceTempView(f"{ruleset.id}_{one.name}")
    return Decided(tables, as_of, asked.parts(f'"{whole}"', lambda name: f'"{ruleset.id}_{name}"'))
