"""What some options are made of: holds, the user's sounds for cues and beds, swaps, how much is said."""

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

from smr_audio import units
from smr_audio.errors import Location, UsageError
from smr_audio.options import choices
from smr_audio.options.choices import ALL, LEAST_HOLD_S, LONGEST_HOLD_S, MADE_BEDS, NO_BED, SIDES, CueName, Side, Talk
from smr_audio.records import dataclass, field, replace
from smr_audio.suggest import did_you_mean, not_one_of, shortened

_ID = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)?[a-z0-9]+(-[a-z0-9]+)*")
_N: Final = r"\d{1,9}(?:\.\d{1,6})?"
_RELATIVE = re.compile(r"(?P<sign>[-+−–])\s*(?P<rest>\d.*)")
_TIMES = re.compile(rf"[x×*]\s*({_N})|({_N})\s*[x×*]", re.IGNORECASE)
_TARGET = re.compile(r"(?P<technique>[A-Za-z0-9._-]+)(:(?P<side>[A-Za-z]+))?")

How: TypeAlias = Literal["exact", "add", "times", "passes"]


@dataclass(frozen=True, slots=True)
class HoldChange:
    """One change of the length of holds.

    `how` says what `amount` is: the seconds themselves, seconds to add, a factor, or passes at
    the technique's pace. `technique` and `side` narrow it; None means all. `more` are the seconds
    of the sets after the first, where each has its own.
    """

    how: How
    amount: Fraction
    technique: str | None = None
    side: Side | None = None
    more: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        """Raises UsageError for a value out of range.

        A bare length may pass that, since it is cut to each technique's most later.
        """
        if len(self.more) >= choices.MOST_SETS:
            raise UsageError(f"hold must be lengths of {choices.MOST_SETS} sets at most")
        for amount in self.more:
            replace(self, amount=amount, more=())
        if self.how == "exact":
            if not LEAST_HOLD_S <= self.amount <= (LONGEST_HOLD_S if self.technique else math.inf):
                minutes = f"; for minutes write {self.amount_text}m" if 1 <= self.amount < 5 else ""
                what = f"{LEAST_HOLD_S} to {LONGEST_HOLD_S} seconds"
                raise UsageError(f"hold must be {what}, not {self.amount_text}{minutes}")
            if self.amount != int(self.amount):
                raise UsageError(f"hold must be whole seconds, not {self.amount_text}")
        if self.how == "times" and self.amount <= 0:
            raise UsageError(f"hold must be times more than 0, not {self.amount_text}")
        if self.how == "passes" and not (self.amount == int(self.amount) and 1 <= self.amount <= choices.MOST_PASSES):
            raise UsageError(f"passes must be 1 to {choices.MOST_PASSES}, not {float(self.amount):g}")

    @property
    def amount_text(self) -> str:
        """The change as `--hold` takes it: `45`, `+10`, `-5`, `x1.5`, `8 passes`."""
        amount = str(self.amount)
        if self.amount.denominator != 1:
            amount = f"{float(self.amount):.6f}".rstrip("0")  # never with an exponent
        if self.how == "passes":
            return f"{amount} passes"
        if self.more:
            return "/".join(str(each) for each in self.amounts)
        return {"exact": "", "add": "+" if self.amount >= 0 else "", "times": "x"}[self.how] + amount

    @property
    def plain(self) -> int | str:
        """The same with bare seconds as a number, for files and JSON."""
        return int(self.amount) if self.how == "exact" and not self.more else self.amount_text

    @property
    def target(self) -> str:
        """What it is for, as `--hold` takes it: `ID`, `ID:SIDE`, `SIDE` or `all`."""
        return ":".join(part for part in (self.technique, self.side) if part) or ALL

    @property
    def amounts(self) -> tuple[Fraction, ...]:
        return (self.amount, *self.more)

    @property
    def is_absolute(self) -> bool:
        """Whether it says how long a hold is, whatever it was."""
        return self.how in ("exact", "passes")

    def apply(self, seconds: int, *, most: int, pace: int | None = None, number: int = 0) -> int:
        """The new length of a set in whole seconds; a computed one is rounded half up and kept in
        5 to `most`.

        `pace` is the technique's passes a minute; without one, passes change nothing. `number` is
        that of the set, from 0.
        """
        if self.how == "exact":
            return int(self.amounts[min(number, len(self.more))])
        if self.how == "passes":
            changed = self.amount * 60 / pace if pace else Fraction(seconds)
        else:
            changed = seconds + self.amount if self.how == "add" else seconds * self.amount
        return max(LEAST_HOLD_S, min(most, units.round_half_up(changed)))


