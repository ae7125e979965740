"""`smr-audio verify`: check MP3s against the plans that they carry."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from smr_audio import units
from smr_audio.cli.main import printable, say_error
from smr_audio.cli.options import PATH, json_option
from smr_audio.cli.output import mark, print_json, shown_progress, styled
from smr_audio.errors import BuildError, UsageError
from smr_audio.storage.paths import is_there
from smr_audio.verification.report import VERIFY_FORMAT, Verification

_MOST_SHOWN = 10


@click.command("verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@json_option
def command(files: tuple[Path, ...], as_json: bool) -> int:
    """Decode MP3s of smr-audio and check that every word and cue is at its planned time.

    Each file carries its plan, so no routine, voice or cache is needed.
    """
    for path in files:
        if not is_there(path):
            raise UsageError(f"there is no file '{path}'; look at the path")
    results = [_verified(path, as_json=as_json) for path in files]
    ok = all(one["ok"] for one in results)
    if as_json:
        print_json({"format": VERIFY_FORMAT, "ok": ok, "files": results})
    return 0 if ok else BuildError.exit_status


def _verified(path: Path, *, as_json: bool) -> dict[str, Any]:
    """Verify one file and tell of it, on the terminal or as what `--json` prints."""
    from smr_audio.verification.verify import verify_file  # numpy; --help needs none

    try:
        with shown_progress() as progress:
            found = verify_file(path, progress=progress)
    except BuildError as error:
        say_error(error)
        return {"path": str(path), "ok": False, "error": str(error), "checks": []}
    if not as_json:
        click.echo("\n".join(table(found)))
    return found.as_json()


def table(found: Verification) -> Iterator[str]:
    """A file's checks as lines of text: a row a check, and below it what was found where."""
    manifest = found.manifest
    length = units.clock(round(manifest.end_tick / units.TICKS_PER_SECOND))
    track = f", track {manifest.track} of {manifest.tracks}" if manifest.track else ""
    title = printable(f"{manifest.title}{track}")
    path, voice = printable(found.path), printable(manifest.voice)
    yield styled(f"{path}  {title}  {length}  {voice}", bold=True)
    for check in found.checks:
        yield f"{mark(check.ok, 'note' * check.warning)}  {check.name:<10}  {check.found}"
        if not check.ok:
            yield f"      promised: {check.promised}"
        yield from (f"      {printable(one)}" for one in check.findings[:_MOST_SHOWN])
        if len(check.findings) > _MOST_SHOWN:
            yield f"      and {len(check.findings) - _MOST_SHOWN} more"
    failed = len(found.failed)
    yield f"{failed} of {len(found.checks)} checks failed" if failed else "as planned"
