"""What lies under the sounds of a session: its floor, or a bed, one of the user's own levelled once and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from smr_audio import units
from smr_audio.options.choices import KeepAwake, MadeBed
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.islands import Shape
from smr_audio.sound.settings import BedSettings, bed_key, length_key
from smr_audio.storage.cache import Cache, key_digest
from smr_audio.studio.clips import Clips, length_bytes, ticks_from

if TYPE_CHECKING:  # brings numpy, and linking needs none
    import numpy as np
    from numpy.typing import NDArray

    from smr_audio.sound.floor import Floor


def full_bed(bed: BedSettings) -> Floor:
    """A bed that is made, as it is in pauses."""
    from smr_audio.sound.floor import made_bed

    return made_bed(cast("MadeBed", bed.sound), bed.lufs)


def floor_under(keep_awake: KeepAwake, bed: BedSettings | None) -> Floor:
    """The floor of islands: a bed that is made is one, as soft as it is then."""
    from smr_audio.sound.floor import floor_for

    return full_bed(bed).softer(bed.ducked_db) if bed and not bed.digest else floor_for(keep_awake)


def grounds(cache: Cache, floor: Floor, bed: BedSettings | None, clips: Clips) -> Callable[[Shape], NDArray[np.int16]]:
    """What makes that under an island: its floor, and a bed of the user's own on it."""
    if bed is None or not bed.digest:
        return lambda shape: floor.tile(shape[0])
    from smr_audio.sound.floor import under

    sound = own_bed_of(cache, bed)

    def ground(shape: Shape) -> NDArray[np.int16]:
        spans = [(tick, tick + clips.clip(each).ticks) for tick, each in shape[1]]
        return under(sound, bed, floor, shape[0], spans)

    return ground


def prove_bed(cache: Cache, bed: BedSettings) -> None:
    """Raise as `own_bed_of` does, before any work; what was proven once is not decoded again."""
    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    if cache.read(length_key(key_digest(key)), ticks_from) is None:
        own_bed_of(cache, bed)


def own_bed_of(cache: Cache, bed: BedSettings) -> NDArray[np.int16]:
    """The user's bed, levelled. Raises as `own_bed` does if it was never decoded before."""
    import numpy as np

    from smr_audio.sound.floor import own_bed

    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    kept: NDArray[np.int16] | None = cache.read(key, lambda data: np.frombuffer(data, np.int16))
    if kept is not None:
        return kept
    sound = own_bed(bed)
    cache.put(key, sound.tobytes())
    cache.put(length_key(key_digest(key)), length_bytes(sound.size // units.SAMPLES_PER_TICK))
    return sound
