"""Many projects for one ruleset, the same every time: what its rules turn on, on both sides of it, and much unknown.

Amounts lie on a bound, one 分 below and above; days on the last day of a deadline, the day before and after; lists are
empty, listed or told by half; of what is asked, a share that differs from project to project is not stated at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any, Final

from govproj_rules import Project, ir
from govproj_rules.flat.reads import facts_of
from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, RuleSet, Term, Test
from govproj_rules.periods import add
from govproj_rules.project import fact_fields, words_of
from govproj_rules.values import Duration, format_value
from govproj_rules.vocabulary import vocabulary
from govproj_rules.working_days import CalendarGap

_SHARE_STATED: Final = (0.02, 0.3, 0.6, 0.8, 0.95, 1.0)
_FEES: Final = ("supervision", "testing", "security_assessment", "acceptance")


class Many:
    """Draws projects for a ruleset, as they may stand on a day."""

    def __init__(self, ruleset: RuleSet, as_of: date) -> None:
        self.ruleset = ruleset
        self.as_of = as_of
        self.types = {one.path: one.type for one in facts_of(ruleset)}
        self.bounds: dict[str, set[Any]] = {}
        for regime in ruleset.regimes:
            self._bounds(regime.when)
        for rule in ruleset.rules:
            for one in rule.conditions:
                self._bounds(one)
        self.spans = list(self._spans())
        self.first = ruleset.in_force_from or date(2024, 1, 1)

    def projects(self, count: int, seed: int = 1) -> Iterator[tuple[str, Project]]:
        """Each with its key."""
        for place in range(count):
            dice = Random(f"{self.ruleset.id} {seed} {place}")
            yield f"{place:06}", Project.model_validate(self.project(dice))

    # --- what rules turn on -------------------------------------------------------------------------

    def _bounds(self, expr: Expr) -> None:
        match expr:
            case Not(part):
                self._bounds(part)
            case All(parts):
                for part in parts:
                    self._bounds(part)
            case Test(left, _, Literal(_, value)):
                for fact in _facts(left):
                    self.bounds.setdefault(fact.path, set()).add(value)

    def _spans(self) -> Iterator[tuple[str, str, Duration]]:
        """What is done so long after what: deadlines, and approvals that run out."""
        for rule in self.ruleset.rules:
            match rule.outcome:
                case ir.Deadline(event, ir.Due(ir.After(anchor, within, opens))):
                    for fact in _facts(anchor):
                        for period in (within, opens):
                            if period is not None:
                                yield fact.path, event, period
                case ir.Approval(event=event, valid_for=Duration() as period, used_by=str() as used):
                    yield f"events.{event}.date", used, period

    # --- one project --------------------------------------------------------------------------------

    def project(self, dice: Random) -> dict[str, Any]:
        share = dice.choice(_SHARE_STATED)
        made: dict[str, Any] = {"name": "p"}
        days = self._days(dice)
        for path in self.types:
            if dice.random() < share and not path.startswith(("change.", "documents.", "events.")):
                self._field(dice, made, path)
        if dice.random() < max(share, 0.5):
            made["stage"] = dice.choice([*self.ruleset.stages, "change"])
        made["events"] = {}
        for event in vocabulary().events:
            read = f"events.{event}" in self.types or f"events.{event}.date" in self.types
            if dice.random() < (share if read else share / 10):
                made["events"][event] = self._occurrence(dice, days.get(f"events.{event}"))
        self._documents(dice, made, share)
        if dice.random() < share:
            made["changes"] = self._changes(dice, made, share)
        if dice.random() < 0.3:
            self._total(dice, made)
        return made

    def _field(self, dice: Random, made: dict[str, Any], path: str) -> None:
        *outer, name = path.split(".")
        place = made
        for one in outer:
            place = place.setdefault(one, {})
        place[name] = self._value(dice, path)

    def _value(self, dice: Random, path: str) -> Any:
        type_, bounds = self.types[path], sorted(self.bounds.get(path, ()), key=str)
        match type_:
            case "yes_no":
                return dice.random() < 0.5
            case "one_of":
                return dice.choice([*map(str, bounds), dice.choice(sorted(self._options(path)))])
            case "some_of":
                words = [word for word in map(str, bounds) if dice.random() < 0.3]
                return dice.choice([[], words, words, [*words, dice.choice(sorted(self._options(path)))]])
            case "money":
                bound = dice.choice(bounds) if bounds else dice.randrange(10**9)
                return _yuan(max(0, bound + dice.choice((0, 0, 1, -1, 10**6, -(10**6), dice.randrange(10**8)))))
            case "percent":
                bound = dice.choice(bounds) if bounds else Fraction(1, 10)
                return format_value("percent", max(Fraction(0), bound + dice.choice((0, 1, -1)) * Fraction(1, 10**6)))
            case "number" if path == "security.level":
                return dice.randint(1, 5)
            case "number":
                return str(dice.choice([*bounds, 1])) if dice.random() < 0.7 else f"{dice.randrange(10)}.5"
            case "year":
                return self.as_of.year + dice.choice((-2, -1, 0, 0, 1))
            case "date":
                return str(self._day(dice))
            case "duration":
                bound = dice.choice(bounds) if bounds else Duration(1, "months")
                return str(dice.choice((bound, Duration(max(0, bound.count + dice.choice((1, -1))), bound.unit),
                                        Duration(bound.scale[1], bound.scale[0]), Duration(30, "days"))))  # fmt: skip
        raise AssertionError(type_)

    def _options(self, path: str) -> Any:
        if marker := fact_fields().get(path):
            return words_of(str(marker.options))
        info = self.ruleset.facts.get(path) or vocabulary().facts[path]
        return info.options

    # --- days ---------------------------------------------------------------------------------------

    def _day(self, dice: Random) -> date:
        """A day near one that something turns on."""
        near = dice.choice((self.as_of, self.first, date(self.as_of.year - 1, 12, 31), date(self.as_of.year, 1, 31)))
        return near + timedelta(days=dice.choice((0, 0, 1, -1, -dice.randrange(400), -dice.randrange(900))))

    def _days(self, dice: Random) -> dict[str, date]:
        """Days of what is done in time, on the last day, or a day late; by the path of the event."""
        made: dict[str, date] = {}
        for anchor, event, period in self.spans:
            if dice.random() < 0.6:
                start = made.setdefault(anchor.removesuffix(".date"), self._day(dice))
                if dice.random() < 0.5:  # so that today is the last day, or the day beside
                    start = made[anchor.removesuffix(".date")] = self.as_of - timedelta(days=_length(period))
                try:
                    due = add(start, period)
                except CalendarGap:
                    continue
                made[f"events.{event}"] = min(due, date(2199, 1, 1)) + timedelta(days=dice.choice((0, 0, 1, -1)))
        return made

    def _occurrence(self, dice: Random, day: date | None) -> Any:
        if day is None:
            day = self._day(dice)
        days = sorted({day, *(self._day(dice) for _ in range(dice.choice((1, 2))))})
        return dice.choice((True, False, str(day), str(day), str(day), [str(one) for one in days]))

    # --- the rest -----------------------------------------------------------------------------------

    def _documents(self, dice: Random, made: dict[str, Any], share: float) -> None:
        read = sorted({path.split(".")[1] for path in self.types if path.startswith("documents.")})
        if dice.random() < 0.3:
            if dice.random() < share:
                made["documents"] = [name for name in read if dice.random() < 0.5]
            return
        made["documents"] = {name: self._document(dice, name) for name in read if dice.random() < share}

    def _document(self, dice: Random, name: str) -> Any:
        kind = dice.choice((True, False, "day", "all", "all"))
        if isinstance(kind, bool):
            return kind
        if kind == "day":
            return str(self._day(dice))
        state: dict[str, Any] = {"date": str(self._day(dice))} if dice.random() < 0.6 else {}
        if dice.random() < 0.6:
            state["approved"] = self._occurrence(dice, None)
        for part, options in (("sections", "sections"), ("to", "roles")):
            if dice.random() < 0.6:
                bounds = sorted(map(str, self.bounds.get(f"documents.{name}.{part}", ())))
                others = [dice.choice(sorted(words_of(options)))] if dice.random() < 0.2 else []
                state[part] = [word for word in bounds if dice.random() < 0.6] + others
        return state

    def _changes(self, dice: Random, made: dict[str, Any], share: float) -> list[dict[str, Any]]:
        estimate = dice.choice((0, 10**8, 10**8, 99_999_999, 123_456_789))
        if dice.random() < 0.8:
            made.setdefault("investment", {})["approved_estimate"] = _yuan(estimate)
        changes: list[dict[str, Any]] = []
        for day in sorted(self._day(dice) for _ in range(dice.choice((0, 1, 1, 2, 3)))):
            bounds = {path: self._amount(dice, estimate, path) for path in ("amount", "total_after")}
            ways = {
                "date": str(day), **bounds, **{name: dice.random() < 0.6 for name in ("goals_unchanged", "main_content", "necessary")},
                "grounds": [word for word in sorted(words_of("change.grounds")) if dice.random() < 0.4],
                "filed": self._occurrence(dice, None), "reapproved": self._occurrence(dice, None),
            }  # fmt: skip
            changes.append({name: value for name, value in ways.items() if dice.random() < max(share, 0.5)})
        return changes

    def _amount(self, dice: Random, estimate: int, path: str) -> str:
        shares = {"amount": ("change.ratio", "change.cumulative_ratio"), "total_after": ("change.total_after_ratio",)}
        bounds = [bound for name in shares[path] for bound in sorted(self.bounds.get(name, {Fraction(1, 10)}))]
        amount = int(dice.choice(bounds) * estimate) // dice.choice((1, 1, 2))
        return _yuan(max(0, amount + dice.choice((0, 1, -1))))

    def _total(self, dice: Random, made: dict[str, Any]) -> None:
        """The cost and the fees that a total is made of, in place of it."""
        bounds = sorted(self.bounds.get("investment.total", {10**8}))
        fees = [dice.choice((0, 1, 10**5)) for _ in _FEES]
        total = made.setdefault("investment", {})
        if dice.random() < 0.8:
            total.pop("total", None)
        total["without_fees"] = _yuan(max(0, dice.choice(bounds) - sum(fees) + dice.choice((0, 1, -1))))
        total["fees"] = {fee: _yuan(one) for fee, one in zip(_FEES, fees, strict=True) if dice.random() < 0.8}


def _facts(term: Term) -> Iterator[Fact]:
    match term:
        case Fact():
            yield term
        case Fold(terms=parts):
            for part in parts:
                yield from _facts(part)


def _length(period: Duration) -> int:
    return (
        period.count * {"working_days": 1, "days": 1, "months": 30, "years": 365}[period.unit] + (period.count // 5) * 2
    )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}元"
