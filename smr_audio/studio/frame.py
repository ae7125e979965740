"""The frame of the phone's page in a language: its HTML, with the words that its scripts show."""

from __future__ import annotations

import json
import re
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from smr_audio.library.models import Page

INDEX: Final = "index.html"
PAGE_FOLDER: Final = Path(str(files("smr_audio"))) / "page"


def framed(html: str, words: Page, *, source: Literal["live", "static"]) -> bytes:
    """The text of the page's `index.html`, with what stands in braces filled in."""
    sections = (words.sections["page"], words.sections["side"])
    shown = {key: text.value for section in sections for key, text in section.items()}
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    values = {
        "language": words.language,
        "source": source,
        "jump": escape(words("site.jump")),
        "no_script": escape(words("site.no_script")),
        "words": data.replace("<", r"\u003c"),  # no end of the script
    }
    return re.sub(r"{(\w+)}", lambda found: values[found[1]], html).encode()
