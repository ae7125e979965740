"""The record: the plan of a session as it stands in the tag of its MP3, read strictly.

It says what should be heard and when, in ticks of 8 ms from the start of the file, so that
`verify` needs nothing but the file. It is JSON, whatever comes of it later: a program of another
day can read it. Nothing in it is believed: a foreign or damaged one is refused in plain words.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.mp3.frames import BITRATES
from smr_audio.units import TICKS_PER_FRAME, TICKS_PER_SECOND, samples_of_ticks, whole_frames


def rows_of(value: Any, width: int, make: Callable[..., Any]) -> tuple[Any, ...]:
    """A list of rows of this width, each made into something."""
    return tuple(make(*row_of(row, width)) for row in list_of(value))


def row_of(value: Any, width: int) -> list[Any]:
    """A list of this length."""
    row = list_of(value)
    if len(row) != width:
        raise ValueError(f"a row of {width} has {len(row)}")
    return row


def list_of(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return value


def entry_of(table: list[str], place: Any) -> str:
    """What stands at this place of a table."""
    return table[count_of(place)]


def text_of(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("a text was expected")
    return value


def count_of(value: Any) -> int:
    """A whole number that is not negative."""
    if type(value) is not int or value < 0:  # a bool is no number here
        raise ValueError("a whole number was expected")
    return value


def count_or_none(value: Any) -> int | None:
    """The same, or nothing."""
    return None if value is None else count_of(value)


def level_of(value: Any) -> float:
    """A number."""
    if type(value) not in (int, float):
        raise ValueError("a level was expected")
    return float(value)


RECORD_FORMAT: Final = "smr-audio/record-1"
SEAL: Final = b',"crc32":'  # before the number, in bytes: all up to here is what it is of
MOST_BYTES: Final = 8 << 20
"""A session of 24 hours has less than half of that."""

_MOST_TICKS: Final = 48 * 3600 * TICKS_PER_SECOND
_FLOORS: Final = ("low", "high", "off")
_MOST_SOUNDS: Final = 16  # and one for so many ticks: each costs time to look for
_LEAST_APART_TICKS: Final = TICKS_PER_SECOND // 10


@dataclass(frozen=True, slots=True)
class ManifestSentence:
    """A clip of speech `[start_tick, start_tick + ticks)`, of a voice or of the user's own file."""

    start_tick: int
    ticks: int
    text: str
    recorded: bool


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """What was said as one, and its part in the session; `[start_tick, end_tick)`."""

    start_tick: int
    end_tick: int
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class ManifestCue:
    """A cue, or another signal, `[start_tick, start_tick + ticks)`."""

    start_tick: int
    ticks: int
    name: str


@dataclass(frozen=True, slots=True)
class ManifestHold:
    """A hold, from the onset of its start cue to that of its end cue."""

    start_tick: int
    end_tick: int
    technique: str
    side: str | None
    set: int


@dataclass(frozen=True, slots=True)
class ManifestChapter:
    """A chapter `[start_tick, end_tick)`. An album's track has none."""

    start_tick: int
    end_tick: int
    title: str


