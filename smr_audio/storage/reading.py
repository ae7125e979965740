"""Files of users, opened; and a check of JSON that Python's reader leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from smr_audio.errors import UsageError, reason_of


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read from. Raises UsageError if it is not there or cannot be read."""
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{path}: there is no such file; check the path") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {reason_of(error)}") from None


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises UsageError for a key that is there twice."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        raise UsageError("a key is there twice; remove one")
    return whole
