"""What ``govproj audit`` does: many projects read into tables, and maps proposed for the sheets they stand in."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from govproj_rules.cli.streams import look_of, print_problems
from govproj_rules.errors import Problem, visible, wrong
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import say

if TYPE_CHECKING:
    from govproj_rules.formats import Look
    from govproj_rules.intake import TakenIn

PROCESSES: Final = 2
TOLD: Final = 20
"""Problems of rejects that are shown; all of them are in the file of rejects."""


def audit(
    inputs: Sequence[str],
    city: str | None,
    as_of: date,
    map: str | None,
    out: str | None,
    format: str | None,
    look: Look,
    engine: str = "duckdb",
    master: str | None = None,
) -> tuple[Iterable[str], bool]:
    """Audit every project and show the summary; gives the verdicts there were, and whether every record could be read."""
    from govproj_rules.auditing import Wanted
    from govproj_rules.auditing import audit as run
    from govproj_rules.formats.audited import AUDITED, audit_sheet
    from govproj_rules.formats.progress import moving

    _check_given(inputs)
    summary = format is None or format in AUDITED
    if not summary and out is None:
        raise typer.BadParameter(f"--format {format} says how -o is written: it needs -o")
    wanted = Wanted(as_of, city, map, out, None if summary else format, look.lang, look.all, engine, master)
    with moving("audit_", look.lang) as watch:
        made = run([Path(one) for one in inputs], wanted, watch, audit_sheet)
    sys.stdout.write(AUDITED[format if summary and format else "table"](made, look))
    return made.verdicts, not made.rejected


def _check_given(inputs: Sequence[str]) -> None:
    if not inputs:
        raise typer.BadParameter("name what to read: a folder of projects, or files of them")


def read_tables(inputs: Sequence[str], city: str | None, map: str | None, tables: str, lang: str) -> bool:
    """Read projects into tables, and say how many; whether every record could be read."""
    from govproj_rules.formats.progress import moving
    from govproj_rules.intake import take_in

    _check_given(inputs)
    with moving("audit_", lang) as watch:
        made = take_in(
            [Path(one) for one in inputs], Path(tables), city=city, map=Path(map) if map else None, processes=PROCESSES,
            progress=partial(watch, "reading") if watch else None,
        )  # fmt: skip
    print_problems(made.notes)
    _tell_rejects(made, lang)
    _tell_totals(made, lang)
    return not made.rejected


def _tell_rejects(made: TakenIn, lang: str) -> None:
    with made.rejects.open(encoding="utf-8") as lines:
        problems = (
            Problem(one["code"], one["message"], one["help"], one["file"], one["line"], one["column"])
            for record in map(json.loads, lines)
            for one in record["problems"]
        )
        print_problems(islice(problems, TOLD))
        if more := sum(1 for _ in problems):
            typer.echo(say("intake_more", lang, count=more), err=True)


def _tell_totals(made: TakenIn, lang: str) -> None:
    counts = {"accepted": made.accepted, "rejected": made.rejected, "skipped": made.skipped}
    lines = [say("intake_totals", lang, **counts)]
    for one in made.cities:
        title = (one.ruleset.city or one.ruleset.title).in_(lang)
        lines.append("  " + say("intake_city", lang, city=title, count=one.count))
    if made.rejected:
        lines.append(say("intake_rejects", lang, path=clean(str(made.rejects))))
    sys.stdout.write("\n".join(lines) + "\n")


def suggest(file: str, city: str | None, out: str | None, lang: str) -> None:
    """Propose a map for a sheet: to standard output, or to a new file."""
    from govproj_rules.formats.proposed import proposed_map
    from govproj_rules.intake.suggest import suggest_map
    from govproj_rules.library import built_in, load_ruleset
    from govproj_rules.mapping import Targets

    rulesets = [load_ruleset(one) for one in ([city] if city else built_in())]
    made = suggest_map(Path(file), Targets(rulesets))
    text = proposed_map(made, look_of(lang), [one.id for one in rulesets])
    if out is None:
        sys.stdout.write(text)
        return
    _write_new(Path(out), text)
    trusts = Counter("ignored" if one.ignored else one.trust for one in made.columns)
    counts = {key: trusts[key] for key in ("certain", "likely", "none", "ignored")}
    shown = clean(out)
    first = say("map_written", lang, path=shown, **counts)
    then = say("map_next", lang, file=clean(shlex.quote(file)), path=clean(shlex.quote(out)))
    sys.stdout.write(f"{first}\n  {then}\n")


def _write_new(path: Path, text: str) -> None:
    shown = visible(str(path))
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        help = "nothing is overwritten; name another with -o"
        raise wrong("file-exists", "the file is there already", help, shown) from None
    except OSError:
        said, help = "the file cannot be written", "check that its folder is there"
        raise wrong("unwritable-file", said, help, shown) from None
