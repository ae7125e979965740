"""Fill in the templates of this folder: texts go in escaped, without what cannot be shown."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from smr_audio.views.text import cleaned


def filled(name: str, **values: object) -> bytes:
    """A file made from the template of this name, whose trailing line break it has too."""
    text: str = _environment().get_template(name).render(values)
    return text.encode()


@cache
def _environment() -> Any:
    # Takes 60 ms to import, and a site that is up to date fills in nothing.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Markup:
        # What a macro gives, or `safe`, is markup already.
        return value if isinstance(value, Markup) else Markup(escape(cleaned(str(value))))  # noqa: S704

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
