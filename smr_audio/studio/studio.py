"""Plan and build sessions: content, voices, clips and segments, kept for the next session."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.errors import BuildError
from smr_audio.library.library import Library, Target
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.mp3.id3 import Tags, tag_bytes
from smr_audio.mp3.linker import LinkedFile
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.progress import Progress, silent_progress
from smr_audio.session.compile import Compiled
from smr_audio.session.compose import Composition
from smr_audio.sound.settings import settings_of
from smr_audio.storage.atomic import atomic_output, flush_to_disk
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import default_cache_root
from smr_audio.storage.signals import held_back
from smr_audio.studio.clips import Clips
from smr_audio.studio.draft import Draft, Drafter
from smr_audio.studio.output.container import ENDINGS, refuse_useless, write_container
from smr_audio.studio.output.mp3_file import BuildReport, OutputFile, write_file
from smr_audio.studio.pipeline import Pipeline, Product
from smr_audio.studio.plan import Plan
from smr_audio.studio.profile_errors import naming_voice
from smr_audio.studio.saying import Said, read_language, said_by, script_of
from smr_audio.studio.segment_store import SegmentStore
from smr_audio.studio.session import ALBUM, ARTIST, Session, cover_of, manifest_of, session_tags, stream_of
from smr_audio.studio.variants import Variants, make_variants
from smr_audio.timeline.schedule import schedule
from smr_audio.views.cover.key import COVER_PX, kept_png
from smr_audio.views.transcript import lrc
from smr_audio.voices.registry import AUTO

if TYPE_CHECKING:  # what most sessions do not need is imported where it is used
    from smr_audio.studio.output.album import Track

_COVERS_KEPT: Final = 256  # a batch has a few titles with some lengths each; three megabytes


class Studio(Drafter):
    """Plans, links and builds sessions; the more it has made, the faster it is.

    What it read of content stays as it was: take a new studio to see files that changed. For
    one thread at a time. Every method raises UsageError, ContentError, MissingError or
    BuildError, each with what to do.
    """

    def __init__(
        self,
        *,
        content: Iterable[str | Path] | Library = (),
        cache: Cache | None = None,
        profile: Profile | None = None,
    ) -> None:
        """`content` are folders of one's own, searched first, or a library that has them.

        Without a `cache` it is the user's. All sessions are for the person of the `profile`,
        unless options say otherwise.
        """
        library = content if isinstance(content, Library) else Library(content)
        super().__init__(library, cache or Cache(default_cache_root()), profile)
        self.segments = lru_cache(None)(partial(SegmentStore, self.cache))
        self._cover = lru_cache(_COVERS_KEPT)(partial(kept_png, self.cache))

    def load(self, target: Target) -> Routine:
        """The routine of an id, a YAML file or a dict; a technique stands as a routine of one."""
        return self.library.load(target)

    def session_of(
        self,
        target: Target | Composition | Routine,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
    ) -> Routine:
        """The routine of an id, file or dict, or one that is composed, also by `for:MUSCLES`."""
        if isinstance(target, Routine):
            return target
        if isinstance(target, str):
            target = Composition.named(target) or target
        if isinstance(target, Composition):
            return self.compose(target, options, progress=progress)
        return self.load(target)

    def compiled(self, routine: Routine, options: Preferences | None = None) -> Compiled:
        """What a session does and says, without times: nothing is spoken for it."""
        return self.draft(routine, options).compiled

    def plan(
        self, routine: Routine, options: Preferences | None = None, *, progress: Progress = silent_progress
    ) -> Plan:
        """What a session says and when. Speaks what is not cached yet, since lengths decide."""
        draft = self.fitted(self.draft(routine, options), progress)
        self.speak(draft, progress)
        timeline = schedule(draft.script, draft.clips.lengths())
        self.cache.keep_in_bounds()
        return draft.plan(timeline)

    def link(
        self,
        routine: Routine,
        options: Preferences | None = None,
        *,
        turn: int = 0,
        progress: Progress = silent_progress,
        on_laid: Callable[[Session], None] | None = None,
    ) -> Session:
        """A session ready to be written or streamed. Speaks and encodes what is not cached.

        `turn` is how often it was done before: its coaching goes on from there.

        `on_laid` gets a session that can be heard while it is made, if any of it must be: its
        plan is exact, and its frames come in the order of hearing. It is for sound alone, since
        manifest and levels need all frames.
        """
        return self._linked(self.draft(routine, options, turn=turn), progress, on_laid)

    def build(
        self,
        routine: Routine,
        output: Path,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
        one_of_many: bool = False,
        verified: bool = False,
        with_lrc: bool = False,
    ) -> BuildReport:
        """Build the session's MP3 at `output`; an old file stays until the new one is whole.

        With the ending of another container, such as .m4b, it is that, encoded whole.

        If `verified`, it is put there only when it keeps all that its plan promises. For
        `one_of_many` there is no SHA-256, and whether its bytes have reached the disk is
        left to the caller. `with_lrc` puts an .lrc beside it, both or none.
        """
        started = time.monotonic()
        if contained := output.suffix.lower() in ENDINGS:
            refuse_useless(output, verified=verified, bitrate=bool(options and options.bitrate))
        draft = self.draft(routine, options)
        # Opened first: a place that cannot be written is known before minutes of work.
        with ExitStack() as held, ExitStack() as stack:
            if with_lrc:
                from smr_audio.studio.output.album import beside, refuse_foreign

                place = beside(output)
                refuse_foreign(place)
            temporary = stack.enter_context(atomic_output(output, synced=not one_of_many))
            session = self._linked(draft, progress)
            if contained:
                tags = self.tags_of(session.plan)
                files = [write_container(temporary, session, tags, shown=output, progress=progress)]
            else:
                linked, digested = self.file_of(session), not one_of_many
                size, pieces = linked.bytes, linked.pieces()
                files = [write_file(temporary, pieces, size=size, shown=output, digested=digested)]
            if verified:
                from smr_audio.verification.report import require_verified

                require_verified(temporary, shown=output, progress=progress)
            if with_lrc:
                words = stack.enter_context(atomic_output(place, synced=False, part_of=temporary))
                files.append(write_file(words, [lrc(session.plan).encode("utf-8", "replace")], shown=place))
                flush_to_disk(words)
                held.enter_context(held_back("SIGINT", "SIGTERM", "SIGHUP"))  # both or none
        self.cache.keep_in_bounds()
        return BuildReport(tuple(files), session, time.monotonic() - started)

    def build_album(
        self,
        routine: Routine,
        folder: Path,
        options: Preferences | None = None,
        *,
        progress: Progress = silent_progress,
        verified: bool = False,
        with_lrc: bool = False,
        zipped: bool = False,
    ) -> BuildReport:
        """Build a numbered track for each chapter, and a playlist, in `folder`; all or none.

        If `verified`, each keeps all that its part of the plan promises. `with_lrc` puts an
        .lrc beside each. If `zipped`, there is one file and no folder: `FOLDER.zip`, with the
        cover as `cover.png`.
        """
        from smr_audio.studio.output.album import archive_path, tracks_of, write_album, write_archive
        from smr_audio.verification.report import require_verified

        place = archive_path(folder) if zipped else folder
        started = time.monotonic()
        draft = self.draft(routine, options)
        sessions: list[Session] = []

        def tracks() -> Iterator["Track"]:
            sessions.append(self._linked(draft, progress))
            return tracks_of(sessions[0], self.tags_of(sessions[0].plan), with_lrc=with_lrc)

        playlist = f"{routine.id}.m3u8"
        prove = partial(require_verified, progress=progress) if verified else None
        write: Callable[..., list[OutputFile]] = write_album
        if zipped:
            write = partial(write_archive, cover=lambda: self.cover(sessions[0].plan))
        files = write(place, playlist, tracks, prove=prove)
        self.cache.keep_in_bounds()
        return BuildReport(tuple(files), sessions[0], time.monotonic() - started)

    def say(
        self,
        text: str,
        *,
        language: str = DEFAULT_LANGUAGE,
        voice: str = AUTO,
        output: Path | None = None,
        progress: Progress = silent_progress,
    ) -> Said:
        """What a voice is given for a text, and its MP3 at `output`, if any.

        The language needs no phrases. Raises ContentError for a text that cannot be said.
        """
        language = read_language(language)
        speaker, lexicon = self._speaker(voice, language), self.library.lexicon(language)
        with closing(speaker.engine):
            script = script_of(text, lexicon=lexicon, voice=speaker.voice)
            said = said_by(speaker, script, text)
        if output is None:
            return said
        # It is no session: it has no cover, no words and no manifest.
        settings = settings_of(Preferences())
        clips = Clips(script, speaker=speaker, store=self._store, settings=settings)
        segments = self.segments(*settings.ground)
        with atomic_output(output) as temporary:
            product = Pipeline(script, clips, segments, progress).run()
            length_ms = units.ms_of_ticks(product.timeline.end_tick)
            known = language in self.library.languages()
            code = self.library.phrases(language).iso639_2 if known else "und"
            tag = tag_bytes(Tags(script.title, ARTIST, ALBUM, code), length_ms=length_ms)
            linked = LinkedFile(stream_of(product, segments.tiles(), kbps=settings.kbps), tag=tag)
            write_file(temporary, linked.pieces(), size=linked.bytes, shown=output)
        self.cache.keep_in_bounds()
        return said

    def variants(self, routine: Routine, options: Preferences, *, progress: Progress = silent_progress) -> Variants:
        """What a page needs to put a session together with other options; all of it is made."""
        return make_variants(self, self.segments, progress, routine, options)

    def cover(self, plan: Plan, *, size_px: int = COVER_PX) -> bytes:
        """The cover of a plan, a square PNG of 100 to 3000 px; kept in the cache."""
        return self._cover(cover_of(plan, self.library), size_px)

    def file_of(self, session: Session, *, cover: bool = True, manifest: bool = True) -> LinkedFile:
        """The bytes of a session's MP3, tag and all, of which any range can be had.

        Without the cover it is for a page: Chromium plays an MP3 with a picture in its tag only
        when it has read 0.8 MB of it, which takes seconds on a phone's network. The manifest
        needs all frames, so a file that is heard while it is made has none.
        """
        tags = self.tags_of(session.plan, cover=cover)
        length_ms = units.ms_of_ticks(session.plan.timeline.end_tick)
        made_of = manifest_of(session, tags) if manifest else None
        return LinkedFile(session.stream, tag=tag_bytes(tags, length_ms=length_ms, manifest=made_of))

    def tags_of(self, plan: Plan, *, cover: bool = True) -> Tags:
        return session_tags(plan, self.library, cover=self.cover(plan) if cover else b"")

    def _linked(self, draft: Draft, progress: Progress, on_laid: Callable[[Session], None] | None = None) -> Session:
        draft = self.fitted(draft, progress, unmastered=on_laid is not None)
        settings = draft.clips.settings
        segments = self.segments(*settings.ground)

        def linked(product: Product) -> Session:
            if draft.script.end_tick and product.timeline.end_tick != draft.script.end_tick:
                # A clip that was gone was spoken again, by a voice that is not deterministic.
                raise BuildError("the voice took longer than before; build the session again")
            plan, tiles = draft.plan(product.timeline), segments.tiles()
            return Session(plan, product, tiles, stream_of(product, tiles, kbps=settings.kbps))

        pipeline = Pipeline(draft.script, draft.clips, segments, progress)
        with naming_voice(draft.compiled.layers):
            product = pipeline.run(on_laid and (lambda laid: on_laid(linked(laid))))
        return linked(product)
