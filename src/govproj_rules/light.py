"""Dataclasses that are cheap to define: each of their methods is written when it is first called.

A command calls few methods of the many records its modules define, and writing them is what takes the time. What a
record is stays the same: :func:`dataclasses.fields` and :func:`dataclasses.replace` know it, patterns match it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False):
        """As :func:`dataclasses.dataclass`; always with slots, which the methods rely on."""
        assert slots
        return lambda cls: _made(cls, frozen)


def _made(cls: Any, frozen: bool) -> Any:
    cls.__doc__ = cls.__doc__ or f"{cls.__name__}(…)"  # else the signature is worked out, which takes long
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    _later(cls, "__init__", lambda fields: _init(cls, fields, frozen))
    _later(cls, "__eq__", _eq)
    _later(cls, "__repr__", _repr)
    if frozen:
        _later(cls, "__hash__", lambda fields: _method("__hash__(self)", f"return hash({_compared('self', fields)})"))
        cls.__setattr__, cls.__delattr__, cls.__reduce__ = _no_setting, _no_deleting, _reduce
    else:
        cls.__hash__ = None
    return cls


def _later(cls: Any, name: str, write: Callable[[tuple[Any, ...]], Any]) -> None:
    """A method that is written, in place of itself, when it is first called."""

    def method(*args: Any, **kwargs: Any) -> Any:
        written = write(dataclasses.fields(cls))
        setattr(cls, name, written)
        return written(*args, **kwargs)

    setattr(cls, name, method)


def _method(head: str, body: str, names: dict[str, object] | None = None) -> Any:
    space = {**(names or {})}
    exec(f"def {head}: {body}", space)  # noqa: S102  # made of the names of fields only
    return space[head.partition("(")[0]]


def _compared(of: str, fields: Iterable[Any]) -> str:
    return f"({''.join([f'{of}.{one.name}, ' for one in fields if one.compare])})"


def _init(cls: Any, fields: tuple[Any, ...], frozen: bool) -> Any:
    """What ``__init__`` is not given is left to be set."""
    parameters, body = ["self"], ["pass"]
    names: dict[str, object] = {"MISSING": dataclasses.MISSING}
    for one in fields:
        name = value = one.name
        if not one.init:
            continue
        if one.default_factory is not dataclasses.MISSING:
            names[f"make_{name}"] = one.default_factory
            value = f"make_{name}() if {name} is MISSING else {name}"
            parameters.append(f"{name}=MISSING")
        elif one.default is not dataclasses.MISSING:
            names[f"default_{name}"] = one.default
            parameters.append(f"{name}=default_{name}")
        else:
            parameters.append(name)
        names[f"set_{name}"] = getattr(cls, name).__set__  # goes past ``__setattr__``, which refuses
        body.append(f"set_{name}(self, {value})" if frozen else f"self.{name} = {value}")
    return _method(f"__init__({', '.join(parameters)})", "; ".join(body), names)


def _eq(fields: tuple[Any, ...]) -> Any:
    same = f"{_compared('self', fields)} == {_compared('other', fields)}"
    return _method("__eq__(self, other)", f"return {same} if other.__class__ is self.__class__ else NotImplemented")


def _repr(fields: tuple[Any, ...]) -> Any:
    shown = ", ".join([f"{one.name}={{self.{one.name}!r}}" for one in fields if one.repr])
    return _method("__repr__(self)", f"return f'{{self.__class__.__qualname__}}({shown})'")


def _reduce(self: Any) -> Any:
    """Copies and pickles of what is frozen are made by calling the class: nothing may be set later."""
    return self.__class__, tuple([getattr(self, name) for name in self.__match_args__])


def _no_setting(self: object, name: str, value: object) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deleting(self: object, name: str) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
