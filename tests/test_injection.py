"""Text of strangers stays text: in the output of every command, read by a real parser of what it claims to be.

Every call runs twice: on files whose texts are all hostile, and on the same files with harmless ones. Both outputs must
have the same structure: the same elements, links, tables and keys. On a terminal nothing but our own rows may show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pyte
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len
from test_ci_formats import junit_of, sarif_of
from typer.testing import CliRunner

from govproj_rules.cli import app
from govproj_rules.formats import FORMATS
from govproj_rules.formats.compared import COMPARED
from govproj_rules.formats.flips import FLIPS
from govproj_rules.formats.linted import LINTED
from govproj_rules.formats.streamed import STREAMED
from govproj_rules.formats.tested import TESTED
from govproj_rules.source import parse_yaml
from govproj_rules.telling.safe import markdown

DATA = Path(__file__).parent / "data"
RAW: dict[str, Any] = json.loads((DATA / "mini.json").read_text(encoding="utf-8"))
DAY = ("--as-of", "2026-06-30")
_PARTS = {
    "markup": "[/x][bold red]红[/]:smile:",
    "terminal": "a\x1b[2J\x1b[31m红\x9b1;1H\x07\r\nb\x1b]0;t\x07",
    "bidi": "a\u202e反\u2066b\u200f\u200b",
    "html": "<script>alert(1)</script><b onmouseover='x'>b</b>\"><img src=x onerror=y><!--",
    "xml": "]]><a/>&amp;&x;<?p?>\ufffe\x01",
    "markdown": "- [l](http://e.x) ![i](//e.x)|`c`|_e_ **s** <http://e.x> http://e.x www.e.x a@e.x\n\n# h\n\n| a |\n|---|",
    "item": "1. one",
    "code": "```x\n    y",
    "formula": "=cmd|'/C calc'!A1 +1 -1 @SUM(1)",
    "sarif": "[l](http://e.x) {0} {{1}} \\[",
    "path": "../../../etc/passwd",
    "words": "%s {name} {0!r} $x ${x} #{x} {{ x }} {% x %}",
}
HOSTILE = {
    "for a terminal": " ".join(_PARTS[name] for name in ("markup", "terminal", "bidi")),
    "for a browser": " ".join(_PARTS[name] for name in ("html", "xml")),
    "for Markdown": _PARTS["markdown"],
    "for a list": _PARTS["item"],
    "for others": " ".join(_PARTS[name] for name in ("formula", "sarif", "path", "words", "code")),
}
BLOCKS = ("", "- ", "> ")
"""What a paragraph or an item may begin after."""
PLAIN = "普通"


class Home:
    """A folder of files in which every text has a word of ours in it, and the calls that read them."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.made: dict[tuple[str, ...], tuple[str, str, int]] = {}
        name = re.sub(r"[/\x00]", "-", text)
        self.file = f"{name}.json"
        for folder in ("projects", "cases"):
            (path / folder).mkdir()
        project = self.project()
        (path / "projects" / self.file).write_text(json.dumps(project), encoding="utf-8")
        (path / "projects" / "wrong.json").write_text(
            json.dumps({"name": text, text: 1, "facts": {}}), encoding="utf-8"
        )
        (path / self.file).write_text(json.dumps(project), encoding="utf-8")
        ruleset = self.ruleset()
        (path / "mini.yaml").write_text(json.dumps(ruleset), encoding="utf-8")
        later = json.dumps(ruleset).replace("10 working_days", "5 working_days")
        (path / "later.yaml").write_text(later, encoding="utf-8")
        steps: list[Any] = [{"project": text, "start": project}, {"project": text, "set": {"facts.reuses_cloud": True}}]
        steps += [{"project": text, "report": True}, {"project": text, "snapshot": True}, {"as_of": "2026-07-01"}]
        steps += [{text: text}, {"project": text, "end": True}, {"snapshot": True}]
        (path / "stream.jsonl").write_text("".join(json.dumps(one) + "\n" for one in steps), encoding="utf-8")
        expect = [{"cite": "6.2.1", "kind": "duty", "status": "met"}]
        case = {"id": text, "about": ["6.2.1"], "project": project, "expect": expect}
        cases = {"ruleset": "mini", "as_of": "2026-06-30", "cases": [case]}
        (path / "cases" / "mini.yaml").write_text(json.dumps(cases), encoding="utf-8")

    def project(self) -> dict[str, Any]:
        text = self.text
        waiver = {"reason": text, "authority": text, "document": text}
        waivers = [
            {"rule": "use-cloud", **waiver}, {"rule": "supervision", **waiver}, {"rule": "crypto", "for": text, **waiver},
            {"rule": "contract-filing", **waiver, "expires": "2026-01-01"},
        ]  # fmt: skip
        return RAW | {"name": text, "id": text, "applicant": {"name": text}, "waivers": waivers}

    def ruleset(self) -> Any:
        """A regulation all of whose words are a stranger's."""
        read = parse_yaml((DATA / "mini.yaml").read_text(encoding="utf-8"), "mini.yaml").data

        def spoilt(data: Any) -> Any:
            if isinstance(data, dict):
                return {key: self.text if key in ("zh", "en") else spoilt(one) for key, one in data.items()}
            return [spoilt(one) for one in data] if isinstance(data, list) else data

        made = spoilt(read) | {"city": {"zh": self.text, "en": self.text}}
        for rule in made["rules"]:
            if "id" in rule:
                rule["note"] = {"zh": self.text, "en": self.text}
        return made

    def run(self, call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, int]:
        """What a call writes, and its problems; it may make no file."""
        if call not in self.made:
            self.made[call] = self._run(call, monkeypatch)
        return self.made[call]

    def _run(self, call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, int]:
        monkeypatch.chdir(self.path)
        before = tree(self.path)
        filled = [part.replace("FILE", self.file).replace("TEXT", self.text) for part in call]
        made = CliRunner().invoke(app, filled, env={"COLUMNS": "100"})
        assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
        assert tree(self.path) == before
        return made.stdout, made.stderr, made.exit_code


