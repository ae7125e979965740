"""What some options are made of: the user's sounds for cues, beds, swaps, how much is said."""

import re
from collections.abc import Sequence
from typing import Any

from smr_audio.errors import Location, UsageError
from smr_audio.options import choices
from smr_audio.options.choices import MADE_BEDS, NO_BED, CueName, Talk
from smr_audio.records import dataclass, field
from smr_audio.suggest import did_you_mean, not_one_of

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
        if not self.path.strip() or "\0" in self.path:
            raise UsageError(f"the cue '{self.cue}' needs the path of a sound file")


@dataclass(frozen=True, slots=True)
class Bed:
    """What is heard under the voice: `off`, a bed that is made here, or the path of a sound file."""

    sound: str
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Raises UsageError for an empty path."""
        if not self.sound.strip() or "\0" in self.sound:
            raise UsageError(f"must be {NO_BED}, {', '.join(MADE_BEDS)} or the path of a sound file")

    @property
    def is_file(self) -> bool:
        return self.sound not in (NO_BED, *MADE_BEDS)


def parse_bed(text: str) -> Bed:
    """Read what the `--bed` option takes. Raises UsageError."""
    word = text.strip().lower()
    return Bed(word if word in (NO_BED, *MADE_BEDS) else text.strip())


def is_model(voice: str) -> bool:
    return voice.strip().lower().endswith(choices.MODEL_SUFFIX)


def parse_cue_sound(text: str) -> CueSound:
    """Read `CUE=FILE` as the `--cue-sound` option takes it. Raises UsageError."""
    cue, equals, path = text.partition("=")
    if not equals:
        raise UsageError(f"'{text}' names no cue and file; write start=bell.wav")
    return CueSound(cue_name(cue.strip()), path.strip())


def cue_name(text: str) -> CueName:
    if text not in choices.CUE_NAMES:
        raise UsageError(f"'{text}' is no cue; {did_you_mean(str(text), choices.CUE_NAMES)}")
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


@dataclass(frozen=True, slots=True)
class TalkChoice:
    """A level of talk for a technique; None means all. `auto` goes by what was done before."""

    level: Talk
    technique: str | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for an unknown level."""
        if self.level not in (known := (*choices.TALKS, choices.AUTO_TALK)):
            raise UsageError(not_one_of(known, self.level, choices.TALK_NAMES))

    @property
    def target(self) -> str:
        """What it is for, as `--talk` takes it: an id, or `all`."""
        return self.technique or choices.ALL


def parse_talk(text: str) -> TalkChoice:
    """Read `[ID=]LEVEL`; `full` is learn and `brief` is follow. Raises UsageError."""
    target, equals, level = text.rpartition("=")
    word: Any = level.strip().lower()
    return TalkChoice(choices.TALK_NAMES.get(word, word), parse_talk_target(target.strip()) if equals else None)


def parse_talk_target(text: str) -> str | None:
    return None if text == choices.ALL else technique_id(text, "ID=follow")


def merged(above: Sequence[TalkChoice], below: Sequence[TalkChoice]) -> tuple[TalkChoice, ...]:
    """The choices of a layer over those of one below: a level for all leaves none of the latter."""
    if any(one.technique is None for one in above):
        return tuple(above)
    named = {one.technique for one in above}
    return (*(one for one in below if one.technique not in named), *above)


def level_of(asked: Sequence[TalkChoice], technique: str | None = None) -> Talk:
    """The level for a technique, or for the session as a whole; `learn` where nothing is said.

    Of several for the same the last one wins.
    """
    levels = {one.technique: one.level for one in asked}
    return levels.get(technique, levels.get(None, "learn"))
