"""What is fuzzed: one row a target, with what is done to an input and how one input is made into another."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from fuzz.mutation import Pool, changed, crossed, written
from fuzz.oracle import agrees, answered, need, refused_well
from govproj_rules import InvalidInput, Project, RuleSet, load_ruleset
from govproj_rules.cases import run_cases
from govproj_rules.comparing import compare, compare_project
from govproj_rules.formats import FORMATS, Look, draw
from govproj_rules.formats.compared import COMPARED
from govproj_rules.formats.rules import article_page, explain_page, ruleset_page
from govproj_rules.formats.streamed import STREAMED
from govproj_rules.formats.tested import TESTED
from govproj_rules.library import built_in, read_ruleset
from govproj_rules.lint import lint
from govproj_rules.project import read_project
from govproj_rules.regulation import read_regulation
from govproj_rules.sessions import Refused, Session, Stream
from govproj_rules.skeleton import skeleton, title_of
from govproj_rules.source import decode, parse_json, parse_yaml, read_lines
from govproj_rules.values import TYPES, Unreadable, format_value, parse, parse_month_day

ROOT: Final = Path(__file__).resolve().parent.parent
CORPUS: Final = ROOT / "fuzz" / "corpus"
DAYS: Final = (date(2026, 6, 30), date(2025, 8, 31), date(2027, 1, 15), date(2024, 1, 1))
EVERY: Final = 8
"""Of every so many inputs one goes through what takes long."""


def dice_of(data: bytes) -> Random:
    """Chance that is the same for the same input."""
    return Random(zlib.crc32(data))


@cache
def mini() -> RuleSet:
    return load_ruleset(ROOT / "tests" / "data" / "mini.yaml")


@cache
def example_projects() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "examples").glob("*.json")))


# --- rule files -------------------------------------------------------------------------------------

_STATED: Final[Mapping[str, Sequence[Any]]] = {
    "yes_no": (True, False), "money": ("0元", "100万元", "40万元", "1000000.01元"), "percent": ("0%", "15%", "100%"),
    "number": ("0", "2.5", 3), "year": ("2025", 2026), "date": ("2025-01-31", "2026-06-30", "2027-03-01"),
    "duration": ("30 days", "10 working_days", "1 years"),
}  # fmt: skip


def a_project_under(ruleset: RuleSet, dice: Random) -> Project:
    """A project with fields of the examples, and most of the facts of a ruleset stated somehow."""
    made: dict[str, Any] = {"name": "p"}
    for field in Project.model_fields:
        if field not in ("name", "facts", "waivers", "city") and (value := dice.choice(example_projects()).get(field)):
            made[field] = value
    facts: dict[str, Any] = {}
    for path, info in ruleset.facts.items():
        if not info.computed and dice.random() < 0.7:
            words = sorted(info.options)
            chosen = [word for word in words if dice.random() < 0.5]
            facts[path.removeprefix("facts.")] = (
                chosen if info.type == "some_of" else dice.choice(words or _STATED.get(info.type, ("x",)))
            )
    return Project.model_validate({**made, "facts": facts})


def ruleset_file(data: bytes) -> None:
    """A rule file is refused, or every way to decide says the same under it, and lint and the pages can tell of it."""
    ruleset = answered(lambda: read_ruleset(data, "x"))
    if ruleset is None:
        return
    dice = dice_of(data)
    for turn in range(2):
        project = a_project_under(ruleset, dice)
        agrees(ruleset, project, dice.choice(DAYS), all_ways=turn == 0 and dice.randrange(EVERY) == 0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(data)
        need(lint(path).rules is not None, "lint does not load what loads")
    look = a_look(dice, ruleset)
    harmless(draw([ruleset_page(ruleset, look)], look))
    article = dice.choice(list(ruleset.register))
    harmless(draw([article_page(article, ruleset, look)], look))
    if dice.randrange(EVERY) == 0:
        made = compare([ruleset, mini()])
        text = COMPARED[dice.choice(list(COMPARED))]([made], look)
        need(bool(text), "the comparison is empty")


# --- project files ----------------------------------------------------------------------------------


def project_file(data: bytes) -> None:
    """A project file is refused, or every way to decide says the same of it under several rulesets."""
    project = answered(lambda: read_project(data, "x"))
    if project is None:
        return
    dice = dice_of(data)
    for ruleset in (mini(), load_ruleset(dice.choice(built_in()))):
        agrees(ruleset, project, dice.choice(DAYS), all_ways=dice.randrange(EVERY) == 0)


# --- values -----------------------------------------------------------------------------------------


def value_text(data: bytes) -> None:
    """A text is no value, or a value that reads back from what it is printed as."""
    text = data.decode("utf-8", "surrogateescape")
    options = dict.fromkeys(("x", "data", text[:9]))
    for type_ in TYPES:
        for raw in (text, [text, "x"]) if type_ == "some_of" else (text,):
            try:
                value = parse(type_, raw, options)
            except Unreadable as error:
                need(str(error).isprintable() and bool(str(error)), "no plain sentence")
                continue
            shown = format_value(type_, value)
            if type_ == "percent" and str(shown).startswith("≈"):
                continue
            need(parse(type_, shown, options) == value, f"{type_} {value!r} reads back otherwise from {shown!r}")
    try:
        month, day = parse_month_day(text)
        need(parse_month_day(f"{month:02}-{day:02}") == (month, day), "the day of the year reads back otherwise")
    except Unreadable:
        pass


# --- texts of regulations ---------------------------------------------------------------------------


def regulation_text(data: bytes) -> None:
    """A text is refused, or gives a skeleton that reads: only what is to be written is missing."""

    def made() -> str:
        text = decode(data, "x")
        articles = read_regulation(text, "x")
        for article in articles:
            for part in article.parts(sentences=True):
                need(part.place.split(".")[0] == article.number, "a part of another article")
        return skeleton("sample", title_of(text), articles, "zh" if len(data) % 2 else "en")

    text = answered(made)
    if text is None:
        return
    try:
        read_ruleset(text.encode(), "x")
        need(False, "a skeleton has no rules, and loads")
    except InvalidInput as error:
        refused_well(error)
        codes = {one.code for one in error.problems}
        need(codes <= {"no-rules", "no-rule-no-reason"}, f"the skeleton is wrong: {error.problems}")


# --- answers as text --------------------------------------------------------------------------------


def a_look(dice: Random, *rulesets: RuleSet) -> Look:
    return Look(
        dice.choice(("zh", "en")), dice.random() < 0.5, {one.sha256: one for one in rulesets},
        dice.choice((80, 40, 120, 1)), dice.random() < 0.3, dice.choice(("utf-8", "utf-8", "gbk", "ascii")),
    )  # fmt: skip


def harmless(text: str) -> None:
    """Nothing of a stranger's reaches a terminal raw: but for colours, every character is one that prints."""
    need(bool(text.strip()), "there is nothing to read")
    for line in text.split("\n"):
        plain = line
        if "\x1b" in line:
            import re

            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
        need(plain.isprintable(), f"a character that does not print: {line!r}")


