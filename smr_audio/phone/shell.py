"""The page of a published site: its files as they are, told that a folder is their source."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from smr_audio.phone.base_url import PAGE

SITE: Final = Path(str(files("smr_audio"))) / "phone" / "site"
WORKER: Final = "sw.js"
_SUFFIXES: Final = (".html", ".css", ".js", ".svg", ".png")
_SOURCE: Final = re.compile(r'(<html\b[^>]*?\bdata-source=)"[^"]*"')


def page_files(site: Path = SITE) -> dict[str, bytes]:
    """The page's files by name, in order, without its worker."""
    found = {
        path.name: path.read_bytes()
        for path in sorted(site.glob("*"))
        if path.suffix in _SUFFIXES and path.is_file() and path.name != WORKER
    }
    found[PAGE] = _SOURCE.sub(r'\1"static"', found[PAGE].decode(), count=1).encode()
    return dict(sorted(found.items()))


def worker_text(site: Path = SITE) -> str:
    """The page's worker, its places not yet filled."""
    return (site / WORKER).read_text(encoding="utf-8")
