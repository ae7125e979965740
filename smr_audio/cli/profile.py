"""`smr-audio profile`: show or change the profile."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click

from smr_audio import units
from smr_audio.cli.main import printable
from smr_audio.cli.options import ReadType, SessionCommand, json_option, option
from smr_audio.cli.output import print_json, say, say_warnings
from smr_audio.errors import BuildError, UsageError, reason_of
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.search import content_root
from smr_audio.options.choices import SIDES
from smr_audio.options.preferences import Preferences, named_in_full, unknown_names
from smr_audio.options.table import BY_FLAG
from smr_audio.profile import model, save
from smr_audio.storage.paths import is_there
from smr_audio.suggest import did_you_mean

OWN: Final = "one of your own content needs --content FOLDER"


@click.group("profile", invoke_without_command=True)
@json_option
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """Show or change your profile: tools, limits, level, weaker side, and any option of `build`.

    Options of a command override the profile; the profile overrides routines.
    """
    if context.invoked_subcommand is None:
        _show(as_json=as_json)
    elif as_json:
        raise UsageError("--json is for showing the profile; leave it out with a subcommand")


def _show(*, as_json: bool) -> None:
    library = _library()
    profile = model.load_profile(library)
    values = _values(profile) if profile else {}
    if as_json:
        print_json({"path": str(model.profile_path()), "exists": profile is not None, "profile": values})
        return
    if profile is not None:
        say_warnings((*model.unknown_elsewhere(profile, library), *model.warnings_of(profile, library)))
    click.echo(printable(model.profile_path()))
    for key, value in values.items():
        text = ("no", "yes")[value] if isinstance(value, bool) else save.shown(value)
        click.echo(f"  {key:<12} {printable(text)}")
    if not values:
        say("Nothing is set; `smr-audio profile set --help` names what can be.")


def _library(content: Iterable[Path] = ()) -> Library:
    """The library, with the content of the current folder, whose names are known too."""
    library = Library(content)
    library.take_in(content_root(Path()))
    return library


def _values(profile: model.Profile) -> dict[str, Any]:
    fit = save.lengths_of({name: length.ticks for name, length in profile.lengths.items()})
    values = {**save.values_of(profile.stored), "fit": fit, "weaker_side": profile.weaker_side}
    return {key: values[key] for key in model.PROFILE.keys if values.get(key) is not None}


def _routine_lengths(text: str) -> dict[str, int]:
    """Ticks by routine of `ROUTINE=TIME`, with commas between several; `off` is 0."""
    found = {}
    for part in text.split(","):
        routine, equals, time = part.partition("=")
        if not equals:
            raise UsageError(
                f"a length is of one routine; write ROUTINE={part}, such as full-body=25m, or "
                "build it with --fit and --save"
            )
        found[routine.strip()] = BY_FLAG["fit"].kind.read(time.strip()) // units.TICK
    return found


@command.command("set", cls=SessionCommand, without=("fit", "minutes"))
@option(
    "--fit fits ROUTINE=TIME",
    "The length of a routine's sessions: full-body=25m; full-body=off removes it. Repeatable.",
    type=ReadType("length", _routine_lengths),
    multiple=True,
)
@option("--weaker-side", "The side to begin with.", type=click.Choice(SIDES))
def set_values(
    *, fits: tuple[dict[str, int], ...], weaker_side: str | None, content: tuple[Path, ...], options: Preferences
) -> None:
    """Save tools, limits, level, weaker side and any option of sessions.

    For tools and techniques of your own, be in their folder or give --content.
    """
    library = _library(content)
    if options.only:
        raise UsageError("--only is about one session; use --skip for what you never do")
    lengths = {name: ticks for each in fits for name, ticks in each.items()}
    if options == Preferences() and weaker_side is None and not lengths:
        raise UsageError("nothing to set; name at least one option, such as --tools foam_roller")
    check_options(options, library)
    for name, ticks in lengths.items():
        if ticks and (unknown := model.unknown_routine(name, library)):
            raise UsageError(f"{unknown}; {OWN}")
    with save.changed_profile(library) as change:
        changes = save.changes_of(library, options, lengths=lengths)
        change(changes if weaker_side is None else {**changes, "weaker_side": weaker_side})
    click.echo(printable(model.profile_path()))


def check_options(options: Preferences, library: Library) -> None:
    """Raise for what would fail in every session: names, languages, voices, sounds."""
    from smr_audio.session.selection import check_tools
    from smr_audio.sound.settings import settings_of
    from smr_audio.voices.registry import chosen, user_locale

    try:
        check_tools(options.tools, library)
    except UsageError as error:
        raise UsageError(f"{error}; {OWN}") from None
    known = library.technique_ids()
    options = named_in_full(options, library.full_id)
    swapped = [name for swap in options.swaps for name in (swap.old, swap.new)]
    for name in (*unknown_names(options, known), *(one for one in swapped if one not in known)):
        raise UsageError(f"there is no technique '{name}'; {did_you_mean(name, known)}; {OWN}")
    language = library.language(options.language or DEFAULT_LANGUAGE)
    settings_of(options)
    if options.voice is not None:
        chosen(options.voice, language=language, locale=user_locale())


@command.command("unset")
@click.argument("keys", nargs=-1, required=True, type=click.Choice(tuple(model.PROFILE.keys)[1:]))
def unset(keys: tuple[str, ...]) -> None:
    """Remove KEYS such as `tools` or `hold` from the profile."""
    library = Library()
    if model.load_profile(library) is None:
        raise UsageError(f"there is no profile at {model.profile_path()}; nothing to forget")
    with save.changed_profile(library) as change:
        change(dict.fromkeys(keys))
    click.echo(printable(model.profile_path()))


@command.command("path")
def path() -> None:
    """Print the path of the profile."""
    click.echo(printable(model.profile_path()))


@command.command("clear")
def clear() -> None:
    """Delete the profile."""
    place = model.profile_path()
    if not is_there(place):
        raise UsageError(f"there is no profile at {place}; nothing to delete")
    try:
        place.unlink()
    except OSError as error:
        raise BuildError(f"cannot delete {place}: {reason_of(error)}; delete it yourself") from error
    click.echo(printable(place))
