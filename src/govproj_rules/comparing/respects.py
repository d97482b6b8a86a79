"""In which respects two like norms differ, and what each difference means for the first of them.

One function a respect; :data:`RESPECTS` is the only list of them. Stricter and looser are said only where they are
certain: bounds, force, periods from the same day or from days of a known order, sets of which one contains the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from govproj_rules import ir
from govproj_rules.comparing import times
from govproj_rules.comparing.atoms import Atom
from govproj_rules.comparing.sides import Found, Side, Two, by_size, names, told
from govproj_rules.comparison import Difference
from govproj_rules.ir import TRUE, Expr, Fact, Fold, Label
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import implies
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.norms import tell_when
from govproj_rules.thresholds import measured

_RANK: Final = {"must": 3, "must_not": 3, "in_principle": 2, "encouraged": 1, "may": 0}


# --- who, what, how much ----------------------------------------------------------------------------


def _force(two: Two) -> Found:
    a, b = _RANK[two.a.first.force], _RANK[two.b.first.force]
    if a == b or two.a.kind == "competence":
        return None
    asks = KINDS[two.a.kind].obligation or two.a.kind == "consequence"
    effect = "different" if not asks else "stricter" if a > b else "looser"

    def said(atom: Atom, one: Side) -> Label:
        return one.both(lambda tell: tell.word("force", atom.first.force))

    return told("force", effect, said(two.a, two.of_a), said(two.b, two.of_b))


_OWNERS: Final = frozenset({"owner", "user", "digital_company"})
"""Who runs a project differs with the way each city builds; a duty on whoever does is the same duty."""


def _who(two: Two) -> Found:
    a, b = two.a.first, two.b.first
    told_by_others = {"approval", "competence", "consequence", "permission", "scope"}
    owners = {a.who, b.who} <= _OWNERS and not two.editions
    if a.who == b.who or owners or {two.a.kind, two.b.kind} & told_by_others:
        return None
    return names("who", "different", two, frozenset({a.who}), frozenset({b.who}))


def _act(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Approval) and isinstance(b, ir.Approval)) or a.act == b.act:
        return None
    return told(
        "act", "different", two.of_a.both(lambda t: t.named(t.words.acts, a.act)),
        two.of_b.both(lambda t: t.named(t.words.acts, b.act)),
    )  # fmt: skip


def _authority(two: Two) -> Found:
    if two.a.by == two.b.by or ({two.a.kind, two.b.kind} == {"approval", "duty"}):
        return None
    return names("authority", "different", two, two.a.by, two.b.by)


def _with(two: Two) -> Found:
    """More bodies taking part ask more; a body that may act instead asks less."""
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Approval) and isinstance(b, ir.Approval)):
        return None
    (with_a, or_a), (with_b, or_b) = ((frozenset(one.with_), frozenset(one.or_)) for one in (a, b))
    if with_a != with_b:
        return names("with", by_size(with_a >= with_b, with_a <= with_b), two, with_a, with_b)
    if or_a != or_b:
        return names("or", by_size(or_a <= or_b, or_a >= or_b), two, or_a, or_b)
    return None


def _recipients(two: Two) -> Found:
    a, b = two.a.to, two.b.to
    if a == b or "duty" in (two.a.kind, two.b.kind):
        return None
    return names("recipients", by_size(a >= b, a <= b), two, a, b)


def _alternative(two: Two) -> Found:
    a, b = two.a.alternative, two.b.alternative
    if a == b:
        return None
    easier_a = b is None or (a is not None and implies(b, a))
    easier_b = a is None or (b is not None and implies(a, b))
    return _said_conditions("alternative", by_size(easier_b, easier_a), two, a, b)


def _open(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.DocumentOwed) and isinstance(b, ir.DocumentOwed)) or a.open == b.open:
        return None

    def said(one: Side, is_open: bool) -> Label:
        return one.both(lambda tell: tell.say("open_list" if is_open else "closed_list"))

    return told("open", "different", said(two.of_a, a.open), said(two.of_b, b.open))


# --- conditions -------------------------------------------------------------------------------------


def _said_conditions(on: str, effect: str, two: Two, a: Expr | None, b: Expr | None) -> Difference:
    """Both conditions in words, at full length where the short form hides the difference."""

    def said(one: Side, expr: Expr | None, full: bool) -> Label | None:
        return None if expr is None else one.both(lambda tell: tell_inline(expr, tell), full)

    short, full = (told(on, effect, said(two.of_a, a, full), said(two.of_b, b, full)) for full in (False, True))
    return full if short.a == short.b else short


def _bases(expr: Expr) -> frozenset[str]:
    return frozenset(test.left.path for test, _ in measured(expr) if isinstance(test.left, (Fact, Fold)))


def _condition(two: Two) -> Found:
    """A wider guard asks more, or allows more. Amounts on different bases do not compare."""
    a, b = two.a.applies, two.b.applies
    special_a, special_b = _special(two.of_a, two.a), _special(two.of_b, two.b)
    if a == b and special_a == special_b:
        return None
    wider_a, wider_b = implies(b, a) and not special_a, implies(a, b) and not special_b
    if wider_a and wider_b and special_a == special_b:
        return None
    effect = by_size(wider_a, wider_b)
    if two.a.kind == "permission":
        effect = {"stricter": "looser", "looser": "stricter"}.get(effect, effect)
    if two.a.kind == "competence" and effect != "same":
        effect = "different"
    bases_a, bases_b = _bases(a), _bases(b)
    if effect == "different" and bases_a and bases_b and not bases_a & bases_b:
        effect = "not_comparable"

    def said(one: Side, atom: Atom, full: bool) -> Label:
        return one.both(lambda tell: tell_when(atom.applies, [atom.first], tell) or tell.say("always"), full)

    short, full = (
        told("condition", effect, said(two.of_a, two.a, full), said(two.of_b, two.b, full)) for full in (False, True)
    )
    return full if short.a == short.b else short


def _special(one: Side, atom: Atom) -> bool:
    """Whether a rule belongs to another regime than the usual one."""
    usual = {regime.id for regime in one.ruleset.regimes if regime.presume}
    return bool(atom.first.regimes) and not usual & set(atom.first.regimes)


def _content(two: Two) -> Found:
    """What must hold: where one condition follows from the other, the other asks less."""
    a, b = two.a.holds or TRUE, two.b.holds or TRUE
    if a == b:
        return None
    more_a, more_b = implies(a, b), implies(b, a)
    if more_a and more_b:
        return None
    effect = "different" if two.a.kind == "scope" else by_size(more_a, more_b)
    bases_a, bases_b = _bases(a), _bases(b)
    if effect == "different" and bases_a and bases_b and not bases_a & bases_b:
        effect = "not_comparable"
    return _said_conditions("content", effect, two, a, b)


# --- consequences and reminders -----------------------------------------------------------------------


def _against(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Consequence) and isinstance(b, ir.Consequence)) or a.against == b.against:
        return None
    return told(
        "against", "different", two.of_a.both(lambda t: t.word("against", a.against)),
        two.of_b.both(lambda t: t.word("against", b.against)),
    )  # fmt: skip


def _causes(two: Two) -> Found:
    """What a consequence follows from: rules, which only editions of one text have in common."""
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Consequence) and isinstance(b, ir.Consequence)):
        return None
    of_a, of_b = ({*one.of, *one.kinds, *(["any"] if one.any else [])} for one in (a, b))
    if of_a == of_b:
        return None

    def said(one: Side, of: set[str]) -> Label:
        return one.both(lambda tell: tell.short_list(tell.rule_title(name) for name in sorted(of)))

    effect = by_size(of_a >= of_b, of_a <= of_b) if two.editions else "not_comparable"
    if two.editions:
        return told("causes", effect, said(two.of_a, of_a - of_b or of_a), said(two.of_b, of_b - of_a or of_b))
    return told("causes", effect, None, None)


def _instrument(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "follow", None) for one in (two.a, two.b))
    if a == b:
        return None
    return told("instrument", "different", a, b)


def _until(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "until", None) for one in (two.a, two.b))
    return None if a == b else told("until", "different", a, b)


RESPECTS: Final[Mapping[str, Callable[[Two], Found]]] = {
    "force": _force,
    "who": _who,
    "act": _act,
    "authority": _authority,
    "with": _with,
    "recipients": _recipients,
    "condition": _condition,
    "content": _content,
    "alternative": _alternative,
    "open": _open,
    "deadline": times.deadline,
    "extension": times.extension,
    "validity": times.validity,
    "order": times.order,
    "stage": times.stage,
    "against": _against,
    "causes": _causes,
    "until": _until,
    "instrument": _instrument,
}
"""The respects, in the order in which they are told."""
