"""The public call: one project, one regulation, one day; out comes the report."""

from __future__ import annotations

from datetime import date
from typing import Any

from govproj_rules import views
from govproj_rules.engines import ENGINES, Engine
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.evaluate import Decision, Scope, evaluate, find_scope
from govproj_rules.facts import Facts, Judged
from govproj_rules.ir import FactInfo, Rule, RuleSet
from govproj_rules.outcomes import BINDING, KINDS, OWNER_SIDE
from govproj_rules.project import Project
from govproj_rules.questions import questions
from govproj_rules.report import Finding, ProjectInfo, Report, RulesetInfo
from govproj_rules.thresholds import thresholds
from govproj_rules.values import Unreadable, Value, parse
from govproj_rules.vocabulary import vocabulary

STATUSES = ("met", "unmet", "upcoming", "unknown", "info")


def check(project: Project, ruleset: RuleSet, *, as_of: date, all: bool = False, engine: Engine = "python") -> Report:
    """What ``ruleset`` asks of ``project`` as things stand on ``as_of``.

    ``all`` keeps the rules that do not apply, as findings of status ``not_applicable``. ``engine`` says who
    decides the conditions; every engine gives the same report. Nothing here reads the clock; the same
    arguments give an equal report. Raises :class:`InvalidInput` where the project states facts or waivers
    that mean nothing to any ruleset, listing every one, and where the engine is not there or cannot carry
    the ruleset.
    """
    facts = Facts(project, read_facts(project, ruleset), as_of, ruleset.stages, vocabulary())
    facts.judged = _judged(engine, ruleset, facts)
    scope = find_scope(ruleset, facts)
    if _not_in_force(ruleset, as_of):
        return _report(project, ruleset, facts, Scope("applies", None, ()), [], "not_in_force", all)
    if scope.kind == "excluded":
        return _report(project, ruleset, facts, scope, [], "out_of_scope", all)
    assert scope.regime is not None
    return _report(project, ruleset, facts, scope, evaluate(ruleset, facts, scope.regime.id), None, all)


def _not_in_force(ruleset: RuleSet, as_of: date) -> bool:
    if ruleset.status == "draft":  # checked as if in force; every output says that it is a draft
        return False
    start, end = ruleset.in_force_from, ruleset.in_force_until
    return ruleset.status == "repealed" or bool(start and as_of < start) or bool(end and as_of > end)


def need(engine: Engine) -> None:
    """Make sure that an engine is there; raises :class:`InvalidInput` that says how to install it."""
    if engine == "durable":
        from govproj_rules.to_durable import load_engine

        load_engine()


def _judged(engine: Engine, ruleset: RuleSet, facts: Facts) -> Judged | None:
    """What another engine says of the conditions; None where they are decided here."""
    match engine:
        case "python":
            return None
        case "durable":
            from govproj_rules.to_durable import to_durable

            return to_durable(ruleset).judge(facts)
        case _:
            said = f"there is no engine {quote(engine)}"
            raise InvalidInput([Problem("unknown-engine", said, did_you_mean(str(engine), ENGINES))])


# --- facts and waivers ------------------------------------------------------------------------------


def read_facts(project: Project, ruleset: RuleSet) -> dict[str, Value]:
    """The facts of the project that this ruleset declares, typed; raises for names nobody declares."""
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    for name, raw in (project.facts or {}).items():
        info = _declared(name, ruleset)
        if info is None:
            if not _elsewhere(name):
                known = [
                    path.removeprefix("facts.")
                    for path in (*ruleset.facts, *vocabulary().facts)
                    if path.startswith("facts.")
                ]
                problems.append(Problem("unknown-fact", f"there is no fact {quote(name)}", did_you_mean(name, known)))
        elif info.computed:
            problems.append(
                Problem("computed-fact", f"the fact {quote(name)} is computed", "state what it is computed from")
            )
        else:
            try:
                values[name] = parse(info.type, raw, info.options)
            except Unreadable as error:
                problems.append(Problem("wrong-value", f"facts.{name}: {error}", error.help))
    ids = {rule.id for rule in ruleset.rules}
    for waiver in project.waivers or ():
        city, _, rule = waiver.rule.rpartition("/")
        if city in ("", ruleset.id) and rule not in ids:
            problems.append(Problem("unknown-rule", f"the waiver is for a rule {quote(waiver.rule)} that does not exist",
                                    did_you_mean(rule, ids)))  # fmt: skip
    if problems:
        raise InvalidInput(problems)
    return values


def _declared(name: str, ruleset: RuleSet) -> FactInfo | None:
    shared = vocabulary().facts.get(f"facts.{name}")
    return ruleset.facts.get(f"facts.{name}") or shared


def _elsewhere(name: str) -> bool:
    """Whether another built-in ruleset declares the fact: such facts are kept, and not read here."""
    from govproj_rules.library import built_in, load_ruleset

    return any(f"facts.{name}" in load_ruleset(city).facts for city in built_in())


def _waiver(rule: Rule, project: Project, ruleset: RuleSet, as_of: date) -> dict[str, Any] | None:
    for waiver in project.waivers or ():
        if waiver.rule in (rule.id, f"{ruleset.id}/{rule.id}") and (waiver.expires is None or as_of <= waiver.expires):
            return waiver.model_dump(mode="json")
    return None


# --- the report -------------------------------------------------------------------------------------


def _report(
    project: Project,
    ruleset: RuleSet,
    facts: Facts,
    scope: Scope,
    decisions: list[Decision],
    verdict: str | None,
    all: bool,
) -> Report:
    regime = scope.regime
    kept = [decision for decision in decisions if all or decision.status != "not_applicable"]
    maker = views.Views(ruleset, project, facts)
    findings = [maker.finding(one, _waiver(one.rule, project, ruleset, facts.as_of)) for one in kept]
    lists = maker.lists(kept)
    return Report(
        version=1,
        project=ProjectInfo(project.id, project.name),
        ruleset=RulesetInfo(
            ruleset.id, ruleset.title, ruleset.status,
            {"from": ruleset.in_force_from, "until": ruleset.in_force_until}, ruleset.sha256,
        ),
        as_of=facts.as_of,
        regime=regime.id if regime else None,
        scope=scope.kind,
        instead=regime.instead if regime and regime.excluded else None,
        verdict=verdict or _verdict(findings, scope.kind),
        counts=_counts(findings),
        findings=findings,
        thresholds=thresholds(decisions, facts, maker.rule_name),
        questions=questions(ruleset, scope, decisions, maker.rule_name, facts),
        **lists,
    )  # fmt: skip


def _counts(findings: list[Finding]) -> dict[str, int]:
    counts = {status: sum(finding.status == status for finding in findings) for status in STATUSES}
    soft = [one for one in findings if one.status == "unmet" and one.force == "in_principle"]
    return {**counts, "warnings": len(soft), "waived": sum(one.waiver is not None for one in soft)}


def _verdict(findings: list[Finding], scope: str) -> str:
    """The first that holds: broken, undecided, fine. A waiver justifies what is due in principle, and lifts no must."""
    binding = [one for one in findings if KINDS[one.kind].obligation and one.force in BINDING]
    unmet = [one for one in binding if one.status == "unmet"]
    if any(one.who.role in OWNER_SIDE for one in unmet):
        return "non_compliant"
    if unmet or scope == "presumed" or any(one.status == "unknown" for one in binding):
        return "undetermined"
    return "compliant"
