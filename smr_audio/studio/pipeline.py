"""Make what a session lacks, the voice and the encoder at the same time.

Times are exact only when the last sentence has been spoken. But the key of an encoded segment is
what it is made of, not where it lies. So as soon as the sounds of an island are there it is encoded
as it would be if the rest took as long as estimated. Before the first missing sentence that is
nearly always right; a wrong guess costs one segment that is not used.

Who wants to hear a session at once has it otherwise: first all is spoken that its times depend on,
then its islands are mastered and encoded in the order of hearing, and last what it does not use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.errors import BuildError
from smr_audio.progress import Progress
from smr_audio.records import dataclass, replace
from smr_audio.session.script import Hold, Say, Script, Sentence
from smr_audio.sound.islands import SHARED_TICKS, Island, PlacedSound, Shape, chapter_islands, find_islands
from smr_audio.studio.clips import Clips
from smr_audio.studio.segment_store import Segment, SegmentStore
from smr_audio.timeline.hold import EVERY_PLACE_S
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import Laid, lay, schedule
from smr_audio.timeline.timeline import CueEvent, Event, SpeechEvent, Timeline

if TYPE_CHECKING:
    from concurrent.futures import Future

_FIRST_BATCH: Final = 2  # of a session that is heard meanwhile
BATCH: Final = 16  # starting ffmpeg takes as long as encoding three islands
_AT_ONCE: Final = 2
_CLIPS_BETWEEN: Final = 12  # scheduling again takes a few milliseconds
_APART_TICKS: Final = 126


def place_sounds(events: Iterable[Event], clips: Clips, lengths: Lengths) -> list[PlacedSound]:
    placed: list[PlacedSound] = []
    for event in events:
        if isinstance(event, SpeechEvent):
            for at, each in event.sentences:
                placed.append(PlacedSound(at, lengths.sentences[each], clips.sound_of(each)))
        elif isinstance(event, CueEvent):
            sound = clips.sound_of_cue(event.cue)
            placed.append(PlacedSound(event.start_tick, lengths.cues[event.cue], sound))
    return placed


def islands_of(laid: Timeline | Laid, clips: Clips, lengths: Lengths) -> tuple[Island, ...]:
    placed = place_sounds(laid.events, clips, lengths)
    if clips.settings.has_own_bed and isinstance(laid, Timeline):
        starts = [chapter.start_tick // units.TICKS_PER_FRAME for chapter in laid.chapters]
        return chapter_islands(placed, starts, frames=laid.frames)
    return find_islands(placed, end_tick=laid.end_tick)


def to_speak(
    script: Script, clips: Clips, *, end_tick: int | None = None, timeline: Timeline | None = None
) -> list[Sentence]:
    """The sentences still to be spoken, those that are heard first first, the spare ones last.

    Of the announcements of the length only the one for `end_tick`, which is the timeline's if
    not given; with a session of which more is new also those near to it, so that changed holds
    need none. What is spoken changes the lengths: ask again afterwards. `timeline` is that of
    these lengths, if it is known.
    """
    timeline, missing = timeline or schedule(script, clips.lengths()), clips.missing
    if missing and (length := script.length):
        made = length.sentences()
        end_ms = units.ms_of_ticks(end_tick or timeline.end_tick)
        lines: Iterable[Say] = [length.line(end_ms)]
        if any(each not in made for each in missing):
            lines = length.near(end_ms, estimated=not end_tick)
        elif any(clips.was_spoken(each) for each in script.sentences() if each not in made):
            lines = length.near(end_ms, estimated=False)
        wanted = {each for line in lines for each in line.sentences}
        missing = [each for each in missing if each in wanted or each not in made]
    unsaid = set(missing)
    heard = (each for event in timeline.speech for _, each in event.sentences if each in unsaid)
    return list(dict.fromkeys((*heard, *missing)))


class Encoding:
    """Islands being encoded in the background, a batch at a time."""

    def __init__(self, segments: SegmentStore, clips: Clips) -> None:
        self._segments = segments
        self._clips = clips
        from concurrent.futures import ThreadPoolExecutor  # brings logging

        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._running: dict[Future[dict[Shape, Segment]], int] = {}
        self._ordered: set[Shape] = set()
        self._waiting: list[Shape] = []

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def get_ready(self) -> None:
        self._pool.submit(self._segments.tiles)

    def order(self, shapes: Iterable[Shape], *, least: int = 1) -> None:
        """Start those not ordered before, once `least` of them are waiting."""
        fresh = [shape for shape in shapes if shape not in self._ordered]
        self._ordered.update(fresh)
        self._waiting += fresh
        if len(self._waiting) < least:
            return
        waiting, self._waiting = self._waiting, []
        size = max(BATCH, -(-len(waiting) // _AT_ONCE))
        for first in range(0, len(waiting), size):
            batch = waiting[first : first + size]
            self._running[self._pool.submit(self._segments.make, batch, self._clips)] = len(batch)

    def check(self) -> None:
        """Raise the error of a batch that has failed already."""
        for future in self._running:
            if future.done():
                future.result()

    def finish(self, progress: Progress) -> dict[Shape, Segment]:
        """Wait for all that was ordered. Raises as `SegmentStore.make` does."""
        from concurrent.futures import as_completed

        done, total = 0, sum(self._running.values())
        made: dict[Shape, Segment] = {}
        for future in as_completed(self._running):
            made |= future.result()
            done += self._running[future]
            progress("encoding", done, total)
        return made


class Pipeline:
    """Makes one session: its timeline, its islands, and their segments."""

    def __init__(self, script: Script, clips: Clips, segments: SegmentStore, progress: Progress) -> None:
        self._script = script
        self._clips = clips
        self._segments = segments
        self._progress = progress
        self._to_speak = partial(to_speak, script, clips)

    def run(self, on_laid: Callable[[Product], None] | None = None) -> Product:
        """Speak what was never spoken, encode what was never encoded.

        With `on_laid` the session can be heard meanwhile: it gets a product with the exact
        timeline, whose missing segments come in the order of hearing.

        Raises BuildError if the voice or the encoder breaks, MissingError without encoder.
        """
        laid = self._lay()
        if not laid.lacking and not self._to_speak(timeline=laid.timeline):
            return laid
        with self._clips.cache.alone(lambda: self._progress("waiting", 0, 1)):
            if on_laid:
                self._make_heard(on_laid)
            return self._make(spare=on_laid is not None)

    def _make_heard(self, on_laid: Callable[[Product], None]) -> None:
        with closing(Encoding(self._segments, self._clips)) as encoding:
            self._clips.speak(self._needed, progress=self._progress, on_start=encoding.get_ready, unmastered=True)
        laid = self._lay()
        made = dict(laid.segments)
        on_laid(replace(laid, segments=made))
        lacking, size = laid.lacking, _FIRST_BATCH
        done, total = 0, len(lacking)
        while batch := lacking[done : done + size]:
            self._progress("encoding", done, total)
            self._clips.fetch(sounds_of(batch))
            if self._clips.lengths() != laid.lengths:
                self._clips.fetch(sounds_of(lacking))  # next time all lengths are right
                raise BuildError("the voice took longer than before; ask for the session again")
            made |= self._segments.make(batch, self._clips)
            done, size = done + len(batch), min(2 * size, BATCH)
        sentences = self._script.sentences()
        self._clips.fetch([self._clips.sound_of(each) for each in sentences if self._clips.is_known(each)])

    def _needed(self) -> list[Sentence]:
        """The sentences never spoken whose lengths the timeline depends on."""
        lengths = self._clips.lengths()
        asked = _Asked(lengths.sentences)
        schedule(self._script, replace(lengths, sentences=asked))
        return [each for each in asked.keys_asked if not self._clips.is_known(each)]

    def _make(self, *, spare: bool) -> Product:
        with closing(Encoding(self._segments, self._clips)) as encoding:
            self._speak(encoding)
            while True:
                laid = self._lay()
                self._clips.fetch(sounds_of(laid.lacking))
                # A clip that was gone and is spoken again should be as long as before.
                if self._clips.lengths() == laid.lengths:
                    break
            encoding.order(laid.lacking)
            if laid.lacking or spare:
                others = self._spare(laid.lengths, heard=frozenset(sounds_of(laid.shapes)))
                encoding.order(self._lacking(others))
            made = encoding.finish(self._progress)
            segments = {**laid.segments, **{shape: made[shape] for shape in laid.lacking}}
            return replace(laid, segments=segments, encoded=sum(shape in made for shape in segments))

    def _lay(self) -> Product:
        lengths = self._clips.lengths()
        timeline = schedule(self._script, lengths)
        islands = islands_of(timeline, self._clips, lengths)
        shapes = [island.shape for island in islands]
        kinds = dict.fromkeys(shapes)
        segments = {kind: one for kind in kinds if (one := self._segments.find(kind)) is not None}
        return Product(lengths, timeline, islands, shapes, segments)

    def _speak(self, encoding: Encoding) -> None:
        heard = 0

        def on_clip() -> None:
            nonlocal heard
            heard += 1
            encoding.check()
            if heard % _CLIPS_BETWEEN == 0:
                encoding.order(self._settled(), least=BATCH)

        self._clips.speak(self._to_speak, progress=self._progress, on_start=encoding.get_ready, on_clip=on_clip)

    def _settled(self) -> list[Shape]:
        """What can be encoded already: islands before the first sentence still to be spoken."""
        if self._clips.settings.has_own_bed:
            return []
        lengths = self._clips.lengths()
        timeline = schedule(self._script, lengths)
        said = (each for event in timeline.speech for each in event.sentences)
        unknown = (at for at, sentence in said if not self._clips.is_known(sentence))
        open_from = min(unknown, default=timeline.end_tick)
        placed = place_sounds(timeline.events, self._clips, lengths)
        placed = [one for one in placed if one.end_tick + SHARED_TICKS < open_from]
        # The last one may still be drawn out to meet the next.
        islands = find_islands(placed, end_tick=timeline.end_tick)[:-1]
        return self._lacking(island.shape for island in islands)

    def _spare(self, lengths: Lengths, *, heard: frozenset[str]) -> list[Shape]:
        """What other holds, sets or rests would need, so that changing those encodes nothing.

        Lines begin on frames, so each has one shape wherever it lies. The cues and calls of a
        hold have a place of their own in a frame; with these holds every place comes up. Over a
        bed of the user's own another hold makes another chapter, whatever is there.
        """
        if self._clips.settings.has_own_bed:
            return []
        lines = [
            replace(line, then_ticks=_APART_TICKS)
            for line in self._script.lines()
            if not heard.issuperset(map(self._clips.sound_of, line.sentences))
        ]
        islands = islands_of(lay(lines, lengths), self._clips, lengths)
        for more in EVERY_PLACE_S:
            items = (
                replace(item, ticks=item.ticks + more * units.TICKS_PER_SECOND) if isinstance(item, Hold) else item
                for item in self._script.items
            )
            timeline = schedule(replace(self._script, items=tuple(items)), lengths)
            islands += islands_of(timeline, self._clips, lengths)
        return [island.shape for island in islands]

    def _lacking(self, shapes: Iterable[Shape]) -> list[Shape]:
        """Those that are to be made, and can be without speaking."""
        return [
            shape
            for shape in dict.fromkeys(shapes)
            if self._segments.find(shape) is None and not self._clips.load(sounds_of([shape]))
        ]


@dataclass(frozen=True, slots=True)
class Product:
    """A timeline of these lengths, its islands and their shapes, and the segments there are.

    `encoded` says how many of the segments are new. The segments of a product that is heard while
    it is made become more.
    """

    lengths: Lengths
    timeline: Timeline
    islands: Sequence[Island]
    shapes: Sequence[Shape]
    segments: Mapping[Shape, Segment]
    encoded: int = 0

    @property
    def lacking(self) -> list[Shape]:
        return [shape for shape in dict.fromkeys(self.shapes) if shape not in self.segments]


class _Asked(dict[Sentence, int]):
    """Lengths that remember which of them were asked for."""

    def __init__(self, lengths: Mapping[Sentence, int]) -> None:
        super().__init__(lengths)
        self.keys_asked: dict[Sentence, None] = {}

    def __getitem__(self, sentence: Sentence) -> int:
        self.keys_asked[sentence] = None
        return super().__getitem__(sentence)


def sounds_of(shapes: Iterable[Shape]) -> list[str]:
    return [sound for _, sounds in shapes for _, sound in sounds]
