"""How the conditions of two like norms differ: when they apply, what must hold, what may stand instead."""

from __future__ import annotations

from collections.abc import Callable

from govproj_rules.comparing.atoms import Atom
from govproj_rules.comparing.sides import Found, Two, by_size, told
from govproj_rules.comparison import Difference, inverse
from govproj_rules.ir import TRUE, All, Expr, Fact, Fold, Literal, all_of
from govproj_rules.operators import measured
from govproj_rules.possible import bare, implies
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.norms import tell_when
from govproj_rules.telling.teller import Teller
from govproj_rules.values import Duration

Said = Callable[[Teller], str]
"""A condition as whoever tells it says it."""


def _apart(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both without the tests they share, as long as each keeps one of its own to tell."""
    if isinstance(a, All) and isinstance(b, All):
        own_a, own_b = ([one for one in mine.parts if one not in other.parts] for mine, other in ((a, b), (b, a)))
        if own_a and own_b:
            return all_of(*own_a), all_of(*own_b)
    return a, b


def _told_apart(on: str, effect: str, two: Two, a: Said | None, b: Said | None) -> Difference:
    """Both conditions in words, at full length where the short form hides the difference."""
    short, full = (
        told(on, effect, a and two.of_a.both(a, full), b and two.of_b.both(b, full)) for full in (False, True)
    )
    return full if short.a == short.b else short


def _said_conditions(on: str, effect: str, two: Two, a: Expr | None, b: Expr | None) -> Difference:
    def said(expr: Expr | None) -> Said | None:
        return None if expr is None else lambda tell: tell_inline(expr, tell)

    own_a, own_b = (a, b) if a is None or b is None else _apart(a, b)
    return _told_apart(on, effect, two, said(own_a), said(own_b))


def _bases(expr: Expr) -> frozenset[tuple[str, str]]:
    """On what the amounts of a condition are measured: which fact, and for a period in which unit."""
    found = set()
    for test, _ in measured(expr):
        if isinstance(test.left, (Fact, Fold)):
            period = test.right.value if isinstance(test.right, Literal) else None
            found.add((repr(bare(test.left)), period.scale[0] if isinstance(period, Duration) else ""))
    return frozenset(found)


def _undecided(effect: str, a: Expr, b: Expr) -> str:
    """Amounts on different bases, or periods in units that do not compare, are not said to differ."""
    bases_a, bases_b = _bases(a), _bases(b)
    if effect == "different" and bases_a and bases_b and not bases_a & bases_b:
        return "not_comparable"
    return effect


def condition(two: Two) -> Found:
    """A wider guard asks more, or allows more."""
    a, b = two.a.applies, two.b.applies
    if a == b:
        return None
    given = two.governed()
    wider_a, wider_b = implies(all_of(b, given), a), implies(all_of(a, given), b)
    if wider_a and wider_b:
        return None
    effect = by_size(wider_a, wider_b)
    if two.a.kind == "permission":
        effect = inverse(effect)
    if two.a.kind == "competence":
        effect = "different"

    def said(own: Expr, atom: Atom) -> Said:
        return lambda tell: tell_when(own, [atom.first], tell) or tell.say("always")

    own_a, own_b = _apart(a, b)
    return _told_apart("condition", _undecided(effect, a, b), two, said(own_a, two.a), said(own_b, two.b))


def content(two: Two) -> Found:
    """What must hold: where one condition follows from the other, the other asks less."""
    a, b = two.a.holds or TRUE, two.b.holds or TRUE
    if a == b:
        return None
    given = two.governed()
    more_a, more_b = implies(all_of(a, given), b), implies(all_of(b, given), a)
    if more_a and more_b:
        return None
    effect = "different" if two.a.kind == "scope" else by_size(more_a, more_b)
    return _said_conditions("content", _undecided(effect, a, b), two, a, b)


def alternative(two: Two) -> Found:
    a, b = two.a.alternative, two.b.alternative
    if a == b:
        return None
    easier_a = b is None or (a is not None and implies(b, a))
    easier_b = a is None or (b is not None and implies(a, b))
    if easier_a and easier_b and a is not None and b is not None:
        return None
    return _said_conditions("alternative", by_size(easier_b, easier_a), two, a, b)
