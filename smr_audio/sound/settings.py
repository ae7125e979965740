"""How a session sounds: the settings that its clips, cues and floor are made with.

This module imports none of what makes sound.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smr_audio.errors import ContentError, Location, Problem, SmrAudioError, UsageError, reason_of
from smr_audio.options.choices import CueName, CueScheme, KeepAwake, Loudness, Master
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import CueSound

MASTER_FORMAT: Final = 1  # raise it when the same speech would be mastered otherwise


LOUDNESS_LUFS: Final[Mapping[Loudness, float]] = {"quiet": -19.0, "normal": -16.0, "loud": -14.0}
"""Integrated loudness of a session. AES TD1008 advises -16 to -20 LUFS for speech on phones;
`loud` is what music services play at."""

SOUND_KINDS: Final = "WAV, FLAC, MP3, OGG, Opus, M4A, MP4 or AMR"

MOST_SOUND_BYTES: Final = 20 << 20
"""The most that a user's sound file may have: two minutes of the largest WAV."""


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
class SoundSettings:
    """What shapes the sounds of a session besides its words, voice and pace; `kbps` is of its file."""

    loudness: Loudness = "normal"
    master: Master = "home"
    cues: CueScheme = "classic"
    own_cues: tuple[OwnCue, ...] = ()
    keep_awake: KeepAwake = "low"
    kbps: int = 96

    @property
    def target_lufs(self) -> float:
        return LOUDNESS_LUFS[self.loudness]

    def own(self, cue: CueName) -> OwnCue | None:
        return next((own for own in self.own_cues if own.cue == cue), None)


def settings_of(preferences: Preferences) -> SoundSettings:
    """The settings that preferences ask for.

    Raises UsageError for a cue file that is not there, ContentError if content names it.
    """
    return SoundSettings(
        preferences.loudness or "normal",
        preferences.master or "home",
        preferences.cues or "classic",
        tuple(_own_cues(preferences.cue_sounds)),
        preferences.keep_awake or "low",
        int((preferences.bitrate or "96k")[:-1]),
    )


def _own_cues(sounds: Iterable[CueSound]) -> Iterable[OwnCue]:
    latest = {sound.cue: sound for sound in sounds}  # the last one of a cue counts
    for sound in sorted(latest.values(), key=lambda one: one.cue):
        try:
            digest = digest_of_sound(Path(sound.path))
        except OSError as error:
            what = f"cannot read '{sound.path}', the sound of the cue '{sound.cue}'"
            message = f"{what}: {reason_of(error)}; name a {SOUND_KINDS} file"
            raise fault_at(sound.location, message) from None
        yield OwnCue(sound.cue, sound.path, digest, sound.location)


def fault_at(location: Location | None, message: str) -> SmrAudioError:
    """An error of content if there is a location, or else of usage."""
    return UsageError(message) if location is None else ContentError([Problem(location, message)])


def useless_recording(path: Path, place: Location, error: OSError | SoundError) -> SmrAudioError:
    """What to raise for a recording that cannot be heard in place of the line that names it."""
    why = f"it cannot be read ({reason_of(error)})" if isinstance(error, OSError) else error
    advice = "record it again, or take `sound` out for a voice to say the line"
    return fault_at(place, f"the sound '{path}': {why}; {advice}")


def digest_of_sound(path: Path) -> str:
    """The SHA-256 of a sound file, in hex. Raises OSError as `bytes_of_sound` does."""
    return hashlib.sha256(bytes_of_sound(path)).hexdigest()


def bytes_of_sound(path: Path) -> bytes:
    """The content of a sound file. Raises OSError if it cannot be read or is too large."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer
        raise OSError(errno.EINVAL, "it is no ordinary file")
    with path.open("rb") as file:
        data = file.read(MOST_SOUND_BYTES + 1)
    if len(data) > MOST_SOUND_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MOST_SOUND_BYTES >> 20} MB")
    return data
