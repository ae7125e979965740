"""The callback for progress."""

from typing import Literal, Protocol, TypeAlias

Stage: TypeAlias = Literal["waiting", "speaking", "encoding", "building", "verifying"]


class Progress(Protocol):
    """A callback: `done` of `total` steps of a stage are complete."""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Called often; must return quickly."""


def silent_progress(stage: Stage, done: int, total: int) -> None:
    """Ignore progress."""
