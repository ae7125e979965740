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
