"""The Rete path: the conditions of a ruleset decided by durable-rules, held to the definition.

Every condition goes in twice, as what surely holds and as what possibly does: surely → true, not possibly → false,
else unknown. See :mod:`.network` for the form, :mod:`.columns` for what the engine is told, :mod:`.sessions` for
the engine itself. Reasons still come from the definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from govproj_rules.compiled import remembered
from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.facts import Facts, Judged, Seen
from govproj_rules.ir import Expr, RuleSet, Term
from govproj_rules.terms import see
from govproj_rules.to_durable.columns import Refused
from govproj_rules.to_durable.network import Gate, Guard, Network
from govproj_rules.to_durable.partitions import Program, Values
from govproj_rules.to_durable.sessions import load_engine

MAX_ATOMS: Final = 40_000
"""Tests the engine makes of one ruleset, some ten kilobytes each; those of a city are some thousands."""
KEPT: Final = 16
"""As many rulesets as stay compiled."""


@remembered(KEPT)
def to_durable(ruleset: RuleSet) -> Rete:
    """A ruleset's conditions in durable-rules; made once for a ruleset and kept, for the last few of them.

    Raises :class:`InvalidInput` where durable-rules is not installed, and for conditions it cannot carry: each is
    named with its rule and the reason, and nothing runs.
    """
    return Rete(ruleset)


class _Half(NamedTuple):
    """A guard by the column of its gate; without one it always holds, or never."""

    column: int | None
    holds: bool

    def of(self, values: Values) -> bool:
        """Whether it holds."""
        return (self.column is None or values[self.column] == 1) is self.holds


class _Condition(NamedTuple):
    """A condition by its identity, decided once or (``each``) for every change."""

    expr: int
    each: bool
    surely: _Half
    possibly: _Half

    def decide(self, values: Values) -> bool | None:
        """Its value in three values."""
        return True if self.surely.of(values) else None if self.possibly.of(values) else False


class Rete:
    """The conditions of one ruleset, ready to be decided for any project. Safe to share between threads."""

    def __init__(self, ruleset: RuleSet) -> None:
        """Compile a ruleset; raises as :func:`to_durable` does."""
        load_engine()
        self.ruleset = ruleset
        network = Network()
        made = _conditions(ruleset, network)
        if sum(len(one.atoms) for one in network.columns if isinstance(one, Gate)) > MAX_ATOMS:
            said = f"durable-rules would have to make more than {MAX_ATOMS} tests"
            raise wrong("not-for-durable", said, "use the engine `python`", ruleset.file)
        self._once = tuple(one for one in made if not one.each)
        self._each = tuple(one for one in made if one.each)
        self._project = Program(network, each=False)
        self._change = Program(network, each=True)

    def judge(self, facts: Facts) -> Judged:
        """The value of every condition the definition decides, by the identity of the condition and the change.

        The change is its number; None for the project, and for every change where the changes are not stated. What
        the engine itself raises is a bug of this package and surfaces as it is.
        """
        values: Values = {}
        self._project.decide(values, _See(facts, None))
        judged: dict[tuple[int, int | None], bool | None] = {}
        judged.update({(one.expr, None): one.decide(values) for one in self._once})
        for element in (None,) if facts.changes is None else range(facts.changes) if self._each else ():
            here = dict(values)
            self._change.decide(here, _See(facts, element))
            judged.update({(one.expr, element): one.decide(here) for one in self._each})
        return judged


class _See:
    """What is known of terms, each looked up once."""

    def __init__(self, facts: Facts, element: int | None) -> None:
        self._facts = facts
        self._element = element
        self._seen: dict[Term, Seen] = {}

    def __call__(self, term: Term) -> Seen:
        if (seen := self._seen.get(term)) is None:
            self._seen[term] = seen = see(term, self._facts, self._element)
        return seen


# --- the conditions of a ruleset --------------------------------------------------------------------


def _conditions(ruleset: RuleSet, network: Network) -> tuple[_Condition, ...]:
    found: dict[tuple[int, bool], _Condition] = {}
    refused: list[Problem] = []
    for name, each, expr in _all(ruleset):
        if (id(expr), each) in found:
            continue
        try:
            surely, possibly = (_half(network.guard(expr, sure), each, network) for sure in (True, False))
        except Refused as error:
            message = f"durable-rules cannot decide {name}: {error}"
            problem = Problem("not-for-durable", message, "use the engine `python`", ruleset.file)
            refused.extend([problem] if problem not in refused else [])
        else:
            found[id(expr), each] = _Condition(id(expr), each, surely, possibly)
    if refused:
        raise InvalidInput(refused)
    return tuple(found.values())


def _half(guard: Guard, each: bool, network: Network) -> _Half:
    column = network.gate(guard.atoms) if guard.atoms else None
    if column is not None and network.columns[column].each and not each:
        raise Refused("it reads a change and is not decided for each")
    return _Half(column, guard.holds)


def _all(ruleset: RuleSet) -> Iterator[tuple[str, bool, Expr]]:
    """Every condition that a rule or regime is decided by, with whose it is and whether it is decided for each change."""
    for regime in ruleset.regimes:
        yield f"the regime {quote(regime.id)}", False, regime.when
    for rule in ruleset.rules:
        for expr in rule.conditions:
            yield f"the rule {quote(rule.id)}", rule.each is not None, expr


__all__ = ["Rete", "load_engine", "to_durable"]
