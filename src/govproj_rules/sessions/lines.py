"""The lines of a stream: what each may say, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote, wrong
from govproj_rules.sessions.stating import Edit
from govproj_rules.source import MAX_PROBLEMS
from govproj_rules.values import Unreadable, parse_date

MAX_NAME: Final = 200
MAX_EDITS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Edits:
    """Facts to be stated, or (None) taken back."""

    every: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An event that happened, on a day or (True) on one not known."""

    name: str
    when: Any


@dataclass(frozen=True, slots=True)
class AsOf:
    """A later day."""

    day: date


@dataclass(frozen=True, slots=True)
class Start:
    """A project to be opened."""

    project: Any


@dataclass(frozen=True, slots=True)
class Restore:
    """A project to be opened as a snapshot has it."""

    snapshot: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """``report``, ``end`` or ``snapshot``; ``snapshot`` as a number ends a snapshot and asks nothing."""

    what: str
    count: int | None = None


Step = Edits | Event | AsOf
Command = Step | Start | Restore | Asked


def read_line(raw: object) -> tuple[str | None, Command]:
    """The project a line is about, if any, and what it says; raises :class:`InvalidInput` with every problem."""
    command = _read(raw, VERBS)
    assert isinstance(raw, Mapping)
    name = raw.get("project")
    about = not isinstance(command, AsOf) and not (isinstance(command, Asked) and command.what == "snapshot")
    if not about:
        if name is not None:
            raise wrong("unknown-key", f"{quote(_verb(raw))} is about all projects", "leave out `project`")
        return None, command
    if name is None:
        raise wrong("missing-key", "the line lacks the key `project`", "the name by which the stream knows it")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        said = f"{quote(name)} is not the name of a project"
        raise wrong("wrong-value", said, f"a text of at most {MAX_NAME} characters")
    return name, command


def read_step(raw: object) -> Step:
    """What a line says to one session."""
    made = _read(raw, STEPS)
    assert isinstance(made, Edits | Event | AsOf)
    return made


def _read(raw: object, verbs: Mapping[str, Callable[[Any, Mapping[str, Any]], Command]]) -> Command:
    if not isinstance(raw, Mapping):
        raise wrong(
            "wrong-type", f"a line must be a mapping, not {quote(raw)}", 'such as {"project": "A", "end": true}'
        )
    known = [*(["project"] if verbs is VERBS else []), *verbs, "date"]
    if unknown := list(islice(_unknown(raw, known), MAX_PROBLEMS)):
        raise InvalidInput(unknown)
    given = [verb for verb in verbs if verb in raw]
    choice = ", ".join(quote(verb) for verb in verbs)
    if not given:
        raise wrong("missing-key", "the line says nothing to do", f"one of {choice}")
    if len(given) > 1:
        raise wrong(
            "two-verbs", f"a line does one thing, not {quote(given[0])} and {quote(given[1])}", "write two lines"
        )
    if "date" in raw and given != ["event"]:
        raise wrong("unknown-key", f"`date` does not go with {quote(given[0])}", "it is the day of an `event`")
    return verbs[given[0]](raw[given[0]], raw)


def _unknown(raw: Mapping[str, Any], known: list[str]) -> Iterator[Problem]:
    for key in raw:
        if key not in known:
            yield Problem("unknown-key", f"there is no key {quote(key)} in a line", did_you_mean(str(key), known))


def _verb(raw: Mapping[str, Any]) -> str:
    return next(verb for verb in VERBS if verb in raw)


# --- one verb each ----------------------------------------------------------------------------------


def _set(value: Any, _: object) -> Edits:
    if not isinstance(value, Mapping):
        raise wrong("wrong-type", f"`set` must be a mapping, not {quote(value)}", 'such as {"stage": "construction"}')
    return _edits(value.items())


def _retract(value: Any, _: object) -> Edits:
    paths = [value] if isinstance(value, str) else value
    if not isinstance(paths, list | tuple) or not all(isinstance(path, str) for path in paths):
        raise wrong("wrong-type", f"`retract` must be a list of paths, not {quote(value)}", 'such as ["stage"]')
    return _edits((path, None) for path in paths)


def _edits(edits: Iterable[Edit]) -> Edits:
    made = tuple(edits)
    if len(made) > MAX_EDITS:
        raise wrong("too-long", f"the line has more than {MAX_EDITS} facts", "write several lines")
    return Edits(made)


def _event(value: Any, raw: Mapping[str, Any]) -> Event:
    if not isinstance(value, str):
        raise wrong("wrong-type", f"`event` must be the name of an event, not {quote(value)}")
    return Event(value, raw.get("date", True))


def _as_of(value: Any, _: object) -> AsOf:
    try:
        return AsOf(parse_date(value))
    except Unreadable as error:
        raise wrong("wrong-value", f"as_of: {error}", error.help) from None


def _asked(what: str) -> Callable[[Any, object], Asked]:
    def read(value: Any, _: object) -> Asked:
        if what == "snapshot" and isinstance(value, int) and not isinstance(value, bool):
            return Asked(what, value)
        if value is not True:
            raise wrong("wrong-value", f"{quote(what)} must be `true`, not {quote(value)}")
        return Asked(what)

    return read


STEPS: Final[Mapping[str, Callable[[Any, Any], Command]]] = {
    "set": _set,
    "retract": _retract,
    "event": _event,
    "as_of": _as_of,
}
VERBS: Final[Mapping[str, Callable[[Any, Any], Command]]] = {
    "start": lambda value, _: Start(value),
    **STEPS,
    "report": _asked("report"),
    "end": _asked("end"),
    "snapshot": _asked("snapshot"),
    "restore": lambda value, _: Restore(value),
}
"""What a line may do; this table is the only list of it."""
