"""A session ready to be written: its plan, its linked frames, what players show of it, and the manifest for its tag."""

import math
import zlib
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.mp3.frames import ENCODER_GAIN_DB, ENCODER_OVERSHOOT_DB, bytes_per_frame
from smr_audio.mp3.id3 import ChapterTag, Tags, shown_texts
from smr_audio.mp3.linker import Later, Stream
from smr_audio.options.table import BY_FIELD
from smr_audio.records import dataclass
from smr_audio.sound.islands import Shape
from smr_audio.sound.levels import FLOOR_POWERS, composed_lufs
from smr_audio.sound.tones import CUE_FORMAT
from smr_audio.studio.pipeline import Product
from smr_audio.studio.plan import Plan
from smr_audio.timeline.timeline import CueEvent, HoldEvent, SpeechEvent
from smr_audio.units import TICKS_PER_FRAME
from smr_audio.verification import manifest as form
from smr_audio.views.cover.key import Cover
from smr_audio.views.transcript import lyrics

ARTIST: Final = "smr-audio"
ALBUM: Final = "Self-massage sessions"
_UNTOLD: Final = ("tools", "limits", "level", "voice", "language", "cue_sounds", "bed", "artist", "album_title")
"""Options that are private, or told elsewhere."""


@dataclass(frozen=True, slots=True)
class Session:
    """A plan, what was made for it, and the stream of its frames."""

    plan: Plan
    product: Product
    tiles: Mapping[int, bytes]
    stream: Stream

    @property
    def loudness_lufs(self) -> float:
        """Integrated loudness of the decoded file, composed from figures kept with islands."""
        times = Counter(self.product.shapes)
        parts = [(self.product.segments[shape].levels, count) for shape, count in times.items()]
        end_tick = self.plan.timeline.end_tick
        floor_power = FLOOR_POWERS[self.plan.settings.ground[0]]
        composed = composed_lufs(parts, ticks=end_tick, floor_power=floor_power)
        return composed + ENCODER_GAIN_DB

    @property
    def true_peak_dbtp(self) -> float:
        peaks = (one.levels.peak_dbtp for one in self.product.segments.values())
        return max(peaks, default=-math.inf) + ENCODER_GAIN_DB + ENCODER_OVERSHOOT_DB[self.stream.kbps]


def stream_of(product: Product, tiles: Mapping[int, bytes], *, kbps: int) -> Stream:
    def frames(shape: Shape) -> bytes | None:
        found = product.segments.get(shape)
        return None if found is None else found.frames

    timeline, laid = product.timeline, zip(product.islands, product.shapes, strict=True)
    return Stream(
        (
            (island.start_frame, frames(shape) or Later(shape[0] * bytes_per_frame(kbps), partial(frames, shape)))
            for island, shape in laid
        ),
        tiles=tiles,
        frames=timeline.frames,
        kbps=kbps,
        spare_samples=units.samples_of_ticks(timeline.frames * units.TICKS_PER_FRAME - timeline.end_tick),
    )


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
    timeline, settings, bed = plan.timeline, plan.settings, plan.settings.bed
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
    laid = zip(product.islands, product.shapes, strict=True)
    shown = shown_texts(tags, length_ms=units.ms_of_ticks(end - first))
    return form.Manifest(
        routine=plan.script.routine,
        title=plan.script.title,
        shown=tuple(shown.values()),
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
            form.ManifestIsland(island.start_frame - part.start, island.frames, product.segments[shape].frames.crc32)
            for island, shape in laid
            if part.start <= island.start_frame and island.end_frame <= part.stop + 1
        ),
        frames_crc32=stream.crc32(part.start, part.stop),
        lyrics_crc32=zlib.crc32(tags.lyrics.encode()) if tags.lyrics else None,
        cover_crc32=zlib.crc32(tags.cover) if tags.cover else None,
        bed=form.ManifestBed("own" if bed.digest else bed.sound, bed.lufs, bed.ducked_db) if bed else None,
    ).to_bytes()


def session_tags(plan: Plan, library: Library, *, cover: bytes = b"") -> Tags:
    ms = units.ms_of_ticks
    chapters = [
        ChapterTag(ms(chapter.start_tick), ms(chapter.end_tick), chapter.title) for chapter in plan.timeline.chapters
    ]
    return Tags(
        title=plan.script.title,
        artist=plan.compiled.layers.combined.artist or ARTIST,
        album=album_of(plan, ALBUM),
        language=library.phrases(plan.script.language).iso639_2,
        track=1,
        comment=describe(plan),
        chapters=chapters,
        lyrics=lyrics(plan.timeline),
        cover=cover,
    )


def album_of(plan: Plan, usual: str) -> str:
    """The album that was asked for, or else the usual one."""
    return plan.compiled.layers.combined.album_title or usual


def describe(plan: Plan) -> str:
    """The routine and what was asked for, in one line for the file's comment.

    Limits and other facts about a person are private: the file may be passed on.
    """
    layers = plan.compiled.layers
    options = layers.options.preferences.over(layers.profile.preferences)
    given = options.given()
    parts = [plan.script.routine, f"voice {plan.voice.id}"]
    for field, option in BY_FIELD.items():
        if field in given and field not in _UNTOLD:
            parts.append(f"{option.title} {option.kind.shown(given[field])}")
    parts += [f"own sound for {sound.cue}" for sound in options.cue_sounds]  # where is private
    if (bed := given.get("bed")) is not None:
        parts.append("own sound for bed" if bed.is_file else f"bed {bed.sound}")
    return "; ".join(parts)


def cover_of(plan: Plan, library: Library) -> Cover:
    """What stands on the cover of a plan: its muscles in words."""
    language = plan.script.language
    techniques = [block.technique for block in plan.compiled.work.blocks]
    muscles = dict.fromkeys(one.muscle for one in techniques if one.muscle)
    words = library.phrases(language).muscles
    return Cover(
        title=plan.script.title,
        minutes=units.about_minutes(plan.duration_ms),
        muscles=tuple(words.get(muscle, muscle.replace("_", " ")) for muscle in muscles),
        language=language,
    )
