"""What is known of an engine: how it is given a workload, and what of a decision is timed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bench.workload import Project, Workload

Decide = Callable[[Project], Collection[str]]
"""One project decided: the ids of the rules whose condition is surely true."""


@dataclass(frozen=True, slots=True)
class Engine:
    """``package`` is what is installed (empty: nothing), ``form`` the rules' native form and what a call includes."""

    name: str
    package: str
    prepare: Callable[[Workload], Decide]
    form: str
