"""The ``govproj`` command: arguments in, one library call, a format out, an exit code."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, ParamSpec

import typer

from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote
from govproj_rules.formats import FORMATS, Look, draw
from govproj_rules.formats.safe import clean, encodable
from govproj_rules.formats.words import HELP

if TYPE_CHECKING:
    from govproj_rules.ir import Rule, RuleSet
    from govproj_rules.project import Project
    from govproj_rules.report import Report

LANGS: Final = ("zh", "en")
SCHEMAS: Final = ("project", "ruleset", "report")
FINE, FAILED, WRONG, OPEN = 0, 1, 2, 3
GRAVEST: Final = (WRONG, FAILED, OPEN, FINE)
VERDICT_CODES: Final = {"compliant": FINE, "out_of_scope": FINE, "non_compliant": FAILED, "undetermined": OPEN, "not_in_force": OPEN}
INTERRUPTED, PIPE_CLOSED = 130, 141
P = ParamSpec("P")
WIDEST: Final = 120


def _help(key: str) -> str:
    return HELP[key].in_(os.environ.get("GOVPROJ_LANG", "zh"))


app = typer.Typer(
    name="govproj", help=_help("app"), no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip


def main() -> None:
    """Run the command line; never shows a traceback for what a user did."""
    try:
        app(prog_name="govproj")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


# --- reading the call -------------------------------------------------------------------------------


def _one_of(*words: str) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in words:
            raise typer.BadParameter(f"{quote(word)} is not one of {', '.join(words)}")
        return word

    return read


def _read_date(raw: str | None) -> str | None:
    if raw is not None:
        _date(raw)
    return raw


def _date(raw: str | None) -> date:
    from govproj_rules.values import Unreadable, parse_date

    try:
        return date.today() if raw is None else parse_date(raw)
    except Unreadable as error:
        raise typer.BadParameter(f"{error}; {error.help}") from None


def _read_version(wanted: bool) -> None:
    if wanted:
        from govproj_rules import __version__

        typer.echo(__version__)
        raise typer.Exit


Files = Annotated[list[str], typer.Argument(metavar="FILE", help=_help("files"))]
File = Annotated[str, typer.Argument(metavar="FILE", help=_help("file"))]
City = Annotated[str | None, typer.Option("--city", metavar="ID|PATH", help=_help("city"))]
CityName = Annotated[str, typer.Argument(metavar="CITY", help=_help("city_argument"))]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", callback=_read_date, help=_help("as_of"))]
Format = Annotated[
    str, typer.Option("--format", metavar="|".join(FORMATS), callback=_one_of(*FORMATS), help=_help("format"))
]
Lang = Annotated[
    str, typer.Option("--lang", envvar="GOVPROJ_LANG", metavar="|".join(LANGS), callback=_one_of(*LANGS), help=_help("lang"))
]
Everything = Annotated[bool, typer.Option("--all", help=_help("all"))]
Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_read_version, help=_help("version"))]


def _command(run: Callable[P, int]) -> Callable[P, None]:
    """A command that returns its exit code; problems are listed, a closed pipe and Ctrl-C are quiet."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        _choose_encoding()
        try:
            code = run(*args, **kwargs)
            sys.stdout.flush()
        except InvalidInput as error:
            code = _print_problems(error.problems)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = PIPE_CLOSED
        raise typer.Exit(code)

    return command


# --- streams ----------------------------------------------------------------------------------------


def _choose_encoding() -> None:
    """UTF-8, unless the user or the terminal has another encoding that can carry Chinese."""
    for stream in (sys.stdout, sys.stderr):
        kept = "PYTHONIOENCODING" in os.environ or stream.isatty()
        if hasattr(stream, "reconfigure"):
            able = kept and encodable("办法", stream.encoding or "ascii")
            stream.reconfigure(encoding=stream.encoding if able else "utf-8", errors="backslashreplace")


def _look(lang: str, everything: bool = False, rulesets: Iterable[RuleSet] = ()) -> Look:
    tty = sys.stdout.isatty()
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb" or (os.name == "nt" and "WT_SESSION" not in os.environ)
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    by_hash = {ruleset.sha256: ruleset for ruleset in rulesets}
    return Look(lang, everything, by_hash, width, tty and not plain, sys.stdout.encoding or "utf-8")


def _print_problems(problems: Iterable[Problem]) -> int:
    for problem in problems:
        place = f"{clean(problem.place)}: " if problem.place else ""
        typer.echo(f"{place}{clean(problem.message)} [{problem.code}]", err=True)
        if problem.help:
            typer.echo(f"  help: {clean(problem.help)}", err=True)
    return WRONG


# --- projects and rulesets --------------------------------------------------------------------------


def _read_project(file: str) -> Project:
    from govproj_rules import load_project, read_project
    from govproj_rules.source import MAX_BYTES, too_large

    if file != "-":
        return load_project(file)
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InvalidInput([too_large("<stdin>")])
    return read_project(data, "<stdin>")


def _ruleset_of(project: Project) -> RuleSet:
    """The ruleset a project names itself; only built-in ones, since a file must not choose paths."""
    from govproj_rules.library import built_in, is_path, load_ruleset

    if project.city is None:
        raise InvalidInput([Problem("no-city", "the project does not say its city", "add `city`, or call with --city")])
    if is_path(project.city):
        known = "known: " + ", ".join(built_in())
        raise InvalidInput([Problem("unknown-city", f"there is no ruleset {quote(project.city)}", known)])
    return load_ruleset(project.city)


