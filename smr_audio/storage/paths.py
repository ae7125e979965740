"""Paths, asked about without errors; safe file names; files of users, opened, and a check of their JSON."""

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

from smr_audio.errors import UsageError, reason_of

CACHE_VARIABLE: Final = "SMR_AUDIO_CACHE"
"""Names the folder of the cache, and of packs that were unpacked."""
# learn.microsoft.com/windows/win32/fileio/naming-a-file: also with something after a dot.
_RESERVED: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])( *\.|$)", re.IGNORECASE)

MOST_NAME_BYTES: Final = 100
"""Of a name in UTF-8, without its suffix; file systems take 255, and some backups fewer."""

_SEPARATORS = re.compile(r'[/\\:*?"<>|]+')
_EDGES: Final = " ."
# A dot hides a file, a dash looks like an option, and spreadsheets read the rest as formulas.
_NOT_FIRST: Final = " .-=+@~"
_MP3 = re.compile(r"\.mp3$", re.IGNORECASE)

# In place of pathlib's, which raise for a name too long or a folder that is locked.
is_file = os.path.isfile
is_folder = os.path.isdir
is_there = os.path.lexists  # a broken link too
real_path = os.path.realpath  # of two paths it tells whether they are one


def expanded(name: str) -> Path:
    """A path with `~` filled in. Raises UsageError for an unknown user."""
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"'{name}': {error}; write the path in full") from None


def named_in(variable: str) -> Path | None:
    """The path that a variable of the environment names, if it does. Raises UsageError."""
    named = os.environ.get(variable)
    try:
        return expanded(named) if named else None
    except UsageError as error:
        error.add(f"{variable} names it")
        raise


def default_cache_root() -> Path:
    """The folder that SMR_AUDIO_CACHE names, or else the platform's place for caches."""
    if named := named_in(CACHE_VARIABLE):
        return named
    import platformdirs  # tests and those who name a folder need none

    return Path(platformdirs.user_cache_dir("smr-audio", appauthor=False))


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, which is not imported; None if there is none."""
    spec = find_spec(name)
    return next(map(Path, (spec and spec.submodule_search_locations) or ()), None)


def is_archive(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and is_file(path)


def is_reserved(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever the folder."""
    return _RESERVED.match(name) is not None


def safe_name(text: str) -> str:
    """A file name without suffix, made from `text`; empty if nothing is left.

    It has no separators, no characters that a system or terminal treats specially, is not one of
    Windows' reserved names, and has at most 100 bytes. Letters of every script stay, as NFC.
    """
    spaced = "".join(" " if c.isspace() else c for c in text)
    seen = "".join(c for c in unicodedata.normalize("NFC", spaced) if c.isprintable())
    plain = unicodedata.normalize("NFC", _SEPARATORS.sub("-", " ".join(seen.split())))
    trimmed = _MP3.sub("", plain.rstrip(_EDGES)).rstrip(_EDGES).lstrip(_NOT_FIRST)
    return _cut("_" + trimmed if is_reserved(trimmed) else trimmed, MOST_NAME_BYTES)


class FileNames:
    """Gives each name once: equal ones get `-2`, `-3` and so on, in order.

    Names are equal if a file system may treat them as one, in any case or Unicode form.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        """This name, or the first free one with a number after it."""
        folded, given = _folded(name), name
        while _folded(given) in self._taken:
            number = self._last[folded] = self._last.get(folded, 1) + 1
            ending = f"-{number}"
            given = _cut(name, MOST_NAME_BYTES - len(ending)) + ending
        self._taken.add(_folded(given))
        return given


def _cut(name: str, most_bytes: int) -> str:
    cut = name.encode("utf-8", "ignore")[:most_bytes].decode("utf-8", "ignore")
    return cut.rstrip(_EDGES)


def _folded(name: str) -> str:
    # Twice, since casefold can undo the normalization.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).casefold()


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
