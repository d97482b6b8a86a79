"""What is known of the terms of the core, as Python expressions: each fact is read once, into a variable.

What is known of a measured term are the ends of its range: unknown is from minus to plus infinity. What has no range is
None where it is unknown. Amounts are integers (分), days are ordinals, and shares stay a part over a whole.
"""

from __future__ import annotations

import ast
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from govproj_rules.ir import All, Expr, Fact, Fold, Literal, Not, Term, Test
from govproj_rules.light import dataclass
from govproj_rules.to_python.syntax import NONE, assign, call, constant, name, tuple_of

_RATIOS: Final = ("change.ratio", "change.total_after_ratio", "change.cumulative_ratio")
_HAPPENING: Final = ("events.", "documents.")


def is_ranged(path: str, type_: str) -> bool:
    """Whether a fact may be known to lie in a range: a day of something that happened, a sum, a share of a sum."""
    if type_ == "date":
        return path.startswith(_HAPPENING) or path in ("change.filed.date", "change.reapproved.date")
    return path == "investment.total" or path in _RATIOS


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a term: both ends (over ``by``, for a share), and which variables may be None.

    What is ``plain`` has one end: it is known, or None.
    """

    low: ast.expr
    high: ast.expr
    by: ast.expr | None = None
    may_be_none: tuple[str, ...] = ()
    plain: bool = True


@dataclass(slots=True)
class Level:
    """The statements of the whole project, or of one change; what they have read and found so far."""

    prefix: str
    body: list[ast.stmt] = field(default_factory=list)
    read: dict[Term, Known] = field(default_factory=dict)
    found: dict[Expr, str] = field(default_factory=dict)


class Terms:
    """Writes terms. ``constants`` are the objects the code names.

    ``as_stated`` reads every fact by ``get`` alone: what is not stated is unknown, and nothing is inferred.
    """

    def __init__(self, as_stated: bool = False) -> None:
        self.as_stated = as_stated
        self.project, self.change = Level("p"), Level("c")
        self.constants: dict[str, Any] = {}
        self._of_change: dict[Expr | Term, bool] = {}
        self._names = 0

    def level(self, node: Expr | Term) -> Level:
        """Where the statements of a condition or term belong."""
        return self.change if self._reads_change(node) else self.project

    def _reads_change(self, node: Expr | Term) -> bool:
        if self.as_stated:
            return False
        if node not in self._of_change:
            match node:
                case Test(left, _, right):
                    made = self._reads_change(left) or self._reads_change(right)
                case Not(part):
                    made = self._reads_change(part)
                case All(parts) | Fold(terms=parts):
                    made = any(map(self._reads_change, parts))
                case Fact(path):
                    made = path.startswith("change.")
                case _:
                    made = False
            self._of_change[node] = made
        return self._of_change[node]

    def new_name(self, level: Level) -> str:
        self._names += 1
        return f"{level.prefix}{self._names}"

    def constant(self, value: Any) -> ast.expr:
        """A name for an object that no literal can write."""
        made = f"k{len(self.constants)}"
        self.constants[made] = value
        return name(made)

    def seen(self, term: Term) -> Known:
        """What is known of a term; facts are read once."""
        if isinstance(term, Literal):
            return self._literal(term)
        level = self.level(term)
        if term not in level.read:
            level.read[term] = self._fold(term, level) if isinstance(term, Fold) else self._fact(term, level)
        return level.read[term]

    def ends(self, term: Term) -> list[ast.expr]:
        """Both ends of what is known of a day or a year, for a function to work with: None where a fact is unknown."""
        seen = self.seen(term)
        return [seen.low, seen.high]

    def _literal(self, term: Literal) -> Known:
        value = term.value
        if isinstance(value, date):
            value = value.toordinal()
        if term.type in ("percent", "number"):
            over = Fraction(value)
            if over.denominator == 1:
                return Known(made := constant(over.numerator), made)
            return Known(made := constant(over.numerator), made, constant(over.denominator))
        if isinstance(value, (bool, int, str)):
            return Known(made := constant(value), made)
        return Known(made := self.constant(value), made)

    def _fact(self, term: Fact, level: Level) -> Known:
        made = self.new_name(level)
        path, seen = term.path, name(made)
        in_change = level is self.change
        key = (
            ast.BinOp(name("prefix"), ast.Add(), constant(path.removeprefix("change.")))
            if in_change
            else constant(path)
        )
        place = name("place") if in_change else NONE
        if not self.as_stated and path in _RATIOS:
            high, by = f"{made}h", f"{made}b"
            level.body.append(assign((made, high, by), call("share", constant(path), place)))
            return Known(seen, name(high), name(by), plain=False)
        if not self.as_stated and is_ranged(path, term.type):
            function = "span" if term.type == "date" else "amounts"
            level.body.append(assign((made, f"{made}h"), call(function, key, constant(path), place)))
            return Known(seen, name(f"{made}h"), plain=False)
        read = call("get", key)
        if not self.as_stated and path.startswith(_HAPPENING):
            read = call("happened", constant(path))
        elif term.type == "date":
            read = call("ordinal", read)
        level.body.append(assign(made, read))
        return Known(seen, seen, None, (made,))

    def _fold(self, term: Fold, level: Level) -> Known:
        made = self.new_name(level)
        parts = [tuple_of(self.ends(part)) for part in term.terms]
        level.body.append(assign((made, f"{made}h"), call(term.how, tuple_of(parts))))
        return Known(name(made), name(f"{made}h"), plain=False)
