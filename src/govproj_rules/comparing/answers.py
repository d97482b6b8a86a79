"""Two reports on one project, and the answers in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

from govproj_rules.comparing.flipped import (
    ApprovalFlip,
    ApprovalState,
    Changed,
    Counts,
    DeadlineFlip,
    DeadlineState,
    DocumentFlip,
    FindingFlip,
    Move,
    State,
)
from govproj_rules.comparing.sides import side
from govproj_rules.ir import Approval, Label, RuleSet
from govproj_rules.report import ApprovalView, DeadlineView, DocumentView, Party, Report
from govproj_rules.telling.teller import Teller
from govproj_rules.waivers import mark_of

S = TypeVar("S", bound=State)
Seen = Callable[[S], Hashable]
Key = tuple[Any, ...]


class Answering:
    """One ruleset, and how its reports are told in both languages."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.rules = {f"{ruleset.id}/{rule.id}": rule for rule in ruleset.rules}
        self._side = side(ruleset)
        self._articles: dict[tuple[str, ...], Label] = {}
        self._marks: dict[tuple[str, str | None], str] = {}

    def _told(self, tell: Callable[[Teller], str]) -> Label:
        return self._side.both(tell, full=True)

    def article(self, cites: Sequence[str]) -> Label:
        key = tuple(cites)
        if key not in self._articles:
            self._articles[key] = self._told(lambda tell: tell.cite(cites))
        return self._articles[key]

    def document(self, word: str) -> Label:
        return self._told(lambda tell: tell.document(word))

    def event(self, word: str) -> Label:
        return self._told(lambda tell: tell.event(word))

    def element(self, for_: str | None) -> Label | None:
        made = self._told(lambda tell: tell.element(for_))
        return made if made.zh else None

    def state(self, view: Any) -> dict[str, Any]:
        """What every state has, of one record of the report it was turned to."""
        return {
            "rule": view.rule, "status": view.status, "waiver": self._marks.get((view.rule, view.for_)),
            "cite": view.cite, "article": self.article(view.cite),
        }  # fmt: skip

    def read(self, report: Report) -> None:
        """Turn to a report: the waivers on its findings are told with them."""
        self._marks = {
            (one.rule, one.for_): mark
            for one in (report.findings if report.waivers else ())
            if (mark := mark_of(one, report.waivers)) is not None
        }

    def closes(self, view: ApprovalView) -> str:
        """The event that completes an approval."""
        outcome = self.rules[view.rule].outcome
        assert isinstance(outcome, Approval)
        return outcome.event


def differences(old: Report, new: Report, sides: tuple[Answering, Answering], record: str) -> Changed | None:
    """What the two reports on one project answer differently; None where that is nothing.

    Rules, scope and regimes are held against each other only within one regulation.
    """
    by_rule = old.ruleset.id == new.ruleset.id
    for answering, report in zip(sides, (old, new), strict=True):
        answering.read(report)
    made = Changed(
        record,
        new.project,
        Move(old.verdict, new.verdict),
        Counts(old.counts, new.counts),
        Move(old.scope, new.scope),
        Move(old.regime, new.regime),
        list(_documents(old, new, sides)),
        list(_approvals(old, new, sides)),
        list(_deadlines(old, new, sides)),
        list(_findings(old, new, sides)) if by_rule else [],
    )
    words = (made.verdict, *((made.scope, made.regime) if by_rule else ()))
    moved = any(word.old != word.new for word in words)
    return made if moved or made.documents or made.approvals or made.deadlines or made.findings else None


def _element(for_: str | None) -> str | None:
    """Which change and which year a finding is about, without the member of the rule."""
    parts = (for_ or "").split(".")
    head = [part for part in parts[:1] if part == "changes" or part.startswith("changes[")]
    return ".".join([*head, *(part for part in parts[-1:] if part.isdigit())]) or None


# --- like meets like --------------------------------------------------------------------------------


def _grouped(views: Iterable[tuple[Key, S]]) -> dict[Key, list[S]]:
    made: dict[Key, list[S]] = {}
    for key, state in views:
        made.setdefault(key, []).append(state)
    return made


def _flipped(
    old: Iterable[tuple[Key, S]], new: Iterable[tuple[Key, S]], same: Seen[S], *akin: Seen[S]
) -> Iterator[tuple[Key, S | None, S | None]]:
    """Of each key, what is not the ``same`` in both: what is ``akin``, most closely first, in pairs; the rest in order."""
    was, now = _grouped(old), _grouped(new)
    for key in dict.fromkeys((*was, *now)):
        for before, after in _pairs(was.get(key, []), now.get(key, []), same, *akin):
            yield key, before, after


