"""Full names: the bare ids in preferences, replaced by ids that hold everywhere.

Inside a pack, an id means the pack's own technique first. Outside, a bare id of a pack's technique
works as well as `PACK.ID`, as long as nothing else has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from smr_audio.options.preferences import Preferences
from smr_audio.options.values import Swap

FullName = Callable[[str], str]


def named_in_full(preferences: Preferences, full: FullName) -> Preferences:
    return replace(
        preferences,
        holds=tuple(
            replace(change, technique=full(change.technique)) if change.technique else change
            for change in preferences.holds
        ),
        talk=tuple(
            replace(one, technique=full(one.technique)) if one.technique else one
            for one in preferences.talk
        ),
        skip=tuple(map(full, preferences.skip)),
        only=tuple(map(full, preferences.only)),
        swaps=tuple(_swap(swap, full) for swap in preferences.swaps),
    )


def _swap(swap: Swap, full: FullName) -> Swap:
    old, new = full(swap.old), full(swap.new)
    # Of two names for one technique, `choose` reports the names as given.
    return swap if old == new else Swap(old, new)
