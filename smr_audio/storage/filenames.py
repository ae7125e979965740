"""Turn any text into a file name that is safe on every system, and give no name twice."""

import re
import unicodedata
from typing import Final

from smr_audio.storage.paths import is_reserved

MOST_BYTES: Final = 100
"""Of a name in UTF-8, without its suffix; file systems take 255, and some backups fewer."""

_SEPARATORS = re.compile(r'[/\\:*?"<>|]+')
_EDGES: Final = " ."
# A dot hides a file, a dash looks like an option, and spreadsheets read the rest as formulas.
_NOT_FIRST: Final = " .-=+@~"
_MP3 = re.compile(r"\.mp3$", re.IGNORECASE)


def safe_name(text: str) -> str:
    """A file name without suffix, made from `text`; empty if nothing is left.

    It has no separators, no characters that a system or terminal treats specially, is not one of
    Windows' reserved names, and has at most 100 bytes. Letters of every script stay, as NFC.
    """
    spaced = "".join(" " if c.isspace() else c for c in text)
    seen = "".join(c for c in unicodedata.normalize("NFC", spaced) if c.isprintable())
    plain = unicodedata.normalize("NFC", _SEPARATORS.sub("-", " ".join(seen.split())))
    trimmed = _MP3.sub("", plain.rstrip(_EDGES)).rstrip(_EDGES).lstrip(_NOT_FIRST)
    return _cut("_" + trimmed if is_reserved(trimmed) else trimmed, MOST_BYTES)


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
            given = _cut(name, MOST_BYTES - len(ending)) + ending
        self._taken.add(_folded(given))
        return given


def _cut(name: str, most_bytes: int) -> str:
    cut = name.encode("utf-8", "ignore")[:most_bytes].decode("utf-8", "ignore")
    return cut.rstrip(_EDGES)


def _folded(name: str) -> str:
    # Twice, since casefold can undo the normalization.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).casefold()
