"""Warn of what differs from the request: rests that take longer, lines without room."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from smr_audio import units
from smr_audio.session.compile import Compiled
from smr_audio.session.script import Hold, Notice, Rest, Say
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import plan_holds
from smr_audio.timeline.timeline import Timeline


def unmet_requests(compiled: Compiled, timeline: Timeline, lengths: Lengths) -> Iterator[Notice]:
    """A warning for each technique whose rests or coaching are not as requested."""
    yield from _rests(compiled, timeline)
    yield from dict.fromkeys(_setups(compiled, timeline))
    yield from dict.fromkeys(_bells(compiled, timeline))
    yield from _coaching(compiled, lengths)


def _rests(compiled: Compiled, timeline: Timeline) -> Iterator[Notice]:
    """Exact rests that take longer because of what is heard in them."""
    found = defaultdict[tuple[str, Rest], list[int]](list)
    technique, rests = "", iter(timeline.rests)
    for item in compiled.script.items:
        if isinstance(item, Hold):
            technique = item.technique
        elif isinstance(item, Rest):
            took = next(rests)
            if item.exact:
                found[technique, replace(item, line=None)].append(took.end_tick - took.start_tick)
    less_talk = "" if compiled.talk.session == "minimal" else ", or for less talk"
    for (technique, rest), took_ticks in found.items():
        most_ms = units.ms_of_ticks(max(took_ticks))
        if most_ms - units.ms_of_ticks(rest.ticks) >= 100:  # the message gives tenths of a second
            requested, ms = rest.ticks / units.TICKS_PER_SECOND, (units.ms_of_ticks(min(took_ticks)), most_ms)
            span = " to ".join(dict.fromkeys(f"{one / 1000:.1f}" for one in ms))
            text = f"{technique}: a rest of {requested:g} s takes {span} s, since what is heard between two "
            yield Notice("rest-longer", f"{text}{rest.between} takes that long; ask for a longer one{less_talk}")


def _setups(compiled: Compiled, timeline: Timeline) -> Iterator[Notice]:
    """What to do and how to lie, never said because the rest before it is too short."""
    heard, unsaid = {event.text for event in timeline.speech}, False
    for item in compiled.script.items:
        if isinstance(item, Say) and item.gives_way in ("move", "setup"):
            unsaid |= not any(one and one.text in heard for one in (item, item.shorter))
        elif isinstance(item, Hold):
            if unsaid:
                text = f"{item.technique}: the rest before it has no room for all of its set-up, which is never "
                yield Notice("setup-unsaid", f"{text}said; ask for a longer one, unless you know it by heart")
            unsaid = False


def _bells(compiled: Compiled, timeline: Timeline) -> Iterator[Notice]:
    """Bells at given times that other cues leave no room for."""
    heard = {cue.start_tick for cue in timeline.cues if cue.cue == "bell"}
    asked = (item for item in compiled.script.items if isinstance(item, Hold))
    for hold, item in zip(timeline.holds, asked, strict=True):
        bells, seconds = item.calls.bells, item.ticks // units.TICKS_PER_SECOND
        for at in () if bells.every else bells.within(seconds):
            if hold.start_tick + at * units.TICKS_PER_SECOND not in heard:
                text = f"{item.technique}: the bell at {at} s of {seconds} is not heard, since "
                yield Notice("bell-unheard", f"{text}another cue is; choose another time")


def _coaching(compiled: Compiled, lengths: Lengths) -> Iterator[Notice]:
    """Lines that are never said, of techniques where one had its turn but no room.

    Lines that never had their turn in a short session need no warning.
    """
    script = compiled.script
    said, crowded = defaultdict[str, list[Say]](list), set[str]()
    for place, plan in plan_holds(script, lengths).items():
        hold = script.items[place]
        if isinstance(hold, Hold):
            said[hold.technique] += (*(spot.line for spot in plan.speech), *plan.before)
            if any(line not in said[hold.technique] for line in plan.left_out):
                crowded.add(hold.technique)
    blocks = zip(compiled.work.blocks, script.coaching, strict=True)
    for technique, coaching in {block.technique.id: lines for block, lines in blocks}.items():
        named = [*zip(coaching.names, coaching.lines, strict=True), *((one.name, one.line) for one in coaching.timed)]
        names = [name for name, line in named if line not in said[technique]]
        if technique in crowded and names:  # else each found room in another hold
            text = f"{technique}: never said, since its holds have no room for more: coaching {', '.join(names)}; "
            yield Notice("coaching-unsaid", f"{text}make the lines shorter or fewer, or the holds longer")
