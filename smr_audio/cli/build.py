"""`smr-audio build`: the MP3 of a routine or technique."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smr_audio import units
from smr_audio.cli.options import OutputType, SessionCommand, json_option, option, profile_option, target_argument
from smr_audio.cli.output import on_talk, open_studio, say, say_warnings, session_of, show, shown_progress
from smr_audio.cli.watching import folders_of, watched
from smr_audio.errors import UsageError
from smr_audio.options.preferences import Preferences, named_in_full
from smr_audio.profile import save
from smr_audio.profile.model import profile_path
from smr_audio.storage.filenames import safe_name
from smr_audio.storage.paths import is_folder, is_there
from smr_audio.studio.output.mp3_file import BuildReport
from smr_audio.suggest import counted
from smr_audio.verification.replaced import replaced, tag_of

if TYPE_CHECKING:
    from smr_audio.studio.plan import Plan
    from smr_audio.studio.studio import Studio


@click.command("build", cls=SessionCommand)
@target_argument
@option("-o --output FILE", "An .mp3 file, or a folder for ROUTINE.mp3; default: the folder output/.")
@option(
    "--album DIR",
    "Build a folder with a numbered track for each part and a playlist: 'next' on a headset then skips an exercise.",
    type=OutputType(),
)
@option("--zip zipped", "Write the album as one file, DIR.zip, with its cover.")
@option("--lrc with_lrc", "Write an .lrc with timed words next to each MP3.")
@option("--verify", "Decode the result and check it before the file is put in place.")
@option("--save", "Save these options in your profile; a length only for this routine.")
@option("--watch", "Build again whenever a content file is saved.")
@profile_option
@json_option
def command(
    target: str | None,
    output: str | None,
    album: Path | None,
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
    options: Preferences,
) -> None:
    """Build the MP3 of a routine or technique: an id, or a YAML file's path.

    With --for, a session is composed from the library's techniques.
    """
    if album is not None and output is not None:
        raise UsageError("--album and -o are two builds; ask for one of them")
    if zipped and album is None:
        raise UsageError("--zip is for an album; name its folder with --album DIR")
    if save and no_profile:
        raise UsageError("--save changes the profile that --no-profile leaves aside; drop one")
    if watch and (save or as_json):
        raise UsageError("--watch builds again and again; drop --save and --json")

    def once() -> list[Path]:
        studio = open_studio(content, no_profile=no_profile)
        note = None
        checks: dict[str, Any] = {"verified": verify, "with_lrc": with_lrc}
        if save:
            _save(studio, options)
        with shown_progress() as progress:
            routine = session_of(studio, target, muscles, options, progress=progress)
            if album is not None:
                report = studio.build_album(routine, album, options, progress=progress, zipped=zipped, **checks)
            else:
                place = output_path(output, routine.id)
                before = tag_of(place)
                report = studio.build(routine, place, options, progress=progress, **checks)
                note = None if watch else replaced(place, before)
        if save:
            _save(studio, options, report.plan)
        say_warnings(report.plan.warnings)
        if note is not None:
            say(note)
        show(summary(report, album=album is not None), report.as_json, as_json=as_json)
        plan = report.plan
        if hint := on_talk(studio, routine, options, plan):
            say(hint)
        return [file.path for file in report.files]

    watched(once, folders_of(target, content)) if watch else once()


def output_path(output: str | None, name: str) -> Path:
    """Where to write: a named .mp3 file, or ROUTINE.mp3 in a named folder.

    A name with another ending is refused, so a typo does not overwrite another file.
    """
    name = safe_name(name)  # a routine called `con` must not be written to a console of Windows
    if output is None:
        return Path("output") / f"{name}.mp3"
    path, ends = Path(output), output.endswith(("/", os.sep))
    if path.suffix.lower() == ".mp3" and not ends and not is_folder(path):
        return path
    new_folder = not path.suffix and not is_there(path) and output != "-"
    if ends or (output and (is_folder(path) or new_folder)):
        return path / f"{name}.mp3"
    raise UsageError(f"cannot write '{output}': name a file that ends in .mp3, or a folder")


def summary(report: BuildReport, *, album: bool = False) -> str:
    file = report.files[-1 if album else 0]  # of an album the playlist, or the ZIP
    length = units.clock(round(report.plan.duration_ms / 1000))
    size = sum(each.bytes for each in report.files) / 1e6
    tracks = f"{counted(len(report.plan.timeline.chapters), 'track')}, " if album else ""
    said = report.plan.clips.spoken
    spoken = f", {counted(said, 'sentence')} spoken" if said else ""
    if report.plan.settings.has_own_bed:
        spoken += f", {report.islands_encoded} of {counted(len(report.plan.timeline.chapters), 'chapter')} encoded"
    made = f"{tracks}{size:.1f} MB, {report.plan.voice.id}{spoken}"
    return f"{file.path}  {length}, {made}"


class _TriedError(Exception):
    """Saving would work."""


def _save(studio: Studio, options: Preferences, plan: Plan | None = None) -> None:
    """Save in the profile the options that a plan was made with.

    Without a plan only the errors of saving are raised, so that they come before a build.
    """
    options = named_in_full(options, studio.library.full_id)
    composed = plan is not None and plan.compiled.layers.routine.source == "composed"
    fit = options.fit_ticks
    lengths = {} if plan is None or fit is None or composed else {plan.script.routine: fit}
    worked = plan.compiled.work.holds if plan else None
    with suppress(_TriedError), save.changed_profile(studio.library) as change:
        changes = save.changes_of(studio.library, options, worked, lengths)
        change(changes)
        if plan is None:
            raise _TriedError  # leaves the profile as it was
    if plan is None:
        return
    saved = (f"fit of {plan.script.routine}" if key == "fit" else key for key in changes)
    say(f"Saved in {profile_path()}: {', '.join(saved) or 'nothing new'}")
    if composed and fit is not None:
        say("Not saved: fit, since a length is of a routine, and this session is composed")
    if options.only:
        say("Not saved: only, which is about this session")
