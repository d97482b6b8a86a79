"""In which respects two like norms differ, and what each difference means for the first of them.

One function a respect; :data:`RESPECTS` is the only list of them. Stricter and looser are said only where they are
certain: bounds, force, periods from the same day or from days of a known order, sets of which one contains the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from govproj_rules import ir
from govproj_rules.compare.atoms import Atom
from govproj_rules.compare.model import Difference
from govproj_rules.ir import TRUE, Expr, Fact, Fold, Label, RuleSet, Term
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import implies
from govproj_rules.telling.guards import tell_inline
from govproj_rules.telling.norms import role, tell_when
from govproj_rules.telling.teller import Teller
from govproj_rules.thresholds import measured
from govproj_rules.values import Duration, compare

_RANK: Final = {"must": 3, "must_not": 3, "in_principle": 2, "encouraged": 1, "may": 0}


@dataclass(frozen=True, slots=True)
class Side:
    """A ruleset and how it says things."""

    ruleset: RuleSet
    zh: Teller
    en: Teller

    def both(self, said: Callable[[Teller], str]) -> Label:
        """A text in both languages."""
        return Label(said(self.zh), said(self.en))


def side(ruleset: RuleSet) -> Side:
    return Side(ruleset, Teller(ruleset, "zh", brief=True), Teller(ruleset, "en", brief=True))


@dataclass(frozen=True, slots=True)
class Two:
    """Two like norms, and whether they are of two editions of one text: then every change of the file is told."""

    a: Atom
    b: Atom
    of_a: Side
    of_b: Side
    editions: bool


Found = Difference | None


def _told(on: str, effect: str, a: Label | None, b: Label | None) -> Difference:
    return Difference(on, a, b, effect)


def _by_size(first: bool, second: bool) -> str:
    """Which of two sets of demands asks more: ``first`` says that the first contains the second."""
    return "same" if first and second else "stricter" if first else "looser" if second else "different"


def _names(on: str, effect: str, two: Two, a: frozenset[str], b: frozenset[str]) -> Difference:
    def named(one: Side, who: frozenset[str]) -> Label | None:
        return one.both(lambda tell: tell.list(role(name, tell) for name in sorted(who))) if who else None

    return _told(on, effect, named(two.of_a, a), named(two.of_b, b))


# --- who, what, how much ----------------------------------------------------------------------------


def _force(two: Two) -> Found:
    a, b = _RANK[two.a.first.force], _RANK[two.b.first.force]
    if a == b or two.a.kind == "competence":
        return None
    asks = KINDS[two.a.kind].obligation or two.a.kind == "consequence"
    effect = "different" if not asks else "stricter" if a > b else "looser"

    def said(atom: Atom, one: Side) -> Label:
        return one.both(lambda tell: tell.word("force", atom.first.force))

    return _told("force", effect, said(two.a, two.of_a), said(two.b, two.of_b))


def _who(two: Two) -> Found:
    a, b = two.a.first, two.b.first
    told_by_others = {"approval", "competence", "consequence", "permission", "scope"}
    if a.who == b.who or {two.a.kind, two.b.kind} & told_by_others:
        return None
    return _names("who", "different", two, frozenset({a.who}), frozenset({b.who}))


def _act(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Approval) and isinstance(b, ir.Approval)) or a.act == b.act:
        return None
    return _told(
        "act", "different", two.of_a.both(lambda t: t.named(t.words.acts, a.act)),
        two.of_b.both(lambda t: t.named(t.words.acts, b.act)),
    )  # fmt: skip


def _authority(two: Two) -> Found:
    if two.a.by == two.b.by or ({two.a.kind, two.b.kind} == {"approval", "duty"}):
        return None
    return _names("authority", "different", two, two.a.by, two.b.by)


def _with(two: Two) -> Found:
    """More bodies taking part ask more; a body that may act instead asks less."""
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Approval) and isinstance(b, ir.Approval)):
        return None
    (with_a, or_a), (with_b, or_b) = ((frozenset(one.with_), frozenset(one.or_)) for one in (a, b))
    if with_a != with_b:
        return _names("with", _by_size(with_a >= with_b, with_a <= with_b), two, with_a, with_b)
    if or_a != or_b:
        return _names("or", _by_size(or_a <= or_b, or_a >= or_b), two, or_a, or_b)
    return None


def _recipients(two: Two) -> Found:
    a, b = two.a.to, two.b.to
    if a == b or "duty" in (two.a.kind, two.b.kind):
        return None
    return _names("recipients", _by_size(a >= b, a <= b), two, a, b)


def _alternative(two: Two) -> Found:
    a, b = two.a.alternative, two.b.alternative
    if a == b:
        return None
    easier_a = b is None or (a is not None and implies(b, a))
    easier_b = a is None or (b is not None and implies(a, b))
    return _said_conditions("alternative", _by_size(easier_b, easier_a), two, a, b)


def _open(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.DocumentOwed) and isinstance(b, ir.DocumentOwed)) or a.open == b.open:
        return None

    def said(one: Side, is_open: bool) -> Label:
        return one.both(lambda tell: tell.say("open_list" if is_open else "closed_list"))

    return _told("open", "different", said(two.of_a, a.open), said(two.of_b, b.open))


# --- conditions -------------------------------------------------------------------------------------


def _said_conditions(on: str, effect: str, two: Two, a: Expr | None, b: Expr | None) -> Difference:
    def said(one: Side, expr: Expr | None) -> Label | None:
        return None if expr is None else one.both(lambda tell: tell_inline(expr, tell))

    return _told(on, effect, said(two.of_a, a), said(two.of_b, b))


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
    effect = _by_size(wider_a, wider_b)
    if two.a.kind == "permission":
        effect = {"stricter": "looser", "looser": "stricter"}.get(effect, effect)
    if two.a.kind == "competence" and effect != "same":
        effect = "different"
    bases_a, bases_b = _bases(a), _bases(b)
    if effect == "different" and bases_a and bases_b and not bases_a & bases_b:
        effect = "not_comparable"

    def said(one: Side, atom: Atom, expr: Expr) -> Label:
        always = Label(one.zh.say("always"), one.en.say("always"))
        made = one.both(lambda tell: tell_when(expr, [atom.first], tell))
        return always if not made.zh else made

    return _told("condition", effect, said(two.of_a, two.a, a), said(two.of_b, two.b, b))


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
    effect = "different" if two.a.kind == "scope" else _by_size(more_a, more_b)
    bases_a, bases_b = _bases(a), _bases(b)
    if effect == "different" and bases_a and bases_b and not bases_a & bases_b:
        effect = "not_comparable"
    return _said_conditions("content", effect, two, a, b)


# --- time -------------------------------------------------------------------------------------------


def _deadline(two: Two) -> Found:
    a, b = two.a.due, two.b.due
    if a == b:
        return None
    effect = "stricter" if b is None else "looser" if a is None else _periods(a.when, b.when)
    if effect == "same":
        return None

    def said(one: Side, atom: Atom) -> Label:
        outcome = atom.first.outcome
        if isinstance(outcome, ir.Deadline):
            return outcome.counted
        return one.both(lambda tell: tell.say("no_period"))

    return _told("deadline", effect, said(two.of_a, two.a), said(two.of_b, two.b))


When = ir.After | ir.OnDay | ir.OnDate | ir.EveryYear


def _periods(a: When, b: When) -> str:
    match a, b:
        case ir.After(), ir.After():
            return _after(a, b)
        case ir.OnDay(), ir.OnDay() if (a.year, a.shift) == (b.year, b.shift):
            return _by_size((a.month, a.day) <= (b.month, b.day), (a.month, a.day) >= (b.month, b.day))
        case ir.EveryYear(), ir.EveryYear() if (a.start, a.end) == (b.start, b.end):
            return _by_size((a.month, a.day) <= (b.month, b.day), (a.month, a.day) >= (b.month, b.day))
        case _:
            return "same" if a == b else "not_comparable"


def _after(a: ir.After, b: ir.After) -> str:
    """Periods compare in one unit and from one day, or from days of which one is never later than the other."""
    anchors, ends = _anchors(a.anchor, b.anchor), compare(a.within, b.within)
    if anchors is None or ends is None:
        return "not_comparable"
    sooner, later = anchors <= 0 and ends <= 0, anchors >= 0 and ends >= 0
    if a.opens is None and b.opens is None:
        return _by_size(sooner, later) if sooner or later else "not_comparable"
    zero = Duration(0, a.within.unit)
    starts = compare(a.opens or zero, b.opens or zero)
    if starts is None or anchors != 0:
        return "not_comparable"
    return _by_size(starts >= 0 and sooner, starts <= 0 and later)


def _anchors(a: Term, b: Term) -> int | None:
    """-1, 0 or 1 where the first day is never later than, is, or is never earlier than the second."""
    if a == b:
        return 0
    if isinstance(b, Fold) and b.how == "latest" and a in b.terms:
        return -1
    if isinstance(a, Fold) and a.how == "latest" and b in a.terms:
        return 1
    return None


def _extension(two: Two) -> Found:
    moves_a, moves_b = (one.due is not None and one.due.moved_to is not None for one in (two.a, two.b))
    if moves_a == moves_b or two.a.due is None or two.b.due is None:
        return None

    def said(one: Side, moves: bool) -> Label:
        return one.both(lambda tell: tell.say("extendable" if moves else "not_extendable"))

    return _told("extension", "looser" if moves_a else "stricter", said(two.of_a, moves_a), said(two.of_b, moves_b))


def _validity(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "valid_for", None) for one in (two.a, two.b))
    if a == b:
        return None
    order = None if a is None or b is None else compare(a, b)
    effect = "stricter" if b is None else "looser" if a is None else "not_comparable"
    if order is not None:
        effect = _by_size(order <= 0, order >= 0)

    def said(one: Side, period: Duration | None) -> Label:
        return one.both(lambda tell: tell.value("", str(period)) if period else tell.say("no_period"))

    return _told("validity", effect, said(two.of_a, a), said(two.of_b, b))


def _order(two: Two) -> Found:
    """Before what it is owed. A step of a flow has its place in its own text's order, which is not compared."""
    a, b = two.a.first, two.b.first
    stepwise = a.order is not None or b.order is not None
    if a.before == b.before or ((stepwise or not (a.before and b.before)) and not two.editions):
        return None

    def said(one: Side, before: ir.Before | None) -> Label | None:
        return one.both(lambda tell: tell.event(before.event)) if before else None

    effect = "different"
    if a.before and b.before and a.before.event == b.before.event:
        effect = "looser" if a.before.same_day else "stricter"
    return _told("order", effect, said(two.of_a, a.before), said(two.of_b, b.before))


