"""What must not be in a row of the flat table, as conditions of DuckDB's: what no project file may say either.

They keep to what Spark can be told too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from govproj_rules.errors import quote
from govproj_rules.flat import NUMBER, UNITS, Column
from govproj_rules.intake.duck import list_of, name_of, text_of
from govproj_rules.ir import RuleSet
from govproj_rules.project import fact_fields, words_of
from govproj_rules.project.model import MAX_CHANGES
from govproj_rules.project.types import MAX_DATES
from govproj_rules.values import MAX_FEN
from govproj_rules.vocabulary import vocabulary

_SPACES: Final = text_of("".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))))
"""What stands between words, named: engines do not agree on it."""


class Check(NamedTuple):
    """Something that must not be: a condition on a row, the column it is about, and what is told of it."""

    wrong: str
    column: str
    message: str
    help: str | None = None


def checks_of(known: Mapping[str, Column], ruleset: RuleSet, types: Mapping[str, str]) -> Iterator[Check]:
    """What must not be in the rows of a table with the columns ``known``; ``types`` has the others too."""
    for name, column in known.items():
        yield from _of_column(column, _options(column, ruleset))
        base = name.removesuffix(".date")
        if name.endswith((".date", ".dates")) and base in known and known[base].holds == "yes_no":
            said = f"{name_of(base)} = false AND {name_of(name)} IS NOT NULL"
            yield Check(said, name, f"there is a day, and {quote(base)} says no", "empty one of the two")
        if name.endswith(".dates") and f"{base.removesuffix('.dates')}.date" in known:
            day = name_of(f"{name.removesuffix('.dates')}.date")
            yield Check(f"{day} IS DISTINCT FROM list_min({name_of(name)}) AND {name_of(name)} IS NOT NULL", name,
                        "the first of the days is not that of the column for it", "write the days in their order")  # fmt: skip
        if column.holds == "length":
            unit = f"{name}.unit"
            there = f"{name_of(unit)} IS NULL" if unit in known else "true"
            yield Check(
                f"{name_of(name)} IS NOT NULL AND {there}", name, "the period has no unit", f"say it in {quote(unit)}"
            )
    for name in ("name", "applicant.name"):
        if name in types:
            yield Check(
                f"length(CAST({name_of(name)} AS VARCHAR)) > 2000", name, "the text is longer than 2000 characters"
            )
    for name in known:
        document = ".".join(name.split(".")[:2])
        if name.startswith("documents.") and name.count(".") > 1 and document in known and name != f"{document}.date":
            said = f"{name_of(document)} = false AND {name_of(name)} IS NOT NULL"
            yield Check(said, name, f"something is said of a document that is not there, as {quote(document)} has it")


def _options(column: Column, ruleset: RuleSet) -> list[str]:
    """The words a column may hold."""
    if column.fact.startswith("facts."):
        info = ruleset.facts.get(column.fact) or vocabulary().facts.get(column.fact)
        return list(info.options) if info else []
    if column.name.startswith("documents."):
        return list(words_of("sections" if column.name.endswith(".sections") else "roles"))
    marker = fact_fields().get(column.fact)
    return list(words_of(marker.options)) if marker and marker.options else []


def _of_column(column: Column, options: Sequence[str]) -> Iterator[Check]:
    x, name = name_of(column.name), column.name
    match column.holds:
        case "key":
            yield Check(f"{x} IS NULL OR trim(CAST({x} AS VARCHAR), {_SPACES}) = '' OR length({x}) > 2000", name, "the project has no key",
                        "each row has the key of its project")  # fmt: skip
        case "money":
            yield Check(f"NOT ({x} BETWEEN 0 AND {MAX_FEN})", name, "the amount is out of range", f"0 to {MAX_FEN} 分")
        case "percent":
            yield Check(f"NOT ({x} >= 0 AND {x} < {10**9})", name, "the percentage is out of range", "15% is 15")
        case "number":
            yield Check(f"NOT ({x} >= 0 AND {x} < {10**15})", name, "the number is out of range")
        case "grade":
            yield Check(f"NOT ({x} BETWEEN 1 AND 5)", name, "this is not a protection grade", "1 to 5")
        case "year":
            yield Check(f"NOT ({x} BETWEEN 1900 AND 2199)", name, "the year is out of range", "1900 to 2199")
        case "count":
            yield Check(
                f"NOT ({x} BETWEEN 0 AND {MAX_CHANGES})", name, "the number is out of range", f"0 to {MAX_CHANGES}"
            )
            if name == NUMBER:
                yield Check(f"{x} IS NULL", name, "the change has no number", "number the changes of a project from 0")
        case "length":
            yield Check(f"NOT ({x} BETWEEN 0 AND {99_999 * 12})", name, "the period is out of range")
        case "date":
            yield Check(
                f"NOT ({x} BETWEEN DATE '1900-01-01' AND DATE '2199-12-31')",
                name,
                "the year is out of range",
                "1900 to 2199",
            )
        case "dates":
            within = f"list_min({x}) >= DATE '1900-01-01' AND list_max({x}) < DATE '2200-01-01' AND list_count({x}) = array_length({x})"
            wrong = f"{x} IS NOT NULL AND NOT coalesce({within} AND array_length({x}) BETWEEN 2 AND {MAX_DATES} AND list_sort({x}) = {x}, false)"
            yield Check(
                wrong, name, "these are not two or more days in their order", "a single day has only the column `.date`"
            )
        case "unit":
            yield Check(
                f"NOT list_contains({list_of(UNITS)}, CAST({x} AS VARCHAR))",
                name,
                "there is no such unit",
                ", ".join(UNITS),
            )
        case "word":
            yield Check(
                f"NOT list_contains({list_of(options)}, CAST({x} AS VARCHAR))",
                name,
                "there is no such word",
                _few(options),
            )
        case "words":
            # list_has_all is many times slower; what is empty in a list is in no other
            known = f"array_length(list_filter({x}, lambda word: list_contains({list_of(options)}, word)))"
            yield Check(f"{known} <> array_length({x})", name, "the list holds what is no word for this", _few(options))
        case "yes_no":
            return


def _few(options: Sequence[str]) -> str | None:
    return "one of " + ", ".join(map(quote, options)) if len(options) <= 14 else None
