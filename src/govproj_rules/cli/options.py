"""The arguments and options of the commands, in the user's language, and how each is read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Annotated, Final

import typer

from govproj_rules.cli.help import HELP
from govproj_rules.engines import AUDITORS, DIALECTS, ENGINES, Engine
from govproj_rules.errors import quote
from govproj_rules.formats import FORMATS
from govproj_rules.formats.audited import AUDITED, WRITTEN
from govproj_rules.formats.compared import COMPARED
from govproj_rules.formats.linted import LINTED
from govproj_rules.formats.streamed import STREAMED
from govproj_rules.formats.tested import TESTED
from govproj_rules.formats.verified import VERIFIED

LANGS: Final = ("zh", "en")


def help_of(key: str) -> str:
    """The help text of a command or option."""
    return HELP[key].in_(os.environ.get("GOVPROJ_LANG", "zh"))


def _one_of(*words: str) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in words:
            raise typer.BadParameter(f"{quote(word)} is not one of {', '.join(words)}")
        return word

    return read


def _if_given(read: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda word: None if word is None else read(word)


def _read_engine(word: str) -> Engine:
    for engine in ENGINES:
        if engine == word:
            return engine
    raise typer.BadParameter(f"{quote(word)} is not one of {', '.join(ENGINES)}")


def read_date(raw: str | None) -> date:
    """The day to check for: as given, else today."""
    from govproj_rules.values import Unreadable, parse_date

    try:
        return date.today() if raw is None else parse_date(raw)
    except Unreadable as error:
        raise typer.BadParameter(f"{error}; {error.help}") from None


def _checked_date(raw: str | None) -> str | None:
    if raw is not None:
        read_date(raw)
    return raw


def read_percent(raw: str) -> Fraction:
    """A percentage from 0 to 100, with or without its sign."""
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?%?", raw) and (share := Fraction(raw.rstrip("%"))) <= 100:
        return share
    raise typer.BadParameter(f"{quote(raw)} is not a percentage from 0 to 100")


def _checked_percent(raw: str | None) -> str | None:
    if raw is not None:
        read_percent(raw)
    return raw


def _print_version(wanted: bool) -> None:
    if wanted:
        from govproj_rules import __version__

        typer.echo(__version__)
        raise typer.Exit


def only_alone(option: str, *others: tuple[str, object]) -> None:
    """Refuse options that mean nothing beside ``option``."""
    if given := [name for name, value in others if value]:
        raise typer.BadParameter(f"{option} does not go with {', '.join(given)}")


Files = Annotated[list[str], typer.Argument(metavar="FILE", help=help_of("files"))]
File = Annotated[str, typer.Argument(metavar="FILE", help=help_of("file"))]
RuleName = Annotated[str, typer.Argument(metavar="RULE", help=help_of("rule"))]
CityName = Annotated[str, typer.Argument(metavar="CITY", help=help_of("city_argument"))]
AnyCity = Annotated[str | None, typer.Argument(metavar="[CITY]", help=help_of("city_argument"))]
ArticleName = Annotated[str, typer.Argument(metavar="ARTICLE", help=help_of("article"))]
Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]", help=help_of("paths"))]
RulesetPaths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]", help=help_of("ruleset_paths"))]
Text = Annotated[str | None, typer.Option("--text", metavar="FILE", help=help_of("text"))]
UnusedWords = Annotated[bool, typer.Option("--vocabulary", help=help_of("unused_words"))]
LintFormat = Annotated[
    str, typer.Option("--format", metavar="|".join(LINTED), callback=_one_of(*LINTED), help=help_of("format"))
]
NewCity = Annotated[str, typer.Argument(metavar="CITY", help=help_of("new_city"))]
NewText = Annotated[str, typer.Option("--text", metavar="FILE", help=help_of("new_text"))]
Out = Annotated[str | None, typer.Option("--out", "-o", metavar="OUT", help=help_of("out"))]
WithCoverage = Annotated[bool, typer.Option("--coverage", help=help_of("coverage"))]
FailUnder = Annotated[
    str | None,
    typer.Option("--fail-under", metavar="PERCENT", callback=_checked_percent, help=help_of("fail_under")),
]
TestFormat = Annotated[
    str, typer.Option("--format", metavar="|".join(TESTED), callback=_one_of(*TESTED), help=help_of("format"))
]
Cities = Annotated[list[str], typer.Argument(metavar="CITY", help=help_of("compared_cities"))]
TopicName = Annotated[str | None, typer.Option("--topic", metavar="TOPIC", help=help_of("topic"))]
OneProject = Annotated[list[str] | None, typer.Option("--project", metavar="FILE", help=help_of("compared_project"))]
Portfolio = Annotated[str | None, typer.Option("--projects", metavar="FOLDER|FILE.jsonl", help=help_of("portfolio"))]
AllTopics = Annotated[bool, typer.Option("--all", help=help_of("all_topics"))]
Silent = Annotated[bool, typer.Option("--silent", help=help_of("silent"))]
CompareFormat = Annotated[
    str, typer.Option("--format", metavar="|".join(COMPARED), callback=_one_of(*COMPARED), help=help_of("format"))
]
StreamFile = Annotated[str, typer.Option("--input", metavar="FILE", help=help_of("stream_file"))]
StreamFormat = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="|".join(STREAMED), callback=_if_given(_one_of(*STREAMED)), help=help_of("stream_format")
    ),
]
RecordOut = Annotated[str | None, typer.Option("--record", metavar="OUT", help=help_of("record"))]
RecordFiles = Annotated[list[str], typer.Argument(metavar="RECORD", help=help_of("records"))]
VerifyCities = Annotated[list[str] | None, typer.Option("--city", metavar="PATH|ID", help=help_of("verify_city"))]
VerifyProject = Annotated[str | None, typer.Option("--project", metavar="FILE", help=help_of("verify_project"))]
VerifyEngine = Annotated[
    Engine | None,
    typer.Option("--engine", metavar="|".join(ENGINES), parser=_read_engine, help=help_of("verify_engine")),
]
VerifyFormat = Annotated[
    str, typer.Option("--format", metavar="|".join(VERIFIED), callback=_one_of(*VERIFIED), help=help_of("format"))
]
Most = Annotated[int | None, typer.Option("--most", metavar="NUMBER", min=1, help=help_of("most"))]
Dialect = Annotated[
    str, typer.Option("--dialect", metavar="|".join(DIALECTS), callback=_one_of(*DIALECTS), help=help_of("dialect"))
]
SchemaName = Annotated[str, typer.Argument(metavar="NAME", help=help_of("schema_name"))]
City = Annotated[str | None, typer.Option("--city", metavar="ID|PATH", help=help_of("city"))]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", callback=_checked_date, help=help_of("as_of"))]
Format = Annotated[
    str, typer.Option("--format", metavar="|".join(FORMATS), callback=_one_of(*FORMATS), help=help_of("format"))
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang", envvar="GOVPROJ_LANG", metavar="|".join(LANGS), callback=_one_of(*LANGS), help=help_of("lang")
    ),
]
EngineName = Annotated[
    Engine, typer.Option("--engine", metavar="|".join(ENGINES), parser=_read_engine, help=help_of("engine"))
]
Everything = Annotated[bool, typer.Option("--all", help=help_of("all"))]
AuditInputs = Annotated[list[str] | None, typer.Argument(metavar="[INPUT]", help=help_of("audit_inputs"))]
MapFile = Annotated[str | None, typer.Option("--map", metavar="FILE", help=help_of("map"))]
SuggestMap = Annotated[str | None, typer.Option("--suggest-map", metavar="FILE", help=help_of("suggest_map"))]
AuditOut = Annotated[str | None, typer.Option("--out", "-o", metavar="OUT", help=help_of("audit_out"))]
AuditFormat = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="|".join((*AUDITED, *WRITTEN)), callback=_if_given(_one_of(*AUDITED, *WRITTEN)),
        help=help_of("audit_format"),
    ),
]  # fmt: skip
Auditor = Annotated[
    str, typer.Option("--engine", metavar="|".join(AUDITORS), callback=_one_of(*AUDITORS), help=help_of("auditor"))
]
Master = Annotated[str | None, typer.Option("--master", metavar="URL", help=help_of("master"))]
AllFindings = Annotated[bool, typer.Option("--all", help=help_of("all_findings"))]
TablesFolder = Annotated[str | None, typer.Option("--tables", metavar="FOLDER", help=help_of("tables"))]
Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version, help=help_of("version"))]
