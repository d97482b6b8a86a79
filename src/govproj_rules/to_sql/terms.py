"""What is known of a fact, as columns: a value, or both ends of the range it lies in. NULL is an end that is not known.

Everything that :mod:`govproj_rules.facts` infers is inferred here likewise: what happened by the day asked about, what a
project has come to, what is not there, what a sum is at least.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final, assert_never

from govproj_rules.flat.columns import APPROVED, FEES, RATIOS
from govproj_rules.ir import Fact, Fold, Literal, RuleSet, Term
from govproj_rules.light import dataclass
from govproj_rules.to_sql.dialects import Dialect
from govproj_rules.to_sql.layers import Level
from govproj_rules.to_sql.syntax import (
    FALSE,
    NULL,
    Sql,
    added,
    case,
    column,
    compared,
    day,
    every,
    first_known,
    is_constant,
    known,
    largest,
    literal,
    missing,
    multiplied,
    number,
    opposite,
    smallest,
    some,
    text,
)
from govproj_rules.values import NEVER
from govproj_rules.vocabulary import vocabulary

ENDLESS: Final = day(NEVER)
"""The day of what has not happened."""
_HUNDRED: Final = 100
_LEAST_PERCENT: Final = 10**12


@dataclass(frozen=True, slots=True)
class Known:
    """Both ends of what is known of a term; of a share, over ``by``; of a period, in a ``unit``."""

    low: Sql
    high: Sql
    by: Sql | None = None
    unit: Sql | None = None
    value: object = None
    type: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is a value, known or not: its ends are one."""
        return self.low is self.high


def plain(made: Sql, type_: str) -> Known:
    return Known(made, made, type=type_)


