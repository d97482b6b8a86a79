"""Lint: every table of tests/lint, the command, and that the search for contradictions is sound."""

from __future__ import annotations

import json
import operator
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bad.tables import _input, _of_input, _split
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import run

from govproj_rules.errors import InvalidInput
from govproj_rules.ir import All, Expr, Fact, Literal, Not
from govproj_rules.ir import Test as Compared
from govproj_rules.library import built_in
from govproj_rules.lint import lint, lint_all, lint_vocabulary, ruleset_files
from govproj_rules.lint.english import english_figures
from govproj_rules.possible import impossible
from govproj_rules.values import Duration
from govproj_rules.vocabulary import rules_home

HERE = Path(__file__).parent / "lint"
WHOLE, TEXT = HERE / "whole.yaml", HERE / "whole.txt"


@dataclass(frozen=True)
class Block:
    """One fault: the table it stands in says which of the two files it edits, and whether the text is given."""

    table: str
    name: str
    lines: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "\n".join(line for line in self.lines if not _of_input(line)).strip()

    def said(self, folder: Path) -> str:
        ruleset, text = folder / "x.yaml", folder / "x.txt"
        for path, whole, edited in ((ruleset, WHOLE, self.table != "text"), (text, TEXT, self.table == "text")):
            content = whole.read_text(encoding="utf-8")
            path.write_text(_input(list(self.lines), content) if edited else content, encoding="utf-8")
        found = lint(ruleset, None if self.table == "rules" else text).problems
        return "\n".join(str(one).removeprefix(f"{ruleset}:") for one in found) or "accepted"


def blocks() -> list[Block]:
    found = [
        Block(path.stem, name, tuple(lines))
        for path in sorted(HERE.glob("*.txt"))
        if path != TEXT
        for name, lines in _split(path)[1]
    ]
    assert len({(block.table, block.name) for block in found}) == len(found)
    return found


@pytest.mark.parametrize("block", blocks(), ids=lambda block: f"{block.table}: {block.name}")
def test_what_is_said(block: Block, tmp_path: Path) -> None:
    assert block.said(tmp_path) == block.expected


def test_the_whole_one_has_no_fault() -> None:
    assert lint(WHOLE, TEXT).problems == ()


@pytest.mark.parametrize("name", built_in())
def test_built_in_rulesets_have_no_fault(name: str) -> None:
    assert lint(rules_home() / f"{name}.yaml").problems == ()


# --- files ------------------------------------------------------------------------------------------


def test_a_ruleset_that_does_not_load_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        WHOLE.read_text(encoding="utf-8").replace("facts.trained: true", "facts.traned: true"), encoding="utf-8"
    )
    found = lint(path)
    assert [one.code for one in found.problems] == ["unknown-fact"]
    assert (found.name, found.articles, found.rules) == ("x", None, None)


def test_which_files_are_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "rules"
    home.mkdir()
    for name in ("vocabulary", "b", "a"):
        shutil.copy(WHOLE, home / f"{name}.yaml")
    assert ruleset_files([str(home)]) == ruleset_files([str(tmp_path)]) == [home / "a.yaml", home / "b.yaml"]
    assert ruleset_files(["langfang"]) == [rules_home() / "langfang.yaml"]
    monkeypatch.chdir(tmp_path)
    assert ruleset_files([]) == [Path("rules/a.yaml"), Path("rules/b.yaml")]
    monkeypatch.chdir(home)
    assert ruleset_files([]) == [rules_home() / f"{name}.yaml" for name in built_in()]


@pytest.mark.parametrize(
    ("names", "text", "code"),
    [
        (["nowhere"], None, "unknown-city"),
        (["nowhere.yaml"], None, "no-such-file"),
        ([str(HERE.parent / "golden")], None, "no-rulesets"),
        ([str(WHOLE), "langfang"], str(TEXT), "text"),
        ([str(WHOLE)], "nowhere.txt", "no-such-file"),
        ([str(WHOLE)], str(WHOLE), "no-articles"),
    ],
)
def test_wrong_calls(names: list[str], text: str | None, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        lint_all(names, text)
    assert [one.code for one in error.value.problems] == [code]


def test_words_without_a_ruleset_are_no_fault() -> None:
    unused = {one.message for one in lint_vocabulary([lint(WHOLE)])}
    assert "no ruleset uses the event `accepted`" in unused
    assert "no ruleset uses the event `contract_filed`" not in unused


# --- the command ------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path) -> None:
    assert run("lint", str(WHOLE), "--text", str(TEXT)) == (0, "small：6条，6项规则，0个问题\n", "")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(
        WHOLE.read_text(encoding="utf-8").replace("at_least: 10万元", "more_than: 10万元"), encoding="utf-8"
    )
    code, out, err = run("lint", str(WHOLE), str(faulty), "--lang", "en")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"{faulty}:{line_of(faulty, 'tiers:') + 1}:30: nothing for 10万元 of `investment.total` [tier-gap]",
        "  help: say in a guard to whom it belongs, or start higher with `at_least`",
        "small: 6 articles, 6 rules, problems: 0",
        "small: 6 articles, 6 rules, problems: 1",
    ]
    code, out, err = run("lint", str(WHOLE), str(faulty), "--format", "json")
    assert code == 1
    assert [(one["level"], one["code"], one["file"]) for one in json.loads(out)] == [
        ("problem", "tier-gap", str(faulty))
    ]


