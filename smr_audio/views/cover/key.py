"""The cover of a session: what stands on it, and all that shapes its bytes.

A build finds it in the cache and draws none, so nothing is imported here that draws.
"""

import struct
from functools import cache, partial
from typing import Final

from smr_audio.errors import UsageError
from smr_audio.installed import version_of
from smr_audio.records import asdict, dataclass
from smr_audio.storage.cache import Cache
from smr_audio.views.text import fonts_for

COVER_FORMAT: Final = 1  # raise it when the same cover would be drawn otherwise
COVER_PX: Final = 600
SMALLEST_PX, LARGEST_PX = 100, 3000
_PNG_START: Final = struct.Struct(">8sI4sII")  # signature, then the header of width and height
_PNG_END: Final = b"IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover shows. `muscles` are in words, in the order in which they are worked.

    `minutes` are written as `units.about_minutes` has them.
    """

    title: str
    minutes: str
    muscles: tuple[str, ...]
    language: str


def cover_key(cover: Cover, *, size_px: int) -> dict[str, object]:
    """All that a cover is drawn from, as a key for the cache; Pillow is not imported for it."""
    return {
        "kind": "cover",
        "format": COVER_FORMAT,
        **asdict(cover),
        "size_px": size_px,
        "tools": cover_tools(),
        "fonts": fonts_for(cover.title + "".join(cover.muscles)),
    }


@cache
def cover_tools() -> str:
    """The format, and the version of what draws."""
    return f"cover-{COVER_FORMAT} pillow-{version_of('pillow')}"


def cover_png(cover: Cover, *, size_px: int = COVER_PX) -> bytes:
    """The cover as a square PNG; the same each time where Pillow and fonts are the same.

    Raises UsageError for a size that is no cover's.
    """
    if not SMALLEST_PX <= size_px <= LARGEST_PX:
        raise UsageError(f"a cover has {SMALLEST_PX} to {LARGEST_PX} px, not {size_px}")
    from smr_audio.views.cover.layout import draw  # where cached none is drawn

    return draw(cover, size_px=size_px)


def kept_png(cache: Cache, cover: Cover, size_px: int) -> bytes:
    """A cover from the cache, or else drawn and kept there. Raises as `cover_png` does."""
    key = cover_key(cover, size_px=size_px)
    data = cache.read(key, partial(_checked_png, size_px=size_px))
    if data is None:
        data = cover_png(cover, size_px=size_px)
        cache.put(key, data)
    return data


def _checked_png(data: bytes, *, size_px: int) -> bytes:
    """The same data. Raises ValueError unless it is a whole PNG of this size."""
    start = _PNG_START.pack(b"\x89PNG\r\n\x1a\n", 13, b"IHDR", size_px, size_px)
    if not (data.startswith(start) and data.endswith(_PNG_END)):
        raise ValueError("not a cover of this size")
    return data
