"""Verify a file before it is put in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError
from smr_audio.progress import Progress

_MOST_SHOWN: Final = 5


def require_verified(path: Path, *, shown: Path, progress: Progress) -> None:
    """Raise BuildError with what is wrong unless a file keeps what its plan promises.

    `shown` is the name that it will have.
    """
    from smr_audio.verification.verify import verify_file  # imports numpy

    found = verify_file(path, shown=shown, progress=progress)
    if found.ok:
        return
    said = [
        f"{check.name}: {one}" for check in found.failed for one in check.findings or (check.found,)
    ]
    left = len(said) - _MOST_SHOWN
    more = [f"and {left} more"] if left > 0 else []
    raise BuildError(
        "\n  ".join(
            [f"{shown} was not written, since it is not as planned:", *said[:_MOST_SHOWN], *more]
        )
    )
