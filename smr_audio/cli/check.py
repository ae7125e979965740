"""`smr-audio check`: everything that is wrong with content files, by place."""

from dataclasses import asdict
from pathlib import Path

import click

from smr_audio.check import check_paths
from smr_audio.cli.main import printable
from smr_audio.cli.options import PATH, content_option, json_option, option
from smr_audio.cli.output import print_json, say, say_warnings
from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.studio.listing import foreseen
from smr_audio.suggest import counted


@click.command("check")
@click.argument("paths", nargs=-1, metavar="PATH...", type=PATH)
@content_option
@option("--language CODE", "Also list every text that lacks this language.")
@json_option
def command(paths: tuple[Path, ...], content: tuple[Path, ...], language: str | None, as_json: bool) -> int:
    """Check content files and folders; without PATH, all content.

    Prints each problem as `file:line:column: what is wrong, what to do`. Rests without effect, and
    rests or coaching without room, are warnings; lengths are estimated for the latter.
    """
    report = check_paths(paths, folders=content, language=language)
    if as_json:
        print_json([{**asdict(p.location), "message": p.message} for p in report.problems])
    else:
        for problem in report.problems:
            click.echo(printable(str(problem)))
    say_warnings(report.warnings)
    library = Library(content)
    for path in report.sessions:
        say_warnings(f"{path}: {notice.text}" for notice in foreseen(path, library, language=language))
    for pack in report.packs:
        say(f"Pack {pack.id}: {pack.place}")
    problems = counted(len(report.problems), "problem")
    say(f"{counted(len(report.files), 'file')} checked, {problems}")
    return ContentError.exit_status if report.problems else 0