def answers(data: bytes) -> None:
    """The report, the comparison and the explanation of a project, in every format."""
    project = answered(lambda: read_project(data, "x"))
    if project is None:
        return
    dice = dice_of(data)
    ruleset, day = mini(), dice.choice(DAYS)
    report = agrees(ruleset, project, day, all_ways=False)
    if report is None:
        return
    look = a_look(dice, ruleset)
    name = dice.choice((*FORMATS, "explain"))
    rule = dice.choice(ruleset.rules)
    text = (
        FORMATS[name]([report], look) if name in FORMATS else draw([explain_page(report, [rule], ruleset, look)], look)
    )
    harmless(text)
    if name == "json":
        text.encode(look.encoding)
    if dice.randrange(EVERY) == 0:
        other = load_ruleset(dice.choice(built_in()))
        made = answered(lambda: compare_project(project, [ruleset, other], as_of=day), placed=False)
        if made is not None:
            need(bool(COMPARED[dice.choice(list(COMPARED))]([made], look).strip()), "the comparison is empty")


# --- sessions ---------------------------------------------------------------------------------------


def session_lines(data: bytes) -> None:
    """Every line is answered; what stands in the end is what one check says, and a snapshot opens it again."""
    dice = dice_of(data)
    stream = Stream(lambda _: mini(), as_of=DAYS[1], most=20)
    look = a_look(dice, mini())
    for number, line in read_lines(BytesIO(data)):
        for answer in stream.read(line, number, "x"):
            if isinstance(answer.told, Refused):
                refused_well(InvalidInput(answer.told.problems))
            text = "".join(write(answer, look) for write in STREAMED.values())
            need(text.replace("\n", "").isprintable() or look.colour, "a character that does not print")
            json.loads(STREAMED["json"](answer, look))
        if number > 60:
            break
    for session in stream.sessions.values():
        report = agrees(mini(), session.project, session.as_of, all_ways=dice.randrange(EVERY) == 0)
        if report is None:
            raise AssertionError("a project is open that cannot be checked")
        need(report.verdict == session.verdict, "the session differs from the check")
        fresh = {(one.rule, one.for_): one.status for one in report.findings}
        kept = {key: status for key, status in session.statuses().items() if key in fresh}
        need(kept == fresh or all(fresh[key] == kept.get(key, "not_applicable") for key in fresh), "a status differs")
        again = Session.restore(mini(), json.loads(json.dumps(session.snapshot())))
        need(again.statuses() == session.statuses(), "the snapshot opens another project")


