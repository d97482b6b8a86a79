"""A query over lines of JSON while it is being built: what is read, and in layers what is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final

from govproj_rules.intake.duck import list_of, name_of, text_of
from govproj_rules.intake.quick import leaves
from govproj_rules.intake.quick.leaves import AS_READ, total
from govproj_rules.intake.quick.pieces import Shape, marks_of_object, structure

PIECES, AS_OBJECT, STRUCTS, LOW, VALUES, TOTALS, COUNTS, SUMS, RESULT = range(9)
"""The layers of the query, one above the other: each works with what those below it gave."""
_LONGEST: Final = 12_000
"""Bytes of a piece that surely holds fewer days than may stand at one place."""


class Building:
    """``before`` are the statements that the query needs; ``read`` is what is read of a line, ``layers`` what each layer makes.

    ``wanted`` are the columns that come out, ``stated`` the paths that are looked for.
    """

    def __init__(self, wanted: Set[str], stated: Set[str]) -> None:
        self.wanted, self.stated = wanted, stated
        self.before: list[str] = []
        self.read: Shape = {}
        self.layers: list[list[tuple[str, str]]] = [[] for _ in range(9)]
        self._enums: dict[tuple[str, ...], str] = {}

    def at(self, layer: int, name: str, sql: str) -> str:
        """A value of a layer; how those above it name it. Names of ours begin with a mark no key begins with."""
        self.layers[layer].append((f":{name}", sql))
        return name_of(f":{name}")

    def out(self, name: str, sql: str) -> None:
        if name in self.wanted:
            self.layers[RESULT].append((name, sql))

    def among(self, key: str, names: Iterable[str]) -> list[str]:
        """Which keys of an object are looked for: those that are stated, or any, since a struct has one at least."""
        known = list(names)
        return [name for name in known if f"{key}.{name}" in self.stated] or known[:1]

    def enum(self, words: Iterable[str]) -> str:
        key = tuple(words)
        if key not in self._enums:
            self._enums[key] = f"words_{len(self._enums)}"
            self.before.append(f"CREATE OR REPLACE TYPE {self._enums[key]} AS ENUM ({list_of(key)[1:-1]})")
        return self._enums[key]

    def reads(self, keys: Sequence[str], type_: str) -> str:
        """Read what stands at some keys; the SQL for it."""
        inside = self.read
        for key in keys[:-1]:
            inner = inside.setdefault(key, {})
            assert isinstance(inner, dict)
            inside = inner
        inside[keys[-1]] = type_
        return ".".join(map(name_of, keys))

    def object(self, path: str, marks: Iterable[str]) -> str:
        """The marks of an object with its key: it has one comma less than keys. One that says nothing counts for nothing."""
        return marks_of_object(self.at(SUMS, f"{path}+", total(marks)))

    def leaf(self, keys: Sequence[str], type_: str, options: Iterable[str]) -> str:
        """A plain value, where it is wanted; its marks."""
        path, enum = ".".join(keys), self.enum(options) if options else ""
        x = self.reads(keys, AS_READ.get(type_, "VARCHAR"))
        low = leaves.lowered(type_, x, enum)
        lower = x if low is None else self.at(LOW, f"{path}_", low)
        value = self.at(VALUES, path, leaves.value(type_, x, lower))
        self.out(path, value)
        return leaves.marks(type_, x, lower, value)

    def pieces(self, key: str, form: str) -> str:
        """An object or a list as JSON text, where it has the ``form`` (a regular expression) that is surely understood."""
        x = self.reads([key], "VARCHAR")
        sure = f"strlen({x}) <= {_LONGEST} AND regexp_full_match({x}, {text_of(form)})"
        return self.at(PIECES, f"{key} text", f"CASE WHEN {sure} THEN {x} END")

    def parsed(self, name: str, text: str, types: Mapping[str, str]) -> str:
        """A struct of the values of an object; what is of another type is NULL."""
        return self.at(STRUCTS, name, f"from_json({text}, {text_of(structure(types))})")
