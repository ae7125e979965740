"""`smr-audio schema`: the JSON Schema of content files, for editors."""

import click

from smr_audio.cli.output import print_json
from smr_audio.library.load import KINDS, schema_for


@click.command("schema")
@click.argument("kind", required=False, metavar="[KIND]", type=click.Choice(list(KINDS)))
def command(kind: str | None) -> None:
    """Print the JSON Schema (draft 7) of content files, or of one kind.

    Editors use it to check and complete; `smr-audio new` writes it next to a new file.
    """
    print_json(schema_for(kind))
