"""Arguments and options that commands share. Those of a session are made from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from smr_audio.errors import UsageError
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.kinds import Flag, Names, Word
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import GROUPS, OPTIONS, Option, fields_of

if TYPE_CHECKING:
    from smr_audio.library.library import Library

F = TypeVar("F", bound=Callable[..., Any])

ROWS: Final = {row.flag.replace("-", "_"): row for row in OPTIONS}
"""The rows of the table by the names of their parameters."""
PATH: Final = click.Path(path_type=Path)
_ALL: Final = "smr_audio.help_all"


class SessionCommand(click.Command):
    """A command with `--content` and the table's options, which arrive as `options`.

    Its help has the common ones; `--help-all` has every one. `without` are flags it lacks.
    """

    def __init__(self, *args: Any, without: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content_option(self)
        for name, row in ROWS.items():
            if row.flag not in without:
                _click_option(name, row)(self)
        more = {"is_eager": True, "expose_value": False, "callback": _show_all}
        option("--help-all", "Show every option and exit.", **more)(self)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it. Raises UsageError for two options that are one."""
        ctx.params["options"] = read_preferences(ctx.params)
        ctx.params = {name: value for name, value in ctx.params.items() if name not in ROWS}
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options by group, and what the other groups are about."""
        everything = bool(ctx.meta.get(_ALL))
        rows: dict[str, list[tuple[str, str]]] = {"": [], **{name: [] for name in GROUPS}}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                row = ROWS.get(parameter.name or "")
                if row is None or row.common or everything:
                    rows[row.group if row else ""].append(record)
        for group, records in rows.items():
            if records:
                with formatter.section(GROUPS.get(group, "Options")):
                    formatter.write_dl(records)
        if not everything:
            hidden = sum(not row.common for row in OPTIONS)
            formatter.write_paragraph()
            formatter.write_text(f"--help-all also lists {hidden} less common options.")


def _show_all(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        context.meta[_ALL] = True
        click.echo(context.get_help(), color=context.color)
        context.exit()


def option(declaration: str, help: str, **more: Any) -> Callable[[F], F]:
    """An option, declared as help shows it: `-o --output FILE` has a value, `--watch` none.

    A word without dashes is the name by which the value arrives, as in `--zip zipped`.
    """
    *names, last = declaration.split()
    if last.isupper():
        more["metavar"] = last
    else:
        names.append(last)
        more.setdefault("is_flag", "type" not in more)
    return click.option(*names, help=help, **more)


class ReadType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """What a function reads that raises UsageError for a bad text."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


def _click_option(name: str, row: Option) -> Callable[[F], F]:
    flag, kind = f"--{row.flag}", row.kind
    range_ = f" {kind.range[0].upper()}{kind.range[1:]}." if kind.range else ""
    more: dict[str, Any] = {"multiple": kind.many, "metavar": row.metavar}
    if isinstance(kind, Flag):
        flag += f"/--no-{row.flag}"
    else:
        more["type"] = ReadType(row.flag, lambda text: _value(row, text))
    if isinstance(kind, Word):
        words = kind.of
        more["metavar"] = f"[{'|'.join(words)}]"
        more["shell_complete"] = lambda _context, _, start: _beginning(words, start)
    elif row.names == "technique":
        more["shell_complete"] = lambda _context, _, start: _beginning(_library().technique_ids(), start)
    text = row.help + range_ + " Repeatable." * kind.many
    return click.option(flag, name, default=None, help=text, **more)


def _value(row: Option, text: str) -> Any:
    if not row.kind.many:
        return row.kind.read(text)
    return tuple(one for part in row.kind.parts(text) for one in row.kind.read(part))


content_option = option(
    "--content DIR",
    "A folder of your own content, searched first, or a pack (folder or ZIP). Repeatable.",
    type=PATH,
    multiple=True,
)
profile_option = option("--no-profile", "Ignore your profile.")
json_option = option("--json as_json", "Print one JSON value.")


def read_preferences(values: dict[str, Any]) -> Preferences:
    """Preferences from values by parameter. Raises UsageError for two options that are one."""
    given = []
    for name, row in ROWS.items():
        value = values.get(name)
        if row.kind.many:
            value = tuple(dict.fromkeys(one for several in value or () for one in several))
        given.append((row, value))
    return Preferences(**fields_of(given))


def target_argument(command: F) -> F:
    """Add the argument ROUTINE and `--for`; `session_of` makes a session of the two."""
    command = option(
        "--for muscles MUSCLES",
        "Compose a session for these instead: hamstrings,calves.",
        type=ReadType("muscles", Names(words=True).read),
        shell_complete=_complete_muscles,
    )(command)
    return click.argument("target", metavar="[ROUTINE]", required=False, shell_complete=complete_target)(command)


def complete_target(_context: click.Context, _: click.Parameter, start: str) -> list[CompletionItem]:
    """An id or a path."""
    library = _library()
    names = (*library.routine_ids(), *library.technique_ids())
    return _beginning(names, start) or [CompletionItem(start, type="file")]


def _complete_muscles(_context: click.Context, _: click.Parameter, start: str) -> list[CompletionItem]:
    """The last of several with commas between."""
    before, comma, start = start.rpartition(",")
    found = _beginning(_library().phrases(DEFAULT_LANGUAGE).muscles, start)
    return [CompletionItem(f"{before}{comma}{each.value}") for each in found]


def _library() -> Library:
    from smr_audio.library.library import Library  # only to complete

    return Library()


def _beginning(names: Iterable[str], start: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(start)]


class OutputType(click.Path):
    """A file to write, with one of these suffixes; without any, a folder to write to.

    An empty name is refused: as a path it would be the current folder.
    """

    def __init__(self, *suffixes: str) -> None:
        super().__init__(path_type=Path)
        self._suffixes = suffixes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path: Any = super().convert(value, param, ctx)
        if self._suffixes:
            from smr_audio.views.files import check_suffix  # most commands write no such file

            check_suffix(path, self._suffixes)
        elif value == "":
            self.fail("name a folder; . is the one you are in", param, ctx)
        return path


PICTURE: Final = OutputType(".svg", ".png")
