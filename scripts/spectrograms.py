"""Draw every cue of both schemes as a spectrogram.

Usage: python scripts/spectrograms.py [FOLDER]

Writes cues.png into docs/, or into FOLDER. Needs matplotlib (the extra `bench`).
"""

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from smr_audio.options.choices import CUE_NAMES, CUE_SCHEMES
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.loudness import sounding_lufs
from smr_audio.units import SAMPLE_RATE

RANGE_DB: Final = 60  # below that all is one colour: the floor, and a smaller file
MOST_HZ: Final = 5000


def spectrogram(samples: NDArray[Any], *, window: int, columns: int) -> NDArray[np.float64]:
    """Decibels under a full-scale sine up to 5 kHz, shape (bins, columns): the loudest of the
    windows in each column."""
    hop = window // 4
    padded = np.pad(samples.astype(np.float64) / 32768, (window // 2, window))
    places = range(0, samples.size, hop)
    frames = np.stack([padded[at : at + window] for at in places]) * np.hanning(window)
    power = np.abs(np.fft.rfft(frames, axis=1)[:, : window * MOST_HZ // SAMPLE_RATE]) * 4 / window
    edges = np.linspace(0, len(power), columns + 1).astype(int)
    loudest = [power[a : max(b, a + 1)].max(axis=0) for a, b in pairwise(edges)]
    return np.asarray(20 * np.log10(np.maximum(np.stack(loudest, axis=1), 1e-9)))


def show(axes: Any, decibels: NDArray[np.float64], *, seconds: float) -> None:
    extent = (0, seconds, 0, MOST_HZ / 1000)
    axes.imshow(
        decibels, origin="lower", aspect="auto", extent=extent, cmap="magma",
        vmin=-RANGE_DB - 10, vmax=-10, interpolation="nearest",
    )  # fmt: skip


def draw_cues(target: Path) -> None:
    size = SAMPLE_RATE * 6 // 5
    figure, rows = plt.subplots(len(CUE_SCHEMES), len(CUE_NAMES), figsize=(11, 4.4), sharex=True, sharey=True)
    for row, scheme in zip(rows, CUE_SCHEMES, strict=True):
        for axes, name in zip(row, CUE_NAMES, strict=True):
            samples = cue_clip(name, scheme=scheme).samples
            padded = np.pad(samples, (0, size - samples.size))
            show(axes, spectrogram(padded, window=2048, columns=200), seconds=1.2)
            lufs = sounding_lufs(samples)
            axes.set_title(f"{name}\n{samples.size / 48:.0f} ms, {lufs:.0f} LUFS", fontsize=8)
            axes.tick_params(labelsize=7)
            axes.set_xticks([0, 0.5, 1.0])
        row[0].set_ylabel(f"{scheme}, kHz", fontsize=8)
    for axes in rows[-1]:
        axes.set_xlabel("s", fontsize=8)
    save(figure, target)


def save(figure: Any, target: Path) -> None:
    figure.tight_layout(pad=0.5)
    # No date and no version: the same picture is the same file.
    figure.savefig(target, dpi=96, metadata={"Software": None})
    # A palette of 64 colours halves the file, and nobody sees it.
    from PIL import Image

    with Image.open(target) as drawn:
        small = drawn.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
    plt.close(figure)
    print(f"{target}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    mpl.use("Agg")
    draw_cues(Path(sys.argv[1] if sys.argv[1:] else "docs") / "cues.png")
