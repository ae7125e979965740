"""`smr-audio cache`: show, trim or clear the cache."""

from dataclasses import asdict

import click

from smr_audio.cli.options import ReadType, json_option, option
from smr_audio.cli.output import show
from smr_audio.storage.cache import Cache, parse_size
from smr_audio.storage.paths import default_cache_root
from smr_audio.suggest import counted


@click.group("cache")
def command() -> None:
    """Show, trim or clear the cache of spoken lines."""


@command.command("info")
@json_option
def info(as_json: bool) -> None:
    """Where the cache is, what it holds and how much it may hold."""
    cache = Cache(default_cache_root())
    found, most = cache.info(), cache.max_bytes
    bound = "no limit" if most is None else f"at most {_mb(most)}"
    text = f"{found.path}: {counted(found.entries, 'entry')}, {_mb(found.bytes)}, {bound}"
    value = {**asdict(found), "path": str(found.path), "max_bytes": most}
    show(text, lambda: value, as_json=as_json)


@command.command("trim")
@option(
    "--max-size SIZE",
    "What may be left: 500MB, 2GB, 1GiB, 0 or a number of bytes.",
    type=ReadType("size", parse_size),
    required=True,
)
@json_option
def trim(max_size: int, as_json: bool) -> None:
    """Delete the least recently used entries until the rest is small enough."""
    trimmed = Cache(default_cache_root()).trim(max_size)
    went = f"{counted(trimmed.removed, 'entry')} removed, {_mb(trimmed.freed)}"
    show(f"{went}; {trimmed.entries} left, {_mb(trimmed.bytes)}", lambda: asdict(trimmed), as_json=as_json)


@command.command("clear")
@json_option
def clear(as_json: bool) -> None:
    """Delete every entry; the next build speaks everything again."""
    removed = Cache(default_cache_root()).clear()
    show(f"{counted(removed, 'entry')} removed", lambda: {"removed": removed}, as_json=as_json)


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
