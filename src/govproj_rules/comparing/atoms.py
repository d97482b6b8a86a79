"""Rules as they are compared: what each is about, under which condition, and in which respects another may differ.

A rule as written may have been lowered to several: one for each document, recipient, effect or closing event. Here
they are one norm again, and one :class:`Atom` for each thing it is about, so that like meets like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from govproj_rules import ir
from govproj_rules.ir import TRUE, All, Expr, Fact, Literal, Not, Rule, RuleSet, Test, all_of
from govproj_rules.lower.size import Sizes
from govproj_rules.telling.guards import term_paths
from govproj_rules.telling.norms import TOWARDS, instead_of, needed_before

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One rule as written, ``.then`` apart: the rules it was lowered to, and the condition they share."""

    id: str
    rules: tuple[Rule, ...]
    applies: Expr

    @property
    def first(self) -> Rule:
        return self.rules[0]


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing a rule is about. ``by`` act, ``to`` are told; ``holds`` is what must be true, ``alternative`` what
    satisfies in its place.
    """

    rule: str
    kind: str
    key: Key
    first: Rule
    applies: Expr
    by: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()
    holds: Expr | None = None
    alternative: Expr | None = None
    due: ir.Due | None = None
    facts: frozenset[str] = field(init=False, compare=False, repr=False)
    """The facts a state is about: states are alike where they share some."""
    size: int = field(init=False, compare=False, repr=False)
    """The tests and terms of its conditions."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", frozenset(subjects(self.holds)) if self.holds is not None else frozenset())
        conditions = [one for one in (self.applies, self.holds, self.alternative) if one is not None]
        object.__setattr__(self, "size", Sizes().of(conditions)[0])


def subjects(expr: Expr) -> Iterator[str]:
    """What a condition is about: the facts it reads, each word of a list a fact of its own."""
    match expr:
        case Test(left, "includes", Literal(_, word)):
            yield from (f"{path}:{word}" for path in term_paths(left))
        case Test(left, _, right):
            yield from (*term_paths(left), *term_paths(right))
        case Not(part):
            yield from subjects(part)
        case All(parts):
            for part in parts:
                yield from subjects(part)


def as_written(ruleset: RuleSet) -> list[Written]:
    """The rules of a ruleset as they were written, in its order."""
    grouped: dict[tuple[str, bool], list[Rule]] = {}
    for rule in ruleset.rules:
        grouped.setdefault((rule.base_id, rule.id.endswith(".then")), []).append(rule)
    return [
        Written(name + (".then" if then else ""), tuple(rules), _shared([rule.applies for rule in rules]))
        for (name, then), rules in grouped.items()
    ]


def _shared(conditions: Sequence[Expr]) -> Expr:
    """What all copies of a step ask: they differ in which step comes next, and one of those always does."""
    first, *rest = [one.parts if isinstance(one, All) else (one,) for one in conditions]
    return all_of(*(part for part in first if all(part in other for other in rest)))


def atoms(norm: Written) -> list[Atom]:
    """The things a rule is about. None for a hint: it says what the text does not."""
    if norm.first.hint:
        return []
    grouped: dict[Key, list[Rule]] = {}
    for rule in norm.rules:
        grouped.setdefault(key_of(rule), []).append(rule)
    return [_atom(norm, key, rules) for key, rules in grouped.items()]


def key_of(rule: Rule) -> Key:
    """What a rule is about."""
    match rule.outcome:
        case ir.DocumentOwed(document):
            return "document", document
        case ir.Approval(event=event) | ir.Deadline(event=event):
            return "event", event
        case ir.Permission(act, of):
            return "permission", act, of
        case ir.Consequence(effect):
            return "consequence", effect
        case ir.Competence(_, matter):
            return "competence", matter
        case ir.Prohibition(str() as event):
            return "order", event
        case ir.Duty(of=of, follow=follow) if rule.done is None:
            return ("follow",) if follow else ("about", of or rule.topic)
        case _:
            return _state(rule.done)


def _state(done: Expr | None) -> Key:
    """A duty that something has happened, or is there, is about the same as its approval or document."""
    match done:
        case Test(Fact(path), "is", Literal(_, True)) if path.startswith("events."):
            return "event", path.removeprefix("events.")
        case Test(Fact("change.filed" | "change.reapproved" as path), "is", Literal(_, True)):
            return "event", path
        case Test(Fact(path), "is", Literal(_, True)) if path.startswith("documents.") and path.endswith(".approved"):
            return "event", path
        case Test(Fact(path), "is", Literal(_, True)) if path.startswith("documents.") and path.count(".") == 1:
            return "document", path.removeprefix("documents.")
        case _:
            return ("state",)


def _atom(norm: Written, key: Key, rules: list[Rule]) -> Atom:
    first = rules[0]
    by: Iterable[str] = ()
    to: Iterable[str] = ()
    holds: Expr | None = None
    alternative: Expr | None = None
    due: ir.Due | None = None
    match first.outcome:
        case ir.DocumentOwed():
            to = [role for rule in rules if isinstance(rule.outcome, ir.DocumentOwed) for role in rule.outcome.to]
            alternative = instead_of(first)
        case ir.Approval(act, authority, with_=others):
            by, to = ((), (authority, *others)) if act in TOWARDS else ((authority,), ())
        case ir.Deadline() as deadline:
            to, due = deadline.to, deadline.due
        case ir.Competence():
            by = [rule.outcome.authority for rule in rules if isinstance(rule.outcome, ir.Competence)]
        case ir.Consequence() as consequence:
            by = (consequence.by,) if consequence.by else ()
        case ir.Prohibition(str()):
            holds = needed_before(first)
        case ir.Prohibition() | ir.Duty():
            holds = first.done if key == ("state",) else None  # else the key says it all
        case ir.Permission():
            pass
    return Atom(norm.id, first.kind, key, first, norm.applies, frozenset(by), frozenset(to), holds, alternative, due)


def regime_rules(ruleset: RuleSet) -> list[tuple[ir.Regime, Atom]]:
    """The regimes as norms about the scope."""
    made = []
    for regime in ruleset.regimes:
        title = regime.title
        rule = Rule(
            id=regime.id, kind="scope", outcome=ir.Duty(), cite=regime.cite, topic="scope", title=title, who="owner",
            force="must", applies=TRUE, done=regime.when,
        )  # fmt: skip
        key = ("excluded",) if regime.excluded else ("applies", "presumed" if regime.presume else "special")
        made.append((regime, Atom(regime.id, "scope", key, rule, TRUE, holds=regime.when)))
    return made
