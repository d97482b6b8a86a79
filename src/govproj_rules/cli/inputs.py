"""Projects, rulesets and rules as the command line names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from govproj_rules.errors import InvalidInput, did_you_mean, quote, wrong

if TYPE_CHECKING:
    from govproj_rules.engines import Engine
    from govproj_rules.ir import Rule, RuleSet
    from govproj_rules.project import Project
    from govproj_rules.recorded import Record
    from govproj_rules.report import Report

_STDIN: Final = "<stdin>"


def checked(
    file: str,
    ruleset: RuleSet | None,
    as_of: date,
    everything: bool,
    engine: Engine = "python",
    records: list[Record] | None = None,
) -> tuple[Report, RuleSet]:
    """The report of a project file, with the ruleset it was made with; the record of it is added to ``records``."""
    from govproj_rules import read_project
    from govproj_rules.checking import check

    with placed(file):
        source = read_input(file)
        project = read_project(source, shown_name(file))
        chosen = ruleset or ruleset_of(project)
        report = check(project, chosen, as_of=as_of, all=everything, engine=engine)
        if records is not None:
            from govproj_rules import record

            records.append(record(report, project, source=source, engine=engine))
        return report, chosen


def shown_name(file: str) -> str:
    """What a file is called to the user; ``-`` is standard input."""
    return _STDIN if file == "-" else file


@contextmanager
def placed(file: str) -> Iterator[None]:
    """Problems that name no file belong to this one (``-`` is standard input)."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(one if one.file else one.at(shown_name(file)) for one in error.problems) from None


def read_one_project(file: str) -> Project:
    """The project of a file, or of standard input."""
    from govproj_rules import read_project

    return read_project(read_input(file), shown_name(file))


def read_input(file: str) -> bytes:
    """The bytes of a file, or of standard input."""
    from govproj_rules.source import MAX_BYTES, read_bytes, too_large

    if file != "-":
        return read_bytes(Path(file))
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large(_STDIN)])
    return data


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """A file, or standard input, to be read line by line; standard input stays open."""
    from govproj_rules.source import open_bytes

    if file == "-":
        yield sys.stdin.buffer
    else:
        with open_bytes(Path(file)) as stream:
            yield stream


def ruleset_of(project: Project) -> RuleSet:
    """The ruleset a project names itself; only a built-in one, since a file must not choose paths."""
    from govproj_rules.library import ruleset_named

    return ruleset_named(project.city)


def load_city(city: str | None) -> RuleSet | None:
    """The ruleset asked for with ``--city``, if any."""
    from govproj_rules import load_ruleset

    return None if city is None else load_ruleset(city)


def find_rules(ruleset: RuleSet, name: str) -> Sequence[Rule]:
    """The rule of a name, with those it was lowered to."""
    wanted = name.removeprefix(f"{ruleset.id}/")
    found = [rule for rule in ruleset.rules if wanted in (rule.id, rule.base_id)]
    if not found:
        known = [rule.id for rule in ruleset.rules]
        raise wrong("unknown-rule", f"{ruleset.id} has no rule {quote(name)}", did_you_mean(wanted, known))
    return found


def find_article(ruleset: RuleSet, place: str) -> str:
    """An article, or a part of one, of the register."""
    number, *parts = place.split(".")
    if number in ruleset.register and all(part.isascii() and part.isdigit() and int(part) for part in parts):
        return place
    last = list(ruleset.register)[-1]
    help = f"the last one is {quote(last)}; a part of an article is written such as 28.1"
    raise wrong("unknown-article", f"{ruleset.id} has no article {quote(place)}", help)
