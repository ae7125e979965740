"""Silences that may grow: those between lines, in which people set up and change over."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from smr_audio import units
from smr_audio.session.script import Hold, Item, Pause, Rest, Say, Script

STRETCH: Final = Fraction(1, 2)
"""Silences between lines may grow by this part of themselves: what a relaxed pace gives them."""

_ROLES: Final = ("fetch", "setup", "move", "caution", "switch", "finish", "next")
_LEAST_TICKS: Final = units.TICKS_PER_SECOND  # shorter silences are those of speech


def room_of(script: Script) -> int:
    """Ticks by which the silences of a script may grow in all."""
    return sum(int(_silence(script.items[place]) * STRETCH) for place in stretchable(script))


def stretchable(script: Script) -> list[int]:
    """The places of a script's items whose silence may grow.

    Between a rest and its hold none may: there the rest decides.
    """
    places, resting = [], False
    for place, item in enumerate(script.items):
        if isinstance(item, Rest | Hold):
            resting = isinstance(item, Rest)
        elif not resting and _silence(item) >= _LEAST_TICKS:
            places.append(place)
    return places


def stretch(script: Script, ticks: int) -> Script:
    """The script with so many ticks more of silence, shared in proportion, in whole frames.

    Raises ValueError if its silences have no room for them; a part of a frame is left out.
    """
    places = stretchable(script)
    whole = sum(_silence(script.items[place]) for place in places)
    frames = ticks // units.TICKS_PER_FRAME
    items = list(script.items)
    given = before = 0
    for place in places:
        before += _silence(items[place])
        share = frames * before // whole - given
        given += share
        items[place] = _longer(items[place], share * units.TICKS_PER_FRAME)
    if given < frames:
        raise ValueError(f"there is no silence to take {ticks} ticks")
    return replace(script, items=tuple(items))


def _silence(item: Item) -> int:
    if isinstance(item, Pause):
        return item.ticks
    return item.then_ticks if isinstance(item, Say) and item.role in _ROLES else 0


def _longer(item: Item, ticks: int) -> Item:
    if isinstance(item, Pause):
        return replace(item, ticks=item.ticks + ticks)
    return replace(item, then_ticks=item.then_ticks + ticks) if isinstance(item, Say) else item
