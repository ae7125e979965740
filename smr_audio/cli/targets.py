"""The argument that names a routine, a technique or a YAML file, with its completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from smr_audio.cli.output import say_profile_warnings
from smr_audio.errors import UsageError
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.kinds import Names
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress

if TYPE_CHECKING:
    from smr_audio.library.library import Library
    from smr_audio.library.models import Routine
    from smr_audio.studio.studio import Studio

F = TypeVar("F", bound=Callable[..., Any])


class ReadType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """What a function reads that raises UsageError for a bad text."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


class TargetType(click.ParamType):  # type: ignore[type-arg]
    """An id or a path; a shell completes both."""

    name = "target"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        library = _library()
        names = (*library.routine_ids(), *library.technique_ids())
        return _beginning(names, incomplete) or [CompletionItem(incomplete, type="file")]


class MusclesType(ReadType):
    """Muscles with commas between; a shell completes the last."""

    def __init__(self) -> None:
        super().__init__("muscles", Names(words=True).read)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        before, comma, start = incomplete.rpartition(",")
        found = _beginning(_library().phrases(DEFAULT_LANGUAGE).muscles, start)
        return [CompletionItem(f"{before}{comma}{each.value}") for each in found]


def target_argument(command: F) -> F:
    """Add the argument ROUTINE and `--for`; `session_of` makes a session of the two."""
    command = click.option(
        "--for",
        "muscles",
        type=MusclesType(),
        metavar="MUSCLES",
        help="Compose a session for these instead: hamstrings,calves.",
    )(command)
    return click.argument("target", metavar="[ROUTINE]", required=False, type=TargetType())(command)


def session_of(
    studio: Studio,
    target: str | None,
    muscles: tuple[str, ...] | None,
    options: Preferences,
    *,
    progress: Progress,
) -> Routine:
    """The named routine, or one composed for the muscles. Raises UsageError for both or neither."""
    if (target is None) == (muscles is None):
        raise UsageError("name a routine, or the muscles with --for; one of the two")
    from smr_audio.session.compose import Composition  # reads the library

    wanted = Composition(muscles) if muscles is not None else target or ""
    routine = studio.session_of(wanted, options, progress=progress)
    say_profile_warnings(studio)
    return routine


def technique_completion(start: str) -> list[CompletionItem]:
    return _beginning(_library().technique_ids(), start)


def _library() -> Library:
    from smr_audio.library.library import Library  # only to complete

    return Library()


def _beginning(names: Iterable[str], start: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(start)]
