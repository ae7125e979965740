"""A QR code as SVG, for paper."""

from __future__ import annotations

from smr_audio.errors import MissingError
from smr_audio.install_hints import to_add


def require_segno() -> None:
    """Raise MissingError if the extra is not installed; to be asked before anything is made."""
    try:
        import segno  # noqa: F401  the extra 'phone'
    except ImportError as error:
        text = "a site with an address needs the extra 'phone'; install it with: "
        raise MissingError(text + to_add("phone")) from error


def qr_svg(text: str) -> str:
    """The code of a text as an SVG element, with the quiet zone that readers need."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=3, border=4, light="#ffffff"))
