"""What calls from Python share: arguments are checked, and errors advise arguments, not flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, wraps
from inspect import signature
from types import UnionType
from typing import Any, Final, Literal, ParamSpec, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hints_of

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.suggest import shortened

P = ParamSpec("P")
R = TypeVar("R")


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, but an argument of a wrong type is a UsageError that names it."""
    parameters = signature(function)
    hints = lru_cache(None)(lambda: hints_of(function))  # names that are defined later

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = parameters.bind(*args, **kwargs).arguments
        except TypeError:  # too few or too many: Python's own words
            return function(*args, **kwargs)
        for name, value in given.items():
            if name in hints() and not _fits(value, hints()[name]):
                called = function.__qualname__.removesuffix(".__init__")
                wanted = f"{name} must be {_shown(hints()[name])}"
                raise UsageError(f"{called}: {wanted}, not {shortened(repr(value))}")
        return function(*args, **kwargs)

    return call


def checked_type(made: type[R]) -> type[R]:
    """The class, whose arguments are checked too."""
    made.__init__ = checked(made.__init__)  # type: ignore[method-assign]
    return made


def public(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a function of the package itself, whose errors advise arguments."""
    run = checked(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except SmrAudioError as error:
            error.reword(as_arguments)
            raise

    return call


def _fits(value: object, hint: Any) -> bool:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind is Literal:  # which of the words, its own check says
        return isinstance(value, type(parts[0]))
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False):
        return callable(value)
    if isinstance(value, bool) and kind is not bool:
        return False
    if not isinstance(value, (int, float) if kind is float else kind):
        return False
    if not parts or issubclass(kind, Mapping) or not issubclass(kind, Iterable):
        return True
    if isinstance(value, str):
        return False
    # Other iterables can be read only once.
    return not isinstance(value, Sequence) or all(_fits(one, parts[0]) for one in value)


def _shown(hint: Any) -> str:
    kind, parts = get_origin(hint), get_args(hint)
    if kind is Literal:
        return " or ".join(map(str, parts))
    if kind in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_shown, parts)))
    if isinstance(kind, type) and issubclass(kind, Iterable) and kind is not Mapping:
        return f"several of {_shown(parts[0])}"
    name: str = getattr(kind or hint, "__name__", str(hint))
    return name.replace("NoneType", "None")


_FLAG: Final = r"--[a-z][a-z-]*(?: [\w.:=+/-]+)?"
_FLAGS: Final = re.compile(rf"{_FLAG}(?: {_FLAG})*")


def as_arguments(text: str) -> str:
    """A message with the options of the command line as arguments of `Preferences`."""
    return _FLAGS.sub(_arguments, text)


def _arguments(found: re.Match[str]) -> str:
    from smr_audio.options.table import BY_FLAG  # whose values use `checked`

    given: dict[str, list[str]] = {}
    for flag, value in re.findall(r"--([a-z-]+)(?: ([^\s-][^\s]*|-\d+))?", found[0]):
        given.setdefault(flag, []).append(value)
    arguments = []
    for flag, values in given.items():
        if flag == "no-profile":
            arguments.append("profile=None")
        elif flag not in BY_FLAG:
            return found[0]
        elif not any(values):
            arguments.append(BY_FLAG[flag].field)
        else:
            option = BY_FLAG[flag]
            arguments.append(f"{option.field}={option.kind.code(option.read(values))}")
    return ", ".join(arguments)