def parse_hold(text: str) -> HoldChange:
    """Read `[TARGET=]VALUE`. Raises UsageError.

    TARGET is `ID`, `ID:SIDE`, `SIDE` or `all`. VALUE is a time (`45`, `45 sec`, `1m30s`, `1:30`),
    one to add (`+10`, `-5`), a factor (`x1.5`, `150%`, `+50%`) or `8 passes`.
    """
    target, equals, value = text.rpartition("=")
    technique, side = parse_target(target.strip()) if equals else (None, None)
    try:
        if "/" in value:
            first, *more = map(units.parse_seconds, value.rstrip("/").split("/"))
            return HoldChange("exact", first, technique, side, tuple(more))
        how, amount = _change(value.strip())
    except ValueError:
        forms = _meant(value) or "write 45, 1m30s, 1:30, +10, -5, x1.5, 150% or 8 passes"
        raise UsageError(f"'{shortened(value.strip())}' is no hold; {forms}") from None
    return HoldChange(how, amount, technique, side)


def _change(text: str) -> tuple[How, Fraction]:
    """How a value changes a hold, and by what. Raises ValueError."""
    if match := re.fullmatch(r"(\d{1,9})\s*(?:pass(?:es)?|reps?)", text, re.IGNORECASE):
        return "passes", Fraction(match[1])
    if match := _TIMES.fullmatch(text):
        return "times", Fraction(match[1] or match[2])
    relative = _RELATIVE.fullmatch(text)
    sign = 0 if relative is None else 1 if relative["sign"] == "+" else -1
    rest = text if relative is None else relative["rest"]
    if match := re.fullmatch(rf"({_N})\s*%", rest):
        part = Fraction(match[1]) / 100
        return "times", 1 + sign * part if sign else part
    seconds = units.parse_seconds(rest)
    return ("add", sign * seconds) if sign else ("exact", seconds)


def _meant(text: str) -> str:
    """A hint: the longest part of a text, from its first number, that can be read, if any."""
    (number,) = re.findall(r"[-+x]?\d.*", text[:60]) or [""]
    side = next((f"{side}=" for side in SIDES if side in text.lower()), "")
    for end in range(len(number), 0, -1):
        with suppress(ValueError, UsageError):
            return f"did you mean {side}{HoldChange(*_change(number[:end])).amount_text}?"
    return ""


def parse_passes(text: str) -> HoldChange:
    """Read `[TARGET=]N` as the `--passes` option takes it. Raises UsageError."""
    count = text.rpartition("=")[2].strip()
    if not re.fullmatch(r"\d{1,9}", count):
        raise UsageError(f"'{count}' is no number of passes; write 8, or ID=8")
    return parse_hold(f"{text} passes")


def parse_target(text: str) -> tuple[str | None, Side | None]:
    """Read `ID`, `ID:SIDE`, `SIDE` or `all` as a technique and a side. Raises UsageError."""
    word = text.lower()  # a spreadsheet begins a cell with a capital
    if word == ALL:
        return None, None
    if word in SIDES:
        return None, word
    match = _TARGET.fullmatch(text)
    if not match:
        raise UsageError(f"'{text}' is no technique; write ID=45, ID:left=45 or left=45")
    side = match["side"] and match["side"].lower()
    if side is not None and side not in SIDES:
        raise UsageError(f"side must be left or right, not '{side}'")
    return match["technique"].lower(), side


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
        return self.technique or ALL


def parse_talk(text: str) -> TalkChoice:
    """Read `[ID=]LEVEL`; `full` is learn and `brief` is follow. Raises UsageError."""
    target, equals, level = text.rpartition("=")
    word: Any = level.strip().lower()
    return TalkChoice(choices.TALK_NAMES.get(word, word), parse_talk_target(target.strip()) if equals else None)


def parse_talk_target(text: str) -> str | None:
    return None if text == ALL else technique_id(text, "ID=follow")


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
