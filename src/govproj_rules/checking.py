"""The public call: one project, one regulation, one day; out comes the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Final

from govproj_rules.answering import Answer, Row
from govproj_rules.compiled import remembered
from govproj_rules.engines import ENGINES, Engine
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote, wrong
from govproj_rules.evaluate import Decision, evaluate, find_scope
from govproj_rules.facts import Facts
from govproj_rules.ir import Deadline, EveryYear, FactInfo, Regime, Rule, RuleSet
from govproj_rules.outcomes import BINDING, KINDS, OWNER_SIDE
from govproj_rules.periods import MAX_YEARS
from govproj_rules.project import Project
from govproj_rules.report import Report
from govproj_rules.source import MAX_PROBLEMS
from govproj_rules.to_python import Settled, to_python
from govproj_rules.values import Unreadable, Value, parse
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import COUNTED, waiver_problems

MAX_FINDINGS: Final = 10_000
"""Of one project: rules, times its changes for some, times the years for others."""
STATUSES = ("met", "unmet", "upcoming", "unknown", "info")


def check(project: Project, ruleset: RuleSet, *, as_of: date, all: bool = False, engine: Engine = "python") -> Report:
    """What ``ruleset`` asks of ``project`` as things stand on ``as_of``.

    ``all`` keeps the rules that do not apply, as findings of status ``not_applicable``. ``engine`` says who
    decides the conditions; every engine gives the same report. Nothing here reads the clock; the same
    arguments give an equal report. What was decided is there at once; findings, reasons, thresholds and questions
    are made when they are first read. Raises :class:`InvalidInput` where the project states facts or waivers
    that mean nothing to any ruleset, listing every one, and where the engine is not there or cannot carry
    the ruleset.
    """
    need(engine)
    facts = Facts(project, read_facts(project, ruleset), as_of, ruleset.stages, vocabulary())
    if not_in_force(ruleset, as_of):
        return Answer(ruleset, facts, "applies", None, []).report("not_in_force", counts_of(()))
    scope, regime, decided, decisions = decide(ruleset, facts, engine)
    if scope == "excluded":
        return Answer(ruleset, facts, scope, regime, []).report("out_of_scope", counts_of(()))
    rows = [row for row in decided if all or row[3].status != "not_applicable"]
    outcomes = [(row[0], row[3].status) for row in rows]
    answer = Answer(ruleset, facts, scope, regime, rows, decisions)
    return answer.report(verdict_of(outcomes, scope), counts_of(outcomes, answer.marks()))


def not_in_force(ruleset: RuleSet, as_of: date) -> bool:
    """Whether nothing of a ruleset is asked of anyone on a day."""
    return ruleset.not_in_force(as_of)


# --- engines ----------------------------------------------------------------------------------------


Decided = tuple[str, Regime | None, Iterable[Row], list[Decision] | None]
"""The scope, its regime, the rules of the regime, and their reasons where those are made already."""


def need(engine: Engine) -> None:
    """Make sure that an engine is there; raises :class:`InvalidInput` that names the engines, or says how to install it."""
    if engine not in ENGINES:
        said = f"there is no engine {quote(engine)}"
        raise wrong("unknown-engine", said, did_you_mean(str(engine), ENGINES))
    if engine == "durable":
        from govproj_rules.to_durable import load_engine

        load_engine()


def _by_python(ruleset: RuleSet, facts: Facts) -> Decided:
    program = to_python(ruleset)
    scope, regime, entries = program.decide(facts)
    return scope, regime, program.outcomes(entries) if scope != "excluded" else (), None


def _by_durable(ruleset: RuleSet, facts: Facts) -> Decided:
    """The definition, its conditions judged by durable-rules; so are those that are asked again for the lists."""
    from govproj_rules.to_durable import to_durable

    facts.judged = to_durable(ruleset).judge(facts)
    scope = find_scope(ruleset, facts)
    if scope.kind == "excluded" or scope.regime is None:
        return scope.kind, scope.regime, (), None
    decisions = evaluate(ruleset, facts, scope.regime.id)
    rows = (
        (one.rule, one.element, one.clock.year if one.clock else None, Settled(one.status, one.late, one.checked))
        for one in decisions
    )
    return scope.kind, scope.regime, rows, decisions


_DECIDE: Final[Mapping[Engine, Callable[[RuleSet, Facts], Decided]]] = {"python": _by_python, "durable": _by_durable}


def decide(ruleset: RuleSet, facts: Facts, engine: Engine) -> Decided:
    """How every rule comes out for the project of ``facts``, in the order of the ruleset; no reasons are made for it."""
    return _DECIDE[engine](ruleset, facts)


# --- facts and waivers ------------------------------------------------------------------------------


def read_facts(project: Project, ruleset: RuleSet) -> dict[str, Value]:
    """The facts of the project that this ruleset declares, typed; raises for names nobody declares, and where the project
    has so many changes that nobody could read what is said of them.
    """
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
        if len(problems) >= MAX_PROBLEMS:
            raise InvalidInput(problems)
    if project.waivers:
        problems += islice(_waivers(project, ruleset), MAX_PROBLEMS - len(problems))
    once, each = most_findings(ruleset)
    if (most := once + each * len(project.changes or ())) > MAX_FINDINGS:
        said = f"with {len(project.changes or ())} changes there may be {most} findings, more than {MAX_FINDINGS}"
        problems.append(Problem("too-many-findings", said, "keep fewer changes in the project, or split the ruleset"))
    if problems:
        raise InvalidInput(problems)
    return values


@remembered(64)
def most_findings(ruleset: RuleSet) -> tuple[int, int]:
    """As many findings as a project can get, and as come with each of its changes; see :data:`MAX_FINDINGS`."""
    once = each = 0
    for rule in ruleset.rules:
        years = MAX_YEARS if isinstance(rule.outcome, Deadline) and isinstance(rule.outcome.due.when, EveryYear) else 1
        once, each = (once, each + years) if rule.each else (once + years, each)
    return once, each


def _declared(name: str, ruleset: RuleSet) -> FactInfo | None:
    shared = vocabulary().facts.get(f"facts.{name}")
    return ruleset.facts.get(f"facts.{name}") or shared


def _waivers(project: Project, ruleset: RuleSet) -> Iterator[Problem]:
    from govproj_rules.library import built_in, load_ruleset

    return waiver_problems(project, ruleset, built_in(), lambda city: (one.id for one in load_ruleset(city).rules))


@lru_cache(maxsize=10_000)
def _elsewhere(name: str) -> bool:
    """Whether another built-in ruleset declares the fact: such facts are kept, and not read here."""
    from govproj_rules.library import built_in, load_ruleset

    return any(f"facts.{name}" in load_ruleset(city).facts for city in built_in())


# --- what it comes to -------------------------------------------------------------------------------


Outcome = tuple[Rule, str]
"""A rule and the status it came to."""


def counts_of(outcomes: Iterable[Outcome], marks: Iterable[str | None] = ()) -> dict[str, int]:
    """How many there are of each status; ``warnings`` are unmet and due in principle; last, what a waiver is on.

    ``marks`` are those of :meth:`Waivers.mark`, one for each finding of a project that has waivers.
    """
    every = list(outcomes)
    found, apart = [status for _, status in every], list(marks)
    soft = sum(status == "unmet" and rule.force == "in_principle" for rule, status in every)
    counts = {status: found.count(status) for status in STATUSES}
    return {**counts, "warnings": soft, **{standing: apart.count(standing) for standing in COUNTED}}


def verdict_of(outcomes: Iterable[Outcome], scope: str) -> str:
    """The first that holds: broken, undecided, fine. A waiver justifies what is due in principle, and lifts no must."""
    open_ = [
        (rule, status) for rule, status in outcomes
        if status in ("unmet", "unknown") and rule.force in BINDING and KINDS[rule.kind].obligation
    ]  # fmt: skip
    if any(status == "unmet" and rule.who in OWNER_SIDE for rule, status in open_):
        return "non_compliant"
    return "undetermined" if open_ or scope == "presumed" else "compliant"
