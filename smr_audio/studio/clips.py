"""Clips: the sound of each sentence and cue, its length, where it is kept and how it is made."""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.errors import (
    BuildError,
    ContentError,
    Location,
    MissingError,
    Problem,
    SmrAudioError,
    UsageError,
)
from smr_audio.library.lexicon import NO_LEXICON, Lexicon
from smr_audio.normalize.sentences import said_as
from smr_audio.options.choices import CUE_NAMES, CueName
from smr_audio.progress import Progress
from smr_audio.session.script import Sentence, UserRecording
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.keys import (
    LENGTH_FORMAT,
    clip_key,
    cue_key,
    length_key,
    recording_key,
    take_key,
)
from smr_audio.sound.settings import SoundSettings, digest_of_sound, fault_at
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.storage.cache import Cache, Key, key_digest
from smr_audio.timeline.lengths import Lengths
from smr_audio.voices.engine import Engine, Speech, SpeechError, Voice
from smr_audio.voices.silent import estimated_samples

if TYPE_CHECKING:  # brings numpy, and who knows every length needs no sound
    from smr_audio.sound.clip import Clip

# Threads, for numpy and soxr let go of the interpreter while they compute.
_MAKERS: Final = 2
MOST_RECORDED_S: Final = 60.0
"""A recording that takes the place of one line may last."""


_LENGTH: Final = struct.Struct("<8sII")  # magic, format, ticks
_MAGIC: Final = b"smrleng\n"


class ClipStore:
    """Clips and their lengths under the names of their sounds, for any number of sessions.

    A sound's name is the digest of its clip's key, so one name is one sound. A length is kept
    apart from its clip: planning and linking read a few bytes a sentence.
    """

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self._keys: dict[str, Key] = {}
        self._ticks: dict[str, int] = {}
        self._sentences: dict[tuple[str, float, SoundSettings], dict[str, str]] = {}
        self._cues: dict[tuple[CueName, SoundSettings], str] = {}

    def sentences(
        self, sentences: Iterable[str], *, fingerprint: str, rate: float, settings: SoundSettings
    ) -> dict[str, str]:
        """The names of sentences' sounds; `fingerprint` is the engine's."""
        known = self._sentences.setdefault((fingerprint, rate, settings), {})
        for each in sentences:
            if each not in known:
                known[each] = self._named(
                    clip_key(fingerprint=fingerprint, sentence=each, rate=rate, settings=settings)
                )
        return {each: known[each] for each in sentences}

    def recording(self, path: str, settings: SoundSettings) -> str:
        """The name of a recording's sound. Raises OSError if its file cannot be read."""
        digest = digest_of_sound(Path(path))
        key = recording_key(digest=digest, encoder=encoder_identity(), settings=settings)
        return self._named(key)

    def cue(self, name: CueName, settings: SoundSettings) -> str:
        if (name, settings) not in self._cues:
            key = cue_key(name, encoder=encoder_identity(), settings=settings)
            self._cues[name, settings] = self._named(key)
        return self._cues[name, settings]

    def ticks(self, sound: str) -> int | None:
        """The length of a sound, or None if it was never made."""
        if sound not in self._ticks:
            ticks = self.cache.read(length_key(sound), _ticks_from)
            if ticks is None:
                return None
            self._ticks[sound] = ticks
        return self._ticks[sound]

    def clip(self, sound: str) -> Clip | None:
        from smr_audio.sound.clip import Clip

        return self.cache.read(self._keys[sound], Clip.from_bytes)

    def keep(self, sound: str, clip: Clip) -> None:
        self.cache.put(self._keys[sound], clip.to_bytes())
        self.cache.put(length_key(sound), length_bytes(clip.ticks))
        self._ticks[sound] = clip.ticks

    def _named(self, key: Key) -> str:
        digest = key_digest(key)
        self._keys[digest] = key
        return digest


def length_bytes(ticks: int) -> bytes:
    return _LENGTH.pack(_MAGIC, LENGTH_FORMAT, ticks)


