"""The page of a published site: its files, icons, manifest and service worker."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from smr_audio.bundle import read_page
from smr_audio.library.models import Page
from smr_audio.publish.base_url import PAGE
from smr_audio.publish.staging import FileStamp
from smr_audio.studio.postures import PAGE_FOLDER, framed

COVER_PX: Final = 1400
"""Podcast directories take covers of 1400 to 3000 px, best of 3000; many episodes would weigh."""


def rgb_png(data: bytes) -> bytes:
    """A cover without a palette: podcast directories want RGB."""
    from PIL import Image

    from smr_audio.views.png import file_of

    return file_of(Image.open(io.BytesIO(data)).convert("RGB"))


TILES: Final = "covers.png"
_TILE_SHARE: Final = 10  # a cover is so many times as wide as its tile


def tiles_png(covers: Iterable[bytes]) -> bytes:
    """Covers as small tiles below each other: a list that asked for each would be slow."""
    from PIL import Image

    from smr_audio.views.png import file_of

    tiles = [Image.open(io.BytesIO(one)).convert("RGB").reduce(_TILE_SHARE) for one in covers]
    px = COVER_PX // _TILE_SHARE
    image = Image.new("RGB", (px, px * len(tiles)))
    for place, tile in enumerate(tiles):
        image.paste(tile, (0, px * place))
    return file_of(image.quantize(256))


MANIFEST: Final = "manifest.webmanifest"
_SHORT: Final = 12  # letters that fit below an icon


def manifest(title: str, words: Page) -> bytes:
    """The manifest; all its addresses are relative, so it serves in any folder of a host."""
    value = json.loads((PAGE_FOLDER / MANIFEST).read_bytes())
    value |= {
        "name": title,
        "short_name": title if len(title) <= _SHORT else words("site.short"),
        "lang": words.language,
    }
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def worker(template: str, files: Mapping[str, FileStamp], later: Collection[str] = ()) -> bytes:
    """The worker for these files, filled in where `/*VERSION*/` and `[/*FILES*/]` stand.

    It keeps all but those of `later` from the start. The version is a digest of the files' content
    and of the worker's own, so that a browser sees another worker whenever, and only when, there is
    something new.
    """
    names = sorted(files)
    content = json.dumps([template, [[name, files[name].sha256] for name in names]])
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    # "./" is how a visitor asks for the page.
    first = [name for name in names if name not in later]
    listed = json.dumps(["./", *first], indent=1, ensure_ascii=False)
    return template.replace("/*VERSION*/", version).replace("[/*FILES*/]", listed).encode()


WORKER: Final = "sw.js"
_SUFFIXES: Final = (".html", ".css", ".js", ".mjs", ".svg", ".png")


def page_files(words: Page, site: Path = PAGE_FOLDER) -> dict[str, bytes]:
    """The page's files by name, in order, without its worker."""
    found = read_page(site, _SUFFIXES)
    del found[WORKER]
    found[PAGE] = framed(found[PAGE].decode(), words, source="static")
    return dict(sorted(found.items()))
