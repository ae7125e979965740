"""`smr-audio preview`: one technique, in short, to hear how it is said."""

from dataclasses import replace
from pathlib import Path

import click

from smr_audio.cli.build import ENDINGS, built, folders_of, output_path, require_pipe, tell, watched
from smr_audio.cli.options import PICTURE, SessionCommand, json_option, option
from smr_audio.cli.output import open_studio, say_warnings, shown_progress
from smr_audio.cli.picture import drawn
from smr_audio.errors import UsageError
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import parse_hold
from smr_audio.poses.draw import picture_words
from smr_audio.views.files import save_pose


@click.command("preview", cls=SessionCommand)
@click.argument("target", metavar="FILE|ID")
@option("--step N", "The Nth technique of a routine; default: the first.", type=click.IntRange(min=1), default=1)
@option("-o --output FILE", "A file, folder or pipe, as for build; default: output/preview-ID.mp3.")
@option("--picture FILE", "Also draw the posture: an .svg or .png file.", type=PICTURE)
@option("--watch", "Build again whenever a content file is saved.")
@json_option
def command(
    target: str,
    *,
    step: int,
    output: str | None,
    picture: Path | None,
    watch: bool,
    content: tuple[Path, ...],
    as_json: bool,
    options: Preferences,
) -> None:
    """Speak one technique, by id or file, in short: one set of one side, its least hold.

    Lines in the cache are not spoken again. Options work as for `build`.
    """
    if watch and as_json:
        raise UsageError("--watch never ends; drop --json")
    require_pipe(output, {"--json": as_json, "--watch": watch})

    def once() -> list[Path]:
        studio = open_studio(content)
        routine = studio.load(target)
        steps = [*{one.location: one for one in routine.exercises}.values()]
        if step > (last := len(steps)):
            raise UsageError(f"--step {step}: the last step of {routine.id} is {last}")
        one = replace(steps[step - 1], holds=(), rounds=())
        settings = replace(routine.settings, holds=(), skip=(), only=())
        technique = one.own or studio.library.technique(one.technique)
        if picture is not None:
            words = picture_words(studio.library, options.language or DEFAULT_LANGUAGE)
            save_pose(drawn(technique, words=words, side="left"), picture)
        shortly = Preferences(
            holds=(parse_hold(f"{one.technique}={technique.hold.least}"),),
            sets=1,
            sides="left" if technique.sides == 2 else None,
            pace="quick",
        )
        with shown_progress() as progress:
            report = built(
                studio,
                replace(routine, steps=(one,), settings=settings, excerpt=True),
                output_path(output, f"preview-{one.technique}", ENDINGS),
                options.over(shortly),
                progress=progress,
            )
        # Short holds are the purpose of a preview.
        short = ("hold-short", "coaching-unsaid")
        say_warnings(tuple(each for each in report.plan.warnings if each.code not in short))
        tell(report, output, as_json=as_json)
        return [file.path for file in report.files]

    watched(once, folders_of(target, content)) if watch else once()
