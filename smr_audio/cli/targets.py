"""The argument that names a routine, a technique or a YAML file, with its completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from smr_audio.library.catalog import Library

F = TypeVar("F", bound=Callable[..., Any])


class TargetType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """An id or a path; a shell completes both."""

    name = "target"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids that begin so, and files."""
        library = _library()
        names = (*library.routine_ids(), *library.technique_ids())
        return _beginning(names, incomplete) or [CompletionItem(incomplete, type="file")]


class TechniqueType(click.ParamType):  # type: ignore[type-arg]
    """A technique's id; a shell completes it."""

    name = "technique"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids that begin so."""
        return _beginning(_library().technique_ids(), incomplete)


def target_argument(command: F) -> F:
    """Add the argument TARGET."""
    return click.argument("target", metavar="ROUTINE", type=TargetType())(command)


def _library() -> Library:
    from smr_audio.library.catalog import Library  # noqa: PLC0415  only to complete

    return Library()


def _beginning(names: Iterable[str], start: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(start)]
