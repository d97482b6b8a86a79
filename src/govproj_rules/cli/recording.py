"""What ``govproj check --record`` and ``govproj verify`` do: records written, and records held against what is here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from govproj_rules.cli.inputs import opened, read_input, shown_name
from govproj_rules.errors import InvalidInput, Problem, quote, visible, wrong

if TYPE_CHECKING:
    from govproj_rules.engines import Engine
    from govproj_rules.ir import RuleSet
    from govproj_rules.recording import Record, Verification


def keep_inputs(out: str, inputs: Sequence[str | None]) -> None:
    """Refuse to write records in the place of a file that is read."""
    for file in inputs:
        if file not in (None, "-") and os.path.realpath(file) == os.path.realpath(out):
            said = f"--record would replace {quote(file)}, which is read here"
            raise wrong("replaces-input", said, "name another file for the records")


def write_records(records: Sequence[Record], out: str) -> Sequence[Problem]:
    """Write all records to one file, a line each; gives what was wrong with that."""
    from govproj_rules.whole import write_whole

    try:
        write_whole(Path(out), b"".join(record.to_bytes() for record in records))
    except InvalidInput as error:
        return error.problems
    return ()


_SIGNS: Final = (b'"calendar_sha256"', b'"vocabulary_sha256"')
"""What the first line of a file of records holds, even a damaged one; a file without is told of once, not line by line."""
_HELP: Final = "records are made by `govproj check --record`, one a line"


@dataclass(frozen=True, slots=True)
class Against:
    """What records are held against: editions by their names, a project file, an engine; None and none: what they say."""

    rulesets: tuple[RuleSet, ...]
    project: bytes | None
    file: str
    engine: Engine | None

    @classmethod
    def of(cls, cities: Sequence[str], project: str | None, engine: Engine | None) -> Against:
        """Everything loaded; raises with the problems of all rulesets that do not load."""
        from govproj_rules.cli.comparing import load_all

        return cls(tuple(load_all(cities)), None if project is None else read_input(project), project or "", engine)

    def choose(self, record: Record) -> RuleSet | None:
        """The very edition a record names, else one of that name."""
        alike = [one for one in self.rulesets if one.id == record.ruleset.id]
        exact = (one for one in alike if one.sha256 == record.ruleset.sha256)
        return next(exact, alike[0] if alike else None)


def verify_all(files: Sequence[str], against: Against) -> tuple[list[tuple[str, Verification]], list[Problem]]:
    """Every record of every file verified, by its place; and all that is wrong with what is none."""
    from govproj_rules.recording import Place, verify

    made: list[tuple[str, Verification]] = []
    problems: list[Problem] = []
    used: set[str] = set()
    lines = list(_lines(files, problems)) if against.project is not None else _lines(files, problems)
    if isinstance(lines, list) and len(lines) > 1:
        raise wrong(
            "several-records", f"--project goes with one record, and there are {len(lines)}", "verify one by one"
        )
    for file, number, line in lines:
        try:
            one = verify(
                line, against.choose, project=against.project, engine=against.engine,
                place=Place(file, number, against.file),
            )  # fmt: skip
        except InvalidInput as error:
            problems.extend(error.problems)
        else:
            made.append((f"{file}:{number}", one))
            used.add(one.ruleset)
    for ruleset in against.rulesets:
        if made and ruleset.id not in used:
            said = f"no record rests on the ruleset {quote(ruleset.id)}"
            problems.append(Problem("unused-ruleset", said, "leave out this --city", visible(ruleset.file)))
    return made, problems


def _lines(files: Sequence[str], problems: list[Problem]) -> Iterator[tuple[str, int, bytes]]:
    """Every line of every file that is not blank, with its place; what cannot be read is a problem."""
    from govproj_rules.source import read_lines

    for file in files:
        name, count = visible(shown_name(file)), 0
        try:
            with opened(file) as stream:
                for number, line in read_lines(stream):
                    count += 1
                    if line is None:
                        said = "the line is over 10 MB"
                        problems.append(Problem("too-large", said, "one line holds one record", name, number))
                    elif count == 1 and not any(sign in line for sign in _SIGNS):
                        problems.append(Problem("no-record", "this is no file of decision records", _HELP, name))
                        break
                    else:
                        yield name, number, line
        except InvalidInput as error:
            problems.extend(error.problems)
        else:
            problems += [] if count else [Problem("empty-file", "the file is empty", None, name)]
