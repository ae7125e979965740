"""A bed of the user's own: decoded and levelled once, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smr_audio import units
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.keys import bed_key, length_key
from smr_audio.sound.settings import BedSettings
from smr_audio.storage.cache import Cache, key_digest
from smr_audio.studio.clips import length_bytes, ticks_from

if TYPE_CHECKING:  # brings numpy, and linking needs none
    import numpy as np
    from numpy.typing import NDArray


def prove_bed(cache: Cache, bed: BedSettings) -> None:
    """Raise as `own_bed_of` does, before any work; what was proven once is not decoded again."""
    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    if cache.read(length_key(key_digest(key)), ticks_from) is None:
        own_bed_of(cache, bed)


def own_bed_of(cache: Cache, bed: BedSettings) -> NDArray[np.int16]:
    """The user's bed, levelled. Raises as `own_bed` does if it was never decoded before."""
    import numpy as np

    from smr_audio.sound.bed import own_bed

    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    kept: NDArray[np.int16] | None = cache.read(key, lambda data: np.frombuffer(data, np.int16))
    if kept is not None:
        return kept
    sound = own_bed(bed)
    cache.put(key, sound.tobytes())
    cache.put(length_key(key_digest(key)), length_bytes(sound.size // units.SAMPLES_PER_TICK))
    return sound
