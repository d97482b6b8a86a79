"""What is known of a project on a day: every path a rule may read, as a value, a range, or unknown.

An unknown amount inside a sum still leaves a lower bound; an event that happened on an unknown day
happened no later than today. Such ranges decide a test where they can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Final

from govproj_rules.light import dataclass
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


@dataclass(slots=True)
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


RATIOS: Final[Mapping[str, Callable[[Facts, int | None], tuple[Seen, Seen]]]] = {
    "change.ratio": lambda facts, element: (facts.get("change.amount", element), facts.approved()),
    "change.total_after_ratio": lambda facts, element: (facts.get("change.total_after", element), facts.approved()),
    "change.cumulative_ratio": lambda facts, element: (facts.amounts(element), facts.approved()),
}
"""The shares of a change: the part, and the whole."""
_ABSENT: Final = {
    "": known(False), ".date": known(NEVER), ".approved": known(False), ".approved.date": known(NEVER),
    ".sections": known(frozenset()), ".to": known(frozenset()),
}  # fmt: skip
"""What is known of a document that is not there."""
_FEES: Final = ("supervision", "testing", "security_assessment", "acceptance")


class Facts:
    """Looks facts up for one project, one day and one order of stages."""

    __slots__ = ("_cumulative", "_events", "_listed", "answered", "as_of", "changes", "happened", "judged", "project", "rank",
                 "stage_rank", "stages", "values", "vocabulary")  # fmt: skip

    def __init__(
        self, project: Project, stated: Mapping[str, Value], as_of: date, stages: tuple[str, ...], words: Vocabulary
    ) -> None:
        self.project = project
        self.as_of = as_of
        self.judged: Judged | None = None
        self.answered: dict[int | None, Any] = {}  # by change, for whoever asks the same of this project many times
        self.stages = stages
        self.vocabulary = words
        self.rank = {stage: place for place, stage in enumerate(stages)}
        self.rank["change"] = self.rank.get("construction", 0)
        self.values: dict[str, Value] = {f"facts.{name}": value for name, value in stated.items()}
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
        _read(self.project, _fields("project"), "", self.values)
        self.happened: dict[str, Value] = {}
        for event, when in (self.project.events or {}).items():
            self._occurrence(path := f"events.{event}", when)
            self.happened[event] = self.values[path]
        documents = self.project.documents
        if isinstance(documents, frozenset):
            self.values.update({f"documents.{name}": True for name in documents})
        for name, state in (documents or {}).items() if isinstance(documents, dict) else ():
            self._document(f"documents.{name}", state)
        for place, change in enumerate(self.project.changes or ()):
            _read(change, _fields("change"), f"changes[{place}].", self.values)
            for moment in ("filed", "reapproved"):
                if (when := getattr(change, moment)) is not None:
                    self._occurrence(f"changes[{place}].{moment}", when)

    def _occurrence(self, path: str, when: bool | tuple[date, ...]) -> None:
        """An event: happened or not by today, and when; a later date has not happened."""
        if isinstance(when, bool):
            self.values[path] = when
            if not when:
                self.values[f"{path}.date"] = NEVER
                self._events[path] = ()
            return
        dates = tuple(day for day in when if day <= self.as_of)
        self.values[path] = bool(dates)
        self.values[f"{path}.date"] = dates[0] if dates else NEVER
        self._events[path] = dates

    def _document(self, path: str, state: bool | DocumentState) -> None:
        there = state is not False and not (
            isinstance(state, DocumentState) and (state.date or self.as_of) > self.as_of
        )
        self.values[path] = there
        if not there:
            self._absent(path)
        elif isinstance(state, DocumentState):
            if state.date:
                self.values[f"{path}.date"] = state.date
            if state.approved is not None:
                self._occurrence(f"{path}.approved", state.approved)
            for part in ("sections", "to"):
                if (words := getattr(state, part)) is not None:
                    self.values[f"{path}.{part}"] = words

    def _absent(self, path: str) -> None:
        self.values.update({f"{path}{part}": seen.low for part, seen in _ABSENT.items()})

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

    def get(self, path: str, element: int | None = None) -> Seen:
        """What is known of ``path``; ``change.`` paths mean the change number ``element``."""
        own = path if element is None else self._own(path, element)
        if own is not path and path in RATIOS:
            return self._ratio(*RATIOS[path](self, element))
        value = self.values.get(own)
        if value is not None:
            return Seen(value, value)
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
        name = ".".join(path.split(".", 2)[:2])
        there = self.values.get(name)
        if there is None:
            return _ABSENT[path[len(name) :]] if self._listed else unknown(name)
        return self._day_of(path) if path.endswith(".date") else unknown(path)

    def _day_of(self, path: str) -> Seen:
        """A date nobody stated: by today, where the thing itself is there; else that is to be stated first."""
        base = path.removesuffix(".date")
        return Seen(None, self.as_of, (path,)) if self.values.get(base) is True else unknown(base)

    def _event_seen(self, path: str) -> Seen:
        event = path.split(".")[1]
        stated = self.values.get(f"events.{event}")
        if stated is None and self._still_ahead(event):
            return known(NEVER if path.endswith(".date") else False)
        if stated is True:
            return Seen(None, self.as_of, (path,))
        return unknown(f"events.{event}")

    def _total(self) -> Seen:
        base = self.values.get("investment.without_fees")
        if base is None:
            return unknown("investment.total")
        fees = [f"investment.fees.{name}" for name in _FEES]
        total = base + sum(self.values.get(fee, 0) for fee in fees)
        missing = tuple(fee for fee in fees if fee not in self.values)
        return Seen(total, None if missing else total, missing)

    def _ratio(self, part: Seen, whole: Seen) -> Seen:
        if whole.value == 0:
            return unknown(reason("zero", fact="investment.approved_estimate"))
        if whole.value is None:
            return unknown(*dict.fromkeys((*part.missing, *whole.missing)))
        low, high = (None if bound is None else Fraction(bound, whole.value) for bound in (part.low, part.high))
        return Seen(low, high, part.missing)

    def approved(self) -> Seen:
        """The approved estimate, which changes are measured by."""
        return self.get("investment.approved_estimate")

    def amounts(self, element: int | None) -> Seen:
        """All amounts up to a change: each change's sum is built once, however many changes there are."""
        if element is None:
            return unknown("change.cumulative_ratio")
        if self._cumulative is None:
            sums: list[Seen] = []
            total, missing = 0, ()  # type: tuple[int, tuple[Missing, ...]]
            for place in range(self.changes or 0):
                amount = self.values.get(f"changes[{place}].amount")
                if amount is None:
                    missing = (*missing, f"changes[{place}].amount")
                total += amount or 0
                sums.append(Seen(total, None if missing else total, missing))
            self._cumulative = tuple(sums)
        return self._cumulative[element]


_Fields = tuple[tuple[str, "str | _Fields"], ...]


@cache
def _fields(of: str) -> _Fields:
    """The fields of a project, or of a change, as a tree: name, path (or the fields inside)."""
    tree: dict[str, Any] = {}
    for path in fact_fields():
        head, _, rest = path.partition(".")
        if (head == "change") is (of == "change") and rest.partition(".")[0] not in ("filed", "reapproved"):
            own = rest if of == "change" else path
            *outer, name = own.split(".")
            inside = tree
            for one in outer:
                inside = inside.setdefault(one, {})
            inside[name] = own

    def frozen(inside: dict[str, Any]) -> _Fields:
        return tuple((name, frozen(one) if isinstance(one, dict) else one) for name, one in inside.items())

    return frozen(tree)


def _read(model: Any, fields: _Fields, prefix: str, values: dict[str, Value]) -> None:
    """What a model states, under its paths."""
    stated = vars(model).get
    for name, path in fields:
        value = stated(name)
        if value is None:
            continue
        if not isinstance(path, str):
            _read(value, path, prefix, values)
        else:
            values[prefix + path] = value
