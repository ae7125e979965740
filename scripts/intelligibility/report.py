"""The table for people, the figures for programs, and both as a picture."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from intelligibility.listeners import spread
from intelligibility.measure import Condition

FORMAT: Final = "smr-audio/intelligibility-2"
_PARTS: Final = ("results", "heard", "quality")
_QUALITY: Final = {"distillmos": "DistillMOS", "p808": "DNSMOS P.808", "overall": "DNSMOS overall"}
_COLOURS: Final = ("#1b6ca8", "#b0413e", "#4f7942", "#7a5195", "#c58b00", "#555555")
_DASHES: Final = ("-", "--", ":")


def as_json(found: Mapping[Condition, Mapping[int, bool]], *, lines: Sequence[str], **facts: Any) -> dict[str, Any]:
    """Everything that was measured; `facts` are the other judges' figures, options and versions."""
    results = [
        {
            "voice": condition.voice,
            "strength": condition.strength,
            "noise": condition.noise,
            "snr_db": condition.snr_db,
            "recognised": sum(known.values()),
            "of": len(known),
            "percent": round(100 * sum(known.values()) / len(known), 1),
            "spread": round(100 * spread(np.array([*known.values()], float), np.ones(len(known))), 1),
            "missed": [lines[number] for number, right in known.items() if not right],
        }
        for condition, known in found.items()
    ]
    return {"format": FORMAT, **facts, "lines": list(lines), "results": results}


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """The report of `as_json` as lines of text, one for each voice and strength."""
    yield f"{len(report['lines'])} lines; lines recognised and words that Whisper gets wrong in %"
    for line, words in report["left_out"].items():
        yield f"left out, since the dictionary has no {', '.join(words) or 'numerals'}: {line}"
    cells = [cell for part in _PARTS for cell in report[part]]
    for voice, strength in dict.fromkeys((c["voice"], c["strength"]) for c in cells):
        row = [f"{voice} {strength:g}:"]
        for part, unit in (("results", "lines"), ("heard", "wrong words")):
            for cell in _of(report, voice, strength, part):
                value = f"{cell['percent']:.1f} ±{cell['spread']:.1f}"
                row.append(f"{unit} ({_noise(cell)}) {value},")
        for cell in _of(report, voice, strength, "quality"):
            row += [f"{_QUALITY[n]} {cell[n]:.2f} ±{cell[f'{n}_spread']:.2f}," for n in _QUALITY]
        yield " ".join(row).rstrip(",")


def _curves(report: Mapping[str, Any], voice: str) -> list[dict[str, list[tuple[float, float]]]]:
    """For each picture its curves by name: (strength, value)."""
    quality, wrong, known = (defaultdict[str, list[tuple[float, float]]](list) for _ in range(3))
    for cell in (c for c in report["quality"] if c["voice"] == voice):
        for name, label in _QUALITY.items():
            quality[label].append((cell["strength"], cell[name]))
    for part, curves in (("heard", wrong), ("results", known)):
        for cell in (c for c in report[part] if c["voice"] == voice):
            curves[_noise(cell)].append((cell["strength"], cell["percent"]))
    return [quality, wrong, known]


def _noise(cell: Mapping[str, Any]) -> str:
    return "no noise" if cell["snr_db"] is None else f"{cell['noise']}, {cell['snr_db']} dB"


def _of(report: Mapping[str, Any], voice: str, strength: float, part: str) -> list[Any]:
    return [c for c in report[part] if (c["voice"], c["strength"]) == (voice, strength)]


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Write the picture, whose format is that of the file's name: everything by strength."""
    # Only who draws needs it, and it takes a second to import.
    import matplotlib

    matplotlib.use("Agg")
    # The same figures give the same file.
    salted = {"svg.hashsalt": "smr-audio", "svg.fonttype": "none", "font.size": 9}
    matplotlib.rcParams.update(salted)
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 3, figsize=(10, 3.4))
    titles = ("quality in quiet, 1 to 5", "words that Whisper gets wrong, %", "lines recognised, %")
    for panel, title in zip(panels, titles, strict=True):
        panel.set_title(title, fontsize=9)
        panel.set_xlabel("strength of mastering")
        panel.grid(alpha=0.3)
    voices = dict.fromkeys(cell["voice"] for part in _PARTS for cell in report[part])
    for voice, dashes in zip(voices, _DASHES, strict=False):
        for panel, curves in zip(panels, _curves(report, voice), strict=True):
            for (label, points), colour in zip(curves.items(), _COLOURS, strict=False):
                panel.plot(*zip(*points, strict=True), dashes, marker="o", markersize=3,
                           color=colour, label=f"{voice}, {label}")  # fmt: skip
    for panel in panels:
        panel.legend(frameon=False, fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
