"""A file of cases as it is written, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from govproj_rules.checking import STATUSES
from govproj_rules.document import placed
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.ir import RuleSet
from govproj_rules.lower import is_cite
from govproj_rules.outcomes import KINDS
from govproj_rules.project import validation_problems
from govproj_rules.source import Keys, Source
from govproj_rules.values import Unreadable, parse_date
from govproj_rules.vocabulary import vocabulary

MAX_CASES: Final = 2_000
"""Of one file; those of a city are some hundreds."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Expected(_Written):
    """One finding that must be there; ``for`` and the rest are compared only where they are given."""

    cite: str
    kind: str
    status: str
    for_: Annotated[str | None, Field(alias="for")] = None
    late: bool | None = None
    due: str | None = None


class CaseDoc(_Written):
    """One case; ``bare``: without the base of the file."""

    id: str
    about: Annotated[list[str], Field(min_length=1)]
    project: dict[str, Any] = {}
    expect: list[Expected] = []
    as_of: str | None = None
    note: str | None = None
    bare: bool = False
    verdict: str | None = None
    scope: str | None = None
    regime: str | None = None
    margins: dict[str, str] = {}


class CasesDoc(_Written):
    """A file of cases of one ruleset."""

    ruleset: str
    as_of: str
    cases: Annotated[list[CaseDoc], Field(min_length=1, max_length=MAX_CASES)]
    base: dict[str, Any] = {}


def read_cases(source: Source) -> CasesDoc:
    """The file as written; raises :class:`InvalidInput` with every problem of its shape."""
    if not isinstance(source.data, dict):
        said = "a file of cases is a mapping"
        raise InvalidInput([source.problem((), "wrong-type", said, "start with `ruleset: NAME`")])
    try:
        return CasesDoc.model_validate(source.data)
    except ValidationError as error:
        found = validation_problems(error, CasesDoc, source.data, "the file of cases")
        raise InvalidInput(placed(source, found)) from None


def misstated(doc: CasesDoc, ruleset: RuleSet) -> Iterator[tuple[Keys, Problem]]:
    """What no case could ever meet: words nobody knows, articles that are not there, ids given twice."""
    yield from _day(("as_of",), doc.as_of)
    seen: set[str] = set()
    for place, case in enumerate(doc.cases):
        here: Keys = ("cases", place)
        if case.id in seen:
            yield (*here, "id"), Problem("duplicate-id", f"two cases have the id {quote(case.id)}", "give each its own")
        seen.add(case.id)
        yield from _day((*here, "as_of"), case.as_of)
        yield from _word((*here, "verdict"), case.verdict, vocabulary().words["verdict"])
        yield from _word((*here, "scope"), case.scope, vocabulary().words["scope"])
        yield from _word((*here, "regime"), case.regime, [regime.id for regime in ruleset.regimes])
        for i, cite in enumerate(case.about):
            yield from _cite((*here, "about", i), cite, ruleset)
        for i, expected in enumerate(case.expect):
            yield from _expected((*here, "expect", i), expected, case, ruleset)


def _expected(here: Keys, expected: Expected, case: CaseDoc, ruleset: RuleSet) -> Iterator[tuple[Keys, Problem]]:
    wrong = list(_cite((*here, "cite"), expected.cite, ruleset))
    yield from wrong
    if not wrong and not within([expected.cite], case.about):
        said = f"the case is not about article {expected.cite}"
        yield (*here, "cite"), Problem("cite", said, "add it to `about`, or leave this finding out")
    yield from _word((*here, "kind"), expected.kind, KINDS)
    yield from _word((*here, "status"), expected.status, STATUSES)
    yield from _day((*here, "due"), expected.due)


def within(cites: Iterable[str], about: Iterable[str]) -> bool:
    """Whether one of some citations lies in one of some others."""
    return any(cite == place or cite.startswith(f"{place}.") for cite in cites for place in about)


def _word(keys: Keys, word: str | None, known: Iterable[str]) -> Iterator[tuple[Keys, Problem]]:
    if word is not None and word not in (words := list(known)):
        yield keys, Problem("unknown-word", f"there is no {keys[-1]} {quote(word)}", did_you_mean(word, words))


def _cite(keys: Keys, cite: str, ruleset: RuleSet) -> Iterator[tuple[Keys, Problem]]:
    if not is_cite(cite):
        said = f"{quote(cite)} is not a citation"
        yield keys, Problem("cite", said, "write article.paragraph.item, such as 28.1.2")
    elif (number := cite.split(".", maxsplit=1)[0]) not in ruleset.register:
        yield keys, Problem("cite", f"article {number} is not in the register of {quote(ruleset.id)}")


def _day(keys: Keys, raw: str | None) -> Iterator[tuple[Keys, Problem]]:
    try:
        if raw is not None:
            parse_date(raw)
    except Unreadable as error:
        yield keys, Problem("wrong-value", str(error), error.help)
