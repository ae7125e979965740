"""The key of a job: a digest of all that its file is built from, but for the machine's voices."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from smr_audio.library.catalog import FOLDERS, content_root, shipped_content
from smr_audio.library.places import SUFFIXES, is_file, is_id, yaml_entries
from smr_audio.library.preferences import Preferences
from smr_audio.library.reader import MAX_BYTES
from smr_audio.voices.locality import user_locale


class Keys:
    """Makes the keys of one run; what content there is, is read once."""

    def __init__(self, content: Sequence[str], *, version: str) -> None:
        self._folders = [*map(Path, content), shipped_content()]
        self._shared = [
            version,
            user_locale(),  # it decides which voice `auto` is
            _digest(yaml_entries(shipped_content())),
            *(_digest_of_folder(folder) for folder in self._folders),
        ]
        self._digest_beside = lru_cache(_digest_of_folder)
        self._digest_of_routine = lru_cache(self._routine)

    def content(self, routine: str | Path) -> str:
        """A digest of the content that a job may use, but for the routine itself."""
        beside = content_root(routine.parent) if isinstance(routine, Path) else None
        return _sha256([self._shared, beside and self._digest_beside(beside)])

    def key(self, routine: str | Path, preferences: Preferences) -> str:
        """The key of a job."""
        parts = [self.content(routine), self._digest_of_routine(routine), asdict(preferences)]
        return _sha256(parts)

    def _routine(self, routine: str | Path) -> str:
        if isinstance(routine, Path):
            return _digest([routine])
        if not is_id(routine):
            return routine
        places = [folder / FOLDERS["routine"] / routine for folder in self._folders]
        return routine + _digest(Path(f"{place}{end}") for place in places for end in SUFFIXES)


def _sha256(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _digest_of_folder(folder: Path) -> str:
    """Of what any routine may use: not of the routines, which use nothing of each other."""
    return _digest(
        path for kind in ("technique", "phrases") for path in yaml_entries(folder / FOLDERS[kind])
    )


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        data = b"none"
        try:
            if is_file(path):
                with path.open("rb") as file:
                    data = hashlib.sha256(file.read(MAX_BYTES + 1)).digest()
        except OSError:
            pass  # the build will say so
        digest.update(hashlib.sha256(path.name.encode("utf-8", "replace")).digest() + data)
    return digest.hexdigest()
