"""`smr-audio new`: create a content file."""

import json
import re
from pathlib import Path
from typing import Final

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import PATH, option
from smr_audio.cli.output import say
from smr_audio.errors import BuildError, UsageError
from smr_audio.library.load import LANGUAGE_FILES, SCAFFOLDS, SCHEMA_NAME, scaffold
from smr_audio.library.schema.specs import ID
from smr_audio.library.search import FOLDERS, file_of, id_of, is_id, shipped_content
from smr_audio.options.kinds import LANGUAGE_CODE as CODE
from smr_audio.storage.atomic import atomic_output

LANGUAGE: Final = "language"


@click.command("new")
@click.argument("kind", type=click.Choice([*SCAFFOLDS, LANGUAGE]))
@click.argument("name")
@option("--in folder DIR", "The content folder; default: the current folder.", default=".", type=PATH)
def command(kind: str, name: str, folder: Path) -> None:
    """Create a technique, routine or course: a commented file that builds as it is.

    NAME may be a title: "Evening Roll" makes evening-roll.
    It is written to techniques/NAME.yaml, routines/NAME.yaml or courses/NAME.yaml, with the schema
    for editors next to it. For a language, whose NAME is its code, phrases, lexicon and page are
    written in English, to be translated. An existing file is never overwritten.
    """
    if kind == LANGUAGE and not re.fullmatch(CODE, name):
        raise UsageError(f"'{name[:60]}' is no language; write its code, such as de or pt-br")
    if kind == LANGUAGE and file_of(shipped_content(), "phrases", name):
        raise UsageError(f"'{name}' is complete; write only what you change, see docs/content.md")
    is_title = name.isprintable() and not set(name) & set("/\\{}")
    wanted = id_of(name) if is_title else name
    if not is_id(wanted):
        raise UsageError(f"'{name[:60]}' is no name; write {ID.what}, at most {ID.most}, such as calf-stick")
    title, name = "" if wanted == name else " ".join(name.split()), wanted
    kinds = LANGUAGE_FILES if kind == LANGUAGE else (kind,)
    paths = {
        one: folder / FOLDERS[one] / f"{name}.yaml"
        for one in kinds
        if kind != LANGUAGE or not file_of(shipped_content(), one, name)
    }
    for path in paths.values():
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} is there already; choose another name")
    schema = folder / SCHEMA_NAME
    if schema.exists() and "smr-audio" not in _beginning(schema):
        say(f"Warning: {printable(schema)} is not ours and stays; editors read it for this file")
    else:
        from smr_audio.library.load import schema_for  # with the tables of keys

        _write(schema, json.dumps(schema_for(), ensure_ascii=False, indent=1) + "\n")
    for one, path in paths.items():
        _write(path, scaffold(one, name, title))
        click.echo(printable(path))
    if kind == LANGUAGE:
        say(f"Translate them; `smr-audio check {printable(folder)} --language {name}` says what is left")
        return
    verb = {"technique": "preview", "routine": "build", "course": "course"}[kind]
    say(f"Change its words, then: smr-audio {verb} {printable(paths[kind])}")


def _beginning(path: Path) -> str:
    try:
        return path.read_text("utf-8")[:400]
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path} cannot be read: {error}; move it away") from error


def _write(path: Path, text: str) -> None:
    with atomic_output(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
