"""Full names: the bare ids in preferences, replaced by ids that hold everywhere.

Inside a pack, an id means the pack's own technique first. Outside, a bare id of a pack's technique
works as well as `PACK.ID`, as long as nothing else has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import TalkChoice
from smr_audio.options.values import Swap

T = TypeVar("T", HoldChange, TalkChoice)
FullName = Callable[[str], str]


def named_in_full(preferences: Preferences, full: FullName) -> Preferences:
    def renamed(one: T) -> T:
        return replace(one, technique=full(one.technique)) if one.technique else one

    return replace(
        preferences,
        holds=tuple(map(renamed, preferences.holds)),
        talk=tuple(map(renamed, preferences.talk)),
        skip=tuple(map(full, preferences.skip)),
        only=tuple(map(full, preferences.only)),
        swaps=tuple(_swap(swap, full) for swap in preferences.swaps),
    )


def _swap(swap: Swap, full: FullName) -> Swap:
    old, new = full(swap.old), full(swap.new)
    # Of two names for one technique, `choose` reports the names as given.
    return swap if old == new else Swap(old, new)
