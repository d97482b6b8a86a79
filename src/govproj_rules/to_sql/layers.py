"""Named columns, each worked out once: what is written are nested queries, each of which names what it adds.

An engine that is given one large expression works parts of it out again wherever they are used. Here every part that is
used twice has a name, and stands in a query of its own depth: whoever uses it stands further out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Final

from sqlglot import exp

from govproj_rules.light import dataclass
from govproj_rules.to_sql.syntax import Sql, aliased, column, compared, every, known, of, own, quoted

Base = Callable[[set[str]], exp.Select]
"""Makes the query that a level begins with, for the columns of it that are needed."""
CALENDAR: Final = "working_days"


@dataclass(frozen=True, slots=True)
class Looked:
    """The day so many working days after the day in a column, as the calendar has it."""

    start: str
    count: int


@dataclass(slots=True)
class Named:
    made: Sql | Looked
    depth: int


@dataclass(slots=True)
class Level:
    """Queries with a row for each project, for each change, or for each year; ``parent`` is the level it begins with.

    ``fenced``: the engine would else merge the queries again, and work out each part wherever it is used.
    """

    prefix: str
    base: Base
    calendar: str
    parent: Level | None = None
    fenced: bool = False
    named: dict[str, Named] = field(default_factory=dict)

    def name(self, made: Sql | Looked, name: str | None = None) -> Sql:
        """A column that holds ``made``; without a ``name``, one that is."""
        if name is None and isinstance(made, exp.Column):
            return made
        needs = {made.start} if isinstance(made, Looked) else _columns(made)
        name = name or f"{self.prefix}{len(self.named) + 1}"
        self.named[name] = Named(made, 1 + max((self.named[one].depth for one in needs if one in self.named), default=0))
        return column(name)

    def select(self, wanted: Mapping[str, Sql] | Iterable[str], where: Sql | None = None) -> exp.Select:
        """A query for columns, or (a mapping) for expressions over columns under names of their own."""
        last = dict(wanted) if isinstance(wanted, Mapping) else {name: column(name) for name in wanted}
        used = set().union(*map(_columns, last.values()), _columns(where) if where else ())
        layers: dict[int, set[str]] = {}
        open_ = [name for name in used if name in self.named]
        seen = set(open_)
        while open_:
            name = open_.pop()
            entry = self.named[name]
            layers.setdefault(entry.depth, set()).add(name)
            for one in _needs(entry):
                if one in self.named and one not in seen:
                    seen.add(one)
                    open_.append(one)
        query = self._written(used, layers)
        made = self._around(query, [aliased(made, name) for name, made in last.items()])
        return made.where(own(where), copy=False) if where else made

    def _written(self, used: set[str], layers: Mapping[int, set[str]]) -> exp.Select:
        depths = sorted(layers)
        later = [used]
        for depth in reversed(depths):  # what each query must hand on
            added = layers[depth]
            later.append((later[-1] - added) | set().union(*(_needs(self.named[name]) for name in added)))
        later.reverse()
        query = self.base(later[0])
        for place, depth in enumerate(depths):
            query = self._layer(query, sorted(later[place + 1] - layers[depth]), sorted(layers[depth], key=_order), depth)
        return query

    def _around(self, query: exp.Select, shown: list[Sql]) -> exp.Select:
        if self.fenced:
            query.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        inner = exp.Subquery(this=query, alias=exp.TableAlias(this=quoted("t")))
        return exp.Select(expressions=shown).from_(inner, copy=False)

    def _layer(self, query: exp.Select, kept: list[str], added: list[str], depth: int) -> exp.Select:
        looked = {name: self.named[name].made for name in added if isinstance(self.named[name].made, Looked)}
        shown = [of("t", name) if looked else column(name) for name in kept]
        for name in added:
            made = self.named[name].made
            shown.append(aliased(of(name, "due"), name) if isinstance(made, Looked) else aliased(own(made), name))
        layer = self._around(query, shown)
        for name, one in looked.items():
            assert isinstance(one, Looked)
            same = every([compared(of(name, "start"), "=", of("t", one.start)),
                          compared(of(name, "count"), "=", exp.Literal.number(one.count))])  # fmt: skip
            calendar = exp.Table(this=quoted(self.calendar), alias=exp.TableAlias(this=quoted(name)))
            layer = layer.join(calendar, on=same, join_type="left", copy=False)
        return layer


def _needs(entry: Named) -> set[str]:
    return {entry.made.start} if isinstance(entry.made, Looked) else _columns(entry.made)


def _columns(node: Sql) -> set[str]:
    """The columns an expression reads; names of its own (the days of a list) are not quoted."""
    return {one.name for one in node.find_all(exp.Column) if one.this.args.get("quoted")}


def _order(name: str) -> tuple[int, str]:
    return len(name), name


__all__ = ["CALENDAR", "Level", "Looked", "known"]
