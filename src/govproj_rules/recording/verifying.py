"""A record held against what there is now: everything it rests on, and the answer made anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govproj_rules.checking import check, need
from govproj_rules.engines import ENGINES, Engine
from govproj_rules.errors import InvalidInput, quote, wrong
from govproj_rules.ir import RuleSet
from govproj_rules.library import built_in, load_ruleset
from govproj_rules.project import read_project, read_project_of, stated
from govproj_rules.recorded import Record, canonical, content_sha256
from govproj_rules.recording.making import answer_of
from govproj_rules.recording.reading import read_line
from govproj_rules.recording.verified import Difference, FindingDifference, Verification
from govproj_rules.records import plain
from govproj_rules.report import ProjectInfo
from govproj_rules.version import __version__
from govproj_rules.vocabulary import vocabulary
from govproj_rules.working_days import calendar_sha256, known_years

Choose = Callable[[Record], RuleSet | None]
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, and the file it is held against; problems are told there."""

    file: str = "<record>"
    number: int | None = None
    project: str = "<project>"


def verify(
    record: Record | bytes,
    ruleset: RuleSet | Choose | None = None,
    *,
    project: bytes | None = None,
    engine: Engine | None = None,
    place: Place = Place(),
) -> Verification:
    """Whether a record is reproduced by what is installed here, and exactly what differs.

    ``record`` is one, or its line as a file has it. ``ruleset`` is the edition to hold it against, or chooses one by
    the record; by default, or where it chooses none, the built-in one of that name. ``project``: the bytes of a project
    file it should have been made of. ``engine``: who decides, by default the one recorded. Raises
    :class:`InvalidInput` for what is no record, for a ruleset that is not built in and not given, for a project file
    that cannot be read, and where the engine is not there.
    """
    line = record if isinstance(record, bytes) else record.to_bytes()
    kept, raw = read_line(line, place.file, place.number)
    recorded: Engine = next((one for one in ENGINES if one == kept.engine.name), "python")
    decider = engine or recorded
    need(decider)
    made = _Verifying(kept, raw, [*_own(raw, line), *_engine(kept, decider), *_words(kept)])
    if not made.blocked:  # without words nothing can be read
        try:
            if project is not None:
                made.differences += _held(raw["project"], kept.source_sha256, project, place.project)
            made.decide(ruleset(kept) if callable(ruleset) else ruleset, decider)
        except InvalidInput as error:
            raise InvalidInput(
                one if one.file else one.at(place.file, place.number) for one in error.problems
            ) from None
    return made.told()


class _Verifying:
    """One record, and what was found so far."""

    def __init__(self, kept: Record, raw: Data, differences: list[Difference]) -> None:
        self.kept, self.raw, self.differences = kept, raw, differences
        self.findings: list[FindingDifference] = []
        self.held: bool | None = None

    @property
    def blocked(self) -> bool:
        """Whether no answer can be made."""
        return any(one.how == "unreadable" for one in self.differences)

    def decide(self, given: RuleSet | None, engine: Engine) -> None:
        """Make the answer anew, and tell where it differs."""
        used = given or self._built_in()
        if used is not None:
            self.differences += _edition(self.kept, used)
        try:
            project = read_project_of(self.raw["project"])
        except InvalidInput as error:
            self.differences.append(Difference("project", "unreadable", problems=list(error.problems)))
            return
        if used is None or used.id != self.kept.ruleset.id:
            return
        try:
            answer = answer_of(check(project, used, as_of=self.kept.as_of, engine=engine))
        except InvalidInput as error:
            self.differences.append(Difference("answer", "unmade", problems=list(error.problems)))
            return
        parts = list(_parts(self.raw, answer))
        if not _same(self.raw["findings"], answer["findings"]):
            self.findings = list(_findings(self.raw["findings"], answer["findings"], used))
            parts += [] if self.findings else [Difference("answer", "order")]
        self.differences += parts
        self.held = not parts and not self.findings

    def _built_in(self) -> RuleSet | None:
        name = self.kept.ruleset.id
        if name not in built_in():  # a record chooses no paths
            said = f"the record rests on the ruleset {quote(name)}, which is not built in"
            raise wrong("unknown-city", said, "give the file of that ruleset with --city")
        try:
            return load_ruleset(name)
        except InvalidInput as error:
            self.differences.append(Difference("ruleset", "unreadable", problems=list(error.problems)))
            return None

    def told(self) -> Verification:
        kept = self.kept
        id, name = (value if isinstance(value := self.raw["project"].get(key), str) else None for key in ("id", "name"))
        return Verification(
            sha256=kept.sha256,
            project=ProjectInfo(id, name or ""),
            ruleset=kept.ruleset.id,
            as_of=kept.as_of,
            reproduced=self.held is True and all(one.part == "engine" for one in self.differences),
            held=self.held,
            differences=self.differences,
            findings=self.findings,
        )


