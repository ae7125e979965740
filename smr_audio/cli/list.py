"""`smr-audio list`: routines and techniques, or all about one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import complete_target, content_option, json_option
from smr_audio.cli.output import print_json, say, styled
from smr_audio.errors import ContentError
from smr_audio.library.describe import about, about_packs, summaries
from smr_audio.library.library import Library

KINDS: Final = ("routines", "techniques")
COURSES: Final = "courses"
"""Asked for by name: a list without one is of what `build` takes."""
PACKS: Final = "packs"
LEFT_OUT: Final = (
    "Lower back and neck are left out: no good shown there outweighs the risk of pressing.\n"
    "Glutes and upper back are here."
)
"""For people, who look for them."""

_FACT: Final = textwrap.TextWrapper(
    78, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
)


@click.command("list")
@click.argument(
    "what",
    required=False,
    metavar="[routines|techniques|courses|packs|ID]",
    shell_complete=complete_target,
)
@content_option
@json_option
def command(what: str | None, content: tuple[Path, ...], as_json: bool) -> None:
    """List routines, techniques and packs, or courses, or describe one."""
    library = Library(content)
    if what is None or what in (*KINDS, COURSES, PACKS):
        kinds = KINDS if what is None else [what] if what != PACKS else []
        parts = [summaries(library, kind) for kind in kinds]
        found = [one for part, _ in parts for one in part]
        if what in (None, PACKS):
            found += about_packs(library)
        for broken in library.broken_packs():
            say(f"Warning: {broken.text}")
        print_json(found) if as_json else click.echo("\n".join(_table(found)))
        if not as_json and "techniques" in kinds:
            click.echo(f"\n{LEFT_OUT}")
        if problems := [problem for _, part in parts for problem in part]:
            raise ContentError(problems)
        return
    facts = about(library, what)
    print_json(facts) if as_json else click.echo("\n".join(_paragraphs(facts)))


def _table(found: list[dict[str, Any]]) -> Iterator[str]:
    width = max((len(one["id"]) for one in found), default=0)
    kind = None
    for one in found:
        if one["kind"] != kind:
            if kind is not None:
                yield ""
            kind = one["kind"]
            yield styled(f"{str(kind).capitalize()}s", bold=True)
        more = f"  ({one['place']})" if kind == "pack" else ""
        yield f"  {one['id']:<{width}}  {printable(one['title'] + more)}"


def _paragraphs(facts: dict[str, Any]) -> Iterator[str]:
    yield styled(f"{printable(facts['title'])}  ({facts['id']})", bold=True)
    yield textwrap.fill(printable(facts["about"]), 78, break_on_hyphens=False)
    yield ""
    for key, value in facts.items():
        if key not in ("id", "title", "about", "kind") and value not in (None, [], ""):
            if key == "citations":  # they have commas of their own
                yield f"{key}:"
                for one in value:
                    yield from _FACT.wrap(printable(f"  {one}"))
                continue
            shown = ", ".join(str(part) for part in value) if isinstance(value, list) else value
            yield from _FACT.wrap(printable(f"{key.replace('_', ' ')}: {shown}"))
