"""`smr-audio build`: the MP3 of a routine or technique."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from smr_audio import units
from smr_audio.cli.main import printable
from smr_audio.cli.options import (
    SessionCommand,
    json_option,
    profile_option,
    read_preferences,
    session_options,
)
from smr_audio.cli.output import open_studio, print_json, say_warnings, shown_progress
from smr_audio.cli.profile_saving import kept_profile
from smr_audio.cli.targets import session_of, target_argument
from smr_audio.cli.watching import folders_of, watched
from smr_audio.errors import UsageError
from smr_audio.options.preferences import Preferences
from smr_audio.storage.filenames import safe_name
from smr_audio.storage.paths import is_folder, is_there
from smr_audio.studio.output.mp3_file import BuildReport


@click.command("build", cls=SessionCommand)
@target_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="An .mp3 file, or a folder for ROUTINE.mp3; the folder output/ if not given.",
)
@click.option(
    "--album",
    metavar="DIR",
    help="Build a numbered track for each part, and a playlist, in a folder: a headset's "
    "'next' then skips an exercise.",
)
@click.option(
    "--zip", "zipped", is_flag=True, help="Make one file of the album, DIR.zip, with its cover."
)
@click.option(
    "--lrc",
    "with_lrc",
    is_flag=True,
    help="Write what is said with its times into an .lrc beside each MP3.",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Decode what was built and check it before it is put in its place.",
)
@click.option(
    "--save",
    is_flag=True,
    help="Remember what is asked for here, for every session to come; a length for this routine.",
)
@click.option("--watch", is_flag=True, help="Build again whenever a content file is saved.")
@session_options
@profile_option
@json_option
def command(
    target: str | None,
    output: str | None,
    album: str | None,
    *,
    muscles: tuple[str, ...] | None,
    zipped: bool,
    with_lrc: bool,
    verify: bool,
    save: bool,
    watch: bool,
    no_profile: bool,
    content: tuple[Path, ...],
    as_json: bool,
    **values: Any,
) -> None:
    """Build the MP3 of a routine or technique: an id, or a YAML file's path.

    With --for a session is composed of the library's techniques.
    """
    if album == "":
        raise UsageError("--album needs the name of a folder")
    if album is not None and output is not None:
        raise UsageError("--album and -o are two builds; ask for one of them")
    if zipped and album is None:
        raise UsageError("--zip is for an album; name its folder with --album DIR")
    if save and no_profile:
        raise UsageError("--save changes the profile that --no-profile leaves aside; drop one")
    if watch and (save or as_json):
        raise UsageError("--watch builds again and again; drop --save and --json")
    options = read_preferences(values)

    def once() -> list[Path]:
        report = _built(
            target,
            output,
            album,
            options,
            muscles=muscles,
            zipped=zipped,
            with_lrc=with_lrc,
            verify=verify,
            save=save,
            no_profile=no_profile,
            content=content,
        )
        say_warnings(report.plan.warnings)
        print_json(report.as_json()) if as_json else click.echo(
            _summary(report, album=album is not None)
        )
        return [file.path for file in report.files]

    watched(once, folders_of(target, content)) if watch else once()


def _built(
    target: str | None,
    output: str | None,
    album: str | None,
    options: Preferences,
    *,
    muscles: tuple[str, ...] | None,
    zipped: bool,
    with_lrc: bool,
    verify: bool,
    save: bool,
    no_profile: bool,
    content: tuple[Path, ...],
) -> BuildReport:
    studio = open_studio(content, no_profile=no_profile)
    asked: dict[str, Any] = {"verified": verify, "with_lrc": with_lrc}
    with kept_profile(studio, options if save else None) as keep, shown_progress() as progress:
        routine = session_of(studio, target, muscles, options, progress=progress)
        if album is not None:
            report = studio.build_album(
                routine, Path(album), options, progress=progress, zipped=zipped, **asked
            )
        else:
            place = output_path(output, routine.id)
            report = studio.build(routine, place, options, progress=progress, **asked)
        keep(report.plan)
    return report


def output_path(output: str | None, name: str) -> Path:
    """Where to write: a named .mp3 file, or ROUTINE.mp3 in a named folder.

    A name with another ending is refused, so that a slip replaces nobody's file.
    """
    name = safe_name(name)  # a routine called `con` must not be written to a console of Windows
    if output is None:
        return Path("output") / f"{name}.mp3"
    path = Path(output)
    if output.endswith(("/", os.sep)):
        return path / f"{name}.mp3"
    if path.suffix.lower() == ".mp3" and not is_folder(path):
        return path
    new_folder = not path.suffix and not is_there(path) and output != "-"
    if output and (is_folder(path) or new_folder):
        return path / f"{name}.mp3"
    raise UsageError(f"cannot write '{output}': name a file that ends in .mp3, or a folder")


def _summary(report: BuildReport, *, album: bool) -> str:
    file = report.files[-1 if album else 0]  # of an album the playlist, or the ZIP
    length = units.clock(round(report.plan.duration_ms / 1000))
    size = sum(each.bytes for each in report.files) / 1e6
    tracks = f"{len(report.plan.timeline.chapters)} tracks, " if album else ""
    said = report.plan.clips.spoken
    spoken = f", {said} sentence{'s' * (said != 1)} spoken" if said else ""
    made = f"{tracks}{size:.1f} MB, {report.plan.voice.id}{spoken}"
    return f"{printable(file.path)}  {length}, {made}"