def _stage(two: Two) -> Found:
    """From when it is asked for: whoever encodes a text chooses that, so only editions of one text are compared."""
    a, b = two.a.first.stage, two.b.first.stage
    if a == b or not two.editions:
        return None

    def said(one: Side, stage: str | None) -> Label | None:
        return one.both(lambda tell: tell.stage(stage)) if stage else None

    return _told("stage", "different", said(two.of_a, a), said(two.of_b, b))


# --- consequences and reminders -----------------------------------------------------------------------


def _against(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Consequence) and isinstance(b, ir.Consequence)) or a.against == b.against:
        return None
    return _told(
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

    effect = _by_size(of_a >= of_b, of_a <= of_b) if two.editions else "not_comparable"
    if two.editions:
        return _told("causes", effect, said(two.of_a, of_a - of_b or of_a), said(two.of_b, of_b - of_a or of_b))
    return _told("causes", effect, None, None)


def _instrument(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "follow", None) for one in (two.a, two.b))
    if a == b:
        return None
    return _told("instrument", "different", a, b)


def _until(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "until", None) for one in (two.a, two.b))
    return None if a == b else _told("until", "different", a, b)


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
    "deadline": _deadline,
    "extension": _extension,
    "validity": _validity,
    "order": _order,
    "stage": _stage,
    "against": _against,
    "causes": _causes,
    "until": _until,
    "instrument": _instrument,
}
"""The respects, in the order in which they are told."""
