"""Two like norms side by side: whose they are, how each is said, and which of two sets asks more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from govproj_rules.comparing.atoms import Atom
from govproj_rules.comparison import Difference
from govproj_rules.ir import TRUE, Expr, Label, RuleSet, all_of, any_of
from govproj_rules.possible import impossible
from govproj_rules.telling.norms import role
from govproj_rules.telling.teller import Teller
from govproj_rules.telling.words import say


@dataclass(frozen=True, slots=True)
class Side:
    """A ruleset and how it says things, in the length of a cell and (``full``) at full length."""

    ruleset: RuleSet
    zh: Teller
    en: Teller
    full_zh: Teller
    full_en: Teller

    def both(self, said: Callable[[Teller], str], full: bool = False) -> Label:
        """A text in both languages."""
        zh, en = (self.full_zh, self.full_en) if full else (self.zh, self.en)
        return Label(said(zh), said(en))


def side(ruleset: RuleSet) -> Side:
    """How a ruleset says things."""
    brief, full = ([Teller(ruleset, lang, brief=short) for lang in ("zh", "en")] for short in (True, False))
    return Side(ruleset, *brief, *full)


class Meeting:
    """Two rulesets that are compared, with what is worked out once for all their norms.

    ``editions`` of one text have the same id: then every change of the file is told.
    """

    def __init__(self, of_a: Side, of_b: Side) -> None:
        self.of_a = of_a
        self.of_b = of_b
        self.editions = of_a.ruleset.id == of_b.ruleset.id
        self._governed: dict[tuple[tuple[str, ...], tuple[str, ...]], Expr] = {}

    def governed(self, a: tuple[str, ...], b: tuple[str, ...]) -> Expr:
        """That a project is under these regimes of both: what a scope settles is no condition of its norms."""
        if (a, b) not in self._governed:
            both = all_of(_scope(self.of_a.ruleset, a), _scope(self.of_b.ruleset, b))
            self._governed[a, b] = TRUE if impossible(both) else both
        return self._governed[a, b]


def _scope(ruleset: RuleSet, regimes: tuple[str, ...]) -> Expr:
    found = tuple(regime.when for regime in ruleset.regimes if regime.id in regimes)
    return any_of(found) if found else TRUE


def _usual(ruleset: RuleSet, regimes: tuple[str, ...]) -> tuple[str, ...]:
    """The presumed regime alone where it is among them."""
    usual = tuple(regime.id for regime in ruleset.regimes if regime.presume and regime.id in regimes)
    return usual or regimes


@dataclass(frozen=True, slots=True)
class Two:
    """Two like norms of a meeting."""

    a: Atom
    b: Atom
    meeting: Meeting

    @property
    def of_a(self) -> Side:
        return self.meeting.of_a

    @property
    def of_b(self) -> Side:
        return self.meeting.of_b

    @property
    def editions(self) -> bool:
        return self.meeting.editions

    def governed(self) -> Expr:
        """That a project is governed by both, as far as these norms go. Who answers for what is told of the usual part
        of a regulation, where the norm belongs to it: that it reaches into a special one is no condition.
        """
        a, b = self.a.first.regimes, self.b.first.regimes
        if self.a.kind == "competence":
            a, b = _usual(self.of_a.ruleset, a), _usual(self.of_b.ruleset, b)
        return self.meeting.governed(a, b)


Found = Difference | None


def told(on: str, effect: str, a: Label | None, b: Label | None) -> Difference:
    return Difference(on, a, b, effect)


def by_size(first: bool, second: bool) -> str:
    """Which of two sets of demands asks more: ``first`` says that the first contains the second."""
    return "same" if first and second else "stricter" if first else "looser" if second else "different"


def names(on: str, effect: str, two: Two, a: frozenset[str], b: frozenset[str]) -> Difference:
    def named(one: Side, who: frozenset[str]) -> Label | None:
        order = list(one.ruleset.authorities)
        named = sorted(who, key=lambda name: (name not in order, order.index(name) if name in order else 0, name))
        return one.both(lambda tell: tell.list(role(name, tell) for name in named)) if who else None

    return told(on, effect, named(two.of_a, a), named(two.of_b, b))


def said_of(difference: Difference) -> Label:
    """A difference in a line: in which respect, and how each has it."""

    def said(lang: str) -> str:
        a, b = difference.a, difference.b
        respect = say(f"respect_{difference.on}", lang)
        if a is None and b is None:
            return respect
        first, second = (one.in_(lang) if one else say("nothing", lang) for one in (a, b))
        return say("differs", lang, on=respect, a=first, b=second)

    return Label(said("zh"), said("en"))
