"""The web app manifest and the icons, so that a phone can keep the site as an app."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Final

from smr_audio.phone.artwork import mark_png

MANIFEST: Final = "manifest.webmanifest"
COLOUR: Final = "#0e1317"
"""The background of the page, which a phone shows while that loads."""

ICON_PX: Final = (192, 512)
_SHORT: Final = 12  # letters that fit below an icon


def icons(page: Container[str]) -> dict[str, bytes]:
    """Icons by name, of the sizes that a manifest needs, but for those that the page has."""
    names = {f"icon-{size}.png": size for size in ICON_PX}
    return {name: mark_png(size) for name, size in names.items() if name not in page}


def manifest(title: str) -> bytes:
    """The manifest; all its addresses are relative, so it serves in any folder of a host."""
    value = {
        "name": title,
        "short_name": title if len(title) <= _SHORT else "Self-massage",
        "start_url": ".",
        "scope": ".",
        "display": "standalone",
        "background_color": COLOUR,
        "theme_color": COLOUR,
        "icons": [
            {
                "src": f"icon-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in ICON_PX
            for purpose in ("any", "maskable")
        ],
    }
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"
