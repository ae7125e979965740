"""`smr-audio voices`: the voices this machine has."""

from __future__ import annotations

import click

from smr_audio.cli.options import json_option
from smr_audio.cli.output import print_json
from smr_audio.voices.registry import all_voices


@click.command("voices")
@json_option
def command(as_json: bool) -> None:
    """List the voices this machine has; any of them goes with --voice."""
    voices = all_voices()
    if as_json:
        print_json([
            {"id": v.id, "engine": v.engine, "name": v.name, "title": v.title,
             "languages": list(v.languages)}
            for v in voices
        ])  # fmt: skip
        return
    width = max(len(voice.id) for voice in voices)
    for voice in voices:
        click.echo(f"{voice.id:<{width}}  {voice.title}  {' '.join(voice.languages)}".rstrip())
