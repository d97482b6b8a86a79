"""What is known of a project on a day: every path a rule may read, as a value, a range, or unknown.

An unknown amount inside a sum still leaves a lower bound; an event that happened on an unknown day
happened no later than today. Such ranges decide a test where they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, assert_never

from govproj_rules.ir import Fact, Fold, Literal, Term
from govproj_rules.project import DocumentState, Project, fact_fields
from govproj_rules.values import NEVER, Value
from govproj_rules.vocabulary import Vocabulary

Missing = str | tuple[tuple[str, Any], ...]
"""An unknown fact by its path, or a reason such as ``(("reason", "calendar"), ("year", 2027))``."""

Judged = Mapping[tuple[int, int | None], bool | None]
"""What another engine says of the conditions of a ruleset: by the identity of each, and the number of the change."""


def reason(kind: str, **details: Any) -> Missing:
    """Why something is unknown although no fact is missing."""
    return (("reason", kind), *details.items())


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a term: between ``low`` and ``high`` (None: no such bound), and what is missing."""

    low: Value | None
    high: Value | None
    missing: tuple[Missing, ...] = ()

    @property
    def value(self) -> Value | None:
        """The value, where it is known."""
        return self.low if not self.missing and self.low is not None else None


def known(value: Value) -> Seen:
    return Seen(value, value)


def unknown(*missing: Missing) -> Seen:
    return Seen(None, None, missing)


def fold(how: str, seen: list[Seen]) -> Seen:
    """The sum, the latest or the earliest of several terms, as far as known."""
    missing = tuple(dict.fromkeys(one for part in seen for one in part.missing))
    lows = [part.low for part in seen if part.low is not None]
    highs = [part.high for part in seen if part.high is not None]
    complete_low, complete_high = len(lows) == len(seen), len(highs) == len(seen)
    match how:
        case "sum":  # amounts are never negative, so what is known is a lower bound
            return Seen(sum(lows) if lows else None, sum(highs) if complete_high else None, missing)
        case "latest" if NEVER in lows:  # nothing is later than what has not happened
            return known(NEVER)
        case "latest":
            return Seen(max(lows) if lows else None, max(highs) if complete_high else None, missing)
        case _:
            return Seen(min(lows) if complete_low else None, min(highs) if highs else None, missing)


_RATIOS: Final = {
    "change.ratio": ("change.amount", "investment.approved_estimate"),
    "change.total_after_ratio": ("change.total_after", "investment.approved_estimate"),
}
_FEES: Final = ("supervision", "testing", "security_assessment", "acceptance")


