"""Draft a session: compile it, find its voice, speak what lengths need, fit it to a length."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from smr_audio.errors import BuildError
from smr_audio.library.library import Library
from smr_audio.library.routine import Routine
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.progress import Progress, silent_progress
from smr_audio.records import dataclass, replace
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.compose import Composition, compose
from smr_audio.session.layers import Layer, profile_layer
from smr_audio.session.script import Script, Sentence
from smr_audio.sound.settings import settings_of
from smr_audio.storage.cache import Cache
from smr_audio.studio.clips import Clips, ClipStore, Speaker
from smr_audio.studio.fitting import Compiler, Fitting, Known, TooShortError
from smr_audio.studio.pipeline import to_speak
from smr_audio.studio.plan import Plan, voice_warnings
from smr_audio.studio.profile_errors import naming_profile, naming_voice
from smr_audio.studio.segment_store import prove_bed
from smr_audio.timeline.fit import Choice
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from smr_audio.timeline.unmet import unmet_requests
from smr_audio.voices.pace import against_silent, guide_factor
from smr_audio.voices.registry import AUTO, chosen, user_locale

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A session that is compiled, its clips, and how to compile it with other holds.

    `other` drafts the same session for another profile.
    """

    compiled: Compiled
    clips: Clips
    compiler: Compiler
    other: Callable[[Layer | None], Draft]

    @property
    def script(self) -> Script:
        return self.compiled.script

    def to_speak(self, timeline: Timeline | None = None) -> list[Sentence]:
        end_tick = self.compiled.layers.combined.fit_ticks
        return to_speak(self.script, self.clips, end_tick=end_tick, timeline=timeline)

    def plan(self, timeline: Timeline) -> Plan:
        script, clips = self.script, self.clips
        warnings = (
            *script.warnings,
            *unmet_requests(self.compiled, timeline, clips.lengths()),
            *voice_warnings(clips.speaker, script.language),
        )
        return Plan(self.compiled, timeline, clips.speaker.voice, clips, warnings)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A plan whose lengths are estimated where `missing` sentences were never spoken."""

    plan: Plan
    missing: int


class Drafter:
    """Drafts sessions for the person of a profile, and keeps the voices it has found."""

    def __init__(self, library: Library, cache: Cache, profile: Profile | None) -> None:
        self.profile = profile
        self.library = library
        self.cache = cache
        self._store = ClipStore(cache)
        self._speaker = lru_cache(None)(partial(_speaker, cache))

    def compose(
        self,
        composition: Composition,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
        aloud: bool = True,
    ) -> Routine:
        """A session for muscles, made of the fewest of the library's techniques that do.

        If it is to have a length, what was never spoken is spoken now, since lengths decide;
        unless `aloud` they are estimated. Raises BuildError if none can have it.
        """
        options, person = options or Preferences(), self.profile
        layer = Layer("profile", person.preferences, places=person.places) if person else None

        def composed(layer: Layer | None) -> tuple[Routine, ...]:
            preferences = layer.preferences if layer else None
            return compose(composition, options, library=self.library, profile=preferences)

        with naming_profile(layer, composed):
            routines = composed(layer)
        if not (options.over(layer.preferences) if layer else options).fit_ticks:
            return routines[0]
        refused: BuildError | None = None
        for routine in routines:
            try:
                self.fitted(self.draft(routine, options), progress, aloud=aloud)
            except BuildError as error:
                # With more parts it takes only longer; without, the last has come nearest.
                refused = refused if isinstance(refused, TooShortError) else error
                continue
            return routine
        raise refused or BuildError("nothing was composed")

    def draft(self, routine: Routine, preferences: Preferences | None = None, *, turn: int = 0) -> Draft:
        """Compile a session and find its voice: all that can be wrong before a word is spoken.

        `turn` is as for `compile_session`.
        """
        options = preferences or Preferences()
        layer = profile_layer(self.profile, routine) if self.profile else None
        with naming_profile(layer, lambda other: self._draft(routine, options, other, turn)):
            return self._draft(routine, options, layer, turn)

    def _draft(self, routine: Routine, options: Preferences, layer: Layer | None, turn: int) -> Draft:
        def compiler(more: Preferences, choice: Choice) -> Compiled:
            preferences = replace(more.over(options), skip=(*options.skip, *more.skip))
            return compile_session(routine, preferences, library=self.library, profile=layer, fitted=choice, turn=turn)

        compiled = compiler(Preferences(), {})
        return Draft(
            compiled, self.clips_of(compiled), compiler, lambda other: self._draft(routine, options, other, turn)
        )

    def clips_of(self, compiled: Compiled) -> Clips:
        script, preferences = compiled.script, compiled.layers.combined
        language = preferences.language or script.language
        name = AUTO if preferences.voice is None else preferences.voice
        speaker = replace(self._speaker(name, language), rate=preferences.rate or 1.0)
        settings = settings_of(preferences)
        if settings.bed and settings.has_own_bed:
            prove_bed(self.cache, settings.bed)
        return Clips(script, speaker=speaker, store=self._store, settings=settings)

    def speak(self, draft: Draft, progress: Progress, *, unmastered: bool = False) -> None:
        if draft.to_speak():
            waiting = self.cache.alone(lambda: progress("waiting", 0, 1))
            with waiting, naming_voice(draft.compiled.layers):
                draft.clips.speak(draft.to_speak, progress=progress, unmastered=unmastered)

    def estimate(self, target: Routine | Composition, options: Preferences | None = None) -> Estimate:
        """What a session will say and when, as far as is known: nothing is spoken for it."""
        if isinstance(target, Composition):
            target = self.compose(target, options, aloud=False)
        draft = self.draft(target, options)
        draft.clips.speaker.engine.close()  # choosing it may have had it speak a word
        fitted = self.fitted(draft, silent_progress, aloud=False)
        timeline = schedule(fitted.script, fitted.clips.lengths())
        missing = len(fitted.to_speak(timeline))
        if fitted is not draft:
            missing = max(missing, len(draft.to_speak()))
        return Estimate(fitted.plan(timeline), missing)

    def fitted(self, draft: Draft, progress: Progress, *, aloud: bool = True, unmastered: bool = False) -> Draft:
        """The session as long as it should be, if that is asked for; lengths must be known.

        Unless `aloud` nothing is spoken for it, and lengths may be estimates. `unmastered` is as
        for `Clips.speak`.
        """

        def attempt(other: Layer | None) -> None:
            self._fitted(draft.other(other), silent_progress, aloud=False)

        profile = draft.compiled.layers.profile
        with naming_profile(profile, attempt, names=("fit",)):
            return self._fitted(draft, progress, aloud=aloud, unmastered=unmastered)

    def _fitted(self, draft: Draft, progress: Progress, *, aloud: bool, unmastered: bool = False) -> Draft:
        if not draft.compiled.layers.combined.fit_ticks:
            return draft
        fitted = draft
        for _ in range(_TRIES):
            if aloud:
                self.speak(fitted, progress, unmastered=unmastered)
            known = fitted.clips.lengths()
            # What was never spoken is estimated.
            lengths = Lengths(Known(known.sentences, fitted.clips.estimated_ticks), known.cues)
            defaults = self.library.defaults()
            compiled = Fitting(draft.compiled, lengths, draft.compiler, defaults).session()
            clips = self.clips_of(compiled)
            clips.credit(fitted.clips)
            fitted = replace(draft, compiled=compiled, clips=clips)
            if not (aloud and fitted.to_speak()):
                return fitted
        raise BuildError("the voice takes another time each time, so nothing can be fitted to it")


def _speaker(cache: Cache, name: str, language: str) -> Speaker:
    engine, voice, stands_in = chosen(name, language=language, locale=user_locale(), cache=cache)
    guide, estimate = guide_factor(voice.engine, language), against_silent(voice.engine, language)
    return Speaker(engine, voice, engine.fingerprint(voice), stands_in, guide, estimate)