def tree(path: Path) -> dict[str, bytes]:
    return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Home]:
    return {name: Home(tmp_path_factory.mktemp("home"), text) for name, text in (HOSTILE | {PLAIN: PLAIN}).items()}


def _calls() -> Iterator[tuple[str, tuple[str, ...]]]:
    one = ("./FILE", "--city", "mini.yaml", *DAY)
    for format in FORMATS:
        yield format, ("check", *one, "--format", format)
    for format in ("table", "markdown", "sarif"):
        yield format, ("check", *one, "--all", "--format", format, "--lang", "en")
    yield "table", ("check", "./FILE", "TEXT", "--city", "mini.yaml", *DAY)
    for rule in ("use-cloud", "contract-filing", "reapprove"):
        yield "table", ("explain", "./FILE", rule, "--city", "mini.yaml", *DAY)
    yield "table", ("explain", "./FILE", "TEXT", "--city", "mini.yaml", *DAY)
    yield "table", ("rules", "mini.yaml")
    for place in ("2", "6.2", "9"):
        yield "table", ("show", "mini.yaml", place)
    yield "table", ("show", "mini.yaml", "TEXT")
    yield "table", ("check", "./FILE", "--city", "TEXT", *DAY)
    for format in COMPARED:
        yield format, ("compare", "mini.yaml", "later.yaml", "--all", "--format", format)
        yield format, ("compare", "mini.yaml", "later.yaml", "--project", "./FILE", *DAY, "--format", format)
    for format in FLIPS:
        yield format, ("compare", "mini.yaml", "later.yaml", "--projects", "projects", *DAY, "--format", format)
    for format in STREAMED:
        yield format, ("session", "mini.yaml", "--input", "stream.jsonl", *DAY, "--format", format)
    for format in TESTED:
        yield format, ("test", "cases/mini.yaml", "--format", format)
    yield "table", ("test", "cases/mini.yaml", "--coverage")
    for format in LINTED:
        yield format, ("lint", "mini.yaml", "--format", format)
    yield "table", ("new", "TEXT", "--text", "./FILE")


PARSERS = {
    "table": ("for a terminal", "for others"),
    "markdown": ("for a browser", "for Markdown", "for a list"),
    "html": ("for a browser",),
    "junit": ("for a terminal", "for a browser"),
    "sarif": ("for a terminal", "for others"),
    "json": ("for a terminal",),
}
"""The texts that could harm each format."""
CALLS = [pytest.param(text, *one, id=f"{text}: {' '.join(one[1])}") for one in _calls() for text in PARSERS[one[0]]]