# --- cases ------------------------------------------------------------------------------------------


def case_file(data: bytes) -> None:
    """A file of cases is refused, or run and told of in every format."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cases" / "mini.yaml"
        path.parent.mkdir()
        (Path(folder) / "mini.yaml").symlink_to(ROOT / "tests" / "data" / "mini.yaml")
        path.write_bytes(data)
        run = answered(lambda: run_cases(path))
        if run is not None:
            look = a_look(dice_of(data), run.ruleset)
            for write in TESTED.values():
                need(bool(write(run, None, look)), "nothing is said of the cases")


# --- the table --------------------------------------------------------------------------------------

Parse = Callable[[bytes], Any]


def _json(data: bytes) -> Any:
    return parse_json(decode(data, "x"), "x")


def _yaml(data: bytes) -> Any:
    return parse_yaml(decode(data, "x"), "x").data


def _lines(data: bytes) -> Any:
    return [_json(line) for line in data.split(b"\n") if line.strip()]


def _write_lines(data: Any) -> bytes:
    return b"\n".join(written(one) for one in data) if isinstance(data, list) else written(data)


def _characters(data: bytes) -> Any:
    return data.decode("utf-8").split("\n")


def _write_characters(data: Any) -> bytes:
    lines = data if isinstance(data, list) else [data]
    return "\n".join(line if isinstance(line, str) else str(line) for line in lines).encode("utf-8", "replace")


@dataclass(frozen=True)
class Target:
    """``run`` raises where an input shows a fault; ``parse`` and ``write`` take an input apart and put it together.

    ``largest`` bounds the inputs that are made, in bytes: what is large is not for this to find.
    """

    run: Callable[[bytes], None]
    parse: Parse
    write: Callable[[Any], bytes] = written
    largest: int = 16_384


TARGETS: Final[Mapping[str, Target]] = {
    "ruleset": Target(ruleset_file, _yaml),
    "project": Target(project_file, _json),
    "values": Target(value_text, _characters, _write_characters, 256),
    "text": Target(regulation_text, _characters, _write_characters, 8_192),
    "answers": Target(answers, _json),
    "session": Target(session_lines, _lines, _write_lines, 8_192),
    "cases": Target(case_file, _yaml, largest=8_192),
}


def warmed() -> None:
    """Does once what only the first input pays for: rulesets loaded and compiled, engines and formats imported."""
    project = Project(name="p")
    for ruleset in (mini(), *map(load_ruleset, built_in())):
        agrees(ruleset, project, DAYS[0], all_ways=True)
    made = compare_project(project, [mini(), load_ruleset(built_in()[0])], as_of=DAYS[0])
    look = Look()
    for write in COMPARED.values():
        write([made], look)


def corpus(name: str) -> Iterator[Path]:
    """The inputs kept for a target."""
    return (path for path in sorted((CORPUS / name).iterdir()) if path.is_file())


@cache
def _pool(name: str) -> tuple[Pool, tuple[Any, ...]]:
    documents = []
    for path in corpus(name):
        try:
            documents.append(TARGETS[name].parse(path.read_bytes()))
        except (InvalidInput, UnicodeDecodeError):
            continue
    return Pool(documents), tuple(documents)


def mutated(name: str, data: bytes, seed: int) -> bytes:
    """Another input, made out of one: by its structure where it has any, else out of one that is kept."""
    target, dice = TARGETS[name], Random(seed)
    pool, documents = _pool(name)
    try:
        document = target.parse(data)
    except (InvalidInput, UnicodeDecodeError):
        document = dice.choice(documents)
    if dice.random() < 0.1:
        document = crossed(document, dice.choice(documents), dice)
    try:
        return target.write(changed(document, pool, dice))
    except (ValueError, RecursionError):  # what JSON cannot say
        return target.write(dice.choice(documents))
