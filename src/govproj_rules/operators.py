"""The tests a guard may make, named after how statutes speak. This table is the only list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from govproj_rules import ir
from govproj_rules.ir import All, Expr, Label, Not, Op, Term, Test, any_of
from govproj_rules.light import dataclass
from govproj_rules.values import MEASURED, ORDERED

_SCALAR: Final = ORDERED | {"yes_no", "one_of"}
_LIST: Final = frozenset({"some_of"})


@dataclass(frozen=True, slots=True)
class Operator:
    """A test as written: for facts of which types, with how many operands, and what it is in the core.

    ``operands`` is ``one`` value, ``two`` bounds, or ``many`` values; ``reads`` says how it reads aloud.
    """

    name: str
    types: frozenset[str]
    operands: Literal["one", "two", "many"]
    build: Callable[[Term, tuple[Term, ...]], Expr]
    reads: Label


def _each(op: Op) -> Callable[[Term, tuple[Term, ...]], tuple[Expr, ...]]:
    return lambda left, right: tuple(Test(left, op, one) for one in right)


_ROWS = (
    Operator("is", _SCALAR, "one", lambda a, b: Test(a, "is", b[0]), Label("为", "is")),
    Operator("at_least", ORDERED, "one", lambda a, b: Test(a, "at_least", b[0]), Label("不低于", "at least")),
    Operator("at_most", ORDERED, "one", lambda a, b: Test(a, "at_most", b[0]), Label("不超过", "at most")),
    Operator("more_than", ORDERED, "one", lambda a, b: Not(Test(a, "at_most", b[0])), Label("超过", "more than")),
    Operator("less_than", ORDERED, "one", lambda a, b: Not(Test(a, "at_least", b[0])), Label("低于", "less than")),
    Operator(
        "between", ORDERED, "two",
        lambda a, b: All((Test(a, "at_least", b[0]), Test(a, "at_most", b[1]))), Label("介于(含两端)", "between"),
    ),
    Operator("in", _SCALAR, "many", lambda a, b: any_of(_each("is")(a, b)), Label("为其一", "is one of")),
    Operator("includes", _LIST, "one", lambda a, b: Test(a, "includes", b[0]), Label("包含", "includes")),
    Operator("includes_any", _LIST, "many", lambda a, b: any_of(_each("includes")(a, b)), Label("包含其一", "includes one of")),
    Operator("includes_all", _LIST, "many", lambda a, b: All(_each("includes")(a, b)), Label("全部包含", "includes all of")),
)  # fmt: skip

OPERATORS: Final[Mapping[str, Operator]] = {row.name: row for row in _ROWS}

SHOWN: Final[Mapping[tuple[Op, bool], str]] = {
    ("is", True): "is",
    ("is", False): "is_not",
    ("at_least", True): "at_least",
    ("at_least", False): "less_than",
    ("at_most", True): "at_most",
    ("at_most", False): "more_than",
    ("includes", True): "includes",
    ("includes", False): "excludes",
}
"""How a core test is told in reasons and thresholds; ``False``: it stands under an odd number of ``not``."""

_ONLY_SHOWN = {
    "is_not": Label("不为", "is not"),
    "none_of": Label("不属于", "is none of"),
    "excludes": Label("不包含", "does not include"),
    "excludes_all": Label("不含任何一项", "includes none of"),
}


def reads(shown: str) -> Label:
    """How a test of a report reads aloud."""
    row = OPERATORS.get(shown)
    return row.reads if row else _ONLY_SHOWN[shown]


def measured(expr: Expr, positive: bool = True) -> Iterator[tuple[Test, bool]]:
    """Every measured comparison inside a condition, and whether it stands as written or negated."""
    match expr:
        case Test(left, op, _):
            if left.type in MEASURED and op in ("at_least", "at_most") and not isinstance(left, ir.Literal):
                yield expr, positive
        case Not(part):
            yield from measured(part, not positive)
        case All(parts):
            for part in parts:
                yield from measured(part, positive)
