"""What the files of a session say of themselves: names, chapters, and how they were made."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.mp3.id3.write import ChapterTag, Tags
from smr_audio.studio.plan import Plan
from smr_audio.timeline.timeline import Chapter
from smr_audio.views.lyrics import lyrics

ARTIST: Final = "smr-audio"
ALBUM: Final = "Self-massage sessions"
_SHOWN: Final = (
    "sets", "sides", "first", "extra", "pace", "talk", "rate", "master", "loudness", "cues",
    "countdown", "keep_awake", "dose",
)  # fmt: skip


def session_tags(plan: Plan, library: Library, *, cover: bytes = b"") -> Tags:
    """What a player shows for a whole session; `cover` is a PNG."""
    chapters = [
        ChapterTag(
            units.ms_of_ticks(chapter.start_tick), units.ms_of_ticks(chapter.end_tick),
            chapter.title,
        )
        for chapter in plan.timeline.chapters
    ]  # fmt: skip
    return Tags(
        title=plan.script.title,
        artist=ARTIST,
        album=ALBUM,
        language=library.phrases(plan.script.language).iso639_2,
        track=1,
        comment=describe(plan),
        chapters=chapters,
        lyrics=lyrics(plan.timeline),
        cover=cover,
    )


def track_tags(
    session: Tags, chapter: Chapter, *, track: int, tracks: int, lyrics: str = ""
) -> Tags:
    """What a player shows for one track of an album, given the tags of the whole."""
    return replace(
        session,
        title=chapter.title or str(track),
        album=session.title,
        track=track,
        tracks=tracks,
        chapters=(),
        lyrics=lyrics,
    )


def describe(plan: Plan) -> str:
    """The routine and what was asked for, in one line for the file's comment.

    What somebody's body does not allow is theirs, and stands in no file that they may hand on.
    """
    layers = plan.compiled.layers
    options = layers.options.asks.over(layers.profile.asks)
    parts = [plan.script.routine, f"voice {plan.voice.id}"]
    for change in options.holds:
        target = ":".join(part for part in (change.technique, change.side) if part)
        value = change.amount_text
        parts.append(f"hold {target}={value}" if target else f"hold {value}")
    if options.rest_ticks is not None:
        parts.append(f"rest {options.rest_ticks / units.TICKS_PER_SECOND:g}")
    parts += [f"{name} {value}" for name in _SHOWN if (value := getattr(options, name)) is not None]
    if options.fit_ticks:
        parts.append(f"fit {options.fit_ticks / units.TICKS_PER_SECOND:g}")
    parts += [f"swap {swap.old}={swap.new}" for swap in options.swaps]
    for name in ("skip", "only", "calls"):
        parts += [f"{name} {each}" for each in getattr(options, name)]
    parts += [f"own sound for {sound.cue}" for sound in options.cue_sounds]  # where is private
    if options.metronome is not None:
        parts.append("metronome" if options.metronome else "no metronome")
    return "; ".join(parts)