# --- the parsers ------------------------------------------------------------------------------------


def on_screen(text: str, width: int) -> None:
    """Every row is shown as it was written and where it stands, in the plainest of looks."""
    rows = text.split("\n")
    screen = pyte.Screen(width, len(rows) + 1)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(text)
    shown = [line.rstrip() for line in screen.display]
    assert [row.rstrip() for row in rows] == shown[: len(rows)]
    assert not any(c in text for c in "\u202e\u2066\u200f\u200b\x1b\x9b\x07\r")
    cells = (cell for row in screen.buffer.values() for cell in row.values())
    assert {(cell.fg, cell.bg, cell.bold, cell.blink, cell.reverse) for cell in cells} <= {
        ("default", "default", False, False, False)
    }


def markdown_shape(text: str) -> list[tuple[str, str, int, Any]]:
    """Blocks, and inside them what is no mere text; with what GitHub makes links of by itself."""
    read = MarkdownIt("gfm-like", {"html": True})

    def walked(tokens: list[Token]) -> Iterator[tuple[str, str, int, Any]]:
        for one in tokens:
            if one.type not in ("text", "inline"):
                yield one.type, one.tag, one.level, sorted(one.attrs)
            yield from walked(one.children or [])

    return list(walked(read.parse(text)))


def xml_shape(node: Any) -> Any:
    return node.tag, sorted(node.attrib), [xml_shape(child) for child in node]


