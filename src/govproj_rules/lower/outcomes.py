"""Outcomes as written to outcomes of the core: one function a kind, each giving one part per member."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
    PermissionBody,
    ProhibitionBody,
)
from govproj_rules.errors import did_you_mean, quote
from govproj_rules.ir import All, Expr, Fact, Literal, Not, Term, Test, all_of, any_of
from govproj_rules.lower.deadlines import lower_deadline, read_period
from govproj_rules.lower.guards import guard, name_condition, optional, says_yes
from govproj_rules.lower.scope import Here, Scope, label, many
from govproj_rules.outcomes import KINDS


@dataclass(frozen=True, slots=True)
class Part:
    """One member of an outcome: what it says, what completes it, and its name within the rule."""

    outcome: ir.Outcome
    done: Expr | None = None
    done_dates: tuple[tuple[Expr, Term], ...] = ()
    element: str | None = None
    suffix: str = ""
    kind: str = ""
    topic: str = ""


def _document(scope: Scope, body: DocumentBody, here: Here) -> list[Part]:
    documents = scope.words("documents", body.document, here / "document")
    recipients = scope.roles(body.to, here / "to")
    instead: tuple[Expr, ...] = ()
    instead_dates: tuple[tuple[Expr, Term], ...] = ()
    if body.instead:
        others = scope.words("documents", body.instead.documents, here / "instead" / "documents")
        those = All(tuple(says_yes(Fact(f"documents.{other}", "yes_no")) for other in others))
        instead = (all_of(optional(scope, body.instead.when, here / "instead" / "when"), those),)
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
    valid_for = read_period(scope, body.valid.for_, here / "valid" / "for") if body.valid else None
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
        scope.refuse(
            here, "prohibition", "a prohibition has `violated_when`, or `event` and `without`", "write one of the two"
        )
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
    if (found := scope.event_or_fact(path, here)) is None:
        return None
    if found.type != "yes_no":
        scope.refuse(
            here, "wrong-type", f"{quote(path)} is not a yes-or-no fact", "name an event, a document or such a fact"
        )
        return None
    if found.expr is not None:
        name_condition(scope, found.expr, found.path, "is", True)
        return found.expr
    assert isinstance(found.term, Fact)
    there = says_yes(found.term)
    if found.path.startswith("events.") or found.path.endswith(".approved"):
        when, limit = Fact(f"{found.path}.date", "date"), Fact(f"{event.path}.date", "date")
        return all_of(there, Test(when, "at_most", limit))
    return there


def _reminds(scope: Scope, body: DutyBody, here: Here) -> ir.Duty:
    """What a duty is about, and which instrument it refers to."""
    silent: tuple[str, ...] = ("*",) if body.where_silent is True else ()
    if isinstance(body.where_silent, list):
        silent = scope.words("topics", body.where_silent, here / "where_silent")
    if body.where_silent is not None and body.follow is None:
        scope.refuse(here / "where_silent", "missing-key", "`where_silent` needs `follow`", "name the other instrument")
    of = None if body.of is None else _of(scope, body.of, here / "of")
    return ir.Duty(of, label(body.follow), silent)


def _duty(scope: Scope, body: DutyBody, here: Here) -> list[Part]:
    outcome = _reminds(scope, body, here)
    if body.met_when is None:
        return [Part(outcome)]
    done = guard(scope, body.met_when, here / "met_when")
    dates: list[Term] = []
    for part in done.parts if isinstance(done, All) else (done,):
        match part:
            case Test(Fact(path, "yes_no"), "is", Literal(_, True)) if scope.has_date(path):
                dates.append(Fact(f"{path}.date", "date"))
    if not dates:  # a state: it holds or not, on no day of its own
        return [Part(outcome, done)]
    first = dates[0]
    assert isinstance(first, Fact)
    last = first if len(dates) == 1 else ir.Fold("latest", tuple(dates), "date", first.path)
    return [Part(outcome, done, ((done, last),))]


# --- the rest ---------------------------------------------------------------------------------------


def _deadline(scope: Scope, body: DeadlineBody, here: Here) -> list[Part]:
    moment = scope.moment(body.event, here / "event")
    outcome = lower_deadline(scope, body, here)
    if moment is None or outcome is None:
        return []
    done = says_yes(moment)
    return [Part(outcome, done, ((done, Fact(f"{moment.path}.date", "date")),))]


def _permission(scope: Scope, body: PermissionBody, here: Here) -> list[Part]:
    act = scope.word("acts", body.act, here / "act")
    several = isinstance(body.of, list)
    matters = [_of(scope, word, here / "of" / i if several else here / "of") for i, word in enumerate(many(body.of))]
    parts = [Part(ir.Permission(act, of), element=of if several else None) for of in matters]
    if body.then is not None:
        then = ApprovalBody(act=body.then.act, by=body.then.by, event=body.then.event)
        for part in _approval(scope, then, here / "then"):
            assert isinstance(part.outcome, ir.Approval)
            topic = "" if body.then.topic is None else scope.word("topics", body.then.topic, here / "then" / "topic")
            of = replace(part.outcome, of=matters[0])
            parts.append(replace(part, outcome=of, suffix=".then", kind="approval", topic=topic))
    return parts


def _consequence(scope: Scope, body: ConsequenceBody, here: Here) -> list[Part]:
    effects = scope.words("effects", body.effect, here / "effect")
    kinds = body.of.kinds if isinstance(body.of, Kinds) else []
    for i, kind in enumerate(kinds):
        if kind not in KINDS:
            scope.refuse(
                here / "of" / "kinds" / i, "unknown-kind", f"there is no kind {quote(kind)}", did_you_mean(kind, KINDS)
            )
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
