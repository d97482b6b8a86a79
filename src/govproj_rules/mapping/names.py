"""What the name of a column may mean: labels, synonyms, and how near they are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from govproj_rules.mapping.reading import UNITS
from govproj_rules.mapping.targets import Target, plain
from govproj_rules.source import decode, parse_yaml, read_bytes

Trust = Literal["certain", "likely", "none"]
NEAREST: Final = 3
_NEAR, _FAR = 0.72, 0.4
"""How like a name must be to be taken for it, and to be told of."""
_UNIT: Final = re.compile(r"(?:单位)?:?(亿元|万元|元|%)(?=$|[,，;；、])")
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
BETWEEN: Final = " / "
"""What stands between the two lines of a header in the name of a column."""
_MARKS: Final = "*:：?"
_IN_BRACKETS: Final = re.compile(r"[(\[【].*?[)\]】]")
_OF_WHETHER: Final = ("是否已", "是否", "有无", "有没有", "已", "项目")
_OF_DATE: Final = ("日期", "时间", "日", "年月日", "date")
_OF_DATED: Final = re.compile(r"(日期|时间|年月日|date)")


class Synonyms(NamedTuple):
    """Names by what they surely, or maybe, mean; and names that say nothing of a project."""

    sure: dict[str, list[str]]
    maybe: dict[str, list[str]]
    ignored: list[str]


class Guess(NamedTuple):
    """What a column may be: a fact, how far that is to be trusted, and the facts nearest to its name.

    ``exact``: it is a name of the fact, but for words such as 是否 and 日期; its cells can confirm it.
    """

    path: str | None
    trust: Trust
    nearest: tuple[str, ...]
    ignored: bool = False
    exact: bool = False


@cache
def synonyms() -> Synonyms:
    """The table of synonyms that comes with the package."""
    path = Path(__file__).with_name("synonyms.yaml")
    data = parse_yaml(decode(read_bytes(path), str(path)), str(path)).data
    return Synonyms(data["sure"], data["maybe"], data["ignored"])


def unit_in(name: str) -> str | None:
    """The unit that the name of a column states, such as 总投资（万元）; of two lines, the lower counts before the upper."""
    for line in reversed(name.split(BETWEEN)):
        text = plain(line)
        for inside in reversed(_BRACKETS.findall(text)):
            if found := _UNIT.match(inside):
                return found[1]
        if text.endswith(UNITS["money"]):
            return max((unit for unit in UNITS["money"] if text.endswith(unit)), key=len)
    return None


class Names:
    """Every name that some facts go by."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.targets = {one.path: one for one in targets}
        self.sure: dict[str, set[str]] = {}
        self.maybe: dict[str, set[str]] = {}
        table = synonyms()
        for path, one in self.targets.items():
            for name in (path, one.label.zh, one.label.en, *table.sure.get(path, ())):
                self.sure.setdefault(bare(name), set()).add(path)
            for name in table.maybe.get(path, ()):
                self.maybe.setdefault(bare(name), set()).add(path)
        self.ignored = {bare(name) for name in table.ignored}

    def guess(self, name: str, near: bool = True) -> Guess:
        """What a column of this name may be; without ``near`` only by the names themselves, which is quick."""
        forms = list(_forms(name))
        for whole in forms:
            key = bare(whole)
            if key in self.ignored:
                return Guess(None, "certain", (), ignored=True)
            for trust, table in (("certain", self.sure), ("likely", self.maybe)):
                found = self._best(table.get(key, set()), whole)
                if found:
                    return Guess(
                        found[0], "certain" if trust == "certain" and len(found) == 1 else "likely", tuple(found)
                    )
        for whole in forms:
            for key in _shorter(bare(whole)):
                if found := self._best(self.sure.get(key, set()), whole):
                    return Guess(found[0], "likely", tuple(found), exact=len(found) == 1)
        found_near = self._near(bare(forms[min(1, len(forms) - 1)])) if near else []
        nearest = tuple(path for _, path in found_near)
        if found_near and found_near[0][0] >= _NEAR:
            return Guess(nearest[0], "likely", nearest)
        return Guess(None, "none", nearest)

    def _best(self, paths: set[str], name: str) -> list[str]:
        """A name that speaks of a day means the day; of several, the one with the shortest path comes first."""
        dated = _OF_DATED.search(plain(name)) is not None
        found = sorted(paths, key=lambda path: (self._is_day(path) is not dated, len(path), path))
        return [path for path in found if self._is_day(path) is dated] or found

    def _is_day(self, path: str) -> bool:
        return path.endswith(".date") or path.startswith("events.") or self.targets[path].says == "date"

    def _near(self, key: str) -> list[tuple[float, str]]:
        scored: dict[str, float] = {}
        for name, paths in self.sure.items():
            ratio = difflib.SequenceMatcher(None, key, name).ratio()
            for path in paths:
                scored[path] = max(ratio, scored.get(path, 0.0))
        best = sorted(
            ((ratio, path) for path, ratio in scored.items() if ratio > 0.4), key=lambda one: (-one[0], one[1])
        )
        return best[:NEAREST]


def _forms(name: str) -> Iterator[str]:
    """The whole name of a column, then its lower line alone, then the upper."""
    yield name
    if BETWEEN in name:
        upper, _, lower = name.partition(BETWEEN)
        yield lower
        yield upper


def bare(name: str) -> str:
    """A name without what only dresses it: units, remarks in brackets, 是否, 日期."""
    text = plain(name)
    text = _IN_BRACKETS.sub("", text).strip(_MARKS) or text.strip(_MARKS)
    for unit in UNITS["money"][::-1]:
        text = text.removesuffix(unit) or text
    return text.replace("/", "").replace("_", " ")


def _shorter(key: str) -> Iterator[str]:
    """The same without the words that say what kind of thing it is."""
    made = key
    for word in _OF_WHETHER:
        made = made.removeprefix(word) or made
    yield made
    for word in _OF_DATE:
        if made.endswith(word) and len(made) > len(word):
            yield made.removesuffix(word)
