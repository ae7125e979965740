"""Draw a session's timeline as an SVG: speech, holds by side, cues, gates, chapters.

Usage: python scripts/picture.py [ROUTINE] [FILE.svg]

Drawn with the silent voice's estimated lengths, so it comes out the same on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

from smr_audio import Preferences, plan

ROW_MS: Final = 120_000
WIDTH: Final = 800
LEFT: Final = 46
ROW: Final = 62
TOP: Final = 58
INK, PALE, SPEECH = "#1d2433", "#eef1f6", "#8793aa"
SIDES: Final = {"left": "#0f8a8a", "right": "#d2691e", None: "#6a4fb3"}
SCALE: Final = (WIDTH - LEFT - 14) / ROW_MS


def draw(session: dict[str, Any]) -> str:
    """The SVG of a plan in its JSON form."""
    rows = -(-session["duration_ms"] // ROW_MS)
    height = TOP + rows * ROW + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" role="img" '
        f'aria-label="{escape(session["title"])}: the session as a strip of time">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="24" font-size="17" font-weight="600" fill="{INK}">'
        f"{escape(session['title'])} · {_clock(session['duration_ms'])}</text>",
        *_legend(),
    ]
    for row in range(rows):
        y = TOP + row * ROW
        span = min(ROW_MS, session["duration_ms"] - row * ROW_MS)
        parts.append(_box(row * ROW_MS, row * ROW_MS + span, y + 16, 30, PALE))
        parts.append(f'<text x="8" y="{y + 36}" font-size="12" fill="{INK}">'
                     f"{_clock(row * ROW_MS)}</text>")  # fmt: skip
    for event in session["events"]:
        parts += _event(event)
    for chapter in session["chapters"]:
        x, y = _place(chapter["start_ms"])
        parts.append(f'<path d="M{x:.1f} {y + 12}V{y + 50}" stroke="{INK}" stroke-width="1.5"/>')
        title = _short(chapter)
        # A title that would run out of the picture stands before its mark.
        after = x + 6 * len(title) < WIDTH
        at, anchor = (x + 3, "start") if after else (x - 3, "end")
        parts.append(f'<text x="{at:.1f}" y="{y + 11}" font-size="10" text-anchor="{anchor}" '
                     f'fill="{INK}">{escape(title)}</text>')  # fmt: skip
    return "\n".join([*parts, "</svg>", ""])


def _event(event: dict[str, Any]) -> Iterator[str]:
    start, end = event["start_ms"], event["end_ms"]
    if event["kind"] == "cue":
        x, y = _place(start)
        yield f'<path d="M{x:.1f} {y + 12}V{y + 19}" stroke="#c2185b" stroke-width="1.6"/>'
        return
    while start < end:  # what crosses a row's end goes on in the next
        stop = min(end, (start // ROW_MS + 1) * ROW_MS)
        _, y = _place(start)
        if event["kind"] == "hold":
            yield _box(start, stop, y + 19, 24, SIDES[event["side"]])
        elif event["kind"] == "speech":
            yield _box(start, stop, y + 31, 12, SPEECH)
        else:
            yield _box(start, stop, y + 19, 24, "#f3d37a")
        start = stop


def _legend() -> Iterator[str]:
    x = 12
    for text, colour in (
        ("hold, left", SIDES["left"]), ("hold, right", SIDES["right"]), ("speech", SPEECH),
        ("pause to set up", "#f3d37a"), ("cue", "#c2185b"),
    ):  # fmt: skip
        yield f'<rect x="{x}" y="34" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="44" font-size="12" fill="{INK}">{text}</text>'
        x += 34 + 7 * len(text)


def _box(start_ms: int, end_ms: int, y: float, height: float, colour: str) -> str:
    x, _ = _place(start_ms)
    width = (end_ms - start_ms) * SCALE
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}" fill="{colour}" rx="2"/>'
    )


def _place(ms: int) -> tuple[float, int]:
    row, rest = divmod(ms, ROW_MS)
    return LEFT + rest * SCALE, TOP + row * ROW


def _short(chapter: dict[str, Any]) -> str:
    """A chapter's title without what every chapter of the session begins with."""
    return str(chapter["title"]).replace("Hamstrings, ", "").replace("Hamstrings on", "on")


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"


def main(arguments: list[str]) -> None:
    """Draw one routine."""
    name = arguments[0] if arguments else "hamstrings"
    target = Path(arguments[1] if len(arguments) > 1 else "docs/timeline.svg")
    session = plan(name, Preferences(voice="silent")).as_json()
    target.write_text(draw(session), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
