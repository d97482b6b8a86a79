"""The only place that knows durable-rules: a few rules in its engine, and one session at a time.

The rules go in as its own JSON, built from numbers: names of rules and columns are made here, and a word of a file
stands nowhere but as a quoted literal. What the package wraps around its engine is left out on purpose: it swallows
what an action raises, writes the session back after every action, and starts threads that run rules on their own.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.to_durable.network import Atom

MOST_RULES: Final = 60
"""As many rules as one engine takes. Its stack has 64 places and each rule that is true holds at most one; the rule
that closes a session is one more. Its table of first tests, of 512 places, must never be full either."""

MOST_COLUMNS: Final = 200
"""As many columns as one session is told; the engine reads 254 properties of a fact, its two ids among them."""

COLUMN_NAMES: Final = tuple(f"c{place}" for place in range(MOST_COLUMNS))
"""The engine knows a name by a hash of 32 bits; a test holds that these are apart from each other and from its own."""

_ALONE: Final = Lock()
if hasattr(os, "register_at_fork"):  # a fork waits until no session is open, so that the new process has none either
    os.register_at_fork(before=_ALONE.acquire, after_in_parent=_ALONE.release, after_in_child=_ALONE.release)
_SESSION: Final = "1"
_LAST: Final = "last"


def load_engine() -> Any:
    """The engine of durable-rules; raises :class:`InvalidInput` where it is not installed."""
    try:
        import durable_rules_engine
    except ImportError:
        raise InvalidInput([_NOT_INSTALLED]) from None
    return durable_rules_engine


_NOT_INSTALLED = Problem(
    "no-durable-rules",
    "the engine `durable` needs the package durable-rules, which is not installed",
    "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable-rules==2.0.28 (needs a C compiler)",
)


class EngineError(RuntimeError):
    """The engine did not do what it was told; never the fault of an input."""


class Engine:
    """Some conjunctions in an engine of their own, numbered as given."""

    def __init__(self, conjunctions: Sequence[Iterable[Atom]], columns: Mapping[int, int]) -> None:
        """``columns`` gives each column that is tested its place among the facts of a session."""
        assert len(conjunctions) <= MOST_RULES
        assert len(columns) <= MOST_COLUMNS
        self._native = load_engine()
        rules = {f"r{place}": _rule([_test(atom, columns) for atom in sorted(atoms, key=lambda one: columns[one.column])])
                 for place, atoms in enumerate(conjunctions)}  # fmt: skip
        self._rules = json.dumps({**rules, _LAST: _rule([{_LAST: 1}])})
        self._handle = self._create()

    def run(self, facts: Sequence[int | str], act: Callable[[int], None]) -> None:
        """Tell one session the facts and ``act`` on the number of each conjunction that holds, in any order.

        One session lives at a time in the whole process, and none after this returns. What ``act`` raises is raised.
        """
        told = {"sid": _SESSION, "id": _SESSION, _LAST: 1, **dict(zip(COLUMN_NAMES, facts, strict=False))}
        closed = False
        with _ALONE:
            state, first = self._open(json.dumps(told))
            fired: str | None = first
            try:
                while fired:
                    name = fired.split('"', 2)[1]
                    if name == _LAST:
                        closed = True
                    else:
                        act(int(name[1:]))
                    fired = self._native.complete_and_start_action(self._handle, state)
            finally:
                self._native.delete_state(self._handle, _SESSION)
        if not closed:
            raise EngineError("the engine did not come to its last rule")

    def _open(self, message: str) -> tuple[int, str]:
        """A session told the facts, and the first rule that fired in it."""
        opened = False
        try:
            result, state = self._native.assert_fact(self._handle, message)
            first = self._native.start_action_for_state(self._handle, state) if result == 0 else None
            if not first:
                raise EngineError(f"the engine took the facts with result {result} and fired nothing")
            opened = True
            return state, first[1]
        finally:
            # A session that never came to an action cannot be deleted, for the engine would free what it never set:
            # it is left behind with its rules, and the next project gets new ones.
            if not opened:
                self._handle = self._create()

    def _create(self) -> int:
        handle: int = self._native.create_ruleset("conditions", self._rules)
        weakref.finalize(self, self._native.delete_ruleset, handle).atexit = False
        return handle


def _rule(tests: list[dict[str, Any]]) -> dict[str, Any]:
    return {"all": [{"m": tests[0] if len(tests) == 1 else {"$and": tests}}]}


def _test(atom: Atom, columns: Mapping[int, int]) -> dict[str, Any]:
    test = {COLUMN_NAMES[columns[atom.column]]: atom.value}
    return test if atom.op == "$eq" else {atom.op: test}
