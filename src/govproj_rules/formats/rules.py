"""Pages about the rules themselves: one rule on one project, one article, one regulation, all of them, their cases."""

from __future__ import annotations

from collections.abc import Sequence

from govproj_rules import ir
from govproj_rules.cases import TestRun
from govproj_rules.formats import Look
from govproj_rules.formats.lines import URGENT, Lines
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.formats.reports import report_page
from govproj_rules.formats.waived import GAP
from govproj_rules.ir import TRUE, Rule, RuleSet
from govproj_rules.report import Because, Finding, Report
from govproj_rules.telling.guards import tell_guard
from govproj_rules.telling.norms import tell_norm
from govproj_rules.telling.safe import clean
from govproj_rules.telling.teller import Teller
from govproj_rules.waivers import COUNTED

_HOLDS = {True: "met", False: "unmet", None: "unknown"}


# --- one rule on one project ------------------------------------------------------------------------


def explain_page(report: Report, rules: Sequence[Rule], ruleset: RuleSet, look: Look) -> Page:
    """How a rule was decided: every test with its value, what is missing, and the dates."""
    tell = Teller(ruleset, look.lang)
    whole = report_page(report, ruleset, look)
    first = rules[0]
    page = Page(f"{tell.text(first.title)} {tell.cite(first.cite)}", None, whole.notices)
    page.facts = [tell.say("project", name=clean(report.project.name)), *whole.facts, about(first, tell)]
    if whole.counts:
        counts = tell.list(text for _, text in whole.counts)
        page.facts.insert(1, tell.say("project_stands", verdict=tell.word("verdict", report.verdict), counts=counts))
    names = {f"{ruleset.id}/{rule.id}" for rule in rules}
    found = [one for one in report.findings if one.rule in names]
    lines = Lines(report, tell)
    for finding in found:
        page.sections += _explained(finding, lines)
    if not found and not whole.notices:
        page.notices.append(tell.say("not_decided"))
    return page


def about(rule: Rule, tell: Teller) -> str:
    """Kind, force and whose act, on one line."""
    who = tell.ruleset.authorities.get(rule.who) or tell.words.roles.get(rule.who)
    parts = (
        tell.say("kind", text=tell.word("kind", rule.kind)),
        tell.say("force", text=tell.word("force", rule.force)),
        tell.say("who", text=tell.text(who)),
        tell.say("from_stage", stage=tell.stage(rule.stage)) if rule.stage else "",
    )
    return GAP.join(part for part in parts if part)


def _explained(finding: Finding, lines: Lines) -> list[Section]:
    tell = lines.tell
    told = lines.norm(finding)
    head = tell.say("conclusion", word=tell.word("status", finding.status))
    if finding.for_:
        head += tell.say("bracketed", text=tell.element(finding.for_) or clean(finding.for_))
    made = Section(head, [Line(told.aside)] if told.aside else [], status=finding.status)
    made.lines += [Line(text) for text in told.details]
    for waiver in lines.waived.on(finding):
        aside = tell.say(f"waiver_{waiver.standing}")
        made.lines.append(Line(lines.waived.stated(waiver), aside="" if aside in told.aside else aside))
    made.lines += [Line(text) for text in lines.reasons([finding])]
    if not finding.checked and finding.kind == "duty":
        made.lines.append(Line(tell.say("unchecked")))
    for view in lines.report.deadlines:
        if (view.rule, view.for_) == (finding.rule, finding.for_):
            dates = lines.deadline(view)
            made.lines.append(Line(dates.lead, aside=lines.clock(view), details=dates.details))
    tests = [Line(_full(one, tell), _HOLDS[one.holds]) for one in finding.because]
    asks = [_ask(path, tell) for path in finding.unknown if isinstance(path, str)]
    sections = [made, Section(tell.say("explained_tests"), tests, [] if tests else [tell.say("no_tests")])]
    return [*sections, *([Section(tell.say("explained_asks"), asks)] if asks else [])]


