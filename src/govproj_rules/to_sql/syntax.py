"""Short ways to write nodes of SQL's syntax tree. No text from a rule file ever becomes source text: it stays a literal.

SQL's own AND, OR and NOT are Kleene's, NULL being unknown. What constants decide is decided here, so that a rule without
deadlines, stages or exceptions costs what its guard costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from sqlglot import exp

Sql = exp.Expr

TRUE: Final[Sql] = exp.Boolean(this=True)
FALSE: Final[Sql] = exp.Boolean(this=False)
NULL: Final[Sql] = exp.Null()

_COMPARED: Final[dict[str, type[exp.Binary]]] = {
    "=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_OPPOSITE: Final = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_NAMES: Final = {made: op for op, made in _COMPARED.items()}


def own(node: Sql) -> Sql:
    """The node itself, or a copy where it already stands somewhere: a tree has one parent for each node."""
    return node if node.parent is None and node not in (TRUE, FALSE, NULL) else node.copy()


def column(name: str) -> Sql:
    return exp.Column(this=quoted(name))


def of(table: str, name: str) -> Sql:
    """A column of one of several tables."""
    return exp.Column(this=quoted(name), table=quoted(table))


def quoted(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


def aliased(node: Sql, name: str) -> Sql:
    return exp.Alias(this=own(node), alias=quoted(name))


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def number(value: int | Fraction) -> Sql:
    """An exact number; a fraction is one of a finite decimal."""
    made = str(int(value)) if isinstance(value, int) or value.denominator == 1 else decimal(value)
    return exp.Neg(this=exp.Literal.number(made[1:])) if made.startswith("-") else exp.Literal.number(made)


def decimal(value: Fraction) -> str:
    """The decimal text of a fraction; its denominator divides a power of ten."""
    places = next(places for places in range(40) if (value * 10**places).denominator == 1)
    digits = f"{abs(int(value * 10**places)):0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else sign + digits


def day(value: date) -> Sql:
    return exp.Cast(this=text(value.isoformat()), to=exp.DataType(this=exp.DataType.Type.DATE))


def literal(value: object) -> Sql:
    """A constant as the table holds it."""
    match value:
        case None:
            return NULL
        case bool():
            return TRUE if value else FALSE
        case int() | Fraction():
            return number(value)
        case date():
            return day(value)
        case str():
            return text(value)
        case _:
            raise TypeError(type(value).__name__)


def call(function: str, *arguments: Sql) -> Sql:
    """A function that all three engines know by one name."""
    return exp.Anonymous(this=function, expressions=[own(one) for one in arguments])


def is_constant(node: Sql) -> bool:
    return isinstance(node, (exp.Boolean, exp.Null, exp.Literal)) or (
        isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal)
    )


# --- conditions -------------------------------------------------------------------------------------


def compared(left: Sql, op: str, right: Sql) -> Sql:
    if NULL in (left, right):
        return NULL
    return _COMPARED[op](this=_operand(left), expression=_operand(right))


def opposite(node: Sql) -> Sql:
    """NOT, written where it can be without one."""
    if node in (TRUE, FALSE):
        return FALSE if node == TRUE else TRUE
    if node == NULL:
        return NULL
    if isinstance(node, exp.Not):
        return own(_bare(node.this))
    if type(node) in _NAMES:
        return compared(node.this, _OPPOSITE[_NAMES[type(node)]], node.expression)  # type: ignore[index]
    return exp.Not(this=_operand(node))


def every(parts: Iterable[Sql]) -> Sql:
    """The conjunction, in three values."""
    return _joined(exp.And, parts, TRUE, FALSE)


def some(parts: Iterable[Sql]) -> Sql:
    """The disjunction, likewise."""
    return _joined(exp.Or, parts, FALSE, TRUE)


def _joined(how: type[exp.Connector], parts: Iterable[Sql], neutral: Sql, deciding: Sql) -> Sql:
    kept: list[Sql] = []
    for part in parts:
        if part == deciding:
            return deciding
        if part != neutral and part not in kept:
            kept.append(part)
    if not kept:
        return neutral
    made = _clause(kept[0], how) if len(kept) > 1 else own(kept[0])
    for part in kept[1:]:
        made = how(this=made, expression=_clause(part, how))
    return made


def holds(node: Sql) -> Sql:
    """Whether a condition surely holds, in two values."""
    if is_constant(node):
        return TRUE if node == TRUE else FALSE
    return exp.Is(this=_operand(node), expression=exp.true())


def fails(node: Sql) -> Sql:
    """Whether a condition surely does not hold, in two values."""
    if is_constant(node):
        return TRUE if node == FALSE else FALSE
    return exp.Is(this=_operand(node), expression=exp.false())


def missing(node: Sql) -> Sql:
    """Whether a value is unknown, in two values."""
    if is_constant(node):
        return TRUE if node == NULL else FALSE
    return exp.Is(this=_operand(node), expression=exp.Null())


def known(node: Sql) -> Sql:
    return opposite(missing(node))


def one_of(node: Sql, values: Sequence[Sql]) -> Sql:
    if len(values) == 1:
        return compared(node, "=", values[0])
    return exp.In(this=_operand(node), expressions=[own(one) for one in values])


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql = NULL) -> Sql:
    """The value of the first branch whose condition holds."""
    kept: list[tuple[Sql, Sql]] = []
    for condition, value in branches:
        if condition in (FALSE, NULL):
            continue
        if condition == TRUE:
            otherwise = value
            break
        kept.append((condition, value))
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    if not kept:
        return own(otherwise)
    ifs = [exp.If(this=own(condition), true=own(value)) for condition, value in kept]
    return exp.Case(ifs=ifs, default=None if otherwise == NULL else own(otherwise))


# --- values -----------------------------------------------------------------------------------------


def first_known(*parts: Sql) -> Sql:
    """The first that is not NULL."""
    kept = [part for part in parts if part != NULL]
    return NULL if not kept else own(kept[0]) if len(kept) == 1 else exp.Coalesce(
        this=own(kept[0]), expressions=[own(one) for one in kept[1:]]
    )  # fmt: skip


def added(parts: Sequence[Sql]) -> Sql:
    made = _operand(parts[0])
    for part in parts[1:]:
        made = exp.Add(this=made, expression=_operand(part))
    return made


def subtracted(left: Sql, right: Sql) -> Sql:
    return exp.Sub(this=_operand(left), expression=_operand(right))


def multiplied(left: Sql, right: Sql) -> Sql:
    return exp.Mul(this=_operand(left), expression=_operand(right))


def largest(parts: Sequence[Sql]) -> Sql:
    """The largest of those that are not NULL; NULL where all are. So GREATEST is in each of the three engines."""
    kept = [part for part in parts if part != NULL]
    return NULL if not kept else own(kept[0]) if len(kept) == 1 else call("GREATEST", *kept)


def smallest(parts: Sequence[Sql]) -> Sql:
    """The smallest, likewise."""
    kept = [part for part in parts if part != NULL]
    return NULL if not kept else own(kept[0]) if len(kept) == 1 else call("LEAST", *kept)


def _clause(node: Sql, how: type[exp.Connector]) -> Sql:
    """A condition beside others: in parentheses where it is a connection of the other kind."""
    return exp.Paren(this=own(node)) if isinstance(node, exp.Connector) and not isinstance(node, how) else own(node)


def _operand(node: Sql) -> Sql:
    """A node as an operand: in parentheses where it is made of operands itself."""
    if isinstance(node, (exp.Binary, exp.Not, exp.Is, exp.In, exp.Neg)):
        return exp.Paren(this=own(node))
    return own(node)


def _bare(node: Sql) -> Sql:
    return node.this if isinstance(node, exp.Paren) else node
