"""How commands print: results to stdout, progress to stderr and only on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from smr_audio import units
from smr_audio.cli.main import printable
from smr_audio.errors import UsageError
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice
from smr_audio.progress import Progress, Stage, silent_progress
from smr_audio.session.script import Notice

if TYPE_CHECKING:
    from smr_audio.library.routine import Routine
    from smr_audio.studio.plan import Plan
    from smr_audio.studio.studio import Studio
SHORT_ON_WORDS: Final = "This routine is short on words. First time: --talk learn."


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def styled(text: str, **style: Any) -> str:
    """Text with a style, unless NO_COLOR is set (no-color.org)."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def mark(ok: bool, warning: str = "") -> str:
    """The result of a check in a word; `warning` is the word where it only warns."""
    if not ok:
        return styled("FAIL", fg="red")
    return styled(warning, fg="yellow") if warning else styled("ok  ", fg="green")


def say(text: str) -> None:
    click.echo(printable(text), err=True)


def say_warnings(warnings: Iterable[object]) -> None:
    for warning in warnings:
        say(f"Warning: {warning.text if isinstance(warning, Notice) else warning}")


def show(text: str, value: Callable[[], Any], *, as_json: bool) -> None:
    """Print a result: a text for people, or for programs what the function gives, as JSON."""
    print_json(value()) if as_json else click.echo(printable(text))


def open_studio(content: Iterable[Path], *, no_profile: bool = True) -> Studio:
    """A studio with the user's cache and profile; problems of the cache are printed."""
    from smr_audio.library.library import Library
    from smr_audio.profile.model import load_profile
    from smr_audio.storage.cache import Cache  # not for `list`
    from smr_audio.storage.paths import default_cache_root
    from smr_audio.studio.studio import Studio

    cache = Cache(default_cache_root(), on_trouble=lambda text: say_warnings([text]))
    library = Library(content)
    profile = None if no_profile else load_profile(library)
    return Studio(content=library, cache=cache, profile=profile)


def say_profile_warnings(studio: Studio) -> None:
    """Warn of what in the profile has no effect; call it once all content is loaded."""
    from smr_audio.profile.model import warnings_of

    if studio.profile:
        say_warnings(warnings_of(studio.profile, studio.library))


def session_of(
    studio: Studio, target: str | None, muscles: tuple[str, ...] | None, options: Preferences, *, progress: Progress
) -> Routine:
    """The named routine, or one composed for the muscles. Raises UsageError for both or neither."""
    if (target is None) == (muscles is None):
        raise UsageError("name a routine, or the muscles with --for; one of the two")
    from smr_audio.session.compose import Composition  # reads the library

    wanted = Composition(muscles) if muscles is not None else target or ""
    routine = studio.session_of(wanted, options, progress=progress)
    say_profile_warnings(studio)
    return routine


def on_talk(studio: Studio, routine: Routine, options: Preferences, plan: Plan) -> str | None:
    """What another level of talk is for, where nobody has said how much talk there is."""
    layers = plan.compiled.layers
    if layers.short_on_words:
        return SHORT_ON_WORDS
    if layers.origin("talk")[1].source != "default" or layers.combined.fit_ticks:
        return None
    follow = replace(options, talk=(TalkChoice("follow"),))
    estimate = studio.estimate(routine, follow)
    about = "about " if estimate.missing else ""  # of what was never spoken
    shorter, now = (units.clock(round(one.duration_ms / 1000)) for one in (estimate.plan, plan))
    return f"Once you know it, --talk follow: {about}{shorter} in place of {now}"


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Progress as one line that is overwritten, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield silent_progress
        return
    last = ""

    def show(stage: Stage, done: int, total: int) -> None:
        nonlocal last
        filled = 24 * done // max(total, 1)
        line = f"{stage:<9} [{'#' * filled}{'.' * (24 - filled)}] {done}/{total}"
        if line != last:
            click.echo(f"\r{line:<60}", err=True, nl=False)
            last = line

    try:
        yield show
    finally:
        if last:
            click.echo("\r" + " " * 60 + "\r", err=True, nl=False)
