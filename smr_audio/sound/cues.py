"""Make the sounds of cues: from the tables of their tones, or from the user's own files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import reason_of
from smr_audio.options.choices import CueName, CueScheme
from smr_audio.sound.clip import AUDIBLE_PART, LEVEL_SAMPLES, Clip, clip_of, rms_levels
from smr_audio.sound.level import CEILING_DBTP, raised_cosine
from smr_audio.sound.loudness import sounding_lufs, to_int16, true_peak_dbtp
from smr_audio.sound.settings import LOUDNESS_LUFS, OwnCue, SoundError, bytes_of_sound, fault_at
from smr_audio.sound.tones import SCHEMES, Scheme, length_samples
from smr_audio.sound.user_files import decode_bytes
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

CUE_LU: Final = 2.75
"""A cue while it sounds against the session's target, as `sounding_lufs` says: as loud as the
loud parts of speech. A session of little but cues is then as loud as one of speech, within half
a LU."""

END_LU: Final = 4.5
"""The same for the end of a hold: who misses it holds on for too long."""

TICK_LU: Final = -11.0
"""The same for a metronome's tick: its peaks are about 8 dB under the voice's. A meter takes ticks
for quiet speech, so a session of little but long holds reads quieter with them, though its voice
is as loud."""

_ABOVE_LU: Final[Mapping[CueName, float]] = {"end": END_LU, "tick": TICK_LU}

_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_FADE = 10 * _SAMPLES_PER_MS

MOST_S: Final = 2.0
MOST_OF_S: Final[Mapping[CueName, float]] = {"countdown": 0.74, "prepare": 0.74, "tick": 0.15}
"""The longest a cue may be, in seconds. Those that count come a second apart, with a
quarter of it quiet between them; ticks come often."""

LEAST_S: Final = 0.02

_MOST_FILE_S: Final = 30.0  # with all the silence around it
_EDGE_DB: Final = -40.0  # of its peak: an attack has left the silence
_OVER_NOISE: Final = 3.0
_NOISE_PART: Final = 0.1  # of the highest level: louder than that is not noise
_STEADY: Final = 2.0
_NOISE_PARTS: Final = 5
_NOISE_STEP: Final = 10 * _SAMPLES_PER_MS
_END_DB: Final = -50.0
_SHARP_DB: Final = -12.0
_FADE_SHARP: Final = _SAMPLES_PER_MS // 2


def cue_clip(name: CueName, *, scheme: CueScheme = "classic", target_lufs: float = LOUDNESS_LUFS["normal"]) -> Clip:
    """Make the sound of a scheme's cue for a session of this loudness; it begins at sample 0.

    While it sounds it is `CUE_LU` from the target, or `END_LU` or `TICK_LU`; its true peak is at
    most -2 dBTP.
    """
    return levelled_cue(name, _synthesize(name, SCHEMES[scheme]), target_lufs=target_lufs)


def levelled_cue(name: CueName, sound: NDArray[np.float64], *, target_lufs: float) -> Clip:
    """The clip of a cue's sound as loud as our own: 48 kHz mono, shape (n,), not silent.

    What would peak above -2 dBTP at that level is left as much quieter.
    """
    gain_db = min(
        target_lufs + _ABOVE_LU.get(name, CUE_LU) - sounding_lufs(sound),
        # Rounding to int16 can lift a peak by half a step, a ten thousandth of a decibel.
        CEILING_DBTP - 0.001 - true_peak_dbtp(sound),
    )
    return clip_of(to_int16(sound * amplitude_of_db(gain_db)))


def _synthesize(name: CueName, scheme: Scheme) -> NDArray[np.float64]:
    sound = np.zeros(length_samples(scheme.tones[name]))
    for tone in scheme.tones[name]:
        size = tone.length_ms * _SAMPLES_PER_MS
        turns = np.arange(size) * (tone.freq_hz / SAMPLE_RATE)
        note = np.zeros(size)
        for multiple, gain_db in scheme.partials_db:
            partial = amplitude_of_db(gain_db) * np.sin(2 * np.pi * multiple * turns)
            if scheme.shape == "struck":
                partial *= raised_cosine(size)[::-1] ** multiple
            note += partial
        attack = min(_FADE, size // 8)
        note[:attack] *= raised_cosine(attack)
        if scheme.shape == "held":
            release = _FADE if attack == _FADE else size - attack
            note[-release:] *= raised_cosine(release)[::-1]
        start = tone.start_ms * _SAMPLES_PER_MS
        sound[start : start + size] += note
    return sound


def own_cue_clip(own: OwnCue, *, target_lufs: float) -> Clip:
    """The clip of a user's sound for a cue, its onset at sample 0, as loud as our own.

    Raises UsageError that names cue and file if it cannot be used, ContentError if content names
    it, MissingError without ffmpeg.
    """
    most_s = MOST_OF_S.get(own.cue, MOST_S)
    try:
        sound = trimmed(decode_bytes(bytes_of_sound(Path(own.path), digest=own.digest), most_s=_MOST_FILE_S))
        seconds = sound.size / SAMPLE_RATE
        if seconds > most_s:
            raise SoundError(f"it sounds for {seconds:.2f} s, and {most_s:g} s is the most")
        if seconds < LEAST_S:
            raise SoundError(f"it sounds for {seconds * 1000:.0f} ms, and 20 ms is the least")
    except (SoundError, OSError) as error:
        message = f"'{own.path}' cannot be the sound of the cue '{own.cue}': {reason_of(error)}"
        raise fault_at(own.location, f"{message}; name another file, or leave it out") from None
    return levelled_cue(own.cue, sound, target_lufs=target_lufs)


def trimmed(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sound from its onset to where it has died away, faded at both ends.

    48 kHz mono, shape (n,), not silent. A sharp attack keeps its edge; a soft one gets the
    10 ms that a cue's tones have.
    """
    loud = np.abs(sound)
    peak = float(loud.max())
    start = audible_onset(sound)
    end = loud.size - int((loud[::-1] >= peak * amplitude_of_db(_END_DB)).argmax())
    faded = sound[start:end].copy()
    is_sharp = float(loud[start : start + _FADE].max()) >= peak * amplitude_of_db(_SHARP_DB)
    for part, length in ((faded, _FADE_SHARP if is_sharp else _FADE), (faded[::-1], _FADE)):
        size = min(length, faded.size // 2)
        part[:size] *= raised_cosine(size)
    return np.asarray(faded)


def audible_onset(sound: NDArray[np.float64]) -> int:
    """The sample at which a sound is heard to begin, whatever noise it was recorded in.

    That is where its level is within 22 dB of its highest and clear of the noise that the file
    begins with, and from there back, 5 ms at most, to where the attack leaves the noise.
    """
    level = rms_levels(sound)
    least = max(AUDIBLE_PART * float(level.max()), _OVER_NOISE * _noise_of(sound, level))
    heard = int((level >= least).argmax())
    first = max(0, heard - LEVEL_SAMPLES)
    before = np.abs(sound[max(0, first - _NOISE_PARTS * _NOISE_STEP) : first])
    edge = max(float(np.abs(sound).max()) * amplitude_of_db(_EDGE_DB), 1.2 * float(before.max(initial=0.0)))
    attack = np.flatnonzero(np.abs(sound[first:heard]) >= edge)
    return first + int(attack[0]) if attack.size else heard


def _noise_of(sound: NDArray[np.float64], level: NDArray[np.float64]) -> float:
    """The level of the steady noise in the file's first 50 ms, 0 if there is something else."""
    lead = sound[: _NOISE_PARTS * _NOISE_STEP]
    if lead.size < _NOISE_PARTS * _NOISE_STEP:
        return 0.0
    parts = np.sqrt(np.square(lead).reshape(_NOISE_PARTS, -1).mean(axis=1))
    least, most = float(parts.min()), float(parts.max())
    steady = most <= _STEADY * least and most <= _NOISE_PART * float(level.max())
    return most if steady else 0.0
