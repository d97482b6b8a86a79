"""One project over time: facts come and go one at a time, and each step tells only what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from govproj_rules.checking import check, need, read_facts
from govproj_rules.engines import Engine
from govproj_rules.errors import quote, wrong
from govproj_rules.facts import Facts
from govproj_rules.ir import RuleSet
from govproj_rules.project import Project, read_project_of
from govproj_rules.report import Report
from govproj_rules.sessions.deciding import decide
from govproj_rules.sessions.lines import AsOf, Edits, Event, Step, read_step
from govproj_rules.sessions.records import Changes, State
from govproj_rules.sessions.snapshots import read_snapshot, snapshot_of
from govproj_rules.sessions.stating import Edit, restated
from govproj_rules.sessions.telling import changes_of, state_of
from govproj_rules.vocabulary import vocabulary


class Session:
    """A project under one ruleset, from day to day.

    It keeps the facts, the day, and how every rule stands; thousands of sessions fit into one process. A wrong fact
    raises :class:`InvalidInput`, as it would in a project file, and leaves the session as it was. Not to be shared
    between threads.

    >>> from datetime import date
    >>> from govproj_rules import Session, load_ruleset
    >>> session = Session(load_ruleset("dongying"), {"name": "x", "stage": "procurement"}, as_of=date(2026, 3, 2))
    >>> changes = session.event("contract_signed", date(2026, 3, 2))
    >>> [(row.do, str(row.due)) for row in changes.deadlines]
    [('contract_filed', '2026-03-16')]
    """

    __slots__ = ("_standing", "as_of", "engine", "project", "ruleset")

    def __init__(
        self,
        ruleset: RuleSet,
        project: Mapping[str, Any] | Project | None = None,
        *,
        as_of: date,
        engine: Engine = "python",
    ) -> None:
        """Open a session on a project: one as it is read, the data of a project file, or nothing known yet."""
        need(engine)
        self.ruleset = ruleset
        self.engine: Engine = engine
        self.as_of = as_of
        self.project = (
            project if isinstance(project, Project) else read_project_of({"name": "-"} if project is None else project)
        )
        self._standing = decide(ruleset, self._facts(self.project, as_of), engine)

    # --- steps --------------------------------------------------------------------------------------

    def set(self, path: str, value: object) -> Changes:
        """State the fact at a path, such as ``investment.total``, as a project file would; None takes it back."""
        return self._edit([(path, value)])

    def retract(self, path: str) -> Changes:
        """Take back what is stated at a path: from now on it is unknown."""
        return self._edit([(path, None)])

    def event(self, name: str, when: date | str | bool = True) -> Changes:
        """Tell that an event happened: on a day, which is added to its other days, or (True) on a day not known."""
        return self._edit([self._event(name, when)])

    def advance(self, as_of: date) -> Changes:
        """Go on to a later day."""
        if as_of < self.as_of:
            said = f"the day {quote(as_of.isoformat())} is before {quote(self.as_of.isoformat())}"
            raise wrong("earlier-day", said, "a session goes on to later days only")
        return self._move(self.project, as_of)

    def apply(self, line: Mapping[str, Any]) -> Changes:
        """Take one step in the form of a line: ``{"set": {…}}``, ``{"retract": […]}``, ``{"event": …, "date": …}`` or
        ``{"as_of": …}``. All facts of a line are stated, or none.
        """
        return self.take(read_step(line))

    def take(self, step: Step) -> Changes:
        """Take one step, as it was read from a line."""
        match step:
            case Edits(edits):
                return self._edit(edits)
            case Event(name, when):
                return self.event(name, when)
            case AsOf(day):
                return self.advance(day)

    # --- what stands --------------------------------------------------------------------------------

    @property
    def verdict(self) -> str:
        """The verdict as things stand."""
        return self._standing.verdict

    def statuses(self) -> dict[tuple[str, str | None], str]:
        """How every rule that is asked of the project stands, by its name and what it is for, as in the report."""
        return {(f"{self.ruleset.id}/{row.rule}", row.for_): row.status for row in self._standing.rows}

    def state(self) -> State:
        """How the project stands, in short."""
        return state_of(self.ruleset, self._facts(self.project, self.as_of), self._standing)

    def report(self) -> Report:
        """What :func:`govproj_rules.check` says of the project as it stands."""
        return check(self.project, self.ruleset, as_of=self.as_of, engine=self.engine)

    def snapshot(self) -> dict[str, Any]:
        """The session as JSON data: the facts as stated, the day, and the edition of the ruleset."""
        return snapshot_of(self.ruleset, self.project, self.as_of)

    @classmethod
    def restore(cls, ruleset: RuleSet, snapshot: Mapping[str, Any], *, engine: Engine = "python") -> Session:
        """The session of a snapshot; raises :class:`InvalidInput` where it was made with another edition."""
        project, as_of = read_snapshot(ruleset, snapshot)
        return cls(ruleset, project, as_of=as_of, engine=engine)

    # --- inside -------------------------------------------------------------------------------------

    def _edit(self, edits: Sequence[Edit]) -> Changes:
        return self._move(restated(self.project, self.ruleset, edits), self.as_of)

    def _event(self, name: str, when: date | str | bool) -> Edit:
        if when is False:
            help = f"to say that it did not happen, set {quote(f'events.{name}')} to false"
            raise wrong("wrong-value", "`false` is no day on which an event happens", help)
        told = (self.project.events or {}).get(name)
        days = [day.isoformat() for day in told] if isinstance(told, tuple) else []
        if when is True:
            return f"events.{name}", days or True
        day = when.isoformat() if isinstance(when, date) else when
        return f"events.{name}", day if not days else days if day in days else [*days, day]

    def _move(self, project: Project, as_of: date) -> Changes:
        """Everything that may be refused is done before anything is changed."""
        facts = self._facts(project, as_of)
        standing = decide(self.ruleset, facts, self.engine)
        made = changes_of(self.ruleset, facts, self._standing, standing)
        self.project, self.as_of, self._standing = project, as_of, standing
        return made

    def _facts(self, project: Project, as_of: date) -> Facts:
        return Facts(project, read_facts(project, self.ruleset), as_of, self.ruleset.stages, vocabulary())
