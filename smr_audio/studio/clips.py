"""The clips of one session: how long each is, and its sound when somebody needs it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.errors import BuildError, Location
from smr_audio.library.preferences import CueName
from smr_audio.sound.settings import SoundSettings
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.studio.progress import Progress
from smr_audio.studio.shelf import Shelf
from smr_audio.timeline.lengths import Lengths
from smr_audio.voices.engine import Engine, Speech, SpeechError, Voice
from smr_audio.voices.silent import estimated_samples

if TYPE_CHECKING:  # brings numpy, and who knows every length needs no sound
    from smr_audio.sound.clip import Clip

# Threads, for numpy and soxr let go of the interpreter while they compute.
_MAKERS: Final = 2


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says the sentences, and how fast: a voice of an engine, at a factor on its pace."""

    engine: Engine
    voice: Voice
    rate: float
    fingerprint: str


class Clips:
    """The sounds of one session, by name (see `Shelf`), sentence or cue.

    `spoken` and `cached` count the sentences that had to be spoken, and all others.
    """

    def __init__(
        self,
        sentences: Mapping[str, Location],
        *,
        speaker: Speaker,
        shelf: Shelf,
        settings: SoundSettings,
    ) -> None:
        """Look up which lengths are known. `sentences` are all, with their places."""
        self.settings = settings
        self._places = sentences
        self._speaker = speaker
        self._shelf = shelf
        self._sounds = shelf.sentences(
            sentences, fingerprint=speaker.fingerprint, rate=speaker.rate, settings=settings
        )
        self._sentences = {sound: each for each, sound in self._sounds.items()}
        self._cues = {shelf.cue(name, settings): name for name in CUE_TICKS}
        self._made: dict[str, Clip] = {}
        self._spoken: set[str] = set()

    @property
    def missing(self) -> list[str]:
        """The sentences that were never spoken, so of unknown length."""
        return [sentence for sentence in self._places if not self.is_known(sentence)]

    @property
    def spoken(self) -> int:
        """How many sentences were spoken for this session."""
        return len(self._spoken)

    @property
    def cached(self) -> int:
        """How many sentences were there before."""
        return len(self._places) - len(self._spoken)

    def is_known(self, sentence: str) -> bool:
        """Whether its length is known."""
        return self._shelf.ticks(self._sounds[sentence]) is not None

    def lengths(self) -> Lengths:
        """The length of every sentence and cue; an estimate where it was not spoken yet."""
        return Lengths({sentence: self._ticks(sentence) for sentence in self._places}, CUE_TICKS)

    def sound_of(self, sentence: str) -> str:
        """The name of a sentence's sound."""
        return self._sounds[sentence]

    def sound_of_cue(self, cue: CueName) -> str:
        """The name of a cue's sound."""
        return self._shelf.cue(cue, self.settings)

    def sentence(self, sentence: str) -> Clip:
        """The clip of a sentence, spoken anew if it is gone from the cache."""
        sound = self._sounds[sentence]
        self.fetch((sound,))
        return self.clip(sound)

    def cue(self, cue: CueName) -> Clip:
        """The clip of a cue."""
        return self.clip(self._shelf.cue(cue, self.settings))

    def clip(self, sound: str) -> Clip:
        """The clip of a sound that was fetched, or of a cue."""
        found = self._made.get(sound) or self._shelf.clip(sound)
        if found is None:
            from smr_audio.sound.cues import cue_clip  # noqa: PLC0415  (imports numpy)

            found = cue_clip(self._cues[sound], target_lufs=self.settings.target_lufs)
            self._shelf.keep(sound, found)
        self._made[sound] = found
        return found

    def load(self, sounds: Iterable[str]) -> list[str]:
        """Bring sounds from the cache, so that `clip` has them; the sentences that are gone."""
        gone = []
        for sound in sounds:
            if sound in self._sentences and sound not in self._made:
                clip = self._shelf.clip(sound)
                # Two takes of a voice that is never the same can be kept as one's length and
                # the other's sound.
                if clip is None or clip.ticks != self._shelf.ticks(sound):
                    gone.append(self._sentences[sound])
                else:
                    self._made[sound] = clip
        return gone

    def fetch(self, sounds: Iterable[str]) -> None:
        """Like `load`, and what is gone is spoken anew. Raises BuildError as `speak` does."""
        if gone := list(dict.fromkeys(self.load(sounds))):
            self.speak(gone)

    def speak(
        self,
        sentences: Sequence[str],
        *,
        progress: Progress | None = None,
        on_start: Callable[[], None] = lambda: None,
        on_clip: Callable[[], None] = lambda: None,
    ) -> None:
        """Speak sentences and keep their clips.

        `on_start` is called when the engine has started, `on_clip` with each clip that is there.

        Raises BuildError that points at the line if the voice cannot say it. Nothing is kept
        but whole clips.
        """
        pending: deque[tuple[str, Future[Clip]]] = deque()
        done = 0

        def collect(*, wait: bool) -> None:
            nonlocal done
            while pending and (wait or pending[0][1].done()):
                sentence, future = pending.popleft()
                self._keep(sentence, future.result())
                done += 1
                if progress:
                    progress("speaking", done, len(sentences))
                on_clip()

        speaker = self._speaker
        with ThreadPoolExecutor(_MAKERS) as makers:
            try:
                with closing(speaker.engine):
                    run = speaker.engine.speak(sentences, voice=speaker.voice, rate=speaker.rate)
                    makers.submit(_get_ready)
                    on_start()
                    for index, speech in run:
                        pending.append(
                            (sentences[index], makers.submit(_make, speech, self.settings))
                        )
                        collect(wait=False)
                collect(wait=True)
            except SpeechError as error:
                place = self._places[sentences[error.index]]
                raise BuildError(f"{place}: {error}") from error
            finally:
                makers.shutdown(cancel_futures=True)

    def _keep(self, sentence: str, clip: Clip) -> None:
        sound = self._sounds[sentence]
        self._shelf.keep(sound, clip)
        self._made[sound] = clip
        self._spoken.add(sentence)

    def _ticks(self, sentence: str) -> int:
        known = self._shelf.ticks(self._sounds[sentence])
        if known is not None:
            return known
        samples = estimated_samples(sentence, rate=self._speaker.rate)
        return units.ticks_of_samples(samples)


def _get_ready() -> None:
    """Import what clips and islands need while the voice's process starts, 0.2 s of nothing."""
    import smr_audio.mp3.encoder  # noqa: PLC0415
    import smr_audio.sound.clip  # noqa: PLC0415
    import smr_audio.sound.render  # noqa: F401, PLC0415


def _make(speech: Speech, settings: SoundSettings) -> Clip:
    from smr_audio.sound.clip import make_clip  # noqa: PLC0415  (imports numpy)

    return make_clip(speech, target_lufs=settings.target_lufs, master=settings.master)
