"""Wrong rulesets and files of cases: every table of tests/bad, and what no table can hold."""

from pathlib import Path

import pytest
from bad.tables import Block, blocks, said, whole

from govproj_rules import InvalidInput, load_ruleset
from govproj_rules.library import read_ruleset


@pytest.mark.parametrize("block", blocks("ruleset"), ids=lambda block: block.name)
def test_what_is_said_of_a_ruleset(block: Block) -> None:
    assert block.said() == block.expected


@pytest.mark.parametrize("block", blocks("cases"), ids=lambda block: block.name)
def test_what_is_said_of_cases(block: Block) -> None:
    assert block.said() == block.expected


def test_the_whole_ones_have_no_fault() -> None:
    assert said("ruleset", whole("ruleset")) == "accepted"
    assert said("cases", whole("cases")) == "accepted"


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        read_ruleset(text if isinstance(text, bytes) else text.encode(), "x")
    return [str(problem).split("\n")[0] for problem in error.value.problems]


TEXTS = {
    "GBK": ("ruleset: 小城".encode("gbk"), "x:1:1: the file looks like GBK, not UTF-8 [not-utf8]"),
    "empty": (b"", "x: the file is empty [empty-file]"),
    "over 10 MB": (b"#" * 10_000_001, "x: the file is over 10 MB [too-large]"),
    "10,000 deep": (b"[" * 10_000, "x:1:61: nested more than 60 deep [too-deep]"),
    "10,000 deep, in lines": (b"\n".join(b" " * n + b"a:" for n in range(3_000)), "x:61:61: nested more than 60 deep [too-deep]"),
    "a million values": (b"[" + b"a," * 1_000_000 + b"]", "x:1:400000: the file holds more than 200000 values [too-large]"),
    "a control character": (b"ruleset: a\x01b", "x: not valid YAML: control characters are not allowed [yaml-syntax]"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_what_is_said_of_bytes(data: bytes, expected: str) -> None:
    assert problems(data) == [expected]


def with_facts(facts: list[str]) -> str:
    return whole("ruleset").replace("\nfacts:\n", "\nfacts:\n" + "".join(f"  {line}\n" for line in facts))


def computed(name: str, when: str) -> str:
    return f"{name}: {{type: yes_no, zh: 甲, en: a, is: {{when: {when}}}}}"


def test_facts_that_double_at_every_step_are_refused_at_once() -> None:
    steps = [computed(f"f{n}", f"{{any: [{{facts.f{n - 1}: true}}, {{facts.f{n - 1}: false}}]}}") for n in range(1, 60)]
    found = problems(with_facts([computed("f0", "{classified: true}"), *steps]))
    assert any("more than 5000 tests [too-large]" in one for one in found)


def test_facts_in_a_long_row_are_refused() -> None:
    steps = [computed(f"f{n}", f"{{not: {{facts.f{n + 1}: true}}}}") for n in range(400)]
    found = problems(with_facts([*steps, computed("f400", "{classified: true}")]))
    assert "more than 20 facts compute each other in a row [too-deep]" in found[0]


def test_facts_in_a_row_the_other_way_round_are_refused() -> None:
    steps = [computed(f"f{n}", f"{{not: {{facts.f{n - 1}: true}}}}") for n in range(1, 400)]
    found = problems(with_facts([computed("f0", "{classified: true}"), *steps]))
    assert "more than 100 conditions inside each other [too-large]" in found[0]


def test_a_flow_of_a_hundred_steps_is_refused() -> None:
    step = "        - {{id: s{}, cite: 4.2, title: {{zh: 甲, en: a}}, duty: {{}}}}\n"
    text = whole("ruleset").replace("      steps:\n", "      steps:\n" + "".join(step.format(n) for n in range(100)))
    assert problems(text) == ["x:59:7: a flow has at most 50 steps [too-long]"]


def test_at_most_200_problems_are_listed() -> None:
    assert len(problems(whole("ruleset") + "".join(f"key{n}: x\n" for n in range(1_000)))) == 200
    assert len(problems(with_facts([f"f{n}: {{type: nought, zh: 甲, en: a}}" for n in range(1_000)]))) == 200


@pytest.mark.parametrize("name", ["nowhere", "", "../langfang", "vocabulary", "langfang\0", "x" * 10_000, "LANGFANG"])
def test_a_city_nobody_knows(name: str) -> None:
    with pytest.raises(InvalidInput) as error:
        load_ruleset(name)
    assert len(error.value.problems) == 1


def test_a_folder_for_a_ruleset(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        load_ruleset(tmp_path)
