"""What a column can say of a project: every fact, under the path that rules and questions use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from govproj_rules.errors import did_you_mean
from govproj_rules.ir import FactInfo, Label, RuleSet
from govproj_rules.light import dataclass
from govproj_rules.project import fact_fields, words_of
from govproj_rules.source import Keys
from govproj_rules.vocabulary import Words, vocabulary

Says = Literal[
    "text", "yes_no", "money", "percent", "number", "grade", "year", "date", "duration", "one_of", "some_of", "happened",
    "none",
]  # fmt: skip
"""How a cell is read: the types of facts; ``happened`` is a day, several, or yes or no; ``none`` only ever says that
there are none."""

CHANGE: Final = "change"
"""The head of the paths of a change, in the columns of a sheet of changes."""
_TEXTS: Final = {
    "name": Label("项目名称", "name"), "id": Label("项目编号", "id"), "city": Label("所在地区", "city"),
    "applicant.name": Label("申报单位", "applicant"),
}  # fmt: skip
"""The fields no rule reads."""
_PART: Final = re.compile(r"changes\[(0|[1-9][0-9]{0,2})\]\.")
_OCCURRENCES: Final = ("change.filed", "change.reapproved")


@dataclass(frozen=True, slots=True)
class Target:
    """A fact as a column says it: ``keys`` is where it stands in a project file, ``words`` those it may hold."""

    path: str
    says: Says
    keys: Keys
    label: Label
    words: Words


class Targets:
    """Everything a column may say for projects under some rulesets."""

    def __init__(self, rulesets: Sequence[RuleSet]) -> None:
        self.rulesets = rulesets
        self.cities: Words = {one.id: one.city or one.title for one in rulesets}
        self.two_types: dict[str, tuple[str, str]] = {}
        self.project: Mapping[str, Target] = {one.path: one for one in self._of_project()}
        self.change: Mapping[str, Target] = {one.path: one for one in _of_change()}

    def find(self, path: str, of_change: bool = False) -> Target | None:
        """The target of a path; in a sheet of changes ``date`` is ``change.date``."""
        if of_change:
            return self.change.get(path if path.startswith(f"{CHANGE}.") else f"{CHANGE}.{path}")
        if part := _PART.match(path):
            found = self.change.get(f"{CHANGE}.{path[part.end() :]}")
            if found is None:
                return None
            return Target(path, found.says, ("changes", int(part[1]), *found.keys), found.label, found.words)
        return self.project.get(path)

    def near(self, path: str, of_change: bool = False) -> str | None:
        """A line of help for a path that is none."""
        return did_you_mean(path, self.change if of_change else self.project)

    def _of_project(self) -> Iterator[Target]:
        for path, label in _TEXTS.items():
            yield Target(path, "text", tuple(path.split(".")), label, self.cities if path == "city" else {})
        words = vocabulary()
        for path, marker in fact_fields().items():
            if not path.startswith(f"{CHANGE}."):
                says: Says = "grade" if path == "security.level" else marker.type  # type: ignore[assignment]
                options = words_of(marker.options) if marker.options else {}
                yield Target(path, says, tuple(path.split(".")), words.facts[path].label, options)
        yield Target("changes", "none", ("changes",), words.facts["changes"].label, {})
        yield Target("documents", "some_of", ("documents",), Label("已有材料", "documents"), words.documents)
        for name, label in words.documents.items():
            yield from _document(name, label)
        for name, event in words.events.items():
            yield from _happening(f"events.{name}", ("events", name), event.label)
        for path, info in self._facts().items():
            yield Target(path, info.type, tuple(path.split(".", 1)), info.label, info.options)  # type: ignore[arg-type]

    def _facts(self) -> dict[str, FactInfo]:
        """The facts to be stated; of one name and two types in two rulesets, the first."""
        shared = {path: info for path, info in vocabulary().facts.items() if path.startswith("facts.")}
        found: dict[str, FactInfo] = dict(shared)
        for one in self.rulesets:
            for path, info in one.facts.items():
                if info.computed or not path.startswith("facts."):
                    continue
                known = found.setdefault(path, info)
                if known.type != info.type:
                    self.two_types[path] = (known.type, info.type)
                elif known.options != info.options:
                    found[path] = FactInfo(path, info.type, known.label, options={**known.options, **info.options})
        return found


def _document(name: str, label: Label) -> Iterator[Target]:
    path, keys = f"documents.{name}", ("documents", name)
    yield Target(path, "happened", keys, label, {})
    yield Target(f"{path}.date", "date", (*keys, "date"), _more(label, "日期", "date"), {})
    yield from _happening(f"{path}.approved", (*keys, "approved"), _more(label, "已批复", "approved"))
    yield Target(
        f"{path}.sections", "some_of", (*keys, "sections"), _more(label, "内容", "sections"), words_of("sections")
    )
    yield Target(f"{path}.to", "some_of", (*keys, "to"), _more(label, "报送对象", "to"), words_of("roles"))


def _happening(path: str, keys: Keys, label: Label) -> Iterator[Target]:
    yield Target(path, "happened", keys, label, {})
    yield Target(f"{path}.date", "date", (*keys, "date"), _more(label, "日期", "date"), {})


def _of_change() -> Iterator[Target]:
    for path, marker in fact_fields().items():
        head, _, name = path.partition(".")
        if head != CHANGE or name.endswith(("ratio", ".date")):
            continue
        label = vocabulary().facts[path].label
        if path in _OCCURRENCES:
            yield from _happening(path, (name,), label)
        else:
            yield Target(path, marker.type, (name,), label, words_of(marker.options) if marker.options else {})  # type: ignore[arg-type]


def _more(label: Label, zh: str, en: str) -> Label:
    return Label(f"{label.zh}{zh}", f"{label.en}, {en}")


def plain(text: str) -> str:
    """A name as it is compared: widths, letter case and white space do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
