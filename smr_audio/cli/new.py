"""`smr-audio new`: create a content file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import PATH, option
from smr_audio.cli.output import say
from smr_audio.errors import BuildError, UsageError
from smr_audio.library.scaffold import SCAFFOLDS, SCHEMA_NAME, scaffold
from smr_audio.library.schema.specs import ID
from smr_audio.library.search import FOLDERS, is_id
from smr_audio.storage.atomic import atomic_output


@click.command("new")
@click.argument("kind", type=click.Choice(list(SCAFFOLDS)))
@click.argument("name")
@option(
    "--in folder DIR", "The content folder; default: the current folder.", default=".", type=PATH
)
def command(kind: str, name: str, folder: Path) -> None:
    """Create a technique, routine or course: a commented file that builds as it is.

    It is written to techniques/NAME.yaml, routines/NAME.yaml or courses/NAME.yaml, with the schema
    for editors next to it. An existing file is never overwritten.
    """
    if not is_id(name):
        raise UsageError(
            f"'{name[:60]}' is no name; write {ID.what}, at most {ID.most}, such as calf-stick"
        )
    path = folder / FOLDERS[kind] / f"{name}.yaml"
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already; choose another name")
    schema = folder / SCHEMA_NAME
    if schema.exists() and "smr-audio" not in _beginning(schema):
        say(f"Warning: {printable(schema)} is not ours and stays; editors read it for this file")
    else:
        from smr_audio.library.schema.kinds import schema_for  # with the tables of keys

        _write(schema, json.dumps(schema_for(), ensure_ascii=False, indent=1) + "\n")
    _write(path, scaffold(kind, name))
    click.echo(printable(path))
    verb = {"technique": "preview", "routine": "build", "course": "course"}[kind]
    say(f"Change its words, then: smr-audio {verb} {printable(path)}")


def _beginning(path: Path) -> str:
    try:
        return path.read_text("utf-8")[:400]
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path} cannot be read: {error}; move it away") from error


def _write(path: Path, text: str) -> None:
    with atomic_output(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
