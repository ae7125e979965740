"""How a session sounds: the settings that its clips, cues and floor are made with.

This module imports none of what makes sound.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from smr_audio.errors import ContentError, Location, Problem, SmrAudioError, UsageError, reason_of
from smr_audio.options.choices import MADE_BEDS, NO_BED, CueName, CueScheme, KeepAwake, Loudness, Master
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import DEFAULTS
from smr_audio.options.values import Bed, CueSound
from smr_audio.records import dataclass, field

LOUDNESS_LUFS: Final[Mapping[Loudness, float]] = {"quiet": -19.0, "normal": -16.0, "loud": -14.0}
"""Integrated loudness of a session. AES TD1008 advises -16 to -20 LUFS for speech on phones;
`loud` is what music services play at."""

SOUND_KINDS: Final = "WAV, FLAC, MP3, OGG, Opus, M4A, MP4 or AMR"

MOST_SOUND_BYTES: Final = 20 << 20
"""The most that a user's sound file may have: two minutes of the largest WAV."""


MOST_BED_BYTES: Final = 100 << 20

DUCKED_DB: Final = 10.0
"""How much softer a bed is while something sounds."""
LEAST_UNDER_DB: Final = 26.0
"""How far it is under the voice then at least: short words are up to 5 dB softer than others."""


class SoundError(SmrAudioError):
    """Why a sound file cannot be used: `str(error)` goes after the name of the file."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class OwnCue:
    """A cue's sound from the user's own file; `digest` is the SHA-256 of the file, in hex."""

    cue: CueName
    path: str
    digest: str
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BedSettings:
    """A bed at a loudness in its pauses, `ducked_db` softer while something sounds.

    `sound` is the name of one that is made, or the path of the user's file, whose SHA-256 `digest`
    is then, in hex.
    """

    sound: str
    lufs: float
    ducked_db: float
    digest: str = ""
    location: Location | None = field(default=None, compare=False)


Ground: TypeAlias = tuple[KeepAwake, int, BedSettings | None]
"""What a session is made on: the floor, a bit rate, and a bed."""


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """What shapes the sounds of a session besides its words, voice and pace; `kbps` is of its file."""

    loudness: Loudness = "normal"
    master: Master = "home"
    cues: CueScheme = "classic"
    own_cues: tuple[OwnCue, ...] = ()
    keep_awake: KeepAwake = "low"
    kbps: int = 96
    bed: BedSettings | None = None

    @property
    def has_own_bed(self) -> bool:
        return self.bed is not None and bool(self.bed.digest)

    @property
    def ground(self) -> Ground:
        """A bed that is made takes the floor's place."""
        return "off" if self.bed and not self.has_own_bed else self.keep_awake, self.kbps, self.bed

    @property
    def target_lufs(self) -> float:
        return LOUDNESS_LUFS[self.loudness]

    def own(self, cue: CueName) -> OwnCue | None:
        return next((own for own in self.own_cues if own.cue == cue), None)


def settings_of(preferences: Preferences) -> SoundSettings:
    """The settings that preferences ask for.

    Raises UsageError for a file that is not there, ContentError if content names it.
    """
    loudness = preferences.loudness or "normal"
    return SoundSettings(
        loudness,
        preferences.master or "home",
        preferences.cues or "classic",
        tuple(_own_cues(preferences.cue_sounds)),
        preferences.keep_awake or "low",
        int((preferences.bitrate or "96k")[:-1]),
        _bed(preferences, LOUDNESS_LUFS[loudness]),
    )


def _bed(preferences: Preferences, target_lufs: float) -> BedSettings | None:
    bed, level_db = preferences.bed, preferences.bed_level or DEFAULTS["bed_level"]
    if not isinstance(bed, Bed) or bed.sound == NO_BED:
        return None
    try:
        digest = digest_of_sound(Path(bed.sound), most=MOST_BED_BYTES) if bed.is_file else ""
    except OSError as error:
        raise useless_bed(bed, error) from None
    ducked_db = max(DUCKED_DB, LEAST_UNDER_DB - level_db)
    return BedSettings(bed.sound, target_lufs - level_db, ducked_db, digest, bed.location)


def useless_bed(bed: Bed | BedSettings, error: OSError | SoundError) -> SmrAudioError:
    """What to raise for a bed that cannot be heard."""
    why = f"it cannot be read ({reason_of(error)})" if isinstance(error, OSError) else error
    advice = f"name another sound file, or say {NO_BED}, {' or '.join(MADE_BEDS)}"
    return fault_at(bed.location, f"'{bed.sound}' cannot be the bed: {why}; {advice}")


def _own_cues(sounds: Iterable[CueSound]) -> Iterable[OwnCue]:
    latest = {sound.cue: sound for sound in sounds}  # the last one of a cue counts
    for sound in sorted(latest.values(), key=lambda one: one.cue):
        try:
            digest = digest_of_sound(Path(sound.path))
        except OSError as error:
            what = f"cannot read '{sound.path}', the sound of the cue '{sound.cue}'"
            raise fault_at(sound.location, f"{what}: {reason_of(error)}; name a {SOUND_KINDS} file") from None
        yield OwnCue(sound.cue, sound.path, digest, sound.location)


def fault_at(location: Location | None, message: str) -> SmrAudioError:
    """An error of content if there is a location, or else of usage."""
    return UsageError(message) if location is None else ContentError([Problem(location, message)])


def useless_recording(path: Path, place: Location, error: OSError | SoundError) -> SmrAudioError:
    """What to raise for a recording that cannot be heard in place of the line that names it."""
    why = f"it cannot be read ({reason_of(error)})" if isinstance(error, OSError) else error
    advice = "record it again, or take `sound` out for a voice to say the line"
    return fault_at(place, f"the sound '{path}': {why}; {advice}")


def digest_of_sound(path: Path, *, most: int = MOST_SOUND_BYTES) -> str:
    """The SHA-256 of a sound file, in hex. Raises OSError as `bytes_of_sound` does."""
    return hashlib.sha256(bytes_of_sound(path, most=most)).hexdigest()


def bytes_of_sound(path: Path, *, most: int = MOST_SOUND_BYTES, digest: str | None = None) -> bytes:
    """The content of a sound file, of this SHA-256 if one is given.

    Raises OSError if it cannot be read or has more bytes, SoundError if it is another by now.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer
        raise OSError(errno.EINVAL, "it is no ordinary file")
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most >> 20} MB")
    if digest is not None and hashlib.sha256(data).hexdigest() != digest:
        raise SoundError("it changed while it was read")
    return data
