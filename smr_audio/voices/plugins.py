"""Engines that other packages bring, by the entry-point group `smr_audio.engines`.

An entry point's name is the engine's; its value is a callable without arguments that returns an
`Engine`. What a plug-in gives is proven like every other voice's, and its package's version is
part of the key of each clip.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from smr_audio.errors import MissingError, SmrAudioError, UsageError
from smr_audio.voices.engine import Engine, Fault, Speech, SpeechError, Voice
from smr_audio.voices.sentence import checked, checked_rate

GROUP: Final = "smr_audio.engines"

_TRIES: Final = 2
_LEAST_RATE_HZ: Final = 8_000
_MOST_RATE_HZ: Final = 192_000
_MOST_SECONDS: Final = 120


def found() -> dict[str, EntryPoint]:
    """Every plug-in engine by its name in lower case; imports none of them.

    Of two with one name the first by package wins; `faults` tells of it.
    """
    named: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=package_of):
        named.setdefault(point.name.lower(), point)
    return named


def package_of(point: EntryPoint) -> str:
    """The name and version of the package that an entry point is from."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def load(name: str) -> Engine:
    """The plug-in engine of a name.

    Raises MissingError that names its package if it cannot be imported or made, or is no engine.
    """
    point = found()[name.lower()]
    who = f"the engine '{point.name}' of {package_of(point)}"
    try:
        engine = point.load()()
    except (Exception, SystemExit) as error:  # what a plug-in raises is not ours to foresee
        message = f"{who} cannot be loaded: {_said(error)}; update or uninstall it"
        raise MissingError(message) from error
    lacking = [
        part
        for part in ("voices", "fingerprint", "speak", "close")
        if not callable(getattr(engine, part, None))
    ]
    if lacking:
        raise MissingError(f"{who} is no engine: it lacks {', '.join(lacking)}; update it")
    return ProvenEngine(engine, point)


def faults(taken: Sequence[str]) -> list[str]:
    """What is wrong with the plug-ins here; `taken` are the names of our own engines."""
    messages = []
    points = found()
    for point in sorted(entry_points(group=GROUP), key=package_of):
        who = f"the engine '{point.name}' of {package_of(point)}"
        if point.name.lower() in taken:
            messages.append(f"{who} has the name of a built-in one and is not used; rename it")
        elif points[point.name.lower()] != point:
            first = package_of(points[point.name.lower()])
            messages.append(f"{who} is not used, since {first} has one too; uninstall one of them")
        else:
            try:
                load(point.name).close()
            except SmrAudioError as error:
                messages.append(str(error))
    return messages


class ProvenEngine:
    """A plug-in's engine, believed in nothing: each clip is proven, and failures have words."""

    def __init__(self, engine: Engine, point: EntryPoint) -> None:
        self.name = point.name.lower()
        self._engine = engine
        self._package = package_of(point)

    def voices(self) -> Sequence[Voice]:
        """The plug-in's voices, under its name. Raises MissingError if it cannot list them."""
        try:
            voices = [
                Voice(
                    self.name,
                    str(each.name),
                    str(each.title),
                    tuple(tag.replace("_", "-").lower() for tag in each.languages),
                )
                for each in self._engine.voices()
            ]
        except SmrAudioError:
            raise
        except Exception as error:
            raise MissingError(f"{self._who} cannot list its voices: {_said(error)}") from error
        if not voices:
            raise MissingError(f"{self._who} has no voice here; see what it asks for")
        return voices

    def fingerprint(self, voice: Voice) -> str:
        """The package and its version, and what the plug-in says of itself."""
        try:
            return f"{self._package} {voice.name} {self._engine.fingerprint(voice)}"
        except SmrAudioError:
            raise
        except Exception as error:
            raise MissingError(f"{self._who} cannot say what it is: {_said(error)}") from error

    def speak(
        self, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        """Each sentence's sound, in order, proven whole; one that is not is tried once more.

        Raises SpeechError that names the sentence, UsageError for a rate outside 0.5 to 2.
        """
        checked_rate(rate)
        for index, text in enumerate(checked(sentences, voice=voice)):
            yield index, self._spoken(text, index, voice=voice, rate=rate)

    def close(self) -> None:
        """Let the plug-in stop what it has started."""
        with contextlib.suppress(Exception):  # all is spoken; how it ends is its own affair
            self._engine.close()

    def _spoken(self, text: str, index: int, *, voice: Voice, rate: float) -> Speech:
        why = ""
        for _ in range(_TRIES):
            try:
                speech = self._asked(text, voice=voice, rate=rate)
            except (MissingError, UsageError):
                raise
            except Fault as fault:
                why = str(fault)
            except Exception as error:  # noqa: BLE001  as above
                why = _said(error)
            else:
                return speech
        raise SpeechError(
            f"{self._who} failed on “{text[:60]}”: {why}; try another --voice", index=index
        )

    def _asked(self, text: str, *, voice: Voice, rate: float) -> Speech:
        import numpy as np  # 100 ms that choosing a voice need not cost

        from smr_audio.voices.quality import prove  # imports numpy

        answers = list(self._engine.speak([text], voice=voice, rate=rate))
        if len(answers) != 1:
            raise Fault(f"it gave {len(answers)} sounds for one sentence")
        _, given = answers[0]
        hz = int(given.sample_rate)
        if not _LEAST_RATE_HZ <= hz <= _MOST_RATE_HZ:
            raise Fault(f"its sample rate is {hz} Hz, not {_LEAST_RATE_HZ} to {_MOST_RATE_HZ}")
        samples = np.asarray(given.samples, dtype=np.float32)
        if samples.ndim != 1:
            raise Fault(f"its sound has {samples.ndim} dimensions, not one")
        if samples.size > _MOST_SECONDS * hz:
            raise Fault(f"its sound is longer than {_MOST_SECONDS} s")
        if float(np.abs(samples).max(initial=0.0)) > 1.0:
            raise Fault("its samples leave -1 to 1")
        speech = Speech(samples, hz)
        prove(speech, text, rate=rate, espeak=False)
        return speech

    @property
    def _who(self) -> str:
        return f"the engine '{self.name}' of {self._package}"


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
