"""One rule decided: what every later step reads."""

from __future__ import annotations

from typing import Final, NamedTuple

from govproj_rules.evaluate.logic import YES, Answer
from govproj_rules.evaluate.timing import Clock
from govproj_rules.facts import Missing, Seen, known
from govproj_rules.ir import Rule
from govproj_rules.report import Because
from govproj_rules.values import NEVER

NOT_DONE: Final = known(NEVER)
_SAYS: Final = {"met": True, "unmet": False}
"""How the test of a date that decided a status came out."""


class Decision(NamedTuple):
    """One rule decided for one element of a project; ``extra`` are the tests of its dates."""

    rule: Rule
    element: int | None
    for_: str | None
    status: str
    applies: Answer
    done: Answer = YES
    late: bool = False
    checked: bool = False
    missing: tuple[Missing, ...] = ()
    asked_from: str | None = None
    clock: Clock | None = None
    done_day: Seen = NOT_DONE
    valid_until: Seen | None = None
    extra: tuple[Because, ...] = ()

    @property
    def because(self) -> tuple[Because, ...]:
        """Every test made, the deciding ones first, each once."""
        answers, wanted = (self.done, self.applies), _SAYS.get(self.status)
        first = [one for one in self.extra if one.holds is wanted]
        told = [*first, *self.done.deciding, *self.applies.deciding, *self.extra, *(t for a in answers for t in a.rest)]
        once = list({id(one): one for one in told}.values())
        if len({one.fact for one in once}) == len(once):
            return tuple(once)
        seen: dict[tuple[str, str], Because] = {}
        for one in once:
            seen.setdefault((one.fact, repr(one.test)), one)
        return tuple(seen.values())
