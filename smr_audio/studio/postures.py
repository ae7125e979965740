"""The pictures of postures for the phone's page: a file for each side of a technique, and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.library.models import Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.choices import SIDES, Side
from smr_audio.poses.draw import picture
from smr_audio.poses.shapes import Picture
from smr_audio.poses.svg import svg
from smr_audio.poses.words import Words, picture_words
from smr_audio.studio.plan import Plan


def posture(technique: Technique, side: Side | None, words: Words) -> Picture | None:
    """The picture of a side; None where there is no pose, or one that `check` reports."""
    with suppress(ContentError):
        return picture(technique, words=words, side=side or "left")
    return None


def page_json(plan: Plan, library: Library) -> dict[str, Any]:
    """A plan as the page gets it: its chapters name the pictures of their postures."""
    words = picture_words(library, plan.script.language)
    blocks = {block.technique.id: block for block in plan.compiled.work.blocks}
    value = plan.as_json()
    for chapter in value["chapters"]:
        if block := blocks.get(chapter["technique"]):
            # What comes before both sides is shown on the first.
            side = chapter["side"] or block.passes[0].side
            if shown := posture(block.technique, side, words):
                chapter["picture"] = {"src": _path(block.technique, side), "alt": shown.label}
    return value


def svg_files(techniques: Iterable[Technique], library: Library) -> Iterator[tuple[str, bytes]]:
    """The files that the chapters of plans name, by path; light or dark, as the
    reader's screen is.
    """
    words = picture_words(library, DEFAULT_LANGUAGE)
    for technique in techniques:
        for side in SIDES if technique.sides == 2 else (None,):
            if shown := posture(technique, side, words):
                yield _path(technique, side), svg(shown).encode()


def _path(technique: Technique, side: Side | None) -> str:
    return f"poses/{technique.id}{f'-{side}' if side else ''}.svg"
