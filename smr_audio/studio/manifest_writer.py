"""The manifest of a session, or of one track of it, for the tag of its file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from smr_audio import units
from smr_audio.mp3.id3 import Tags, shown_texts
from smr_audio.sound.tones import CUE_FORMAT
from smr_audio.studio.session import Session
from smr_audio.timeline.timeline import CueEvent, HoldEvent, SpeechEvent
from smr_audio.units import TICKS_PER_FRAME
from smr_audio.verification import manifest as form


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A track of an album: its number, and the frames `[start, stop)` of the session."""

    track: int
    tracks: int
    start: int
    stop: int

    def ticks(self, end_tick: int) -> tuple[int, int]:
        """The ticks of a session that ends with `end_tick`."""
        return self.start * TICKS_PER_FRAME, min(self.stop * TICKS_PER_FRAME, end_tick)


def manifest_of(session: Session, tags: Tags, excerpt: Excerpt | None = None) -> bytes:
    """What a file of a session with these tags should be, as it stands in the tag."""
    plan, stream, product = session.plan, session.stream, session.product
    timeline, settings = plan.timeline, plan.settings
    part = excerpt or Excerpt(0, 0, 0, stream.frames)
    first, end = part.ticks(timeline.end_tick)
    ticks_at = {one.start_tick: one.ticks for island in product.islands for one in island.placed}
    sentences, cues, holds = [], [], []
    for event in timeline.events:
        at = event.start_tick - first
        if not first <= event.start_tick < end:
            continue
        if isinstance(event, SpeechEvent):
            for tick, said in event.sentences:
                recorded = not isinstance(said, str)
                row = form.ManifestSentence(tick - first, ticks_at[tick], str(said), recorded)
                sentences.append(row)
        elif isinstance(event, CueEvent):
            cues.append(form.ManifestCue(at, ticks_at[event.start_tick], event.cue))
        elif isinstance(event, HoldEvent):
            length = event.end_tick - first
            holds.append(form.ManifestHold(at, length, event.technique, event.side, event.set))
    shown = shown_texts(tags, length_ms=units.ms_of_ticks(end - first))
    laid = zip(product.islands, product.shapes, strict=True)
    return form.Manifest(
        routine=plan.script.routine,
        title=plan.script.title,
        shown=tuple(form.ManifestText(*one) for one in shown.items()),
        language=plan.script.language,
        voice=plan.voice.id,
        kbps=stream.kbps,
        end_tick=end - first,
        track=part.track,
        tracks=part.tracks,
        target_lufs=settings.target_lufs,
        keep_awake=settings.keep_awake,
        cue_scheme=settings.cues,
        cue_format=CUE_FORMAT,
        own_cues=tuple(own.cue for own in settings.own_cues),
        sentences=tuple(sentences),
        cues=tuple(cues),
        holds=tuple(holds),
        chapters=tuple(
            form.ManifestChapter(one.start_tick, one.end_tick, one.title)
            for one in (() if excerpt else timeline.chapters)
        ),
        # One that is cut by an end of the file is not listed.
        islands=tuple(
            form.ManifestIsland(
                island.start_frame - part.start, island.frames, product.segments[shape].frames.crc32
            )
            for island, shape in laid
            if part.start <= island.start_frame and island.end_frame <= part.stop + 1
        ),
        frames_crc32=stream.crc32(part.start, part.stop),
        lyrics_crc32=zlib.crc32(tags.lyrics.encode()) if tags.lyrics else None,
        cover_crc32=zlib.crc32(tags.cover) if tags.cover else None,
    ).to_bytes()
