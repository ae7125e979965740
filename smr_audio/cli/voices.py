"""`smr-audio voices`: the voices this machine has."""

from __future__ import annotations

import click

from smr_audio.cli.options import json_option
from smr_audio.cli.output import print_json
from smr_audio.voices.registry import all_voices


@click.command("voices")
@click.option("--language", metavar="CODE", help="Only voices of this language, such as en.")
@json_option
def command(language: str | None, as_json: bool) -> None:
    """List the voices this machine has; any of them goes with --voice."""
    voices = [voice for voice in all_voices() if language is None or voice.speaks(language)]
    if as_json:
        print_json([
            {"id": v.id, "engine": v.engine, "name": v.name, "title": v.title,
             "languages": list(v.languages)}
            for v in voices
        ])  # fmt: skip
        return
    width = max((len(voice.id) for voice in voices), default=0)
    for voice in voices:
        click.echo(f"{voice.id:<{width}}  {voice.title}  {' '.join(voice.languages)}".rstrip())
