"""What the phone's page needs besides a plan: its frame, postures, and a name for each chapter."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.library.models import Page
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.choices import SIDES, Side
from smr_audio.poses.draw import Words, picture, picture_words
from smr_audio.poses.shapes import Picture, svg
from smr_audio.session.compile import Compiled
from smr_audio.studio.plan import Plan


def posture(technique: Technique, side: Side | None, words: Words) -> Picture | None:
    """The picture of a side; None where there is no pose, or one that `check` reports."""
    with suppress(ContentError):
        return picture(technique, words=words, side=side or "left")
    return None


Extras: TypeAlias = Callable[[str, str | None, Side | None], dict[str, Any]]


def page_json(plan: Plan, library: Library) -> dict[str, Any]:
    """A plan as the page gets it: chapters have a name without the side, and their posture."""
    extras, value = chapter_extras(plan.compiled, library), plan.as_json()
    for chapter in value["chapters"]:
        chapter.update(extras(chapter["title"], chapter["technique"], chapter["side"]))
    return value


def chapter_extras(compiled: Compiled, library: Library) -> Extras:
    """What the page gets of a chapter by its title, technique and side: `name` and `picture`."""
    language = compiled.script.language
    words, phrases = picture_words(library, language), library.phrases(language)
    blocks = {block.technique.id: block for block in compiled.work.blocks}

    def extras(title: str, technique: str | None, side: Side | None) -> dict[str, Any]:
        found: dict[str, Any] = {"name": title}
        if technique is not None and (block := blocks.get(technique)):
            name = block.technique.name.get(language)
            said = {"name": name, "side": phrases.words[side]} if side else {}
            told, again = (phrases.title(form, **said) if side else "" for form in ("side", "again"))
            if side and title.startswith(told) and not title.startswith(again):
                found["name"] = name + title[len(told) :]  # with its round
            # What comes before both sides is shown on the first.
            side = side or block.passes[0].side
            if shown := posture(block.technique, side, words):
                found["picture"] = {"src": _path(block.technique, side), "alt": shown.label}
        return found

    return extras


def svg_files(
    techniques: Iterable[Technique], library: Library, language: str = DEFAULT_LANGUAGE
) -> Iterator[tuple[str, bytes]]:
    """The files that the chapters of plans name, by path; light or dark, as the screen is."""
    words = picture_words(library, language)
    for technique in techniques:
        for side in SIDES if technique.sides == 2 else (None,):
            if shown := posture(technique, side, words):
                yield _path(technique, side), svg(shown).encode()


def _path(technique: Technique, side: Side | None) -> str:
    return f"poses/{technique.id}{f'-{side}' if side else ''}.svg"


INDEX: Final = "index.html"
PAGE_FOLDER: Final = Path(str(files("smr_audio"))) / "page"


def framed(html: str, words: Page, *, source: Literal["live", "static"]) -> bytes:
    """The page's `index.html` with its language and source, and what stands in braces filled in."""
    head = f'lang="{words.language}" data-source="{source}"'
    html = html.replace('lang="en" data-source="live"', head, 1)
    shown = {
        key: {"one": text.one, "other": text.other} if text.one else text.other
        for section in ("page", "side")
        for key, text in words.sections[section].items()
    }
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
    values = {
        "jump": escape(words("site.jump")),
        "no_script": escape(words("site.no_script")),
        "words": f'<script id="words" type="application/json">{data}</script>',
    }
    return re.sub(r"{(\w+)}", lambda found: values[found[1]], html).encode()
