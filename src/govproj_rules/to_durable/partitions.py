"""Gates shared out among engines, each well below the limits of durable-rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from govproj_rules.to_durable.columns import Feed, See
from govproj_rules.to_durable.network import Gate, Network, Told
from govproj_rules.to_durable.sessions import MOST_COLUMNS, MOST_RULES, Engine

Values = dict[int, int | str]
"""What is known of the columns, by number."""


class Partition:
    """Some gates of one level in one engine. Every one of them may be true at once."""

    def __init__(self, gates: Mapping[int, Gate]) -> None:
        read = {atom.column for gate in gates.values() for atom in gate.atoms}
        self._columns = tuple(sorted(read))
        self._gates = tuple(gates)
        places = {column: place for place, column in enumerate(self._columns)}
        self._engine = Engine([gate.atoms for gate in gates.values()], places)

    def decide(self, values: Values) -> None:
        """Add what the engine says of these gates to ``values``."""
        made = dict.fromkeys(self._gates, 0)

        def act(place: int) -> None:
            made[self._gates[place]] = 1

        self._engine.run([values[column] for column in self._columns], act)
        values.update(made)


class Program:
    """The columns of a ruleset to be told and the partitions to be run, of the project or of one change."""

    def __init__(self, network: Network, each: bool) -> None:
        mine = {number: one for number, one in enumerate(network.columns) if one.each is each}
        self._told: dict[Feed, list[tuple[int, str]]] = {}
        for number, one in mine.items():
            if isinstance(one, Told):
                self._told.setdefault(one.feed, []).append((number, one.end))
        gates = [(number, one) for number, one in mine.items() if isinstance(one, Gate)]
        gates.sort(key=lambda pair: pair[1].level)
        levels = groupby(gates, key=lambda pair: pair[1].level)
        self._partitions = [Partition(part) for _, level in levels for part in _shared_out(list(level))]

    def decide(self, values: Values, see: See) -> None:
        """Add the columns told of the project, and the gates, to ``values``."""
        for feed, ends in self._told.items():
            read = feed.read(see)
            for number, end in ends:
                values[number] = read if isinstance(read, str) else getattr(read, end)
        for partition in self._partitions:
            partition.decide(values)


def _shared_out(gates: Sequence[tuple[int, Gate]]) -> Iterator[dict[int, Gate]]:
    part: dict[int, Gate] = {}
    columns: set[int] = set()
    for number, gate in gates:
        read = {atom.column for atom in gate.atoms}
        if part and (len(part) == MOST_RULES or len(columns | read) > MOST_COLUMNS):
            yield part
            part, columns = {}, set()
        part[number] = gate
        columns |= read
    if part:
        yield part
