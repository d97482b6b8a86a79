"""A map proposed for a sheet: where its header is, what each column may be, and how far that is to be trusted.

Names are matched first, then the cells confirm them or not. Nothing here is used to read projects: a person looks at the
proposal, corrects it, and gives it back as the map.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import Final

from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.intake.cells import BLANK, NO, YES, looks_like_day_number, looks_like_yuan, read_cell
from govproj_rules.intake.contents import Value, is_blank, shown
from govproj_rules.intake.delimited import open_delimited
from govproj_rules.intake.inputs import TABLES, find_inputs
from govproj_rules.intake.rows import is_total
from govproj_rules.intake.sheets import TOP, Header, Numbered, Sheet, header_names, letters, nameless_at
from govproj_rules.intake.workbook import open_workbook
from govproj_rules.ir import Label
from govproj_rules.light import dataclass
from govproj_rules.mapping import ColumnMap, Target, Targets, plain
from govproj_rules.mapping.names import Guess, Names, Trust, bare, unit_in
from govproj_rules.mapping.reading import TOTALS, label_words
from govproj_rules.values import Unreadable

SAMPLES: Final = 300
"""Rows that are looked at to confirm what a column is."""
_SHOWN: Final = 4
_ENOUGH: Final = 3
_MOSTLY, _HARDLY = 0.9, 0.5
_DASHES: Final = frozenset({"-", "--", "—", "——", "–", "/", "\\", "n/a"})
_NONE: Final = frozenset({"无", "暂无", "待定", "未定", "没有"})
_NOT_FOR_IT: Final = frozenset({"不涉及", "不适用"})
_CLOSE: Final = 0.6
_PARTS: Final = re.compile(r"[、，,;；\n/]")
_MOST_WORDS: Final = 16
_WEIGHT: Final[Mapping[Trust, int]] = {"certain": 3, "likely": 1, "none": 0}
_HAVE, _HAVE_NOT = ("有", "已", "具备", "齐全"), ("无", "暂无", "未", "尚未", "暂未", "没有", "不具备", "缺", "非")


@dataclass(slots=True)
class Proposal:
    """What is proposed for one column. ``remarks`` name what a person should look at: a word of ours, and texts of cells.

    ``nearest`` are the facts it may be instead, with their labels.
    """

    name: str
    letter: str
    trust: Trust
    fact: str | None = None
    ignored: bool = False
    label: Label | None = None
    unit: str | None = None
    yes: list[str] = field(default_factory=list)
    no: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    none: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    nearest: list[tuple[str, Label]] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A whole map, proposed: the sheet (None where there is one), the rows of the header, and its columns."""

    file: str
    sheet: str | None
    header: tuple[int, ...]
    delimiter: str | None
    blank: tuple[str, ...]
    columns: tuple[Proposal, ...]
    has_city: bool
    has_name: bool


def suggest_map(path: Path, targets: Targets) -> Proposed:
    """Propose a map for a CSV file or a workbook. Raises :class:`InvalidInput` where it cannot be read, or has no table."""
    (given,) = find_inputs([path])[:1]
    if given.kind not in TABLES:
        said = "a map is for the columns of a CSV file or of an Excel workbook"
        raise InvalidInput([Problem("out-of-place", said, "this input needs no map", given.shown)])
    names = Names(targets.project.values())
    if given.kind == "csv":
        sheet, _ = open_delimited(path, None)
        return _propose(sheet, None, names)
    with open_workbook(path) as book:
        seen = [one.title for one in book.book.worksheets if one.sheet_state == "visible"]
        best: tuple[int, Proposed] | None = None
        problems: list[Problem] = []
        for title in seen or book.names:
            try:
                made = _propose(book.sheet(title), title if len(book.names) > 1 else None, names)
            except InvalidInput as error:
                problems += error.problems
                continue
            score = sum(_WEIGHT[one.trust] for one in made.columns)
            if best is None or score > best[0]:
                best = score, made
    if best is None:
        raise InvalidInput(problems)
    return best[1]


