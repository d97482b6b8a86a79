"""In which respects two like norms differ in time: deadline, extension, validity, order, stage."""

from __future__ import annotations

from govproj_rules import ir
from govproj_rules.comparing.atoms import Atom
from govproj_rules.comparing.sides import Found, Side, Two, by_size, told
from govproj_rules.ir import Fold, Label, Term
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import bare, implies
from govproj_rules.telling.guards import tell_inline, tell_term
from govproj_rules.values import Duration, compare


def deadline(two: Two) -> Found:
    a, b = two.a.due, two.b.due
    if a == b:
        return None
    effect = "stricter" if b is None else "looser" if a is None else _periods(a.when, b.when)
    if None in (a, b) and (two.a.first.before or two.b.first.before):  # which of the two days comes first is open
        effect = "not_comparable"
    if effect == "same":
        return None

    def said(one: Side, atom: Atom) -> Label:
        outcome = atom.first.outcome
        if isinstance(outcome, ir.Deadline):
            return outcome.counted
        return one.both(lambda tell: tell.say("no_period"))

    return told("deadline", effect, said(two.of_a, two.a), said(two.of_b, two.b))


When = ir.After | ir.OnDay | ir.OnDate | ir.EveryYear


def _periods(a: When, b: When) -> str:
    match a, b:
        case ir.After(), ir.After():
            return _after(a, b)
        case ir.OnDay(), ir.OnDay() if bare(a.year) == bare(b.year):
            first, second = ((one.shift, one.month, one.day) for one in (a, b))
            return by_size(first <= second, first >= second)
        case ir.EveryYear(), ir.EveryYear() if (bare(a.start), bare(a.end)) == (bare(b.start), bare(b.end)):
            return "same" if (a.month, a.day) == (b.month, b.day) else "different"  # another day owes in other years
        case ir.OnDate(), ir.OnDate() if bare(a.date) == bare(b.date):
            return "same"
        case _:
            return "not_comparable"


def _after(a: ir.After, b: ir.After) -> str:
    """Periods compare in one unit and from one day, or from days of which one is never later than the other.

    What opens later and closes later is another window, neither more nor less.
    """
    anchors = _anchors(a.anchor, b.anchor)
    opens, closes = _edges(anchors, a.opens, b.opens), _edges(anchors, a.within, b.within)
    if opens is None or closes is None:
        return "not_comparable"
    return by_size(opens >= 0 and closes <= 0, opens <= 0 and closes >= 0)


def _edges(anchors: int | None, a: Duration | None, b: Duration | None) -> int | None:
    """Which edge of two windows is later; without one a window is open from the start."""
    if a is None or b is None:
        return int(a is not None) - int(b is not None)
    order = compare(a, b)
    if anchors is None or order is None or anchors * order < 0:
        return None
    return anchors or order


def _anchors(a: Term, b: Term) -> int | None:
    """-1, 0 or 1 where the first day is never later than, is, or is never earlier than the second."""
    first, second = bare(a), bare(b)
    if first == second:
        return 0
    if isinstance(second, Fold) and second.how == "latest" and first in second.terms:
        return -1
    if isinstance(first, Fold) and first.how == "latest" and second in first.terms:
        return 1
    return None


def extension(two: Two) -> Found:
    """Whether and when the day may be moved; a text that lets it be moved asks less."""
    a, b = two.a.due, two.b.due
    if a is None or b is None:
        return None
    effect = by_size(a.moved_to is None, b.moved_to is None)
    if a.moved_to is not None and b.moved_to is not None:  # moved in fewer cases asks more
        fewer_a, fewer_b = implies(a.moved_when, b.moved_when), implies(b.moved_when, a.moved_when)
        effect = by_size(fewer_a, fewer_b) if bare(a.moved_to) == bare(b.moved_to) else "different"
    elif a.moved_to is None and b.moved_to is None:
        effect = "same"
    if effect == "same":
        return None

    def said(one: Side, due: ir.Due) -> Label:
        if due.moved_to is None:
            return one.both(lambda tell: tell.say("not_extendable"))
        when, to = due.moved_when, due.moved_to
        return one.both(lambda tell: tell.say("extendable", when=tell_inline(when, tell), to=tell_term(to, tell)))

    return told("extension", effect, said(two.of_a, a), said(two.of_b, b))


def validity(two: Two) -> Found:
    """How long an approval holds, and what must be done in that time."""
    a, b = (one.first.outcome for one in (two.a, two.b))
    for_a, for_b = (getattr(one, "valid_for", None) for one in (a, b))
    used_a, used_b = (getattr(one, "used_by", None) for one in (a, b))
    order = 0 if for_a == for_b else None if for_a is None or for_b is None else compare(for_a, for_b)
    if order == 0 and used_a == used_b:
        return None
    effect = "stricter" if for_b is None else "looser" if for_a is None else "not_comparable"
    if order is not None:
        effect = "different" if used_a != used_b else by_size(order <= 0, order >= 0)

    def said(one: Side, period: Duration | None, used: str | None) -> Label:
        if period is None or used is None:
            return one.both(lambda tell: tell.say("no_period"))
        told_period = str(period)
        return one.both(
            lambda tell: tell.say("norm_valid", period=tell.value("", told_period), event=tell.event(used)).lstrip(
                "，, "
            )
        )

    return told("validity", effect, said(two.of_a, for_a, used_a), said(two.of_b, for_b, used_b))


def order(two: Two) -> Found:
    """Before what it is owed. A step of a flow has its place in its own text's order, which is not compared."""
    a, b = two.a.first, two.b.first
    stepwise = a.order is not None or b.order is not None
    obligations = {two.a.kind, two.b.kind} <= {kind for kind, row in KINDS.items() if row.obligation}
    if a.before == b.before or (stepwise and not two.editions) or not obligations:
        return None

    def said(one: Side, before: ir.Before | None) -> Label | None:
        return one.both(lambda tell: tell.event(before.event)) if before else None

    mixed = (two.a.due is None) != (two.b.due is None)
    effect = (
        "not_comparable" if mixed else "different"
    )  # without it a thing is owed at once or from its stage: sooner or later than the event
    if a.before and b.before and a.before.event == b.before.event:
        effect = "looser" if a.before.same_day else "stricter"
    return told("order", effect, said(two.of_a, a.before), said(two.of_b, b.before))


def stage(two: Two) -> Found:
    """From when it is asked for: whoever encodes a text chooses that, so only editions of one text are compared."""
    a, b = two.a.first.stage, two.b.first.stage
    if a == b or not two.editions:
        return None

    def said(one: Side, stage: str | None) -> Label | None:
        return one.both(lambda tell: tell.stage(stage)) if stage else None

    return told("stage", "different", said(two.of_a, a), said(two.of_b, b))