# --- what it rests on -------------------------------------------------------------------------------


def _own(raw: Data, line: bytes) -> Iterator[Difference]:
    """Whether the record is as it was written."""
    if (found := content_sha256(raw)) != raw["sha256"]:
        yield Difference("record", "altered", raw["sha256"], found)
    elif canonical(raw) + b"\n" != line:
        yield Difference("record", "rewritten")


def _engine(kept: Record, decider: Engine) -> Iterator[Difference]:
    if kept.engine.version != __version__:
        yield Difference("engine", "version", kept.engine.version, __version__)
    if kept.engine.name != decider:
        yield Difference("engine", "name", kept.engine.name, decider)


def _words(kept: Record) -> Iterator[Difference]:
    """The vocabulary and the calendar."""
    try:
        if (found := vocabulary().sha256) != kept.vocabulary_sha256:
            yield Difference("vocabulary", "bytes", kept.vocabulary_sha256, found)
    except InvalidInput as error:
        yield Difference("vocabulary", "unreadable", problems=list(error.problems))
    if (found := calendar_sha256()) != kept.calendar_sha256:
        try:
            known_years()
            yield Difference("calendar", "bytes", kept.calendar_sha256, found)
        except InvalidInput as error:
            yield Difference("calendar", "unreadable", kept.calendar_sha256, found, problems=list(error.problems))


def _edition(kept: Record, used: RuleSet) -> Iterator[Difference]:
    was = kept.ruleset
    then = was.model_dump(mode="json", by_alias=True, include={"status", "in_force"})
    now = {"status": used.status, "in_force": plain({"from": used.in_force_from, "until": used.in_force_until})}
    if was.id != used.id:
        yield Difference("ruleset", "other", was.id, used.id)
    elif then != now:
        yield Difference("ruleset", "edition", then, now)
    elif was.sha256 != used.sha256:
        yield Difference("ruleset", "bytes", was.sha256, used.sha256)


def _held(recorded: Data, sha256: str | None, data: bytes, file: str) -> Iterator[Difference]:
    """A project file against the project that was recorded."""
    now = stated(read_project(data, file))
    moved = list(_moved(recorded, now))
    yield from (Difference("project", "fact", old, new, path) for path, old, new in moved)
    if not moved and sha256 is not None and (found := hashlib.sha256(data).hexdigest()) != sha256:
        yield Difference("project", "bytes", sha256, found)


def _moved(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place at which two projects differ, with what stands there."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _moved(old.get(key), new.get(key), f"{path}.{key}".removeprefix("."))
    elif isinstance(old, list) and isinstance(new, list) and any(isinstance(one, Mapping) for one in (*old, *new)):
        for place in range(max(len(old), len(new))):
            was, now = (some[place] if place < len(some) else None for some in (old, new))
            yield from _moved(was, now, f"{path}[{place}]")
    elif not _same(old, new):
        yield path, old, new


# --- the answer -------------------------------------------------------------------------------------


def _same(old: Any, new: Any) -> bool:
    """Whether two pieces of JSON data are the same; to Python, ``true`` is 1."""
    return canonical(old) == canonical(new)


def _parts(raw: Data, answer: Data) -> Iterator[Difference]:
    for part in ("scope", "regime", "verdict", "counts"):
        if not _same(raw[part], answer[part]):
            yield Difference("answer", part, raw[part], answer[part])


def _findings(was: list[Data], now: list[Data], used: RuleSet) -> Iterator[FindingDifference]:
    titles = {f"{used.id}/{rule.id}": rule.title for rule in used.rules}
    old, new = ({(one["rule"], one["for"]): one for one in some} for some in (was, now))
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key, {}), new.get(key, {})
        differs = [part for part in {**before, **after} if not _same(before.get(part), after.get(part))]
        if differs:
            others = [part for part in differs if part != "status"] if before and after else []
            yield FindingDifference(*key, before.get("status"), after.get("status"), others, titles.get(key[0]))
