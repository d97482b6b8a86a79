"""In which respects two like norms differ in time: deadline, extension, validity, order, stage."""

from __future__ import annotations

from govproj_rules import ir
from govproj_rules.comparing.atoms import Atom
from govproj_rules.comparing.sides import Found, Side, Two, by_size, told
from govproj_rules.ir import Fold, Label, Term
from govproj_rules.values import Duration, compare


def deadline(two: Two) -> Found:
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

    return told("deadline", effect, said(two.of_a, two.a), said(two.of_b, two.b))


When = ir.After | ir.OnDay | ir.OnDate | ir.EveryYear


def _periods(a: When, b: When) -> str:
    match a, b:
        case ir.After(), ir.After():
            return _after(a, b)
        case ir.OnDay(), ir.OnDay() if (a.year, a.shift) == (b.year, b.shift):
            return by_size((a.month, a.day) <= (b.month, b.day), (a.month, a.day) >= (b.month, b.day))
        case ir.EveryYear(), ir.EveryYear() if (a.start, a.end) == (b.start, b.end):
            return by_size((a.month, a.day) <= (b.month, b.day), (a.month, a.day) >= (b.month, b.day))
        case _:
            return "same" if a == b else "not_comparable"


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
    if a == b:
        return 0
    if isinstance(b, Fold) and b.how == "latest" and a in b.terms:
        return -1
    if isinstance(a, Fold) and a.how == "latest" and b in a.terms:
        return 1
    return None


def extension(two: Two) -> Found:
    moves_a, moves_b = (one.due is not None and one.due.moved_to is not None for one in (two.a, two.b))
    if moves_a == moves_b or two.a.due is None or two.b.due is None:
        return None

    def said(one: Side, moves: bool) -> Label:
        return one.both(lambda tell: tell.say("extendable" if moves else "not_extendable"))

    return told("extension", "looser" if moves_a else "stricter", said(two.of_a, moves_a), said(two.of_b, moves_b))


def validity(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "valid_for", None) for one in (two.a, two.b))
    if a == b:
        return None
    order = None if a is None or b is None else compare(a, b)
    effect = "stricter" if b is None else "looser" if a is None else "not_comparable"
    if order is not None:
        effect = by_size(order <= 0, order >= 0)

    def said(one: Side, period: Duration | None) -> Label:
        return one.both(lambda tell: tell.value("", str(period)) if period else tell.say("no_period"))

    return told("validity", effect, said(two.of_a, a), said(two.of_b, b))


def order(two: Two) -> Found:
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
    return told("order", effect, said(two.of_a, a.before), said(two.of_b, b.before))


def stage(two: Two) -> Found:
    """From when it is asked for: whoever encodes a text chooses that, so only editions of one text are compared."""
    a, b = two.a.first.stage, two.b.first.stage
    if a == b or not two.editions:
        return None

    def said(one: Side, stage: str | None) -> Label | None:
        return one.both(lambda tell: tell.stage(stage)) if stage else None

    return told("stage", "different", said(two.of_a, a), said(two.of_b, b))
