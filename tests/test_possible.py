"""What follows from what: never claimed wrongly, by trying every world; and found where a comparison needs it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import build

from govproj_rules.evaluate.logic import Where, decide
from govproj_rules.facts import Seen, known
from govproj_rules.ir import TRUE, All, Expr, Fact, Fold, Literal, Not, Term
from govproj_rules.ir import Test as Compared
from govproj_rules.possible import implies
from govproj_rules.values import Duration, Value

A, B, SUM = Fact("a", "money"), Fact("b", "money"), Fold("sum", (Fact("a", "money"), Fact("b", "money")), "money", "s")
YES, WORD, LIST, TIME = Fact("y", "yes_no"), Fact("w", "one_of"), Fact("l", "some_of"), Fact("t", "duration")
PERIODS = (
    Duration(10, "days"),
    Duration(40, "days"),
    Duration(6, "months"),
    Duration(1, "years"),
    Duration(12, "months"),
)
DOMAINS: dict[str, tuple[Value, ...]] = {
    "a": (0, 1, 2, 3), "b": (0, 1, 2), "y": (True, False), "w": ("x", "y", "z"),
    "l": (frozenset(), frozenset("x"), frozenset("y"), frozenset("xy")), "t": PERIODS,
}  # fmt: skip


class World:
    """Facts of which every one is known."""

    judged = None

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values
        self.answered: dict[object, object] = {}

    def get(self, path: str, element: int | None = None) -> Seen:  # noqa: ARG002  # there are no changes
        return known(self.values[path])


def test_of(left: Term, op: str, right: Term) -> Expr:
    return Compared(left, op, right)  # type: ignore[arg-type]


test_of.__test__ = False  # type: ignore[attr-defined]
_ORDERS = st.sampled_from(["is", "at_least", "at_most"])
_TESTS: st.SearchStrategy[Expr] = st.one_of(
    st.builds(lambda op, left, value: test_of(left, op, Literal("money", value)), _ORDERS, st.sampled_from([A, B, SUM]), st.integers(0, 3)),
    st.builds(lambda op, pair: test_of(pair[0], op, pair[1]), _ORDERS, st.sampled_from([(A, B), (B, A)])),
    st.builds(lambda op, value: test_of(TIME, op, Literal("duration", value)), _ORDERS, st.sampled_from(PERIODS)),
    st.builds(lambda value: test_of(YES, "is", Literal("yes_no", value)), st.booleans()),
    st.builds(lambda value: test_of(WORD, "is", Literal("one_of", value)), st.sampled_from("xy")),
    st.builds(lambda value: test_of(LIST, "includes", Literal("one_of", value)), st.sampled_from("xy")),
)  # fmt: skip
_EXPRS: st.SearchStrategy[Expr] = st.recursive(
    _TESTS,
    lambda inner: st.one_of(st.builds(Not, inner), st.builds(All, st.lists(inner, max_size=3).map(tuple))),
    max_leaves=4,
)


def facts_of(*parts: Expr | Term) -> set[str]:
    found: set[str] = set()
    for part in parts:
        match part:
            case Fact(path):
                found.add(path)
            case All(inner):
                found |= facts_of(*inner)
            case Not(one):
                found |= facts_of(one)
            case Compared(left, _, right):
                found |= facts_of(left, right)
            case Fold(_, terms):
                found |= facts_of(*terms)
    return found


def follows(first: Expr, second: Expr) -> bool:
    """Whether the second holds wherever the first does: in every world there is."""
    read = sorted(facts_of(first, second))
    for values in product(*(DOMAINS[path] for path in read)):
        where = Where(World(dict(zip(read, values, strict=True))))  # type: ignore[arg-type]
        if decide(first, where).value is True and decide(second, where).value is not True:
            return False
    return True


pairs = st.one_of(
    st.tuples(_EXPRS, _EXPRS),
    st.tuples(_EXPRS, _EXPRS).map(lambda two: (All(two), two[1])),
    st.tuples(_EXPRS, _EXPRS).map(lambda two: (two[0], Not(All((Not(two[0]), Not(two[1])))))),
    st.tuples(_TESTS, _TESTS),
)


@given(pairs)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_what_is_said_to_follow_follows(pair: tuple[Expr, Expr]) -> None:
    first, second = pair
    for one, other in ((first, second), (second, first), (Not(first), second), (first, Not(second))):
        if implies(one, other):
            assert follows(one, other)


@given(_EXPRS)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_follows_from_itself(expr: Expr) -> None:
    for one in (expr, Not(expr), All((expr, expr))):
        assert implies(one, one)
        assert implies(one, TRUE)


FACTS = {"x": "yes_no", "y": "yes_no", "share": "percent", "delay": "duration", "day": "date", "n": "number",
         "both": {"type": "yes_no", "is": {"when": {"facts.x": True, "facts.y": True}}}}  # fmt: skip
X, Y = {"facts.x": True}, {"facts.y": True}


def lowered(guard: Any) -> Expr:
    table = {"facts": FACTS, "rules": [{"id": "r", "when": guard, "duty": {}}]}
    return build(table).rules[0].applies


@pytest.mark.parametrize(
    ("first", "second", "there", "back"),
    [
        ({"investment.total": {"at_least": "100万元"}}, {"investment.total": {"at_least": "0.01亿元"}}, True, True),
        ({"investment.total": {"more_than": "100万元"}}, {"investment.total": {"at_least": "100万元"}}, True, False),
        ({"investment.total": {"between": ["1万元", "2万元"]}}, {"investment.total": {"at_most": "2万元"}}, True, False),
        ({"investment.total": {"at_least": "1万元"}}, {"investment.estimate": {"at_least": "1万元"}}, False, False),
        ({"investment.total": "1万元"}, {"investment.total": {"less_than": "1.01万元"}}, True, False),
        ({"facts.share": {"at_most": "15%"}}, {"facts.share": {"at_most": "15.00%"}}, True, True),
        ({"facts.delay": {"at_least": "2 years"}}, {"facts.delay": {"at_least": "24 months"}}, True, True),
        ({"facts.delay": {"at_least": "2 years"}}, {"facts.delay": {"at_least": "10 days"}}, False, False),
        ({"facts.delay": {"at_least": "2 years"}}, {"facts.delay": {"at_most": "10 days"}}, False, False),
        ({"facts.delay": {"more_than": "10 working_days"}}, {"facts.delay": {"more_than": "10 days"}}, False, False),
        ({"facts.day": {"at_least": "2026-01-01"}}, {"facts.day": {"more_than": "2025-12-31"}}, True, False),
        ({"planning.plan_year": {"at_least": "2026"}}, {"planning.plan_year": {"at_least": "2025"}}, True, False),
        ({"security.level": {"in": ["3", "4"]}}, {"security.level": {"at_least": "3"}}, True, False),
        ({"kind": {"includes": "upgrade"}}, {"kind": {"includes_any": ["new_build", "upgrade"]}}, True, False),
        ({"kind": {"includes_all": ["new_build", "upgrade"]}}, {"kind": {"includes": "upgrade"}}, True, False),
        ({"category": "works"}, {"not": {"category": "goods"}}, True, False),
        ({"category": {"in": ["works", "goods"]}}, {"any": [{"category": "goods"}, {"category": "works"}]}, True, True),
        ([X, Y], X, True, False),
        (X, {"any": [X, Y]}, True, False),
        ({"not": {"all": [X, Y]}}, {"any": [{"facts.x": False}, {"facts.y": False}]}, True, True),
        ({"facts.both": True}, [X, Y], True, True),
        ({"facts.both": False}, {"any": [{"facts.x": False}, {"facts.y": False}]}, True, True),
        ([X, {"any": [Y, {"classified": True}]}], {"any": [[X, Y], [X, {"classified": True}]]}, True, True),
        ({"facts.x": True, "unless": X}, Y, True, False),
        ({"events.accepted.date": {"at_most": {"fact": "facts.day"}}}, {"facts.day": {"at_least": {"fact": "events.accepted.date"}}}, True, True),
        ({"events.accepted.date": {"less_than": {"fact": "facts.day"}}}, {"events.accepted.date": {"at_most": {"fact": "facts.day"}}}, True, False),
        (X, Y, False, False),
    ],
)  # fmt: skip
def test_what_follows(first: Any, second: Any, there: bool, back: bool) -> None:
    one, other = lowered(first), lowered(second)
    assert (implies(one, other), implies(other, one)) == (there, back)
