"""Measure the noise that coding adds to a session's sound, by band, at two of LAME's levels.

Usage: python scripts/noise.py [--seconds N] [ROUTINE]

The first N seconds are encoded in one go at 96 kbit/s without reservoir, at LAME's own level 3 and
at the 7 that sessions are encoded with, and decoded. Where there is speech or a cue, the mean SNR
of each band is printed, and how much less noise level 7 leaves.
"""

from __future__ import annotations

import argparse
import subprocess
from itertools import pairwise
from typing import Final

import numpy as np
from decoders import Sound, coded_sound

from smr_audio import Studio
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.units import SAMPLE_RATE

LEVELS: Final = ("3", "7")
EDGES_HZ: Final = (20, 200, 400, 630, 920, 1270, 1720, 2320, 3150, 4400, 6400, 9500, 12_000)
_SIZE: Final = 2048
_DELAY: Final = 1105  # of LAME and a decoder, for there is no Info frame here
_SOUNDING: Final = 1e5  # mean square in steps of 16 bits: 20 dB over the floor


def coded(sound: Sound, level: str) -> Sound:
    """The sound after coding, in steps of 16 bits, as long as it was."""
    encode = ["-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "-",
              "-c:a", "libmp3lame", "-b:a", "96k", "-compression_level", level,
              "-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0",
              "-f", "mp3", "-"]  # fmt: skip
    padded = np.concatenate([sound, np.zeros(2 * _DELAY)]).astype("<i2").tobytes()
    mp3 = _ffmpeg(encode, padded)
    heard = np.frombuffer(_ffmpeg(["-f", "mp3", "-i", "-", "-f", "f32le", "-"], mp3), "<f4")
    return heard[_DELAY : _DELAY + sound.size].astype(float) * 32768


def _ffmpeg(arguments: list[str], data: bytes) -> bytes:
    command = [ffmpeg_path(), "-v", "error", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=True, timeout=300).stdout


def band_powers(sound: Sound, starts: list[int]) -> Sound:
    """The mean power of each band over the frames that begin at `starts`."""
    window = np.hanning(_SIZE)
    freq_hz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    band = np.digitize(freq_hz, EDGES_HZ)
    total = np.zeros(freq_hz.size)
    for start in starts:
        total += np.abs(np.fft.rfft(window * sound[start : start + _SIZE])) ** 2
    sums = np.bincount(band, weights=total, minlength=len(EDGES_HZ) + 1)
    return np.asarray(sums[1 : len(EDGES_HZ)], dtype=float)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("routine", nargs="?", default="hamstrings")
    parser.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    studio = Studio()
    sound = coded_sound(studio.link(studio.load(arguments.routine)))
    sound = sound[: arguments.seconds * SAMPLE_RATE]
    starts = [start for start in range(0, sound.size - _SIZE, _SIZE // 2)
              if np.mean(np.square(sound[start : start + _SIZE])) > _SOUNDING]  # fmt: skip
    signal = band_powers(sound, starts)
    noise, snr_db = {}, {}
    for level in LEVELS:
        heard = coded(sound, level)
        error = heard - sound * (np.dot(heard, sound) / np.dot(sound, sound))
        noise[level] = band_powers(error, starts)
        snr_db[level] = 10 * np.log10(np.sum(np.square(sound)) / np.sum(np.square(error)))
    print(
        f"{'band, Hz':<16}"
        + "".join(f"{'SNR at ' + level:>12}" for level in LEVELS)
        + "    less noise"
    )
    for number, edges in enumerate(pairwise(EDGES_HZ)):
        shown = "".join(
            f"{10 * np.log10(signal[number] / noise[x][number]):>9.1f} dB" for x in LEVELS
        )
        less = 10 * np.log10(noise[LEVELS[0]][number] / noise[LEVELS[1]][number])
        print(f"{edges[0]:>6} to {edges[1]:<6}{shown}{less:>11.1f} dB")
    print(f"{'whole':<16}" + "".join(f"{snr_db[level]:>9.1f} dB" for level in LEVELS))


if __name__ == "__main__":
    main()
