"""Deadlines as written to deadlines of the core, with how they count in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from govproj_rules import ir
from govproj_rules.document import DeadlineBody, MovedTo
from govproj_rules.errors import quote
from govproj_rules.ir import TRUE, Label
from govproj_rules.lower.guards import guard
from govproj_rules.lower.scope import Here, Scope
from govproj_rules.values import Duration, Unreadable, parse_duration, parse_month_day

_UNITS: Final[Mapping[str, Label]] = {
    "working_days": Label("个工作日", "working days"),
    "days": Label("日", "days"),
    "months": Label("个月", "months"),
    "years": Label("年", "years"),
}


def read_period(scope: Scope, raw: str, here: Here) -> Duration | None:
    try:
        return parse_duration(raw)
    except Unreadable as error:
        scope.refuse(here, "wrong-value", str(error), error.help)
        return None


def _named(scope: Scope, path: str) -> Label:
    """An event or date fact in words."""
    if path in scope.vocabulary.events:
        return scope.vocabulary.events[path].label
    info = scope.infos.get(path) or scope.vocabulary.facts.get(path)
    return info.label if info else Label(path, path)


def _told(period: Duration) -> Label:
    unit = _UNITS[period.unit]
    return Label(f"{period.count}{unit.zh}", f"{period.count} {unit.en[:-1] if period.count == 1 else unit.en}")


_WAYS = ("within", "between", "by")


def lower_deadline(scope: Scope, body: DeadlineBody, here: Here) -> ir.Deadline | None:
    """A deadline as data; None after noting a problem."""
    ways = [way for way in _WAYS if getattr(body, way) is not None]
    if len(ways) != 1:
        scope.refuse(here, "deadline", f"a deadline has exactly one of `within`, `between`, `by`, not {len(ways)}")
        return None
    fitting = {
        "within": ("after",),
        "between": ("after",),
        "by": ("in_",) if body.every is None else ("every", "from_", "until"),
    }
    for key in ("after", "in_", "every", "from_", "until"):
        if getattr(body, key) is not None and key not in fitting[ways[0]]:
            written = key.removesuffix("_")
            scope.refuse(here / written, "deadline", f"{quote(written)} does not go with the rest of this deadline",
                         "a deadline is `after` with `within` or `between`; `by` a date; or `by` a day, `in` a year or `every` one")  # fmt: skip
    if body.every is not None and body.moved_to is not None:
        scope.refuse(here / "moved_to", "deadline", "`moved_to` moves one day, and a deadline of `every: year` has many",
                     "leave it out, or give the year that may be extended a deadline of its own with `in`")  # fmt: skip
    made = (_relative if ways[0] != "by" else _calendar)(scope, body, here)
    moved, moved_when = None, TRUE
    if isinstance(body.moved_to, MovedTo):
        moved = scope.date_term(body.moved_to.to, here / "moved_to" / "to")
        moved_when = guard(scope, body.moved_to.when, here / "moved_to" / "when")
    elif body.moved_to is not None:
        moved = scope.date_term(body.moved_to, here / "moved_to")
    if made is None:
        return None
    when, counted = made
    return ir.Deadline(body.event, ir.Due(when, moved, moved_when), scope.roles(body.to, here / "to"), counted)


def _relative(scope: Scope, body: DeadlineBody, here: Here) -> tuple[ir.After, Label] | None:
    if body.after is None:
        scope.refuse(here, "deadline", "`after` is missing", "name the event or date the period runs from")
        return None
    anchor = scope.date_term(body.after, here / "after")
    named = _named(scope, body.after)
    if body.within is not None:
        within = read_period(scope, body.within, here / "within")
        if within is None or anchor is None:
            return None
        told = _told(within)
        return ir.After(anchor, within), Label(f"{named.zh}后{told.zh}内", f"within {told.en} after {named.en}")
    assert body.between is not None
    periods = [read_period(scope, raw, here / "between" / i) for i, raw in enumerate(body.between)]
    if len(periods) != 2 or periods[0] is None or periods[1] is None or anchor is None:
        if len(periods) != 2:
            scope.refuse(
                here / "between", "wrong-value", "`between` takes two periods", "such as [12 months, 24 months]"
            )
        return None
    opens, within = periods[0], periods[1]
    first, last = _told(opens), _told(within)
    if opens.scale[0] != within.scale[0] or opens.scale[1] >= within.scale[1]:
        scope.refuse(
            here / "between", "wrong-value", "the first period must be shorter than the second, in the same unit"
        )
        return None
    if opens.count == 0:  # not before the day itself
        return ir.After(anchor, within, opens), Label(f"{named.zh}后{last.zh}内", f"within {last.en} after {named.en}")
    text = Label(f"{named.zh}后{first.zh}至{last.zh}内", f"between {first.en} and {last.en} after {named.en}")
    return ir.After(anchor, within, opens), text


_SHIFTS: Final = {"year_before": -1, "same_year_as": 0, "year_after": 1}
_YEARS: Final = {
    "year_before": ("上一年", "the year before the"),
    "same_year_as": ("当年", "the"),
    "year_after": ("下一年", "the year after the"),
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _calendar(scope: Scope, body: DeadlineBody, here: Here) -> tuple[ir.OnDay | ir.OnDate | ir.EveryYear, Label] | None:
    assert body.by is not None
    if body.every is None and body.in_ is None:
        if re.fullmatch(r"[0-9-]+", body.by):
            scope.refuse(
                here / "by",
                "deadline",
                f"the day {quote(body.by)} is of no year",
                "say which with `in`, or `every: year`",
            )
            return None
        term = scope.date_term(body.by, here / "by")
        named = _named(scope, body.by)
        return (ir.OnDate(term), Label(f"{named.zh}前(含)", f"no later than: {named.en}")) if term else None
    try:
        month, day = parse_month_day(body.by)
    except Unreadable as error:
        scope.refuse(here / "by", "wrong-value", str(error), error.help)
        return None
    if body.every is not None:
        if body.from_ is None or body.until is None:
            scope.refuse(
                here, "deadline", "a yearly deadline needs `from` and `until`", "name the events it runs between"
            )
            return None
        start, end = scope.date_term(body.from_, here / "from"), scope.date_term(body.until, here / "until")
        if start is None or end is None:
            return None
        first, last = _named(scope, body.from_), _named(scope, body.until)
        text = Label(
            f"{first.zh}至{last.zh}间每年{month}月{day}日前(含)", f"by {day} {_MONTHS[month - 1]} of each year"
        )
        return ir.EveryYear(month, day, start, end), text
    assert body.in_ is not None
    written = [(key, path) for key in _SHIFTS if (path := getattr(body.in_, key)) is not None]
    if len(written) != 1:
        scope.refuse(here / "in", "deadline", "`in` takes exactly one of " + ", ".join(f"`{key}`" for key in _SHIFTS))
        return None
    key, path = written[0]
    found = scope.resolve(path, here / "in" / key)
    if found is None or found.type != "year" or found.term is None or found.cases is not None:
        if found is not None:
            scope.refuse(here / "in" / key, "wrong-type", f"{quote(path)} is not a year", "name a fact of type year")
        return None
    named = _named(scope, path)
    zh, en = _YEARS[key]
    text = Label(f"{named.zh}{zh}{month}月{day}日前(含)", f"by {day} {_MONTHS[month - 1]} of {en} {named.en}")
    return ir.OnDay(month, day, found.term, _SHIFTS[key]), text
