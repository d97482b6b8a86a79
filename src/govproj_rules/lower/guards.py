"""Guards: YAML conditions to the six nodes of the core."""

from __future__ import annotations

from typing import Any

from govproj_rules.document import RuleDoc
from govproj_rules.errors import did_you_mean, quote, visible
from govproj_rules.ir import TRUE, Expr, Literal, Named, Not, Term, Test, all_of, any_of
from govproj_rules.lower.scope import Here, Resolved, Scope
from govproj_rules.operators import OPERATORS
from govproj_rules.project import fact_fields
from govproj_rules.values import compare, format_value

MAX_DEPTH = 50
MAX_OPERANDS = 200
_KEYS_OF_RULES = frozenset(RuleDoc.model_fields) - frozenset(fact_fields())
WORDS = ("any", "not", "all", "unless")


def guard(scope: Scope, raw: Any, here: Here) -> Expr:
    """A condition. What is wrong with it is noted in ``scope``, and the rest read on."""
    if scope.depth == MAX_DEPTH:
        scope.refuse(here, "too-deep", f"conditions inside each other, more than {MAX_DEPTH} deep", "split the rule")
        return TRUE
    scope.depth += 1
    made = _guard(scope, raw, here)
    scope.depth -= 1
    return made


def _guard(scope: Scope, raw: Any, here: Here) -> Expr:
    match raw:
        case None:
            scope.refuse(here, "empty-guard", "the condition is empty", "remove it, or say what must hold")
            return TRUE
        case dict() if raw:
            return all_of(*(_entry(scope, key, value, here / key) for key, value in raw.items()))
        case list() if raw:
            return all_of(*(guard(scope, part, here / i) for i, part in enumerate(raw)))
        case dict() | list():
            scope.refuse(here, "empty-guard", "the condition is empty", "remove it, or say what must hold")
            return TRUE
        case _:
            scope.refuse(here, "wrong-type", f"{quote(raw)} is not a condition", "write `fact: value`")
            return TRUE


def optional(scope: Scope, raw: Any, here: Here) -> Expr:
    """A condition that may be absent."""
    return TRUE if raw is None and here.keys not in scope.source.where else guard(scope, raw, here)


def _entry(scope: Scope, key: str, value: Any, here: Here) -> Expr:
    match key:
        case "all":
            return guard(scope, value, here)
        case "any":
            if not isinstance(value, list) or not value:
                scope.refuse(here, "wrong-type", "`any` takes a list of conditions", "one after each `- `")
                return TRUE
            return any_of(tuple(guard(scope, part, here / i) for i, part in enumerate(value)))
        case "not" | "unless":
            return Not(guard(scope, value, here))
    if key in _KEYS_OF_RULES:
        scope.refuse(here, "misplaced-key", f"{quote(key)} is a key of rules, not a fact", "check its indentation")
        return TRUE
    found = scope.resolve(key, here)
    if found is None:
        return TRUE
    if isinstance(value, dict):
        if not value:
            scope.refuse(here, "empty-guard", "the test is empty", "write `fact: value`")
            return TRUE
        return all_of(*(_test(scope, found, op, operand, here / op) for op, operand in value.items()))
    return _test(scope, found, "is", value, here)


def _test(scope: Scope, fact: Resolved, name: str, raw: Any, here: Here) -> Expr:
    row = OPERATORS.get(name)
    if row is None:
        scope.refuse(here, "unknown-operator", f"there is no test {quote(name)}", did_you_mean(name, OPERATORS))
        return TRUE
    if name == "is" and fact.type == "some_of":
        scope.refuse(here, "wrong-test", f"{quote(fact.path)} is a list, and not equal to one value",
                     f"write {{includes: {visible(raw)[:60]}}}" if isinstance(raw, str) else "use `includes_any` or `includes_all`")  # fmt: skip
        return TRUE
    if fact.type not in row.types:
        fits = ", ".join(f"`{row.name}`" for row in OPERATORS.values() if fact.type in row.types)
        scope.refuse(
            here, "wrong-test", f"{quote(fact.path)} cannot be tested with {quote(name)}", f"use one of {fits}"
        )
        return TRUE
    raws = raw if isinstance(raw, list) else [raw]
    if row.operands == "one" and isinstance(raw, list):
        scope.refuse(here, "wrong-value", f"{quote(name)} takes one value", "use `in` or `includes_any` for several")
        return TRUE
    if (row.operands == "two" and len(raws) != 2) or (
        row.operands == "many" and (not raws or not isinstance(raw, list))
    ):
        wants = "two values" if row.operands == "two" else "a list of values"
        scope.refuse(here, "wrong-value", f"{quote(name)} takes {wants}", "write […]")
        return TRUE
    if not scope.short(raws, MAX_OPERANDS, here, "the list of a test", "write several tests under `any` or `all`"):
        return TRUE
    spots = [here / i for i in range(len(raws))] if isinstance(raw, list) else [here]
    operands = [_operand(scope, fact, one, spot) for one, spot in zip(raws, spots, strict=True)]
    if any(operand is None for operand in operands):
        return TRUE
    right = tuple(operand for operand in operands if operand is not None)
    if row.operands == "two" and all(isinstance(one, Literal) for one in right):
        low, high = (getattr(one, "value", None) for one in right)
        if compare(low, high) != -1:
            scope.refuse(here, "wrong-value", "the first value must be below the second", "write [from, to]")
    if fact.expr is not None:  # a computed yes/no: the test is the fact itself, or its opposite
        name_condition(scope, fact.expr, fact.path, "is", True)
        return fact.expr if getattr(right[0], "value", True) is True else Not(fact.expr)
    assert fact.term is not None
    if fact.cases is not None:
        made = _by_cases(fact, row.build, right)
        told = [format_value(one.type, one.value) for one in right if isinstance(one, Literal)]
        if len(told) == len(right):
            name_condition(scope, made, fact.path, name, told if row.operands != "one" else told[0])
        return made
    return row.build(fact.term, right)


def name_condition(scope: Scope, expr: Expr, path: str, test: str, bound: object) -> None:
    """Keep by which fact a condition is known."""
    scope.named[path, test, str(bound)] = Named(expr, path, (test, bound))


def _operand(scope: Scope, fact: Resolved, raw: Any, here: Here) -> Term | None:
    element = "one_of" if fact.type == "some_of" else fact.type  # a list is tested for one word
    if isinstance(raw, dict) and set(raw) == {"fact"} and isinstance(raw["fact"], str):
        other = scope.resolve(raw["fact"], here / "fact")
        if other is None:
            return None
        if other.type != element or other.term is None or other.cases is not None or fact.expr is not None:
            wants = "compare stated facts of one type"
            if fact.type == "some_of":
                wants = "a list includes a word: name a fact that is one"
            scope.refuse(here, "wrong-type", f"{quote(raw['fact'])} does not compare with {quote(fact.path)}", wants)
            return None
        return other.term
    return scope.literal(element, raw, fact.options, here)


def _by_cases(fact: Resolved, build: Any, right: tuple[Term, ...]) -> Expr:
    """The first true case decides; where none is true, the fact itself is asked for."""
    ways: list[Expr] = []
    earlier: tuple[Expr, ...] = ()
    assert fact.cases is not None
    assert fact.term is not None
    for when, term in fact.cases:
        ways.append(all_of(*earlier, when, build(term, right)))
        earlier = (*earlier, Not(when))
    ways.append(all_of(*earlier, build(fact.term, right)))
    return any_of(tuple(ways))


def says_yes(fact: Term) -> Expr:
    """The test that a yes/no fact is true."""
    return Test(fact, "is", Literal("yes_no", True))
