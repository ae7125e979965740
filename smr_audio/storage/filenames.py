"""File names out of whatever people write: safe on every system, and no two alike."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from smr_audio.storage.paths import is_reserved

MOST_BYTES: Final = 100
"""Of a name in UTF-8, without its suffix; file systems take 255, and some backups fewer."""

_SEPARATORS = re.compile(r'[/\\:*?"<>|]+')
_EDGES: Final = " ."
# A dot hides a file, a dash looks like an option, and a table would calculate the rest.
_NOT_FIRST: Final = " .-=+@~"
_MP3 = re.compile(r"\.mp3$", re.IGNORECASE)


def safe_name(text: str) -> str:
    """A file's name, without suffix, that says what `text` says; empty if nothing is left.

    No path, no character that a system refuses or a terminal obeys, none of Windows' reserved
    names, at most 100 bytes. Letters of every script stay, in the form NFC.
    """
    spaced = "".join(" " if c.isspace() else c for c in text)
    seen = "".join(c for c in unicodedata.normalize("NFC", spaced) if c.isprintable())
    plain = unicodedata.normalize("NFC", _SEPARATORS.sub("-", " ".join(seen.split())))
    trimmed = _MP3.sub("", plain.rstrip(_EDGES)).rstrip(_EDGES).lstrip(_NOT_FIRST)
    return _cut("_" + trimmed if is_reserved(trimmed) else trimmed, MOST_BYTES)


class FileNames:
    """Gives out names, none twice: equal ones get `-2`, `-3` and so on, in the order asked for.

    Names are equal if a file system may take them for one: whatever their case and whichever
    of Unicode's ways their letters are written.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        """This name, or the first free one with a number after it."""
        alike, given = _folded(name), name
        while _folded(given) in self._taken:
            number = self._last[alike] = self._last.get(alike, 1) + 1
            ending = f"-{number}"
            given = _cut(name, MOST_BYTES - len(ending)) + ending
        self._taken.add(_folded(given))
        return given


def _cut(name: str, most_bytes: int) -> str:
    cut = name.encode("utf-8", "ignore")[:most_bytes].decode("utf-8", "ignore")
    return cut.rstrip(_EDGES)


def _folded(name: str) -> str:
    # Twice, since folding the case can undo what normalising did.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).casefold()
