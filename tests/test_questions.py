"""How unknown facts are asked for; which and in what order is in ``meaning/questions.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from strategies import FACTS, STAGES, build

from govproj_rules import Project, check
from govproj_rules.facts import Facts
from govproj_rules.project import fact_fields
from govproj_rules.questions import fact_info
from govproj_rules.report import Question
from govproj_rules.vocabulary import vocabulary

RULESET = build({"facts": FACTS, "rules": [{"id": "r", "duty": {}}]})


def asked(rule: dict[str, Any], **project: Any) -> list[Question]:
    table = {"facts": FACTS, "rules": [{"id": "r", **rule}]}
    return check(Project.model_validate({"name": "p", **project}), build(table), as_of=date(2026, 6, 30)).questions


@pytest.mark.parametrize(
    ("rule", "project", "fact", "zh", "en"),
    [
        ({"when": {"classified": True}, "duty": {}}, {}, "classified", "项目是否涉密？", "Is the project classified?"),
        ({"when": {"events.approved": True}, "duty": {}}, {}, "events.approved",
         "是否已“取得最后一项批复”，哪一天？", "last approval given: yes or no, and on which day?"),
        ({"when": {"events.approved.date": {"at_most": "2026-01-01"}}, "duty": {}}, {"events": {"approved": True}},
         "events.approved.date", "“取得最后一项批复”是哪一天？", "on which day: last approval given?"),
        ({"document": {"document": "budget"}}, {}, "documents.budget", None, None),
        ({"each": "changes", "when": {"change.main_content": True}, "duty": {}}, {"changes": [{}, {"main_content": False}]},
         "changes[0].main_content", "第1次变更：该项变更是否调整主要建设内容？",
         "change 1: Does the change concern the main content?"),
        ({"when": {"facts.a": True}, "duty": {}}, {}, "facts.a", "a", "a"),
    ],
)  # fmt: skip
def test_the_words_of_a_question(
    rule: dict[str, Any], project: dict[str, Any], fact: str, zh: str | None, en: str | None
) -> None:
    (question,) = asked(rule, **project)
    assert (question.fact, question.findings) == (fact, ["tiny/r"])
    assert question.ask.zh
    assert question.ask.en
    if zh and en:
        assert question.ask == (zh, en)


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ({"when": {"facts.tier": "x"}, "duty": {}}, ["x", "y", "z"]),
        ({"when": {"applicant.level": "city"}, "duty": {}}, sorted(vocabulary().options["applicant.level"])),
        ({"when": {"classified": True}, "duty": {}}, []),
    ],
)
def test_the_choices_of_a_question(rule: dict[str, Any], options: list[str]) -> None:
    (question,) = asked(rule, facts={"a": False, "c": False})
    assert question.options == options


def every_path() -> list[str]:
    words = vocabulary()
    events = [f"events.{event}{part}" for event in words.events for part in ("", ".date")]
    parts = ("", ".date", ".approved", ".approved.date", ".sections", ".to")
    documents = [f"documents.{document}{part}" for document in words.documents for part in parts]
    changes = [path.replace("change.", "changes[1].") for path in fact_fields() if path.startswith("change.")]
    fields = [path for path in fact_fields() if not path.startswith("change.")]
    return [*events, *documents, *changes, *fields, *RULESET.facts, "changes", "stage"]


def test_every_path_has_words_to_ask_for_it() -> None:
    words = vocabulary()
    for path in every_path():
        info = fact_info(path, RULESET, words)
        assert info.ask is not None, path
        for text in info.ask:
            assert text, path
            assert "." not in path or path not in text, path  # a path is no question


def test_nothing_is_known_of_an_empty_project_and_every_path_says_what_is_missing() -> None:
    facts = Facts(Project(name="p"), {}, date(2026, 6, 30), STAGES, vocabulary())
    for path in every_path():
        if path not in ("stage", "changes"):
            seen = facts.get(path)
            assert seen.value is None, path
            assert seen.missing, path
