"""HTML in small pieces: every text is escaped here, and nowhere else is a tag put together."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from smr_audio.views.text import cleaned


def text(words: str) -> str:
    """Words as HTML shows them, without characters that steer something."""
    return escape(cleaned(words))


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around HTML that is ready; `cls` is its class."""
    named = ((key.replace("cls", "class"), value) for key, value in attributes.items())
    head = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{head}>{''.join(inner)}</{name}>"


def listed(items: Iterable[str], *, ordered: bool = False) -> str:
    """A list of texts; nothing for none."""
    inner = "\n".join(tag("li", text(item)) for item in items)
    return tag("ol" if ordered else "ul", "\n", inner, "\n") if inner else ""