def html_shape(text: str) -> Any:
    """Elements with the names of their attributes, and the styles and scripts as they are."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)

    def shape(node: Any) -> Any:
        tag = node.tag if isinstance(node.tag, str) else "comment"
        own = node.text if tag in ("script", "style") else None
        fixed = {name: node.get(name) for name in ("class", "href", "src", "id", "for", "type") if node.get(name)}
        return tag, sorted(node.attrib), fixed if own is None else own, [shape(child) for child in node]

    made = shape(parser.parse(text))
    assert "<!--" not in text
    return made


def json_shape(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: json_shape(one) for key, one in data.items()}
    return [json_shape(one) for one in data] if isinstance(data, list) else type(data).__name__


def messages(data: Any) -> Iterator[str]:
    """The texts of a SARIF log in which links and blanks have a meaning."""
    if isinstance(data, dict):
        yield from (value for key, value in data.items() if key == "text")
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from messages(one)


# --- the tests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "format", "call"), CALLS)
def test_text_stays_text(
    homes: dict[str, Home], text: str, format: str, call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (text, problems, code), (plain, _, wanted) = (homes[one].run(call, monkeypatch) for one in (text, PLAIN))
    assert (code, bool(text)) == (wanted, bool(plain))
    assert text or problems
    on_screen(problems, max([100, *map(cell_len, problems.split("\n"))]))
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    match format:
        case "table":
            on_screen(text, max([100, *map(cell_len, text.split("\n"))]))
        case "markdown":
            assert markdown_shape(text) == markdown_shape(plain)
        case "html":
            assert html_shape(text) == html_shape(plain)
        case "junit":
            assert xml_shape(junit_of(text)) == xml_shape(junit_of(plain))
        case "sarif":
            log = sarif_of(text)
            assert json_shape(log) == json_shape(sarif_of(plain))
            for said in messages(log):
                assert not re.search(r"(?<!\\)\]\(", said)
                assert not re.search(r"[{}]", re.sub(r"{{|}}", "", said))
        case "json":
            rows = text.split("\n") if call[0] not in ("lint",) else [text]
            others = plain.split("\n") if call[0] not in ("lint",) else [plain]
            shapes = [[json_shape(json.loads(row)) for row in every if row] for every in (rows, others)]
            if call[0] != "session":  # a line of the stream has the stranger's own keys
                assert shapes[0] == shapes[1] or call[0] == "lint"


@pytest.mark.parametrize("name", HOSTILE)
def test_json_keeps_every_text_exactly(homes: dict[str, Home], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = homes[name]
    report = json.loads(
        hostile.run(("check", "./FILE", "--city", "mini.yaml", *DAY, "--format", "json"), monkeypatch)[0]
    )
    text = hostile.text
    assert report["project"] == {"id": text, "name": text}
    assert report["ruleset"]["title"] == {"zh": text, "en": text}
    assert {one["reason"] for one in report["waivers"]} == {text}


@pytest.mark.parametrize(
    "text", [*_PARTS.values(), *"-+*>#=|", "1)", "12. x", "---", "===", "* * *", "~~~", "    x", "<x", "&x;"]
)
def test_markdown_is_literal_wherever_it_stands(text: str) -> None:
    """At the start of a line, of an item, of a cell, and within a line; and it comes out as it went in."""
    said = " ".join(text.split())
    for head in ("", "- ", "# ", "> ", "| a |\n| --- |\n| ", "x "):
        tail = " |" if head.startswith("|") else ""
        assert markdown_shape(f"{head}{markdown(text, first=head in BLOCKS)}{tail}\n") == markdown_shape(
            f"{head}x{tail}\n"
        ), (head, text)
    if said.isprintable():
        assert (
            "".join(map(str, etree.HTML(MarkdownIt("gfm-like").render(markdown(text, first=True))).itertext())).strip()
            == said
        )


def test_colours_are_ours_alone(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    """With colours on, what shows is what shows without."""
    from govproj_rules import check, load_project, load_ruleset
    from govproj_rules.formats import Look
    from govproj_rules.values import parse_date

    hostile = homes["for a terminal"]
    monkeypatch.chdir(hostile.path)
    ruleset = load_ruleset("mini.yaml")
    report = check(load_project(hostile.file), ruleset, as_of=parse_date("2026-06-30"))
    plain, coloured = (
        FORMATS["table"]([report], Look(rulesets={ruleset.sha256: ruleset}, colour=colour)) for colour in (False, True)
    )
    rows = plain.split("\n")
    screen = pyte.Screen(max(map(cell_len, rows)), len(rows) + 1)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(coloured)
    assert [line.rstrip() for line in screen.display][: len(rows)] == [row.rstrip() for row in rows]
    looks = {(cell.bg, cell.blink, cell.reverse) for row in screen.buffer.values() for cell in row.values()}
    assert looks == {("default", False, False)}


# --- paths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "..", "x\x00", "x\ny", "X", "", "a\\b", "~", "con/../x"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids and cities of files and calls are names, never paths that are written to or read."""
    inside = tmp_path / "inside"
    (inside / "rules" / "cases").mkdir(parents=True)
    (inside / "text.txt").write_text("第一条　为规范管理。\n第二条　本办法适用于本市。\n", encoding="utf-8")
    (inside / "p.json").write_text(json.dumps({"name": "x", "city": name}), encoding="utf-8")
    mini = json.loads(json.dumps(parse_yaml((DATA / "mini.yaml").read_text(encoding="utf-8"), "mini.yaml").data))
    (inside / "named.yaml").write_text(json.dumps(mini | {"ruleset": name}), encoding="utf-8")
    case: dict[str, Any] = {
        "ruleset": name,
        "as_of": "2026-06-30",
        "cases": [{"id": "a", "about": ["1"], "project": {}, "expect": []}],
    }
    (inside / "rules" / "cases" / "c.yaml").write_text(json.dumps(case), encoding="utf-8")
    (inside / "s.jsonl").write_text(
        json.dumps({"project": "A", "start": {"name": "x", "city": name}}), encoding="utf-8"
    )
    monkeypatch.chdir(inside)
    before = tree(tmp_path)
    for call in (
        ("new", name, "--text", "text.txt"), ("check", "p.json"), ("rules", "named.yaml"), ("test", "rules"),
        ("session", "--input", "s.jsonl"),
    ):  # fmt: skip
        made = CliRunner().invoke(app, list(call))
        assert made.exit_code == 2, call
        assert "Traceback" not in made.output
    assert tree(tmp_path) == before


def test_a_new_ruleset_is_written_where_it_is_asked_for_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.txt").write_text("第一条　为规范管理。\n第二条　本办法适用于本市。\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["new", "xinghe", "--text", "text.txt", "-o", "out/x.yaml"]).exit_code == 0
    assert set(tree(tmp_path)) == {"text.txt", "out/x.yaml"}
