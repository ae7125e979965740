"""Draw what is heard: every cue of both schemes, and a whole session, as spectrograms.

Usage: python scripts/spectrograms.py [FOLDER] [--only cues|session]

Writes cues.png and session.png into docs/, or into FOLDER. Needs matplotlib (the extra `bench`);
the session is built in the voice that `auto` means here, so its picture differs by machine.
"""

import argparse
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from smr_audio import build
from smr_audio.mp3.decode import decode_mp3
from smr_audio.options.choices import CUE_NAMES, CUE_SCHEMES
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.loudness import sounding_lufs
from smr_audio.studio.plan import Plan
from smr_audio.timeline.timeline import CueEvent, HoldEvent
from smr_audio.units import SAMPLE_RATE, TICKS_PER_SECOND

RANGE_DB: Final = 60  # below that all is one colour: the floor, and a smaller file
MOST_HZ: Final = 5000
ROW_S: Final = 120
SIDES: Final = {"left": "#35d0d0", "right": "#ff9a4d", None: "#b79cff"}


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


def draw_session(target: Path, routine: str = "hamstrings") -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = build(routine, Path(folder) / "session.mp3")
        samples = decode_mp3(report.files[0].path)
    count = -(-samples.size // (ROW_S * SAMPLE_RATE))
    samples = np.pad(samples, (0, count * ROW_S * SAMPLE_RATE - samples.size))
    figure, rows = plt.subplots(count, 1, figsize=(11, 1.1 * count + 0.6), squeeze=False)
    for number, (axes,) in enumerate(rows):
        part = samples[number * ROW_S * SAMPLE_RATE :][: ROW_S * SAMPLE_RATE]
        show(axes, spectrogram(part, window=1024, columns=840), seconds=ROW_S)
        axes.set_ylabel(f"{number * ROW_S // 60} min", fontsize=8)
        axes.set_yticks([])
        axes.tick_params(labelsize=7)
        mark(axes, report.plan, start_s=number * ROW_S)
    title = "holds left (blue) and right (orange), cues white; 0 to 5 kHz, two minutes a row"
    rows[0][0].set_title(f"{report.plan.script.title}: {title}", fontsize=9)
    rows[-1][0].set_xlabel("s", fontsize=8)
    save(figure, target)


def mark(axes: Any, plan: Plan, *, start_s: int) -> None:
    """Holds as bars along the top of a row, cues as strokes under them."""
    for event in plan.timeline.events:
        begin, end = (at / TICKS_PER_SECOND - start_s for at in (event.start_tick, event.end_tick))
        if end <= 0 or begin >= ROW_S:
            continue
        if isinstance(event, HoldEvent):
            axes.plot([max(begin, 0), min(end, ROW_S)], [4.75, 4.75], lw=4, solid_capstyle="butt",
                      color=SIDES[event.side])  # fmt: skip
        elif isinstance(event, CueEvent):
            axes.plot([begin, begin], [4.1, 4.5], lw=1, color="white")
    axes.set_xlim(0, ROW_S)
    axes.set_ylim(0, MOST_HZ / 1000)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs"))
    parser.add_argument("--only", choices=("cues", "session"))
    wanted = parser.parse_args()
    mpl.use("Agg")
    if wanted.only != "session":
        draw_cues(wanted.folder / "cues.png")
    if wanted.only != "cues":
        draw_session(wanted.folder / "session.png")


if __name__ == "__main__":
    main()
