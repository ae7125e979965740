"""Write the record of a session, the plan that its file carries; see `record`.

A batch makes two hundred of them a second, so this is one walk over the timeline and one call
to the JSON encoder.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.mp3.id3.attachment import Attachment
from smr_audio.mp3.id3.write import Tags
from smr_audio.sound.tones import CUE_FORMAT
from smr_audio.studio.plan import Plan
from smr_audio.studio.session import Session
from smr_audio.timeline.timeline import CueEvent, GateEvent, HoldEvent, SpeechEvent
from smr_audio.units import TICKS_PER_FRAME
from smr_audio.verification.manifest import RECORD_FORMAT, SEAL

_encode: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A track of an album: its number, and the frames `[start, stop)` of the session."""

    track: int
    tracks: int
    start: int
    stop: int


def record_of(
    session: Session, excerpt: Excerpt | None = None, *, tags: Tags | None = None
) -> Attachment:
    """The record of a session, or of one track of it, to be put in its file's tag.

    Of `tags` it promises the lyrics and the cover.
    """
    body = _encode({**_record(session, excerpt), **_shown(tags)})[:-1].encode("ascii")
    return Attachment(body + SEAL + b"%d}" % zlib.crc32(body))


def _shown(tags: Tags | None) -> dict[str, Any]:
    """Check sums of what a player shows beside names."""
    lyrics = zlib.crc32(tags.lyrics.encode()) if tags and tags.lyrics else None
    cover = zlib.crc32(tags.cover) if tags and tags.cover else None
    return {"lyrics": lyrics, "cover": cover}


def _sound(plan: Plan) -> dict[str, Any]:
    """What a plan promises of the sound."""
    settings = plan.settings
    return {
        "target_lufs": settings.target_lufs,
        "keep_awake": settings.keep_awake,
        "cue_scheme": settings.cues,
        "cue_format": CUE_FORMAT,
        "own_cues": [own.cue for own in settings.own_cues],
    }


def _record(session: Session, excerpt: Excerpt | None) -> dict[str, Any]:
    plan, stream = session.plan, session.stream
    start_frame = excerpt.start if excerpt else 0
    stop_frame = excerpt.stop if excerpt else stream.frames
    first = start_frame * TICKS_PER_FRAME
    end = min(stop_frame * TICKS_PER_FRAME, plan.timeline.end_tick)
    ticks_at = {
        placed.start_tick: placed.ticks
        for island in session.product.islands
        for placed in island.placed
    }
    texts: dict[str, int] = {}
    cue_names: dict[str, int] = {}
    sentences, lines, cues, holds, gates = [], [], [], [], []
    for event in plan.timeline.events:
        if not first <= event.start_tick < end:
            continue
        at = event.start_tick - first
        if isinstance(event, SpeechEvent):
            text = texts.setdefault(event.text, len(texts))
            lines.append((at, event.end_tick - first, text, event.role))
            for tick, sentence in event.sentences:
                text = texts.setdefault(str(sentence), len(texts))
                recorded = int(not isinstance(sentence, str))
                sentences.append((tick - first, ticks_at[tick], text, recorded))
        elif isinstance(event, CueEvent):
            name = cue_names.setdefault(event.cue, len(cue_names))
            cues.append((at, ticks_at[event.start_tick], name))
        elif isinstance(event, HoldEvent):
            side, number = event.side, event.set
            holds.append((at, event.end_tick - first, event.technique, side, number))
        elif isinstance(event, GateEvent):
            gates.append((at, event.end_tick - first))
    chapters = () if excerpt else plan.timeline.chapters
    objects = session.product.objects
    laid = zip(session.product.islands, session.product.shapes, strict=True)
    return {
        "format": RECORD_FORMAT,
        "routine": plan.script.routine,
        "title": plan.script.title,
        "language": plan.script.language,
        "voice": plan.voice.id,
        "track": (excerpt.track, excerpt.tracks) if excerpt else (0, 0),
        "kbps": stream.kbps,
        "end_tick": end - first,
        **_sound(plan),
        "texts": list(texts),
        "cue_names": list(cue_names),
        "lines": lines,
        "sentences": sentences,
        "cues": cues,
        "holds": holds,
        "gates": gates,
        "chapters": [(one.start_tick, one.end_tick, one.title) for one in chapters],
        # An island that is cut by an end of the file has no check sum.
        "islands": [
            (island.start_frame - start_frame, island.frames, objects[shape].crc32)
            for island, shape in laid
            if start_frame <= island.start_frame and island.end_frame <= stop_frame + 1
        ],
    }
