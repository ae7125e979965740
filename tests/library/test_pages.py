"""The words of page and hand-outs: the same keys in every language, and none anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from smr_audio.library.library import Library
from smr_audio.library.models import Page
from smr_audio.studio.frame import PAGE_FOLDER

ENGLISH = Library().page("en")
CODE = Path(str(PAGE_FOLDER.parent))


def every_text(page: Page) -> Iterator[str]:
    """Each form and item of all sections."""
    for text in (one for section in page.sections.values() for one in section.values()):
        yield from text.other if isinstance(text.other, tuple) else (text.other, text.one or "")
