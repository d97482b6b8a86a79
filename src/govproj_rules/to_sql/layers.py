"""Named columns, each worked out once: a query is a chain of named tables, each of which adds what the next one reads.

An engine that is given one large expression works parts of it out again wherever they are used. Here every part that is
used twice has a name, and stands in a table of the chain before those that use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Final

from sqlglot import exp

from govproj_rules.light import dataclass
from govproj_rules.to_sql.syntax import Sql, aliased, column, compared, every, number, of, own, quoted

CALENDAR: Final = "working_days"


@dataclass(frozen=True, slots=True)
class Looked:
    """The day so many working days after the day in a column, as the calendar has it."""

    start: str
    count: int


@dataclass(slots=True)
class Named:
    """A column: how it is made, and how many columns have to be there before it, one on the other."""

    made: Sql | Looked
    depth: int

    def reads(self) -> set[str]:
        return {self.made.start} if isinstance(self.made, Looked) else columns_of(self.made)


@dataclass(slots=True)
class Level:
    """Columns of projects, of changes, of the years of a yearly duty; ``base`` is what a level begins with.

    ``base`` is given the query, and the columns that are needed of it.
    """

    name: str
    prefix: str
    base: Callable[[Query, set[str]], exp.Select]
    named: dict[str, Named] = field(default_factory=dict)
    _same: dict[Sql | Looked, str] = field(default_factory=dict)

    def add(self, made: Sql | Looked, name: str | None = None) -> Sql:
        """A column that holds ``made``; what is a column already stays what it is, unless it is to have a ``name``."""
        if name is None and isinstance(made, exp.Column):
            return made
        if name is None and made in self._same:
            return column(self._same[made])
        entry = Named(made, 0)
        entry.depth = 1 + max((self.named[one].depth for one in entry.reads() if one in self.named), default=0)
        name = name or f"{self.prefix}{len(self.named) + 1}"
        self.named[name] = entry
        self._same.setdefault(made, name)
        return column(name)


class Query:
    """A query that is being written: which columns it needs of which level."""

    def __init__(self, levels: Sequence[Level], calendar: str, fenced: bool, materialised: bool) -> None:
        """``levels`` in the order in which they build on each other. ``calendar`` is the table of working days.

        ``fenced``: the engine must be kept from merging the tables of the chain. ``materialised``: it can be told to
        keep a table that is read more than once.
        """
        self._levels = levels
        self._calendar = calendar
        self._fenced = fenced
        self._materialised = materialised
        self._needed: dict[str, set[str]] = {}
        self._uses: Counter[str] = Counter()

    def table(self, level: Level, needed: Iterable[str], alias: str | None = None) -> exp.Table:
        """The table of a level, with these columns among others."""
        self._needed.setdefault(level.name, set()).update(needed)
        self._uses[level.name] += 1
        return exp.Table(this=quoted(level.name), alias=exp.TableAlias(this=quoted(alias)) if alias else None)

    def select(self, level: Level, shown: Mapping[str, Sql], where: Sql | None = None) -> exp.Select:
        """Expressions over the columns of a level, under names of their own."""
        needed = set().union(*map(columns_of, shown.values()), columns_of(where) if where is not None else ())
        made = exp.Select(expressions=[aliased(one, name) for name, one in shown.items()])
        made = made.from_(self.table(level, needed), copy=False)
        return made if where is None else made.where(own(where), copy=False)

    def written(self, last: exp.Query) -> exp.Query:
        """The whole query, with the tables before it that it needs."""
        chain: list[exp.CTE] = []
        for level in reversed(self._levels):
            if level.name in self._needed:
                chain[:0] = self._chain(level, self._needed[level.name], self._uses[level.name] > 1)
        last.set("with_", exp.With(expressions=chain))
        return last

    # --- the tables of one level --------------------------------------------------------------------

    def _chain(self, level: Level, wanted: set[str], kept: bool) -> list[exp.CTE]:
        layers = _layers(level, wanted)
        depths = sorted(layers)
        needs = [wanted]  # what each table must hand on
        for depth in reversed(depths):
            added = layers[depth]
            needs.append((needs[-1] - added) | set().union(*(level.named[name].reads() for name in added)))
        needs.reverse()
        last = len(depths)
        made: list[exp.CTE] = []
        base = self._named(level, 0, last)
        made.append(self._table(base, level.base(self, needs[0]), kept and last == 0))
        for place, depth in enumerate(depths, 1):
            added = layers[depth]
            query = self._layer(level, base, sorted(needs[place] - added), sorted(added, key=_order))
            base = self._named(level, place, last)
            made.append(self._table(base, query, kept and place == last))
        return made

    @staticmethod
    def _named(level: Level, place: int, last: int) -> str:
        return level.name if place == last else f"{level.name}_{place}"

    def _table(self, name: str, query: exp.Select, kept: bool) -> exp.CTE:
        if self._fenced:
            query.set("offset", exp.Offset(expression=number(0)))
        keep = kept if self._materialised else None
        return exp.CTE(this=query, alias=exp.TableAlias(this=quoted(name)), materialized=keep)

    def _layer(self, level: Level, before: str, kept: list[str], added: list[str]) -> exp.Select:
        shown = [column(name) for name in kept]
        joins: list[tuple[str, Looked]] = []
        for name in added:
            made = level.named[name].made
            if isinstance(made, Looked):
                joins.append((name, made))
                shown.append(aliased(of(name, "due"), name))
            else:
                shown.append(aliased(own(made), name))
        query = exp.Select(expressions=shown).from_(exp.Table(this=quoted(before)), copy=False)
        for name, looked in joins:
            same = every([compared(of(name, "start"), "=", column(looked.start)),
                          compared(of(name, "count"), "=", number(looked.count))])  # fmt: skip
            calendar = exp.Table(this=quoted(self._calendar), alias=exp.TableAlias(this=quoted(name)))
            query = query.join(calendar, on=same, join_type="left", copy=False)
        return query


def _layers(level: Level, wanted: set[str]) -> dict[int, set[str]]:
    """The columns of a level that are needed for some of them, by their depth."""
    layers: dict[int, set[str]] = {}
    open_ = [name for name in wanted if name in level.named]
    seen = set(open_)
    while open_:
        entry = level.named[name := open_.pop()]
        layers.setdefault(entry.depth, set()).add(name)
        further = {one for one in entry.reads() if one in level.named} - seen
        seen |= further
        open_ += further
    return layers


def columns_of(node: Sql) -> set[str]:
    """The columns an expression reads; names of its own (the days of a list) are not quoted."""
    return {one.name for one in node.find_all(exp.Column) if one.this.args.get("quoted")}


def _order(name: str) -> tuple[int, str]:
    return len(name), name
