"""The ``govproj`` command: arguments in, one library call, a format out, an exit code."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from govproj_rules.cli.exits import FAILED, FINE, INTERRUPTED, VERDICT_CODES, WRONG, command, gravest
from govproj_rules.cli.inputs import checked, find_article, find_rules, load_city, shown_name
from govproj_rules.cli.options import (
    AllFindings,
    AllTopics,
    AnyCity,
    ArticleName,
    AsOf,
    AuditFormat,
    AuditInputs,
    Auditor,
    AuditOut,
    Cities,
    City,
    CityName,
    CompareFormat,
    Dialect,
    EngineName,
    Everything,
    FailUnder,
    File,
    Files,
    Format,
    Lang,
    LintFormat,
    MapFile,
    Master,
    Most,
    NewCity,
    NewText,
    OneProject,
    Out,
    Paths,
    Portfolio,
    RecordFiles,
    RecordOut,
    RuleName,
    RulesetPaths,
    SchemaName,
    Silent,
    StreamFile,
    StreamFormat,
    SuggestMap,
    TablesFolder,
    TestFormat,
    Text,
    TopicName,
    UnusedWords,
    VerifyCities,
    VerifyEngine,
    VerifyFormat,
    VerifyProject,
    Version,
    WithCoverage,
    help_of,
    only_alone,
    read_date,
    read_percent,
)
from govproj_rules.cli.streams import look_of, print_problems
from govproj_rules.errors import InvalidInput, Problem
from govproj_rules.formats import FORMATS, TELLS_PROBLEMS, draw

if TYPE_CHECKING:
    from govproj_rules.ir import RuleSet
    from govproj_rules.recorded import Record
    from govproj_rules.report import Report

app = typer.Typer(
    name="govproj",
    help=help_of("app"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; never shows a traceback for what a user did."""
    try:
        app(prog_name="govproj")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


@app.callback()
def _govproj(version: Version = False) -> None:
    """The options of all commands."""


@app.command("check", help=help_of("check"))
@command
def check_projects(
    files: Files,
    city: City = None,
    as_of: AsOf = None,
    format: Format = "table",
    lang: Lang = "zh",
    everything: Everything = False,
    engine: EngineName = "python",
    record: RecordOut = None,
) -> int:
    from govproj_rules.checking import need

    need(engine)
    if record is not None:
        from govproj_rules.cli.recording import keep_inputs, write_records

        keep_inputs(record, [*files, city])
    day, ruleset = read_date(as_of), load_city(city)
    made: list[tuple[Report, RuleSet]] = []
    records: list[Record] = []
    problems: list[Problem] = []
    used: list[str] = []
    for file in files:
        try:
            made.append(checked(file, ruleset, day, everything, engine, None if record is None else records))
            used.append(shown_name(file))
        except InvalidInput as error:
            problems.extend(error.problems)
    if records and record is not None:
        problems.extend(write_records(records, record))
    if made or format in TELLS_PROBLEMS:
        look = replace(look_of(lang, everything, [one for _, one in made]), files=used, problems=problems)
        sys.stdout.write(FORMATS[format]([report for report, _ in made], look))
        sys.stdout.flush()
    print_problems(problems)
    return gravest(WRONG if problems else FINE, *(VERDICT_CODES[report.verdict] for report, _ in made))


@app.command("explain", help=help_of("explain"))
@command
def explain_rule(file: File, rule: RuleName, city: City = None, as_of: AsOf = None, lang: Lang = "zh") -> int:
    from govproj_rules.formats.rules import explain_page

    report, ruleset = checked(file, load_city(city), read_date(as_of), everything=True)
    rules = find_rules(ruleset, rule)
    look = look_of(lang, rulesets=[ruleset])
    sys.stdout.write(draw([explain_page(report, rules, ruleset, look)], look))
    return FINE


@app.command("rules", help=help_of("rules"))
@command
def list_rules(city: AnyCity = None, lang: Lang = "zh") -> int:
    from govproj_rules.formats.rules import ruleset_page, rulesets_page
    from govproj_rules.library import built_in, load_ruleset

    look, ruleset = look_of(lang), load_city(city)
    page = ruleset_page(ruleset, look) if ruleset else rulesets_page([load_ruleset(name) for name in built_in()], look)
    sys.stdout.write(draw([page], look))
    return FINE


@app.command("show", help=help_of("show"))
@command
def show_article(city: CityName, article: ArticleName, lang: Lang = "zh") -> int:
    from govproj_rules.formats.rules import article_page
    from govproj_rules.library import load_ruleset

    look, ruleset = look_of(lang), load_ruleset(city)
    sys.stdout.write(draw([article_page(find_article(ruleset, article), ruleset, look)], look))
    return FINE


@app.command("compare", help=help_of("compare"))
@command
def compare_rulesets(
    cities: Cities,
    topic: TopicName = None,
    project: OneProject = None,
    projects: Portfolio = None,
    silent: Silent = False,
    as_of: AsOf = None,
    format: CompareFormat = "table",
    lang: Lang = "zh",
    everything: AllTopics = False,
) -> int:
    from govproj_rules.cli.comparing import compared, flipped, load_all

    day, look, rulesets = read_date(as_of), look_of(lang, everything), load_all(cities)
    if projects is not None:
        only_alone("--projects", ("--topic", topic), ("--project", project), ("--silent", silent))
        text, whole = flipped(rulesets, projects, day, format, look)
        sys.stdout.write(text)
        return FINE if whole else WRONG
    if project:
        only_alone("--project", ("--silent", silent))
    elif as_of:
        raise typer.BadParameter("--as-of is the day to check projects for: it needs --project or --projects")
    text, problems = compared(rulesets, topic, project or (), day, silent, format, look)
    sys.stdout.write(text)
    sys.stdout.flush()
    print_problems(problems)
    return WRONG if problems else FINE


