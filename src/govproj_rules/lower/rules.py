"""Rules, flows and regimes as written to rules and regimes of the core."""

from __future__ import annotations

from collections.abc import Iterable

from govproj_rules.document import FlowDoc, FlowEntry, RegimeDoc, RuleDoc, StepDoc
from govproj_rules.errors import did_you_mean, quote
from govproj_rules.ir import TRUE, Before, Expr, Not, Regime, Rule, all_of
from govproj_rules.lower.guards import guard, optional
from govproj_rules.lower.outcomes import LOWERED, Part
from govproj_rules.lower.scope import Here, Scope, label, many, texts
from govproj_rules.outcomes import FORCES, KINDS

MAX_RULES = 10_000
MAX_STEPS = 50
MAX_REGIMES = 100
MAX_CONSEQUENCES = 200
"""Each tells of every rule it follows from, and of all that those wait for."""


def lower_rules(scope: Scope) -> list[Rule]:
    """All rules of the file, flows unrolled, with their ids checked."""
    rules: list[Rule] = []
    ids: dict[str, int] = {}
    for place, entry in enumerate(scope.doc.rules):
        here = Here(("rules", place))
        if isinstance(entry, FlowEntry):
            rules.extend(_flow(scope, entry.flow, here / "flow"))
            written = [(step.id, here / "flow" / "steps" / i) for i, step in enumerate(entry.flow.steps)]
        else:
            rules.extend(_rule(scope, entry, here))
            written = [(entry.id, here)]
        if len(rules) > MAX_RULES:
            scope.refuse(
                here, "too-many-rules", f"more than {MAX_RULES} rules, each member of a list counted", "split the file"
            )
            break
        for name, spot in written:
            if name in ids:
                scope.refuse(spot / "id", "duplicate-id", f"two rules have the id {quote(name)}", "give each its own")
            ids[name] = place
    if sum(rule.kind == "consequence" for rule in rules) > MAX_CONSEQUENCES:
        said = f"more than {MAX_CONSEQUENCES} consequences, each effect counted"
        scope.refuse(Here(("rules",)), "too-many-rules", said, "let one follow from several rules")
    _check_consequences(scope, {*ids, *(rule.id for rule in rules)})
    return rules


def _check_consequences(scope: Scope, ids: set[str]) -> None:
    for place, entry in enumerate(scope.doc.rules):
        here = Here(("rules", place))
        steps = (
            [(step, here / "flow" / "steps" / i) for i, step in enumerate(entry.flow.steps)]
            if isinstance(entry, FlowEntry)
            else [(entry, here)]
        )
        for doc, spot in steps:
            of = doc.consequence.of if doc.consequence else None
            if not isinstance(of, (str, list)) or of == "any":
                continue
            for i, name in enumerate(many(of)):
                if name not in ids:
                    inner = spot / "consequence" / "of"
                    scope.refuse(inner / i if isinstance(of, list) else inner, "unknown-rule",
                                 f"there is no rule {quote(name)}", did_you_mean(name, ids))  # fmt: skip


def _one_outcome(scope: Scope, doc: RuleDoc | StepDoc, here: Here) -> tuple[str, list[Part]]:
    outcomes = doc.outcomes()
    if len(outcomes) != 1:
        said = "no outcome" if not outcomes else "several outcomes: " + ", ".join(quote(kind) for kind, _ in outcomes)
        scope.refuse(
            here,
            "outcome",
            f"the rule {quote(doc.id)} has {said}",
            "give it exactly one of " + ", ".join(f"`{k}`" for k in KINDS),
        )
        return "duty", []
    kind, body = outcomes[0]
    return kind, LOWERED[kind](scope, body, here / kind)


def _regimes(scope: Scope, written: str | list[str] | None, here: Here) -> tuple[str, ...]:
    excluded = {regime.id: regime.excluded for regime in scope.doc.regimes}
    known = [name for name in excluded if not excluded[name]]
    for i, regime in enumerate(many(written)):
        spot = here / "regimes" / i if isinstance(written, list) else here / "regimes"
        if regime not in excluded:
            said = f"there is no regime {quote(regime)}"
            scope.refuse(spot, "unknown-regime", said, did_you_mean(regime, known))
        elif excluded[regime]:
            said = f"the regime {quote(regime)} is excluded: no rule applies in it"
            scope.refuse(spot, "unknown-regime", said, did_you_mean("", known))
    return many(written) or tuple(regime.id for regime in scope.doc.regimes if regime.presume)


def _force(scope: Scope, force: str | None, kind: str, here: Here) -> str:
    if force is not None and force not in FORCES:
        scope.refuse(here / "force", "unknown-force", f"there is no force {quote(force)}", did_you_mean(force, FORCES))
    return force or KINDS[kind].force


def _topic(scope: Scope, topic: str, here: Here) -> str:
    return scope.word("topics", topic, here / "topic")


