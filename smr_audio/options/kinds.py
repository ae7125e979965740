"""The kinds of values that options have.

A kind reads a text, checks a value that Python code made, writes a value as plain data for a file
or for JSON, and has a JSON Schema. Messages begin with what is wrong ("must be 1 to 20, not 25"),
so that a caller can put the option's name in front.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.options import choices, values
from smr_audio.records import dataclass, field, replace
from smr_audio.suggest import did_you_mean, not_one_of

Schema: TypeAlias = dict[str, Any]

_DECIMAL_COMMA: Final = re.compile(r"^([0-9]+),([0-9]+)$")  # of a spreadsheet, where one has it


class Kind(Protocol):
    """What an option takes. Those with `many` make a tuple of each text; several are joined.

    A list of a file means a text with the `joint` after each item; without one it is no such list.
    """

    many: ClassVar[bool] = False
    joint: str = ""

    def parts(self, text: str) -> list[str]:
        """The texts of several values that one text may hold; `read` takes each."""
        return [text]

    def read(self, text: str) -> Any:
        """The value of a text. Raises UsageError."""

    def check(self, value: Any) -> None:
        """Raise UsageError for a value of the right type that `read` cannot have made."""
        return

    def kept(self, value: Any) -> Any:
        """The value that Python code gave, checked, as it is kept. Raises UsageError."""
        self.check(value)
        return tuple(value) if self.many else value

    def plain(self, value: Any) -> Any:
        """The value as YAML and JSON write it; `read` reads it back."""
        return value

    def shown(self, value: Any) -> str:
        """The value for people."""
        return str(self.plain(value))

    def code(self, value: Any) -> str:
        """The value as Python code gives it to `Preferences`."""
        return repr(self.plain(value))

    @property
    def range(self) -> str:
        """What may be written, in short, for help: `1 to 20`. Empty if the help says it."""
        return ""

    def schema(self) -> Schema:
        """What the value is in a YAML file."""


@dataclass(frozen=True, slots=True)
class Word(Kind):
    """One of a few words."""

    of: tuple[str, ...]

    def read(self, text: str) -> Any:
        word = text.strip().lower()
        self.check(word)
        return word

    def check(self, value: Any) -> None:
        if value not in self.of:
            raise UsageError(not_one_of(self.of, value))

    def schema(self) -> Schema:
        return {"enum": list(self.of)}


@dataclass(frozen=True, slots=True)
class BedSound(Word):
    """`off`, one of the beds that are made here, or a file."""

    def read(self, text: str) -> values.Bed:
        return values.parse_bed(text)

    def check(self, value: Any) -> None:
        """A Bed has checked itself."""

    def kept(self, value: Any) -> Any:
        return values.parse_bed(value) if isinstance(value, str) else value

    def plain(self, value: Any) -> Any:
        return value.sound

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Counted(Word):
    """One of a few words, a number of seconds, or both: `voice 10`."""

    def check(self, value: Any) -> None:
        how, most = "|".join(self.of), choices.MOST_COUNT_S
        if not re.fullmatch(rf"{how}|(({how}) )?([1-9]|[1-5][0-9]|{most})", str(value)):
            raise UsageError(f"must be {', '.join(self.of)}, 1 to {most}, or both: voice 10; not {value}")

    def plain(self, value: Any) -> Any:
        return int(value) if value.isdigit() else value

    def schema(self) -> Schema:
        return {"type": ["string", "integer"], "minimum": 1, "maximum": choices.MOST_COUNT_S}


def counted(countdown: str) -> tuple[choices.Countdown, int]:
    """How seconds are counted and how many: `voice`, `10`, `voice 10`."""
    how = next((one for one in choices.COUNTDOWNS if one in countdown), choices.COUNTDOWNS[0])
    return how, int(countdown.removeprefix(how) or choices.USUAL_COUNT_S)


@dataclass(frozen=True, slots=True)
class Bells:
    """Bells at some seconds of a hold; with `every`, at each multiple of the one given."""

    at_s: tuple[int, ...]
    every: bool = False

    def __post_init__(self) -> None:
        """Raises UsageError for bells that are too close, too late or out of order."""
        for before, at in pairwise((0, *self.at_s)):
            if at - before < choices.LEAST_BELL_S or at > choices.LONGEST_HOLD_S:
                raise UsageError(f"must be {choices.LEAST_BELL_S} s or more apart, in order, up to an hour")

    def within(self, hold_s: int) -> tuple[int, ...]:
        times = range(self.at_s[0], hold_s, self.at_s[0]) if self.every else self.at_s
        return tuple(at for at in times if at < hold_s)


NO_BELLS: Final = Bells(())


@dataclass(frozen=True, slots=True)
class BellTimes(Kind):
    """Bells each so many seconds, `60`, or at some times, `20, 50`; a comma alone makes a list."""

    joint: str = ","

    def read(self, text: str) -> Bells:
        try:
            times = [units.parse_seconds(one) for one in text.rstrip(", ").split(",")]
        except ValueError:
            raise UsageError(f"must be seconds such as 60, or 20, 50, not {text}") from None
        if any(one.denominator != 1 for one in times):
            raise UsageError(f"must be whole seconds, not {text}")
        return Bells(tuple(map(int, times)), "," not in text)

    def plain(self, value: Any) -> Any:
        return value.at_s[0] if value.every else list(value.at_s)

    def shown(self, value: Any) -> str:
        return f"{'each' if value.every else 'at'} {', '.join(map(str, value.at_s))} s"

    def schema(self) -> Schema:
        times = {"type": ["number", "string"], "minimum": choices.LEAST_BELL_S}
        return {"anyOf": [times, {"type": "array", "items": times, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number in a range, which may have to be `whole`: `2`, also as `2.0`."""

    least: float
    most: float
    whole: bool = False
    unit: str = ""

    def read(self, text: str) -> float:
        text = _DECIMAL_COMMA.sub(r"\1.\2", text.strip())
        parts = r"\.0{1,6}" if self.whole else r"\.[0-9]{1,20}"
        if not re.fullmatch(rf"-?[0-9]{{1,9}}({parts})?", text):
            what = "a whole number" if self.whole else "a number"
            raise UsageError(f"must be {what}, {self.range}, not {text}")
        number = int(Fraction(text)) if self.whole else float(text)
        self.check(number)
        return number

    def check(self, value: Any) -> None:
        if not self.least <= value <= self.most:
            raise UsageError(f"must be {self.range}, not {self.shown(value)}")

    def plain(self, value: Any) -> Any:
        return int(value) if value == int(value) else value  # without its `.0`

    def shown(self, value: Any) -> str:
        return str(value) if self.whole else f"{value:g}"

    @property
    def range(self) -> str:
        return f"{self.least:g} to {self.most:g}{self.unit and ' '}{self.unit}"

    def schema(self) -> Schema:
        return {"type": "integer" if self.whole else "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Time(Kind):
    """A time in whole ticks, from seconds: `45`, `1 min`, `1m30s`, `1:30`.

    With `off`, that word is 0.
    """

    least_s: int
    most_s: int
    off: bool = False
    _no_time: ClassVar = "must be {}, not {}; write 45, 1m30s or 1:30"

    def read(self, text: str) -> timedelta:
        if self.off and text.strip().lower() == "off":
            return timedelta(0)
        try:
            seconds = self._seconds(text)
        except ValueError:
            raise UsageError(self._no_time.format(self.range, text)) from None
        if not self.least_s <= seconds <= self.most_s:
            raise UsageError(f"must be {self.range}, not {text}")
        return units.ticks_of_seconds(seconds) * units.TICK

    def _seconds(self, text: str) -> Fraction:
        return units.parse_seconds(text)

    def check(self, value: Any) -> None:
        least, most = (timedelta(seconds=s) for s in (self.least_s, self.most_s))
        if not (least <= value <= most or (self.off and not value)):
            raise UsageError(f"must be {self.range}, not {self.shown(value)}")

    def kept(self, value: Any) -> timedelta:
        try:
            time = value if isinstance(value, timedelta) else timedelta(seconds=value)
        except (TypeError, ValueError, OverflowError):
            raise UsageError(f"must be seconds or a timedelta, not {value!r}") from None
        self.check(time)
        return time - time % units.TICK

    def plain(self, value: Any) -> Any:
        if self.off and not value:
            return "off"
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds

    def shown(self, value: Any) -> str:
        return "off" if self.off and not value else f"{value.total_seconds():g} s"

    @property
    def range(self) -> str:
        return f"{self.least_s} to {self.most_s} seconds{', or off' * self.off}"

    def schema(self) -> Schema:
        words = "^off$|" * self.off + "^ *[0-9].*$"
        number = {"type": "number", "minimum": self.least_s, "maximum": self.most_s}
        return {"anyOf": [number, {"type": "string", "pattern": words}]}


@dataclass(frozen=True, slots=True)
class Minutes(Time):
    """A time in whole ticks, from minutes: `8`, `7.5`; `7:30` and `8 min` as any time."""

    _no_time: ClassVar = "must be a number of minutes such as 8, 7.5 or 7:30, not '{1}'"

    def _seconds(self, text: str) -> Fraction:
        number = _DECIMAL_COMMA.sub(r"\1.\2", text.strip())
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,15})?", number):
            return 60 * Fraction(number)
        return units.parse_seconds(text)

    @property
    def range(self) -> str:
        return f"{self.least_s} second to {self.most_s // 60} minutes"

    def plain(self, value: Any) -> Any:
        return value.total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no."""

    def read(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in (yes := ("true", "yes", "on")) + ("false", "no", "off"):
            raise UsageError(f"must be true or false, not '{text}'")
        return word in yes

    def shown(self, value: Any) -> str:
        return "yes" if value else "no"

    def schema(self) -> Schema:
        return {"type": "boolean"}


LANGUAGE_CODE: Final = r"[a-z]{2,3}(-[a-z0-9]{2,8})*"


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text that another part knows, such as a voice; a code, in lower case, with a `pattern`."""

    what: str = "a text"
    pattern: str = ""

    def read(self, text: str) -> str:
        text = text.strip()
        if self.pattern:
            text = text.replace("_", "-").lower()
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        good = 0 < len(value.strip()) <= MOST_TEXT
        if not good or (self.pattern and not re.fullmatch(self.pattern, value.strip().replace("_", "-").lower())):
            raise UsageError(f"must be {self.what}, not {value!r}")

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}


