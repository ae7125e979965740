"""Content files to begin with: commented, whole, and right as they stand."""

from __future__ import annotations

import json
from typing import Final

from smr_audio.library.search import shipped_content

SCHEMA_NAME: Final = "schema.json"

SCAFFOLDS: Final = ("technique", "routine", "course")
"""The kinds of file that can be begun with. `content/new/` has them."""


def scaffold(kind: str, name: str, title: str = "") -> str:
    """The file of a new technique, routine or course, with a line naming its schema to editors."""
    title = json.dumps(title or name.replace("-", " ").capitalize(), ensure_ascii=False)
    modeline = f"# yaml-language-server: $schema=../{SCHEMA_NAME}\n"
    text = (shipped_content() / "new" / f"{kind}.txt").read_text("utf-8")
    return modeline + text.replace("NAME", name).replace('"TITLE"', title)