def _rule(scope: Scope, doc: RuleDoc, here: Here) -> Iterable[Rule]:
    inside = Here(here.keys, each=doc.each is not None)
    applies = optional(scope, doc.when, inside / "when")
    if doc.unless is not None:
        applies = all_of(applies, Not(guard(scope, doc.unless, inside / "unless")))
    before = None
    if isinstance(doc.before, str):
        before = Before(scope.word("events", doc.before, here / "before"), False)
    elif doc.before is not None:
        before = Before(scope.word("events", doc.before.event, here / "before" / "event"), doc.before.same_day)
    kind, parts = _one_outcome(scope, doc, inside)
    if kind == "consequence" and doc.each is not None:
        scope.refuse(here / "each", "consequence-each", "a consequence follows from rules, not from each change",
                     "let a duty or prohibition with `each` be what it follows from")  # fmt: skip
    topic, who = _topic(scope, doc.topic, here), scope.role(doc.who, here / "who")
    stage = scope.stage(doc.stage, here / "stage") if doc.stage else None
    force, regimes = _force(scope, doc.force, kind, here), _regimes(scope, doc.regimes, here)
    for part in parts:
        made = Rule(
            id=doc.id + part.suffix, kind=part.kind or kind, outcome=part.outcome, cite=many(doc.cite), topic=part.topic or topic,
            title=texts(doc.title), who=who, force="must" if part.suffix else force, applies=applies, done=part.done,
            done_dates=part.done_dates, before=before, stage=stage, each=doc.each, element=part.element,
            regimes=regimes, note=label(doc.note), hint=doc.hint,
        )  # fmt: skip
        if _bounded(scope, made, here):
            yield made


def _bounded(scope: Scope, rule: Rule, here: Here) -> bool:
    dates = [day for _, day in rule.done_dates]
    return scope.bounded([rule.applies, *dates], here) and scope.bounded(rule.conditions[1:], here)


def _flow(scope: Scope, flow: FlowDoc, here: Here) -> Iterable[Rule]:
    """Each step is owed before the event of the next step that applies, the last before ``then_before``."""
    shared = optional(scope, flow.when, here / "when")
    guards = [optional(scope, step.when, here / "steps" / i / "when") for i, step in enumerate(flow.steps)]
    made = [_one_outcome(scope, step, here / "steps" / i) for i, step in enumerate(flow.steps)]
    events = [_event_of(parts) for _, parts in made]
    shared_topic, regimes = _topic(scope, flow.topic, here), _regimes(scope, flow.regimes, here)
    topics = [
        shared_topic if step.topic is None else _topic(scope, step.topic, here / "steps" / i)
        for i, step in enumerate(flow.steps)
    ]
    whose = [scope.role(step.who or flow.who, here / "steps" / i / "who") for i, step in enumerate(flow.steps)]
    forces = [_force(scope, step.force, made[i][0], here / "steps" / i) for i, step in enumerate(flow.steps)]
    if flow.then_before is not None:
        scope.word("events", flow.then_before, here / "then_before")
    if len(flow.steps) > MAX_STEPS:
        scope.refuse(here / "steps", "too-long", f"a flow has at most {MAX_STEPS} steps", "make it two flows")
        return
    for i, step in enumerate(flow.steps):
        kind, parts = made[i]
        # A later step may not apply: then the one after it closes this step. One copy of the rule a closing event.
        closing: list[tuple[Expr, str | None]] = []
        skipped: tuple[Expr, ...] = ()
        for later in range(i + 1, len(flow.steps)):
            if events[later] is None:
                continue
            closing.append((all_of(*skipped, guards[later]), events[later]))
            if guards[later] == TRUE:
                break
            skipped = (*skipped, Not(guards[later]))
        else:
            closing.append((all_of(*skipped), flow.then_before))
        for way, (condition, event) in enumerate(closing):
            for part in parts:
                rule = Rule(
                    id=step.id + (f".{way + 1}" if way else "") + part.suffix, kind=part.kind or kind, outcome=part.outcome,
                    cite=many(step.cite), topic=part.topic or topics[i], title=texts(step.title), who=whose[i],
                    force="must" if part.suffix else forces[i],
                    applies=all_of(shared, guards[i], condition), done=part.done, done_dates=part.done_dates,
                    before=Before(event, True) if event else None, element=part.element, regimes=regimes,
                    note=label(step.note), order=i + 1, hint=step.hint,
                )  # fmt: skip
                if _bounded(scope, rule, here / "steps" / i):
                    yield rule


def _event_of(parts: list[Part]) -> str | None:
    """The event that marks a step, where it is one of the vocabulary."""
    for part in parts:
        event = getattr(part.outcome, "event", None)
        if isinstance(event, str) and "." not in event:
            return event
    return None


def lower_regimes(scope: Scope) -> tuple[Regime, ...]:
    """The regimes in order; exactly one of them, not excluded, is presumed."""
    scope.short(scope.doc.regimes, MAX_REGIMES, Here(("regimes",)), "the list of regimes")
    made = tuple(_regime(scope, doc, Here(("regimes", place))) for place, doc in enumerate(scope.doc.regimes))
    presumed = [regime for regime in made if regime.presume]
    if len(presumed) != 1 or presumed[0].excluded:
        scope.refuse(Here(("regimes",)), "regimes", "exactly one regime, not an excluded one, has `presume: true`",
                     "mark the one that is taken while the scope is undecided")  # fmt: skip
    seen: set[str] = set()
    for place, regime in enumerate(made):
        scope.name(regime.id, Here(("regimes", place, "id")))
        scope.bounded([regime.when], Here(("regimes", place)))
        if regime.id in seen:
            scope.refuse(Here(("regimes", place, "id")), "duplicate-id", f"two regimes have the id {quote(regime.id)}")
        seen.add(regime.id)
    return made


def _regime(scope: Scope, doc: RegimeDoc, here: Here) -> Regime:
    title = label(doc.title) or scope.vocabulary.label("scope", "excluded" if doc.excluded else "applies")
    when = optional(scope, doc.when, here / "when")
    return Regime(doc.id, title, many(doc.cite), when, doc.excluded, doc.presume, label(doc.instead))
