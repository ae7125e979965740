"""Write the tables of the docs that are made from the code. `--check` only compares.

Usage: python scripts/reference.py [--check]

A table stands between `<!-- NAME: scripts/reference.py -->` and `<!-- /NAME -->`.
"""

import inspect
import json
import re
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, get_type_hints

import click

import smr_audio
from smr_audio.cli.main import COMMANDS, group
from smr_audio.cli.options import ROWS, SessionCommand
from smr_audio.library.library import Library
from smr_audio.library.load import schema_for
from smr_audio.library.models import Content
from smr_audio.library.pose import ARM, LEG, POSE, SPOTS
from smr_audio.options.arguments import as_written
from smr_audio.options.kinds import Flag, Word
from smr_audio.options.table import GROUPS, OPTIONS, Option

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
# Options that several commands have, which the page explains once.
SHARED: Final = ("--content", "--no-profile", "--json", "--help-all", "--help")
# Parts of click's usage lines that say nothing of a command.
GENERAL: Final = ("[OPTIONS]", "COMMAND [ARGS]...", "[COMMAND] [ARGS]...")
LONG: Final = 80
# Parts of scripts/bench that measure several sizes.
GROWING: Final = ("minutes", "techniques", "rows", "entries")


def options_table() -> str:
    """The table of options: flag, key in a routine or profile, and what it does."""
    rows = []
    for name, title in GROUPS.items():
        rows.append([f"**{title}**", "", ""])
        rows += [_option_row(option) for option in OPTIONS if option.group == name]
    return _table("option|key|meaning", rows)


def _option_row(option: Option) -> list[str]:
    kind, names = option.kind, f"`--{option.flag}`, `--no-{option.flag}`"
    if not isinstance(kind, Flag):
        value = "|".join(kind.of) if isinstance(kind, Word) else option.metavar
        names = f"`--{option.flag} {value}`"
    key = f"`{option.key}`" + " (profile)" * (option.scope == "profile") if option.key else ""
    meaning = option.help
    if kind.range:
        meaning += f" {kind.range[0].upper()}{kind.range[1:]}."
    if option.default not in (None, False):
        meaning += f" Default: {kind.shown(option.default)}."
    return [names, key, meaning]


def commands_table() -> str:
    """Every command with its own options; those of a session have a table of their own."""
    context = click.Context(group, info_name="smr-audio")
    found = ((group.get_command(context, name), name, what) for name, what in COMMANDS.items())
    return _table("command|what it does|options", (row for one in found for row in _commands(*one)))


def _commands(command: click.Command | None, name: str, what: str) -> Iterator[list[str]]:
    assert command is not None
    context = click.Context(command)
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece not in GENERAL]
    # A long list of words is only named.
    words = [name, *(piece if len(piece) < LONG else "KEY..." for piece in pieces)]
    yield [f"`{' '.join(words)}`", what, ", ".join(_flags(command, context))]
    for verb, sub in getattr(command, "commands", {}).items():
        yield from _commands(sub, f"{name} {verb}", sub.get_short_help_str(limit=200))


def _flags(command: click.Command, context: click.Context) -> Iterator[str]:
    table = ROWS if isinstance(command, SessionCommand) else ()
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record and option.opts[0] not in SHARED and option.name not in table:
            yield f"`{record[0]}`"


def keys_table(schema: Mapping[str, Any]) -> str:
    """The keys of a kind of content file or a part of one, as its JSON Schema has them."""
    needed = schema.get("required", ())
    rows = ([f"`{name}`", "yes" * (name in needed), _meaning(key)]
            for name, key in schema["properties"].items())  # fmt: skip
    return _table("key|required|meaning", rows)


def _meaning(key: Mapping[str, Any]) -> str:
    words = [word for word in key.get("enum", ()) if isinstance(word, str)]
    named = len(words) < 2 or all(word in key["description"] for word in words)
    return str(key["description"]) + ("" if named else f" One of {', '.join(words)}.")


def references_table() -> str:
    """Every reference of evidence.yaml, how it was read, and what to know of it."""
    references = Library().evidence().references.items()
    rows = ([f"`{key}`", one.cite, one.read, one.note or ""] for key, one in references)
    return _table("key|reference|read|note", rows)


