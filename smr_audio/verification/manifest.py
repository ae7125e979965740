"""The manifest: what a file should be, as JSON in the tag of the MP3.

It says what should be heard and when, in ticks of 8 ms from the start of the file, so `verify`
needs nothing but the file. The types of the fields are the format: they say what is written, and
anything else is refused when it is read, since the file may be foreign or damaged.
"""

import json
import zlib
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from types import UnionType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from smr_audio.mp3.frames import BITRATES
from smr_audio.mp3.id3 import MOST_BYTES as MOST_TAG_BYTES
from smr_audio.mp3.id3 import tag_in, tag_size
from smr_audio.records import dataclass
from smr_audio.units import TICKS_PER_FRAME, TICKS_PER_SECOND, clock, samples_of_ticks, whole_frames

MANIFEST_FORMAT: Final = "smr-audio/manifest-2"
SEAL: Final = b',"crc32":'  # the number after it is of all bytes before it
MOST_BYTES: Final = 8 << 20
"""A session of 24 hours has less than half of that."""

_MOST_TICKS: Final = 48 * 3600 * TICKS_PER_SECOND
_FLOORS: Final = ("low", "high", "off")
_MOST_SOUNDS: Final = 16  # and one more for each tenth of a second: each takes time to look for
_LEAST_APART_TICKS: Final = TICKS_PER_SECOND // 10

_encode: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class ManifestSentence(NamedTuple):
    """A clip of speech `[start_tick, start_tick + ticks)`, of a voice or of the user's own file."""

    start_tick: int
    ticks: int
    text: str
    recorded: bool


class ManifestCue(NamedTuple):
    """A cue, or another signal, `[start_tick, start_tick + ticks)`."""

    start_tick: int
    ticks: int
    name: str


class ManifestHold(NamedTuple):
    """A hold, from the onset of its start cue to that of its end cue."""

    start_tick: int
    end_tick: int
    technique: str
    side: str | None
    set: int


class ManifestChapter(NamedTuple):
    """A chapter `[start_tick, end_tick)`. An album's track has none."""

    start_tick: int
    end_tick: int
    title: str


class ManifestIsland(NamedTuple):
    """Sounds that were linked as one piece: where their frames lie, and the CRC-32 of them."""

    start_frame: int
    frames: int
    crc32: int


class ManifestBed(NamedTuple):
    """A bed by its name, `own` for a user's: its loudness in pauses, and how much softer it gets."""

    sound: str
    lufs: float
    ducked_db: float


@dataclass(frozen=True)
class Manifest:
    """What a file should be. `track` is its number among `tracks`, both 0 for a whole session.

    `shown` are the texts of the tag as `shown_texts` has them. `keep_awake` names the floor,
    `cue_scheme` the set of signals as `cue_format`, a version of their sounds, has them; those in
    `own_cues` are sounds of the user's own. `frames_crc32` is of all frames but the Info frame,
    `lyrics_crc32` of the text in UTF-8 and `cover_crc32` of the picture, None where there is none.
    """

    routine: str
    title: str
    shown: tuple[str, ...]
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
    cues: tuple[ManifestCue, ...]
    holds: tuple[ManifestHold, ...]
    chapters: tuple[ManifestChapter, ...]
    islands: tuple[ManifestIsland, ...]
    frames_crc32: int
    lyrics_crc32: int | None
    cover_crc32: int | None
    bed: ManifestBed | None = None

    @property
    def frames(self) -> int:
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

    def to_bytes(self) -> bytes:
        value = {"format": MANIFEST_FORMAT, **vars(self)}
        if self.bed is None:  # so that a file without one is as those of before
            del value["bed"]
        body = _encode(value)[:-1].encode("ascii")
        return body + SEAL + b"%d}" % zlib.crc32(body)