class Terms:
    """Names what is known of terms: once a term, at the level where it belongs."""

    def __init__(self, ruleset: RuleSet, dialect: Dialect, as_of: date, project: Level, change: Level) -> None:
        self.dialect = dialect
        self.as_of = day(as_of)
        self.project, self.change = project, change
        self.rank = {stage: place for place, stage in enumerate(ruleset.stages)}
        self.rank["change"] = self.rank.get("construction", 0)
        self._seen: dict[Term, Known] = {}
        self._happened: dict[str, Sql] = {}
        self._occurred: dict[str, Sql] = {}
        self._made: dict[object, Sql] = {}

    # --- levels -------------------------------------------------------------------------------------

    def of_change(self, term: Term) -> bool:
        """Whether a term is read from the change that is looked at."""
        match term:
            case Fact(path):
                return path.startswith("change.")
            case Fold(terms=parts):
                return any(map(self.of_change, parts))
            case Literal():
                return False
            case _:
                assert_never(term)

    def level(self, path: str) -> Level:
        return self.change if path.startswith("change.") else self.project

    def once(self, key: object, level: Level, make: Callable[[], Sql]) -> Sql:
        """A column made at the first time it is asked for."""
        if key not in self._made:
            made = make()
            simple = is_constant(made) or (made.key == "column")
            self._made[key] = made if simple else level.add(made)
        return self._made[key]

    # --- terms --------------------------------------------------------------------------------------

    def see(self, term: Term) -> Known:
        """What is known of a term."""
        if isinstance(term, Literal):
            return self._literal(term)
        if term not in self._seen:
            self._seen[term] = self._fold(term) if isinstance(term, Fold) else self._fact(term)
        return self._seen[term]

    def _literal(self, term: Literal) -> Known:
        value = term.value
        if term.type == "duration":
            unit, count = value.scale
            return Known(made := number(count), made, unit=text(unit), value=value, type=term.type)
        if term.type == "percent":
            return Known(made := number(Fraction(value) * _HUNDRED), made, value=value, type=term.type)
        return Known(made := literal(value), made, value=value, type=term.type)

    def _fact(self, term: Fact) -> Known:
        path, type_ = term.path, term.type
        base = path.removesuffix(".date")
        if path in RATIOS:
            return self._share(path)
        if path == "investment.total":
            return self._total()
        if type_ == "duration":
            return Known(made := column(path), made, unit=column(f"{path}.unit"), type=type_)
        if path.startswith(("events.", "documents.")) or base in ("change.filed", "change.reapproved"):
            if type_ == "date":
                return self._day(base)
            return plain(self.happened(path) if type_ == "yes_no" else column(path), type_)
        return plain(column(path), type_)

    # --- what happened ------------------------------------------------------------------------------

    def _stated(self, path: str) -> Sql:
        """Whether something happened by the day asked about, as far as that is stated."""
        when = column(f"{path}.date")
        return case([(missing(when), column(path))], compared(when, "<=", self.as_of))

    def _surely(self, path: str) -> tuple[Sql, ...]:
        """Alternatives of which one holds where something is stated to have happened by that day."""
        if path in self._occurred:
            return (self._occurred[path],)
        when = column(f"{path}.date")
        return compared(when, "<=", self.as_of), every([column(path), missing(when)])

    def happened(self, path: str) -> Sql:
        """Whether an event happened, a document is there or was approved."""
        if path not in self._happened:
            self._happened[path] = self.level(path).add(self._whether(path))
        return self._happened[path]

    def _whether(self, path: str) -> Sql:
        if path.startswith("events."):
            rank = self.rank.get(vocabulary().events[path.split(".")[1]].stage, -1)
            occurred, ahead = self.occurred(path), self._not_before(rank)
            return case([(missing(occurred), ahead)], occurred)
        if path.startswith("documents."):
            document = ".".join(path.split(".")[:2])
            flag, when = column(document), column(f"{document}.date")
            if path == document:
                return case([(opposite(flag), FALSE), (known(when), compared(when, "<=", self.as_of))], flag)
            there = self.happened(document)
            return case([(there, self._stated(path)), (opposite(there), FALSE)])
        return self._stated(path)

    def occurred(self, path: str) -> Sql:
        """Whether an event happened, its stage left aside."""
        if path not in self._occurred:
            self._occurred[path] = self.project.add(self._stated(path))
        return self._occurred[path]

    def _day(self, path: str) -> Known:
        """Between which days something happened: what happened on a day nobody stated, by today."""
        happened, level = self.happened(path), self.level(path)
        when = column(f"{path}.date")
        low = level.add(case([(opposite(happened), ENDLESS), (compared(when, "<=", self.as_of), when)]))
        high = level.add(case([(known(low), low), (happened, self.as_of)]))
        return Known(low, high, type="date")

    def has(self, term: Fact, made: Sql) -> Sql:
        """A test of the words of a list; of a document that is not there, none is."""
        if not term.path.startswith("documents."):
            return made
        there = self.happened(".".join(term.path.split(".")[:2]))
        return case([(there, made), (opposite(there), FALSE)])

    # --- stages -------------------------------------------------------------------------------------

    def _stage(self) -> Sql:
        """The rank of the stage stated, NULL where none is."""
        ranks = [(compared(column("stage"), "=", text(stage)), number(rank)) for stage, rank in self.rank.items()]
        return self.once("stage", self.project, lambda: case(ranks))

    def _rank(self) -> Sql:
        """The rank a project has come to: that of the stage stated, or of what has happened; -1 where nothing has."""

        def made() -> Sql:
            by_rank: dict[int, list[str]] = {}
            for name, event in vocabulary().events.items():
                if (rank := self.rank.get(event.stage, -1)) >= 0:
                    by_rank.setdefault(rank, []).append(f"events.{name}")
            floor = [
                (some([one for path in paths for one in self._surely(path)]), number(rank))
                for rank, paths in sorted(by_rank.items(), reverse=True)
            ]
            return largest([self.project.add(case(floor, number(-1))), self._stage()])

        return self.once("rank", self.project, made)

    def reached(self, stage: str) -> Sql:
        """Whether a project stands at a stage or after it; NULL where its stage is not stated."""
        rank = self.rank[stage]
        return self.once(("reached", rank), self.project, lambda: case(
            [(compared(self._rank(), ">=", number(rank)), literal(True)), (known(self._stage()), FALSE)]
        ))  # fmt: skip

    def _not_before(self, rank: int) -> Sql:
        """FALSE where a project has not come to the stage of this rank, NULL else."""
        if rank < 0:
            return NULL
        ahead = lambda: case([(every([known(self._stage()), compared(self._rank(), "<", number(rank))]), FALSE)])  # noqa: E731
        return self.once(("ahead", rank), self.project, ahead)

    # --- amounts ------------------------------------------------------------------------------------

    def _total(self) -> Known:
        """The all-in total, or what is known of what it is made of."""
        total, base = column("investment.total"), column("investment.without_fees")
        fees = [column(f"investment.fees.{fee}") for fee in FEES]
        least = added([base, *(first_known(fee, number(0)) for fee in fees)])
        low = self.project.add(first_known(total, least))
        high = self.project.add(first_known(total, added([base, *fees])))
        return Known(low, high, type="money")

    def _share(self, path: str) -> Known:
        """A share of a change: both ends of the part, over the whole; nothing is known over nought."""
        whole = self.once(
            "whole", self.project, lambda: case([(compared(column(APPROVED), "<>", number(0)), column(APPROVED))])
        )
        if path == "change.cumulative_ratio":
            return Known(column("so far"), column("so far at most"), by=whole, type="percent")
        part = column(RATIOS[path])
        return Known(part, part, by=whole, type="percent")

    def _fold(self, term: Fold) -> Known:
        parts = [self.see(part) for part in term.terms]
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        level = self.change if self.of_change(term) else self.project
        some_high = some([missing(high) for high in highs])
        match term.how:
            case "sum":
                nothing = every([missing(low) for low in lows])
                low = level.add(case([(nothing, NULL)], added([first_known(low, number(0)) for low in lows])))
                high = level.add(added(highs))
            case "latest":
                low = level.add(largest(lows))
                high = level.add(case([(compared(low, "=", ENDLESS), low), (some_high, NULL)], largest(highs)))
            case "earliest":
                some_low = some([missing(low) for low in lows])
                low = level.add(case([(some_low, NULL)], smallest(lows)))
                high = level.add(smallest(highs))
            case _:
                assert_never(term.how)
        return Known(low, high, type=term.type)

    def ratio_parts(self, seen: Known) -> tuple[Sql, Sql, Sql]:
        """Both ends of a share over its whole, as whole numbers wide enough to multiply."""
        wide = self.dialect.widened
        if seen.by is not None:
            return wide(seen.low), wide(seen.high), wide(seen.by)
        if isinstance(seen.value, Fraction):
            made = number(seen.value.numerator)
            return made, made, number(seen.value.denominator)
        scaled = self.dialect.cast(multiplied(seen.low, number(_LEAST_PERCENT)), self.dialect.wide)
        return scaled, scaled, number(_HUNDRED * _LEAST_PERCENT)
