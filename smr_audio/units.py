"""Ticks, seconds, days, samples, frames and decibels; the only place that rounds.

The tick is 8 ms, so 1 s = 125 ticks. Sound inside is 48 kHz mono, so a tick is exactly
384 samples, and an MP3 frame of 1152 samples is exactly 3 ticks.
"""

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from smr_audio.errors import UsageError

SAMPLE_RATE: Final = 48_000
TICKS_PER_SECOND: Final = 125
MS_PER_TICK: Final = 8
TICK: Final = timedelta(milliseconds=MS_PER_TICK)
SAMPLES_PER_TICK: Final = SAMPLE_RATE // TICKS_PER_SECOND
SAMPLES_PER_FRAME: Final = 1152  # ISO/IEC 11172-3, layer III at 32 to 48 kHz
TICKS_PER_FRAME: Final = SAMPLES_PER_FRAME // SAMPLES_PER_TICK

_N = r"(\d{1,9}(?:\.\d{1,6})?)"
_IN_UNITS = re.compile(
    rf"(?:{_N}\s*(?:h|hrs?|hours?|小时)\s*)?"
    rf"(?:{_N}\s*(?:m|mins?|minutes?|'|\u2032|分钟?)\s*)?"
    rf"(?:{_N}\s*(?:s|secs?|seconds?|\"|\u2033|''|秒钟?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,6}):(\d{2}(?:\.\d{1,6})?)(?:\s*min)?")


def parse_seconds(text: str) -> Fraction:
    """Read a time as people write it, as exact seconds: `45`, `45 sec`, `1m30s`, `1.5 min`, `1:30`.

    Raises ValueError for anything else, so never for a number out of some range.
    """
    text = text.strip()
    match = _CLOCK.fullmatch(text) or _IN_UNITS.fullmatch(text)
    if not match or not text:
        raise ValueError(f"not a time: {text!r}")
    hours, minutes, seconds = (Fraction(Decimal(part or 0)) for part in match.groups())
    return 3600 * hours + 60 * minutes + seconds


def parse_day(text: str) -> date:
    """Read `2027-01-04`. Raises UsageError for anything else, and for a day that does not exist."""
    with suppress(ValueError):
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    raise UsageError(f"there is no day '{text}'; write year-month-day, as 2027-01-04")


def ticks_of_seconds(seconds: int | float | Fraction) -> int:
    """Whole ticks in a time in seconds; a part of a tick is dropped."""
    return math.floor(Fraction(str(seconds)) * TICKS_PER_SECOND)


def ticks_of_samples(samples: int) -> int:
    """Ticks that a sound of so many samples at 48 kHz needs, rounded up."""
    return -(-samples // SAMPLES_PER_TICK)


def samples_of_ticks(ticks: int) -> int:
    """Samples at 48 kHz in so many ticks, exactly."""
    return ticks * SAMPLES_PER_TICK


def ms_of_ticks(ticks: int) -> int:
    """Milliseconds in so many ticks, exactly."""
    return ticks * MS_PER_TICK


def whole_frames(ticks: int) -> int:
    """The first tick at or after this one that an MP3 frame starts on."""
    return -(-ticks // TICKS_PER_FRAME) * TICKS_PER_FRAME


def round_half_up(value: Fraction) -> int:
    """The nearest integer; halves go up."""
    return math.floor(value + Fraction(1, 2))


def amplitude_of_db(db: float) -> float:
    """The factor on samples that a gain in decibels makes."""
    return float(10.0 ** (db / 20.0))


def clock(seconds: int) -> str:
    """A time for people to read: `9:05`, or `1:02:03` from an hour on."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def about_s(ms: int) -> int:
    """A rounded length in seconds, the same for voice, cover, page and hand-out.

    To the half minute below three minutes, to five minutes over an hour, else to the minute.
    Exactly half goes up, and half a minute is the least.
    """
    step_s = 30 if ms < 180_000 else 60 if ms <= 3_600_000 else 300
    return max(30, round_half_up(Fraction(ms, 1000 * step_s)) * step_s)


def abouts_between(least_ms: int, most_ms: int) -> Iterator[int]:
    """Every length, in seconds, that `about_s` gives from one length to another."""
    seconds, most = about_s(least_ms), about_s(most_ms)
    while seconds <= most:
        yield seconds
        seconds += 30 if seconds < 180 else 60 if seconds < 3600 else 300


def about_minutes(ms: int) -> str:
    """The same in minutes, as it is written: `8`, `2½`."""
    minutes, rest = divmod(about_s(ms), 60)
    return f"{minutes or ''}½" if rest else str(minutes)