MOST_TEXT: Final = 300
MOST_ITEMS: Final = 64


@dataclass(frozen=True, slots=True)
class Names(Kind):
    """Several names, with commas, semicolons or spaces between; `-` in a word counts as `_`."""

    words: bool = False
    of: tuple[str, ...] = ()
    many: ClassVar[bool] = True

    def read(self, text: str) -> tuple[str, ...]:
        text = text.lower().replace("-", "_") if self.words else text.lower()
        if not (read := tuple(dict.fromkeys(name for name in re.split(r"[\s,;]+", text) if name))):
            raise UsageError("is empty; name at least one, with commas between several")
        return read

    def check(self, value: Any) -> None:
        if isinstance(value, str) or not all(isinstance(name, str) and name for name in value):
            raise UsageError("must be names, not one text")
        if len(value) > MOST_ITEMS:
            raise UsageError(f"must be {MOST_ITEMS} names at most, not {len(value)}")
        known = (*self.of, choices.ALL, choices.NO_CALLS)
        for call in value if self.of else ():
            if call not in known:
                raise UsageError(f"there is no call '{call}'; {did_you_mean(call, known)}")
        if self.of and len(value) > 1 and {choices.ALL, choices.NO_CALLS} & {*value}:
            raise UsageError(f"'{choices.ALL}' and '{choices.NO_CALLS}' stand alone; name the calls instead")

    def plain(self, value: Any) -> Any:
        return value[0] if self.of and len(value) == 1 and value[0] not in choices.CALLS else [*value]

    def shown(self, value: Any) -> str:
        return ", ".join(value)

    def code(self, value: Any) -> str:
        return repr(value)

    def schema(self) -> Schema:
        name = {"type": "string", "minLength": 1}
        return {"anyOf": [name, {"type": "array", "items": name, "maxItems": MOST_ITEMS}]}


