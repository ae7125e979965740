"""Options that several commands share. Those of a session are made from the table of options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from smr_audio.cli.targets import ReadType, technique_completion
from smr_audio.options.kinds import Flag, Word
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import GROUPS, OPTIONS, Option, fields_of

F = TypeVar("F", bound=Callable[..., Any])


class OptionType(ReadType):
    """The value of an option of the table."""

    def __init__(self, option: Option) -> None:
        super().__init__(option.flag, self._value)
        self._option = option

    def _value(self, text: str) -> Any:
        kind = self._option.kind
        if not kind.many:
            return kind.read(text)
        return tuple(one for part in kind.parts(text) for one in kind.read(part))

    def get_metavar(self, *_: Any, **__: Any) -> str | None:
        """The words there are, as click writes a choice."""
        kind = self._option.kind
        return f"[{'|'.join(kind.of)}]" if isinstance(kind, Word) else self._option.metavar

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        if isinstance(self._option.kind, Word):
            return [CompletionItem(w) for w in self._option.kind.of if w.startswith(incomplete)]
        return technique_completion(incomplete) if self._option.names == "technique" else []


class SessionOption(click.Option):
    """An option of the table, which knows its row."""

    def __init__(self, *args: Any, row: Option, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class SessionCommand(click.Command):
    """A command whose help has the common options of the table; `--help-all` has every one."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options by group, and what the other groups are about."""
        everything = bool(ctx.meta.get(_ALL))
        rows: dict[str, list[tuple[str, str]]] = {"": [], **{name: [] for name in GROUPS}}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                row = getattr(parameter, "row", None)
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


_ALL = "smr_audio.help_all"


def _show_all(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        context.meta[_ALL] = True
        click.echo(context.get_help(), color=context.color)
        context.exit()


def session_options(command: F) -> F:
    """Add `--content` and the options of the table; they arrive as `values`."""
    return content_option(table_options()(command))


def table_options(*, without: Sequence[str] = ()) -> Callable[[F], F]:
    """Add the options of the table, but for some flags, and `--help-all`."""

    def add(command: F) -> F:
        command = click.option(
            "--help-all",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_all,
            help="Show every option and exit.",
        )(command)
        for row in reversed(OPTIONS):
            if row.flag not in without:
                command = _click_option(row)(command)
        return command

    return add


def _click_option(row: Option) -> Callable[[F], F]:
    flag = f"--{row.flag}" + (f"/--no-{row.flag}" if isinstance(row.kind, Flag) else "")
    range_ = f" {row.kind.range[0].upper()}{row.kind.range[1:]}." if row.kind.range else ""
    repeatable = " Repeatable." if row.kind.many else ""
    return click.option(
        flag,
        _parameter(row),
        cls=SessionOption,
        row=row,
        default=None,
        multiple=row.kind.many,
        metavar=row.metavar,
        help=row.help + range_ + repeatable,
        type=None if isinstance(row.kind, Flag) else OptionType(row),
    )


def _parameter(row: Option) -> str:
    return row.flag.replace("-", "_")


def content_option(command: F) -> F:
    return click.option(
        "--content",
        "content",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="DIR",
        help="A folder of your own content, searched first, or a pack (folder or ZIP). Repeatable.",
    )(command)


def profile_option(command: F) -> F:
    """Add `--no-profile`; it arrives as `no_profile`."""
    return click.option("--no-profile", is_flag=True, help="Ignore your profile.")(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(command)


class FolderType(click.Path):
    """A folder to write to. An empty name is refused: as a path it would be the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("name a folder; . is the one you are in", param, ctx)
        return super().convert(value, param, ctx)


def read_preferences(values: dict[str, Any]) -> Preferences:
    """Preferences from the values of `table_options`. Raises UsageError for two that are one."""
    given = []
    for row in OPTIONS:
        value = values.get(_parameter(row))
        if row.kind.many:
            value = tuple(dict.fromkeys(one for several in value or () for one in several))
        given.append((row, value))
    return Preferences(**fields_of(given))
