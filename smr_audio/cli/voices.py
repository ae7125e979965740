"""`smr-audio voices`: the voices this machine has, and how to get and hear one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import json_option, option
from smr_audio.cli.output import print_json, say, say_warnings, show, styled
from smr_audio.cli.preview import command as preview
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice, parse_hold
from smr_audio.storage.paths import safe_name
from smr_audio.voices.download import download
from smr_audio.voices.engine import Voice
from smr_audio.voices.models import to_download
from smr_audio.voices.registry import NATURAL, SYSTEM, all_voices, chosen, plugin_faults

_SAMPLE: Final = "hamstring-roller-floor"


@click.group("voices", invoke_without_command=True)
@option("--language CODE", "Only voices of this language, such as en.")
@option("--all everything", "Also list the system's voices of languages without phrases.")
@json_option
@click.pass_context
def command(context: click.Context, language: str | None, everything: bool, as_json: bool) -> None:
    """List the voices this machine has; any of them goes with --voice."""
    if context.invoked_subcommand is not None:
        return
    voices = [voice for voice in all_voices() if language is None or voice.speaks(language)]
    say_warnings(plugin_faults())
    if as_json:
        print_json([{"id": voice.id, **asdict(voice)} for voice in voices])
        return
    known = Library().languages()
    useful = [voice for voice in voices if voice.engine != SYSTEM or any(map(voice.speaks, known))]
    shown = voices if everything or language else useful
    groups = {
        "Natural voices": [voice for voice in shown if voice.engine in NATURAL],
        "To download: smr-audio voices download NAME": [
            one for one in to_download() if language is None or one.speaks(language)
        ],
        "The system's voices": [voice for voice in shown if voice.engine == SYSTEM],
        "Other engines' voices": [voice for voice in shown if voice.engine not in (*NATURAL, SYSTEM)],
    }
    click.echo("\n".join(_table(groups)).lstrip("\n"))
    say("Others to download: `python -m piper.download_voices` lists them.")
    if hidden := len(voices) - len(shown):
        say(f"The system has {hidden} voices of other languages; --all lists them.")


def _table(groups: Mapping[str, Sequence[Voice]]) -> Iterator[str]:
    width = max((len(voice.id) for voices in groups.values() for voice in voices), default=0)
    for title, voices in groups.items():
        if voices:
            yield ""
            yield styled(title, bold=True)
        for voice in voices:
            line = f"  {voice.id:<{width}}  {voice.title}  {' '.join(voice.languages)}"
            yield printable(line.rstrip())


@command.command("download")
@click.argument("name")
@json_option
def get(name: str, as_json: bool) -> None:
    """Download a natural voice, such as emma (8 MB) or en_US-lessac-medium (60 MB)."""
    model = download(name, on_start=lambda: say(f"Downloading {name} ..."))
    value = {"id": model.voice.id, **asdict(model.voice), "path": str(model.path)}
    text = f"{model.path}: use it with --voice {model.voice.name}"
    show(text, lambda: value, as_json=as_json)


@command.command("sample")
@click.argument("name")
@option("-o --output FILE", "An .mp3 file; default: output/voice-NAME.mp3.")
@json_option
def sample(name: str, output: str | None, as_json: bool) -> None:
    """Build half a minute of a session in a voice, to hear it: lines, a cue and a short hold.

    It is in the voice's language, or in English where that has no phrases.
    """
    found = chosen(name, language=DEFAULT_LANGUAGE)
    found.engine.close()
    options = Preferences(
        voice=name,
        language=next(filter(found.voice.speaks, Library().languages()), DEFAULT_LANGUAGE),
        holds=(parse_hold(f"{_SAMPLE}=5"),),
        talk=(TalkChoice("follow"),),
    )
    path = output or f"output/{safe_name(f'voice-{found.voice.name or name}')}.mp3"
    build: Any = preview.callback
    given = {"step": 1, "picture": None, "watch": False, "content": (), "as_json": as_json}
    build(_SAMPLE, output=path, options=options, **given)