@dataclass(frozen=True, slots=True)
class Pairs(Kind):
    """Several of KEY=VALUE. A file and JSON may have a mapping of KEY to VALUE instead.

    `key_of` and `value_of` are attributes of what is `made`.
    """

    parse: Callable[[str], Any]
    parse_key: Callable[[str], Any]
    made: type
    key_of: str = "target"
    value_of: str = "plain"
    split: str = r"[\s;,]+"
    value_schema: Schema = field(default_factory=lambda: {"type": "string"})
    keys: tuple[str, ...] = ()
    alone: str = ""
    joint: str = ""
    many: ClassVar[bool] = True

    def parts(self, text: str) -> list[str]:
        if not (parts := [part for part in re.split(self.split, text.strip()) if part]):
            raise UsageError("is empty; write a value, or leave it out")
        keys = [part.rpartition("=")[0].strip() for part in parts]
        if twice := next((key for at, key in enumerate(keys) if key in keys[:at]), None):
            raise UsageError(f"'{text}' names {twice} twice; give it one value")
        if keys.count("") > 1:
            near = "; write a decimal with a point" if re.search(r"\d,\d", text) else ""
            raise UsageError(f"'{text}' is several values for all; give one{near}")
        return parts

    def read(self, text: str) -> tuple[Any, ...]:
        return (self.parse(text),)

    def check(self, value: Any) -> None:
        if not isinstance(value, Sequence) or not all(isinstance(one, self.made) for one in value):
            raise UsageError(f"must be a tuple of {self.made.__name__}, not {value!r}")
        if len(value) > MOST_ITEMS:
            raise UsageError(f"must be {MOST_ITEMS} at most, not {len(value)}")

    def plain(self, value: Any) -> Any:
        found = {getattr(one, self.key_of): getattr(one, self.value_of) for one in value}
        return found[self.alone] if list(found) == [self.alone] else found

    def shown(self, value: Any) -> str:
        pairs = ((getattr(one, self.key_of), getattr(one, self.value_of)) for one in value)
        return ", ".join(f"{one}" if key == self.alone else f"{key}={one}" for key, one in pairs)

    def code(self, value: Any) -> str:
        return "(" + ", ".join(f"{self.parse.__name__}({self.shown([one])!r})" for one in value) + ",)"

    def schema(self) -> Schema:
        names = {"propertyNames": {"enum": list(self.keys)}} if self.keys else {}
        mapping = {"type": "object", **names, "additionalProperties": self.value_schema}
        return {"anyOf": [self.value_schema, mapping]} if self.alone else mapping


