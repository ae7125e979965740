"""The covers of sessions: drawn once ever, then found in memory or in the cache."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Final

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.storage.cache import Cache
from smr_audio.studio.plan import Plan
from smr_audio.views.cover.key import COVER_PX, checked_png, cover_key, cover_png
from smr_audio.views.cover.shapes import Cover

_KEPT: Final = 256
"""A batch has a few titles, each with some lengths; all of these take three megabytes."""


class Covers:
    """Covers by what stands on them."""

    def __init__(self, library: Library, cache: Cache) -> None:
        """Nothing is drawn yet."""
        self._library = library
        self._cache = cache
        self._data = lru_cache(maxsize=_KEPT)(self._found)

    def of(self, plan: Plan, *, size_px: int = COVER_PX) -> bytes:
        """The cover of a plan as a PNG. Raises UsageError for a size that is no cover's."""
        return self._data(cover_of(plan, self._library), size_px)

    def _found(self, cover: Cover, size_px: int) -> bytes:
        key = cover_key(cover, size_px=size_px)
        data = self._cache.read(key, partial(checked_png, size_px=size_px))
        if data is None:
            data = cover_png(cover, size_px=size_px)
            self._cache.put(key, data)
        return data


def cover_of(plan: Plan, library: Library) -> Cover:
    """What stands on the cover of a plan: its muscles in words."""
    language = plan.script.language
    muscles = dict.fromkeys(
        library.technique(name).muscle
        for name in dict.fromkeys(hold.technique for hold in plan.timeline.holds)
    )
    words = library.phrases(language).muscles
    return Cover(
        title=plan.script.title,
        minutes=units.about_minutes(plan.duration_ms),
        muscles=tuple(words.get(muscle, muscle.replace("_", " ")) for muscle in muscles),
        language=language,
    )
