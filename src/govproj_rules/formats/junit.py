"""Reports as JUnit XML: a test suite a report, a test case a finding.

Only what is met passes. What is binding and unmet fails; what is binding and unknown is an error, so that no CI reads
green where the exit code is 3; everything else is skipped, with its status as the message. A file that cannot be used is
a suite with an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from govproj_rules.errors import Problem
from govproj_rules.formats import Look
from govproj_rules.formats.reports import named, notices, page_counts
from govproj_rules.formats.shown_in_ci import SCOPE, Shown, binds, by_file, file_of
from govproj_rules.report import Finding, Report
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import say
from govproj_rules.waivers import mark_of

UNTIMED: Final = "0"
"""Every case is said to take no time: the same project gives the same bytes."""
COUNTED: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def write(reports: Sequence[Report], look: Look) -> str:
    """One document for all reports and for the files that gave none."""
    root = Xml.Element("testsuites", name="govproj")
    suites = [_suite(report, file_of(place, look), look) for place, report in enumerate(reports)]
    suites += [_rejected(file, problems, look) for file, problems in by_file(look.problems).items()]
    for place, suite in enumerate(suites):
        suite.set("id", str(place))
        cases = suite.findall("testcase")
        found = Counter(child.tag for case in cases for child in case)
        suite.set("tests", str(len(cases)))
        for tag, name in COUNTED.items():
            suite.set(name, str(found[tag]))
    for name in ("tests", "failures", "errors"):  # the schema has no `skipped` here
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    Xml.indent(root)
    if look.encoding.lower().replace("-", "") != "utf8":
        written = Xml.tostring(root, encoding="us-ascii", xml_declaration=True)
        return str(written, "ascii") + "\n"
    text: str = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


# --- a report ---------------------------------------------------------------------------------------


def _suite(report: Report, file: str | None, look: Look) -> Xml.Element:
    shown, ruleset = Shown(report, look), report.ruleset
    tell = shown.tell
    name = f"{named(report, tell)} · {tell.text(ruleset.title)}"
    suite = Xml.Element("testsuite", name=name, package=clean(ruleset.id), time=UNTIMED)
    if file is not None:
        suite.set("file", clean(file))
    properties = Xml.SubElement(suite, "properties")
    for name, value in _properties(report, shown):
        Xml.SubElement(properties, "property", name=name, value=value)
    status, told = shown.scope()
    scope = _case(suite, clean(ruleset.id), f"{SCOPE} {tell.say('scope_case')}")
    if status != "met":
        head = tell.say("fact", label=tell.word("verdict", report.verdict), value=told)
        _say(scope, "error" if status == "unknown" else "skipped", status, head)
    for finding in report.findings:
        case = _case(suite, clean(ruleset.id), f"{shown.name(finding)} · {shown.title(finding)}")
        if (tag := _tag(finding)) is not None:
            kind = mark_of(finding, report.waivers) or ("late" if finding.late else finding.status)
            text = "\n".join(shown.details(finding))
            _say(case, tag, finding.status if tag != "skipped" else kind, shown.head(finding), text)
    Xml.SubElement(suite, "system-out").text = "\n".join(_told(report, shown))
    return suite


def _tag(finding: Finding) -> str | None:
    """The element a finding gives; None: it passes."""
    if finding.status == "met":
        return None
    if binds(finding) and finding.status in ("unmet", "unknown"):
        return "failure" if finding.status == "unmet" else "error"
    return "skipped"


def _properties(report: Report, shown: Shown) -> Iterator[tuple[str, str]]:
    ruleset = report.ruleset
    plain = {
        "project": report.project.name, "project.id": report.project.id, "as_of": report.as_of.isoformat(),
        "verdict": report.verdict, "scope": report.scope, "regime": report.regime, "ruleset": ruleset.id,
        "ruleset.title": shown.tell.text(ruleset.title), "ruleset.status": ruleset.status, "ruleset.sha256": ruleset.sha256,
    }  # fmt: skip
    yield from ((name, clean(value)) for name, value in plain.items() if value is not None)
    yield from ((f"count.{name}", str(count)) for name, count in report.counts.items())
    for place, one in enumerate(report.waivers, 1):
        rule = f"{one.rule} {one.for_}" if one.for_ else one.rule
        yield f"waiver.{place}", clean(f"{one.standing}: {rule}: {one.reason}")


def _told(report: Report, shown: Shown) -> Iterator[str]:
    """What must not be missed, such as that the text is a draft; the totals in words; and every waiver."""
    tell = shown.tell
    yield from notices(report, tell)
    yield tell.say("list").join(text for _, text in page_counts(report.counts, tell))
    for one in report.waivers:
        line = shown.lines.waived.line(one)
        yield " · ".join((line.text, line.aside, *line.details))


# --- what could not be checked ----------------------------------------------------------------------


def _rejected(file: str, problems: Sequence[Problem], look: Look) -> Xml.Element:
    suite = Xml.Element("testsuite", name=clean(file) or "govproj", time=UNTIMED)
    case = _case(suite, "govproj", f"[input] {clean(file)}".strip())
    head = say("not_checked", look.lang, count=len(problems))
    _say(case, "error", problems[0].code, head, "\n".join(clean(str(one)) for one in problems))
    return suite


# --- elements ---------------------------------------------------------------------------------------


def _case(suite: Xml.Element, group: str, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=group, name=clean(name), time=UNTIMED)


def _say(case: Xml.Element, tag: str, kind: str, message: str, text: str = "") -> None:
    made = Xml.SubElement(case, tag, type=kind, message=message)
    made.text = text or None
