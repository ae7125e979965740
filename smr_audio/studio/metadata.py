"""What a player shows of a session: names, chapters, the cover, and how it was made."""

from typing import Final

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.mp3.id3 import ChapterTag, Tags
from smr_audio.options.table import BY_FIELD
from smr_audio.studio.plan import Plan
from smr_audio.views.cover.key import Cover
from smr_audio.views.transcript import lyrics

ARTIST: Final = "smr-audio"
ALBUM: Final = "Self-massage sessions"
_UNTOLD: Final = ("tools", "limits", "level", "voice", "language", "cue_sounds", "bed", "artist", "album_title")
"""Options that are private, or told elsewhere."""


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