@app.command("new", help=help_of("new"))
@command
def start_ruleset(city: NewCity, text: NewText, out: Out = None, lang: Lang = "zh") -> int:
    from govproj_rules.formats.started import started
    from govproj_rules.skeleton import write_skeleton

    path, articles = write_skeleton(city, text, out, lang)
    sys.stdout.write(started(path, articles, look_of(lang)))
    return FINE


@app.command("test", help=help_of("test"))
@command
def run_tests(
    paths: Paths = None,
    with_coverage: WithCoverage = False,
    fail_under: FailUnder = None,
    format: TestFormat = "table",
    lang: Lang = "zh",
) -> int:
    from govproj_rules.cases import case_files, run_cases
    from govproj_rules.cases.coverage import coverage, lacking
    from govproj_rules.formats.tested import TESTED

    codes, look = [FINE], look_of(lang)
    least = None if fail_under is None else read_percent(fail_under)
    for path in case_files([Path(one) for one in paths or ()]):
        try:
            run = run_cases(path)
        except InvalidInput as error:
            print_problems(error.problems)
            codes.append(WRONG)
            continue
        made = coverage(run) if with_coverage or least is not None else None
        sys.stdout.write(TESTED[format](run, made, look))
        sys.stdout.flush()
        low = lacking(made, least, str(path)) if made and least is not None else []
        print_problems(low)
        codes.append(FAILED if low or run.passed < len(run.results) else FINE)
    return gravest(*codes)


@app.command("lint", help=help_of("lint"))
@command
def lint_rulesets(
    paths: RulesetPaths = None,
    text: Text = None,
    format: LintFormat = "table",
    lang: Lang = "zh",
    unused_words: UnusedWords = False,
) -> int:
    from govproj_rules.formats.linted import LINTED
    from govproj_rules.lint import lint_all, lint_vocabulary

    linted = lint_all(paths or (), text)
    unused = lint_vocabulary(linted) if unused_words else None
    sys.stdout.write(LINTED[format](linted, unused, look_of(lang)))
    return FAILED if any(one.problems for one in linted) else FINE


@app.command("session", help=help_of("session"))
@command
def follow_projects(
    city: AnyCity = None,
    source: StreamFile = "-",
    as_of: AsOf = None,
    engine: EngineName = "python",
    format: StreamFormat = None,
    lang: Lang = "zh",
    most: Most = None,
) -> int:
    from govproj_rules.cli.following import follow

    whole = follow(city, source, read_date(as_of), engine, format, lang, most)
    return FINE if whole else WRONG


@app.command("verify", help=help_of("verify"))
@command
def verify_records(
    files: RecordFiles,
    city: VerifyCities = None,
    project: VerifyProject = None,
    engine: VerifyEngine = None,
    format: VerifyFormat = "table",
    lang: Lang = "zh",
) -> int:
    from govproj_rules.cli.recording import Against, verify_all
    from govproj_rules.formats.verified import VERIFIED

    verified, problems = verify_all(files, Against.of(city or (), project, engine))
    if verified:
        sys.stdout.write(VERIFIED[format](verified, look_of(lang)))
        sys.stdout.flush()
    print_problems(problems)
    return WRONG if problems else FINE if all(one.reproduced for _, one in verified) else FAILED


@app.command("audit", help=help_of("audit"))
@command
def audit_projects(
    inputs: AuditInputs = None,
    city: City = None,
    map: MapFile = None,
    suggest_map: SuggestMap = None,
    out: AuditOut = None,
    tables: TablesFolder = None,
    as_of: AsOf = None,
    format: AuditFormat = None,
    lang: Lang = "zh",
    everything: AllFindings = False,
    engine: Auditor = "duckdb",
    master: Master = None,
) -> int:
    from govproj_rules.cli.auditing import audit, read_tables, suggest

    on_spark = None if engine == "duckdb" else engine
    if master is not None and not on_spark:
        raise typer.BadParameter("--master is where Spark is: it needs --engine spark")
    if suggest_map is not None:
        only_alone("--suggest-map", ("INPUT", inputs), ("--map", map), ("--tables", tables), ("--engine", on_spark))
        suggest(suggest_map, city, out, lang)
        return FINE
    if tables is not None:
        only_alone(
            "--tables",
            ("--out", out),
            ("--as-of", as_of),
            ("--format", format),
            ("--all", everything),
            ("--engine", on_spark),
        )
        return FINE if read_tables(inputs or (), city, map, tables, lang) else WRONG
    verdicts, whole = audit(
        inputs or (), city, read_date(as_of), map, out, format, look_of(lang, everything), engine, master
    )
    return gravest(FINE if whole else WRONG, *(VERDICT_CODES[one] for one in verdicts))


@app.command("sql", help=help_of("sql"))
@command
def write_sql(city: CityName, dialect: Dialect = "duckdb", as_of: AsOf = None, lang: Lang = "zh") -> int:
    from govproj_rules.formats.scripts import script
    from govproj_rules.library import load_ruleset
    from govproj_rules.to_sql import to_sql

    made = to_sql(load_ruleset(city), as_of=read_date(as_of), dialect=dialect)
    for part in script(made, look_of(lang)):
        sys.stdout.write(part)
    return FINE


@app.command("schema", help=help_of("schema"))
@command
def print_schema(name: SchemaName) -> int:
    from govproj_rules.schema import text

    sys.stdout.write(text(name))
    return FINE
