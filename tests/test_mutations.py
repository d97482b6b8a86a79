"""The comparison with the definition notices every fault planted in a backend, and every one planted in the definition.

A fault is a line or two of one module written otherwise, see ``faults/``. It is caught where the rest of the code disagrees
with it on some of the fixed projects, or where it breaks. What is not caught is a gap in what is generated, or no fault.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import pytest
from backends import WAYS, Decided, definition, facts_of
from strategies import build, random_table
from test_evaluate import all_rows, project_of
from test_evaluate import ruleset as ruleset_of
from test_one_meaning import AS_OF, a_project

import govproj_rules
from govproj_rules import RuleSet
from govproj_rules.facts import Facts

SHARED = ("terms",)
"""Modules below the packages, which each may use."""
FAULTS = Path(__file__).parent / "faults"
RULESETS, PROJECTS = 130, 3


class Fault(NamedTuple):
    """In one module of a package, or of what it stands on, one text in place of another."""

    package: str
    module: str
    old: str
    new: str

    @property
    def name(self) -> str:
        """The module by its full name."""
        package = f"govproj_rules.{self.package}"
        if self.module == "__init__":
            return package
        return f"{package}.{self.module}" if self.module not in SHARED else f"govproj_rules.{self.module}"


def faults() -> Iterator[Any]:
    for file in sorted(FAULTS.glob("*.txt")):
        for block in file.read_text("utf-8").split("\n=== ")[1:]:
            name, *lines = block.split("\n")
            old, new = ("\n".join(line[2:] for line in lines if line[:1] == mark) for mark in "-+")
            module = name.partition(":")[0]
            yield pytest.param(Fault(file.stem, module, old, new), id=f"{file.stem}: {name}")


# --- planting -----------------------------------------------------------------------------------------


class _Loader(SourceFileLoader):
    """Compiles a module with the fault in it, and keeps nothing."""

    def __init__(self, name: str, path: str, fault: Fault) -> None:
        super().__init__(name, path)
        self.fault = fault

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        source = Path(self.path).read_text("utf-8")
        assert source.count(self.fault.old) == 1, (
            f"stands {source.count(self.fault.old)} times in {self.path}: {self.fault.old}"
        )
        return compile(source.replace(self.fault.old, self.fault.new), self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        if name != self.fault.name:
            return None
        found = PathFinder.find_spec(name, path)
        assert found is not None
        assert found.origin is not None
        found.loader = _Loader(name, found.origin, self.fault)
        return found


@contextmanager
def planted(fault: Fault) -> Iterator[ModuleType]:
    """The package imported anew with the fault in it; everybody else keeps the right one."""
    package = f"govproj_rules.{fault.package}"
    right = {name: import_module(name) for name in (package, fault.name) if name.count(".") == 1}
    finder = _Finder(fault)

    def taken_out() -> dict[str, ModuleType]:
        return {
            name: sys.modules.pop(name)
            for name in list(sys.modules)
            if f"{name}.".startswith((f"{package}.", f"{fault.name}."))
        }

    kept = taken_out()
    sys.meta_path.insert(0, finder)
    try:
        yield import_module(package)
    finally:
        sys.meta_path.remove(finder)
        taken_out()
        sys.modules.update(kept)
        for name, module in right.items():
            setattr(govproj_rules, name.rpartition(".")[2], module)


# --- catching -----------------------------------------------------------------------------------------

Pair = tuple[RuleSet, Facts, Decided]
"""A ruleset, a project, and what is right."""


@pytest.fixture(scope="session")
def pairs() -> list[Pair]:
    """Generated rulesets, each with some projects, and the rows under ``meaning/``."""
    made = []
    for seed in range(RULESETS):
        ruleset = build(random_table(seed))
        projects = [a_project(PROJECTS * seed + place, AS_OF) for place in range(PROJECTS)]
        made += [(ruleset, facts_of(ruleset, project, AS_OF)) for project in projects]
    for file, name, row in (param.values for param in all_rows()):
        if "refused" not in row:
            ruleset = ruleset_of(file, name)
            made.append((ruleset, facts_of(ruleset, *project_of(file, name, row))))
    return [(ruleset, facts, definition(ruleset, facts)) for ruleset, facts in made]


def caught(package: ModuleType, way: str, pairs: list[Pair]) -> bool:
    """Whether something else comes out than should. What notices one fault is asked first about the next."""
    for place, (ruleset, facts, expected) in enumerate(pairs):
        try:
            right = WAYS[way](package, ruleset, facts) == expected
        except Exception:  # a fault may break anything
            right = False
        if not right:
            pairs.insert(0, pairs.pop(place))
            return True
    return False


@pytest.mark.parametrize("fault", list(faults()))
def test_a_planted_fault_is_caught(fault: Fault, pairs: list[Pair]) -> None:
    with planted(fault) as package:
        assert caught(package, fault.package, pairs), "nothing notices"


@pytest.mark.parametrize("way", WAYS)
def test_nothing_else_is_caught(way: str, pairs: list[Pair]) -> None:
    with planted(Fault(way, "nothing", "", "")) as package:
        assert not caught(package, way, pairs)
