"""How commands change the profile, and say what they changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from smr_audio.cli.output import say
from smr_audio.library.packs.qualify import named_in_full
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import load_profile, profile_path

if TYPE_CHECKING:
    from smr_audio.session.workload import Workload
    from smr_audio.studio.plan import Plan
    from smr_audio.studio.studio import Studio


class _TriedError(Exception):
    """It can be done."""


@contextmanager
def kept_profile(studio: Studio, options: Preferences | None) -> Iterator[Callable[[Plan], None]]:
    """Give a function that keeps what options ask for in the profile; without options, none does.

    That they can be kept is known before anything is built.
    """
    if options is None:
        yield lambda plan: None
        return
    options = named_in_full(options, studio.library.full_id)
    from smr_audio.profile import save  # only who saves needs it

    def kept(work: Workload | None, routine: str | None = None) -> list[str]:
        with save.changed_profile(studio.library) as change:
            profile = load_profile(studio.library)
            before = profile.stored if profile else Preferences()
            after = save.remembered(before, options, work.holds if work else None)
            changes = save.changes_between(before, after)
            if routine is not None and options.fit_ticks is not None:
                lengths = {routine: options.fit_ticks}
                changes |= save.changed_lengths(profile, lengths)
            change(changes)
            if work is None:
                raise _TriedError  # so nothing is changed yet
        return [f"fit of {routine}" if key == "fit" else key for key in changes]

    with suppress(_TriedError):
        kept(None)

    def keep(plan: Plan) -> None:
        composed = plan.compiled.layers.routine.source == "composed"
        changes = kept(plan.compiled.work, None if composed else plan.compiled.script.routine)
        say(f"Saved in {profile_path()}: {', '.join(changes) or 'nothing new'}")
        if composed and options.fit_ticks is not None:
            say("Not saved: fit, since a length is of a routine, and this session is composed")

    yield keep
    if options.only:
        say("Not saved: only, which is about this session")
