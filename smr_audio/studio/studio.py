"""The studio: the rooms joined. Content, voices, clips and objects, kept for the next session."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from smr_audio import units
from smr_audio.library.catalog import Library
from smr_audio.library.choices import KeepAwake
from smr_audio.library.models import Routine
from smr_audio.library.preferences import Preferences
from smr_audio.mp3.files import atomic_output
from smr_audio.mp3.linker import LinkedFile
from smr_audio.mp3.tags import tag_bytes
from smr_audio.session.compile import compile_script
from smr_audio.session.script import Script
from smr_audio.sound.cache import Cache, default_cache_root
from smr_audio.sound.settings import settings_of
from smr_audio.studio.album import Track, tracks_of, write_album
from smr_audio.studio.build import BuildReport, write_file
from smr_audio.studio.clips import Clips, Speaker
from smr_audio.studio.labels import session_tags
from smr_audio.studio.objects import Objects
from smr_audio.studio.plan import Plan, voice_warnings
from smr_audio.studio.production import Production, speaking_order
from smr_audio.studio.progress import Progress, silent_progress
from smr_audio.studio.recording import record_of
from smr_audio.studio.session import Session, link_session
from smr_audio.studio.shelf import Shelf
from smr_audio.studio.verified import require_verified
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

    def __init__(self, *, content: Iterable[str | Path] = (), cache: Cache | None = None) -> None:
        """`content` are folders of one's own, searched first; the cache is the user's."""
        self.library = Library(content)
        self.cache = cache or Cache(default_cache_root())
        self._shelf = Shelf(self.cache)
        self._objects: dict[KeepAwake, Objects] = {}
        self._voices: dict[tuple[str, str], tuple[Engine, Voice, str]] = {}

    def load(self, target: str | Path) -> Routine:
        """The routine of an id or a YAML file's path; a technique stands as a routine of one."""
        return self.library.load(target)

    def plan(
        self,
        routine: Routine,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Plan:
        """What a session says and when. Speaks what is not cached yet, since lengths decide."""
        script, clips = self._draft(routine, options or Preferences())
        if clips.missing:
            with self.cache.alone(lambda: progress("waiting", 0, 1)):
                if clips.missing:  # still
                    clips.speak(speaking_order(script, clips), progress=progress)
        timeline = schedule(script, clips.lengths())
        self.cache.keep_in_bounds()
        return _plan(script, timeline, clips)

    def link(
        self,
        routine: Routine,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Session:
        """A session ready to be written or streamed. Speaks and encodes what is not cached."""
        return self._linked(*self._draft(routine, options or Preferences()), progress)

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
            session = self._linked(*draft, progress)
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
            sessions.append(self._linked(*draft, progress))
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

    def _draft(self, routine: Routine, options: Preferences) -> tuple[Script, Clips]:
        """Compile a session and find its voice: all that can be wrong before a word is spoken."""
        script = compile_script(routine, options, library=self.library)
        said = options.over(routine.settings)
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
        clips = Clips(
            script.sentences(),
            speaker=speaker,
            shelf=self._shelf,
            settings=settings_of(said),
            lexicon=script.lexicon,
        )
        return script, clips

    def _linked(self, script: Script, clips: Clips, progress: Progress) -> Session:
        keep_awake = clips.settings.keep_awake
        if keep_awake not in self._objects:
            self._objects[keep_awake] = Objects(self.cache, keep_awake=keep_awake)
        objects = self._objects[keep_awake]
        product = Production(script, clips, objects, progress).run()
        plan = _plan(script, product.timeline, clips)
        return link_session(plan, product, objects.tiles())

    def _voice(self, name: str, language: str) -> tuple[Engine, Voice, str]:
        """The engine and voice of a name, and the engine's fingerprint."""
        if (name, language) not in self._voices:
            engine, voice = choose(name, language=language, locale=user_locale())
            self._voices[name, language] = engine, voice, engine.fingerprint(voice)
        return self._voices[name, language]


def _plan(script: Script, timeline: Timeline, clips: Clips) -> Plan:
    warnings = (*script.warnings, *voice_warnings(clips.speaker, script.language))
    return Plan(script, timeline, clips.speaker.voice, clips, warnings)