def read_manifest(data: bytes) -> Manifest:
    """What `Manifest.to_bytes` wrote. Raises ValueError for anything else: why, after "FILE: "."""
    if len(data) > MOST_BYTES:
        raise ValueError("the plan in its tag is larger than any of smr-audio's")
    try:
        value = json.loads(data.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise ValueError("the plan in its tag is damaged") from error
    named = str(value.get("format")) if isinstance(value, dict) else ""
    if not named.startswith(("smr-audio/manifest-", "smr-audio/record-")):
        raise ValueError("the plan in its tag is not smr-audio's")
    if named != MANIFEST_FORMAT:
        raise ValueError("its plan has the format of another version of smr-audio; verify it with that one")
    body, _, seal = data.rpartition(SEAL)
    if seal != b"%d}" % zlib.crc32(body):
        raise ValueError("the plan in its tag is damaged")
    try:
        value.setdefault("bed", None)
        manifest = Manifest(**{name: _read(kind, value[name]) for name, kind in _fields(Manifest)})
    except (KeyError, ValueError) as error:
        raise ValueError(f"the plan in its tag is not whole: {str(error)[:80]}") from error
    _check_ranges(manifest)
    if manifest.keep_awake not in _FLOORS:
        raise ValueError("its floor is one of another version of smr-audio; verify it with that")
    return manifest


@lru_cache
def _fields(row: type) -> tuple[tuple[str, Any], ...]:
    return tuple(get_type_hints(row).items())


def _read(kind: Any, value: Any) -> Any:
    """A JSON value as a field's type has it; counts are never negative. Raises ValueError."""
    if get_origin(kind) is UnionType:
        return None if value is None else _read(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_read(item, each) for each in _read(list, value))
    if issubclass(kind, tuple):
        row, fields = _read(list, value), _fields(kind)
        if len(row) != len(fields):
            raise ValueError(f"a row of {len(fields)} has {len(row)}")
        return kind(*(_read(own, each) for (_, own), each in zip(fields, row, strict=True)))
    if kind is float and type(value) is int:
        return float(value)
    # A bool is an int to isinstance.
    if type(value) is not kind or (kind is int and value < 0):
        raise ValueError(f"{kind.__name__} was expected")
    return value


def _check_ranges(manifest: Manifest) -> None:
    """Raise ValueError unless everything lies in the file."""
    ends = [one.start_tick + one.ticks for one in manifest.sentences]
    ends += [one.start_tick + one.ticks for one in manifest.cues]
    timed = [(one.start_tick, one.end_tick) for one in manifest.holds]
    timed += [(one.start_tick, one.end_tick) for one in manifest.chapters]
    frames = [(one.start_frame, one.start_frame + one.frames) for one in manifest.islands]
    end_ticks = manifest.frames * TICKS_PER_FRAME
    if (
        manifest.kbps not in BITRATES[1:]
        or not 0 < manifest.end_tick <= _MOST_TICKS
        or not -70 <= manifest.target_lufs <= 0
        or (manifest.bed and not (-70 <= manifest.bed.lufs <= 0 <= manifest.bed.ducked_db <= 70))
        or len(ends) > _MOST_SOUNDS + manifest.end_tick // _LEAST_APART_TICKS
        or any(end > manifest.end_tick for end in ends)
        or any(not start < end <= end_ticks for start, end in timed)
        or any(not start < end <= manifest.frames for start, end in frames)
    ):
        raise ValueError("the plan in its tag does not fit together")


def tag_of(path: Path) -> bytes | None:
    """The bytes of a file's tag, empty without one; None if there is no file to read."""
    try:
        with path.open("rb") as file:
            size = tag_size(file.read(10))
            file.seek(0)
            return file.read(min(size, MOST_TAG_BYTES))
    except OSError:
        return None


def replaced(path: Path, before: bytes | None) -> str | None:
    """What to say of a file that had the tag `before`, if it was another session."""
    if before is None or before == (after := tag_of(path)):
        return None
    old, new = _manifest_in(before), _manifest_in(after or b"")
    if old is None:
        return f"{path} replaces another file, which was none of smr-audio"
    if new is not None and _heard(old) == _heard(new):
        return None
    holds = {(one.end_tick - one.start_tick) // TICKS_PER_SECOND for one in old.holds}
    lengths = " to ".join(map(str, sorted({min(holds), max(holds)}))) if holds else "0"
    length = clock(old.end_tick // TICKS_PER_SECOND)
    return (
        f"{path} replaces one made with other options or content: {length}, holds of {lengths} s, "
        f"{old.voice}; -o NAME keeps both"
    )


def _manifest_in(tag: bytes) -> Manifest | None:
    with suppress(ValueError):
        return read_manifest(tag_in(BytesIO(tag)).manifest or b"")
    return None


def _heard(one: Manifest) -> tuple[object, ...]:
    """What options change, and a version of smr-audio does not."""
    texts = [sentence.text for sentence in one.sentences]
    sounds = (one.voice, one.kbps, one.keep_awake, one.cue_scheme, one.bed)
    return (one.routine, one.end_tick, one.holds, texts, sounds)
