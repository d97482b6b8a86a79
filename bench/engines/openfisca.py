"""OpenFisca-core: a variable for each fact and for each rule, computed with numpy for all projects at once.

It has no unknown: what nobody stated is the default of its variable, nought or false. So the rules are given to it twice,
as they are, and (``told``) with a variable that says of each fact whether it is stated, before tests that would hold of
the default. Amounts are its floats, in 元; words are its enumerations, with a member for what is not stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from bench.conditions import SIGNS, Condition, Every, Kind, Opposite, Some, Sure, Test, surely
from bench.workload import WORDS, Workload

PACKAGE: Final = "openfisca-core"
MONTH: Final = "2026-06"
TYPES: Final[Mapping[Kind, str]] = {"money": "float", "number": "int", "yes_no": "bool", "one_of": "Enum"}
HEAD: Final = """\
from openfisca_core.entities import Entity
from openfisca_core.model_api import MONTH, Enum, Variable, not_

Project = Entity("project", "projects", "A project", "")
"""
FEN: Final = 100
"""分 in one 元."""


def has(fact: str) -> str:
    """The variable that says whether a fact is stated."""
    return f"has_{fact}"


# --- the rules as text ------------------------------------------------------------------------------


def source(workload: Workload, told: bool) -> str:
    """A module of variables, as a person would write it."""
    members = ["not_stated", *WORDS]
    parts = [HEAD, "class Word(Enum):\n" + "".join(f"    {one} = {one!r}\n" for one in members)]
    for name, kind in workload.facts.items():
        parts.append(_variable(name, TYPES[kind], of_words=kind == "one_of"))
        if told:
            parts.append(_variable(has(name), "bool"))
    for rule in workload.rules:
        test = formula(surely(rule.when) if told else rule.when, told)
        formula_ = f"\n    def formula(project, period):\n        return {test}\n"
        parts.append(_variable(variable(rule.id), "bool") + formula_)
    return "\n\n".join(parts)


def variable(rule: str) -> str:
    """The variable of a rule."""
    return rule.replace("-", "_")


def _variable(name: str, type_: str, of_words: bool = False) -> str:
    words = "    possible_values = Word\n    default_value = Word.not_stated\n" if of_words else ""
    return f"class {name}(Variable):\n    value_type = {type_}\n{words}    entity = Project\n    definition_period = MONTH\n"


def formula(condition: Condition | Sure, told: bool) -> str:
    """A condition over vectors: ``*`` is and, ``+`` is or."""
    match condition:
        case Test():
            return _guarded(condition) if told else _test(condition)
        case Every(parts):
            return " * ".join(f"({formula(part, told)})" for part in parts)
        case Some(parts):
            return " + ".join(f"({formula(part, told)})" for part in parts)
        case Opposite(part):
            return f"not_({formula(part, told)})"
        case _:
            assert_never(condition)


def _guarded(test: Test) -> str:
    """A test that would hold of the default asks first."""
    holds = test.op in ("at_most", "less_than", "is_not", "not_in") or test.value is False
    return f'project("{has(test.fact)}", period) * ({_test(test)})' if holds else _test(test)


def _test(test: Test) -> str:
    value = f'project("{test.fact}", period)'
    match test.kind, test.op:
        case "yes_no", _:
            return value if test.value else f"not_({value})"
        case "one_of", "in" | "not_in":
            some = " + ".join(f"({value} == Word.{word})" for word in test.value)
            return some if test.op == "in" else f"not_({some})"
        case "one_of", op:
            return f"{value} {SIGNS[op]} Word.{test.value}"
        case "money", op:
            return f"{value} {SIGNS[op]} {test.value / FEN}"
        case _, op:
            return f"{value} {SIGNS[op]} {test.value}"


# --- running them -----------------------------------------------------------------------------------


def system(workload: Workload, told: bool) -> Any:
    """The variables, in its system."""
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    module: dict[str, Any] = {"__name__": "rules"}
    exec(source(workload, told), module)
    made = TaxBenefitSystem([module["Project"]])
    for one in module.values():
        if isinstance(one, type) and issubclass(one, Variable) and one is not Variable:
            made.add_variable(one)
    return made


def cells(workload: Workload, told: bool) -> str:
    """What is read of a table of projects for it, in SQL: what is not stated is the default."""
    made = []
    for name, kind in workload.facts.items():
        x = f'"facts.{name}"'
        value = {
            "money": f"coalesce({x}, 0) / {FEN}",
            "number": f"coalesce({x}, 0)",
            "yes_no": f"coalesce({x}, false)",
            "one_of": f"CAST(coalesce(list_position({list(WORDS)}, {x}), 0) AS UTINYINT)",
        }[kind]
        made.append(f"{value} AS {name}")
        if told:
            made.append(f"{x} IS NOT NULL AS {has(name)}")
    return ", ".join(made)


def simulation(system: Any, values: Mapping[str, Any]) -> Any:
    """The projects, with the values of their facts."""
    from openfisca_core.simulation_builder import SimulationBuilder

    made = SimulationBuilder().build_default_simulation(system, len(next(iter(values.values()))))
    for name, array in values.items():
        made.set_input(name, MONTH, array)
    return made


def computed(simulation: Any, workload: Workload) -> Sequence[Any]:
    """Of each rule a vector: whether it holds."""
    return [simulation.calculate(variable(rule.id), MONTH) for rule in workload.rules]
