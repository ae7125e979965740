"""`smr-audio say`: what a voice is given for a text, and how it says it."""

from pathlib import Path

import click

from smr_audio.cli.build import output_path
from smr_audio.cli.options import content_option, json_option, option
from smr_audio.cli.output import open_studio, say, say_warnings, show, shown_progress
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.studio.saying import Said
from smr_audio.voices.registry import AUTO


@click.command("say")
@click.argument("text")
@option("--language CODE", "Its language; default: en.", default=DEFAULT_LANGUAGE)
@option("--voice NAME", "The voice, as for build.", default=AUTO)
@option("-o --output FILE", "Also speak it into an .mp3 file.")
@content_option
@json_option
def command(
    text: str, *, language: str, voice: str, output: str | None, content: tuple[Path, ...],
    as_json: bool,
) -> None:  # fmt: skip
    """Show what a voice is given for a text, sentence by sentence, with its phonemes.

    Numbers, units and abbreviations are words by then, as the lexicon has them.
    """
    path = None if output is None else output_path(output, "say")
    studio = open_studio(content)
    with shown_progress() as progress:
        said = studio.say(text, language=language, voice=voice, output=path, progress=progress)
    say_warnings(said.warnings)
    show(_shown(said), said.as_json, as_json=as_json)
    if path is not None:
        say(f"Spoken by {said.voice} into {path}")


def _shown(said: Said) -> str:
    lines = []
    for one in said.sentences:
        lines += [one.words, *([f"    /{one.phonemes}/"] if one.phonemes else [])]
    return "\n".join(lines)
