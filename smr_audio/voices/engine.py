"""The interface of a speech engine: it lists its voices and speaks whole sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from smr_audio.errors import BuildError
from smr_audio.records import dataclass

if TYPE_CHECKING:  # numpy takes 100 ms to import, and choosing a voice does not need it
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker of an engine.

    `name` is the engine's own identifier (`gmw/en-us`), `languages` are BCP 47 tags in
    lower case with hyphens (`en-us`), best first; `title` is for people.
    """

    engine: str
    name: str
    title: str
    languages: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`engine:name`, as the plan and the `voices` command give it."""
        return f"{self.engine}:{self.name}" if self.name else self.engine

    def speaks(self, language: str) -> bool:
        """Whether it speaks a language (a BCP 47 tag) or a variety of it; no tags mean any."""
        tag = language.replace("_", "-").lower()
        spoken = (f"{each}-" for each in self.languages)
        return not self.languages or any(each.startswith(f"{tag}-") for each in spoken)


@dataclass(frozen=True, slots=True)
class Speech:
    """Mono sound straight from an engine: float32 in [-1, 1], shape (n,), and its rate in Hz."""

    samples: NDArray[np.float32]
    sample_rate: int


class SpeechError(BuildError):
    """A sentence could not be spoken whole. `index` is its place in `sentences`."""

    def __init__(self, message: str, *, index: int) -> None:
        super().__init__(message)
        self.index = index


class Fault(Exception):
    """What is wrong with one attempt at a sentence, in words that can end a message."""


class Engine(Protocol):
    """A speech engine: a row in the table of `voices.registry` names its class.

    Whatever calls an engine calls it through `ProvenEngine`, which checks texts and sounds.
    """

    name: str

    def voices(self) -> Sequence[Voice]:
        """Every voice this engine can speak with here. Raises MissingError if it cannot run."""

    def fingerprint(self, voice: Voice) -> str:
        """A text that changes whenever the same words would give another sound."""

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        """Speak each sentence; yield (index in `sentences`, sound) as each is done, in any order.

        `rate` is a factor on the engine's normal pace, 0.5 to 2. The same sentence gives the same
        samples every time. Raises SpeechError that names the sentence if one cannot be spoken
        whole, MissingError if the voice or what it needs is not installed.
        """

    def close(self) -> None:
        """Stop any worker. Safe to call twice."""