def _pairs(old: Sequence[S], new: Sequence[S], same: Seen[S], *akin: Seen[S]) -> Iterator[tuple[S | None, S | None]]:
    was, now = _once(old, same), _once(new, same)
    left = [one for look, one in was.items() if look not in now]
    right = [one for look, one in now.items() if look not in was]
    for alike in akin:
        for before in list(left):
            twin = next((one for one in right if alike(one) == alike(before)), None)
            if twin is not None:
                left.remove(before)
                right.remove(twin)
                yield before, twin
    yield from zip_longest(left, right)


def _once(states: Iterable[S], same: Seen[S]) -> dict[Hashable, S]:
    """What two rules ask alike is asked once."""
    made: dict[Hashable, S] = {}
    for one in states:
        made.setdefault(same(one), one)
    return made


def _rule_id(state: State) -> str:
    return state.rule.partition("/")[2]


# --- the lists --------------------------------------------------------------------------------------


def _documents(old: Report, new: Report, sides: tuple[Answering, Answering]) -> Iterator[DocumentFlip]:
    parties: dict[str, Party] = {}

    def seen(views: Iterable[DocumentView], side: Answering) -> Iterator[tuple[Key, State]]:
        for view in views:
            for party in view.to or (None,):
                if party:
                    parties[party.role] = party
                yield (view.document, party and party.role, _element(view.for_)), State(**side.state(view))

    def status(state: State) -> Hashable:
        return state.status, state.waiver

    pairs = _flipped(seen(old.documents, sides[0]), seen(new.documents, sides[1]), status, _rule_id)
    for (document, role, for_), before, after in pairs:
        side, to = sides[0] if after is None else sides[1], parties[role] if role else None
        yield DocumentFlip(document, to, for_, side.document(document), side.element(for_), before, after)


def _approvals(old: Report, new: Report, sides: tuple[Answering, Answering]) -> Iterator[ApprovalFlip]:
    def seen(views: Iterable[ApprovalView], side: Answering) -> Iterator[tuple[Key, ApprovalState]]:
        for view in views:
            common, until = side.state(view), view.valid_until
            state = ApprovalState(**common, of=view.of, by=view.by, with_=view.with_, or_=view.or_, valid_until=until)
            yield (view.act, side.closes(view), _element(view.for_)), state

    def same(state: ApprovalState) -> Hashable:
        others = (frozenset(party.role for party in parties) for parties in (state.with_, state.or_))
        return state.by.role, state.status, state.waiver, state.valid_until, *others

    def twin(state: ApprovalState) -> Hashable:
        return _rule_id(state), state.by.role

    def role(state: ApprovalState) -> Hashable:
        return state.by.role

    views = (seen(old.approvals, sides[0]), seen(new.approvals, sides[1]))
    for (act, event, for_), before, after in _flipped(*views, same, twin, role, _rule_id):
        side = sides[0] if after is None else sides[1]
        yield ApprovalFlip(act, event, for_, side.event(event), side.element(for_), before, after)


def _deadlines(old: Report, new: Report, sides: tuple[Answering, Answering]) -> Iterator[DeadlineFlip]:
    def seen(views: Iterable[DeadlineView], side: Answering) -> Iterator[tuple[Key, DeadlineState]]:
        for view in views:
            state = DeadlineState(**side.state(view), opens=view.opens, due=view.due, late=view.late)
            yield (view.do, _element(view.for_)), state

    def same(state: DeadlineState) -> Hashable:
        return state.opens, state.due, state.status, state.waiver, state.late

    pairs = _flipped(seen(old.deadlines, sides[0]), seen(new.deadlines, sides[1]), same, _rule_id)
    for (do, for_), before, after in pairs:
        side = sides[0] if after is None else sides[1]
        yield DeadlineFlip(do, for_, side.event(do), side.element(for_), before, after)


def _findings(old: Report, new: Report, sides: tuple[Answering, Answering]) -> Iterator[FindingFlip]:
    was, now = ({(one.rule, one.for_): one for one in report.findings} for report in (old, new))
    for key in dict.fromkeys((*was, *now)):
        before, after = was.get(key), now.get(key)
        first = State(**sides[0].state(before)) if before else None
        last = State(**sides[1].state(after)) if after else None
        if first and last and (first.status, first.waiver) == (last.status, last.waiver):
            continue
        side, one = (sides[1], after) if after else (sides[0], was[key])
        yield FindingFlip(
            one.rule, one.kind, one.topic, one.for_, one.title, side.element(_element(one.for_)), first, last,
        )  # fmt: skip