def _propose(sheet: Sheet, title: str | None, names: Names) -> Proposed:
    top = list(islice(sheet.rows, TOP + SAMPLES))
    header = _header(sheet, top[:TOP], names)
    below = [cells for number, cells in top if number > max(header.lines)]
    totals = frozenset(map(plain, TOTALS))
    rows = [cells for cells in below if any(not is_blank(one) for one in cells) and not is_total(cells, None, totals)]
    width = max([len(header.names), *map(len, rows)])
    columns = [[cells[place] if place < len(cells) else None for cells in rows] for place in range(width)]
    made = [
        _column(name, place, columns[place], names)
        for place, name in enumerate((*header.names, *[""] * (width - len(header.names))))
        if name or not all(map(is_blank, columns[place]))
    ]
    _only_once(made)
    blank = sorted({shown(one).strip() for cells in rows for one in cells if plain(shown(one)) in _DASHES})
    facts = {one.fact for one in made}
    return Proposed(
        file=sheet.file, sheet=title, header=header.lines, delimiter=None, blank=tuple(blank), columns=tuple(made),
        has_city="city" in facts, has_name="name" in facts,
    )  # fmt: skip


# --- the header -------------------------------------------------------------------------------------


def _header(sheet: Sheet, top: Sequence[Numbered], names: Names) -> Header:
    """The row, or two rows, whose texts mean most; of several the one with more texts, then the earlier."""
    found: list[tuple[tuple[int, int, int], Header]] = []
    for place, row in enumerate(top):
        for rows in ([row], [row, *top[place + 1 : place + 2]]):
            if len(rows) == 2 and not _belongs_together(sheet, rows[0], rows[1]):
                continue
            try:
                made = Header(header_names(sheet, rows), tuple(number for number, _ in rows))
            except InvalidInput:
                continue
            score = sum(_WEIGHT[names.guess(one, near=False).trust] for one in made.names if one and len(one) <= 60)
            found.append(((score, sum(map(bool, made.names)), -place), made))
    best = max(found, key=lambda one: one[0], default=None)
    if best is None or not any(best[1].names):
        raise InvalidInput([Problem("no-header", "there is no row of names in the sheet", None, sheet.file)])
    return best[1]


def _belongs_together(sheet: Sheet, upper: Numbered, lower: Numbered) -> bool:
    """Whether two rows are one header: cells are merged across or down, or stand under one that reaches over them."""
    if sheet.merges:
        return any(
            one.top == upper[0] and (one.bottom == lower[0] or (one.right > one.left and one.bottom == upper[0]))
            for one in sheet.blocks
            if one.right - one.left + 1 < max(len(upper[1]), 2)
        )
    under = [place for place, cell in enumerate(lower[1]) if not is_blank(cell)]
    bare = [place for place in under if place < len(upper[1]) and is_blank(upper[1][place])]
    above = sum(1 for cell in upper[1] if not is_blank(cell))
    return above >= 2 and len(bare) >= 1 and len(under) < len(upper[1])


# --- a column ---------------------------------------------------------------------------------------


def _column(name: str, place: int, cells: Sequence[Value], names: Names) -> Proposal:
    guess = names.guess(name) if name else Guess(None, "none", ())
    values = [one for one in cells if not is_blank(one) and plain(shown(one)) not in _DASHES]
    made = Proposal(name or nameless_at(place), letters(place + 1), guess.trust)
    made.samples = list(dict.fromkeys(shown(one).strip() for one in values))[:_SHOWN]
    made.nearest = [(path, names.targets[path].label) for path in guess.nearest if path != guess.path]
    if guess.ignored or guess.path is None:
        made.ignored = guess.ignored
        return made
    target = names.targets[guess.path]
    made.fact, made.label, made.unit = guess.path, target.label, unit_in(name) if target.says == "money" else None
    _settle(made, target, values)
    _confirm(made, target, values, guess)
    return made


def _settle(made: Proposal, target: Target, values: Sequence[Value]) -> None:
    """What the map has to say of the cells, as far as they show it."""
    texts = list(dict.fromkeys(shown(one).strip() for one in values if isinstance(one, str)))
    known = {plain(one) for one in texts}
    match target.says:
        case "yes_no" | "happened":
            for text in texts:
                if plain(text) in YES | NO:
                    continue
                if plain(text) in _NOT_FOR_IT:
                    made.blank.append(text)
                elif text.startswith(_HAVE_NOT):
                    made.no.append(text)
                elif text.startswith(_HAVE) or plain(text) == bare(made.name):
                    made.yes.append(text)
        case "none":
            made.none = [one for one in texts if plain(one) in NO or one.startswith(_HAVE_NOT)]
            # that there were some is not what they were: those stay unknown
            made.blank = [one for one in texts if plain(one) in YES or one.startswith(_HAVE)]
        case "some_of":
            made.none = [one for one in texts if plain(one) in _NONE]
        case "text":
            return
        case _:
            made.blank = [one for one in texts if plain(one) in (_NONE | _NOT_FOR_IT) & known]
            if target.says == "grade":
                made.blank += [one for one in texts if one.startswith("未") and one not in made.blank]
    if target.words and target.says in ("one_of", "some_of"):
        made.words = dict(_near_words(texts, target))


