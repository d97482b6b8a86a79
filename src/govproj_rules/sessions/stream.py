"""Many projects in one stream: JSON lines go in, answers come out, one line after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from govproj_rules.checking import need
from govproj_rules.engines import Engine
from govproj_rules.errors import InvalidInput, Problem, quote, wrong
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project, read_project_of
from govproj_rules.report import Report
from govproj_rules.sessions.lines import MAX_NAME, Asked, AsOf, Command, Edits, Restore, Start, read_line
from govproj_rules.sessions.records import Changes, State
from govproj_rules.sessions.session import Session
from govproj_rules.sessions.snapshots import project_of
from govproj_rules.source import MAX_BYTES, decode, parse_json

MOST: Final = 100_000
"""As many projects as a stream holds open, unless it is told otherwise."""
MAX_HELD: Final = 200_000_000
"""As many bytes as all open projects may have together, written as lines."""


@dataclass(frozen=True, slots=True)
class Day:
    """A new day: how many projects are open, for how many it changed something, and how many are undetermined."""

    as_of: date
    projects: int
    changed: int
    undetermined: int


@dataclass(frozen=True, slots=True)
class Saved:
    """One open project as a line that opens it again."""

    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """The end of a snapshot: how many projects it has."""

    projects: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A project is no longer open."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not carried out, with everything that is wrong with it."""

    problems: tuple[Problem, ...]


Told = State | Changes | Report | Day | Saved | Counted | Ended | Refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line is answered with; ``project`` is the name the stream knows it by, ``ruleset`` what it is under."""

    line: int
    project: str | None
    told: Told
    ruleset: RuleSet | None = None


class Stream:
    """The open projects of a stream."""

    def __init__(
        self, choose: Callable[[Project], RuleSet], *, as_of: date, engine: Engine = "python", most: int = MOST,
        room: int = MAX_HELD,
    ) -> None:  # fmt: skip
        """``choose`` names the ruleset of a project; ``most`` is how many may be open at a time, in ``room`` bytes."""
        need(engine)
        self.choose, self.as_of, self.engine, self.most = choose, as_of, engine, most
        self.sessions: dict[str, Session] = {}
        self.refused = 0
        self._room = _Room(room)

    def read(self, line: bytes | None, number: int, file: str = "<stdin>") -> Iterator[Answer]:
        """The answers to one line; a line that is wrong is answered with its problems, and changes nothing.

        None is a line too long to be read.
        """
        name: str | None = None
        try:
            if line is None or len(line) > MAX_BYTES:
                raise wrong("too-large", "the line is over 10 MB", "one line holds one step")
            raw = parse_json(decode(line.rstrip(b"\r\n"), file), file)
            if isinstance(raw, dict) and isinstance(given := raw.get("project"), str):
                name = given[:MAX_NAME]
            name, command = read_line(raw)
            if name is not None and isinstance(command, Start | Restore | Edits):
                self._room.take(name, len(line), self.sessions)
            for project, told in self._do(name, command):
                session = self.sessions.get(project or "")
                yield Answer(number, project, told, session.ruleset if session else None)
        except InvalidInput as error:
            self.refused += 1
            problems = (
                one if one.file not in (None, file) else one.at(file, number, one.column) for one in error.problems
            )
            yield Answer(number, name, Refused(tuple(problems)))

    def _do(self, name: str | None, command: Command) -> Iterator[tuple[str | None, Told]]:
        match command:
            case AsOf(day):
                yield from self._advance(day)
            case Asked("snapshot", count):
                if count is None:
                    yield from ((one, Saved(session.snapshot())) for one, session in self.sessions.items())
                yield None, Counted(len(self.sessions) if count is None else count)
            case _:
                assert name is not None
                yield from ((name, told) for told in self._of(name, command))

    def _of(self, name: str, command: Command) -> Iterator[Told]:
        """What is said about one project."""
        match command:
            case Start(raw):
                yield self._start(name, raw)
            case Restore(snapshot):
                yield from self._restore(name, snapshot)
            case Asked("report"):
                yield self._open(name).report()
            case Asked():
                self._open(name)
                del self.sessions[name]
                self._room.free(name)
                yield Ended()
            case _:
                yield self._open(name).take(command)

    def _open(self, name: str) -> Session:
        if name not in self.sessions:
            said = f"there is no open project {quote(name)}"
            raise wrong("unknown-project", said, "open it with `start`")
        return self.sessions[name]

    def _advance(self, day: date) -> Iterator[tuple[str | None, Told]]:
        """A new day for every open project: each that changes is told, then how many did."""
        if day < self.as_of:
            said = f"the day {quote(day.isoformat())} is before {quote(self.as_of.isoformat())}"
            raise wrong("earlier-day", said, "a stream goes on to later days only")
        self.as_of, changed = day, 0
        for name, session in self.sessions.items():
            if made := session.advance(day):
                changed += 1
                yield name, made
        undetermined = sum(session.verdict == "undetermined" for session in self.sessions.values())
        yield None, Day(day, len(self.sessions), changed, undetermined)

    def _start(self, name: str, raw: Any) -> State:
        self._need_room(name)
        project = read_project_of(raw)
        session = Session(self.choose(project), project, as_of=self.as_of, engine=self.engine)
        self.sessions[name] = session
        return session.state()

    def _restore(self, name: str, snapshot: Any) -> Iterator[Told]:
        """As the snapshot has it, and then what the days since have changed."""
        self._need_room(name)
        ruleset = self.choose(project_of(snapshot))
        session = Session.restore(ruleset, snapshot, engine=self.engine)
        state, made = session.state(), session.advance(self.as_of)
        self.sessions[name] = session
        yield state
        if made:
            yield made

    def _need_room(self, name: str) -> None:
        if name in self.sessions:
            raise wrong("open-project", f"the project {quote(name)} is open already", "`end` it first")
        if len(self.sessions) >= self.most:
            said = f"{self.most} projects are open, and no more are taken"
            raise wrong("too-many-projects", said, "`end` some, or start with a larger --most")


class _Room:
    """How many bytes the open projects have: those of their lines, measured anew where many may have been replaced."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.sizes: dict[str, int] = {}
        self.held = self.loose = 0

    def take(self, name: str, more: int, sessions: Mapping[str, Session]) -> None:
        """Count a line to a project; raises where there is no room for it."""
        if self.held + more > self.most and self.loose > self.most // 10:
            self.sizes = {one: _size(session) for one, session in sessions.items()}
            self.held, self.loose = sum(self.sizes.values()), 0
        if self.held + more > self.most:
            said = f"the open projects have {self.most} bytes together, and no more are taken"
            raise wrong("too-large", said, "`end` some")
        self.loose += more  # a fact may take the place of another, and a line may yet be refused
        self.held += more
        self.sizes[name] = self.sizes.get(name, 0) + more

    def free(self, name: str) -> None:
        self.held -= self.sizes.pop(name, 0)


def _size(session: Session) -> int:
    """The bytes of a project as a line has it."""
    return len(json.dumps(session.snapshot(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
