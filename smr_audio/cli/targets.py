"""The argument that names a routine, a technique or a YAML file, with its completion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


class TargetType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """An id or a path; a shell completes both."""

    name = "target"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids that begin so, and files."""
        from smr_audio.library.catalog import Library  # noqa: PLC0415  only to complete

        library = Library()
        names = (*library.routine_ids(), *library.technique_ids())
        items = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return items or [CompletionItem(incomplete, type="file")]


def target_argument(command: F) -> F:
    """Add the argument TARGET."""
    return click.argument("target", metavar="ROUTINE", type=TargetType())(command)