def _near_words(texts: Sequence[str], target: Target) -> Iterator[tuple[str, str]]:
    labels = {plain(label.zh): word for word, label in target.words.items()}
    words = label_words(target)
    parts = dict.fromkeys(part.strip() for text in texts for part in _PARTS.split(text))
    for text in islice((part for part in parts if part and plain(part) not in words), _MOST_WORDS):
        if plain(text) in _NONE:
            continue
        close = difflib.get_close_matches(plain(text), labels, n=1, cutoff=_CLOSE)
        close = close or [one for one in labels if one in plain(text) or plain(text) in one][:1]
        if close:
            yield text, labels[close[0]]


def _confirm(made: Proposal, target: Target, values: Sequence[Value], guess: Guess) -> None:
    """Whether the cells are of the kind that the name promises."""
    how = as_column(made, target)
    wrong: Counter[str] = Counter()
    unitless = 0
    for value in values:
        try:
            if read_cell(value, how) is BLANK:
                continue
        except Unreadable as error:
            wrong[shown(value).strip()] += 1
            unitless += "has no unit" in str(error)
    good = 1 - (wrong.total() - unitless) / len(values) if values else 1.0
    if large := [shown(value) for value in values if looks_like_yuan(value, how)]:
        made.remarks.append(("large", "、".join(large[:_SHOWN])))
    numbers = dict.fromkeys(shown(value) for value in values if looks_like_day_number(value, how))
    if numbers:
        made.remarks.append(("day_numbers", "、".join(list(numbers)[:_SHOWN])))
    if target.says in ("money", "percent", "duration") and wrong and unitless:
        made.remarks.append(("unit", ""))
        made.trust = "likely"
    elif others := [text for text in wrong if text not in numbers]:
        made.remarks.append(("unread", "、".join(others[:_SHOWN])))
    if made.yes or made.no or made.words or made.none or made.blank:
        made.remarks.append(("meanings", ""))
        made.trust = "likely"
    elif guess.exact and good >= _MOSTLY and len(values) >= _ENOUGH and not wrong:
        made.trust = "certain"
    if good < _MOSTLY:
        made.trust = "likely"
    if target.says != "text" and (good == 0 or (good < _HARDLY and target.says not in ("one_of", "some_of"))):
        made.nearest.insert(0, (target.path, target.label))
        made.fact, made.label, made.trust = None, None, "none"
        made.unit, made.yes, made.no, made.blank, made.none, made.words = None, [], [], [], [], {}
    if not values:
        made.remarks.append(("no_cells", ""))


def as_column(made: Proposal, target: Target) -> ColumnMap:
    """The proposal as a column of a map that was read."""

    def plainly(texts: Sequence[str]) -> frozenset[str]:
        return frozenset(map(plain, texts))

    words = {**label_words(target), **{plain(text): (word,) for text, word in made.words.items()}}
    return ColumnMap(
        made.name, target, made.unit, plainly(made.yes), plainly(made.no), words,
        plainly(made.blank), plainly(made.none),
    )  # fmt: skip


def _only_once(made: Sequence[Proposal]) -> None:
    """A fact stands in one column: in the one to be trusted most."""
    listed = any(one.fact and one.fact.startswith("documents.") for one in made)
    taken: dict[str, Proposal] = {}
    for one in sorted((one for one in made if one.fact), key=lambda one: (-_WEIGHT[one.trust], len(one.remarks))):
        assert one.fact is not None
        assert one.label is not None
        if one.fact in taken or (one.fact == "documents" and listed):
            one.nearest.insert(0, (one.fact, one.label))
            one.remarks.append(("taken", taken[one.fact].name if one.fact in taken else "documents.…"))
            one.fact, one.label, one.trust, one.unit = None, None, "none", None
        else:
            taken[one.fact] = one
