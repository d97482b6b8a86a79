"""Outcomes as written to outcomes of the core: one function a kind, each giving one part per member."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from govproj_rules import ir
from govproj_rules.document import (
    ApprovalBody,
    CompetenceBody,
    ConsequenceBody,
    DeadlineBody,
    DocumentBody,
    DutyBody,
    Kinds,
    MovedTo,
    PermissionBody,
    ProhibitionBody,
)
from govproj_rules.errors import did_you_mean, quote
from govproj_rules.ir import TRUE, All, Expr, Fact, Label, Literal, Not, Term, Test, all_of, any_of
from govproj_rules.lower.guards import guard, optional, says_yes
from govproj_rules.lower.scope import Here, Scope, label, many
from govproj_rules.outcomes import KINDS
from govproj_rules.values import Duration, Unreadable, parse_duration, parse_month_day


@dataclass(frozen=True, slots=True)
class Part:
    """One member of an outcome: what it says, what completes it, and its name within the rule."""

    outcome: ir.Outcome
    done: Expr | None = None
    done_dates: tuple[tuple[Expr, Term], ...] = ()
    element: str | None = None
    suffix: str = ""
    kind: str = ""


def _document(scope: Scope, body: DocumentBody, here: Here) -> list[Part]:
    documents = scope.words("documents", body.document, here / "document")
    recipients = scope.roles(body.to, here / "to")
    instead: tuple[Expr, ...] = ()
    instead_dates: tuple[tuple[Expr, Term], ...] = ()
    if body.instead:
        others = scope.words("documents", body.instead.documents, here / "instead" / "documents")
        there = All(tuple(says_yes(Fact(f"documents.{other}", "yes_no")) for other in others))
        instead = (all_of(optional(scope, body.instead.when, here / "instead" / "when"), there),)
        dates = tuple(Fact(f"documents.{other}.date", "date") for other in others)
        instead_dates = ((instead[0], ir.Fold("latest", dates, "date", f"documents.{others[0]}.date")),)
    parts = []
    for document in documents:
        path = f"documents.{document}"
        there = says_yes(Fact(path, "yes_no"))
        for role in recipients if len(recipients) > 1 else (None,):
            sent = (Test(Fact(f"{path}.to", "some_of"), "includes", Literal("one_of", role)),) if role else ()
            own = all_of(there, *sent)
            element = f"{path}.to.{role}" if role else path if isinstance(body.document, list) else None
            parts.append(
                Part(
                    ir.DocumentOwed(document, (role,) if role else recipients, body.open),
                    any_of((own, *instead)),
                    ((own, Fact(f"{path}.date", "date")), *instead_dates),
                    element,
                )
            )
    return parts


def _approval(scope: Scope, body: ApprovalBody, here: Here) -> list[Part]:
    moment = scope.moment(body.event, here / "event")
    if moment is None:
        return []
    valid_for = _period(scope, body.valid.for_, here / "valid" / "for") if body.valid else None
    outcome = ir.Approval(
        scope.word("acts", body.act, here / "act"),
        scope.role(body.by, here / "by"),
        body.event,
        scope.roles(body.with_, here / "with"),
        scope.roles(body.or_, here / "or"),
        _of(scope, body.of, here / "of"),
        valid_for,
        scope.word("events", body.valid.used_by, here / "valid" / "used_by") if body.valid else None,
    )
    done = says_yes(moment)
    return [Part(outcome, done, ((done, Fact(f"{moment.path}.date", "date")),))]


def _of(scope: Scope, word: str, here: Here) -> str:
    known = {*scope.vocabulary.documents, *scope.vocabulary.matters, "project", "change"}
    if word not in known:
        scope.refuse(here, "unknown-matter", f"there is no document or matter {quote(word)}", did_you_mean(word, known))
    return word


def _prohibition(scope: Scope, body: ProhibitionBody, here: Here) -> list[Part]:
    written = (body.violated_when is not None, body.event is not None or body.without is not None)
    if sum(written) != 1 or (written[1] and not (body.event and body.without)):
        scope.refuse(here, "prohibition", "a prohibition has `violated_when`, or `event` and `without`", "write one of the two")
        return []
    if body.violated_when is not None:
        return [Part(ir.Prohibition(), Not(guard(scope, body.violated_when, here / "violated_when")))]
    assert body.event is not None
    event = scope.moment(body.event, here / "event")
    if event is None:
        return []
    first: list[Expr] = []
    spot = here / "without"
    for i, path in enumerate(many(body.without)):
        if (one := _earlier(scope, path, event, spot if isinstance(body.without, str) else spot / i)) is not None:
            first.append(one)
    violated = all_of(says_yes(event), Not(All(tuple(first))))
    return [Part(ir.Prohibition(body.event), Not(violated), ((says_yes(event), Fact(f"{event.path}.date", "date")),))]


def _earlier(scope: Scope, path: str, event: Fact, here: Here) -> Expr | None:
    """That something was there, and (an event or an approval) not later than ``event``."""
    if path in scope.vocabulary.events:
        path = f"events.{path}"
    found = scope.resolve(path, here)
    if found is None:
        return None
    if found.type != "yes_no":
        scope.refuse(here, "wrong-type", f"{quote(path)} is not a yes-or-no fact", "name an event, a document or such a fact")
        return None
    if found.expr is not None:
        return found.expr
    assert isinstance(found.term, Fact)
    there = says_yes(found.term)
    if found.path.startswith("events.") or found.path.endswith(".approved"):
        when, limit = Fact(f"{found.path}.date", "date"), Fact(f"{event.path}.date", "date")
        return all_of(there, Test(when, "at_most", limit))
    return there


def _duty(scope: Scope, body: DutyBody, here: Here) -> list[Part]:
    if body.met_when is None:
        return [Part(ir.Duty())]
    done = guard(scope, body.met_when, here / "met_when")
    dates: tuple[tuple[Expr, Term], ...] = ()
    match done:
        case Test(Fact(path, "yes_no"), "is", Literal(_, True)) if scope.has_date(path):
            dates = ((done, Fact(f"{path}.date", "date")),)
    return [Part(ir.Duty(), done, dates)]


# --- deadlines --------------------------------------------------------------------------------------

_UNITS: Final[Mapping[str, Label]] = {
    "working_days": Label("个工作日", "working days"),
    "days": Label("日", "days"),
    "months": Label("个月", "months"),
    "years": Label("年", "years"),
}


def _period(scope: Scope, raw: str, here: Here) -> Duration | None:
    try:
        return parse_duration(raw)
    except Unreadable as error:
        scope.refuse(here, "wrong-value", str(error), error.help)
        return None


def _named(scope: Scope, path: str) -> Label:
    """An event or date fact in words."""
    if path in scope.vocabulary.events:
        return scope.vocabulary.events[path].label
    info = scope.infos.get(path) or scope.vocabulary.facts.get(path)
    return info.label if info else Label(path, path)


def _told(period: Duration) -> Label:
    unit = _UNITS[period.unit]
    return Label(f"{period.count}{unit.zh}", f"{period.count} {unit.en[:-1] if period.count == 1 else unit.en}")


_WAYS = ("within", "between", "by")


def _deadline(scope: Scope, body: DeadlineBody, here: Here) -> list[Part]:
    moment = scope.moment(body.event, here / "event")
    ways = [way for way in _WAYS if getattr(body, way) is not None]
    if len(ways) != 1:
        scope.refuse(here, "deadline", f"a deadline has exactly one of `within`, `between`, `by`, not {len(ways)}")
        return []
    made = (_relative if ways[0] != "by" else _calendar)(scope, body, here)
    if made is None or moment is None:
        return []
    when, counted = made
    moved, moved_when = None, TRUE
    if isinstance(body.moved_to, MovedTo):
        moved = scope.date_term(body.moved_to.to, here / "moved_to" / "to")
        moved_when = guard(scope, body.moved_to.when, here / "moved_to" / "when")
    elif body.moved_to is not None:
        moved = scope.date_term(body.moved_to, here / "moved_to")
    outcome = ir.Deadline(body.event, ir.Due(when, moved, moved_when), scope.roles(body.to, here / "to"), counted)
    done = says_yes(moment)
    return [Part(outcome, done, ((done, Fact(f"{moment.path}.date", "date")),))]


def _relative(scope: Scope, body: DeadlineBody, here: Here) -> tuple[ir.After, Label] | None:
    if body.after is None:
        scope.refuse(here, "deadline", "`after` is missing", "name the event or date the period runs from")
        return None
    anchor = scope.date_term(body.after, here / "after")
    named = _named(scope, body.after)
    if body.within is not None:
        within = _period(scope, body.within, here / "within")
        if within is None or anchor is None:
            return None
        told = _told(within)
        return ir.After(anchor, within), Label(f"{named.zh}后{told.zh}内", f"within {told.en} after {named.en}")
    assert body.between is not None
    periods = [_period(scope, raw, here / "between" / i) for i, raw in enumerate(body.between)]
    if len(periods) != 2 or periods[0] is None or periods[1] is None or anchor is None:
        if len(periods) != 2:
            scope.refuse(here / "between", "wrong-value", "`between` takes two periods", "such as [12 months, 24 months]")
        return None
    opens, within = periods
    first, last = _told(opens), _told(within)
    if opens.scale[0] != within.scale[0] or opens.scale[1] >= within.scale[1]:
        scope.refuse(here / "between", "wrong-value", "the first period must be shorter than the second, in the same unit")
        return None
    text = Label(f"{named.zh}后{first.zh}至{last.zh}内", f"between {first.en} and {last.en} after {named.en}")
    return ir.After(anchor, within, opens), text


_SHIFTS: Final = {"year_before": -1, "same_year_as": 0, "year_after": 1}


def _calendar(scope: Scope, body: DeadlineBody, here: Here) -> tuple[ir.OnDay | ir.OnDate | ir.EveryYear, Label] | None:
    assert body.by is not None
    if body.every is None and body.in_ is None:
        term = scope.date_term(body.by, here / "by")
        named = _named(scope, body.by)
        return (ir.OnDate(term), Label(f"不晚于{named.zh}", f"no later than the {named.en}")) if term else None
    try:
        month, day = parse_month_day(body.by)
    except Unreadable as error:
        scope.refuse(here / "by", "wrong-value", str(error), error.help)
        return None
    if body.every is not None:
        if body.from_ is None or body.until is None:
            scope.refuse(here, "deadline", "a yearly deadline needs `from` and `until`", "name the events it runs between")
            return None
        start, end = scope.date_term(body.from_, here / "from"), scope.date_term(body.until, here / "until")
        if start is None or end is None:
            return None
        first, last = _named(scope, body.from_), _named(scope, body.until)
        text = Label(f"{first.zh}至{last.zh}间每年{month}月{day}日前(含)", f"by {month:02}-{day:02} of each year")
        return ir.EveryYear(month, day, start, end), text
    assert body.in_ is not None
    written = [(key, path) for key in _SHIFTS if (path := getattr(body.in_, key)) is not None]
    if len(written) != 1:
        scope.refuse(here / "in", "deadline", "`in` takes exactly one of " + ", ".join(f"`{key}`" for key in _SHIFTS))
        return None
    key, path = written[0]
    found = scope.resolve(path, here / "in" / key)
    if found is None or found.type != "year" or found.term is None:
        if found is not None:
            scope.refuse(here / "in" / key, "wrong-type", f"{quote(path)} is not a year", "name a fact of type year")
        return None
    zh = {-1: "上一年", 0: "当年", 1: "下一年"}[_SHIFTS[key]]
    text = Label(f"{zh}{month}月{day}日前(含)", f"by {month:02}-{day:02} ({key.replace('_', ' ')})")
    return ir.OnDay(month, day, found.term, _SHIFTS[key]), text


# --- the rest ---------------------------------------------------------------------------------------


def _permission(scope: Scope, body: PermissionBody, here: Here) -> list[Part]:
    act = scope.word("acts", body.act, here / "act")
    several = isinstance(body.of, list)
    parts = []
    for i, word in enumerate(many(body.of)):
        of = _of(scope, word, here / "of" / i if several else here / "of")
        parts.append(Part(ir.Permission(act, of), element=of if several else None))
    if body.then is not None:
        then = ApprovalBody.model_construct(act=body.then.act, by=body.then.by, event=body.then.event, of=parts[0].outcome.of)  # type: ignore[union-attr]
        for part in _approval(scope, then, here / "then"):
            parts.append(Part(part.outcome, part.done, part.done_dates, suffix=".then", kind="approval"))
    return parts


def _consequence(scope: Scope, body: ConsequenceBody, here: Here) -> list[Part]:
    effects = scope.words("effects", body.effect, here / "effect")
    kinds = body.of.kinds if isinstance(body.of, Kinds) else []
    for i, kind in enumerate(kinds):
        if kind not in KINDS:
            scope.refuse(here / "of" / "kinds" / i, "unknown-kind", f"there is no kind {quote(kind)}", did_you_mean(kind, KINDS))
    everything = body.of == "any"
    of = () if isinstance(body.of, Kinds) or everything else many(body.of)
    by = scope.role(body.by, here / "by") if body.by else None
    return [
        Part(
            ir.Consequence(effect, body.against, by, of, tuple(kinds), everything, label(body.until)),
            element=effect if isinstance(body.effect, list) else None,
        )
        for effect in effects
    ]


def _competence(scope: Scope, body: CompetenceBody, here: Here) -> list[Part]:
    matter = scope.word("matters", body.matter, here / "matter")
    roles = scope.roles(body.authority, here / "authority")
    several = isinstance(body.authority, list)
    return [Part(ir.Competence(role, matter), element=role if several else None) for role in roles]


LOWERED: Final[Mapping[str, Callable[[Scope, Any, Here], list[Part]]]] = {
    "document": _document,
    "approval": _approval,
    "prohibition": _prohibition,
    "duty": _duty,
    "deadline": _deadline,
    "permission": _permission,
    "consequence": _consequence,
    "competence": _competence,
}
