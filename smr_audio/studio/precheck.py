"""A session by estimated lengths, before any voice has spoken, and warnings about it."""

from collections.abc import Iterator
from pathlib import Path

from smr_audio.errors import SmrAudioError
from smr_audio.library.library import Library
from smr_audio.library.routine import Routine
from smr_audio.options.preferences import Preferences
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.script import Notice, Sentence
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.studio.clips import estimated_ticks
from smr_audio.studio.fitting import Known
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from smr_audio.timeline.unmet import unmet_requests
from smr_audio.voices.pace import guide_factor


def estimated(routine: Routine, options: Preferences, library: Library) -> tuple[Compiled, Timeline, Lengths]:
    """A routine by estimated lengths; no voice is needed. Raises as `compile_session` does."""
    compiled = compile_session(routine, options, library=library)
    preferences = compiled.layers.combined
    cues = CUE_TICKS[preferences.cues or "classic"]
    rate = (preferences.rate or 1.0) * guide_factor("silent", compiled.script.language)

    def ticks(sentence: Sentence) -> int:
        return estimated_ticks(sentence, rate)

    lengths = Lengths(Known(Lengths({}, cues), ticks), cues)
    return compiled, schedule(compiled.script, lengths), lengths


def foreseen(path: Path, library: Library, *, language: str | None) -> Iterator[Notice]:
    """Keys without effect; then rests and coaching for which there is likely no room.

    Nothing for a file that is wrong, or not in that language.
    """
    try:
        found = estimated(library.load(path), Preferences(language=language), library)
    except SmrAudioError:
        return
    yield from (each for each in found[0].script.warnings if each.code.endswith("-unused"))
    for notice in unmet_requests(*found):
        yield Notice(notice.code, f"{notice.text} (by estimated lengths)")