def _ticks_from(data: bytes) -> int:
    """The length that `length_bytes` wrote. Raises ValueError for anything else."""
    if len(data) != _LENGTH.size:
        raise ValueError("not a length")
    magic, version, ticks = _LENGTH.unpack(data)
    if (magic, version) != (_MAGIC, LENGTH_FORMAT):
        raise ValueError("not a length of this format")
    return int(ticks)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says the sentences, and how fast: a voice of an engine, at a factor on its pace.

    `stands_in` where a natural voice would speak, if one were installed.
    """

    engine: Engine
    voice: Voice
    rate: float
    fingerprint: str
    stands_in: bool = False


class Clips:
    """The sounds of one session, by name (see `ClipStore`), sentence or cue.

    `spoken` and `cached` count the sentences that had to be spoken, and those that were there.
    """

    def __init__(
        self,
        sentences: Mapping[Sentence, Location],
        *,
        speaker: Speaker,
        store: ClipStore,
        settings: SoundSettings,
        lexicon: Lexicon = NO_LEXICON,
    ) -> None:
        """Look up which lengths are known. `sentences` are all, with their places.

        The user's own sounds for cues are decoded here if they never were, so that one that
        cannot be used is reported before any work. Raises UsageError for it, ContentError for a
        recording that is not there.
        """
        self.settings = settings
        self.speaker = speaker
        self._places = sentences
        self._store = store
        engine = speaker.voice.engine
        self._spoken_as = {
            each: said_as(each, engine=engine, lexicon=lexicon)
            for each in sentences
            if isinstance(each, str)
        }
        self._sounds = self._named()
        self._sentences = {sound: each for each, sound in self._sounds.items()}
        self._cues = {store.cue(name, settings): name for name in CUE_NAMES}
        self._made: dict[str, Clip] = {}
        self._cue_ticks = {name: self._ticks_of_cue(name) for name in CUE_NAMES}
        self._spoken: set[Sentence] = set()

    def _named(self) -> dict[Sentence, str]:
        speaker, settings = self.speaker, self.settings
        spoken = self._store.sentences(
            self._spoken_as.values(),
            fingerprint=speaker.fingerprint,
            rate=speaker.rate,
            settings=settings,
        )
        named: dict[Sentence, str] = {each: spoken[form] for each, form in self._spoken_as.items()}
        for each, place in self._places.items():
            if isinstance(each, UserRecording):
                try:
                    named[each] = self._store.recording(each.path, settings)
                except OSError as error:
                    reason = f"it cannot be read ({(error.strerror or str(error)).lower()})"
                    raise _useless(each, place, reason) from None
        return named

    @property
    def missing(self) -> list[Sentence]:
        """The sentences that were never spoken, so of unknown length."""
        return [sentence for sentence in self._places if not self.is_known(sentence)]

    @property
    def spoken(self) -> int:
        return len(self._spoken)

    @property
    def cached(self) -> int:
        return sum(map(self.is_known, self._places)) - len(self._spoken)

    def credit(self, before: Clips) -> None:
        """Count as spoken what was spoken for `before`, a draft of the same session."""
        self._spoken |= before._spoken & self._places.keys()

    def was_spoken(self, sentence: Sentence) -> bool:
        return sentence in self._spoken

    def is_known(self, sentence: Sentence) -> bool:
        return self._store.ticks(self._sounds[sentence]) is not None

    def lengths(self) -> Lengths:
        """The length of every sentence and cue; an estimate where it was not spoken yet."""
        sentences = {sentence: self._ticks(sentence) for sentence in self._places}
        return Lengths(sentences, self._cue_ticks)

    def sound_of(self, sentence: Sentence) -> str:
        return self._sounds[sentence]

    def sound_of_cue(self, cue: CueName) -> str:
        return self._store.cue(cue, self.settings)

    def clip(self, sound: str) -> Clip:
        """The clip of a sound that was fetched, or of a cue."""
        found = self._made.get(sound) or self._store.clip(sound)
        if found is None:
            found = _cue_clip(self._cues[sound], self.settings)
            self._store.keep(sound, found)
        self._made[sound] = found
        return found

    def let_go(self) -> None:
        """Free the memory; a clip that is needed again comes from the cache."""
        self._made.clear()

    def load(self, sounds: Iterable[str]) -> list[Sentence]:
        """Bring sounds from the cache, so that `clip` has them; the sentences that are gone."""
        gone = []
        for sound in sounds:
            if sound in self._sentences and sound not in self._made:
                clip = self._store.clip(sound)
                # With a voice that is not deterministic the length may be of one take and
                # the sound of another.
                if clip is None or clip.ticks != self._store.ticks(sound):
                    gone.append(self._sentences[sound])
                else:
                    self._made[sound] = clip
        return gone

    def fetch(self, sounds: Iterable[str]) -> None:
        """Like `load`, and what is gone is spoken again. Raises BuildError as `speak` does."""
        if gone := list(dict.fromkeys(self.load(sounds))):
            self.speak(gone)

    def speak(
        self,
        sentences: Sequence[Sentence],
        *,
        progress: Progress | None = None,
        on_start: Callable[[], None] = lambda: None,
        on_clip: Callable[[], None] = lambda: None,
    ) -> None:
        """Speak sentences, decode recordings, and keep their clips.

        `on_start` is called when the engine has started, `on_clip` with each clip that is there.

        Raises BuildError that points at the line if the voice cannot say it, ContentError if a
        recording cannot be used. Only whole clips are kept.
        """
        from smr_audio.sound.clip import take_from

        pending: deque[tuple[Sentence, Future[Clip]]] = deque()
        done = 0

        def collect(*, wait: bool) -> None:
            nonlocal done
            while pending and (wait or pending[0][1].done()):
                sentence, future = pending.popleft()
                self._keep(sentence, self._result(sentence, future))
                done += 1
                if progress:
                    progress("speaking", done, len(sentences))
                on_clip()

        speaker = self.speaker
        cache = self._store.cache
        takes = {
            each: cache.read(self._take_key(each), take_from)
            for each in sentences
            if isinstance(each, str)
        }
        unheard = [each for each, take in takes.items() if take is None]
        with ThreadPoolExecutor(_MAKERS) as makers:
            try:
                with closing(speaker.engine):
                    run = speaker.engine.speak(
                        [self._spoken_as[each] for each in unheard],
                        voice=speaker.voice,
                        rate=speaker.rate,
                    )
                    makers.submit(_import_for_clips)
                    on_start()
                    for each in sentences:
                        if isinstance(each, UserRecording):
                            making = makers.submit(_recorded_clip, each, self.settings)
                            pending.append((each, making))
                        elif (take := takes[each]) is not None:
                            making = makers.submit(_take_clip, take, self.settings)
                            pending.append((each, making))
                    for index, speech in run:
                        key = self._take_key(unheard[index])
                        making = makers.submit(_speech_clip, speech, self.settings, cache, key)
                        pending.append((unheard[index], making))
                        self._spoken.add(unheard[index])
                        collect(wait=False)
                collect(wait=True)
            except SpeechError as error:
                place = self._places[unheard[error.index]]
                raise BuildError(f"{place}: {error}") from error
            finally:
                makers.shutdown(cancel_futures=True)

    def _result(self, sentence: Sentence, future: Future[Clip]) -> Clip:
        try:
            return future.result()
        except SmrAudioError as error:
            if not isinstance(sentence, UserRecording) or isinstance(error, MissingError):
                raise
            raise _useless(sentence, self._places[sentence], str(error)) from None

    def _keep(self, sentence: Sentence, clip: Clip) -> None:
        sound = self._sounds[sentence]
        self._store.keep(sound, clip)
        self._made[sound] = clip

    def _take_key(self, sentence: str) -> Key:
        speaker, spoken = self.speaker, self._spoken_as[sentence]
        return take_key(fingerprint=speaker.fingerprint, sentence=spoken, rate=speaker.rate)

    def _ticks_of_cue(self, cue: CueName) -> int:
        if self.settings.own(cue) is None:
            return CUE_TICKS[self.settings.cues][cue]
        sound = self._store.cue(cue, self.settings)
        if self._store.ticks(sound) is None:
            self._store.keep(sound, self.clip(sound))
        return self._store.ticks(sound) or 0

    def _ticks(self, sentence: Sentence) -> int:
        known = self._store.ticks(self._sounds[sentence])
        if known is not None:
            return known
        samples = estimated_samples(str(sentence), rate=self.speaker.rate)
        return units.ticks_of_samples(samples)


def _useless(recording: UserRecording, place: Location, reason: str) -> ContentError:
    advice = "record it again, or take `sound` out for a voice to say the line"
    return ContentError([Problem(place, f"the sound '{recording.path}': {reason}; {advice}")])


def _import_for_clips() -> None:
    """Import what clips and islands need (0.2 s) while the voice's process starts."""
    import smr_audio.mp3.encoder
    import smr_audio.sound.clip
    import smr_audio.sound.render  # noqa: F401


