"""Frozen dataclasses that take a quarter of the time to define.

The standard library compiles each method on its own, also those that are never called. A command
defines 170 of them: that was a quarter of a build that finds everything in the cache.
"""

import dataclasses
import sys
from dataclasses import MISSING, FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["MISSING", "asdict", "dataclass", "field", "fields", "is_dataclass", "replace"]
_standard: Any = dataclasses.dataclass


def _dataclass(*, frozen: bool = False, slots: bool = False, kw_only: bool = False, **more: bool) -> Any:
    """Like the standard decorator; what is frozen and has slots is defined fast."""
    if frozen and slots and not more:
        return partial(_frozen, kw_only=kw_only)
    return _standard(frozen=frozen, slots=slots, kw_only=kw_only, **more)


def _frozen(cls: Any, *, kw_only: bool) -> Any:
    own, cls = vars(cls), _standard(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
    names = [part.name for part in fields(cls) if part.compare]
    values: Any = attrgetter(*names) if len(names) > 1 else lambda self: tuple(getattr(self, name) for name in names)

    def equal(self: Any, other: Any) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    cls.__init__ = _Init(cls)
    cls.__setattr__ = cls.__delattr__ = _refuse
    cls.__setstate__ = _restore
    methods = {"__eq__": equal, "__hash__": lambda self: hash(values(self)), "__repr__": _shown}
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


class _Lacking:
    """In place of an argument that a factory makes."""

    def __repr__(self) -> str:
        return "<factory>"


class _Init:
    """The `__init__` of a class, compiled when it is first asked for."""

    def __init__(self, cls: Any) -> None:
        self._cls = cls

    def __get__(self, one: Any, _: type) -> Any:
        self._cls.__init__ = init = _initializer(self._cls)
        return init if one is None else init.__get__(one)


def _initializer(cls: Any) -> Any:
    known: dict[str, Any] = {"_set": object.__setattr__, "_lacking": _Lacking()}
    arguments, keywords, body = ["self"], ["*"], list[str]()
    for part in fields(cls):
        name = value = argument = part.name
        if part.default_factory is not MISSING:
            known[f"_new_{name}"], argument = part.default_factory, f"{name}=_lacking"
            value = f"_new_{name}() if {name} is _lacking else {name}"
        elif part.default is not MISSING:
            known[f"_default_{name}"], argument = part.default, f"{name}=_default_{name}"
        (keywords if part.kw_only else arguments).append(argument)
        body.append(f"_set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    arguments += keywords if len(keywords) > 1 else ()
    init = f"def __init__({', '.join(arguments)}): {'; '.join(body) or 'pass'}"
    made: dict[str, Any] = {}
    # The standard decorator does so too. Compiled first: if Ctrl-C comes while a text is executed, Python
    # ends as if it were killed, whatever the program makes of it.
    code = compile(f"def make({', '.join(known)}):\n {init}\n return __init__", "<record>", "exec")
    exec(code, vars(sys.modules[cls.__module__]), made)  # noqa: S102
    init = made["make"](**known)
    init.__annotations__ = {part.name: part.type for part in fields(cls)} | {"return": None}
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise FrozenInstanceError(f"cannot change '{name}'")


def _shown(self: Any) -> str:
    values = (f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr)
    return f"{self.__class__.__qualname__}({', '.join(values)})"


def _restore(self: Any, state: tuple[None, dict[str, Any]]) -> None:
    """Take what a copy or a pickle has of the slots."""
    for name, value in state[1].items():
        object.__setattr__(self, name, value)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
