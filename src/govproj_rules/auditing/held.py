"""What must be the same in two editions for a project to be answered alike, rule by rule, and as a query over what was decided."""

from __future__ import annotations

from typing import Final, Literal

from govproj_rules import ir
from govproj_rules.auditing.counting import GOVERNED
from govproj_rules.auditing.deciding import YEAR, Decided, Part, code, due
from govproj_rules.flat import KEY, NUMBER, PROJECTS
from govproj_rules.intake import Tables
from govproj_rules.intake.duck import name_of
from govproj_rules.ir import Rule, RuleSet

Name = tuple[str, str | None]
"""What a rule is known by in both editions: its id, and the member of a list that it is for."""
Held = Literal["by outcome", "by day", "by nothing"]
"""A rule tells the same in both editions where it comes out alike; where its last day is the same too; or only where it
does not apply in either.
"""
_KEY: Final = name_of(KEY)


def held_by(old: RuleSet, new: RuleSet) -> dict[Name, Held]:
    """By what the rules of either edition are held, as far as :func:`govproj_rules.comparing.answers.differences` looks."""
    was, now = (_by_name(one) for one in (old, new))
    return {name: _held(was.get(name), now.get(name)) for name in {**was, **now}}


def named_once(ruleset: RuleSet) -> bool:
    """Whether each rule has a name of its own."""
    return len({(rule.id, rule.element) for rule in ruleset.rules}) == len(ruleset.rules)


_Found = tuple[Rule, str]
"""A rule, and the event that completes the last one of its id: by that an approval is known."""


def _by_name(ruleset: RuleSet) -> dict[Name, _Found]:
    closing = {rule.id: getattr(rule.outcome, "event", "") or "" for rule in ruleset.rules}
    return {(rule.id, rule.element): (rule, closing[rule.id]) for rule in ruleset.rules}


def _held(old: _Found | None, new: _Found | None) -> Held:
    if old is None or new is None:
        return "by nothing"
    if _listed(*old) == _listed(*new):
        return "by outcome"
    match old[0].outcome, new[0].outcome:
        case ir.Deadline(event, was), ir.Deadline(other, now) if event == other and _start(was) == _start(now):
            return "by day"
    return "by nothing"


def _listed(rule: Rule, closing: str) -> object:
    """What the lists of a report hold of a rule, beside how it comes out: a document, an approval, a deadline."""
    match rule.outcome:
        case ir.DocumentOwed(document, to):
            return "document", document, frozenset(to)
        case ir.Approval() as one:
            until = one.valid_for and (one.event, one.valid_for, one.used_by, rule.done, rule.done_dates)
            return "approval", one.act, closing, one.by, frozenset(one.with_), frozenset(one.or_), until
        case ir.Deadline(event, when):
            return "deadline", event, when
        case _:
            return None


def _start(due: ir.Due) -> object:
    """What a last day is counted from, and the first day that counts, where the last one turns on nothing else: only
    then is it known in one edition where it is in the other. Of other days each is like no other.
    """
    match due:
        case ir.Due(ir.After(anchor, _, opens), moved_to=None):
            return anchor, opens
        case ir.Due(ir.OnDay(year=year), moved_to=None):
            return year
        case _:
            return object()


# --- as a query -------------------------------------------------------------------------------------


def alike_in(tables: Tables, old: Decided, new: Decided) -> str:
    """A query for the line and the verdict of each project that both answer alike, in the order of the lines."""
    was, now, held = _places(old), _places(new), held_by(old.ruleset, new.ruleset)
    pairs: dict[tuple[int, int], tuple[Part, Part, list[str]]] = {}
    never: list[tuple[str, Part, int]] = []
    for name, by in held.items():
        first, last = was.get(name), now.get(name)
        if first and last and by != "by nothing" and _grain(first[0]) == _grain(last[0]):
            tests = pairs.setdefault((id(first[0]), id(last[0])), (first[0], last[0], []))[2]
            tests.append(_same(first[1], last[1], by))
        else:
            never += [(side, *one) for side, one in (("o", first), ("n", last)) if one]
    whole = pairs.pop((id(old.whole), id(new.whole)), (old.whole, new.whole, []))[2]
    whole += [f"{side}.{code(place)} = 0" for side, part, place in never if part in (old.whole, new.whole)]
    unlike = [_unlike(*one) for one in pairs.values()]
    unlike += [
        f"SELECT {_KEY} FROM {part.rows} WHERE {code(place)} <> 0"
        for _, part, place in never if part not in (old.whole, new.whole)
    ]  # fmt: skip
    but = f" ANTI JOIN ({' UNION ALL '.join(unlike)}) USING ({_KEY})" if unlike else ""
    return (
        f"SELECT line, verdict FROM (SELECT o.{_KEY}, o.verdict FROM {old.whole.rows} o JOIN {new.whole.rows} n USING ({_KEY})"
        " WHERE o.verdict = n.verdict AND o.scope = n.scope AND o.regime IS NOT DISTINCT FROM n.regime"
        f" AND (NOT o.{GOVERNED} OR ({' AND '.join(whole) or 'true'})))"
        f" JOIN (SELECT {_KEY}, line FROM ({tables.relation(PROJECTS)})) USING ({_KEY}){but} ORDER BY line"
    )


def _places(decided: Decided) -> dict[Name, tuple[Part, int]]:
    """Where the code of each rule stands."""
    rules = decided.ruleset.rules
    return {(rules[place].id, rules[place].element): (part, place) for part in decided.parts for place in part.rules}


def _grain(part: Part) -> tuple[bool, bool]:
    return part.each, part.yearly


def _same(old: int, new: int, by: Held) -> str:
    """Whether a rule came out alike; what has no row does not apply."""
    was, now = f"coalesce(o.{code(old)}, 0)", f"coalesce(n.{code(new)}, 0)"
    day = f" AND ({was} = 0 OR o.{due(old)} IS NOT DISTINCT FROM n.{due(new)})" if by == "by day" else ""
    return f"{was} = {now}{day}"


def _unlike(old: Part, new: Part, tests: list[str]) -> str:
    """The projects with a change, or a year, that is not alike. One without a number stands for changes not stated."""
    keys = [f"o.{_KEY} = n.{_KEY}"]
    keys += [f"coalesce(o.{name_of(NUMBER)}, -1) = coalesce(n.{name_of(NUMBER)}, -1)"] if old.each else []
    keys += [f"coalesce(o.{YEAR}, -1) = coalesce(n.{YEAR}, -1)"] if old.yearly else []
    return (
        f"SELECT coalesce(o.{_KEY}, n.{_KEY}) AS {_KEY} FROM {old.rows} o FULL JOIN {new.rows} n ON {' AND '.join(keys)}"
        f" WHERE ({' AND '.join(tests)}) IS NOT TRUE"
    )
