"""The page's files: read once, from a list of what may be there; nothing else is ever opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INDEX: Final = "index.html"
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    body: bytes
    media_type: str
    etag: str


def read_assets(folder: Path | None = None) -> dict[str, Asset]:
    """The files of the page by name."""
    return dict(_assets(folder or Path(__file__).parents[1] / "page"))


def _assets(folder: Path) -> Iterator[tuple[str, Asset]]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.suffix in TYPES and not file.name.startswith(".") and file.is_file():
            body = file.read_bytes()
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            yield file.name, Asset(body, TYPES[file.suffix], etag)
