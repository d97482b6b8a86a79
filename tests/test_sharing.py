"""One ruleset, and one report, shared by threads and processes: the same bytes as from one thread."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any, TypeVar

import pytest
import sharing
from sharing import AS_OF, handed, hashed, projects, report

from govproj_rules import RuleSet, answering, check, compiled
from govproj_rules.compiled import kept, remembered
from govproj_rules.library import built_in, load_ruleset, read_ruleset
from govproj_rules.report import Report
from govproj_rules.vocabulary import rules_home

T = TypeVar("T")
THREADS = 16
PACKAGE = Path(compiled.__file__).parent


@pytest.fixture(autouse=True)
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each job gives; all of them start at once."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait(60)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@cache
def alone(city: str) -> list[bytes]:
    """The reports of one thread."""
    return [report(project, load_ruleset(city)) for project in projects(city)]


# --- threads ----------------------------------------------------------------------------------------


def shared(city: str, ruleset: RuleSet) -> None:
    """Every thread makes the first report together with the others, then one of its own."""
    wanted, own = alone(city), projects(city)

    def two(turn: int) -> Callable[[], list[bool]]:
        return lambda: [report(own[number], ruleset) == wanted[number] for number in (0, turn % len(own))]

    assert together([two(turn) for turn in range(THREADS)]) == [[True, True]] * THREADS


@pytest.mark.parametrize("city", built_in())
def test_threads_share_a_ruleset(city: str) -> None:
    shared(city, load_ruleset(city))


def test_threads_compile_a_ruleset() -> None:
    """It is compiled at its first use: by all of them at once, since nobody used this one before."""
    path = rules_home() / "lushan.yaml"
    shared("lushan", read_ruleset(path.read_bytes(), str(path)))


READERS: tuple[Callable[[Report], object], ...] = (
    lambda one: one.questions,
    lambda one: [found.because for found in one.findings],
    lambda one: [found.unknown for found in reversed(one.findings)],
    lambda one: one.findings[0].because,
    lambda one: one.findings[-1].unknown,
    lambda one: (one.documents, one.thresholds),
    lambda one: one.deadlines,
    lambda one: one.verdict,
)
"""What a thread looks at first."""


@pytest.mark.parametrize("city", built_in())
def test_threads_read_one_report(city: str) -> None:
    """Reasons and lists are made when they are read: by all of them at once."""
    ruleset = load_ruleset(city)
    for number in range(0, len(projects(city)), 3):
        made = check(projects(city)[number], ruleset, as_of=AS_OF)

        def read(turn: int, made: Report = made) -> bytes:
            READERS[turn % len(READERS)](made)
            return made.to_json().encode()

        texts = together([lambda turn=turn, read=read: read(turn) for turn in range(THREADS)])  # type: ignore[misc]
        assert set(texts) == {alone(city)[number]}


def test_reasons_half_made_are_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second thread reads while the first has the decisions, and not yet their names."""
    project, usual = projects("lushan")[0], answering._by_key
    made, first, go = check(project, load_ruleset("lushan"), as_of=AS_OF), Event(), Event()

    def slow(*decisions: Any) -> Any:
        if not first.is_set():
            first.set()
            assert go.wait(60)
        return usual(*decisions)

    monkeypatch.setattr(answering, "_by_key", slow)
    reader = Thread(target=lambda: made.documents)
    reader.start()
    try:
        assert first.wait(60)
        told = [one.because for one in made.findings]
    finally:
        go.set()
        reader.join()
    assert told == [one.because for one in check(project, load_ruleset("lushan"), as_of=AS_OF).findings]
    assert made.to_json().encode() == alone("lushan")[0]


def test_the_same_answer_for_everyone() -> None:
    """Of answers that several threads work out at once one is kept, and all get that one."""
    together_there = Barrier(THREADS)
    asked = object()

    def work(_: object) -> object:
        together_there.wait(60)
        return object()

    make = remembered(100)(work)
    assert len({id(one) for one in together([lambda: make(asked)] * THREADS)}) == 1


def test_more_is_asked_than_is_kept() -> None:
    asked = [object() for _ in range(40)]
    make = remembered(3)(lambda one: (one, object()))
    counts = Counter(id(made[0]) for made in together([lambda one=one: make(one) for one in asked]))  # type: ignore[misc]
    assert counts == Counter(id(one) for one in asked)

    def many(turn: int) -> None:
        for number in range(2_000):
            one = asked[(number * 7 + turn) % len(asked)]
            assert make(one)[0] is one

    together([lambda turn=turn: many(turn) for turn in range(THREADS)])  # type: ignore[misc]


def test_a_file_is_kept_by_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    value = list(range(20_000))
    for turn in range(5):
        made = together([lambda turn=turn: kept("shared", bytes([turn]), lambda: [turn, *value])] * 8)  # type: ignore[misc]
        assert all(one == [turn, *value] for one in made)
        (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
        assert kept("shared", bytes([turn]), pytest.fail) == [turn, *value]
        assert path.name.startswith("shared")


# --- processes --------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A copy of the package that has never kept a ruleset."""
    ignored = shutil.ignore_patterns("*.rules")
    shutil.copytree(PACKAGE, tmp_path / "govproj_rules", ignore=ignored)
    shutil.copytree(rules_home(), tmp_path / "govproj_rules" / "rules", dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_share_rulesets(fresh: Path, method: str) -> None:
    """They read, compile and keep the same rulesets at the same time; nothing is left over from that."""
    cities = built_in()
    env = os.environ | {"PYTHONPATH": str(fresh)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    call = [sys.executable, sharing.__file__, method, *cities]
    made = subprocess.run(call, env=env, capture_output=True, check=True, timeout=120)
    assert json.loads(made.stdout) == [hashed(*one) for one in handed(cities)]
    left = {path.name.partition(".")[0] for path in fresh.rglob("*.rules")}
    assert left == {*cities, "vocabulary"}
    assert not [*fresh.rglob("*.tmp")]
