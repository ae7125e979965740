"""Content files to begin with: commented, whole, and right as they stand."""

import json
import re
from typing import Final

from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.search import FOLDERS, shipped_content

SCHEMA_NAME: Final = "schema.json"

SCAFFOLDS: Final = ("technique", "routine", "course")
"""The kinds of file that can be begun with. `content/new/` has them."""
LANGUAGE_FILES: Final = ("phrases", "lexicon", "page")
"""The kinds of files that a language has."""

_ENGLISH: Final = re.compile(r'(?<=^language: )en$|\ben(?=: ")', re.MULTILINE)


def scaffold(kind: str, name: str, title: str = "") -> str:
    """The file of a new technique, routine or course, with a line naming its schema to editors.

    Of a kind of a language's files it is the English one, to be translated.
    """
    modeline = f"# yaml-language-server: $schema=../{SCHEMA_NAME}\n"
    if kind in LANGUAGE_FILES:
        english = shipped_content() / FOLDERS[kind] / f"{DEFAULT_LANGUAGE}.yaml"
        text = _ENGLISH.sub(name, english.read_text("utf-8"))
        return f"{modeline}# To translate: every text below is still in English.\n{text}"
    title = json.dumps(title or name.replace("-", " ").capitalize(), ensure_ascii=False)
    text = (shipped_content() / "new" / f"{kind}.txt").read_text("utf-8")
    return modeline + text.replace("NAME", name).replace('"TITLE"', title)
