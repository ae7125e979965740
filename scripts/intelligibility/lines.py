"""The lines that sessions say, by the library's own plan of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from smr_audio import Cache, Preferences, Studio
from smr_audio.options.choices import Side
from smr_audio.session.script import Say
from smr_audio.studio.plan import Plan

# Each stands as a routine of one.
TECHNIQUES: Final = (
    "hamstring-roller-floor",
    "hamstring-roller-bench",
    "hamstring-barbell",
    "hamstring-ball-press",
    "hamstring-ball-knee",
)
FIRST: Final[tuple[Side, ...]] = ("left", "right")


def lines_of(targets: Iterable[str | Path]) -> dict[str, tuple[str, ...]]:
    """The sentences of every different English line of these routines, by the line's text.

    Each routine is planned with either side first. Of the announcements of its length only the
    one it makes counts; lengths for that are the silent voice's, so nothing is spoken.
    """
    found: dict[str, tuple[str, ...]] = {}
    with TemporaryDirectory() as folder:
        studio = Studio(cache=Cache(Path(folder)))
        for target in targets:
            for side in FIRST:
                wishes = Preferences(voice="silent", language="en", first=side)
                for line in _said(studio.plan(studio.load(target), wishes)):
                    spoken = (part for part in line.sentences if isinstance(part, str))
                    found.setdefault(line.text, tuple(spoken))
    return found


def _said(plan: Plan) -> Iterator[Say]:
    heard = {event["text"] for event in plan.as_json()["events"] if event["kind"] == "speech"}
    length = plan.script.length
    announced = {line.text for line in (length.ruler, *length.lines.values())} if length else set()
    for line in plan.script.lines():
        if line.text in heard or line.text not in announced:
            yield line
