"""Clips: the sound of each sentence and cue, its length, where it is kept and how it is made."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.errors import BuildError, Location
from smr_audio.normalize.sentences import said_as
from smr_audio.options.choices import CUE_NAMES, CueName
from smr_audio.progress import Progress
from smr_audio.records import dataclass
from smr_audio.session.script import Script, Sentence, UserRecording
from smr_audio.sound import keys
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.settings import SoundSettings, digest_of_sound, useless_recording
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.storage.cache import Cache, Key, key_digest
from smr_audio.timeline.lengths import Lengths
from smr_audio.voices.engine import Engine, Speech, SpeechError, Voice
from smr_audio.voices.pace import spoken_rate
from smr_audio.voices.silent import estimated_samples

if TYPE_CHECKING:  # brings numpy, and who knows every length needs no sound
    from concurrent.futures import Future

    from smr_audio.sound.clip import Clip

# Threads, for numpy and soxr let go of the interpreter while they compute.
_MAKERS: Final = 2

_LENGTH: Final = b"length "


class ClipStore:
    """Clips and their lengths under the names of their sounds, for any number of sessions.

    A sound's name is the digest of its clip's key, so one name is one sound. A length is kept
    apart from its clip: planning and linking read a few bytes a sentence.
    """

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self._by_sound: dict[str, Key] = {}
        self._ticks: dict[str, int] = {}
        self.sentence = lru_cache(None)(self._sentence)
        self.cue = lru_cache(None)(self._cue)

    def recording(self, path: str, settings: SoundSettings) -> str:
        """The name of a recording's sound. Raises OSError if its file cannot be read."""
        digest, encoder = digest_of_sound(Path(path)), encoder_identity()
        return self._named(keys.recording_key(digest=digest, encoder=encoder, settings=settings))

    def _sentence(self, voice: str, sentence: str, rate: float, settings: SoundSettings) -> str:
        """The name of the sound of a sentence at its rate; `voice` is the speaker's fingerprint."""
        key = keys.clip_key(fingerprint=voice, sentence=sentence, rate=rate, settings=settings)
        return self._named(key)

    def _cue(self, name: CueName, settings: SoundSettings) -> str:
        return self._named(keys.cue_key(name, encoder=encoder_identity(), settings=settings))

    def ticks(self, sound: str) -> int | None:
        if sound not in self._ticks:
            ticks = self.cache.read(keys.length_key(sound), ticks_from)
            if ticks is None:
                return None
            self._ticks[sound] = ticks
        return self._ticks[sound]

    def clip(self, sound: str) -> Clip | None:
        from smr_audio.sound.clip import Clip

        return self.cache.read(self._by_sound[sound], Clip.from_bytes)

    def keep(self, sound: str, clip: Clip) -> None:
        self.cache.put(self._by_sound[sound], clip.to_bytes())
        self.keep_ticks(sound, clip.ticks)

    def keep_ticks(self, sound: str, ticks: int) -> None:
        self.cache.put(keys.length_key(sound), length_bytes(ticks))
        self._ticks[sound] = ticks

    def _named(self, key: Key) -> str:
        digest = key_digest(key)
        self._by_sound[digest] = key
        return digest


def length_bytes(ticks: int) -> bytes:
    return _LENGTH + b"%d\n" % ticks


