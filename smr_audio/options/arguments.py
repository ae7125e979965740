"""What calls from Python share: arguments are checked, and errors advise arguments, not flags."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from fractions import Fraction
from functools import cache, wraps
from inspect import formatannotation, getmembers, isfunction, signature
from types import UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.suggest import shortened

T = TypeVar("T")


def public(one: T) -> T:
    """What a name of the package stands for, its arguments checked, its errors in their words."""
    if isfunction(one):

        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return run(*args, **kwargs)
            except SmrAudioError as error:
                error.reword(as_arguments)
                raise

        run = _checked(one)
        found: Any = wraps(one)(call)
        found.__module__ = "smr_audio"  # where pickle finds it
        return found  # type: ignore[no-any-return]
    for name, method in getmembers(one, isfunction):
        if name == "__init__" or not (is_dataclass(one) or name.startswith("_")):
            setattr(one, name, _checked(method))
    return one


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but an argument of a wrong type is a UsageError that names it."""
    parameters = signature(function)
    hints = cache(lambda: get_type_hints(function))  # names that are defined later

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            given = parameters.bind(*args, **kwargs).arguments
        except TypeError:  # too few or too many: Python's own words
            return function(*args, **kwargs)
        for name, value in given.items():
            if value is not parameters.parameters[name].default and not _fits(value, hints().get(name, object)):
                wanted = f"{name} must be {as_written(parameters.parameters[name].annotation)}"
                called = function.__qualname__.removesuffix(".__init__")
                raise UsageError(f"{called}: {wanted}, not {shortened(repr(value))}")
        return function(*args, **kwargs)

    return call


def as_written(kind: Any) -> str:
    """A type as code writes it, without its modules."""
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(map(as_written, get_args(kind))).replace("NoneType", "None")
    text = kind if isinstance(kind, str) else formatannotation(kind)
    return re.sub(r"[a-z_0-9]+[.](?=[A-Za-z_])", "", text)


_ALSO: Final[Mapping[type, Any]] = {float: (int, float), Fraction: (int, Fraction), tuple: (tuple, list)}


def _fits(value: object, hint: Any) -> bool:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if kind is Literal:  # which of the words, its own check says
        return isinstance(value, type(parts[0]))
    if not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return not isinstance(kind, type) or callable(value)
    if not isinstance(value, _ALSO.get(kind, kind)):
        return False
    if isinstance(value, bool) and kind in (int, float):
        return False
    if not parts or issubclass(kind, Mapping) or not issubclass(kind, Iterable):
        return True
    # Other iterables can be read only once.
    several = not isinstance(value, Sequence) or all(_fits(one, parts[0]) for one in value)
    return several and not isinstance(value, str)


_FLAG: Final = r"--[a-z][a-z-]*(?: [\w.:=+/-]+)?"


def as_arguments(text: str) -> str:
    """A message with the options of the command line as arguments of `Preferences`."""
    return re.sub(rf"{_FLAG}(?: {_FLAG})*", _arguments, text)


def _arguments(found: re.Match[str]) -> str:
    from smr_audio.options.table import BY_FLAG  # no import of the package needs it

    given: dict[str, list[str]] = {}
    for flag, value in re.findall(r"--([a-z-]+)(?: (?!--)(\S+))?", found[0]):
        given.setdefault(flag, []).extend([value] if value else [])
    arguments = []
    for flag, values in given.items():
        if flag != "no-profile" and flag not in BY_FLAG:
            return found[0]
        option = BY_FLAG.get(flag)
        told = f"={option.kind.code(option.read(values))}" if option and values else ""
        arguments.append(f"{option.field}{told}" if option else "profile=None")
    return ", ".join(arguments)
