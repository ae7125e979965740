"""Make clips: speech at 48 kHz, trimmed of its silence, mastered and levelled to a loudness.

A look-ahead limiter, which draws a smooth gain curve, keeps true peaks under a ceiling.
"""

import math
from collections.abc import Callable
from functools import partial, reduce
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import BuildError
from smr_audio.options.choices import Master
from smr_audio.sound import clip, resampling
from smr_audio.sound.clip import Clip, clip_of, measure
from smr_audio.sound.loudness import BLOCK_SAMPLES, hop_powers, lufs_of_ticks, oversampled, to_int16, true_peak_dbtp
from smr_audio.sound.mastering import STRENGTHS, mastered
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_TICK, amplitude_of_db, ticks_of_samples
from smr_audio.voices.engine import Speech

# Added to a session's target to get that of a clip. LAME's presets at these bit rates scale
# what they are given by 0.95, which is 0.45 dB; and the floor in a session lowers BS.1770's
# relative gate, which lets the quiet ends of sentences in: the more, the less is said. With this
# a session full of speech comes out 0.1 over the target, one at minimal talk 0.3 under it.
SESSION_CALIBRATION_LU: Final = 0.7

KEPT_BEFORE: Final = SAMPLE_RATE * 15 // 1000
KEPT_AFTER: Final = SAMPLE_RATE * 40 // 1000
_FADE_IN = SAMPLE_RATE * 5 // 1000
_FADE_OUT = SAMPLE_RATE * 20 // 1000

_TOLERANCE_LU = 0.01
_TRIES = 16
_FORECAST_TOLERANCE_LU = 0.002
_USUAL_SLOPE = 0.7  # decibels of loudness that one of gain gives limited speech
_MOST_LIMITING_DB = 15.0  # beyond that a word gets rough, and hardly louder

CEILING_DBTP: Final = -2.0  # encoding to MP3 adds up to 1 dB, and -1 dBTP is the promise
RELEASE_DB_PER_S: Final = 150.0
STEP_SAMPLES: Final = 16
"""A third of a millisecond: the gain moves over milliseconds, so it is worked out this often."""

_LOOK_STEPS: Final = SAMPLE_RATE * 2 // 1000 // STEP_SAMPLES
# A mean over 5 steps of a mean over 6, so with an edge in its middle. Ten steps in all are
# less than the hold, and beyond 11 numpy takes four times as long.
_TRIANGLE: Final = np.convolve(np.ones(_LOOK_STEPS - 1), np.ones(_LOOK_STEPS)) / ((_LOOK_STEPS - 1) * _LOOK_STEPS)
# Between two samples the gain moves a little, which can lift a peak by some hundredths of a
# decibel. What has to come down comes down by that much more, so the first try mostly holds.
_MARGIN_DB: Final = 0.03
_LIMIT_TRIES: Final = 4


class Cut(NamedTuple):
    """What is kept of a sound: samples before and after what is louder than this under its peak.

    Of a clip no more than `edges` are kept around its words.
    """

    silence_db: float
    before: int
    after: int
    edges: clip.Edges


