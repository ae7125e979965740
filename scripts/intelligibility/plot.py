"""The table as a picture: a panel for each noise, a line for each voice, raw and mastered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_COLOURS: Final = ("#1b6ca8", "#b0413e", "#4f7942", "#7a5195")
_LOOKS: Final = {"flat": ("--", "o", "raw"), "gym": ("-", "s", "mastered")}


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Write the picture, whose format is that of the file's name."""
    # Only who draws needs it, and it takes a second to import.
    import matplotlib

    matplotlib.use("Agg")
    # The same figures give the same file.
    matplotlib.rcParams.update(
        {"svg.hashsalt": "smr-audio", "svg.fonttype": "none", "font.size": 9}
    )
    from matplotlib import pyplot

    cells = report["results"]
    noises = list(dict.fromkeys(cell["noise"] for cell in cells))
    voices = list(dict.fromkeys(cell["voice"] for cell in cells))
    figure, panels = pyplot.subplots(
        1, len(noises), figsize=(3.6 * len(noises), 3.1), sharey=True, squeeze=False
    )
    for panel, noise in zip(panels[0], noises, strict=True):
        for voice, colour in zip(voices, _COLOURS, strict=False):
            for style, (dashes, mark, name) in _LOOKS.items():
                wanted = (voice, noise, style)
                row = [c for c in cells if (c["voice"], c["noise"], c["master"]) == wanted]
                panel.plot(
                    [c["snr_db"] for c in row], [c["percent"] for c in row], dashes,
                    marker=mark, color=colour, markersize=4, label=f"{voice}, {name}",
                )  # fmt: skip
        panel.set_title(f"{noise} noise" if noise == "pink" else noise)
        panel.set_xlabel("SNR, dB")
        panel.set_xticks(sorted({c["snr_db"] for c in cells}))
        panel.set_ylim(-3, 103)
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("lines recognised, %")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=2, frameon=False)
    figure.tight_layout(rect=(0, 0.17, 1, 1))
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
