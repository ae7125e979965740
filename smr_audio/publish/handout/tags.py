"""The HTML of a hand-out, element by element."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from smr_audio.views.text import cleaned


def shown(words: str) -> str:
    """Words as HTML shows them, without characters that steer something."""
    return escape(cleaned(words))


def titled(name: str, words: str) -> str:
    return tag(name, shown(words))


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around HTML that is ready; `cls` is its class. What is empty is left out."""
    named = ((key.replace("cls", "class"), value) for key, value in attributes.items() if value)
    head = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{head}>{''.join(inner)}</{name}>"


def listed(items: Iterable[str], *, ordered: bool = False, lang: str = "") -> str:
    inner = "\n".join(titled("li", item) for item in items)
    return tag("ol" if ordered else "ul", "\n", inner, "\n", lang=lang) if inner else ""