@dataclass(frozen=True, slots=True)
class ManifestIsland:
    """Sounds that were linked as one piece: where their frames lie, and the CRC-32 of them."""

    start_frame: int
    frames: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file should be. `track` is its number among `tracks`, both 0 for a whole session.

    `keep_awake` names the floor, `cue_scheme` the set of signals as `cue_format`, a version of
    their sounds, has them; those in `own_cues` are sounds of the user's own. `lyrics` and `cover`
    are CRC-32s of the text, in UTF-8, and of the picture, None where none is promised.
    """

    routine: str
    title: str
    language: str
    voice: str
    kbps: int
    end_tick: int
    track: int
    tracks: int
    target_lufs: float
    keep_awake: str
    cue_scheme: str
    cue_format: int
    own_cues: tuple[str, ...]
    sentences: tuple[ManifestSentence, ...]
    lines: tuple[ManifestLine, ...]
    cues: tuple[ManifestCue, ...]
    holds: tuple[ManifestHold, ...]
    gates: tuple[tuple[int, int], ...]
    chapters: tuple[ManifestChapter, ...]
    islands: tuple[ManifestIsland, ...]
    lyrics: int | None = None
    cover: int | None = None

    @property
    def frames(self) -> int:
        """Frames of sound in the file, one more than are heard."""
        return whole_frames(self.end_tick) // TICKS_PER_FRAME + 1

    @property
    def spare_samples(self) -> int:
        """Samples of the last frame that are not heard: a session may end within one."""
        return samples_of_ticks(whole_frames(self.end_tick) - self.end_tick)

    @property
    def heard(self) -> tuple[ManifestSentence, ...]:
        """The sentences that sound: all but those of a silent voice."""
        if self.voice != "silent":
            return self.sentences
        return tuple(one for one in self.sentences if one.recorded)


class ManifestError(ValueError):
    """What is wrong with a record, in words that fit after "FILE: "."""


def read_record(data: bytes) -> Manifest:
    """The record in these bytes. Raises ManifestError for anything that is not exactly one."""
    value = _json(data)
    if not isinstance(value, dict):
        raise ManifestError("the plan in its tag is none of smr-audio's")
    named = value.get("format")
    if named != RECORD_FORMAT:
        if isinstance(named, str) and named.startswith("smr-audio/record-"):
            raise ManifestError(
                "its plan has the format of another version of smr-audio; verify it with that one"
            )
        raise ManifestError("the plan in its tag is none of smr-audio's")
    body, _, seal = data.rpartition(SEAL)
    if seal != b"%d}" % zlib.crc32(body):
        raise ManifestError("the plan in its tag is damaged")
    try:
        record = _record(value)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ManifestError(f"the plan in its tag is not whole: {str(error)[:80]}") from error
    _check_ranges(record)
    if record.keep_awake not in _FLOORS:
        raise ManifestError("its floor is one of another version of smr-audio; verify it with that")
    return record


def _json(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise ManifestError("the plan in its tag is larger than any of smr-audio's")
    try:
        # Numbers are no larger than a file can have; a thousand digits would take long.
        return json.loads(data.decode("ascii"), parse_int=_int, parse_float=_float)
    except (ValueError, RecursionError) as error:
        raise ManifestError("the plan in its tag is damaged") from error


def _int(text: str) -> int:
    if len(text) > 12:
        raise ValueError("a number is too long")
    return int(text)


def _float(text: str) -> float:
    if len(text) > 24:
        raise ValueError("a number is too long")
    return float(text)


def _record(value: Mapping[str, Any]) -> Manifest:
    texts = [text_of(text) for text in list_of(value["texts"])]
    cue_names = [text_of(name) for name in list_of(value["cue_names"])]
    track, tracks = (count_of(number) for number in row_of(value["track"], 2))
    return Manifest(
        routine=text_of(value["routine"]),
        title=text_of(value["title"]),
        language=text_of(value["language"]),
        voice=text_of(value["voice"]),
        kbps=count_of(value["kbps"]),
        end_tick=count_of(value["end_tick"]),
        track=track,
        tracks=tracks,
        target_lufs=level_of(value["target_lufs"]),
        keep_awake=text_of(value["keep_awake"]),
        cue_scheme=text_of(value["cue_scheme"]),
        cue_format=count_of(value["cue_format"]),
        own_cues=tuple(text_of(name) for name in list_of(value["own_cues"])),
        sentences=rows_of(
            value["sentences"],
            4,
            lambda at, ticks, text, recorded: ManifestSentence(
                count_of(at), count_of(ticks), entry_of(texts, text), bool(count_of(recorded))
            ),
        ),
        lines=rows_of(
            value["lines"],
            4,
            lambda at, end, text, role: ManifestLine(
                count_of(at), count_of(end), entry_of(texts, text), text_of(role)
            ),
        ),
        cues=rows_of(
            value["cues"],
            3,
            lambda at, ticks, name: ManifestCue(
                count_of(at), count_of(ticks), entry_of(cue_names, name)
            ),
        ),
        holds=rows_of(
            value["holds"],
            5,
            lambda at, end, technique, side, number: ManifestHold(
                count_of(at),
                count_of(end),
                text_of(technique),
                None if side is None else text_of(side),
                count_of(number),
            ),
        ),
        gates=rows_of(value["gates"], 2, lambda at, end: (count_of(at), count_of(end))),
        chapters=rows_of(
            value["chapters"],
            3,
            lambda at, end, title: ManifestChapter(count_of(at), count_of(end), text_of(title)),
        ),
        islands=rows_of(
            value["islands"],
            3,
            lambda at, frames, crc: ManifestIsland(count_of(at), count_of(frames), count_of(crc)),
        ),
        lyrics=count_or_none(value.get("lyrics")),
        cover=count_or_none(value.get("cover")),
    )


def _check_ranges(record: Manifest) -> None:
    """Raise ManifestError unless everything lies in the file, in order and apart."""
    sounds: list[ManifestSentence | ManifestCue] = [*record.sentences, *record.cues]
    timed: list[ManifestHold | ManifestChapter | ManifestLine] = [
        *record.holds,
        *record.chapters,
        *record.lines,
    ]
    spans = [
        *((one.start_tick, one.end_tick) for one in timed),
        *(
            (one.start_frame * TICKS_PER_FRAME, (one.start_frame + one.frames) * TICKS_PER_FRAME)
            for one in record.islands
        ),
        *record.gates,
    ]
    if (
        record.kbps not in BITRATES[1:]
        or not 0 < record.end_tick <= _MOST_TICKS
        or not -70 <= record.target_lufs <= 0
        or len(sounds) > _MOST_SOUNDS + record.end_tick // _LEAST_APART_TICKS
        or any(not one.start_tick + one.ticks <= record.end_tick for one in sounds)
        or any(not start < end <= record.frames * TICKS_PER_FRAME for start, end in spans)
    ):
        raise ManifestError("the plan in its tag does not fit together")
