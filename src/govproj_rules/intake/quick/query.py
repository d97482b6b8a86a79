"""One query that reads lines of JSON into the columns of the flat table, and counts what it understood.

A struct of DuckDB's takes from an object the keys it knows, and says nothing of the others, of keys that stand twice, or of
a comma too many. So the query counts: each value that is surely understood stands for certain *marks* (colons, commas,
quotes) of its line, and none for more than are there. Where the marks of all the values add up to those of the line, there
is nothing else in it: no unknown key, no second one, no ``null``, no value of another type. A line that holds more is read
by the library. Values that could be other than they look (a number where a text belongs) are read as JSON, with quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Final

from govproj_rules.flat import CHANGES, KEY, NUMBER, STATED, Column
from govproj_rules.intake.duck import name_of, paths_of, struct_of, text_of
from govproj_rules.intake.quick import leaves
from govproj_rules.intake.quick.building import (
    AS_OBJECT,
    COUNTS,
    LOW,
    PIECES,
    RESULT,
    STRUCTS,
    SUMS,
    TOTALS,
    VALUES,
    Building,
)
from govproj_rules.intake.quick.leaves import KEY as OF_KEY
from govproj_rules.intake.quick.leaves import TEXT, present, total
from govproj_rules.intake.quick.pieces import (
    CHANGE_FORMS,
    DAY_FORM,
    WORDS_FORM,
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
_OF_CHANGE: Final = tuple(
    path.removeprefix("change.") for path in fact_fields()
    if path.startswith("change.") and not path.endswith(("ratio", "filed.date", "reapproved.date"))
)  # fmt: skip
_HAPPENING: Final = ("filed", "reapproved")


class Query(Building):
    """The query for the projects of one city in a file.

    ``anywhere``: this ruleset is for all of them, whatever city one names. ``stated`` are the paths that lines of the file
    state, as far as is known: only these are looked for, since each costs time in every line, and a line with another is
    not sure.
    """

    def __init__(
        self, file: Path, shown: str, ruleset: RuleSet, wanted: Sequence[Column], anywhere: bool, stated: Set[str]
    ) -> None:
        super().__init__({one.name for one in wanted}, stated)
        self._file, self._shown = file, shown
        self._of_changes = [one.name for one in wanted if one.table == CHANGES and one.holds != "key"]
        top = [
            *self._texts(ruleset, anywhere),
            *self._fields(),
            self._events(),
            self._documents(),
            self._facts(ruleset),
        ]
        top.append(self._changes())
        sure = f"{own('name')} IS NOT NULL" + ("" if anywhere else f" AND {own('city')}")
        self.layers[RESULT].append((COUNT, f"CASE WHEN {sure} THEN CAST({total(top)} - 1 AS INTEGER) END"))
        self.layers[RESULT].append(("file", text_of(shown)))

    def select(self) -> str:
        """The query: the wanted columns, those beside the flat table, :data:`COUNT` and :data:`ROWS`."""
        made = (
            f"SELECT * FROM read_json({paths_of([self._file])}, format = 'newline_delimited', ignore_errors = true,"
            f" maximum_object_size = {MAX_BYTES}, columns = {struct_of({key: type_of(one) for key, one in self.read.items()})})"
        )
        for layer in self.layers[:RESULT]:
            made = f"SELECT *, {columns_of(layer)} FROM ({made})" if layer else made
        return f"SELECT {columns_of(self.layers[RESULT])} FROM ({made})"

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

    # --- the parts of a project -----------------------------------------------------------------------

    def _texts(self, ruleset: RuleSet, anywhere: bool) -> Iterator[str]:
        for name in ("id", "name", "city"):
            if name != "city" or anywhere:
                yield self.leaf([name], "text", ())
        if not anywhere:
            written = text_of('"' + ruleset.id + '"')
            only = f"CAST({self.reads(['city'], 'JSON')} AS VARCHAR) = {written}"
            yield present(self.at(VALUES, "city", f"CASE WHEN {only} THEN true END"), OF_KEY + TEXT)
        self.layers[RESULT] += [(KEY, f"coalesce({own('id')}, {own('name')})"), ("name", own("name"))]

    def _fields(self) -> Iterator[str]:
        found: dict[str, list[str]] = {"": [], "applicant": [self.leaf(["applicant", "name"], "text", ())]}
        self.layers[RESULT].append(("applicant.name", own("applicant.name")))
        for path, marker in fact_fields().items():
            keys = path.split(".")
            if keys[0] == "change" or path not in self.stated:
                continue
            options = words_of(marker.options) if marker.options else {}
            if path == "kind":
                yield self._kind(options)
            else:
                type_ = "grade" if path == "security.level" else marker.type
                found.setdefault(".".join(keys[:-1]), []).append(self.leaf(keys, type_, options))
        yield from found.pop("")
        if of_fees := found.pop("investment.fees", None):
            found.setdefault("investment", []).append(self.object("investment.fees", of_fees))
        for path, marks in found.items():
            yield self.object(path, marks)

    def _kind(self, options: Iterable[str]) -> str:
        """One word, or a list of them."""
        enum, x = self.enum(options), self.reads(["kind"], "VARCHAR")
        listed = self.at(PIECES, "kind[]", f"CASE WHEN {x}[1] = '[' THEN {list_in(x)} END")
        low = self.at(LOW, "kind[]_", f"TRY_CAST({listed} AS {enum}[])")
        one = self.at(LOW, "kind_", leaves.lowered("one_of", x, enum) or x)
        several = self.at(VALUES, "kind", leaves.value("some_of", listed, low))
        self.out("kind", f"coalesce({several}, CASE WHEN {one} IS NOT NULL THEN [CAST({one} AS VARCHAR)] END)")
        return f"{leaves.marks('some_of', listed, low, several)} + {present(one, OF_KEY + TEXT)}"

    def _events(self) -> str:
        """What happened: yes or no, a day, or several, where the first lines have such a list."""
        with_list = {path.rpartition(".")[0] for path in self.stated}
        keys, days, lists = [], [], []
        for name in self.among("events", vocabulary().events):
            path = f"events.{name}"
            x = self.reads(path.split("."), "VARCHAR")
            low = self.at(LOW, f"{path}@_", leaves.lowered("date", x, "") or x)
            day = self.at(VALUES, f"{path}@", leaves.value("date", x, low))
            listed = None
            if path in with_list:
                low = self.at(LOW, f"{path}@@_", leaves.days_lowered(x))
                listed = self.at(VALUES, f"{path}@@", leaves.days(x, low))
                lists.append(present(listed, leaves.list_marks(f"len({listed})")))
            whether = self.at(VALUES, f"{path}?", leaves.value("yes_no", x, x))
            for part, sql in columns_of_days(path, whether, day, listed):
                self.out(part, sql)
            keys.append(is_there(whether, day, *([listed] if listed else [])))
            days.append(is_there(day))
        counts = [f"({total(keys)}) * {OF_KEY}", f"({total(days)}) * {TEXT}", *lists]
        return self.object("events", counts)

    def _facts(self, ruleset: RuleSet) -> str:
        """The facts of this ruleset; a line with one that only another city knows is read by the library."""
        infos = {
            path.removeprefix("facts."): info
            for path, info in {**vocabulary().facts, **ruleset.facts}.items()
            if path.startswith("facts.") and not info.computed
        }
        marks = []
        for name in self.among("facts", infos):
            marks.append(self.leaf(["facts", name], infos[name].type, infos[name].options))
            if infos[name].type == "duration":
                self.out(f"facts.{name}.unit", leaves.period(name_of("facts") + "." + name_of(name))[1])
        return self.object("facts", marks)

    def _documents(self) -> str:
        """A list is complete: what is not in it is not there. A mapping says of each what is known."""
        names = self.among("documents", vocabulary().documents)
        entry = f'"[a-z0-9_]+":(?:true|false|{DAY_FORM}|' + r"\{[^{}]*\})"
        text = self.pieces("documents", rf"{object_form(entry)}|{WORDS_FORM}|\[\]")
        starts = f"starts_with({text}, '[')"
        # the list as an object, so that both are read in one way
        as_object = f"CASE WHEN {text} = '[]' THEN '{{}}' WHEN {starts} THEN '{{' || replace({text}[2:-2], ',', ':true,') || ':true}}' ELSE {text} END"
        whole, is_list = (
            self.at(AS_OBJECT, "documents object", as_object),
            self.at(AS_OBJECT, "documents[]", starts),
        )
        told = f"CASE WHEN NOT {is_list} THEN {text} END"
        said = self.parsed("documents?", whole, dict.fromkeys(names, "BOOLEAN"))
        once = self.parsed("documents@", told, dict.fromkeys(names, "DATE"))
        more = self._states(text)
        flags, days = [], []
        for name in names:
            whether, day = f"{said}.{name_of(name)}", f"{once}.{name_of(name)}"
            flags.append(is_there(whether))
            days.append(is_there(f"CASE WHEN {whether} IS NULL THEN {day} END"))  # a key that stands twice counts once
            self._document(name, whether, day, is_list)
        for name in (one for one in vocabulary().documents if one not in names):
            self.out(f"documents.{name}", f"CASE WHEN {is_list} THEN false END")
        yes_no, dated = self.at(SUMS, "documents flags", total(flags)), self.at(SUMS, "documents days", total(days))
        listed = f"{OF_KEY} + greatest({yes_no} * 3 - 1, 0)"
        inside = f"{yes_no} * {OF_KEY} + {dated} * {OF_KEY + TEXT} + {more}"
        return f"CASE WHEN {text} IS NULL THEN 0 WHEN {is_list} THEN {listed} ELSE {marks_of_object(inside)} END"

    def _document(self, name: str, whether: str, day: str, is_list: str) -> None:
        path = f"documents.{name}"
        if not any(one == path or one.startswith(f"{path}.") for one in self.wanted):
            return
        place = self.at(SUMS, f"{path}.place", f"list_position({own('states.names')}, {text_of(name)})")
        there = f"{day} IS NOT NULL OR {place} IS NOT NULL"
        self.out(
            path, f"CASE WHEN {whether} IS NOT NULL THEN {whether} WHEN {there} THEN true WHEN {is_list} THEN false END"
        )
        state = f"{own('states made')}[{place}]"
        self.out(f"{path}.date", f'coalesce({day}, {state}."date")')
        approved = [f"{state}.{name_of(f'approved{mark}')}" for mark in ("?", "@", "@@")]
        for part, sql in columns_of_days(f"{path}.approved", approved[0], approved[1], approved[2]):
            self.out(part, sql)
        for part in ("sections", "to"):
            self.out(f"{path}.{part}", f"{state}.{name_of(part)}")

    def _states(self, text: str) -> str:
        """Documents of which more is said, as one list; the marks of all."""
        some = f"CASE WHEN {text}[1] = '{{' AND contains({text}, ':{{') THEN {text} END"
        x = self.at(AS_OBJECT, "states{}", some)
        entries = f"list_zip(json_keys({x}), CAST(json_extract({x}, '$.*') AS VARCHAR[]))"
        once = f"len(list_distinct(json_keys({x}))) = len(json_keys({x}))"
        sure = f"CASE WHEN {once} THEN list_filter({entries}, lambda e: e[2][1] = '{{') END"
        found = self.at(STRUCTS, "states[]", sure)
        enum = self.enum(vocabulary().documents)
        shape = text_of(
            structure({"date": "VARCHAR", "approved": "VARCHAR", "sections": "VARCHAR[]", "to": "VARCHAR[]"})
        )
        read = f"struct_pack(name := CAST(TRY_CAST(e[1] AS {enum}) AS VARCHAR), said := from_json(e[2], {shape}))"
        parsed = self.at(LOW, "states", each_of(found, read))
        cells: dict[str, str] = {"name": "e.name"}
        marks = [
            inline("date", 'e.said."date"', "", "date", cells),
            inline_days("approved", "e.said.approved", cells),
        ]
        for part, options in (("sections", "sections"), ("to", "roles")):
            marks.append(inline("some_of", f"e.said.{name_of(part)}", self.enum(words_of(options)), part, cells))
        made = self.at(VALUES, "states made", each_of(parsed, packed(cells)))
        inside = f"CASE WHEN e.name IS NULL THEN 0 ELSE {total(marks)} END"
        each = self.at(TOTALS, "states#", each_of(made, inside))
        names = each_of(f"list_zip({made}, {each})", "CASE WHEN e[2] > 0 THEN e[1].name END")
        self.at(COUNTS, "states.names", names)
        own = each_of(each, f"CASE WHEN e > 0 THEN e - 1 + {OF_KEY} ELSE 0 END")
        return self.at(COUNTS, "states+", f"CASE WHEN {each} IS NULL THEN 0 ELSE coalesce(list_sum({own}), 0) END")

    def _changes(self) -> str:
        """A list of changes, the earliest first. One that says nothing of itself is not sure."""
        parts, types = [], {}
        for name in _OF_CHANGE:
            type_ = fact_fields()[f"change.{name}"].type
            form, read = CHANGE_FORMS["happened" if name in _HAPPENING else type_]
            parts.append(f'"{name}":{form}')
            types[name] = read
        one = object_form(f"(?:{'|'.join(parts)})")
        text = self.pieces("changes", rf"\[(?:{one}(?:,{one})*)?\]")
        made = self.at(STRUCTS, "changes[]", f"from_json({text}, {text_of('[' + structure(types) + ']')})")
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
                enum = self.enum(words_of(fact_fields()[path].options or "")) if type_ == "some_of" else ""
                marks.append(inline(type_, x, enum, path, cells))
        rows = self.at(LOW, "changes", each_of(made, packed(cells)))
        each = self.at(VALUES, "changes#", each_of(rows, total(marks)))
        of_each = each_of(rows, 'e."change.date"')
        dates = f"list_filter({of_each}, lambda e: e IS NOT NULL)"
        dated = self.at(VALUES, "changes@", dates)
        in_order = f"list_min({each}) > 0 AND len({rows}) <= {MAX_CHANGES} AND {dated} = list_sort({dated})"
        whole = self.at(SUMS, "changes+", f"CASE WHEN len({rows}) = 0 OR ({in_order}) THEN {rows} END")
        self.out(STATED, f"CAST(len({whole}) AS INTEGER)")
        if self._of_changes:
            self.layers[RESULT].append((ROWS, whole))
        # a comma less than keys in each, and a comma less than changes between them
        inside = f"coalesce(list_sum({each}), 0) - len({whole}) + greatest(len({whole}) - 1, 0)"
        return present(whole, f"{OF_KEY} + {inside}")
