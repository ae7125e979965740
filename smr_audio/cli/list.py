"""`smr-audio list`: what there is to choose from, or all about one of it."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import complete_target, content_option, json_option
from smr_audio.cli.output import print_json, say_warnings, styled
from smr_audio.errors import ContentError, UsageError
from smr_audio.library.describe import about, about_packs
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE

SESSIONS: Final = ("routines", "techniques")
PACKS: Final = "packs"
VOICES: Final = "voices"
LEFT_OUT: Final = (
    "Lower back and neck are left out: no good shown there outweighs the risk of pressing.\n"
    "Glutes and upper back are here."
)
"""For people, who look for them."""

_FACT: Final = textwrap.TextWrapper(78, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
_FACTS: Final = textwrap.TextWrapper(78, initial_indent=" " * 6, subsequent_indent=" " * 8, break_on_hyphens=False)


@click.command("list")
@click.argument("what", required=False, metavar="[WHAT]", shell_complete=complete_target)
@content_option
@json_option
@click.pass_context
def command(context: click.Context, what: str | None, content: tuple[Path, ...], as_json: bool) -> None:
    """List routines, techniques and packs, or WHAT, or describe one by its id or file.

    WHAT is routines, techniques, courses, muscles, tools, limits, voices or packs; a muscle or a
    tool lists what is for it. Minutes are estimated.
    """
    if what == VOICES:
        from smr_audio.cli.voices import command as voices

        context.invoke(voices, as_json=as_json, language=None, everything=False)
        return
    from smr_audio.studio.listing import KINDS, listed  # compiles sessions

    library, wanted = Library(content), set[str]()
    kinds = SESSIONS if what is None else (what,)
    if what is not None and what not in (*KINDS, PACKS):
        try:
            facts = about(library, what)
        except UsageError:
            kinds, wanted = SESSIONS, _muscle_or_tool(what, library)
            if not wanted:
                raise
        else:
            print_json(facts) if as_json else click.echo("\n".join(_paragraphs(facts)))
            return
    parts = [listed(library, KINDS[kind], wanted) for kind in kinds if kind != PACKS]
    found = [one.as_json() for part, _ in parts for one in part]
    if what in (None, PACKS):
        found += about_packs(library)
    say_warnings(broken.text for broken in library.broken_packs())
    print_json(found) if as_json else click.echo("\n".join(_table(found)))
    if not as_json and "techniques" in kinds and not wanted:
        click.echo(f"\n{LEFT_OUT}")
    if problems := [problem for _, part in parts for problem in part]:
        raise ContentError(problems)


def _muscle_or_tool(what: str, library: Library) -> set[str]:
    """The ids that a word means. Raises UsageError for a muscle that is left out."""
    word = what.lower().replace("-", "_").replace(" ", "_")
    if word in library.phrases(DEFAULT_LANGUAGE).tools:
        return {word}
    known = {word, f"{word}s"} & library.muscles_called().keys()
    return {*library.muscles_named([word])} if known else set()


def _table(found: list[dict[str, Any]]) -> Iterator[str]:
    width = max((len(one["id"]) for one in found), default=0)
    kind = None
    for one in found:
        if one["kind"] != kind:
            if kind is not None:
                yield ""
            kind = one["kind"]
            yield styled(f"{str(kind).capitalize()}s", bold=True)
        more = one["place"] if kind == "pack" else ", ".join(one.get("also", ()))
        shown = f"{one['title']}  ({more})" if more else one["title"]
        yield f"  {one['id']:<{width}}  {printable(shown)}"
        if "level" in one:
            minutes = f"{one['minutes']:g} min, " if "minutes" in one else ""
            names = "; ".join(", ".join(one[key]) for key in ("muscles", "tools") if key in one)
            yield from _FACTS.wrap(printable(f"{minutes}level {one['level']}; {names}"))


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