def ticks_from(data: bytes) -> int:
    return int(data.removeprefix(_LENGTH))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says the sentences, and how fast: a voice of an engine, at a factor on its pace.

    Instructions have a further factor, `guide`; lengths are estimated at `estimate` times the pace
    of `silent`. `stands_in` is as in `registry.Chosen`.
    """

    engine: Engine
    voice: Voice
    fingerprint: str
    stands_in: str
    guide: float
    estimate: float
    rate: float = 1.0


class Clips:
    """The sounds of one session, by name (see `ClipStore`), sentence or cue.

    `spoken` and `cached` count the sentences that had to be spoken, and those that were there.
    """

    def __init__(self, script: Script, *, speaker: Speaker, store: ClipStore, settings: SoundSettings) -> None:
        """Look up which lengths are known.

        The user's own sounds for cues are decoded here if they never were, so that one that
        cannot be used is reported before any work. Raises UsageError for it, ContentError for a
        recording that is not there.
        """
        self.settings = settings
        self.speaker = speaker
        self._places = script.sentences()
        self._speeds = script.speeds(speaker.guide)
        self._store = store
        engine = speaker.voice.engine
        self._spoken_as = {
            each: said_as(each, engine=engine, lexicon=script.lexicon) for each in self._places if isinstance(each, str)
        }
        self._sounds: dict[Sentence, str] = {
            each: store.sentence(speaker.fingerprint, form, self.rate_of(each), settings)
            for each, form in self._spoken_as.items()
        }
        for recording, place in self._places.items():
            if isinstance(recording, UserRecording):
                try:
                    self._sounds[recording] = store.recording(recording.path, settings)
                except OSError as error:
                    raise useless_recording(Path(recording.path), place, error) from None
        self._sentences = {sound: each for each, sound in self._sounds.items()}
        self._cues = {store.cue(name, settings): name for name in CUE_NAMES}
        self._made: dict[str, Clip] = {}
        self._cue_ticks = {name: self._ticks_of_cue(name) for name in CUE_NAMES}
        self._spoken: set[Sentence] = set()

    def rate_of(self, sentence: Sentence) -> float:
        """The rate at which the engine speaks a sentence; one of another session's is guessed."""
        return spoken_rate(self.speaker.rate, self._speeds.get(sentence, self.speaker.guide))

    def estimated_ticks(self, sentence: Sentence) -> int:
        """About how long a sentence will take that was never spoken."""
        return estimated_ticks(sentence, self.rate_of(sentence) * self.speaker.estimate)

    @property
    def missing(self) -> list[Sentence]:
        """The sentences that were never spoken, so of unknown length."""
        return [sentence for sentence in self._places if not self.is_known(sentence)]

    @property
    def cache(self) -> Cache:
        return self._store.cache

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
        known = {each: self._store.ticks(self._sounds[each]) for each in self._places}
        sentences = {each: self.estimated_ticks(each) if ticks is None else ticks for each, ticks in known.items()}
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
        wanted = list(sounds)
        self.speak(lambda: list(dict.fromkeys(self.load(wanted))))

    def speak(
        self,
        wanted: Callable[[], Sequence[Sentence]],
        *,
        progress: Progress | None = None,
        on_start: Callable[[], None] = lambda: None,
        on_clip: Callable[[], None] = lambda: None,
        unmastered: bool = False,
    ) -> None:
        """Speak sentences, decode recordings, and keep their clips, while more are `wanted`.

        `on_start` is called when the engine has started, `on_clip` with each clip that is there.
        If `unmastered`, a clip whose length is sure is left for later: `fetch` makes it.

        Raises BuildError that points at the line if the voice cannot say it, ContentError if a
        recording cannot be used. Only whole clips are kept.
        """
        from concurrent.futures import ThreadPoolExecutor  # brings logging

        settings, cache = self.settings, self._store.cache
        make = partial(_take_ticks if unmastered else _take_clip, settings=settings)
        pending: deque[tuple[Sentence, Future[Clip | int]]] = deque()
        done = 0

        def collect(*, wait: bool) -> None:
            nonlocal done
            while pending and (wait or pending[0][1].done()):
                sentence, future = pending.popleft()
                sound, made = self._sounds[sentence], future.result()
                if isinstance(made, int):
                    self._store.keep_ticks(sound, made)
                else:
                    self._store.keep(sound, made)
                    self._made[sound] = made
                done += 1
                if progress:
                    progress("speaking", done, len(sentences))
                on_clip()

        with closing(self.speaker.engine), ThreadPoolExecutor(_MAKERS) as makers:
            try:
                while sentences := wanted():
                    from smr_audio.sound.clip import take_from

                    done = 0
                    texts = [each for each in sentences if isinstance(each, str)]
                    takes = {each: cache.read(self._take_key(each), take_from) for each in texts}
                    run = self._run(each for each, take in takes.items() if take is None)
                    makers.submit(_import_for_clips)
                    on_start()
                    for each in sentences:
                        if isinstance(each, UserRecording):
                            pending.append((each, makers.submit(_recorded_clip, each, self._places[each], settings)))
                        elif take := takes[each]:
                            pending.append((each, makers.submit(make, take)))
                    for each, speech in run:
                        key = self._take_key(each)
                        making = makers.submit(_speech_clip, speech, make, cache, key, settings)
                        pending.append((each, making))
                        self._spoken.add(each)
                        collect(wait=False)
                    collect(wait=True)
            finally:
                makers.shutdown(cancel_futures=True)

    def _run(self, sentences: Iterable[str]) -> Iterator[tuple[str, Speech]]:
        """Each sentence with its sound, as the engine gives them: rate by rate.

        The engine starts with this call.
        """
        groups: dict[float, list[str]] = {}
        for each in sentences:
            groups.setdefault(self.rate_of(each), []).append(each)
        # One after the other: an engine may have a rate for all that it speaks.
        runs = (self._at_rate(rate, group) for rate, group in groups.items())
        return chain(next(runs, ()), chain.from_iterable(runs))

    def _at_rate(self, rate: float, group: Sequence[str]) -> Iterator[tuple[str, Speech]]:
        texts = [self._spoken_as[each] for each in group]
        with self._placing(group):
            run = self.speaker.engine.speak(texts, voice=self.speaker.voice, rate=rate)

        def spoken() -> Iterator[tuple[str, Speech]]:
            with self._placing(group):
                for index, speech in run:
                    yield group[index], speech

        return spoken()

    @contextmanager
    def _placing(self, group: Sequence[str]) -> Iterator[None]:
        """Raise BuildError with the place of a sentence that cannot be spoken."""
        try:
            yield
        except SpeechError as error:
            raise BuildError(f"{self._places[group[error.index]]}: {error}") from error

    def _take_key(self, sentence: str) -> Key:
        spoken, rate = self._spoken_as[sentence], self.rate_of(sentence)
        return keys.take_key(fingerprint=self.speaker.fingerprint, sentence=spoken, rate=rate)

    def _ticks_of_cue(self, cue: CueName) -> int:
        if self.settings.own(cue) is None:
            return CUE_TICKS[self.settings.cues][cue]
        sound = self._store.cue(cue, self.settings)
        if self._store.ticks(sound) is None:
            self._store.keep(sound, self.clip(sound))
        return self._store.ticks(sound) or 0