# Espeak ends in true zeros and neural voices in noise near -70 dB; the breath of an h or an f
# is 40 to 55 dB under the loudest vowel.
SPOKEN: Final = Cut(-60.0, KEPT_BEFORE, KEPT_AFTER, clip.SPOKEN_EDGES)
# A phone's recording of a quiet room has its noise 40 to 60 dB down. The margins are wide enough
# for the breath of an h before what is louder than that, and the rest of an s after it.
RECORDED: Final = Cut(-35.0, SAMPLE_RATE * 100 // 1000, SAMPLE_RATE * 200 // 1000, clip.RECORDED_EDGES)


def make_recorded_clip(sound: NDArray[np.float64], *, target_lufs: float, master: Master = "flat") -> Clip:
    """Trim, master and level a person's recording at 48 kHz mono, shape (n,), as `make_clip`."""
    return _made(sound, RECORDED, target_lufs=target_lufs, master=master)


def make_clip(speech: Speech, *, target_lufs: float, master: Master = "flat") -> Clip:
    """Trim, resample, master and level what an engine spoke, for a session of `target_lufs`.

    The clip itself is aimed `SESSION_CALIBRATION_LU` higher. Speech that is all zeros keeps
    its length. Raises BuildError if a sample is not a number.
    """
    return _made(resample(speech), SPOKEN, target_lufs=target_lufs, master=master)


def sure_ticks(speech: Speech) -> int | None:
    """How many ticks the clip of what an engine spoke will have, if that is sure before mastering.

    It is when so much is surely heard near both ends that `make_clip` will cut nothing off. Most
    sentences are. Raises BuildError as `make_clip` does.
    """
    kept = trim(resample(speech))
    if not kept.any():
        return None
    cut = _near_words(kept, clip.surely_heard(kept), SPOKEN.edges)
    return ticks_of_samples(kept.size) if trim(cut).size == kept.size else None


def _made(sound: NDArray[np.float64], cut: Cut, *, target_lufs: float, master: Master) -> Clip:
    """The clip of a sound, cut to its words without clicks or breaths before and after.

    What is heard is known when the sound has been levelled. Few sounds must then be cut and
    levelled again.
    """

    def levelled(kept: NDArray[np.float64]) -> Clip:
        return level(mastered(kept, STRENGTHS[master]), target_lufs=target_lufs + SESSION_CALIBRATION_LU)

    kept = trim(sound, cut)
    made = levelled(kept)
    near = _near_words(kept, clip.heard(made.powers), cut.edges)
    return levelled(trim(near, cut)) if near.size < kept.size else made


def _near_words(sound: NDArray[np.float64], sounding: NDArray[np.bool_], edges: clip.Edges) -> NDArray[np.float64]:
    """The part of a sound within `edges` of its words; all of it if nothing is heard."""
    words = clip.words_in(sounding)
    if words is None:
        return sound
    first, end = max(0, words[0] - edges.before), words[1] + edges.after
    return sound[first * SAMPLES_PER_TICK : end * SAMPLES_PER_TICK]


def resample(speech: Speech) -> NDArray[np.float64]:
    """The speech at 48 kHz, shape (n,), at very high quality.

    Raises BuildError if a sample is not a number.
    """
    samples = np.asarray(speech.samples)
    if not np.isfinite(samples).all():
        raise BuildError("the voice gave samples that are not numbers; try another --voice")
    if not samples.any():
        # A silent engine's lengths are estimates that others rely on: keep them to the sample.
        return np.zeros(round(samples.size * SAMPLE_RATE / speech.sample_rate))
    if speech.sample_rate == SAMPLE_RATE:
        return samples.astype(np.float64)
    # Engines give float32, and more places would only cost twice the time.
    return resampling.resample(samples.astype(np.float32, copy=False), speech.sample_rate, SAMPLE_RATE)


def trim(samples: NDArray[np.float64], cut: Cut = SPOKEN) -> NDArray[np.float64]:
    """The sound with exactly so much before its first and after its last audible sample.

    Where the sound has less than that, zeros stand in. Only those margins are faded, so
    no consonant is. Sound that is all zeros comes back as it is.
    """
    loud = np.abs(samples)
    heard = loud > loud.max(initial=0.0) * amplitude_of_db(cut.silence_db)
    if not heard.any():
        return samples
    start = int(heard.argmax()) - cut.before
    end = samples.size - int(heard[::-1].argmax()) + cut.after
    kept = np.zeros(end - start)
    there = samples[max(0, start) : end]
    kept[max(0, -start) :][: there.size] = there
    kept[:_FADE_IN] *= raised_cosine(_FADE_IN)
    kept[-_FADE_OUT:] *= raised_cosine(_FADE_OUT)[::-1]
    return kept


def level(samples: NDArray[np.float64], *, target_lufs: float) -> Clip:
    """The sound at this loudness in LUFS within 0.02, its true peak at most -2 dBTP.

    Limiting takes loudness away, so gain and limiter are tried together until they agree: in
    a forecast first, so that the sound itself mostly needs a single try. What cannot get there
    with its highest peak limited by 15 dB comes out as loud as that makes it: a word of one
    syllable, which fills less than a block of 400 ms and so reads low: by up to 0.5 LU for
    -16 LUFS, by 2 for -14. Only a sound that reads low through a click of its own goes further,
    as far as it would without a limiter.
    """
    envelope = peak_envelope(samples)
    highest = float(np.max(envelope, initial=0.0))
    if highest == 0.0:
        return clip_of(to_int16(samples))
    # With its highest peak at the ceiling, each decibel of gain is one of limiting for it.
    at_ceiling = amplitude_of_db(CEILING_DBTP) / highest
    sound, envelope = samples * at_ceiling, envelope * at_ceiling
    forecast = _forecast(sound, envelope=envelope)
    tried: list[Clip] = []

    def measured(gain_db: float) -> float:
        factor = amplitude_of_db(gain_db)
        finished, peak_dbtp = limited(sound * factor, envelope=envelope * factor)
        tried.append(Clip(finished, *measure(finished), true_peak_dbtp=peak_dbtp))
        return tried[-1].lufs

    unlimited = forecast(0.0)
    wanted_db = target_lufs - unlimited if unlimited > -math.inf else 0.0
    search = partial(_gain_for, target_lufs=target_lufs, most_db=max(wanted_db, _MOST_LIMITING_DB))
    foretold_db = search(forecast, first_db=wanted_db, within_lu=_FORECAST_TOLERANCE_LU)
    search(measured, first_db=foretold_db, within_lu=_TOLERANCE_LU)
    return min(tried, key=lambda one: abs(one.lufs - target_lufs))


def raised_cosine(length: int) -> NDArray[np.float64]:
    """A fade in, from 0 to just under 1; shape (length,)."""
    return np.asarray(0.5 - 0.5 * np.cos(np.arange(length) * (math.pi / length)))


def _forecast(sound: NDArray[np.float64], *, envelope: NDArray[np.float64]) -> Callable[[float], float]:
    """How loud a sound will be with a gain, limited: for speech within 0.02 LU, and quickly.

    The limiter's gain is slow compared to the periods of a voice, so it is nearly as good to
    K-weight the sound once and to apply the gain after that, to the mean square of each step.
    """
    padded = np.pad(sound, (BLOCK_SAMPLES, BLOCK_SAMPLES + -sound.size % SAMPLES_PER_TICK))
    unlimited = hop_powers(padded, hop_samples=STEP_SAMPLES)
    peaks_db = step_peaks_db(envelope)
    first = BLOCK_SAMPLES // STEP_SAMPLES

    def lufs(gain_db: float) -> float:
        gains = edge_gains(peaks_db + gain_db, ceiling_db=CEILING_DBTP)
        powers = unlimited * 10 ** (gain_db / 10)
        powers[first : first + peaks_db.size] *= np.square((gains[:-1] + gains[1:]) / 2)
        return lufs_of_ticks(powers.reshape(-1, SAMPLES_PER_TICK // STEP_SAMPLES).mean(axis=1))

    return lufs


def _gain_for(
    loudness: Callable[[float], float], *, target_lufs: float, first_db: float, most_db: float, within_lu: float
) -> float:
    """The gain in decibels, up to `most_db`, that gives this loudness: the last one tried."""
    low_db, high_db = -math.inf, math.inf
    gain_db, got, slope = first_db, loudness(first_db), _USUAL_SLOPE
    for _ in range(_TRIES):
        missing = target_lufs - got
        if not within_lu <= abs(missing) < math.inf or (missing > 0 and gain_db == most_db):
            break
        low_db, high_db = (gain_db, high_db) if missing > 0 else (low_db, gain_db)
        next_db = min(most_db, gain_db + missing / slope)
        # Where a block passes the gate loudness jumps, and a step from there leads anywhere.
        if not low_db < next_db < high_db:
            next_db = (low_db + high_db) / 2
        last_db, last, gain_db = gain_db, got, next_db
        got = loudness(gain_db)
        # The more is limited, the less a decibel of gain gives: step by the last slope seen.
        slope = min(1.0, max(0.2, (got - last) / (gain_db - last_db)))
    return gain_db


def limited(sound: NDArray[np.float64], *, envelope: NDArray[np.float64]) -> tuple[NDArray[np.int16], float]:
    """The sound as int16 with no true peak above the ceiling, and the peak in dBTP it has then.

    48 kHz mono, shape (n,). What is below the ceiling, and not near a peak, comes out as it went
    in. `envelope` is its `peak_envelope`. The ceiling holds after rounding.
    """
    aim_db = CEILING_DBTP
    for _ in range(_LIMIT_TRIES):
        lower = sound * gain_curve(envelope, ceiling_db=aim_db)
        rounded = to_int16(lower)
        peak_dbtp = true_peak_dbtp(rounded)
        if peak_dbtp <= CEILING_DBTP:
            return rounded, peak_dbtp
        aim_db -= peak_dbtp - CEILING_DBTP + 0.01
    rounded = to_int16(lower * amplitude_of_db(CEILING_DBTP - peak_dbtp - 0.01))
    return rounded, true_peak_dbtp(rounded)


def peak_envelope(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each sample the highest true peak on either side of it, shape (n,), linear.

    It scales with the sound, so one envelope serves every gain that is tried.
    """
    fine = np.zeros(4 * samples.size, dtype=np.float32)
    done = 0
    for piece in oversampled(samples):
        room = fine[done : done + piece.size]
        np.abs(piece[: room.size], out=room)
        done += room.size
    after = _highest_of_each(4, fine)
    before = np.concatenate([after[:1], after[:-1]])
    return np.asarray(np.maximum(np.maximum(after, before), np.abs(samples)))


def gain_curve(envelope: NDArray[np.float64], *, ceiling_db: float) -> NDArray[np.float64]:
    """Factors in (0, 1] that bring the envelope under the ceiling, without a step; shape (n,)."""
    gains = edge_gains(step_peaks_db(envelope), ceiling_db=ceiling_db)
    ramp = (np.arange(STEP_SAMPLES) + 0.5) / STEP_SAMPLES
    return np.asarray((gains[:-1, None] + np.diff(gains)[:, None] * ramp).reshape(-1)[: envelope.size])


def step_peaks_db(envelope: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest of the envelope in each step of 16 samples, in decibels; shape (steps,)."""
    whole = np.pad(envelope, (0, -envelope.size % STEP_SAMPLES))
    return np.asarray(20 * np.log10(np.maximum(_highest_of_each(STEP_SAMPLES, whole), 1e-9)))


def edge_gains(peaks_db: NDArray[np.float64], *, ceiling_db: float) -> NDArray[np.float64]:
    """The factors at the edges of the steps, between which the gain curve runs straight.

    The gain each peak needs is released in a straight line in decibels, held for the look
    ahead both ways, and averaged by a triangle no wider than that hold: an average of values
    that are all low enough is low enough. Shape (steps + 1,).
    """
    over = peaks_db > ceiling_db
    if not over.any():
        return np.ones(peaks_db.size + 1)
    needed_db = np.where(over, ceiling_db - _MARGIN_DB - peaks_db, 0.0)
    slope = np.arange(needed_db.size) * (RELEASE_DB_PER_S * STEP_SAMPLES / SAMPLE_RATE)
    released_db = np.minimum(0.0, np.minimum.accumulate(needed_db - slope) + slope)
    around_db = np.pad(released_db, _LOOK_STEPS + _TRIANGLE.size // 2, mode="edge")
    width = 2 * _LOOK_STEPS
    held_db = reduce(np.minimum, (around_db[first : around_db.size - width + first] for first in range(width + 1)))
    smooth_db = np.convolve(held_db, _TRIANGLE, mode="valid")
    return np.asarray(np.exp(smooth_db * (math.log(10) / 20)))


def _highest_of_each(width: int, values: NDArray[Any]) -> NDArray[Any]:
    """The highest of each `width` neighbours; shape (n / width,)."""
    return reduce(np.maximum, (values[first::width] for first in range(width)))