def _full(one: Because, tell: Teller) -> str:
    return tell.say("test_value", test=tell.asked(one.fact, one.test), value=tell.value(one.fact, one.value))


def _ask(path: str, tell: Teller) -> Line:
    info = tell.info(path)
    options = tell.options(path)
    details = [tell.say("options", options=options)] if options else []
    return Line(
        tell.text(info.ask or info.label), "unknown", "", tell.path(path), tell.word("type", info.type), details
    )


# --- one article, one regulation, all ---------------------------------------------------------------


def article_page(place: str, ruleset: RuleSet, look: Look) -> Page:
    """Every rule of an article or of one of its parts."""
    tell = Teller(ruleset, look.lang)
    article = ruleset.register[place.partition(".")[0]]
    page = Page(f"{tell.cite([place])} {tell.text(article.gist)}", None, [], [_title(ruleset, tell)])
    grouped: dict[tuple[str, str], list[Rule]] = {}
    for rule in ruleset.rules:
        if any(within(cite, place) for cite in rule.cite):
            grouped.setdefault((rule.id, rule.kind), []).append(rule)
    page.sections = [_regime(one, tell) for one in ruleset.regimes if any(within(cite, place) for cite in one.cite)]
    page.sections += [_rule(rules, tell) for rules in grouped.values()]
    reasons = [
        _no_rules(part, reason, tell)
        for part, reason in article.no_rules.items()
        if within(part, place) or within(place, part)
    ]
    if reasons:
        page.sections.append(Section(tell.say("no_rules_plain"), reasons))
    return page


def within(cite: str, place: str) -> bool:
    """Whether a citation is a place or lies in it."""
    return cite == place or cite.startswith(f"{place}.")


def _no_rules(part: str, reason: ir.Label | None, tell: Teller) -> Line:
    told = tell.say("no_rules", reason=tell.text(reason)) if reason else tell.say("no_rules_plain")
    return Line(told, "info", "", tell.cite([part]))


def _regime(regime: ir.Regime, tell: Teller) -> Section:
    made = Section(tell.say("regime", name=tell.text(regime.title)) + tell.say("bracketed", text=clean(regime.id)))
    scope = tell.word("scope", "excluded" if regime.excluded else "applies")
    made.lines.append(Line(tell.say("outcome", text=scope), None, "", tell.cite(regime.cite)))
    if regime.instead:
        made.lines.append(Line(tell.say("instead", text=tell.text(regime.instead))))
    made.lines.append(Line(tell.say("when"), details=tell_guard(regime.when, tell)))
    return made


def _rule(rules: Sequence[Rule], tell: Teller) -> Section:
    rule = rules[0]
    made = Section(tell.text(rule.title) + tell.say("bracketed", text=clean(rule.id)))
    made.lines.append(Line(about(rule, tell), None, "", tell.cite(rule.cite)))
    holds = rule.done is not None and (rule.kind == "duty" or rule.outcome == ir.Prohibition())
    if not holds:
        made.lines.append(Line(tell.say("outcome", text=tell_norm(rules, tell))))
    if isinstance(rule.outcome, ir.Consequence) and rule.outcome.of:
        made.lines.append(Line(tell.say("because_of", rules=tell.list(map(tell.rule_title, rule.outcome.of)))))
    if rule.before is not None and (holds or rule.order is not None):
        key = "no_later_than_event" if rule.before.same_day else "before_event"
        made.lines.append(Line(tell.say(key, event=tell.event(rule.before.event))))
    if rule.each:
        made.lines.append(Line(tell.say("for_each_change")))
    regimes = [one for one in tell.ruleset.regimes if one.id in rule.regimes]
    if any(not one.presume for one in regimes):
        made.lines.append(Line(tell.say("regime_only", text=tell.list(tell.text(one.title) for one in regimes))))
    made.lines.append(Line(tell.say("when"), details=tell_guard(rule.applies, tell)))
    if holds and rule.done is not None and rule.done != TRUE:
        made.lines.append(Line(tell.say("met_when"), details=tell_guard(rule.done, tell)))
    if rule.note:
        made.lines.append(Line(tell.say("note", text=tell.text(rule.note))))
    return made


