"""Full names: the bare ids in content and preferences, replaced by ids that hold everywhere.

Inside a pack an id means the pack's own first; outside, a bare id of a pack's is as good as
`PACK.ID` while no other has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from smr_audio.library.models import Routine, Technique
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import Swap

FullName = Callable[[str], str]


def technique_in_full(technique: Technique, full: FullName, *, pack: str | None) -> Technique:
    variations = tuple(map(full, technique.variations))
    if pack is None and variations == technique.variations:
        return technique
    named_at = {
        (key, full(name) if key == "variations" else name): place
        for (key, name), place in technique.named_at.items()
    }
    name = f"{pack}.{technique.id}" if pack else technique.id
    return replace(technique, id=name, variations=variations, named_at=named_at)


def routine_in_full(routine: Routine, full: FullName, *, pack: str | None) -> Routine:
    steps = tuple(
        replace(
            step,
            technique=full(step.technique),
            holds=tuple(replace(one, technique=full(step.technique)) for one in step.holds),
        )
        for step in routine.steps
    )
    settings = named_in_full(routine.settings, full)
    if pack is None and steps == routine.steps and settings == routine.settings:
        return routine
    name = f"{pack}.{routine.id}" if pack else routine.id
    return replace(routine, id=name, steps=steps, settings=settings)


def named_in_full(preferences: Preferences, full: FullName) -> Preferences:
    return replace(
        preferences,
        holds=tuple(
            replace(change, technique=full(change.technique)) if change.technique else change
            for change in preferences.holds
        ),
        skip=tuple(map(full, preferences.skip)),
        only=tuple(map(full, preferences.only)),
        swaps=tuple(_swap(swap, full) for swap in preferences.swaps),
    )


def _swap(swap: Swap, full: FullName) -> Swap:
    old, new = full(swap.old), full(swap.new)
    # Of two names for one technique, `choose` reports the names as given.
    return swap if old == new else Swap(old, new)
