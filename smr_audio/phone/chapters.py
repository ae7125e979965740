"""A session's chapters as podcast apps read them: JSON chapters 1.2.0 of the podcast namespace."""

from __future__ import annotations

import json
from typing import Final

from smr_audio import units
from smr_audio.mp3.tags import CHAPTER_TITLE_CHARS, one_line
from smr_audio.studio.plan import Plan

VERSION: Final = "1.2.0"


def chapters_json(plan: Plan) -> bytes:
    """The file; times in seconds, titles clipped as in the MP3's tag."""
    chapters = [
        {
            "startTime": units.ms_of_ticks(chapter.start_tick) / 1000,
            "title": one_line(chapter.title, chars=CHAPTER_TITLE_CHARS) or str(number),
        }
        for number, chapter in enumerate(plan.timeline.chapters, start=1)
    ]
    value = {"version": VERSION, "title": one_line(plan.script.title), "chapters": chapters}
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"
