"""Light dataclasses are dataclasses in all that can be told from outside."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any

import pytest

from govproj_rules.light import dataclass


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    parts: tuple[Any, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class Open:
    name: str
    later: list[int] = field(init=False, repr=False)
    parts: list[int] = field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class FullFrozen:
    name: str
    parts: tuple[Any, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, compare=False)


@dataclasses.dataclass(slots=True)
class FullOpen:
    name: str
    later: list[int] = field(init=False, repr=False)
    parts: list[int] = field(default_factory=list)


PAIRS = [(Frozen, FullFrozen), (Open, FullOpen)]


@pytest.mark.parametrize(("light", "full"), PAIRS)
def test_the_same_from_outside(light: Any, full: Any) -> None:
    assert light.__match_args__ == full.__match_args__
    assert light.__slots__ == full.__slots__
    assert [(one.name, one.type, one.init) for one in fields(light)] == [
        (one.name, one.type, one.init) for one in fields(full)
    ]
    assert repr(light("x")) == repr(full("x")).removeprefix("Full")
    assert repr(light(name="x", parts=[1])) == repr(full("x", [1])).removeprefix("Full")
    with pytest.raises(TypeError, match="__init__"):
        light()
    with pytest.raises(TypeError, match="__init__"):
        light("x", (), {}, 4)
    with pytest.raises(TypeError, match="'other'"):
        light("x", other=1)
    assert is_dataclass(light)


def test_frozen_records_are_values() -> None:
    one = Frozen("x", (Frozen("y"),))
    assert one == Frozen("x", (Frozen("y"),), {"not": 1})
    assert hash(one) == hash(replace(one, seen={"not": 1}))
    assert one != Frozen("x")
    full: object = FullFrozen("x", (Frozen("y"),))
    assert one != full
    assert Frozen("x").seen is not Frozen("x").seen
    with pytest.raises(FrozenInstanceError, match="'name'"):
        one.name = "z"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="'name'"):
        del one.name
    for made in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one), replace(one)):
        assert made == one
        assert made is not one
    match one:
        case Frozen(name, (Frozen("y"),)):
            assert name == "x"
        case _:
            pytest.fail("a pattern reads the fields in order")


def test_open_records_can_be_set_and_have_no_hash() -> None:
    one = Open("x")
    with pytest.raises(AttributeError):
        _ = one.later
    one.later, one.name = [1], "z"
    assert one == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one)
    other = copy.copy(one)
    other.parts = [2]
    assert one != other
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_a_method_is_written_when_it_is_first_called() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        name: str

    def written() -> list[bool]:
        methods = (Fresh.__init__, Fresh.__eq__, Fresh.__hash__, Fresh.__repr__)
        return [method.__code__.co_filename == "<string>" for method in methods]

    assert written() == [False, False, False, False]
    one = Fresh("x")
    assert written() == [True, False, False, False]
    assert {one: repr(one)} == {Fresh("x"): repr(Fresh("x"))}
    assert written() == [True, True, True, True]
