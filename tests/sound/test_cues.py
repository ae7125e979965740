"""The cues of each scheme: loud enough, exact at their onset, and no two alike."""

import itertools

import numpy as np
import pytest

from smr_audio.options.choices import CUE_NAMES, CUE_SCHEMES
from smr_audio.sound.cues import CUE_LU, END_LU, TICK_LU, cue_clip
from smr_audio.sound.level import CEILING_DBTP
from smr_audio.sound.levels import lufs_of_power
from smr_audio.sound.loudness import hop_powers, integrated_lufs, sounding_lufs
from smr_audio.sound.tones import CUE_TICKS, SCHEMES
from tests.sound.signals import RATE

SIGNALS = tuple(name for name in CUE_NAMES if name != "tick")
EACH = [(scheme, name) for scheme in CUE_SCHEMES for name in CUE_NAMES]
each_cue = pytest.mark.parametrize(("scheme", "name"), EACH)
each_scheme = pytest.mark.parametrize("scheme", CUE_SCHEMES)


@pytest.fixture(scope="module")
def clips():
    return {(scheme, name): cue_clip(name, scheme=scheme) for scheme, name in EACH}


def contour(scheme, name):
    """Onsets in ms and the steps between fundamentals: what the ear tells cues apart by."""
    tones = SCHEMES[scheme].tones[name]
    steps = tuple(int(np.sign(b.freq_hz - a.freq_hz)) for a, b in itertools.pairwise(tones))
    return len(tones), steps


def length_ms(scheme, name):
    return max(tone.start_ms + tone.length_ms for tone in SCHEMES[scheme].tones[name])


def test_each_scheme_has_one_for_each_name_its_length_known_and_the_same_each_time(clips):
    assert set(SCHEMES) == set(CUE_SCHEMES)
    assert all(set(scheme.tones) == set(CUE_NAMES) for scheme in SCHEMES.values())
    assert {each: clip.ticks for each, clip in clips.items()} == {
        (scheme, name): CUE_TICKS[scheme][name] for scheme, name in EACH
    }
    assert cue_clip("end").to_bytes() == clips["classic", "end"].to_bytes()


def test_the_lengths_the_timeline_counts_on():
    assert length_ms("classic", "start") <= 320
    assert length_ms("classic", "countdown") == 150
    assert length_ms("classic", "end") == 600
    for scheme in CUE_SCHEMES:
        assert length_ms(scheme, "tick") <= 30
        assert length_ms(scheme, "countdown") <= 744  # a quarter of its second is quiet
        assert max(length_ms(scheme, name) for name in SIGNALS) <= 1200


@each_cue
@pytest.mark.parametrize("target", [-19.0, -16.0, -14.0])
def test_it_stands_above_the_voice_with_room_to_its_peak(scheme, name, target):
    clip = cue_clip(name, scheme=scheme, target_lufs=target)
    above = {"end": END_LU, "tick": TICK_LU}.get(name, CUE_LU)
    assert sounding_lufs(clip.samples) == pytest.approx(target + above, abs=0.05)
    assert clip.true_peak_dbtp <= -2.0


@each_scheme
@pytest.mark.parametrize("target", [-19.0, -16.0, -14.0])
def test_the_end_of_a_hold_is_the_loudest_cue_however_it_is_measured(scheme, target):
    """K-weighted or not, over the whole cue or the parts that sound."""

    def levels(name):
        samples = cue_clip(name, scheme=scheme, target_lufs=target).samples
        k_weighted = hop_powers(np.pad(samples, (0, RATE)), hop_samples=384)
        rms_db = 10 * np.log10(np.mean(np.square(samples / 32768)))
        whole = lufs_of_power(np.sum(k_weighted) * 384 / samples.size)
        return np.array([sounding_lufs(samples), integrated_lufs(k_weighted), whole, rms_db])

    end = levels("end")
    assert all(end[0] - levels(name)[0] >= 1.7 for name in SIGNALS if name != "end")
    over = end - levels("countdown")
    assert (over >= 1).all()
    assert (over <= 2).all()


@each_scheme
def test_a_tick_peaks_some_8_db_under_speech_at_its_ceiling(scheme, clips):
    assert -10 < clips[scheme, "tick"].true_peak_dbtp - CEILING_DBTP < -6


@each_cue
def test_it_begins_at_sample_0_without_a_click(scheme, name, clips):
    samples = clips[scheme, name].samples.astype(float)
    sounding = np.abs(samples) > 0.005 * np.abs(samples).max()
    assert np.flatnonzero(sounding)[0] < RATE // 1000
    assert samples[0] == 0
    # 10 ms fades keep what a step would add above the highest partial far down.
    spectrum = np.abs(np.fft.rfft(samples, 1 << 16))
    hz = np.fft.rfftfreq(1 << 16, 1 / RATE)
    assert 20 * np.log10(spectrum[hz > 6000].max() / spectrum.max()) < -55


