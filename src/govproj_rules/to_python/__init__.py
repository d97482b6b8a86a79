"""The fast path: a ruleset as one generated Python function that decides every rule, in three values and exactly.

It tells what comes of each rule and nothing of why; :mod:`govproj_rules.evaluate` is the definition, which it must
agree with, and gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from govproj_rules.compiled import remembered
from govproj_rules.facts import Facts
from govproj_rules.ir import Regime, Rule, RuleSet
from govproj_rules.to_python import ranges, settling
from govproj_rules.to_python.making import compiled
from govproj_rules.to_python.reading import Reading, prefix_of
from govproj_rules.to_python.rules import write, write_judge
from govproj_rules.to_python.settling import Settled
from govproj_rules.values import Value

_NAMED: Final[Mapping[str, Any]] = {
    "total": ranges.total, "sum": ranges.total, "latest": ranges.latest, "earliest": ranges.earliest,
    "periods": ranges.periods, "ordinal": ranges.ordinal, "both": ranges.both, "settle": settling.settle,
    "deadline": settling.deadline, "grounds": settling.grounds, "Way": settling.Way, "Event": settling.Event,
    "TOLD": settling.TOLD, "AHEAD": settling.AHEAD, "AT_ONCE": settling.AT_ONCE, "KEPT": settling.KEPT,
    "NOT_APPLICABLE": settling.NOT_APPLICABLE, "NOT_STATED": settling.NOT_STATED, "prefix_of": prefix_of,
}  # fmt: skip
"""What the generated code calls by name; it can name nothing else."""


class Program:
    """A ruleset ready to decide projects. Immutable; made once by :func:`to_python`, and shared."""

    __slots__ = ("_decide", "_judge", "_names", "ruleset")

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        regimes = ruleset.regimes
        presumed = next(place for place, regime in enumerate(regimes) if regime.presume)
        own: dict[str, Any] = {
            "scope_of": _scope_of(~presumed),
            "ends": {None: True, ~presumed: False} | {place: one.excluded for place, one in enumerate(regimes)},
            "bits": {~presumed: 1 << presumed} | {place: 1 << place for place in range(len(regimes))},
        }
        self._decide = compiled(write, ruleset, {**_NAMED, **own})
        self._judge: Callable[..., tuple[bool | None, ...]] | None = None

    def decide(self, facts: Facts) -> tuple[str, Regime | None, list[Any]]:
        """The scope (``applies``, ``excluded``, ``presumed``), its regime, and an entry for each rule of the ruleset:
        how it came out, or a list of (change or year, how); None where it belongs to another regime.
        """
        reading = Reading(facts)
        scope, out = self._decide(
            facts.values.get, reading.happened, reading.span, reading.amounts, reading.share, facts.reached, facts.dates,
            reading.changes(), facts.as_of.toordinal(),
        )  # fmt: skip
        if scope is None:
            return "excluded", None, []
        regime = self.ruleset.regimes[scope if scope >= 0 else ~scope]
        return "presumed" if scope < 0 else "excluded" if regime.excluded else "applies", regime, out or []

    @property
    def judge(self) -> Callable[[Mapping[str, Value]], tuple[bool | None, ...]]:
        """A function of values: whether each rule applies, in the order of the ruleset.

        It is for a caller that keeps its facts as values: what is known, under the paths that guards read (those of a
        change: of the one looked at); money is in 分. What is not there is unknown, and nothing is inferred from other
        values. Made when first asked for.
        """
        if self._judge is None:
            self._judge = compiled(write_judge, self.ruleset, _NAMED)
        return self._judge

    def outcomes(self, out: list[Any]) -> Iterator[tuple[Rule, int | None, int | None, Settled]]:
        """What :meth:`decide` gave, rule by rule: the number of the change, the year, and how it came out."""
        for rule, entry in zip(self.ruleset.rules, out, strict=True):
            if type(entry) is Settled:
                yield rule, None, None, entry
            elif entry is not None and rule.each is None:
                for year, settled in entry:
                    yield rule, None, year, settled
            elif entry is not None:
                for place, settled in entry:
                    if type(settled) is Settled:
                        yield rule, place, None, settled
                    else:
                        for year, one in settled:
                            yield rule, place, year, one


@remembered(64)
def to_python(ruleset: RuleSet) -> Program:
    """The program of a ruleset; made at the first call and kept, for the last few of them."""
    return Program(ruleset)


def _scope_of(presumed: int) -> Callable[[tuple[bool | None, ...]], int | None]:
    """The first regime that holds; ``presumed`` where one before it is not known not to; None where none holds."""

    def scope_of(values: tuple[bool | None, ...]) -> int | None:
        for place, value in enumerate(values):
            if value is None:
                return presumed
            if value:
                return place
        return None

    return scope_of


__all__ = ["Program", "Settled", "to_python"]
