"""The table for people, the figures for programs, and both as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from intelligibility.measure import Condition, Result

FORMAT: Final = "smr-audio/intelligibility-1"
_COLOURS: Final = ("#1b6ca8", "#b0413e", "#4f7942", "#7a5195")
_LOOKS: Final = {"flat": ("--", "o", "raw"), "gym": ("-", "s", "mastered")}


def as_json(
    found: Mapping[Condition, Sequence[Result]],
    *,
    lines: Sequence[str],
    dynamics: Mapping[str, Mapping[str, float]],
    **facts: Any,
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **facts,
        "lines": list(lines),
        "dynamics": {
            voice: {name: round(value, 2) for name, value in figures.items()}
            for voice, figures in dynamics.items()
        },
        "results": [_cell(condition, results, lines) for condition, results in found.items()],
    }


def _cell(condition: Condition, results: Sequence[Result], lines: Sequence[str]) -> dict[str, Any]:
    recognised = sum(result.recognised for result in results)
    return {
        "voice": condition.voice,
        "master": condition.style,
        "noise": condition.noise,
        "snr_db": condition.snr_db,
        "recognised": recognised,
        "of": len(results),
        "percent": round(100 * recognised / len(results), 1),
        "index": round(sum(result.index for result in results) / len(results), 3),
        "missed": [lines[result.line] for result in results if not result.recognised],
    }


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """The report of `as_json` as lines of text: recognised in percent, and the index."""
    names = ("voice", "master", "noise", "snr_db")
    cells = {tuple(cell[name] for name in names): cell for cell in report["results"]}
    levels = list(dict.fromkeys(key[3] for key in cells))
    yield f"{len(report['lines'])} lines; recognised as themselves in %, (index)"
    for line, words in report["left_out"].items():
        yield f"left out, since the dictionary has no {', '.join(words) or 'numerals'}: {line}"
    yield ""
    shown = "".join(f"{f'{level} dB':>15}" for level in levels)
    yield f"{'voice':<32}{'noise':<8}{'master':<7}{shown}"
    for voice, master, noise in dict.fromkeys(key[:3] for key in cells):
        row = [cells[voice, master, noise, level] for level in levels]
        values = "".join(f"{cell['percent']:>8.1f} ({cell['index']:.2f})" for cell in row)
        yield f"{voice:<32}{noise:<8}{master:<7}{values}"
    yield ""
    for voice, figures in report["dynamics"].items():
        yield voice
        for name, value in figures.items():
            yield f"  {name:<24}{value:>8.2f}"


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Write the picture, whose format is that of the file's name."""
    # Only who draws needs it, and it takes a second to import.
    import matplotlib

    matplotlib.use("Agg")
    # The same figures give the same file.
    salted = {"svg.hashsalt": "smr-audio", "svg.fonttype": "none", "font.size": 9}
    matplotlib.rcParams.update(salted)
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
