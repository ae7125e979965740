"""`smr-audio build`: the MP3 of a routine or technique, and again whenever its content is saved."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from smr_audio import units
from smr_audio.cli.main import printable
from smr_audio.cli.options import OutputType, SessionCommand, json_option, option, profile_option, target_argument
from smr_audio.cli.output import on_talk, open_studio, say, say_warnings, session_of, show, shown_progress
from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.installed import require
from smr_audio.library.library import is_path
from smr_audio.library.search import shipped_content
from smr_audio.options.preferences import Preferences, named_in_full
from smr_audio.profile import save
from smr_audio.profile.model import profile_path
from smr_audio.progress import Progress
from smr_audio.storage.paths import is_folder, is_there, safe_name
from smr_audio.studio.output import container
from smr_audio.studio.output.mp3_file import BuildReport, OutputFile
from smr_audio.suggest import counted
from smr_audio.verification.manifest import replaced, tag_of

if TYPE_CHECKING:
    from smr_audio.library.routine import Routine
    from smr_audio.studio.plan import Plan
    from smr_audio.studio.studio import Studio

ENDINGS: Final = (".mp3", *container.ENDINGS)
PIPE: Final = "-"
_WATCHED: Final = (".yaml", ".yml", ".wav", ".flac", ".ogg", ".mp3")
_STEP_MS: Final = 20
_DEBOUNCE_MS: Final = 100
"""Several writes within this time are one change: editors save in steps."""


@click.command("build", cls=SessionCommand)
@target_argument
@option(
    "-o --output FILE",
    "An .mp3, .m4a, .m4b, .opus, .flac or .wav file, or a folder for ROUTINE.mp3; - is an MP3 to a pipe. "
    "Default: the folder output/.",
)
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
    require_pipe(output, {"--json": as_json, "--lrc": with_lrc, "--verify": verify, "--watch": watch})

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
                before = tag_of(place := output_path(output, routine.id, ENDINGS))
                report = built(studio, routine, place, options, progress=progress, **checks)
                note = None if watch else replaced(place, before)
        if save:
            _save(studio, options, report.plan)
        say_warnings(report.plan.warnings)
        if note is not None:
            say(note)
        tell(report, output, album=album is not None, as_json=as_json)
        if hint := on_talk(studio, routine, options, report.plan):
            say(hint)
        return [file.path for file in report.files]

    watched(once, folders_of(target, content)) if watch else once()


def require_pipe(output: str | None, others: dict[str, bool]) -> None:
    """Raise UsageError if the MP3 is for a pipe and there is none, or another option is given."""
    if output == PIPE and (given := [name for name, is_given in others.items() if is_given]):
        raise UsageError(f"-o - writes an MP3 to stdout and nothing else; drop {', '.join(given)}")
    if output == PIPE and (sys.stdout is None or sys.stdout.isatty()):
        raise UsageError("-o - would write an MP3 to a terminal; send it on: smr-audio build ID -o - | mpv -")


def built(
    studio: Studio, routine: Routine, place: Path, options: Preferences, *, progress: Progress, **checks: bool
) -> BuildReport:
    """Build a session at a place that `output_path` gave, which may be a pipe."""
    if str(place) == PIPE:
        session = studio.link(routine, options, progress=progress)
        linked = studio.file_of(session)
        # Of its own, since an unbuffered stdout (`python -u`) may take only a part of what is written.
        with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
            file.writelines(linked.chunks())
        studio.cache.keep_in_bounds()
        return BuildReport((OutputFile(place, linked.bytes, ""),), session, 0.0)
    report = studio.build(routine, place, options, progress=progress, **checks)
    if place.suffix.lower() in container.ENDINGS:
        say(f"{place.name} was encoded whole; only an .mp3 is linked from parts in the cache")
    return report


def tell(report: BuildReport, output: str | None, *, as_json: bool, album: bool = False) -> None:
    """Print what was built: on stdout, unless the MP3 is there."""
    text = summary(report, album=album)
    say(text) if output == PIPE else show(text, report.as_json, as_json=as_json)


def output_path(output: str | None, name: str, endings: Sequence[str] = (".mp3",)) -> Path:
    """Where to write: a named file, or ROUTINE.mp3 in a named folder; with `endings`, also a pipe.

    A name with another ending is refused, so a typo does not overwrite another file.
    """
    name = safe_name(name)  # a routine called `con` must not be written to a console of Windows
    if output is None:
        return Path("output") / f"{name}.mp3"
    path, ends = Path(output), output.endswith(("/", os.sep))
    named = path.suffix.lower() in endings and not is_folder(path)
    if (named and not ends) or (output == PIPE and len(endings) > 1):
        return path
    new_folder = not path.suffix and not is_there(path) and output != PIPE
    if ends or (output and (is_folder(path) or new_folder)):
        return path / f"{name}.mp3"
    raise UsageError(f"cannot write '{output}': name a file that ends in {', '.join(endings)}, or a folder")


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


def folders_of(target: str | None, content: Iterable[Path]) -> list[Path]:
    """The folders in which a session's content may change: its file's, `--content`, and ours."""
    found = [*content, shipped_content()]
    if target is not None and is_path(target):
        folder = Path(target).parent
        found.append(folder.parent if folder.name in ("techniques", "routines") else folder)
    return [folder for folder in dict.fromkeys(each.resolve() for each in found) if is_folder(folder)]


def watched(once: Callable[[], Iterable[Path]], folders: list[Path]) -> None:
    """Do `once`, and again after each change in the folders, until interrupted.

    `once` returns the files it wrote, which do not count as changes. Errors of content are printed.
    Raises MissingError if nothing here can watch files.
    """
    require("watch", "--watch")
    from watchfiles import watch

    written = _tried(once)
    say(f"Watching {', '.join(printable(folder) for folder in folders)}; Ctrl-C ends it")
    for changes in watch(*folders, debounce=_DEBOUNCE_MS, step=_STEP_MS):
        paths = [Path(path) for _, path in changes if path.lower().endswith(_WATCHED)]
        if changed := sorted(path for path in paths if path.name[0] not in ".~" and path.resolve() not in written):
            say(f"{printable(changed[0].name)} changed")
            written = _tried(once) or written


def _tried(once: Callable[[], Iterable[Path]]) -> set[Path]:
    started = time.monotonic()
    try:
        written = {path.resolve() for path in once()}
    except SmrAudioError as error:
        for line in str(error).splitlines():
            say(f"Error: {printable(line)}")
        return set()
    say(f"Done in {time.monotonic() - started:.2f} s")
    return written
