"""The inputs that fuzzing keeps, and others made out of them: each is refused as it should be, or answered alike by all.

`make fuzz` goes on from here for as long as one likes; this is a short and fixed part of it.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.mutation import Pool, changed, written
from fuzz.oracle import Broken, answered
from fuzz.targets import CORPUS, TARGETS, corpus, mutated
from govproj_rules import InvalidInput, Problem
from govproj_rules.source import parse_json

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
some = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 100, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
FILES = {name: list(corpus(name)) for name in TARGETS}
each_target = pytest.mark.parametrize("name", TARGETS)


def test_every_target_has_a_corpus_of_small_files() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    for name in TARGETS:
        sizes = [path.stat().st_size for path in FILES[name]]
        assert len(sizes) >= 2
        assert max(sizes) <= TARGETS[name].largest


@each_target
def test_what_is_kept(name: str) -> None:
    for path in FILES[name]:
        TARGETS[name].run(path.read_bytes())


@each_target
@some
@given(st.data())
def test_what_is_made_of_it(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES[name]))
    TARGETS[name].run(mutated(name, path.read_bytes(), data.draw(st.integers(0, 2**32))))


@each_target
@some
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_what_is_no_file_at_all(name: str, data: bytes) -> None:
    TARGETS[name].run(data)


# --- the fuzzer itself ------------------------------------------------------------------------------


def test_mutation_makes_json_of_words_at_bounds() -> None:
    document = parse_json((CORPUS / "project" / "mini.json").read_text("utf-8"), "x")
    pool = Pool([document])
    seen: set[str] = set()
    for seed in range(2_000):
        made = written(changed(document, pool, Random(seed)))
        seen.update(word for word in ("100000000000000000元", "2023-02-29") if word.encode() in made)
    assert len(seen) == 2


def _refuses(*problems: Problem) -> object:
    raise InvalidInput(problems)


@pytest.mark.parametrize(
    "problems",
    [
        (),
        (Problem("code", ""),),
        (Problem("code", "a\x1bb", file="x"),),
        (Problem("Code", "said", file="x"),),
        (Problem("code", "said"),),
        (Problem("code", "said", file="x"),) * 201,
    ],
)
def test_a_bad_refusal_is_found(problems: tuple[Problem, ...]) -> None:
    with pytest.raises(Broken):
        answered(lambda: _refuses(*problems))


def test_what_is_no_refusal_goes_through() -> None:
    with pytest.raises(RecursionError):
        answered(_deep)


def _deep() -> object:
    return _deep()
