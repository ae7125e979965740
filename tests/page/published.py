"""A site of two sessions, made by `publish`; one has a title that looks like markup."""

import json
from pathlib import Path

from smr_audio import Cache, Preferences, Studio
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from smr_audio.publish import site

ODD_TITLE = "<img src=x onerror=alert(1)> Basic"
ROUTINES = ("hamstrings", "hamstrings-basic")


def publish(cache: Path, folder: Path, language: str = "en") -> None:
    """Make the site in a folder."""
    name = "routines/hamstrings-basic.yaml"
    text = (shipped_content() / name).read_text("utf-8")
    content = folder.parent / "content"
    (content / "routines").mkdir(parents=True, exist_ok=True)
    odd = text.replace('"Hamstrings basic"', json.dumps(ODD_TITLE))
    (content / name).write_text(odd, "utf-8")
    studio = Studio(content=Library((content,)), cache=Cache(cache))
    options = site.SiteOptions(title="Our gym" if language == "en" else "")
    wanted = Preferences(voice="silent", language=language)
    site.publish(folder, ROUTINES, wanted, studio=studio, content=(content,), site=options)
