"""One thing, one topic: norms of different cities that are about the same thing stand in one row.

Worked out here from the rules alone, and more simply than the comparison does it, so that neither covers for the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from govproj_rules import load_ruleset
from govproj_rules.ir import (
    All,
    Approval,
    Competence,
    Consequence,
    Deadline,
    DocumentOwed,
    Duty,
    Expr,
    Fact,
    Fold,
    Literal,
    Not,
    Permission,
    Prohibition,
    Rule,
    Term,
)
from govproj_rules.ir import Test as Compared
from govproj_rules.library import built_in

Thing = tuple[str, ...]

JUSTIFIED: Final[dict[Thing, tuple[set[str], str]]] = {
    ("document", "construction_scheme"): (
        {"application.documents", "budget.submission"},
        "Dongying 7(4): once reviewed, the scheme goes to finance a second time, with the budget",
    ),
    ("document", "project_proposal"): (
        {"application.documents", "plan.off_plan"},
        "Lushan hands it in on two routes: with the annual round, and off the plan",
    ),
    ("event", "initial_reviewed"): ({"review.initial", "plan.off_plan"}, "Lushan: the off-plan route has its own review"),
    ("event", "government_consented"): (
        {"approval.authority", "plan.off_plan"},
        "Langfang 9 is about major projects to be sped up; in Lushan and Yunan the consent replaces the plan",
    ),
    ("event", "initiated"): (
        {"approval.authority", "approval.validity"},
        "Yunan says two things of it: who approves, and for how long it is good",
    ),
    ("event", "project_filed"): (
        {"contract.filing", "filing.general", "approval.tier"},
        "Shizuishan 18 files what was bought, within a month of the tender, and all else; Yunan files instead of approving",
    ),
}  # fmt: skip
"""What a text itself takes up in several places, and why."""


def facts(expr: Expr) -> Iterator[str]:
    match expr:
        case Compared(left, "includes", Literal(_, word)):
            yield from (f"{path} {word}" for path in terms(left))
        case Compared(left, _, right):
            yield from (*terms(left), *terms(right))
        case Not(part):
            yield from facts(part)
        case All(parts):
            for part in parts:
                yield from facts(part)


def terms(term: Term) -> Iterator[str]:
    match term:
        case Fact(path):
            yield path
        case Fold(_, parts):
            for part in parts:
                yield from terms(part)


def thing(rule: Rule) -> Thing | None:
    """What a norm is about, where that is one thing."""
    match rule.outcome:
        case DocumentOwed(document):
            return "document", document
        case Approval(event=event) | Deadline(event=event):
            return "event", event
        case Permission(act, of):
            return "permission", act, of
        case Consequence(effect):
            return "effect", effect
        case Competence(_, matter):
            return "matter", matter
        case Duty(of=str() as of) if rule.done is None:
            return "reminder", of
        case Prohibition(str() as event):
            assert rule.done is not None
            return "order", event, *sorted({path.removesuffix(".date") for path in facts(rule.done)})
    read = set(facts(rule.done)) if rule.done is not None else set()
    return state(*read) if len(read) == 1 else None


def state(path: str) -> Thing:
    """A state of one fact; that something happened, or is there, is the same as its approval or document."""
    head, _, name = path.partition(".")
    if path in ("change.filed", "change.reapproved"):
        return "event", path
    if head == "events" or (head == "documents" and "." not in name):
        return head.removesuffix("s"), name
    return ("event", path) if path.endswith(".approved") else ("fact", path)


def rows() -> dict[Thing, dict[str, set[str]]]:
    """Each thing with the topics in which it stands, and the rules there."""
    found: dict[Thing, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for ruleset in (load_ruleset(name) for name in built_in()):
        for rule in ruleset.rules:
            if not rule.hint and (about := thing(rule)) is not None:
                found[about][rule.topic].add(f"{ruleset.id}/{rule.base_id}")
    return found


def apart(topics: dict[str, set[str]]) -> bool:
    """Whether two cities have it in different topics."""
    cities = [{rule.partition("/")[0] for rule in rules} for rules in topics.values()]
    return any(len(one | other) > 1 for one, other in combinations(cities, 2))


def test_one_thing_stands_in_one_row() -> None:
    offenders = {
        " ".join(about): {topic: sorted(rules) for topic, rules in topics.items()}
        for about, topics in sorted(rows().items())
        if apart(topics) and not topics.keys() <= JUSTIFIED.get(about, (set(), ""))[0]
    }
    assert offenders == {}


def test_what_is_justified_is_still_so() -> None:
    found = rows()
    assert {about for about in JUSTIFIED if not apart(found[about])} == set()
    assert {about: topics - found[about].keys() for about, (topics, _) in JUSTIFIED.items()} == {about: set() for about in JUSTIFIED}  # fmt: skip


def test_the_test_sees_every_kind_of_norm() -> None:
    kinds = {about[0] for about in rows()}
    assert kinds == {"document", "event", "permission", "effect", "matter", "reminder", "order", "fact"}