@each_scheme
def test_the_two_edges_of_a_hold_rise_alike(scheme, clips):
    """Both reach each level within 10 ms and within a period of each other."""
    rises = []
    for name in ("start", "end"):
        samples = np.abs(clips[scheme, name].samples[: RATE // 10].astype(float))
        samples /= samples[: RATE // 50].max()
        rises.append([int(np.argmax(samples >= level)) for level in (0.05, 0.1, 0.25, 0.5, 0.8)])
    assert max(max(rise) for rise in rises) < RATE // 100
    assert all(abs(a - b) < RATE // 600 for a, b in zip(*rises, strict=True))


@each_cue
def test_every_tone_has_its_fundamental_in_the_band(scheme, name, clips):
    for tone in SCHEMES[scheme].tones[name]:
        assert 600 <= tone.freq_hz <= 1200
        start, size = tone.start_ms * 48, tone.length_ms * 48
        part = clips[scheme, name].samples[start : start + size] * np.hanning(size)
        spectrum = np.abs(np.fft.rfft(part, 1 << 17))
        hz = np.fft.rfftfreq(1 << 17, 1 / RATE)
        near = np.abs(hz - tone.freq_hz) < 5
        assert spectrum[near].max() > 0.7 * spectrum.max()  # an earlier one may still ring


@pytest.mark.parametrize("name", SIGNALS)
def test_classic_tones_have_two_harmonics_and_soft_ones_hardly_any(name, clips):
    def harmonic_db(scheme, multiple):
        tone = SCHEMES[scheme].tones[name][0]
        part = clips[scheme, name].samples[: tone.length_ms * 48]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 1 << 17))
        hz = np.fft.rfftfreq(1 << 17, 1 / RATE)
        near = np.abs(hz - multiple * tone.freq_hz) < 20
        return 20 * np.log10(spectrum[near].max() / spectrum.max())

    assert harmonic_db("classic", 2) > -10
    assert harmonic_db("classic", 3) > -16
    assert harmonic_db("soft", 2) < -15
    assert harmonic_db("soft", 3) < -30


@pytest.mark.parametrize("name", SIGNALS)
def test_soft_tones_die_away(name, clips):
    samples = clips["soft", name].samples.astype(float)
    last = SCHEMES["soft"].tones[name][-1]
    ring = samples[last.start_ms * 48 :]
    quarters = [np.sqrt(np.mean(part**2)) for part in np.array_split(ring, 4)]
    assert quarters == sorted(quarters, reverse=True)
    assert quarters[3] < quarters[0] / 10


@each_scheme
def test_no_two_share_rhythm_and_contour(scheme):
    single = {"countdown", "prepare", "end"}
    families = {name: contour(scheme, name) for name in SIGNALS if name not in single}
    assert len(set(families.values())) == len(families)
    assert families == {
        "start": (2, (1,)), "halfway": (2, (0,)), "switch": (3, (-1, 1)), "finish": (3, (-1, -1)),
        "bell": (2, (-1,)),
    }  # fmt: skip
    # The two single tones: a long one, higher, answers the short ones.
    assert length_ms(scheme, "end") >= 3.5 * length_ms(scheme, "countdown")
    end, short = (SCHEMES[scheme].tones[name][0] for name in ("end", "countdown"))
    assert end.freq_hz > 1.25 * short.freq_hz
    assert length_ms(scheme, "prepare") == length_ms(scheme, "countdown")
    assert SCHEMES[scheme].tones["prepare"][0].freq_hz < short.freq_hz / 1.25
    assert length_ms(scheme, "countdown") >= 3 * length_ms(scheme, "tick")


@each_scheme
def test_no_two_sound_alike_wherever_they_are_laid(scheme, clips):
    size = 1 << 17
    spectra = {}
    for name in CUE_NAMES:
        samples = clips[scheme, name].samples.astype(float)
        spectra[name] = np.fft.rfft(samples / np.linalg.norm(samples), size)
    for one, other in itertools.combinations(CUE_NAMES, 2):
        likeness = np.abs(np.fft.irfft(spectra[one] * np.conj(spectra[other]), size)).max()
        # The end of high-low-high is a rising pair; its beginning tells the two apart.
        assert likeness < (0.8 if {one, other} == {"start", "switch"} else 0.4), (one, other)
