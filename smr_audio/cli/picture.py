"""`smr-audio picture`: the posture of a technique as a drawing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import PICTURE, complete_target, content_option, option
from smr_audio.errors import BuildError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.choices import SIDES, Side
from smr_audio.suggest import counted

if TYPE_CHECKING:
    from smr_audio.library.technique import Technique
    from smr_audio.poses.draw import Words
    from smr_audio.poses.shapes import Picture, Theme


@click.command("picture")
@click.argument("target", metavar="FILE|ID", required=False, shell_complete=complete_target)
@option("-o --output FILE", "An .svg or .png file.", type=PICTURE, required=True)
@option("--all every", "Every technique, on one sheet, as an .svg.")
@option("--side", "The side that is worked; default: left.", type=click.Choice(SIDES), default="left")
@option(
    "--theme",
    "Colours for a light or a dark page; default: an SVG has both, a PNG is light.",
    type=click.Choice(("light", "dark")),
)
@option("--size PX", "The width of a PNG, 32 to 4096; default: 660.", type=click.IntRange(32, 4096))
@option("--language CODE", "The language of an SVG's description; default: en.", default=DEFAULT_LANGUAGE)
@content_option
def command(
    target: str | None,
    *,
    output: Path,
    every: bool,
    side: Side,
    theme: Theme | None,
    size: int | None,
    language: str,
    content: tuple[Path, ...],
) -> None:
    """Draw the posture of a technique, by id or file, or with --all of every technique.

    The technique needs a pose. The other side is the mirror image.
    """
    from smr_audio.poses.draw import picture_words
    from smr_audio.views import files

    if size is not None and output.suffix.lower() == ".svg":
        raise UsageError("--size is for a .png; an .svg has any size, so leave it out")
    if every == bool(target):
        raise UsageError("name a technique, or say --all")
    library = Library(content)
    words = picture_words(library, language)
    if every:
        techniques = map(library.technique, library.technique_ids())
        pictures = [drawn(one, words=words, side=side) for one in techniques if one.pose]
        files.save_poses(pictures, output, theme)
        click.echo(f"{printable(output)}  {counted(len(pictures), 'picture')}")
        return
    routine = library.load(target or "")
    name = routine.exercises[0].technique
    if routine.id != name:
        raise UsageError(f"{routine.id} is a routine; name one technique, such as {name}")
    picture = drawn(library.technique(name), words=words, side=side)
    files.save_pose(picture, output, theme=theme, **({"width_px": size} if size else {}))
    click.echo(f"{printable(output)}  {printable(picture.label)}")


def drawn(technique: Technique, *, words: Words, side: Side) -> Picture:
    """The picture of a technique.

    Raises BuildError for one that has no pose, ContentError for a pose that no body could take.
    """
    from smr_audio.poses.draw import picture

    found = picture(technique, words=words, side=side)
    if found is None:
        raise BuildError(f"{technique.id} cannot be drawn: its file has no 'pose'; add one")
    return found
