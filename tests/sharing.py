"""What workers do with a ruleset they share: reports as bytes.

A program of its own too, whose processes start at once: ``sharing.py fork|spawn|durable CITY…``.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

from govproj_rules import Project, RuleSet, check, load_project, load_ruleset
from govproj_rules.cases import merged, numbers
from govproj_rules.cases.written import CaseDoc, CasesDoc, read_cases
from govproj_rules.engines import Engine
from govproj_rules.source import decode, parse_yaml, read_bytes
from govproj_rules.vocabulary import rules_home

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.json"))
AS_OF = date(2026, 6, 30)
STRIDE = 59  # every so manieth case; a prime, which misses no pattern of the files
WORKERS = 4


@cache
def projects(city: str) -> Sequence[Project]:
    """The examples of a city, and some of its cases."""
    found = [load_project(path) for path in EXAMPLES if path.name.startswith(city)]
    path = rules_home() / "cases" / f"{city}.yaml"
    doc = read_cases(parse_yaml(decode(read_bytes(path), str(path)), str(path)))
    return [*found, *(_project(doc, case) for case in doc.cases[::STRIDE])]


def _project(doc: CasesDoc, case: CaseDoc) -> Project:
    stated = case.project if case.bare else merged(doc.base, case.project)
    return Project.model_validate(numbers({"name": case.id, **stated}))


def report(project: Project, ruleset: RuleSet, engine: Engine = "python") -> bytes:
    return check(project, ruleset, as_of=AS_OF, engine=engine).to_json().encode()


def hashed(city: str, project: Project, engine: Engine = "python") -> str:
    """The hash of one report, for a worker that is handed the project."""
    return sha256(report(project, load_ruleset(city), engine)).hexdigest()


def handed(cities: Sequence[str]) -> list[tuple[str, Project]]:
    return [(city, project) for city in cities for project in projects(city)]


def in_processes(method: str, cities: Sequence[str]) -> list[str]:
    """The hashes of all reports, made by several processes that start at once."""
    if method == "fork":
        for city in cities:
            load_ruleset(city)  # what is loaded before is shared
    with multiprocessing.get_context(method).Pool(WORKERS) as pool:
        return pool.starmap(hashed, handed(cities), chunksize=1)


def forked_meanwhile(city: str) -> list[str]:
    """The hashes of one report by durable-rules, made by processes forked while a thread has a session nearly always."""
    from govproj_rules.to_durable.network import Atom
    from govproj_rules.to_durable.sessions import Engine as Rules

    job: tuple[str, Project, Engine] = (city, projects(city)[0], "durable")
    hashed(*job)
    done = Event()

    def always() -> None:
        rules = Rules([frozenset({Atom(0, "$eq", 1)})], {0: 0})
        while not done.is_set():
            rules.run([1], lambda _: list(range(50_000)).sort())

    busy = Thread(target=always)
    busy.start()
    try:
        made = []
        for _ in range(WORKERS):
            with multiprocessing.get_context("fork").Pool(1) as pool:
                made.append(pool.apply_async(hashed, job).get(timeout=30))
        return made
    finally:
        done.set()
        busy.join()


if __name__ == "__main__":
    method, *cities = sys.argv[1:]
    print(json.dumps(forked_meanwhile(cities[0]) if method == "durable" else in_processes(method, cities)))
