"""The public call: one project, one regulation, one day; out comes the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from govproj_rules import views
from govproj_rules.engines import ENGINES, Engine
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.evaluate import Decision, Scope, decide_rule, evaluate, find_scope, name_of
from govproj_rules.facts import Facts
from govproj_rules.ir import FactInfo, Regime, Rule, RuleSet
from govproj_rules.outcomes import BINDING, KINDS, OWNER_SIDE
from govproj_rules.project import Project
from govproj_rules.questions import questions
from govproj_rules.report import Finding, ProjectInfo, Report, RulesetInfo
from govproj_rules.thresholds import tests_of, thresholds
from govproj_rules.to_python import Settled, to_python
from govproj_rules.values import Unreadable, Value, parse
from govproj_rules.vocabulary import vocabulary

STATUSES = ("met", "unmet", "upcoming", "unknown", "info")


def check(project: Project, ruleset: RuleSet, *, as_of: date, all: bool = False, engine: Engine = "python") -> Report:
    """What ``ruleset`` asks of ``project`` as things stand on ``as_of``.

    ``all`` keeps the rules that do not apply, as findings of status ``not_applicable``. ``engine`` says who
    decides the conditions; every engine gives the same report. Nothing here reads the clock; the same
    arguments give an equal report. What was decided is there at once; reasons, thresholds and questions are
    made when they are first read. Raises :class:`InvalidInput` where the project states facts or waivers
    that mean nothing to any ruleset, listing every one, and where the engine is not there or cannot carry
    the ruleset.
    """
    need(engine)
    facts = Facts(project, read_facts(project, ruleset), as_of, ruleset.stages, vocabulary())
    if not_in_force(ruleset, as_of):
        return _Answer(project, ruleset, facts, "applies", None, []).report("not_in_force")
    scope, regime, decided, decisions = decide(ruleset, facts, engine)
    if scope == "excluded":
        return _Answer(project, ruleset, facts, scope, regime, []).report("out_of_scope")
    rows = [row for row in decided if all or row[3].status != "not_applicable"]
    return _Answer(project, ruleset, facts, scope, regime, rows, decisions).report(None)


def not_in_force(ruleset: RuleSet, as_of: date) -> bool:
    """Whether nothing of a ruleset is asked of anyone on a day."""
    return ruleset.not_in_force(as_of)


# --- engines ----------------------------------------------------------------------------------------


Row = tuple[Rule, int | None, int | None, Settled]
"""A rule, the number of the change, the year, and how it came out."""

Decided = tuple[str, Regime | None, Iterable[Row], list[Decision] | None]
"""The scope, its regime, the rules of the regime, and their reasons where those are made already."""


def need(engine: Engine) -> None:
    """Make sure that an engine is there; raises :class:`InvalidInput` that names the engines, or says how to install it."""
    if engine not in ENGINES:
        said = f"there is no engine {quote(engine)}"
        raise InvalidInput([Problem("unknown-engine", said, did_you_mean(str(engine), ENGINES))])
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
    ids = {rule.id for rule in ruleset.rules} if project.waivers else set()
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


@lru_cache(maxsize=10_000)
def _elsewhere(name: str) -> bool:
    """Whether another built-in ruleset declares the fact: such facts are kept, and not read here."""
    from govproj_rules.library import built_in, load_ruleset

    return any(f"facts.{name}" in load_ruleset(city).facts for city in built_in())


# --- the report -------------------------------------------------------------------------------------


_FEW = 4
"""From as many reasons read, all are made at once."""


class _Answer:
    """One project decided; makes the report, and the reasons as they are read: those are the definition's."""

    __slots__ = ("_decisions", "_keys", "_read", "facts", "maker", "project", "regime", "rows", "ruleset", "scope")

    def __init__(
        self, project: Project, ruleset: RuleSet, facts: Facts, scope: str, regime: Regime | None, rows: list[Row],
        decisions: list[Decision] | None = None,
    ) -> None:  # fmt: skip
        self.project, self.ruleset, self.facts = project, ruleset, facts
        self.scope, self.regime, self.rows = scope, regime, rows
        self.maker = views.Views(ruleset, project, facts)
        self._decisions = decisions
        self._keys = _by_key(decisions or ())
        self._read = 0

    def report(self, verdict: str | None) -> Report:
        """The report; what is not yet in it is made by :meth:`fill` and :meth:`explain`."""
        ruleset, regime = self.ruleset, self.regime
        findings = [self._finding(*row) for row in self.rows]
        outcomes = [(row[0], row[3].status) for row in self.rows]
        made = Report(
            version=1,
            project=ProjectInfo(self.project.id, self.project.name),
            ruleset=RulesetInfo(
                ruleset.id, ruleset.title, ruleset.status,
                {"from": ruleset.in_force_from, "until": ruleset.in_force_until}, ruleset.sha256,
            ),
            as_of=self.facts.as_of,
            regime=regime.id if regime else None,
            scope=self.scope,
            instead=regime.instead if regime and regime.excluded else None,
            verdict=verdict or verdict_of(outcomes, self.scope),
            counts=counts_of(outcomes, ruleset, self.facts),
            findings=findings,
        )  # fmt: skip
        made.later = self.fill
        return made

    def _finding(self, rule: Rule, place: int | None, year: int | None, settled: Settled) -> Finding:
        made = self.maker.finding(rule, name_of(rule, place, year), *settled)
        made.later = self.explain
        return made

    def decisions(self) -> list[Decision]:
        """Every rule of the regime with its reasons."""
        if self._decisions is None:
            regime = self.regime if self.regime and not self.regime.excluded else None
            self._decisions = evaluate(self.ruleset, self.facts, regime.id, self._told()) if regime else []
            self._keys = _by_key(self._decisions)
        return self._decisions

    def _told(self) -> Iterator[Rule]:
        """The rules of which a report tells: those with findings, and those with a threshold."""
        found = {id(row[0]) for row in self.rows}
        return (rule for rule in self.ruleset.rules if id(rule) in found or tests_of(rule))

    def explain(self, finding: Finding) -> None:
        """Tell why a finding came out as it did."""
        id = finding.rule.removeprefix(f"{self.ruleset.id}/")
        self._read += 1
        if self._decisions is None and self._read < _FEW and finding.kind != "consequence":
            rule = next(row[0] for row in self.rows if row[0].id == id and name_of(*row[:3]) == finding.for_)
            decision = next(one for one in decide_rule(rule, self.facts, self.ruleset) if one.for_ == finding.for_)
        else:
            self.decisions()
            decision = self._keys[id, finding.for_]
        finding.because = list(decision.because)
        finding.unknown = [views.plain_missing(one) for one in decision.missing]

    def fill(self, report: Report) -> None:
        """Make the lists of a report."""
        decisions = self.decisions()
        shown = {(row[0].id, name_of(*row[:3])) for row in self.rows}
        lists = self.maker.lists([one for one in decisions if (one.rule.id, one.for_) in shown])
        for name, made in lists.items():
            setattr(report, name, made)
        scope = find_scope(self.ruleset, self.facts) if self.scope == "presumed" else Scope(self.scope, self.regime, ())
        report.thresholds = thresholds(decisions, self.facts, self.maker.rule_name)
        report.questions = questions(self.ruleset, scope, decisions, self.maker.rule_name, self.facts)


