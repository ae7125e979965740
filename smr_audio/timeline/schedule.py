"""Place a script on an exact timeline.

`schedule` is a pure function of a script and a table of lengths: the same two give the same
timeline, and no voice is needed. Everything is placed by its absolute start.

Whatever stands outside a hold begins and ends on an MP3 frame, and so does a hold after lines. So
each item takes the same time wherever it stands, and a changed hold moves the others by whole
frames: what was encoded of them fits.
"""

from collections.abc import Mapping, Sequence

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.records import dataclass, field, replace
from smr_audio.session.script import Coaching, Gate, Hold, Item, Part, Pause, Rest, Say, SayLength, Script, Signal
from smr_audio.timeline.hold import HoldPlan, Rotation, heard_beats, plan_hold
from smr_audio.timeline.lengths import CUE_GAP_TICKS, SENTENCE_GAP_TICKS, Lengths, as_heard, ticks_of
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, GateEvent, HoldEvent, RestSpan, SpeechEvent, Timeline


def schedule(script: Script, lengths: Lengths) -> Timeline:
    """The timeline of a script. Raises KeyError for a sentence that has no length."""
    plans = [*plan_holds(script, lengths).values()]
    slot = lengths.of(script.length.ruler) if script.length else 0
    while True:
        timeline, longer = _Layout(script, lengths, plans, slot).timeline()
        if longer <= slot:
            return timeline
        slot = longer


@dataclass(frozen=True, slots=True)
class Laid:
    """Items placed from tick 0 on: what follows begins at `end_tick`, on a frame.

    `before` is said ahead of its first hold, `rotation` is what its holds leave of the coaching.
    """

    events: tuple[Event, ...]
    end_tick: int
    before: tuple[Say, ...] = ()
    rotation: Rotation | None = None
    rests: tuple[RestSpan, ...] = ()


def lay(
    items: Sequence[Item],
    lengths: Lengths,
    coaching: Sequence[Coaching] = (),
    begun: Mapping[int, Rotation] | None = None,
) -> Laid:
    """Place a part of a script by itself: it takes the same time and sounds the same in a whole.

    `coaching` and `begun`, what earlier holds have left of it, are by block.
    """
    script = Script("", "", "", tuple(items), tuple(coaching), (), ())
    held = [*plan_holds(script, lengths, begun).values()]
    layout = _Layout(script, lengths, held, 0)
    layout.lay()
    found = Laid(layout.in_order(), layout.at, rests=tuple(layout.rests))
    return replace(found, before=held[0].before, rotation=held[-1].rotation) if held else found


def plan_holds(script: Script, lengths: Lengths, begun: Mapping[int, Rotation] | None = None) -> dict[int, HoldPlan]:
    plans, rotations = dict[int, HoldPlan](), dict(begun or {})
    for place, item in enumerate(script.items):
        if isinstance(item, Hold):
            coaching = script.coaching[item.block]
            rotation = rotations.get(item.block) or Rotation.begun(coaching)
            plans[place] = plan_hold(item.ticks, item.calls, coaching, rotation, lengths)
            rotations[item.block] = plans[place].rotation
    return plans