def _title(ruleset: RuleSet, tell: Teller) -> str:
    status = tell.word("ruleset_status", ruleset.status)
    return tell.text(ruleset.title) + tell.say("bracketed", text=status)


def parts_of(ruleset: RuleSet) -> tuple[int, int]:
    """How many articles a register has, and how many annexes."""
    articles = sum(number.isdigit() for number in ruleset.register)
    return articles, len(ruleset.register) - articles


def _size(ruleset: RuleSet, tell: Teller) -> str:
    articles, annexes = parts_of(ruleset)
    rules = len({rule.base_id for rule in ruleset.rules})
    return tell.say("size_annexes" if annexes else "size", articles=articles, annexes=annexes, rules=rules)


def ruleset_page(ruleset: RuleSet, look: Look) -> Page:
    """Every article of a regulation: its rules, or why it has none."""
    tell = Teller(ruleset, look.lang)
    page = Page(
        _title(ruleset, tell), None, [], [tell.say("issuer", name=tell.text(ruleset.issuer)), _size(ruleset, tell)]
    )
    lines = []
    for number, article in ruleset.register.items():
        ids = dict.fromkeys(rule.base_id for rule in ruleset.rules for cite in rule.cite if within(cite, number))
        line = Line(tell.text(article.gist), "info", tell.cite([number]))
        regimes = [tell.text(one.title) for one in ruleset.regimes if any(within(cite, number) for cite in one.cite)]
        if regimes:
            line.details.append(tell.say("regime", name=tell.list(regimes)))
        if ids:
            line.details.append(tell.say("article_rules", rules=tell.list(ids)))
        for part, reason in article.no_rules.items():
            told = _no_rules(part, reason, tell)
            line.details.append(told.text if part == number else f"{told.cite} {told.text}")
        lines.append(line)
    page.sections = [Section("", lines)]
    return page


def rulesets_page(rulesets: Sequence[RuleSet], look: Look) -> Page:
    """Every built-in ruleset with its size."""
    lines = []
    for ruleset in rulesets:
        tell = Teller(ruleset, look.lang)
        lines.append(Line(_title(ruleset, tell), "info", ruleset.id, "", _size(ruleset, tell)))
    return Page(Teller(rulesets[0], look.lang).say("rulesets") if rulesets else "", sections=[Section("", lines)])


def cases_page(run: TestRun, look: Look) -> Page:
    """What the cases of one ruleset came to."""
    tell = Teller(run.ruleset, look.lang)
    failed = [one for one in run.results if not one.passed]
    title = tell.say("cases", name=run.ruleset.id, passed=run.passed, failed=len(failed))
    page = Page(title, "unmet" if failed else "met")
    counts = run.counts()
    page.counts = [
        (status, tell.say("counted", word=tell.word("status", status), count=counts[status])) for status in URGENT[:-1]
    ]
    page.counts += [("notice", tell.say(name, count=counts[name])) for name in COUNTED if counts[name]]
    if failed:
        lines = [
            Line(clean(f"{one.file}:{one.line} {one.id}"), "unmet", details=[clean(d) for d in one.differences])
            for one in failed
        ]
        page.sections.append(Section(tell.say("failed_cases"), lines, status="unmet"))
    rules = len({rule.id for rule in run.ruleset.rules})
    gaps = run.untested()
    if not gaps:
        page.facts.append(tell.say("all_tested", rules=rules))
        return page
    untested = [
        Line(
            clean(rule.id), "unknown", "", tell.cite(rule.cite), tell.list(tell.word("status", one) for one in missing)
        )
        for rule, missing in gaps
    ]
    page.sections.append(Section(tell.say("untested", rules=rules, count=len(gaps)), untested, status="unknown"))
    return page
