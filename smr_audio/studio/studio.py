"""The studio: the rooms joined. Content, voices, clips and objects, kept for the next session."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from smr_audio import units
from smr_audio.errors import BuildError
from smr_audio.library.catalog import Library
from smr_audio.library.choices import KeepAwake
from smr_audio.library.models import Routine
from smr_audio.library.preferences import Preferences
from smr_audio.library.profile import Profile
from smr_audio.mp3.files import atomic_output
from smr_audio.mp3.linker import LinkedFile
from smr_audio.mp3.tags import tag_bytes
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.composing import Composition, compose
from smr_audio.session.layers import profile_layer
from smr_audio.session.script import Script
from smr_audio.sound.cache import Cache, default_cache_root
from smr_audio.sound.settings import settings_of
from smr_audio.studio.album import Track, tracks_of, write_album
from smr_audio.studio.build import BuildReport, write_file
from smr_audio.studio.clips import Clips, Speaker
from smr_audio.studio.fitting import Compiler, TooShortError, fitting_of
from smr_audio.studio.labels import session_tags
from smr_audio.studio.objects import Objects
from smr_audio.studio.plan import Plan, voice_warnings
from smr_audio.studio.production import Production, speaking_order
from smr_audio.studio.progress import Progress, silent_progress
from smr_audio.studio.recording import record_of
from smr_audio.studio.session import Session, link_session
from smr_audio.studio.shelf import Shelf
from smr_audio.studio.verified import require_verified
from smr_audio.timeline.fit import Choice
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from smr_audio.voices.engine import Engine, Voice
from smr_audio.voices.locality import user_locale
from smr_audio.voices.registry import AUTO, choose, stands_in


class Studio:
    """Plans, links and builds sessions; the more it has made, the faster it is.

    What it read of content stays as it was: take a new studio to see files that changed. For
    one thread at a time. Every method raises UsageError, ContentError, MissingError or
    BuildError, each with what to do.
    """

    def __init__(
        self,
        *,
        content: Iterable[str | Path] = (),
        cache: Cache | None = None,
        profile: Profile | None = None,
    ) -> None:
        """`content` are folders of one's own, searched first; the cache is the user's.

        A `profile` is whom all sessions are for, unless options say otherwise.
        """
        self.library = Library(content)
        self.profile = profile
        self.cache = cache or Cache(default_cache_root())
        self._shelf = Shelf(self.cache)
        self._objects: dict[KeepAwake, Objects] = {}
        self._voices: dict[tuple[str, str], tuple[Engine, Voice, str]] = {}

    def load(self, target: str | Path) -> Routine:
        """The routine of an id or a YAML file's path; a technique stands as a routine of one."""
        return self.library.load(target)

    def session_of(
        self,
        target: str | Path | Composition,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Routine:
        """The routine of an id or file, or one that is composed."""
        if isinstance(target, Composition):
            return self.compose(target, options, progress=progress)
        return self.load(target)

    def compose(
        self,
        composition: Composition,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Routine:
        """A session for muscles, of the library's techniques; of the fewest that do.

        If it shall have a length, what was never spoken is spoken now, since lengths decide.
        """
        wishes = options or Preferences()
        said = wishes.over(self.profile.preferences) if self.profile else wishes
        routines = compose(composition, said, library=self.library)
        if not said.fit_ticks:
            return routines[0]
        refused: BuildError | None = None
        for routine in routines:
            try:
                self._fitted(self._draft(routine, wishes), progress)
            except BuildError as error:
                refused = refused if isinstance(refused, TooShortError) else error
                continue
            return routine
        raise refused or BuildError("nothing was composed")

    def plan(
        self,
        routine: Routine,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Plan:
        """What a session says and when. Speaks what is not cached yet, since lengths decide."""
        draft = self._fitted(self._draft(routine, options or Preferences()), progress)
        self._speak(draft, progress)
        timeline = schedule(draft.script, draft.clips.lengths())
        self.cache.keep_in_bounds()
        return _plan(draft, timeline)

    def link(
        self,
        routine: Routine,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Session:
        """A session ready to be written or streamed. Speaks and encodes what is not cached."""
        return self._linked(self._draft(routine, options or Preferences()), progress)

    def build(
        self,
        routine: Routine,
        output: Path,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
        one_of_many: bool = False,
        verified: bool = False,
    ) -> BuildReport:
        """Build the session's MP3 at `output`; an old file stays until the new one is whole.

        If `verified`, it is put there only when it keeps all that its plan promises. For
        `one_of_many` there is no SHA-256, and whether its bytes have reached the disk is
        left to who builds them all.
        """
        started = time.monotonic()
        wishes = options or Preferences()
        draft = self._draft(routine, wishes)
        # Opened first: a place that cannot be written is known before minutes of work.
        with atomic_output(output, synced=not one_of_many) as temporary:
            session = self._linked(draft, progress)
            linked = self.file_of(session, wishes)
            file = write_file(
                temporary, linked.pieces(), size=linked.bytes, shown=output,
                digested=not one_of_many,
            )  # fmt: skip
            if verified:
                require_verified(temporary, shown=output, progress=progress)
        self.cache.keep_in_bounds()
        return BuildReport((file,), session, time.monotonic() - started)

    def build_album(
        self,
        routine: Routine,
        folder: Path,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
        verified: bool = False,
    ) -> BuildReport:
        """Build a numbered track for each chapter, and a playlist, in `folder`; all or none.

        If `verified`, each keeps all that its part of the plan promises.
        """
        started = time.monotonic()
        wishes = options or Preferences()
        draft = self._draft(routine, wishes)
        sessions: list[Session] = []

        def tracks() -> Iterator[Track]:
            sessions.append(self._linked(draft, progress))
            tags = session_tags(sessions[0].plan, self.library, wishes)
            return tracks_of(sessions[0], tags)

        def prove(temporary: Path, shown: Path) -> None:
            if verified:
                require_verified(temporary, shown=shown, progress=progress)

        files = write_album(folder, f"{routine.id}.m3u8", tracks, prove=prove)
        self.cache.keep_in_bounds()
        return BuildReport(tuple(files), sessions[0], time.monotonic() - started)

    def file_of(self, session: Session, options: Preferences | None = None) -> LinkedFile:
        """The bytes of a session's MP3, tag and all, of which any range can be had."""
        tags = session_tags(session.plan, self.library, options or Preferences())
        length_ms = units.ms_of_ticks(session.plan.timeline.end_tick)
        tag = tag_bytes(tags, length_ms=length_ms, attached=record_of(session))
        return LinkedFile(session.stream, tag=tag)

    def _draft(self, routine: Routine, options: Preferences) -> Draft:
        """Compile a session and find its voice: all that can be wrong before a word is spoken."""

        def compiler(more: Preferences, choice: Choice) -> Compiled:
            asked = replace(more.over(options), skip=(*options.skip, *more.skip))
            return compile_session(
                routine, asked, library=self.library, profile=layer, fitted=choice
            )

        layer = profile_layer(self.profile) if self.profile else None
        compiled = compiler(Preferences(), {})
        return Draft(compiled, self._clips(compiled), compiler)

    def _clips(self, compiled: Compiled) -> Clips:
        script, said = compiled.script, compiled.layers.said
        language = said.language or script.language
        name = AUTO if said.voice is None else said.voice
        engine, voice, fingerprint = self._voice(name, language)
        speaker = Speaker(
            engine,
            voice,
            said.rate or 1.0,
            fingerprint,
            stands_in=stands_in(voice, name=name, language=language),
        )
        return Clips(
            script.sentences(),
            speaker=speaker,
            shelf=self._shelf,
            settings=settings_of(said),
            lexicon=script.lexicon,
        )

    def _speak(self, draft: Draft, progress: Progress) -> None:
        """Speak what a session lacks."""
        if draft.clips.missing:
            with self.cache.alone(lambda: progress("waiting", 0, 1)):
                if draft.clips.missing:  # still
                    order = speaking_order(draft.script, draft.clips)
                    draft.clips.speak(order, progress=progress)

    def _fitted(self, draft: Draft, progress: Progress) -> Draft:
        """The session as long as it should be, if that is asked for; lengths must be known."""
        if not draft.compiled.layers.said.fit_ticks:
            return draft
        fitted = draft
        while True:
            self._speak(fitted, progress)
            fitting = fitting_of(
                draft.compiled, fitted.clips, compiler=draft.compiler,
                defaults=self.library.defaults(),
            )  # fmt: skip
            compiled = fitting.session()
            clips = self._clips(compiled)
            clips.credit(fitted.clips)
            fitted = Draft(compiled, clips, draft.compiler)
            if not clips.missing:  # of a long session the minutes, at most
                return fitted

    def _linked(self, draft: Draft, progress: Progress) -> Session:
        draft = self._fitted(draft, progress)
        keep_awake = draft.clips.settings.keep_awake
        if keep_awake not in self._objects:
            self._objects[keep_awake] = Objects(self.cache, keep_awake=keep_awake)
        objects = self._objects[keep_awake]
        product = Production(draft.script, draft.clips, objects, progress).run()
        if draft.script.end_tick and product.timeline.end_tick != draft.script.end_tick:
            # A clip that was gone was spoken anew, by a voice that is never the same.
            raise BuildError("the voice took longer than before; build the session again")
        return link_session(_plan(draft, product.timeline), product, objects.tiles())

    def _voice(self, name: str, language: str) -> tuple[Engine, Voice, str]:
        """The engine and voice of a name, and the engine's fingerprint."""
        if (name, language) not in self._voices:
            engine, voice = choose(name, language=language, locale=user_locale())
            self._voices[name, language] = engine, voice, engine.fingerprint(voice)
        return self._voices[name, language]


@dataclass(frozen=True, slots=True)
class Draft:
    """A session that is compiled, its clips, and how to compile it with other holds."""

    compiled: Compiled
    clips: Clips
    compiler: Compiler

    @property
    def script(self) -> Script:
        """What is said and done."""
        return self.compiled.script


def _plan(draft: Draft, timeline: Timeline) -> Plan:
    script, clips = draft.script, draft.clips
    warnings = (*script.warnings, *voice_warnings(clips.speaker, script.language))
    return Plan(draft.compiled, timeline, clips.speaker.voice, clips, warnings)
