"""The wrapper around every engine: texts are checked before, each sound after it is spoken."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from smr_audio.errors import MissingError, SmrAudioError, UsageError
from smr_audio.options.choices import LEAST_RATE, MOST_RATE
from smr_audio.voices.engine import Engine, Fault, Speech, SpeechError, Voice
from smr_audio.voices.sentence import checked
from smr_audio.voices.silent import VOICE as SILENT

_TRIES: Final = 2
_LEAST_RATE_HZ: Final = 8_000
_MOST_RATE_HZ: Final = 192_000
_MOST_SECONDS: Final = 120


class ProvenEngine:
    """An engine whose sounds are checked and whose failures become messages.

    `package` is the name and version of its package, or "" for smr-audio.
    """

    def __init__(self, engine: Engine, *, name: str, package: str = "") -> None:
        self.name = name.lower()
        self._engine = engine
        self._package = package
        self._who = f"the engine '{name}' of {package or 'smr-audio'}"

    def voices(self) -> Sequence[Voice]:
        with self._trying("list its voices"):
            return [
                replace(
                    each, engine=self.name, languages=tuple(tag.replace("_", "-").lower() for tag in each.languages)
                )
                for each in self._engine.voices()
            ]

    def fingerprint(self, voice: Voice) -> str:
        with self._trying("give its fingerprint"):
            found = self._engine.fingerprint(voice)
        return f"{self._package} {voice.name} {found}" if self._package else found

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        """Each sentence's sound as it is done. The engine starts with this call.

        Raises UsageError for a rate outside 0.5 to 2, SpeechError for text that cannot be spoken
        (before the engine starts) and for a sound that fails its checks again and again.
        """
        if not LEAST_RATE <= rate <= MOST_RATE:  # engines would clamp it without a word
            raise UsageError(f"a rate must be {LEAST_RATE:g} to {MOST_RATE:g}, not {rate:g}")
        texts = checked(sentences, voice=voice)
        try:
            sounds = iter(self._engine.speak(texts, voice=voice, rate=rate))
        except Exception as error:
            if isinstance(error, SmrAudioError):
                raise
            sounds = iter(())
        return self._checked_sounds(sounds, texts, voice=voice, rate=rate)

    def phonemes(self, sentences: Sequence[str], *, voice: Voice) -> list[str] | None:
        """How each sentence is said, in IPA, if the engine can tell. Raises as `speak` does."""
        tell = getattr(self._engine, "phonemes", None)
        if tell is None:
            return None
        with self._trying("tell its phonemes"):
            return [str(each) for each in tell(checked(sentences, voice=voice), voice=voice)]

    def close(self) -> None:
        """Close the engine; whatever goes wrong in that, everything has been spoken."""
        with contextlib.suppress(Exception):
            self._engine.close()

    @contextlib.contextmanager
    def _trying(self, what: str) -> Iterator[None]:
        try:
            yield
        except SmrAudioError:
            raise
        except Exception as error:
            raise MissingError(f"{self._who} cannot {what}: {described(error)}") from error

    def _checked_sounds(
        self, sounds: Iterator[tuple[int, Any]], texts: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        left = dict(enumerate(texts))
        try:
            for index, sound in sounds:
                speech = self._checked(sound, left[index], rate=rate)
                del left[index]
                yield index, speech
        except Exception as error:
            if isinstance(error, SmrAudioError):
                raise
        # Which sentence was at fault is not always known, so the rest is spoken one by one.
        del sounds
        for index, text in left.items():
            yield index, self._alone(text, index, voice=voice, rate=rate)

    def _alone(self, text: str, index: int, *, voice: Voice, rate: float) -> Speech:
        why = ""
        for _ in range(_TRIES):
            try:
                sounds = list(self._engine.speak([text], voice=voice, rate=rate))
                if len(sounds) != 1:
                    raise Fault(f"it gave {len(sounds)} sounds for one sentence")
                return self._checked(sounds[0][1], text, rate=rate)
            except SpeechError as error:
                raise SpeechError(str(error), index=index) from error
            except Exception as error:
                if isinstance(error, SmrAudioError):
                    raise
                why = described(error)
        raise SpeechError(f"{self._who} failed on “{text[:60]}”: {why}; try another --voice", index=index)

    def _checked(self, sound: Any, text: str, *, rate: float) -> Speech:
        import numpy as np  # takes 100 ms, which choosing a voice need not cost

        from smr_audio.voices.quality import prove

        hz = int(sound.sample_rate)
        if not _LEAST_RATE_HZ <= hz <= _MOST_RATE_HZ:
            raise Fault(f"its sample rate is {hz} Hz, not {_LEAST_RATE_HZ} to {_MOST_RATE_HZ}")
        samples = np.asarray(sound.samples, dtype=np.float32)
        if samples.ndim != 1:
            raise Fault(f"its sound has {samples.ndim} dimensions, not one")
        if samples.size > _MOST_SECONDS * hz:
            raise Fault(f"its sound is longer than {_MOST_SECONDS} s")
        if float(np.abs(samples).max(initial=0.0)) > 1.0:
            raise Fault("its samples leave -1 to 1")
        speech = Speech(samples, hz)
        if self.name != SILENT.engine:  # silence is what that one is for
            prove(speech, text, rate=rate, espeak=False)
        return speech


def described(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, Fault):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
