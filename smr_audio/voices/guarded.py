"""An engine of somebody else's, held to what the Protocol promises."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from smr_audio.errors import BuildError, MissingError
from smr_audio.voices.engine import Fault, Speech, SpeechError, Voice
from smr_audio.voices.scripts import quoted
from smr_audio.voices.sentence import checked, checked_rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TRIES: Final = 2
_LEAST_RATE_HZ: Final = 8_000
_MOST_RATE_HZ: Final = 192_000
_MOST_SECONDS: Final = 120  # of one sentence of 600 characters at most, spoken at half the pace
_METHODS: Final = ("voices", "fingerprint", "speak")


def why(error: BaseException) -> str:
    """An exception in one line, as the end of a message."""
    text = " ".join(str(error).split())[:300]
    return text if isinstance(error, TypeError) and text else f"{type(error).__name__}: {text}"


class GuardedEngine:
    """Speaks by an engine that a plug-in made. `package` has the name and version to blame."""

    def __init__(self, engine: Any, *, name: str, package: str) -> None:
        """Raises TypeError for what is no engine."""
        lacking = [each for each in _METHODS if not callable(getattr(engine, each, None))]
        if lacking:
            kind = type(engine).__name__
            raise TypeError(f"it gives a {kind}, which has no {lacking[0]}(); it must be an Engine")
        self.name = name
        self._engine = engine
        self._package = package
        self._own: dict[str, Voice] = {}

    def voices(self) -> Sequence[Voice]:
        """Its voices under the plug-in's name. Raises MissingError or BuildError for none."""
        try:
            found = list(self._engine.voices())
        except (MissingError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise self._broken(f"its list of voices fails, {why(error)}") from error
        if not found:
            raise MissingError(f"the voice '{self.name}' of {self._package} has no voice here")
        for each in found:
            if not _is_voice(each):
                raise self._broken("its list of voices holds what is no Voice with texts in it")
        self._own = {each.name: each for each in found}
        return tuple(
            replace(each, engine=self.name, languages=tuple(each.languages))
            for each in self._own.values()
        )

    def fingerprint(self, voice: Voice) -> str:
        """The engine's own, with its name and its package's version."""
        try:
            own = self._engine.fingerprint(self._voice(voice))
        except (MissingError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise self._broken(f"its fingerprint fails, {why(error)}") from error
        if not isinstance(own, str) or not own.strip():
            raise self._broken("its fingerprint is no text")
        return f"plugin-1 {self.name} {self._package} {voice.name} {own}"

    def speak(
        self, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        """Each sentence's sound, proven whole; what is not is tried once more.

        Raises SpeechError as the Protocol says, whatever the engine raises or gives.
        """
        checked_rate(rate)
        texts = checked(sentences, voice=voice)
        return self._spoken(texts, voice, rate)

    def _spoken(
        self, texts: list[str], voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        left = dict.fromkeys(range(len(texts)), "it gave no sound for it")
        for _ in range(_TRIES if texts else 0):
            asked = list(left)
            tried = self._tried([texts[n] for n in asked], voice, rate)
            for count, (place, given) in enumerate(tried, 1):
                index = asked[place] if 0 <= place < len(asked) else -1
                if index not in left or count > len(asked):  # some would go on for ever
                    left = dict.fromkeys(left, "it gave a sound that nobody asked for")
                    break
                try:
                    speech = _proven(given, texts[index], rate)
                except Fault as error:
                    left[index] = str(error)
                    continue
                del left[index]
                yield index, speech
                if not left:
                    return
        for index, fault in left.items():
            raise SpeechError(
                f"the voice {voice.id} cannot speak {quoted(texts[index])}: {fault} "
                f"(the plug-in is {self._package}); reword the line or choose another voice",
                index=index,
            )

    def _tried(self, texts: list[str], voice: Voice, rate: float) -> Iterator[tuple[int, Any]]:
        """What the engine gives, by place among the texts: a sound, or a Fault in place of one."""
        done: set[int] = set()
        try:
            for item in self._engine.speak(texts, voice=self._voice(voice), rate=rate):
                if not (isinstance(item, tuple) and len(item) == 2 and _is_whole(item[0])):
                    raise Fault("it gives no pairs of a number and a sound")
                done.add(item[0])
                yield item
        except (GeneratorExit, KeyboardInterrupt, MissingError):
            raise
        except BaseException as error:  # noqa: BLE001  other people's code, and it may even exit
            left = [n for n in range(len(texts)) if n not in done]
            at = error.index if isinstance(error, SpeechError) else None
            told = isinstance(error, Fault | BuildError)
            fault = " ".join(str(error).split())[:300] if told else f"it fails, {why(error)}"
            if left:
                yield at if at in left else left[0], Fault(fault)

    def close(self) -> None:
        """Let the engine close, if it can."""
        close = getattr(self._engine, "close", None)
        if callable(close):
            with contextlib.suppress(Exception):
                close()

    def _voice(self, voice: Voice) -> Voice:
        """The voice as the engine knows it."""
        return self._own.get(voice.name, voice)

    def _broken(self, what: str) -> BuildError:
        return BuildError(
            f"the voice '{self.name}' of {self._package} is broken: {what}; update the package, "
            "or choose another voice"
        )


def _is_voice(value: Any) -> bool:
    return (
        isinstance(value, Voice)
        and isinstance(value.name, str)
        and isinstance(value.title, str)
        and isinstance(value.languages, tuple | list)
        and all(isinstance(tag, str) for tag in value.languages)
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _proven(given: Any, text: str, rate: float) -> Speech:
    """Speech that is what it must be. Raises Fault for all else."""
    import numpy as np  # noqa: PLC0415  (100 ms that choosing a voice need not cost)

    from smr_audio.voices.proof import prove  # noqa: PLC0415  (brings numpy)

    if isinstance(given, Fault):
        raise given
    if not isinstance(given, Speech):
        raise Fault(f"it gives a {type(given).__name__} in place of Speech")
    hertz, samples = given.sample_rate, given.samples
    if not isinstance(hertz, int | np.integer) or not _LEAST_RATE_HZ <= hertz <= _MOST_RATE_HZ:
        raise Fault(f"the sound's rate is {hertz!r}, not {_LEAST_RATE_HZ} to {_MOST_RATE_HZ} Hz")
    if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype.kind != "f":
        raise Fault("its samples are no array of floats in one dimension")
    if samples.size > _MOST_SECONDS * int(hertz):
        raise Fault(f"the sound is longer than {_MOST_SECONDS} s")
    sound: NDArray[np.float32] = samples.astype(np.float32)  # a copy: it may use its own again
    if np.abs(sound).max(initial=0.0) > 1:
        raise Fault("the sound passes full scale; its samples must lie in [-1, 1]")
    speech = Speech(sound, int(hertz))
    prove(speech, text, rate=rate, espeak=False)
    return speech