_HOLD_SCHEMAS: Final = [
    {"type": "integer", "minimum": choices.LEAST_HOLD_S},
    {"type": "string", "pattern": r"^ *[-+−–xX×*]? *[0-9].*$"},
    {"type": "array", "minItems": 1, "maxItems": choices.MOST_SETS},
]
HOLDS: Final = Pairs(
    values.parse_hold,
    values.parse_target,
    values.HoldChange,
    # A value has spaces of its own: "1 min", "8 passes".
    split=r"\s*[;,]\s*|\s+(?=[^\s;,=]+\s*=)",
    value_schema={"anyOf": _HOLD_SCHEMAS},
    alone=choices.ALL,
    joint="/",
)
PASSES: Final = replace(HOLDS, parse=values.parse_passes)
TALK: Final = Pairs(
    values.parse_talk,
    values.parse_talk_target,
    values.TalkChoice,
    value_of="level",
    value_schema={"enum": [*choices.TALK_NAMES, choices.AUTO_TALK]},
    alone=choices.ALL,
)
SWAPS: Final = Pairs(values.parse_swap, values.technique_id, values.Swap, "old", "new")
# A file's name may have spaces and separators of its own.
_NEXT_CUE: Final = rf"\s*[;,]\s*(?=(?:{'|'.join(choices.CUE_NAMES)})=)"
CUE_SOUNDS: Final = Pairs(
    values.parse_cue_sound, values.cue_name, values.CueSound, "cue", "path", _NEXT_CUE, keys=choices.CUE_NAMES
)