def test_the_command_with_what_it_cannot_read() -> None:
    code, out, err = run("lint", "nowhere")
    assert (code, out) == (2, "")
    assert "there is no ruleset `nowhere` [unknown-city]" in err


def test_the_command_with_the_vocabulary() -> None:
    code, out, _ = run("lint", str(WHOLE), "--vocabulary", "--format", "json")
    assert code == 0
    assert {one["level"] for one in json.loads(out)} == {"note"}


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").splitlines().index(text) + 1


# --- figures in English -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("From 500,000 yuan", [50_000_000]),
        ("From 15 to below 50 million yuan the study replaces it", [5_000_000_000, 1_500_000_000]),
        ("From 100,000 to below 500,000 yuan", [50_000_000, 10_000_000]),
        ("From 900,000 to 1.5 million yuan", [150_000_000, 90_000_000]),
        ("half a year or six months", [Duration(6, "months"), Duration(6, "months")]),
        ("Self-evaluation 12 to 24 months after", [Duration(12, "months"), Duration(24, "months")]),
        ("within 10 working days", [Duration(10, "working_days")]),
        ("by 31 December, or by the end of August", [(12, 31), (8, 0)]),
        ("from September 30 on; March 2026", [(9, 30)]),
        ("grade 3 systems, IPv6, step 1, next year", []),
    ],
)
def test_english_figures(text: str, values: list[object]) -> None:
    assert [figure.value for figure in english_figures(text)] == values


# --- soundness --------------------------------------------------------------------------------------

_AMOUNT, _YES, _WORD, _LIST = Fact("a", "money"), Fact("b", "yes_no"), Fact("c", "one_of"), Fact("d", "some_of")
_OTHER = Fact("e", "money")
_TESTS = st.one_of(
    st.builds(
        lambda op, left, value: Compared(left, op, Literal("money", value)),
        st.sampled_from(["is", "at_least", "at_most"]), st.sampled_from([_AMOUNT, _OTHER]), st.integers(0, 3),
    ),
    st.builds(lambda op: Compared(_AMOUNT, op, _OTHER), st.sampled_from(["is", "at_least", "at_most"])),
    st.builds(lambda op: Compared(_OTHER, op, _AMOUNT), st.sampled_from(["is", "at_least", "at_most"])),
    st.builds(lambda value: Compared(_YES, "is", Literal("yes_no", value)), st.booleans()),
    st.builds(lambda value: Compared(_WORD, "is", Literal("one_of", value)), st.sampled_from("xy")),
    st.builds(lambda value: Compared(_LIST, "includes", Literal("one_of", value)), st.sampled_from("xy")),
)  # fmt: skip
_EXPRS: st.SearchStrategy[Expr] = st.recursive(
    _TESTS,
    lambda inner: st.one_of(st.builds(Not, inner), st.builds(All, st.lists(inner, max_size=3).map(tuple))),
    max_leaves=8,
)
_WORLDS = [
    {"a": a, "b": b, "c": c, "d": d, "e": e}
    for a in range(5) for b in (True, False) for c in "xyz" for d in ("", "x", "y", "xy") for e in range(5)
]  # fmt: skip


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "at_least": operator.ge,
    "at_most": operator.le,
    "includes": operator.contains,
}


def _holds(expr: Expr, world: Mapping[str, Any]) -> bool:
    match expr:
        case All(parts):
            return all(_holds(part, world) for part in parts)
        case Not(part):
            return not _holds(part, world)
        case Compared(left, op, right):
            assert isinstance(left, Fact)
            a = world[left.path]
            b = right.value if isinstance(right, Literal) else world[right.path]
            return bool(_COMPARED[op](a, b))
    raise AssertionError


@given(_EXPRS)
@settings(max_examples=300, deadline=None)
def test_what_is_said_never_to_hold_never_does(expr: Expr) -> None:
    if impossible(expr) is not None:
        assert not any(_holds(expr, world) for world in _WORLDS)


def test_a_search_that_grows_too_long_gives_up() -> None:
    def yes(path: str, value: bool = True) -> Expr:
        return Compared(Fact(path, "yes_no"), "is", Literal("yes_no", value))

    pairs = [Not(All((yes(f"a{i}"), yes(f"b{i}")))) for i in range(30)]
    choices = [Not(All((Not(yes(f"a{i}")), Not(yes(f"b{i}"))))) for i in range(30)]
    assert impossible(Not(All((yes("z"), yes("y")))), *pairs, *choices, yes("z"), yes("y")) is None
    assert impossible(*(Not(All((yes(f"a{i}"), yes("z")))) for i in range(2_000)), yes("z")) is None
