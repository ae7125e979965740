"""`smr-audio cache`: what is kept of earlier work, and how to be rid of it."""

from __future__ import annotations

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import json_option
from smr_audio.cli.output import print_json
from smr_audio.sound.cache import Cache, default_cache_root


@click.group("cache")
def command() -> None:
    """Show or clear the cache of spoken lines."""


@command.command("info")
@json_option
def info(as_json: bool) -> None:
    """Where the cache is and what it holds."""
    found = Cache(default_cache_root()).info()
    if as_json:
        print_json({"path": str(found.path), "entries": found.entries, "bytes": found.bytes})
    else:
        click.echo(f"{printable(found.path)}: {found.entries} entries, {found.bytes / 1e6:.1f} MB")


@command.command("clear")
@json_option
def clear(as_json: bool) -> None:
    """Delete every entry; the next build speaks anew."""
    removed = Cache(default_cache_root()).clear()
    print_json({"removed": removed}) if as_json else click.echo(f"{removed} entries removed")