def _table(head: str, rows: Iterable[list[str]]) -> str:
    cells = ([" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows)
    names = head.split("|")
    return "\n".join(f"|{'|'.join(row)}|" for row in (names, ["---"] * len(names), *cells))


def spots_table() -> str:
    """What a tool may touch in a pose."""
    spots = (f"`{name}` ({segment.replace('_', ' ')})" for name, (segment, _, _) in SPOTS.items())
    return ", ".join(spots) + "."


def speed_facts() -> str:
    """When and on what scripts/bench measured."""
    found = _performance()
    busy = "Other work ran meanwhile, so only CPU and memory mean something." if found["load"] > 1 else ""
    return (
        f"{found['date']}, commit {found['commit']}, {found['system']}, {found['cores']} cores "
        f"({found['processor']}), {found['memory_gb']} GB, Python {found['python']}, most rounds: {found['rounds']}. "
        f"{busy}"
    ).strip()


def speed_table(*, growing: bool) -> str:
    """Medians of whole commands, of one size or of several."""
    figures = (row for row in _performance()["figures"] if (row["part"] in GROWING) == growing)
    rows = ([row["what"], row["of"], *_speeds(row)] for row in figures)
    return _table(f"|{'size' if growing else 'voice'}|time|from–to|CPU|memory", rows)


def _speeds(row: Mapping[str, Any]) -> list[str]:
    if row["why"]:
        return [row["why"], "", "", ""]
    wall, cpu, peak = (statistics.median(row[name]) for name in ("wall_s", "cpu_s", "peak_mb"))
    spread = f"{min(row['wall_s']):.2f}–{max(row['wall_s']):.2f} s" if len(row["wall_s"]) > 1 else ""
    return [f"{wall:.2f} s", spread, f"{cpu:.2f} s", f"{peak:.0f} MB"]


def _performance() -> Any:
    return json.loads((DOCS / "performance.json").read_text("utf-8"))


def api_reference() -> str:
    """Every public name: how it is called, and what its docstring says."""
    found = {name: getattr(smr_audio, name) for name in sorted(smr_audio.__all__, key=str.lower)}
    for name, method in inspect.getmembers(smr_audio.Studio, inspect.isfunction):
        found |= {} if name.startswith("_") else {f"Studio.{name}": method}
    return "\n\n".join(
        f"## {name}\n\n```py\n{_called(name, one)}\n```\n\n{inspect.getdoc(one)}" for name, one in found.items()
    )


def _called(name: str, one: Any) -> str:
    if isinstance(one, type) and issubclass(one, Exception):
        return f"class {name}({one.__bases__[0].__name__})"
    parts = list[str]()
    given = inspect.signature(vars(one).get("__call__", one)).parameters  # perhaps of a callback
    for part in (part for part in given.values() if part.name != "self"):
        kind = part.annotation
        if isinstance(one, type) and issubclass(one, Content):  # its types have specs
            kind = get_type_hints(one)[part.name]
        usual = getattr(part.default, "__name__", repr(part.default))
        if part.kind is part.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        end = f" = {usual}" if part.default is not part.empty else ""
        parts.append(f"{part.name}: {as_written(kind)}{end}")
    return f"{name}({', '.join(parts)})"


def _keys(**schemas: Mapping[str, Any]) -> dict[str, Callable[[], str]]:
    return {name: partial(keys_table, schema) for name, schema in schemas.items()}


# By page, the tables in it.
TABLES: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "usage.md": {"options": options_table, "commands": commands_table},
    "content.md": _keys(technique=schema_for("technique"), routine=schema_for("routine")),
    "evidence.md": {"references": references_table},
    "courses.md": _keys(course=schema_for("course")),
    "poses.md": {
        **_keys(pose=POSE.schema(), leg=LEG.schema(), arm=ARM.schema()), "spots": spots_table
    },
    "api.md": {"api": api_reference},
    "performance.md": {
        "measured": speed_facts,
        "speed": partial(speed_table, growing=False), "growth": partial(speed_table, growing=True),
    },
    "packs.md": _keys(pack=schema_for("pack")),
}  # fmt: skip


def with_table(text: str, name: str, table: str) -> str:
    """The page with a table made again. Raises ValueError for a page without it."""
    block = f"<!-- {name}: scripts/reference.py -->\n{table}\n<!-- /{name} -->"
    pattern = rf"<!-- {name}: .*?<!-- /{name} -->"
    text, found = re.subn(pattern, lambda _: block, text, flags=re.DOTALL)
    if found != 1:
        raise ValueError(f"the page has {found} tables '{name}', not one")
    return text


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` return 1 if one would change."""
    changed = False
    for page, tables in TABLES.items():
        made = text = (DOCS / page).read_text("utf-8")
        for name, table in tables.items():
            made = with_table(made, name, table())
        changed = changed or made != text
        if "--check" not in arguments:
            (DOCS / page).write_text(made, "utf-8")
    return int(changed and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
