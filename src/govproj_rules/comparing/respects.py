"""In which respects two like norms differ, and what each difference means for the first of them.

One function a respect; :data:`RESPECTS` is the only list of them. Stricter and looser are said only where they are
certain: bounds, force, periods from the same day or from days of a known order, sets of which one contains the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from govproj_rules import ir
from govproj_rules.comparing import times
from govproj_rules.comparing.atoms import Atom, key_of
from govproj_rules.comparing.conditions import alternative, condition, content
from govproj_rules.comparing.sides import Found, Side, Two, by_size, names, told
from govproj_rules.ir import Expr, Label, RuleSet
from govproj_rules.outcomes import KINDS
from govproj_rules.possible import bared
from govproj_rules.telling.norms import TOWARDS, tell_norm

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
    others_tell = {a.who, b.who} <= _OWNERS or bool({two.a.kind, two.b.kind} & told_by_others)
    if a.who == b.who or (others_tell and not two.editions):
        return None
    return names("who", "different", two, frozenset({a.who}), frozenset({b.who}))


def _subject(two: Two) -> Found:
    """What it is about: two editions may give one rule another subject; two approvals may name different ones."""
    if (both := _both_approvals(two)) is not None:
        a, b = both
        named = not ({a.of, b.of} & {"project", "change"})
        if a.of != b.of and (named or two.editions):
            return told("subject", "different", _matter(two.of_a, a.of), _matter(two.of_b, b.of))
    if two.a.key == two.b.key:
        return None

    def said(one: Side, atom: Atom) -> Label:
        return one.both(lambda tell: tell_norm([atom.first], tell))

    return told("subject", "different", said(two.of_a, two.a), said(two.of_b, two.b))


def _matter(one: Side, of: str) -> Label:
    return one.both(lambda tell: tell.matter(of))


def _each(two: Two) -> Found:
    """Decided once, or once for every change."""
    a, b = two.a.first.each is not None, two.b.first.each is not None
    if a == b:
        return None

    def said(one: Side, each: bool) -> Label | None:
        return one.both(lambda tell: tell.say("for_each_change")) if each else None

    return told("each", "different", said(two.of_a, a), said(two.of_b, b))


def _act(two: Two) -> Found:
    if (both := _both_approvals(two)) is None or both[0].act == both[1].act:
        return None
    a, b = both
    return told(
        "act", "different", two.of_a.both(lambda t: t.named(t.words.acts, a.act)),
        two.of_b.both(lambda t: t.named(t.words.acts, b.act)),
    )  # fmt: skip


def _authority(two: Two) -> Found:
    """Who acts, or to whom the owner turns: another body is another norm."""
    if (both := _both_approvals(two)) is not None:
        a, b = both
        if _towards(a, b):
            to_a, to_b = (frozenset({one.by, *one.with_}) for one in both)
            return names("recipients", by_size(to_a >= to_b, to_a <= to_b), two, to_a, to_b) if to_a != to_b else None
        return names("authority", "different", two, frozenset({a.by}), frozenset({b.by})) if a.by != b.by else None
    if two.a.by == two.b.by or "duty" in (two.a.kind, two.b.kind):
        return None
    return names("authority", "different", two, two.a.by, two.b.by)


def _both_approvals(two: Two) -> tuple[ir.Approval, ir.Approval] | None:
    a, b = two.a.first.outcome, two.b.first.outcome
    return (a, b) if isinstance(a, ir.Approval) and isinstance(b, ir.Approval) else None


def _towards(a: ir.Approval, b: ir.Approval) -> bool:
    """Both go to authorities: those named beside the first receive too, and do not take part."""
    return {a.act, b.act} <= TOWARDS


def _with(two: Two) -> Found:
    """More bodies taking part ask more."""
    if (both := _both_approvals(two)) is None or set(both[0].with_) == set(both[1].with_) or _towards(*both):
        return None
    a, b = (frozenset(one.with_) for one in both)
    return names("with", by_size(a >= b, a <= b), two, a, b)


def _or(two: Two) -> Found:
    """A body that may act instead asks less."""
    if (both := _both_approvals(two)) is None or set(both[0].or_) == set(both[1].or_):
        return None
    a, b = (frozenset(one.or_) for one in both)
    return names("or", by_size(a <= b, a >= b), two, a, b)


def _recipients(two: Two) -> Found:
    a, b = two.a.to, two.b.to
    if a == b or _both_approvals(two) is not None or "duty" in (two.a.kind, two.b.kind):
        return None
    return names("recipients", by_size(a >= b, a <= b), two, a, b)


def _open(two: Two) -> Found:
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.DocumentOwed) and isinstance(b, ir.DocumentOwed)) or a.open == b.open:
        return None

    def said(one: Side, is_open: bool) -> Label:
        return one.both(lambda tell: tell.say("open_list" if is_open else "closed_list"))

    return told("open", "different", said(two.of_a, a.open), said(two.of_b, b.open))


# --- conditions -------------------------------------------------------------------------------------


def _regimes(two: Two) -> Found:
    """In which parts of the regulation it holds: editions by name, cities by the conditions both have a part for."""
    a, b = (_parts(one, atom) for one, atom in ((two.of_a, two.a), (two.of_b, two.b)))
    if two.editions:
        effect = "same" if set(two.a.first.regimes) == set(two.b.first.regimes) else "different"
    elif a.usual != b.usual or not (a.usual or a.special == b.special):
        effect = "different"
    else:
        more_a, more_b = (a.special & b.known) - b.special, (b.special & a.known) - a.special
        effect = by_size(not more_b, not more_a)
    if effect == "same":
        return None

    def said(one: Side, atom: Atom) -> Label:
        regimes = [regime.title for regime in one.ruleset.regimes if regime.id in atom.first.regimes]
        return one.both(lambda tell: tell.list(tell.text(title) for title in regimes))

    return told("regime", effect, said(two.of_a, two.a), said(two.of_b, two.b))


class _Parts(NamedTuple):
    """Whether a rule belongs to the usual part, the conditions of its special ones, and those its text has."""

    usual: bool
    special: frozenset[Expr]
    known: frozenset[Expr]


def _parts(one: Side, atom: Atom) -> _Parts:
    applying = [regime for regime in one.ruleset.regimes if not regime.excluded]
    mine = [regime for regime in applying if regime.id in atom.first.regimes]
    return _Parts(
        not mine or any(regime.presume for regime in mine),
        frozenset(regime.when for regime in mine if not regime.presume),
        frozenset(regime.when for regime in applying),
    )


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
    """What a consequence follows from. Editions have the names of rules in common, cities what the rules ask."""
    a, b = two.a.first.outcome, two.b.first.outcome
    if not (isinstance(a, ir.Consequence) and isinstance(b, ir.Consequence)):
        return None
    if not two.editions:
        alike = _breaches(a, two.of_a.ruleset) == _breaches(b, two.of_b.ruleset)
        return None if alike else told("causes", "not_comparable", None, None)
    of_a, of_b = ({*one.of, *one.kinds, *(["any"] if one.any else [])} for one in (a, b))
    if of_a == of_b:
        return None

    def said(one: Side, of: set[str]) -> Label:
        return one.both(lambda tell: tell.short_list(map(tell.rule_title, sorted(of))) or tell.say("always"))

    # What needs no breach follows in more cases than what needs one.
    effect = by_size(of_a >= of_b, of_a <= of_b) if of_a and of_b else "stricter" if of_b else "looser"
    return told("causes", effect, said(two.of_a, of_a - of_b or of_a), said(two.of_b, of_b - of_a or of_b))


def _breaches(consequence: ir.Consequence, ruleset: RuleSet) -> frozenset[object]:
    """What has to be broken, by what it asks and not by how its rule is called."""
    broken = {
        (key_of(rule), bared(rule.applies), rule.done and bared(rule.done), getattr(rule.outcome, "due", None))
        for rule in ruleset.rules
        if {rule.id, rule.base_id} & set(consequence.of)
    }
    return frozenset({*broken, *consequence.kinds, *(["any"] if consequence.any else [])})


def _instrument(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "follow", None) for one in (two.a, two.b))
    if a == b:
        return None
    return told("instrument", "different", a, b)


def _until(two: Two) -> Found:
    a, b = (getattr(one.first.outcome, "until", None) for one in (two.a, two.b))
    return None if a == b else told("until", "different", a, b)


RESPECTS: Final[Mapping[str, Callable[[Two], Found]]] = {
    "subject": _subject,
    "force": _force,
    "who": _who,
    "act": _act,
    "authority": _authority,
    "with": _with,
    "or": _or,
    "recipients": _recipients,
    "regime": _regimes,
    "condition": condition,
    "each": _each,
    "content": content,
    "alternative": alternative,
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