@dataclass(slots=True)
class _Layout:
    """Walks the items once; everything is placed up to the tick `at`.

    `slot` is the time for the announcement of the whole length, which is chosen at the end.
    """

    script: Script
    lengths: Lengths
    plans: Sequence[HoldPlan]
    slot: int
    at: int = 0
    announced: int = 0
    hold_end: int = 0
    rest_end: int = 0
    rest: Rest | None = None
    rests: list[RestSpan] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    parts: list[tuple[int, Part]] = field(default_factory=list)

    def timeline(self) -> tuple[Timeline, int]:
        self.lay()
        end = max(self.at, self.script.end_tick)
        needed = self._announce(end)
        starts = [at for at, _ in self.parts]
        chapters = tuple(
            Chapter(start, stop, part.title, part.technique, part.side, part.rounds)
            for (start, part), stop in zip(self.parts, [*starts[1:], end], strict=True)
        )
        return Timeline(self.in_order(), chapters, end, tuple(self.rests)), needed

    def in_order(self) -> tuple[Event, ...]:
        # What begins together stands in this order.
        ranks = {HoldEvent: 0, GateEvent: 1, CueEvent: 2, SpeechEvent: 3}
        return tuple(sorted(self.events, key=lambda one: (one.start_tick, ranks[type(one)])))

    def _announce(self, end: int) -> int:
        """Announce the length of the session; returns the slot that this needs."""
        if self.script.length is None:
            return 0
        line = self.script.length.line(units.ms_of_ticks(end))
        self._speech(self.announced, line)
        # A little too long it takes from the silence after it.
        return self.lengths.of(line) - max(0, self.script.length.ruler.then_ticks - SENTENCE_GAP_TICKS)

    def lay(self) -> None:
        items = [*as_heard(self.script.items, (plan.before for plan in self.plans), self.lengths)]
        plans = iter(self.plans)
        for place, item in enumerate(items, 1):
            if isinstance(item, Hold):
                self._hold(item, next(plans))
            elif isinstance(item, Rest):
                self._rest(item, items[place:])
            else:
                self._lay(item)

    def _lay(self, item: Item) -> None:
        if isinstance(item, Say):
            self._say(item)
        elif isinstance(item, SayLength):
            self.announced = self.at
            self._go_on(self.at + self.slot, item.ruler.then_ticks)
        elif isinstance(item, Part):
            # A chapter is where a track is cut: never inside a sound, and right at its first cue.
            self.parts.append((self.at, item))
            self._go_on(self.at, item.lead_ticks, least=0)
        elif isinstance(item, Signal):
            self._cue(self.at, item.cue)
            self._go_on(self.at + self.lengths.cues[item.cue])
        elif isinstance(item, Gate | Pause):
            if isinstance(item, Gate):
                self.events.append(GateEvent(self.at, self.at + item.ticks, item.kind))
            self._go_on(self.at, item.ticks, least=0)

    def _go_on(self, end: int, then: int = 0, *, least: int = CUE_GAP_TICKS) -> None:
        """What comes next begins on the first frame after so much quiet."""
        self.at = units.whole_frames(end + max(then, least))

    def _say(self, line: Say) -> None:
        if line.sentences:
            self._speech(self.at, line)
            self.at += ticks_of(line, self.lengths)

    def _speech(self, start: int, line: Say) -> None:
        starts = (start + after for after in self.lengths.starts(line))
        sentences = tuple(zip(starts, line.sentences, strict=True))
        self.events.append(SpeechEvent(start, start + self.lengths.of(line), line.text, line.role, sentences))

    def _cue(self, at: int, name: CueName) -> None:
        self.events.append(CueEvent(at, at + self.lengths.cues[name], name))

    def _hold(self, hold: Hold, plan: HoldPlan) -> None:
        start = max(self.at + ticks_of(hold, self.lengths), self.rest_end)
        end = start + hold.ticks
        if self.rest is not None:
            self.rests.append(RestSpan(self.hold_end, start, self.rest.between))
            self.rest = None
        self.events.append(HoldEvent(start, end, hold.technique, hold.side, hold.set, hold.rounds, hold.name))
        first = len(self.events)
        for offset, cue in plan.cues:
            self._cue(start + offset, cue)
        for spot in plan.speech:
            at = start + spot.start_tick
            self._speech(units.whole_frames(at) if spot.is_free else at, spot.line)
        if hold.beats_per_minute is not None:  # ticks keep out of the way of all that is there
            sounds = [(one.start_tick - start, one.end_tick - start) for one in self.events[first:]]
            length = self.lengths.cues["tick"]
            for beat in heard_beats(hold.ticks, hold.beats_per_minute, sounds=sounds, length=length):
                self._cue(start + beat, "tick")
        self.hold_end = end
        self._go_on(end + self.lengths.cues["end"])

    def _rest(self, rest: Rest, following: Sequence[Item]) -> None:
        """Wait so that the next start cue comes `rest.ticks` after the last end cue, or as
        soon after as its lines allow."""
        self.rest, self.rest_end = rest, self.hold_end + rest.ticks
        latest = self.rest_end
        for item in following:
            latest -= ticks_of(item, self.lengths)
            if isinstance(item, Hold):
                break
        if rest.line and self.at + ticks_of(rest.line, self.lengths) <= latest:
            self._say(rest.line)
        self.at = max(self.at, latest // units.TICKS_PER_FRAME * units.TICKS_PER_FRAME)
