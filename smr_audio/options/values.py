"""What some options are made of: the user's sounds for cues, calls, swaps, names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from smr_audio.errors import Location, UsageError
from smr_audio.options.choices import ALL_CALLS, CALLS, CUE_NAMES, MADE_BEDS, MODEL_SUFFIX, NO_BED, NO_CALLS, CueName
from smr_audio.suggest import did_you_mean

_ID = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)?[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CueSound:
    """The user's sound file for a cue, in place of its tones, and its place in content if any."""

    cue: CueName
    path: str
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Raises UsageError for an unknown cue or an empty path."""
        cue_name(self.cue)
        if not isinstance(self.path, str) or not self.path.strip() or "\0" in self.path:
            raise UsageError(f"the cue '{self.cue}' needs the path of a sound file")


@dataclass(frozen=True, slots=True)
class Bed:
    """What is heard under the voice: `off`, a bed that is made here, or the path of a sound file."""

    sound: str
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Raises UsageError for an empty path."""
        if not isinstance(self.sound, str) or not self.sound.strip() or "\0" in self.sound:
            raise UsageError(f"must be {NO_BED}, {', '.join(MADE_BEDS)} or the path of a sound file")

    @property
    def is_file(self) -> bool:
        return self.sound not in (NO_BED, *MADE_BEDS)


def parse_bed(text: str) -> Bed:
    """Read what the `--bed` option takes. Raises UsageError."""
    word = text.strip().lower()
    return Bed(word if word in (NO_BED, *MADE_BEDS) else text.strip())


def is_model(voice: str) -> bool:
    return voice.strip().lower().endswith(MODEL_SUFFIX)


def parse_cue_sound(text: str) -> CueSound:
    """Read `CUE=FILE` as the `--cue-sound` option takes it. Raises UsageError."""
    cue, equals, path = text.partition("=")
    if not equals:
        raise UsageError(f"'{text}' names no cue and file; write start=bell.wav")
    return CueSound(cue_name(cue.strip()), path.strip())


def cue_name(text: str) -> CueName:
    if text not in CUE_NAMES:
        raise UsageError(f"'{text}' is no cue; {did_you_mean(str(text), CUE_NAMES)}")
    return text


@dataclass(frozen=True, slots=True)
class Swap:
    """A technique to do in place of another one for the same muscle."""

    old: str
    new: str

    def __post_init__(self) -> None:
        """Raises UsageError for what cannot be techniques' ids."""
        for name in (self.old, self.new):
            technique_id(name)
        if self.old == self.new:
            raise UsageError(f"'{self.old}' cannot take its own place; name another technique")


def parse_swap(text: str) -> Swap:
    """Read `OLD=NEW` as the `--swap` option takes it. Raises UsageError."""
    old, equals, new = text.partition("=")
    if not equals:
        raise UsageError(f"'{text}' names one technique; write OLD=NEW")
    return Swap(old.strip(), new.strip())


def technique_id(text: str, form: str = "OLD=NEW, two techniques") -> str:
    """An id, which may be `PACK.ID`. Raises UsageError for another text, with the `form` to use."""
    if not _ID.fullmatch(text):
        raise UsageError(f"'{text}' is no technique; write {form}")
    return text


def check_calls(calls: Iterable[str]) -> None:
    """Raise UsageError for an unknown call, or for `all` or `none` together with others."""
    named = tuple(calls)
    known = (*CALLS, ALL_CALLS, NO_CALLS)
    for call in named:
        if call not in known:
            raise UsageError(f"there is no call '{call}'; {did_you_mean(str(call), known)}")
    if len(named) > 1 and (ALL_CALLS in named or NO_CALLS in named):
        raise UsageError(f"'{ALL_CALLS}' and '{NO_CALLS}' stand alone; name the calls instead")
