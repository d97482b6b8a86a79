"""Reading a map: what it says is checked against what projects can say, and every problem told at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from govproj_rules.document import placed, slips
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.light import dataclass
from govproj_rules.mapping.model import IGNORE, ChangesDoc, ColumnDoc, MapDoc
from govproj_rules.mapping.targets import Target, Targets, plain
from govproj_rules.project import Project, validation_problems
from govproj_rules.source import MAX_BYTES, Keys, Source, decode, parse_yaml, read_bytes, too_large

UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "money": ("元", "万元", "亿元"),
    "percent": ("%",),
    "duration": ("个工作日", "天", "日", "个月", "年", "working_days", "days", "months", "years"),
}
"""Units a column may have, by what its cells say."""
TOTALS: Final = ("合计", "总计", "小计", "共计", "total", "totals", "sum")
"""What a row begins with that is no project but a sum of others."""
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "unit": frozenset(UNITS),
    "yuan_from": frozenset({"money"}),
    "day_numbers": frozenset({"date", "happened"}),
    "yes": frozenset({"yes_no", "happened"}),
    "no": frozenset({"yes_no", "happened"}),
    "words": frozenset({"one_of", "some_of"}),
    "none": frozenset({"some_of", "yes_no", "happened", "none"}),
    "split": frozenset({"some_of", "happened"}),
}
"""Which kinds of fact each key of a column is for."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What the cells of one column say; None for ``target``: nothing. Texts of cells are :func:`plain`."""

    column: str
    target: Target | None
    unit: str | None = None
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    words: Mapping[str, tuple[str, ...]] | None = None
    blank: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    split: str | None = None
    yuan_from: int | None = None
    day_numbers: int | None = None


Columns = Mapping[str, ColumnMap]
"""By the :func:`plain` name of the column."""


@dataclass(frozen=True, slots=True)
class Changes:
    """A sheet of changes; ``project`` is the plain name of the column with the key of the project."""

    sheet: str
    project: str
    header: tuple[int, ...]
    columns: Columns
    complete: bool


@dataclass(frozen=True, slots=True)
class Map:
    """A map that was read. ``header`` is the number of each line of the header; none: it is looked for."""

    file: str | None
    columns: Columns
    sheet: str | None
    header: tuple[int, ...]
    delimiter: str | None
    totals: frozenset[str]
    constants: Mapping[str, Any]
    changes: Changes | None
    lenient: bool = False
    """A cell that cannot be read is not stated, and rejects nothing."""


def load_map(path: Path, targets: Targets) -> Map:
    """The map in a YAML file; raises :class:`InvalidInput` with every problem and its place."""
    return read_map(read_bytes(path), str(path), targets)


def read_map(data: bytes, file: str, targets: Targets) -> Map:
    """The same, from the bytes of the file."""
    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large(file)])
    source = parse_yaml(decode(data, file), file)
    if not isinstance(source.data, dict):
        raise InvalidInput([source.problem((), "wrong-type", "a map is a mapping", "start with `columns:`")])
    found: list[tuple[Keys, Problem]] = []
    try:
        document = MapDoc.model_validate(source.data)
    except ValidationError as error:
        found = validation_problems(error, MapDoc, source.data, "the map")
    if problems := placed(source, [*found, *slips(source.data)]):
        raise InvalidInput(problems)
    return _Reader(source, targets).read(document)


def plain_map(names: Iterable[str], file: str, targets: Targets) -> Map:
    """The map of a sheet whose columns are named by the paths of facts; raises with every other name."""
    columns, problems = {}, []
    for name in names:
        target = targets.find(name.strip())
        if target is None:
            help = targets.near(name.strip()) or f"say what it is in a map: govproj audit --suggest-map {file}"
            problems.append(Problem("unknown-column", f"there is no fact {quote(name)} for a column", help, file))
        else:
            columns[plain(name)] = ColumnMap(name, target, words=_words(target, {}))
    if problems:
        raise InvalidInput(problems)
    return Map(None, columns, None, (), None, frozenset(map(plain, TOTALS)), {}, None)


