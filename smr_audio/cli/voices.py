"""`smr-audio voices`: the voices this machine has, and how to get more."""

from __future__ import annotations

from dataclasses import asdict

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import json_option, option
from smr_audio.cli.output import print_json, say, show
from smr_audio.voices.download import download
from smr_audio.voices.registry import all_voices, plugin_faults


@click.group("voices", invoke_without_command=True)
@option("--language CODE", "Only voices of this language, such as en.")
@json_option
@click.pass_context
def command(context: click.Context, language: str | None, as_json: bool) -> None:
    """List the voices this machine has; any of them goes with --voice."""
    if context.invoked_subcommand is not None:
        return
    voices = [voice for voice in all_voices() if language is None or voice.speaks(language)]
    for fault in plugin_faults():
        say(f"Warning: {fault}")
    if as_json:
        print_json([{"id": voice.id, **asdict(voice)} for voice in voices])
        return
    width = max((len(voice.id) for voice in voices), default=0)
    for voice in voices:
        line = f"{voice.id:<{width}}  {voice.title}  {' '.join(voice.languages)}".rstrip()
        click.echo(printable(line))


@command.command("download")
@click.argument("name")
@json_option
def get(name: str, as_json: bool) -> None:
    """Download a natural voice, such as emma (8 MB) or en_US-lessac-medium (60 MB)."""
    model = download(name, on_start=lambda: say(f"Downloading {name} ..."))
    value = {"id": model.voice.id, **asdict(model.voice), "path": str(model.path)}
    text = f"{printable(model.path)}: use it with --voice {printable(model.voice.name)}"
    show(text, lambda: value, as_json=as_json)
