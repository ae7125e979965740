"""Every error this package raises on purpose: what is wrong, where, and what to do.

Each class carries the exit status that the command line gives for it, so that a
program that calls the library and one that calls the command see the same kinds.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from smr_audio.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a text file. Lines and columns count from 1; 0 means "the whole file"."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a file, and what to do about it."""

    location: Location
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message}"


def reason_of(error: Exception) -> str:
    """The system's words for what failed, to stand within a sentence."""
    reason: str = getattr(error, "strerror", None) or str(error)
    return reason[:1].lower() + reason[1:]


class SmrAudioError(Exception):
    """Base of every error raised on purpose. `str(error)` is fit to show to a user."""

    exit_status: ClassVar[int] = 1

    def add(self, note: str) -> None:
        """Say more at the end of the message."""
        self.args = (f"{self}; {note}",)

    def reword(self, change: Callable[[str], str]) -> None:
        """Change the words of the message."""
        self.args = (change(str(self)),)


class BuildError(SmrAudioError):
    """It failed while working: a file that cannot be written, a voice that broke."""


class UsageError(SmrAudioError):
    """A bad option or value, an unknown name, a file that is not there."""

    exit_status = 2


class ContentError(SmrAudioError):
    """Content that does not check. Holds every problem found, in order of place."""

    exit_status = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def add(self, note: str) -> None:
        """Say more of the last problem."""
        *others, last = self.problems
        ContentError.__init__(self, (*others, Problem(last.location, f"{last.message}; {note}")))

    def reword(self, change: Callable[[str], str]) -> None:
        ContentError.__init__(self, (Problem(one.location, change(one.message)) for one in self.problems))


class MissingError(SmrAudioError):
    """Something is not installed: an engine, a voice for a language, an encoder."""

    exit_status = 4


class ShortageError(BuildError):
    """The system refuses more processes, threads or memory. `what` is what failed for it."""

    def __init__(self, what: str, *, memory: bool = False) -> None:
        # A thread is refused with the same word when there is no memory for its stack.
        lacking = "memory" if memory else "processes, threads or memory"
        processes = "" if memory else "processes (`ulimit -u`, a container's --pids-limit) or "
        super().__init__(
            f"{what}: the system has no more {lacking} for it; end other programs, or raise the "
            f"limit on {processes}memory (`ulimit -v`, a container's --memory), then try again"
        )

    @classmethod
    def of(cls, error: BaseException, what: str) -> "ShortageError | None":
        """This error, if that is what is behind another, or None."""
        if isinstance(error, MemoryError):
            return cls(what, memory=True)
        if isinstance(error, OSError | RuntimeError | ImportError):
            return cls.in_words(str(error), what)
        return None

    @classmethod
    def in_words(cls, said: str, what: str) -> "ShortageError | None":
        """This error, if that is what a program or a library said, or None."""
        if any(words in said for words in _NO_MEMORY):
            return cls(what, memory=True)
        return cls(what) if any(words in said for words in _NO_THREADS) else None


_NO_THREADS: Final = ("Resource temporarily unavailable", "start new thread", "pthread_create")
_NO_MEMORY: Final = (
    "Cannot allocate memory",
    "Out of memory",  # in the words of musl
    "ailed to allocate memory",
    "Unable to allocate",
    "MemoryError",
    "bad_alloc",
    "failed to map segment",
)