def _check(file: str, ruleset: RuleSet | None, as_of: date, everything: bool) -> tuple[Report, RuleSet]:
    from govproj_rules.check import check

    with _placed(file):
        project = _read_project(file)
        chosen = ruleset or _ruleset_of(project)
        return check(project, chosen, as_of=as_of, all=everything), chosen


@contextmanager
def _placed(file: str) -> Iterator[None]:
    """Problems that name no file belong to this one."""
    shown = "<stdin>" if file == "-" else file
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(one if one.file else one.at(shown) for one in error.problems) from None


def _load(city: str | None) -> RuleSet | None:
    from govproj_rules import load_ruleset

    return None if city is None else load_ruleset(city)


def _find_rules(ruleset: RuleSet, name: str) -> Sequence[Rule]:
    """The rule of a name, with those it was lowered to; raises with the closest name."""
    wanted = name.removeprefix(f"{ruleset.id}/")
    found = [rule for rule in ruleset.rules if wanted in (rule.id, rule.base_id)]
    if not found:
        _refuse("unknown-rule", f"{ruleset.id} has no rule {quote(name)}", did_you_mean(wanted, [rule.id for rule in ruleset.rules]))
    return found


def _refuse(code: str, message: str, help: str | None) -> NoReturn:
    raise InvalidInput([Problem(code, message, help)])


# --- commands ---------------------------------------------------------------------------------------


@app.callback()
def _govproj(version: Version = False) -> None:
    """The options of all commands."""


@app.command("check", help=_help("check"))
@_command
def check_projects(
    files: Files, city: City = None, as_of: AsOf = None, format: Format = "table", lang: Lang = "zh", everything: Everything = False
) -> int:
    day, ruleset = _date(as_of), _load(city)
    made: list[tuple[Report, RuleSet]] = []
    codes: list[int] = []
    problems: list[Problem] = []
    for file in files:
        try:
            report, used = _check(file, ruleset, day, everything)
        except InvalidInput as error:
            problems.extend(error.problems)
        else:
            made.append((report, used))
            codes.append(VERDICT_CODES[report.verdict])
    if made:
        look = _look(lang, everything, [used for _, used in made])
        sys.stdout.write(FORMATS[format]([report for report, _ in made], look))
        sys.stdout.flush()
    if problems:
        codes.append(_print_problems(problems))
    return min(codes, key=GRAVEST.index)


@app.command("explain", help=_help("explain"))
@_command
def explain_rule(
    file: File,
    rule: Annotated[str, typer.Argument(metavar="RULE", help=_help("rule"))],
    city: City = None,
    as_of: AsOf = None,
    lang: Lang = "zh",
) -> int:
    from govproj_rules.formats.rules import explain_page

    report, ruleset = _check(file, _load(city), _date(as_of), everything=True)
    rules = _find_rules(ruleset, rule)
    look = _look(lang, rulesets=[ruleset])
    sys.stdout.write(draw([explain_page(report, rules, ruleset, look)], look))
    return FINE


@app.command("rules", help=_help("rules"))
@_command
def list_rules(
    city: Annotated[str | None, typer.Argument(metavar="[CITY]", help=_help("city_argument"))] = None, lang: Lang = "zh"
) -> int:
    from govproj_rules.formats.rules import ruleset_page, rulesets_page
    from govproj_rules.library import built_in, load_ruleset

    look = _look(lang)
    if city is None:
        page = rulesets_page([load_ruleset(name) for name in built_in()], look)
    else:
        page = ruleset_page(load_ruleset(city), look)
    sys.stdout.write(draw([page], look))
    return FINE


@app.command("show", help=_help("show"))
@_command
def show_article(
    city: CityName, article: Annotated[str, typer.Argument(metavar="ARTICLE", help=_help("article"))], lang: Lang = "zh"
) -> int:
    from govproj_rules.formats.rules import article_page
    from govproj_rules.library import load_ruleset

    ruleset = load_ruleset(city)
    number, *parts = article.split(".")
    if number not in ruleset.register or not all(part.isascii() and part.isdigit() and int(part) for part in parts):
        last = [name for name in ruleset.register if name.isdigit()][-1]
        _refuse("unknown-article", f"{ruleset.id} has no article {quote(article)}", f"write a number up to {last}, or such as 28.1")
    look = _look(lang)
    sys.stdout.write(draw([article_page(article, ruleset, look)], look))
    return FINE


@app.command("test", help=_help("test"))
@_command
def test_rules(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help=_help("paths"))] = None, lang: Lang = "zh"
) -> int:
    from govproj_rules.cases import case_files, run_cases
    from govproj_rules.formats.rules import cases_page

    code, look = FINE, _look(lang)
    for path in case_files(paths or []):
        try:
            run = run_cases(path)
        except InvalidInput as error:
            code = _print_problems(error.problems)
            continue
        sys.stdout.write(draw([cases_page(run, look)], look))
        if run.passed < len(run.results):
            code = min(code, FAILED, key=GRAVEST.index)
    return code


@app.command("schema", help=_help("schema"))
@_command
def print_schema(
    name: Annotated[str, typer.Argument(metavar="|".join(SCHEMAS), callback=_one_of(*SCHEMAS), help=_help("schema_name"))],
) -> int:
    import json

    from govproj_rules.schema import schema

    sys.stdout.write(json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n")
    return FINE