class Facts:
    """Looks facts up for one project, one day and one order of stages."""

    __slots__ = ("_cumulative", "_events", "_listed", "_values", "as_of", "changes", "happened", "judged", "project",
                 "rank", "stage_rank", "stages", "vocabulary")  # fmt: skip

    def __init__(
        self, project: Project, stated: Mapping[str, Value], as_of: date, stages: tuple[str, ...], words: Vocabulary
    ) -> None:
        self.project = project
        self.as_of = as_of
        self.judged: Judged | None = None
        self.stages = stages
        self.vocabulary = words
        self.rank = {stage: place for place, stage in enumerate(stages)}
        self.rank["change"] = self.rank.get("construction", 0)
        self._values: dict[str, Value] = {f"facts.{name}": value for name, value in stated.items()}
        self._events: dict[str, tuple[date, ...]] = {}
        self.changes: int | None = None if project.changes is None else len(project.changes)
        self._listed = isinstance(project.documents, frozenset)
        self._cumulative: tuple[Seen, ...] | None = None
        self._fill()
        passed = [self._event_rank(event) for event, dates in self.happened.items() if dates is not False]
        stated_rank = self.rank.get(project.stage) if project.stage else None
        floor = max(passed, default=-1)
        self.stage_rank = (max(floor, stated_rank), True) if stated_rank is not None else (floor, False)

    # --- filling --------------------------------------------------------------------------------

    def _fill(self) -> None:
        self._read(self.project, "")
        for event, when in (self.project.events or {}).items():
            self._occurrence(f"events.{event}", when)
        self.happened = {
            path.removeprefix("events."): self._values[path] for path in self._values if path in self._event_paths()
        }
        documents = self.project.documents
        if isinstance(documents, frozenset):
            self._values.update({f"documents.{name}": True for name in documents})
        for name, state in (documents or {}).items() if isinstance(documents, dict) else ():
            self._document(f"documents.{name}", state)
        for place, change in enumerate(self.project.changes or ()):
            self._read(change, f"changes[{place}].")
            for moment in ("filed", "reapproved"):
                if (when := getattr(change, moment)) is not None:
                    self._occurrence(f"changes[{place}].{moment}", when)

    def _event_paths(self) -> set[str]:
        return {f"events.{event}" for event in self.project.events or {}}

    def _read(self, model: Any, prefix: str) -> None:
        change = prefix.startswith("changes[")
        for path, marker in fact_fields().items():
            if path.startswith("change.") is not change:
                continue
            value: Any = model
            for name in path.removeprefix("change.").split("."):
                value = getattr(value, name, None)
                if value is None:
                    break
            if value is not None and not (change and path.split(".")[1] in ("filed", "reapproved")):
                own = path.removeprefix("change.") if change else path
                self._values[prefix + own] = Fraction(value) if marker.type == "number" else value

    def _occurrence(self, path: str, when: bool | tuple[date, ...]) -> None:
        """An event: happened or not by today, and when; a later date has not happened."""
        if isinstance(when, bool):
            self._values[path] = when
            if not when:
                self._values[f"{path}.date"] = NEVER
                self._events[path] = ()
            return
        dates = tuple(day for day in when if day <= self.as_of)
        self._values[path] = bool(dates)
        self._values[f"{path}.date"] = dates[0] if dates else NEVER
        self._events[path] = dates

    def _document(self, path: str, state: bool | DocumentState) -> None:
        there = state is not False and not (
            isinstance(state, DocumentState) and (state.date or self.as_of) > self.as_of
        )
        self._values[path] = there
        if not there:
            self._absent(path)
        elif isinstance(state, DocumentState):
            if state.date:
                self._values[f"{path}.date"] = state.date
            if state.approved is not None:
                self._occurrence(f"{path}.approved", state.approved)
            for part in ("sections", "to"):
                if (words := getattr(state, part)) is not None:
                    self._values[f"{path}.{part}"] = words

    def _absent(self, path: str) -> None:
        self._values[f"{path}.date"] = self._values[f"{path}.approved.date"] = NEVER
        self._values[f"{path}.approved"] = False
        self._values[f"{path}.sections"] = self._values[f"{path}.to"] = frozenset()

    # --- stages ---------------------------------------------------------------------------------

    def _event_rank(self, event: str) -> int:
        return self.rank.get(self.vocabulary.events[event].stage, -1)

    def reached(self, stage: str) -> bool | None:
        """Whether the project stands at ``stage`` or after it; None where its stage is not stated."""
        rank, stated = self.stage_rank
        return True if rank >= self.rank[stage] else False if stated else None

    def _still_ahead(self, event: str) -> bool:
        """Whether an event nobody stated lies in a stage the project has not come to."""
        rank, stated = self.stage_rank
        return stated and self._event_rank(event) > rank

    # --- looking up -----------------------------------------------------------------------------

    def see(self, term: Term, element: int | None = None) -> Seen:
        """What is known of a term; ``change.`` paths in it mean the change number ``element``."""
        match term:
            case Literal(_, value):
                return known(value)
            case Fact(path):
                return self.get(path, element)
            case Fold(how, terms):
                return fold(how, [self.see(one, element) for one in terms])
            case _:
                assert_never(term)

    def get(self, path: str, element: int | None = None) -> Seen:
        """What is known of ``path``; ``change.`` paths mean the change number ``element``."""
        own = self._own(path, element)
        if own != path:
            if path in _RATIOS:
                return self._ratio(*(self.get(part, element) for part in _RATIOS[path]))
            if path == "change.cumulative_ratio":
                assert element is not None
                return self._ratio(self._amounts(element), self.get("investment.approved_estimate"))
        value = self._values.get(own)
        if value is not None:
            return known(value)
        if own.startswith("documents."):
            return self._document_seen(own)
        if own.startswith("events."):
            return self._event_seen(own)
        if own.endswith((".filed.date", ".reapproved.date")):
            return self._day_of(own)
        if own == "investment.total":
            return self._total()
        return unknown(own)

    def dates(self, path: str, element: int | None = None) -> tuple[date, ...]:
        """All dates up to today of an event, an approval or a change's filing; none where they are not known."""
        return self._events.get(self._own(path, element), ())

    @staticmethod
    def _own(path: str, element: int | None) -> str:
        if element is None or not path.startswith("change."):
            return path
        return f"changes[{element}].{path.removeprefix('change.')}"

    def _document_seen(self, path: str) -> Seen:
        name = ".".join(path.split(".")[:2])
        if self._listed and name not in self._values:
            self._values[name] = False
            self._absent(name)
            return self.get(path)
        if name != path and self._values.get(name) is None:
            return unknown(name)
        return self._day_of(path) if path.endswith(".date") else unknown(path)

    def _day_of(self, path: str) -> Seen:
        """A date nobody stated: by today, where the thing itself is there; else that is to be stated first."""
        base = path.removesuffix(".date")
        return Seen(None, self.as_of, (path,)) if self._values.get(base) is True else unknown(base)

    def _event_seen(self, path: str) -> Seen:
        event = path.split(".")[1]
        stated = self._values.get(f"events.{event}")
        if stated is None and self._still_ahead(event):
            return known(NEVER if path.endswith(".date") else False)
        if stated is True:
            return Seen(None, self.as_of, (path,))
        return unknown(f"events.{event}")

    def _total(self) -> Seen:
        base = self._values.get("investment.without_fees")
        if base is None:
            return unknown("investment.total")
        fees = [f"investment.fees.{name}" for name in _FEES]
        total = base + sum(self._values.get(fee, 0) for fee in fees)
        missing = tuple(fee for fee in fees if fee not in self._values)
        return Seen(total, None if missing else total, missing)

    def _ratio(self, part: Seen, whole: Seen) -> Seen:
        if whole.value == 0:
            return unknown(reason("zero", fact="investment.approved_estimate"))
        if whole.value is None:
            return unknown(*dict.fromkeys((*part.missing, *whole.missing)))
        low, high = (None if bound is None else Fraction(bound, whole.value) for bound in (part.low, part.high))
        return Seen(low, high, part.missing)

    def _amounts(self, element: int) -> Seen:
        """All amounts up to a change: each changes's sum is built once, however many changes there are."""
        if self._cumulative is None:
            sums: list[Seen] = []
            total, missing = 0, ()  # type: tuple[int, tuple[Missing, ...]]
            for place in range(self.changes or 0):
                amount = self._values.get(f"changes[{place}].amount")
                if amount is None:
                    missing = (*missing, f"changes[{place}].amount")
                total += amount or 0
                sums.append(Seen(total, None if missing else total, missing))
            self._cumulative = tuple(sums)
        return self._cumulative[element]
