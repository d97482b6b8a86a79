"""One rule decided: what every later step reads."""

from __future__ import annotations

from typing import Any, Final

from govproj_rules.evaluate.logic import Answer
from govproj_rules.evaluate.timing import Clock
from govproj_rules.facts import Missing, Seen
from govproj_rules.ir import Rule
from govproj_rules.light import dataclass
from govproj_rules.report import Because

_SAYS: Final = {"met": True, "unmet": False}
"""How the test of a date that decided a status came out."""


@dataclass(slots=True)
class Decision:
    """One rule decided for one element of a project; ``extra`` are the tests of its dates.

    One that is ``shared`` may stand in the answers for other projects, of which the like is known.
    """

    rule: Rule
    element: int | None
    for_: str | None
    status: str
    applies: Answer
    done: Answer
    done_day: Seen
    late: bool = False
    checked: bool = False
    missing: tuple[Missing, ...] = ()
    asked_from: str | None = None
    clock: Clock | None = None
    valid_until: Seen | None = None
    extra: tuple[Because, ...] = ()
    shared: bool = False

    @property
    def because(self) -> list[Because]:
        """Every test made, as :attr:`tests`, for a reader who may change them: other answers may rest on the same."""
        return [Because(one.fact, _own(one.test), _own(one.value), one.holds) for one in self.tests]

    @property
    def tests(self) -> list[Because]:
        """Every test made, the deciding ones first, each once."""
        applies, done = self.applies, self.done
        told = [*done.deciding, *applies.deciding, *done.rest, *applies.rest]
        if self.extra:
            wanted = _SAYS.get(self.status)
            first = [one for one in self.extra if one.holds is wanted]
            told = [*first, *done.deciding, *applies.deciding, *self.extra, *done.rest, *applies.rest]
        if len(told) < 2:
            return told
        once: list[Because] = []
        tests: dict[str, list[dict[str, Any]]] = {}
        for one in told:
            others = tests.get(one.fact)
            if others is None:
                tests[one.fact] = [one.test]
            elif one.test in others:
                continue
            else:
                others.append(one.test)
            once.append(one)
        return once


def _own(value: Any) -> Any:
    match value:
        case dict():
            return {key: _own(one) for key, one in value.items()}
        case list():
            return value.copy()
        case _:
            return value
