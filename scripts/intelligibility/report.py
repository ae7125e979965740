"""The table for people and the figures for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from intelligibility.measure import Condition, Result

FORMAT: Final = "smr-audio/intelligibility-1"


def as_json(
    found: Mapping[Condition, Sequence[Result]],
    *,
    lines: Sequence[str],
    dynamics: Mapping[str, Mapping[str, float]],
    **facts: Any,
) -> dict[str, Any]:
    """Everything that was measured; `facts` are the options, versions and what was left out."""
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
    cells = {
        (cell["voice"], cell["master"], cell["noise"], cell["snr_db"]): cell
        for cell in report["results"]
    }
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