class _Reader:
    def __init__(self, source: Source, targets: Targets) -> None:
        self.source = source
        self.targets = targets
        self.problems: list[Problem] = []

    def refuse(self, keys: Keys, code: str, message: str, help: str | None = None) -> None:
        self.problems.append(self.source.problem(keys, code, message, help))

    def read(self, document: MapDoc) -> Map:
        blank = _many(document.blank)
        columns = self.columns(("columns",), document.columns, blank, of_change=False)
        changes = self.changes(document.changes, blank) if document.changes else None
        made = Map(
            file=self.source.file,
            columns=columns,
            sheet=document.sheet,
            header=_header(document.header),
            delimiter="\t" if document.delimiter == "tab" else document.delimiter,
            totals=frozenset(map(plain, _many(document.totals) if document.totals is not None else TOTALS)),
            constants=self.constants(document.constants, columns),
            changes=changes,
            lenient=document.unreadable == "unknown",
        )
        self.together(made)
        if self.problems:
            raise InvalidInput(sorted(self.problems, key=lambda one: (one.line or 0, one.column or 0)))
        return made

    def together(self, made: Map) -> None:
        """What cannot be said in two ways at once."""
        said = {one.target.path for one in made.columns.values() if one.target}
        said |= set(self.source.data.get("constants", {}))
        if "documents" in said and any(path.startswith("documents.") for path in said):
            help = "map either the one column that lists them, or a column for each"
            self.refuse(("columns",), "two-columns", "documents are listed, and told one by one too", help)
        if made.changes and any(path.startswith("changes[") for path in said):
            help = "map either the columns of the project's own row, or the other sheet"
            self.refuse(("changes",), "two-columns", "changes stand in columns, and in a sheet of their own too", help)

    def changes(self, document: ChangesDoc, blank: tuple[str, ...]) -> Changes:
        columns = self.columns(("changes", "columns"), document.columns, blank, of_change=True)
        project = plain(document.project)
        if project in columns and columns[project].target is not None:
            said = f"the column {quote(document.project)} holds the project and says something of a change too"
            self.refuse(("changes", "columns"), "two-meanings", said, "take it out of `columns`")
        return Changes(document.sheet, project, _header(document.header), columns, document.complete)

    def columns(
        self, keys: Keys, written: Mapping[str, str | ColumnDoc], blank: tuple[str, ...], of_change: bool
    ) -> Columns:
        made: dict[str, ColumnMap] = {}
        said: dict[str, str] = {}
        for name, one in written.items():
            place = (*keys, name)
            document = ColumnDoc(fact=one) if isinstance(one, str) else one
            target = None
            if document.fact != IGNORE:
                target = self.target(
                    (*place, "fact") if isinstance(one, ColumnDoc) else place, document.fact, of_change
                )
                if target is None:
                    continue
                if other := said.get(target.path):
                    message = f"{quote(target.path)} stands in {quote(other)} and in {quote(name)}"
                    self.refuse(place, "two-columns", message, f"keep one; the other is {quote(IGNORE)}")
                said[target.path] = name
            if plain(name) in made:
                self.refuse(place, "duplicate-key", f"the column {quote(name)} stands here twice", "remove one")
            made[plain(name)] = self.column(place, name, document, target, blank)
        return made

    def target(self, keys: Keys, path: str, of_change: bool) -> Target | None:
        found = self.targets.find(path, of_change)
        if found is None:
            help = self.targets.near(path, of_change) or f"a column that says nothing is {quote(IGNORE)}"
            self.refuse(keys, "unknown-fact", f"there is no fact {quote(path)} for a column", help)
        elif path in self.targets.two_types:
            types = " and ".join(self.targets.two_types[path])
            said = f"{quote(path)} is of two types in different rulesets: {types}"
            self.refuse(keys, "two-types", said, "read one city at a time, with --city")
        return found

    def column(
        self, keys: Keys, name: str, document: ColumnDoc, target: Target | None, blank: tuple[str, ...]
    ) -> ColumnMap:
        for key, kinds in _TAKES.items():
            if not getattr(document, key):
                continue
            if target is None or (target.says not in kinds and not (key == "words" and target.path == "city")):
                what = quote(target.path) if target else "a column that is ignored"
                self.refuse((*keys, key), "out-of-place", f"{quote(key)} means nothing for {what}", "remove it")
        if target and document.unit and document.unit not in UNITS.get(target.says, (document.unit,)):
            known = UNITS[target.says]
            said = f"{quote(document.unit)} is no unit of {quote(target.path)}"
            self.refuse((*keys, "unit"), "unknown-unit", said, did_you_mean(document.unit, known))
        if document.yuan_from and document.unit not in ("万元", "亿元"):
            help = "say `unit: 万元` too"
            self.refuse((*keys, "yuan_from"), "out-of-place", f"{quote('yuan_from')} is for a column in 万元", help)
        self.meanings(keys, document)
        words = {cell: _many(one) for cell, one in document.words.items()}
        if target and target.words:
            for cell, several in words.items():
                for word in several:
                    if word not in target.words:
                        said = f"there is no word {quote(word)} for {quote(target.path)}"
                        self.refuse((*keys, "words", cell), "unknown-word", said, did_you_mean(word, target.words))
                if target.says == "one_of" and len(several) > 1:
                    said = f"{quote(target.path)} is one word, not several"
                    self.refuse((*keys, "words", cell), "wrong-value", said, "keep one")
        return ColumnMap(
            name, target, document.unit,
            _plain(document.yes), _plain(document.no), _words(target, words) if target else None,
            frozenset(map(plain, (*blank, *_many(document.blank)))), _plain(document.none), document.split,
            int(document.yuan_from) if document.yuan_from else None,
            int(document.day_numbers) if document.day_numbers else None,
        )  # fmt: skip

    def meanings(self, keys: Keys, document: ColumnDoc) -> None:
        """One text of a cell must not mean two things."""
        seen: dict[str, str] = {}
        for key in ("yes", "no", "blank", "none"):
            for text in _many(getattr(document, key)):
                if other := seen.get(plain(text)):
                    said = f"{quote(text)} stands under {quote(other)} and under {quote(key)}"
                    self.refuse((*keys, key), "two-meanings", said, "keep one")
                seen[plain(text)] = key

    def constants(self, written: Mapping[str, Any], columns: Columns) -> Mapping[str, Any]:
        made: dict[str, Any] = {"name": "-"}
        said = {one.target.path for one in columns.values() if one.target}
        where: dict[Keys, Keys] = {}
        for path, value in written.items():
            keys: Keys = ("constants", path)
            target = self.target(keys, path, of_change=False)
            if target is None:
                continue
            if path in said:
                self.refuse(keys, "two-columns", f"{quote(path)} stands in a column too", "keep one")
            if target.keys[0] == "changes" or path.endswith(".date"):
                self.refuse(keys, "out-of-place", f"{quote(path)} is no constant", "give it a column")
                continue
            inside = made
            for key in target.keys[:-1]:
                inside = inside.setdefault(str(key), {})
            numeral = target.says == "grade" and isinstance(value, str) and value.isdecimal()
            inside[str(target.keys[-1])] = int(value) if numeral else value
            where[target.keys] = keys
        try:
            Project.model_validate(made)
        except ValidationError as error:
            for wrong, one in validation_problems(error, Project, made, "the project"):
                near = next(
                    (where[wrong[:length]] for length in range(len(wrong), 0, -1) if wrong[:length] in where), ()
                )
                self.refuse(near, one.code, one.message, one.help)
        del made["name"]
        if "name" in written:
            self.refuse(("constants", "name"), "out-of-place", "projects do not all have one name", "give it a column")
        return made


def _header(written: str | list[str] | None) -> tuple[int, ...]:
    return tuple(int(one) for one in _many(written))


def _many(written: str | list[str] | None) -> tuple[str, ...]:
    return () if written is None else (written,) if isinstance(written, str) else tuple(written)


def _plain(written: str | list[str] | None) -> frozenset[str]:
    return frozenset(map(plain, _many(written)))


def _words(target: Target, written: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]] | None:
    """What texts of cells mean: the words themselves, their labels in both languages, and what the map adds."""
    if not target.words:
        return None
    return {**label_words(target), **{plain(cell): several for cell, several in written.items()}}


def label_words(target: Target) -> dict[str, tuple[str, ...]]:
    """What texts of cells mean by the vocabulary alone: the words, and their labels where these are of one word only."""
    meant: dict[str, set[str]] = {}
    for word, label in target.words.items():
        for text in (word, label.zh, label.en):
            meant.setdefault(plain(text), set()).add(word)
    return {text: tuple(several) for text, several in meant.items() if len(several) == 1}
