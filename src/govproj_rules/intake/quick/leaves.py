"""How DuckDB reads one value of a project file: what it means, where that is sure, and how many marks it stands for.

A mark is a colon, a comma or a quote. A value that is not surely understood is NULL and stands for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from govproj_rules.intake.duck import text_of
from govproj_rules.project.types import MAX_DATES

KEY: Final = 4
"""Marks of a key with a plain value in an object: two quotes, a colon, and a comma; the last of an object has no comma."""
TEXT: Final = 2
"""Marks of a text more than those of a number: its quotes."""
LONGEST: Final = 2_000
"""Bytes of a text that is surely not too long."""


AS_READ: Final[Mapping[str, str]] = {"number": "JSON", "year": "JSON", "text": "JSON", "some_of": "VARCHAR[]"}
"""The type a value is read as, where it is not a text. As JSON a text keeps its quotes, and can be told from a number."""


_MONEY: Final = (("万元", 11, 6), ("亿元", 7, 10), ("元", 15, 2))
"""Units, the digits of an amount before the point, and after it: the last place is one 分. The unit that others end with is the last."""


def lowered(type_: str, x: str, enum: str) -> str | None:
    """What is worked out of a value ``x`` first, since it is looked at more than once."""
    match type_:
        case "date":
            return f"CASE WHEN strlen({x}) = 10 THEN TRY_CAST({x} AS DATE) END"
        case "some_of":
            return f"TRY_CAST({x} AS {enum}[])"
        case "one_of":
            return f"TRY_CAST({x} AS {enum})"
        case "text" | "number" | "year":
            return f"CAST({x} AS VARCHAR)"
        case _:
            return None


def value(type_: str, x: str, low: str) -> str:
    """What a value surely means, as its column has it; ``low`` is what :func:`lowered` gave, else ``x`` again."""
    match type_:
        case "yes_no":  # the texts of these names have quotes, which is how they are told apart: nobody counts them
            return f"CASE WHEN strlen({x}) < 6 THEN CASE {x} WHEN 'true' THEN true WHEN 'false' THEN false END END"
        case "grade":
            return f"CASE WHEN {x} IN ('1', '2', '3', '4', '5') THEN CAST({x} AS SMALLINT) END"
        case "money":  # as many digits as are surely within bounds, and as many decimals as surely come out even
            return f"CASE {' '.join(_of_unit(x, *one) for one in _MONEY)} END"
        case "percent":
            form = f"regexp_full_match({x}, '[0-9]{{1,9}}(\\.[0-9]{{1,12}})?%')"
            return f"CASE WHEN {form} THEN CAST({x}[:-2] AS DECIMAL(21,12)) END"
        case "date":  # DuckDB reads other forms too, but does not write them back as they were
            within = f"{low} BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'"
            return f"CASE WHEN CAST({low} AS VARCHAR) = {x} AND {within} THEN {low} END"
        case "number":  # a number of many decimals may not be written back as it was
            form = '[0-9]{1,15}|[0-9]{1,9}\\.[0-9]{1,4}|"[0-9]{1,15}(\\.[0-9]{1,12})?"'
            return f"CASE WHEN regexp_full_match({low}, '{form}') THEN CAST(trim({low}, '\"') AS DECIMAL(27,12)) END"
        case "year":
            form = '(19|20|21)[0-9]{2}|"(19|20|21)[0-9]{2}"'
            return f"CASE WHEN regexp_full_match({low}, '{form}') THEN CAST(trim({low}, '\"') AS INTEGER) END"
        case "text":  # short, saying something, and without what would be a mark, or was escaped
            plain = '[^"\\\\:,]*'
            form = f'"{plain}[\\p{{L}}\\p{{N}}]{plain}"'
            return f"CASE WHEN regexp_full_match({low}, '{form}') AND strlen({low}) <= {LONGEST} THEN {low}[2:-2] END"
        case "one_of":
            return f"CAST({low} AS VARCHAR)"
        case "some_of":
            one = f"len({x}) = 1 AND {low}[1] IS NOT NULL"
            several = f"list_count({low}) = len({x}) THEN list_sort(list_distinct({x}))"
            return f"CASE WHEN {x} IS NULL THEN NULL WHEN {one} THEN {x} WHEN {several} END"
        case "duration":
            return period(x)[0]
        case _:
            raise AssertionError(type_)


def _of_unit(x: str, unit: str, digits: int, places: int) -> str:
    form = f"regexp_full_match({x}, '[0-9]{{1,{digits}}}(\\.[0-9]{{1,{places}}})?{unit}')"
    exact = f"CAST({x}[:-{len(unit) + 1}] AS DECIMAL(37,{places}))"
    return f"WHEN suffix({x}, '{unit}') THEN CASE WHEN {form} THEN CAST({exact} * {10**places} AS BIGINT) END"


def marks(type_: str, x: str, low: str, made: str) -> str:
    """The marks of a value ``made`` and of its key."""
    match type_:
        case "yes_no" | "grade":
            return present(made, KEY)
        case "number" | "year":
            return f"CASE WHEN {made} IS NULL THEN 0 WHEN {low}[1] = '\"' THEN {KEY + TEXT} ELSE {KEY} END"
        case "some_of":
            return present(made, f"{KEY} + {list_marks(f'len({x})')}")
        case _:
            return present(made, KEY + TEXT)


def present(made: str, marks: int | str) -> str:
    """Marks that count where a value is there."""
    return f"CASE WHEN {made} IS NULL THEN 0 ELSE {marks} END"


def list_marks(length: str) -> str:
    """The marks of a list of texts."""
    return f"greatest({length} * 3 - 1, 0)"


def total(parts: Iterable[str]) -> str:
    return " + ".join(parts) or "0"


# --- what takes more than one column ------------------------------------------------------------------


def days_lowered(x: str) -> str:
    """A list of dates as JSON text, as DuckDB reads it."""
    return f"CASE WHEN strlen({x}) > 10 AND {x}[1] = '[' THEN TRY_CAST(replace({x}, '\"', '') AS DATE[]) END"


def days(x: str, low: str) -> str:
    """The same, where it is surely such a list; in order."""
    written = f"'[\"' || replace(CAST({low} AS VARCHAR)[2:-2], ', ', '\",\"') || '\"]'"
    within = (
        f"list_min({low}) >= DATE '1900-01-01' AND list_max({low}) < DATE '2200-01-01' AND len({low}) <= {MAX_DATES}"
    )
    return f"CASE WHEN {written} = {x} AND {within} THEN list_sort({low}) END"


def marks_of_days(whether: str, day: str, several: str) -> str:
    """The marks of what happened: yes or no, a day, or several."""
    listed = present(several, f"{KEY} + {list_marks(f'len({several})')}")
    return f"CASE WHEN {whether} IS NOT NULL THEN {KEY} WHEN {day} IS NOT NULL THEN {KEY + TEXT} ELSE {listed} END"


PERIOD: Final[Mapping[str, tuple[int, str]]] = {
    "working_days": (1, "working_days?|个工作日"),
    "days": (1, "days?|天|日"),
    "months": (1, "months?|个月"),
    "years": (12, "years?|年"),
}


def period(x: str) -> tuple[str, str]:
    """The length of a period, and its unit; both are NULL, or neither."""
    lengths, units = [], []
    for unit, (factor, names) in PERIOD.items():
        found = f"regexp_full_match({x}, '[0-9]{{1,5}} ?({names})')"
        lengths.append(f"WHEN {found} THEN CAST(regexp_extract({x}, '^[0-9]+') AS INTEGER) * {factor}")
        units.append(f"WHEN {found} THEN {text_of('months' if unit == 'years' else unit)}")
    return f"CASE {' '.join(lengths)} END", f"CASE {' '.join(units)} END"
