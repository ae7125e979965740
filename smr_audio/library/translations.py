"""Which texts of a file lack a language that its other texts have, or that is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from smr_audio.errors import Problem
from smr_audio.library.course import Course
from smr_audio.library.files import Content, lines_of
from smr_audio.library.models import LocalText, Routine, Technique


def texts_of(content: Content) -> Iterator[LocalText]:
    """Every text of a technique, routine or course, in order of its keys; none of other kinds."""
    if isinstance(content, Technique):
        yield from (content.name, content.about)
        if content.for_whom is not None:
            yield content.for_whom
        yield from (line.text for line in lines_of(content))
    elif isinstance(content, Routine | Course):
        yield from (content.title, content.about)


def languages_of(content: Content) -> set[str]:
    """The languages that any text of a file is in."""
    return {language for text in texts_of(content) for language in text.texts}


def missing_texts(content: Content, language: str) -> Iterator[Problem]:
    """A problem at each text that a file has in other languages only."""
    known = language in languages_of(content)
    for text in texts_of(content):
        if language in text.texts:
            continue
        shown = next(iter(text.texts.values()))
        short = shown if len(shown) <= 40 else f"{shown[:39]}…"
        why = "other texts of this file have one" if known else "no text of this file has one"
        message = f"there is no '{language}' text for “{short}”, and {why}; add `{language}: …`"
        yield Problem(text.location, message)
