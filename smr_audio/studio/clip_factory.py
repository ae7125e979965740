"""Make clips: of speech, of a recording, of a cue. What they need is imported when one is made."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio.errors import UsageError
from smr_audio.options.choices import CueName
from smr_audio.session.script import UserRecording
from smr_audio.sound.settings import SoundSettings, fault_at
from smr_audio.voices.engine import Speech

if TYPE_CHECKING:  # brings numpy
    from smr_audio.sound.clip import Clip

MOST_RECORDED_S: Final = 60.0
"""A recording that takes the place of one line may last."""


def get_ready() -> None:
    """Import what clips and islands need while the voice's process starts, 0.2 s of nothing."""
    import smr_audio.mp3.encoder
    import smr_audio.sound.clip
    import smr_audio.sound.render  # noqa: F401


def speech_clip(
    speech: Speech, settings: SoundSettings, keep_take: Callable[[Speech], None]
) -> Clip:
    """The clip of what an engine spoke, which is kept as it came unless it is silence."""
    clip = take_clip(speech, settings)
    if clip.true_peak_dbtp > -math.inf:
        keep_take(speech)
    return clip


def take_clip(take: Speech, settings: SoundSettings) -> Clip:
    """The clip of what was spoken, now or before."""
    from smr_audio.sound.clip import make_clip

    return make_clip(take, target_lufs=settings.target_lufs, master=settings.master)


def recorded_clip(recording: UserRecording, settings: SoundSettings) -> Clip:
    """The clip of a recording. Raises SoundError as `decode_sound` does."""
    from smr_audio.sound.clip import make_recorded_clip
    from smr_audio.sound.user_files import decode_sound

    # A coach who shouts into a phone clips a few samples, and is understood all the same.
    sound = decode_sound(Path(recording.path), most_s=MOST_RECORDED_S, may_clip=True)
    return make_recorded_clip(sound, target_lufs=settings.target_lufs, master=settings.master)


def cue_clip(cue: CueName, settings: SoundSettings) -> Clip:
    """The clip of a cue, from its tones or the user's own file. Raises as `settings_of` does."""
    own = settings.own(cue)
    if own is not None:
        from smr_audio.sound.cues import own_cue_clip

        try:
            return own_cue_clip(own, scheme=settings.cues, target_lufs=settings.target_lufs)
        except UsageError as error:
            raise fault_at(own.location, str(error)) from None
    from smr_audio.sound import cues

    return cues.cue_clip(cue, scheme=settings.cues, target_lufs=settings.target_lufs)
