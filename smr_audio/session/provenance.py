"""Say where every value of a session came from: an option, the profile, the routine, a default."""

from collections.abc import Iterator
from typing import Any, Final

from smr_audio.options.choices import Side
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FIELD, OPTIONS
from smr_audio.records import dataclass, fields
from smr_audio.session.compile import Compiled
from smr_audio.session.layers import Origin, Trail
from smr_audio.session.workload import Block
from smr_audio.units import TICK


@dataclass(frozen=True, slots=True)
class Reason:
    """A value of a session, technique or side, and its trail; the last origin decided it."""

    what: str
    value: str
    trail: Trail
    technique: str | None = None
    side: Side | None = None

    @property
    def origin(self) -> Origin:
        return self.trail[-1]

    def as_json(self) -> dict[str, Any]:
        place = self.origin.location
        return {
            "what": self.what,
            "technique": self.technique,
            "side": self.side,
            "value": self.value,
            "from": self.origin.source,
            "where": str(place) if place else None,
            "trail": [str(origin) for origin in self.trail],
        }


BY_TECHNIQUE: Final = tuple(one.field for one in OPTIONS if one.scope == "step")
"""What each technique has a value of its own for."""


def reasons(compiled: Compiled) -> Iterator[Reason]:
    """Every value of a session: first those of the whole, then those of each technique."""
    layers = compiled.layers
    for each in fields(Preferences):
        if each.name not in BY_TECHNIQUE:
            value, origin = layers.origin(each.name)
            if each.name == "safety":
                value = compiled.talk.safety
                if not layers.combined.safety:
                    origin = Origin("default", f"at {compiled.talk.session}")
                    if compiled.talk.session == "learn":
                        origin = Origin(layers.routine.source, "", layers.routine.location)
            yield Reason(BY_FIELD[each.name].title, _shown(each.name, value), (origin,))
    for index, block in enumerate(compiled.work.blocks):
        if block.group == index:
            yield from _of_block(compiled, block)
    for name in compiled.work.selection.left_out:
        yield Reason("left out", "", (compiled.work.selection.reasons[name],), name)


def _of_block(compiled: Compiled, block: Block) -> Iterator[Reason]:
    step, name, selection = block.step, block.technique.id, compiled.work.selection
    layers = compiled.layers.at(step)
    origin = selection.reasons.get(name) or Origin(layers.routine.source, "", step.location)
    yield Reason("technique", name, (origin,), name)
    for done in step.rounds:
        rest = f", then {_shown('rest', done.rest_ticks * TICK)}" if done.rest_ticks else ""
        yield Reason("rounds", f"{done.total}{rest}", (Origin("routine", "", done.location),), name)
    yield Reason("talk", compiled.talk.techniques[name], (layers.origin("talk")[1],), name)
    yield Reason("sets", str(block.sets.value), block.sets.trail, name)
    yield Reason("rest", _shown("rest", block.rest.value * TICK), block.rest.trail, name)
    sided = ("switch", "sides", "first", "extra") if block.technique.sides == 2 else ()
    for key in ("rest_between", "prepare", "bell", *sided):
        value, origin = layers.origin(key)
        if key == "extra" and not any(one.turn in ("again", "more") for one in block.passes):
            value = None  # it was dropped, since its side is not worked
        yield Reason(key, _shown(key, value), (origin,), name)
    # An extra pass is as long as the one that it repeats.
    for one in block.passes:
        if one.turn not in ("again", "more"):
            seconds = ", ".join(map(str, one.ladder or (one.hold_s,)))
            yield Reason("hold", f"{seconds} s", one.trail, name, one.side)


def _shown(name: str, value: Any) -> str:
    option = BY_FIELD[name]
    return option.unset if value in (None, ()) else option.kind.shown(value)