def estimated_ticks(sentence: Sentence, rate: float) -> int:
    """About how long a sentence takes that was never spoken, at a rate of `silent`."""
    return units.ticks_of_samples(estimated_samples(str(sentence), rate=rate))


def _import_for_clips() -> None:
    """Import what clips and islands need (0.2 s) while the voice's process starts."""
    import smr_audio.mp3.codec
    import smr_audio.sound.level
    import smr_audio.sound.render  # noqa: F401


def _speech_clip(
    speech: Speech, make: Callable[[Speech], Clip | int], cache: Cache, key: Key, settings: SoundSettings
) -> Clip | int:
    """What `make` makes of what an engine spoke, which is kept as it came unless it is silence.

    What cannot be kept becomes a clip at once: it would have to be spoken again for it.
    """
    from smr_audio.sound.clip import take_bytes

    made = make(speech)
    if isinstance(made, int):
        return made if cache.put(key, take_bytes(speech)) else _take_clip(speech, settings)
    if made.true_peak_dbtp > -math.inf:
        cache.put(key, take_bytes(speech))
    return made


def _take_ticks(take: Speech, settings: SoundSettings) -> Clip | int:
    """How long the clip of a take will be, or the clip itself where only that tells."""
    from smr_audio.sound.level import sure_ticks

    ticks = sure_ticks(take)
    return _take_clip(take, settings) if ticks is None else ticks


def _take_clip(take: Speech, settings: SoundSettings) -> Clip:
    from smr_audio.sound.level import make_clip

    return make_clip(take, target_lufs=settings.target_lufs, master=settings.master)


def _recorded_clip(recording: UserRecording, place: Location, settings: SoundSettings) -> Clip:
    """The clip of a recording. Raises ContentError as `decode_recording` does."""
    from smr_audio.sound.level import make_recorded_clip
    from smr_audio.sound.user_files import decode_recording

    sound = decode_recording(Path(recording.path), place)
    return make_recorded_clip(sound, target_lufs=settings.target_lufs, master=settings.master)


def _cue_clip(cue: CueName, settings: SoundSettings) -> Clip:
    """The clip of a cue, from its tones or the user's own file. Raises as `own_cue_clip` does."""
    from smr_audio.sound.cues import cue_clip, own_cue_clip

    own = settings.own(cue)
    if own is None:
        return cue_clip(cue, scheme=settings.cues, target_lufs=settings.target_lufs)
    return own_cue_clip(own, target_lufs=settings.target_lufs)