def _by_key(decisions: Iterable[Decision]) -> dict[tuple[str, str | None], Decision]:
    return {(one.rule.id, one.for_): one for one in decisions}


Outcome = tuple[Rule, str]
"""A rule and the status it came to."""


def counts_of(outcomes: Iterable[Outcome], ruleset: RuleSet, facts: Facts) -> dict[str, int]:
    """How many there are of each status; ``warnings`` are due in principle, ``waived`` those with a justification."""
    every = list(outcomes)
    found = Counter([status for _, status in every])
    soft = [rule for rule, status in every if status == "unmet" and rule.force == "in_principle"]
    counts = {status: found[status] for status in STATUSES}
    return {
        **counts,
        "warnings": len(soft),
        "waived": sum(views.waiver_of(rule, ruleset, facts) is not None for rule in soft),
    }


def verdict_of(outcomes: Iterable[Outcome], scope: str) -> str:
    """The first that holds: broken, undecided, fine. A waiver justifies what is due in principle, and lifts no must."""
    open_ = [
        (rule, status) for rule, status in outcomes
        if status in ("unmet", "unknown") and rule.force in BINDING and KINDS[rule.kind].obligation
    ]  # fmt: skip
    if any(status == "unmet" and rule.who in OWNER_SIDE for rule, status in open_):
        return "non_compliant"
    return "undetermined" if open_ or scope == "presumed" else "compliant"