def _speech_clip(speech: Speech, settings: SoundSettings, cache: Cache, key: Key) -> Clip:
    """The clip of what an engine spoke, which is kept as it came unless it is silence."""
    from smr_audio.sound.clip import take_bytes

    clip = _take_clip(speech, settings)
    if clip.true_peak_dbtp > -math.inf:
        cache.put(key, take_bytes(speech))
    return clip


def _take_clip(take: Speech, settings: SoundSettings) -> Clip:
    from smr_audio.sound.clip import make_clip

    return make_clip(take, target_lufs=settings.target_lufs, master=settings.master)


def _recorded_clip(recording: UserRecording, settings: SoundSettings) -> Clip:
    """The clip of a recording. Raises SoundError as `decode_sound` does."""
    from smr_audio.sound.clip import make_recorded_clip
    from smr_audio.sound.user_files import decode_sound

    # A coach who shouts into a phone clips a few samples, and is understood all the same.
    sound = decode_sound(Path(recording.path), most_s=MOST_RECORDED_S, may_clip=True)
    return make_recorded_clip(sound, target_lufs=settings.target_lufs, master=settings.master)


def _cue_clip(cue: CueName, settings: SoundSettings) -> Clip:
    """The clip of a cue, from its tones or the user's own file. Raises as `settings_of` does."""
    own = settings.own(cue)
    if own is not None:
        from smr_audio.sound.cues import own_cue_clip

        try:
            return own_cue_clip(own, target_lufs=settings.target_lufs)
        except UsageError as error:
            raise fault_at(own.location, str(error)) from None
    from smr_audio.sound.cues import cue_clip

    return cue_clip(cue, scheme=settings.cues, target_lufs=settings.target_lufs)
