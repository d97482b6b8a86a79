"""One query that reads lines of JSON into the columns of the flat table, and counts what it understood.

A struct of DuckDB's takes from an object the keys it knows, and says nothing of the others, of keys that stand twice, or of
a comma too many. So the query counts: each value that is surely understood stands for certain *marks* (colons, commas,
quotes) of its line, and none for more than are there. Where the marks of all the values add up to those of the line, there
is nothing else in it: no unknown key, no second one, no ``null``, no value of another type. A line that holds more is read
by the library. Values that could be other than they look (a number where a text belongs) are read as JSON, with quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final

from govproj_rules.flat import CHANGES, KEY, NUMBER, STATED, Column
from govproj_rules.intake.duck import list_of, name_of, paths_of, struct_of, text_of
from govproj_rules.intake.quick import leaves
from govproj_rules.intake.quick.leaves import AS_READ, TEXT, present, total
from govproj_rules.intake.quick.leaves import KEY as OF_KEY
from govproj_rules.intake.quick.pieces import (
    CHANGE_FORMS,
    DAY_FORM,
    WORDS_FORM,
    Shape,
    columns_of,
    columns_of_days,
    each_of,
    inline,
    inline_days,
    is_there,
    list_in,
    marks_of_object,
    object_form,
    own,
    packed,
    structure,
    type_of,
)
from govproj_rules.intake.taken import COUNT, ROWS
from govproj_rules.ir import RuleSet
from govproj_rules.project import fact_fields, words_of
from govproj_rules.project.model import MAX_CHANGES
from govproj_rules.source import MAX_BYTES
from govproj_rules.vocabulary import vocabulary

MARKS: Final = b':,"'
"""What is counted."""
_LONGEST: Final = 12_000
"""Bytes of a piece that surely holds fewer dates than an event may have."""
_OF_CHANGE: Final = tuple(
    path.removeprefix("change.") for path in fact_fields()
    if path.startswith("change.") and not path.endswith(("ratio", "filed.date", "reapproved.date"))
)  # fmt: skip
_HAPPENING: Final = ("filed", "reapproved")
_PIECES, _AS_OBJECT, _STRUCTS, _LOW, _VALUES, _TOTALS, _COUNTS, _SUMS, _RESULT = range(9)
"""The layers of the query, one above the other: each works with what those below it gave."""


class Query:
    """The query for the projects of one city in a file.

    ``before`` are the statements it needs. ``anywhere``: this ruleset is for all of them, whatever city one names.
    ``stated`` are the paths that lines of the file state, as far as is known: only these are looked for, since each costs
    time in every line, and a line with another is not sure.
    """

    def __init__(
        self, file: Path, shown: str, ruleset: RuleSet, wanted: Sequence[Column], anywhere: bool, stated: Set[str]
    ) -> None:
        self.before: list[str] = []
        self._stated = stated
        self._file, self._shown = file, shown
        self._wanted = {one.name for one in wanted}
        self._of_changes = [one.name for one in wanted if one.table == CHANGES and one.holds != "key"]
        self._enums: dict[tuple[str, ...], str] = {}
        self._read: Shape = {}
        self._layers: list[list[tuple[str, str]]] = [[] for _ in range(9)]
        top = [
            *self._texts(ruleset, anywhere),
            *self._fields(),
            self._events(),
            self._documents(),
            self._facts(ruleset),
        ]
        top.append(self._changes())
        sure = f"{own('name')} IS NOT NULL" + ("" if anywhere else f" AND {own('city')}")
        self._layers[_RESULT].append((COUNT, f"CASE WHEN {sure} THEN CAST({total(top)} - 1 AS INTEGER) END"))
        self._layers[_RESULT].append(("file", text_of(shown)))

    def select(self) -> str:
        """The query: the wanted columns, those beside the flat table, :data:`COUNT` and :data:`ROWS`."""
        made = (
            f"SELECT * FROM read_json({paths_of([self._file])}, format = 'newline_delimited', ignore_errors = true,"
            f" maximum_object_size = {MAX_BYTES}, columns = {struct_of({key: type_of(one) for key, one in self._read.items()})})"
        )
        for layer in self._layers[:_RESULT]:
            made = f"SELECT *, {columns_of(layer)} FROM ({made})" if layer else made
        return f"SELECT {columns_of(self._layers[_RESULT])} FROM ({made})"

    def changes(self, made: str) -> str:
        """The rows of the table of changes, from a relation that :meth:`select` gave."""
        cells = [NUMBER, *(name for name in self._of_changes if name != NUMBER)]
        rows = name_of(ROWS)
        one = f"SELECT {name_of(KEY)}, unnest({rows}) AS one, generate_subscripts({rows}, 1) - 1 AS place FROM {made}"
        made_of: dict[str, str] = {}
        for path in (f"change.{name}" for name in _HAPPENING):
            whether, day, days = (f"one.{name_of(path + mark)}" for mark in ("?", "@", "@@"))
            made_of.update(columns_of_days(path, whether, day, days))
        listed = ", ".join(f"{made_of.get(name, f'one.{name_of(name)}')} AS {name_of(name)}" for name in cells[1:])
        place = f"CAST(place AS INTEGER) AS {name_of(NUMBER)}"
        return f"SELECT {name_of(KEY)}, {place}{', ' if listed else ''}{listed} FROM ({one})"

    # --- building -----------------------------------------------------------------------------------

    def _at(self, layer: int, name: str, sql: str) -> str:
        """A value of a layer; how those above it name it. Names of ours begin with a mark no key begins with."""
        self._layers[layer].append((f":{name}", sql))
        return name_of(f":{name}")

    def _out(self, name: str, sql: str) -> None:
        if name in self._wanted:
            self._layers[_RESULT].append((name, sql))

    def _among(self, key: str, names: Iterable[str]) -> list[str]:
        """Which keys of an object are looked for: those that are stated, or any, since a struct has one at least."""
        known = list(names)
        return [name for name in known if f"{key}.{name}" in self._stated] or known[:1]

    def _enum(self, words: Iterable[str]) -> str:
        key = tuple(words)
        if key not in self._enums:
            self._enums[key] = f"words_{len(self._enums)}"
            self.before.append(f"CREATE OR REPLACE TYPE {self._enums[key]} AS ENUM ({list_of(key)[1:-1]})")
        return self._enums[key]

    def _reads(self, keys: Sequence[str], type_: str) -> str:
        """Read what stands at some keys; the SQL for it."""
        inside = self._read
        for key in keys[:-1]:
            inner = inside.setdefault(key, {})
            assert isinstance(inner, dict)
            inside = inner
        inside[keys[-1]] = type_
        return ".".join(map(name_of, keys))

    def _object(self, path: str, marks: Iterable[str]) -> str:
        """The marks of an object with its key: it has one comma less than keys. One that says nothing counts for nothing."""
        inside = self._at(_SUMS, f"{path}+", total(marks))
        return f"CASE WHEN {inside} > 0 THEN {inside} - 1 + {OF_KEY} ELSE 0 END"

    def _leaf(self, keys: Sequence[str], type_: str, options: Iterable[str]) -> str:
        """A plain value, where it is wanted; its marks."""
        path, enum = ".".join(keys), self._enum(options) if options else ""
        x = self._reads(keys, AS_READ.get(type_, "VARCHAR"))
        low = leaves.lowered(type_, x, enum)
        lower = x if low is None else self._at(_LOW, f"{path}_", low)
        value = self._at(_VALUES, path, leaves.value(type_, x, lower))
        self._out(path, value)
        return leaves.marks(type_, x, lower, value)

    def _pieces(self, key: str, form: str) -> str:
        """An object or a list as JSON text, where it has the ``form`` (a regular expression) that is surely understood."""
        x = self._reads([key], "VARCHAR")
        sure = f"strlen({x}) <= {_LONGEST} AND regexp_full_match({x}, {text_of(form)})"
        return self._at(_PIECES, f"{key} text", f"CASE WHEN {sure} THEN {x} END")

    def _parsed(self, name: str, text: str, types: Mapping[str, str]) -> str:
        """A struct of the values of an object; what is of another type is NULL."""
        return self._at(_STRUCTS, name, f"from_json({text}, {text_of(structure(types))})")

    # --- the parts of a project -----------------------------------------------------------------------

    def _texts(self, ruleset: RuleSet, anywhere: bool) -> Iterator[str]:
        for name in ("id", "name", "city"):
            if name != "city" or anywhere:
                yield self._leaf([name], "text", ())
        if not anywhere:
            written = text_of('"' + ruleset.id + '"')
            only = f"CAST({self._reads(['city'], 'JSON')} AS VARCHAR) = {written}"
            yield present(self._at(_VALUES, "city", f"CASE WHEN {only} THEN true END"), OF_KEY + TEXT)
        self._layers[_RESULT] += [(KEY, f"coalesce({own('id')}, {own('name')})"), ("name", own("name"))]

    def _fields(self) -> Iterator[str]:
        found: dict[str, list[str]] = {"": [], "applicant": [self._leaf(["applicant", "name"], "text", ())]}
        self._layers[_RESULT].append(("applicant.name", own("applicant.name")))
        for path, marker in fact_fields().items():
            keys = path.split(".")
            if keys[0] == "change" or path not in self._stated:
                continue
            options = words_of(marker.options) if marker.options else {}
            if path == "kind":
                yield self._kind(options)
            else:
                type_ = "grade" if path == "security.level" else marker.type
                found.setdefault(".".join(keys[:-1]), []).append(self._leaf(keys, type_, options))
        yield from found.pop("")
        if of_fees := found.pop("investment.fees", None):
            fees = self._at(_SUMS, "fees+", total(of_fees))
            found.setdefault("investment", []).append(f"CASE WHEN {fees} > 0 THEN {fees} - 1 + {OF_KEY} ELSE 0 END")
        for path, marks in found.items():
            yield self._object(path, marks)

    def _kind(self, options: Iterable[str]) -> str:
        """One word, or a list of them."""
        enum, x = self._enum(options), self._reads(["kind"], "VARCHAR")
        listed = self._at(_PIECES, "kind[]", f"CASE WHEN {x}[1] = '[' THEN {list_in(x)} END")
        low = self._at(_LOW, "kind[]_", f"TRY_CAST({listed} AS {enum}[])")
        one = self._at(_LOW, "kind_", leaves.lowered("one_of", x, enum) or x)
        several = self._at(_VALUES, "kind", leaves.value("some_of", listed, low))
        self._out("kind", f"coalesce({several}, CASE WHEN {one} IS NOT NULL THEN [CAST({one} AS VARCHAR)] END)")
        return f"{leaves.marks('some_of', listed, low, several)} + {present(one, OF_KEY + TEXT)}"

    def _events(self) -> str:
        """What happened: yes or no, a day, or several, where the first lines have such a list."""
        with_list = {path.rpartition(".")[0] for path in self._stated}
        keys, days, lists = [], [], []
        for name in self._among("events", vocabulary().events):
            path = f"events.{name}"
            x = self._reads(path.split("."), "VARCHAR")
            low = self._at(_LOW, f"{path}@_", leaves.lowered("date", x, "") or x)
            day = self._at(_VALUES, f"{path}@", leaves.value("date", x, low))
            listed = None
            if path in with_list:
                low = self._at(_LOW, f"{path}@@_", leaves.days_lowered(x))
                listed = self._at(_VALUES, f"{path}@@", leaves.days(x, low))
                lists.append(present(listed, leaves.list_marks(f"len({listed})")))
            whether = self._at(_VALUES, f"{path}?", leaves.value("yes_no", x, x))
            for part, sql in columns_of_days(path, whether, day, listed):
                self._out(part, sql)
            keys.append(is_there(whether, day, *([listed] if listed else [])))
            days.append(is_there(day))
        counts = [f"({total(keys)}) * {OF_KEY}", f"({total(days)}) * {TEXT}", *lists]
        return marks_of_object(self._at(_SUMS, "events+", total(counts)))

    def _facts(self, ruleset: RuleSet) -> str:
        """The facts of this ruleset; a line with one that only another city knows is read by the library."""
        infos = {
            path.removeprefix("facts."): info
            for path, info in {**vocabulary().facts, **ruleset.facts}.items()
            if path.startswith("facts.") and not info.computed
        }
        marks = []
        for name in self._among("facts", infos):
            marks.append(self._leaf(["facts", name], infos[name].type, infos[name].options))
            if infos[name].type == "duration":
                self._out(f"facts.{name}.unit", leaves.period(name_of("facts") + "." + name_of(name))[1])
        return marks_of_object(self._at(_SUMS, "facts+", total(marks)))

    def _documents(self) -> str:
        """A list is complete: what is not in it is not there. A mapping says of each what is known."""
        names = self._among("documents", vocabulary().documents)
        entry = f'"[a-z0-9_]+":(?:true|false|{DAY_FORM}|' + r"\{[^{}]*\})"
        text = self._pieces("documents", rf"{object_form(entry)}|{WORDS_FORM}|\[\]")
        starts = f"starts_with({text}, '[')"
        # the list as an object, so that both are read in one way
        as_object = f"CASE WHEN {text} = '[]' THEN '{{}}' WHEN {starts} THEN '{{' || replace({text}[2:-2], ',', ':true,') || ':true}}' ELSE {text} END"
        whole, is_list = (
            self._at(_AS_OBJECT, "documents object", as_object),
            self._at(_AS_OBJECT, "documents[]", starts),
        )
        told = f"CASE WHEN NOT {is_list} THEN {text} END"
        said = self._parsed("documents?", whole, dict.fromkeys(names, "BOOLEAN"))
        once = self._parsed("documents@", told, dict.fromkeys(names, "DATE"))
        more = self._states(text)
        flags, days = [], []
        for name in names:
            whether, day = f"{said}.{name_of(name)}", f"{once}.{name_of(name)}"
            flags.append(is_there(whether))
            days.append(is_there(f"CASE WHEN {whether} IS NULL THEN {day} END"))  # a key that stands twice counts once
            self._document(name, whether, day, is_list)
        for name in (one for one in vocabulary().documents if one not in names):
            self._out(f"documents.{name}", f"CASE WHEN {is_list} THEN false END")
        yes_no, dated = self._at(_SUMS, "documents flags", total(flags)), self._at(_SUMS, "documents days", total(days))
        listed = f"{OF_KEY} + greatest({yes_no} * 3 - 1, 0)"
        inside = f"{yes_no} * {OF_KEY} + {dated} * {OF_KEY + TEXT} + {more}"
        return f"CASE WHEN {text} IS NULL THEN 0 WHEN {is_list} THEN {listed} ELSE {marks_of_object(inside)} END"

    def _document(self, name: str, whether: str, day: str, is_list: str) -> None:
        path = f"documents.{name}"
        if not any(one == path or one.startswith(f"{path}.") for one in self._wanted):
            return
        place = self._at(_SUMS, f"{path}.place", f"list_position({own('states.names')}, {text_of(name)})")
        there = f"{day} IS NOT NULL OR {place} IS NOT NULL"
        self._out(
            path, f"CASE WHEN {whether} IS NOT NULL THEN {whether} WHEN {there} THEN true WHEN {is_list} THEN false END"
        )
        state = f"{own('states made')}[{place}]"
        self._out(f"{path}.date", f'coalesce({day}, {state}."date")')
        approved = [f"{state}.{name_of(f'approved{mark}')}" for mark in ("?", "@", "@@")]
        for part, sql in columns_of_days(f"{path}.approved", approved[0], approved[1], approved[2]):
            self._out(part, sql)
        for part in ("sections", "to"):
            self._out(f"{path}.{part}", f"{state}.{name_of(part)}")

    def _states(self, text: str) -> str:
        """Documents of which more is said, as one list; the marks of all."""
        some = f"CASE WHEN {text}[1] = '{{' AND contains({text}, ':{{') THEN {text} END"
        x = self._at(_AS_OBJECT, "states{}", some)
        entries = f"list_zip(json_keys({x}), CAST(json_extract({x}, '$.*') AS VARCHAR[]))"
        once = f"len(list_distinct(json_keys({x}))) = len(json_keys({x}))"
        sure = f"CASE WHEN {once} THEN list_filter({entries}, lambda e: e[2][1] = '{{') END"
        found = self._at(_STRUCTS, "states[]", sure)
        enum = self._enum(vocabulary().documents)
        shape = text_of(
            structure({"date": "VARCHAR", "approved": "VARCHAR", "sections": "VARCHAR[]", "to": "VARCHAR[]"})
        )
        read = f"struct_pack(name := CAST(TRY_CAST(e[1] AS {enum}) AS VARCHAR), said := from_json(e[2], {shape}))"
        parsed = self._at(_LOW, "states", each_of(found, read))
        cells: dict[str, str] = {"name": "e.name"}
        marks = [
            inline("date", 'e.said."date"', "", "date", cells),
            inline_days("approved", "e.said.approved", cells),
        ]
        for part, options in (("sections", "sections"), ("to", "roles")):
            marks.append(inline("some_of", f"e.said.{name_of(part)}", self._enum(words_of(options)), part, cells))
        made = self._at(_VALUES, "states made", each_of(parsed, packed(cells)))
        inside = f"CASE WHEN e.name IS NULL THEN 0 ELSE {total(marks)} END"
        each = self._at(_TOTALS, "states#", each_of(made, inside))
        names = each_of(f"list_zip({made}, {each})", "CASE WHEN e[2] > 0 THEN e[1].name END")
        self._at(_COUNTS, "states.names", names)
        own = each_of(each, f"CASE WHEN e > 0 THEN e - 1 + {OF_KEY} ELSE 0 END")
        return self._at(_COUNTS, "states+", f"CASE WHEN {each} IS NULL THEN 0 ELSE coalesce(list_sum({own}), 0) END")

    def _changes(self) -> str:
        """A list of changes, the earliest first. One that says nothing of itself is not sure."""
        parts, types = [], {}
        for name in _OF_CHANGE:
            type_ = fact_fields()[f"change.{name}"].type
            form, read = CHANGE_FORMS["happened" if name in _HAPPENING else type_]
            parts.append(f'"{name}":{form}')
            types[name] = read
        one = object_form(f"(?:{'|'.join(parts)})")
        text = self._pieces("changes", rf"\[(?:{one}(?:,{one})*)?\]")
        made = self._at(_STRUCTS, "changes[]", f"from_json({text}, {text_of('[' + structure(types) + ']')})")
        cells: dict[str, str] = {}
        marks = []
        for name in _OF_CHANGE:
            type_, path, x = fact_fields()[f"change.{name}"].type, f"change.{name}", f"e.{name_of(name)}"
            if name in _HAPPENING:
                marks.append(inline_days(path, x, cells))
            elif type_ in ("yes_no", "date"):
                cells[path] = x
                marks.append(present(f"e.{name_of(path)}", OF_KEY if type_ == "yes_no" else OF_KEY + TEXT))
            else:
                enum = self._enum(words_of(fact_fields()[path].options or "")) if type_ == "some_of" else ""
                marks.append(inline(type_, x, enum, path, cells))
        rows = self._at(_LOW, "changes", each_of(made, packed(cells)))
        each = self._at(_VALUES, "changes#", each_of(rows, total(marks)))
        of_each = each_of(rows, 'e."change.date"')
        dates = f"list_filter({of_each}, lambda e: e IS NOT NULL)"
        dated = self._at(_VALUES, "changes@", dates)
        in_order = f"list_min({each}) > 0 AND len({rows}) <= {MAX_CHANGES} AND {dated} = list_sort({dated})"
        whole = self._at(_SUMS, "changes+", f"CASE WHEN len({rows}) = 0 OR ({in_order}) THEN {rows} END")
        self._out(STATED, f"CAST(len({whole}) AS INTEGER)")
        if self._of_changes:
            self._layers[_RESULT].append((ROWS, whole))
        # a comma less than keys in each, and a comma less than changes between them
        inside = f"coalesce(list_sum({each}), 0) - len({whole}) + greatest(len({whole}) - 1, 0)"
        return present(whole, f"{OF_KEY} + {inside}")
