"""Computed facts: inlined where they are read."""

from __future__ import annotations

from typing import Literal as OneOf

from govproj_rules.errors import quote
from govproj_rules.ir import Expr, Fact, FactInfo, Fold, Term
from govproj_rules.lower.guards import guard
from govproj_rules.lower.scope import Here, Resolved, Scope

MAX_CASES = 100
"""Each stands for one test more of the negations of all before it."""
_FOLDS: dict[str, tuple[OneOf["sum", "latest", "earliest"], str]] = {
    "sum_of": ("sum", "money"),
    "latest_of": ("latest", "date"),
    "earliest_of": ("earliest", "date"),
}


def compute(scope: Scope, path: str, info: FactInfo, each: bool) -> Resolved | None:
    """What a computed fact stands for; None after noting a problem."""
    name = path.removeprefix("facts.")
    written = scope.doc.facts[name].is_
    here = Here(("facts", name, "is"), each)
    assert written is not None
    ways = [way for way in ("when", "cases", *_FOLDS) if getattr(written, way) is not None]
    if len(ways) != 1:
        scope.refuse(here, "computed-fact", f"a computed fact has exactly one way, not {len(ways)}",
                     "one of `when`, `cases`, `latest_of`, `earliest_of`, `sum_of`")  # fmt: skip
        return None
    if written.when is not None:
        if info.type != "yes_no":
            scope.refuse(
                here / "when", "computed-fact", f"a guard gives yes or no, not {quote(info.type)}", "use type yes_no"
            )
        return Resolved(path, "yes_no", {}, expr=guard(scope, written.when, here / "when"))
    if written.cases is not None:
        return _cases(scope, path, info, here / "cases")
    how, type_ = _FOLDS[ways[0]]
    if info.type != type_:
        scope.refuse(here, "computed-fact", f"{quote(ways[0])} gives {quote(type_)}, not {quote(info.type)}")
        return None
    terms: list[Term] = []
    for place, part in enumerate(getattr(written, ways[0])):
        spot = here / ways[0] / place
        if type_ == "date":
            term = scope.date_term(part, spot)
        else:
            found = scope.resolve(part, spot)
            term = found.term if found and found.type == type_ and found.cases is None else None
            if found and term is None:
                scope.refuse(spot, "wrong-type", f"{quote(part)} is not an amount of money")
        if term is not None:
            terms.append(term)
    return Resolved(path, type_, {}, term=Fold(how, tuple(terms), type_, path)) if terms else None


def _cases(scope: Scope, path: str, info: FactInfo, here: Here) -> Resolved | None:
    cases: list[tuple[Expr, Term]] = []
    written = scope.doc.facts[path.removeprefix("facts.")].is_
    assert written is not None
    assert written.cases is not None
    if not scope.short(written.cases, MAX_CASES, here, "a list of cases", "tell some of them by facts of their own"):
        return None
    for place, case in enumerate(written.cases):
        spot = here / place
        when = guard(scope, case.when, spot / "when")
        raw = case.is_
        term: Term | None
        if isinstance(raw, dict) and set(raw) == {"fact"} and isinstance(raw["fact"], str):
            found = scope.resolve(raw["fact"], spot / "is" / "fact")
            term = found.term if found and found.type == info.type and found.cases is None else None
            if found and term is None:
                scope.refuse(spot / "is", "wrong-type", f"{quote(raw['fact'])} is not of type {quote(info.type)}")
        else:
            term = scope.literal(info.type, raw, info.options, spot / "is")
        if term is not None:
            cases.append((when, term))
    return Resolved(path, info.type, info.options, term=Fact(path, info.type), cases=tuple(cases))
