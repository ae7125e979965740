"""Try everything a build needs on this machine, and say how to repair what fails.

Values of the system are parameters of `check_python` and the like, for tests.
"""

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from smr_audio import units
from smr_audio.errors import BuildError, MissingError, SmrAudioError
from smr_audio.installed import EXTRAS, has_builds, lacking, to_add, to_reinstall
from smr_audio.records import dataclass
from smr_audio.storage.atomic import temporary_place
from smr_audio.storage.paths import is_folder, is_there
from smr_audio.suggest import counted

# Each trial imports what it needs, so a broken package fails that trial alone.

TEST_SENTENCE: Final = "This is a test of the voice that guides you."
_LEAST_SPEECH_S: Final = 1.5
LEAST_FREE_BYTES: Final = 100_000_000
"""A first build needs more, for speech, frames and files."""
_NO_CLOCK_BEFORE_S: Final = 1_704_067_200  # 2024 began; whatever is earlier was never set
_OTHER_FFMPEG: Final = "name an ffmpeg with LAME in IMAGEIO_FFMPEG_EXE"
_TEMP: Final = "TMPDIR (on Windows TEMP)"
_PROBE: Final = "腘绳肌 é"


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of one check. `fix` says what to do if it failed.

    A `warning` is about something that builds do not need.
    """

    name: str
    ok: bool
    detail: str
    fix: str | None = None
    missing: bool = False
    warning: bool = False


def examine() -> Iterator[Trial]:
    here = partial(check_folder, Path("output"))
    for name, trial, fix in (
        ("python", check_python, "install another Python, and smr-audio in it"),
        ("text", check_text, "set PYTHONUTF8=1, or a locale of UTF-8 such as LC_ALL=C.UTF-8"),
        ("content", _content, _again()),
        ("voice", _voice, "install a voice, or build with --voice silent"),
        ("encoder", _encoder, f"install ffmpeg again, or {_OTHER_FFMPEG}"),
        ("cover", _cover, "install a newer Pillow: pip install --upgrade pillow"),
        ("cache", _cache, "free some space, or set SMR_AUDIO_CACHE to a folder you can write"),
        ("output", here, "work in a folder you can write, or name one with -o"),
        ("temp", check_temporary, f"free some space, or set {_TEMP} to a folder you can write"),
        ("clock", check_clock, "set the clock; install tzdata if time zones lack"),
        ("extras", check_extras, "install that extra again; none is needed for a build"),
    ):
        yield _tried(name, trial, fix)
    yield from _additions()


def _again() -> str:
    return f"install smr-audio again: {to_reinstall()}"


def _tried(name: str, trial: Callable[[], str], fix: str) -> Trial:
    try:
        return Trial(name, True, trial())
    except SmrAudioError as error:
        return Trial(name, False, str(error), fix, isinstance(error, MissingError))
    except ImportError as error:
        return Trial(name, False, f"a package is broken: {error}", _again(), missing=True)
    except AttributeError as error:
        return Trial(name, False, f"a package is too old: {error}", fix, missing=True)
    except OSError as error:
        return Trial(name, False, f"the system refuses it: {error}", fix)


def _content() -> str:
    from smr_audio.check import check_paths
    from smr_audio.library.search import shipped_content

    report = check_paths((shipped_content(),))
    if report.problems:
        raise BuildError(f"problems: {len(report.problems)}, the first: {report.problems[0]}")
    return f"{len(report.files)} files in {shipped_content()}"


def _additions() -> Iterator[Trial]:
    """What other packages bring, and what of it is broken."""
    from smr_audio.library.library import Library
    from smr_audio.voices.registry import plugin_faults, plugins

    library, fix = Library(), "update or uninstall it; nothing else needs it"
    packs = [f"{pack.id} ({pack.place})" for pack in library.packs()]
    broken = [each.text for each in library.broken_packs()]
    for name, found, faults in (("packs", packs, broken), ("plug-ins", sorted(plugins()), plugin_faults())):
        if found:
            yield Trial(name, True, ", ".join(found))
        for text in faults:
            yield Trial(name, True, text, fix, warning=True)


def _voice() -> str:
    from smr_audio.sound.level import make_clip
    from smr_audio.sound.settings import SoundSettings
    from smr_audio.voices.models import HIBARI, extra_of, is_installed
    from smr_audio.voices.registry import AUTO, chosen, user_locale

    engine, voice, stands_in = chosen(AUTO, language="en", locale=user_locale())
    with closing(engine):
        _, speech = next(iter(engine.speak([TEST_SENTENCE], voice=voice, rate=1.0)))
    clip = make_clip(speech, target_lufs=SoundSettings().target_lufs)
    seconds = clip.samples.size / units.SAMPLE_RATE
    if seconds < _LEAST_SPEECH_S:
        raise BuildError(f"{voice.id} spoke only {seconds:.2f} s of a two-second sentence")
    spoke = f"{voice.id} spoke {seconds:.2f} s at {clip.lufs:.1f} LUFS"
    if stands_in and not is_installed(HIBARI):
        return f"{spoke}; a natural voice needs {extra_of(HIBARI)}"
    return f"{spoke}; {stands_in}" if stands_in else spoke


def _encoder() -> str:
    import numpy as np

    from smr_audio.mp3.codec import decoded, encode_pieces
    from smr_audio.mp3.linker import LinkedFile, Stream
    from smr_audio.sound.ffmpeg import ffmpeg_path
    from smr_audio.sound.floor import floor_for
    from smr_audio.storage.atomic import private_folder

    frames = 42  # about a second
    tone = np.sin(np.arange(frames * units.SAMPLES_PER_FRAME) * 2 * np.pi / 48)
    (encoded,) = encode_pieces([(tone * 8000).astype(np.int16)], floor=floor_for("off"), kbps=96)
    stream = Stream([(0, encoded)], tiles={}, frames=frames - 1, kbps=96)
    with private_folder() as folder:
        target = folder / "tone.mp3"
        target.write_bytes(b"".join(LinkedFile(stream, tag=b"").pieces()))
        with decoded(target) as samples:
            size = samples.size
    if size != (frames - 1) * units.SAMPLES_PER_FRAME:
        raise BuildError(f"{frames - 1} frames came back as {size} samples")
    return f"{ffmpeg_path()} encodes and decodes a second exactly"


def _cover() -> str:
    from smr_audio.views.cover.key import SMALLEST_PX, Cover, cover_png

    size = len(cover_png(Cover("Test", "10", ("calves",), "en"), size_px=SMALLEST_PX))
    return f"drawn in {size} bytes"


def _cache() -> str:
    from smr_audio.storage.cache import Cache
    from smr_audio.storage.paths import default_cache_root

    cache = Cache(default_cache_root())
    key = {"kind": "doctor", "format": 1}
    if not cache.put(key, b"well") or cache.get(key) != b"well":
        raise BuildError(cache.trouble or f"{cache.root} does not give back what it was given")
    check_folder(cache.root)
    info = cache.info()
    return f"{info.path}: {counted(info.entries, 'entry')}, {info.bytes / 1e6:.1f} MB"


def check_python() -> str:
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def check_text(names: str = sys.getfilesystemencoding(), console: str | None = None) -> str:
    """Whether names of files can be in any script; a console that cannot show one is no fault."""
    try:
        _PROBE.encode(names)
    except (UnicodeError, LookupError):
        raise BuildError(f"names of files are in {names}, so that not all can be written") from None
    console = console or getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        _PROBE.encode(console)
    except (UnicodeError, LookupError):
        return f"names in {names}; this console shows {console}, and ? for the rest"
    return f"names in {names}, this console shows {console}"


def check_folder(wanted: Path, free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free) -> str:
    """Whether a folder, or what will be one in the nearest that is there, takes a file."""
    there = wanted.absolute()
    while not is_there(there) and there != there.parent:
        there = there.parent
    if not is_folder(there):
        raise BuildError(f"{there} is not a folder, or cannot be read")
    data = os.urandom(1000)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(data)
            file.seek(0)
            same = file.read() == data
        left = free(there)
    except OSError as error:
        raise BuildError(f"{there} takes no file: {error.strerror or error}") from None
    if not same:
        raise BuildError(f"{there} does not give back what it was given")
    if left < LEAST_FREE_BYTES:
        raise BuildError(f"{there} has only {left / 1e6:.0f} MB left, too little for a build")
    return f"{there} takes files, {left / 1e9:.1f} GB left"


def check_temporary() -> str:
    try:
        return check_folder(temporary_place())
    except FileNotFoundError:
        raise BuildError("no temporary folder takes a file") from None


def check_clock(now_s: float | None = None) -> str:
    """Whether the clock was ever set, and time zones are known."""
    now_s = time.time() if now_s is None else now_s
    said = time.strftime("%Y-%m-%d %H:%M", time.gmtime(now_s))
    if now_s < _NO_CLOCK_BEFORE_S:
        raise BuildError(f"it is {said} UTC here, so downloads are refused and feeds are old")
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only here

    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        raise MissingError("no time zones are known; install tzdata") from None
    return f"{said} UTC, with time zones"


def check_extras() -> str:
    """Which extras are here. None is needed, but a half one is a fault."""
    missing = {name: lacking(name) for name in EXTRAS if has_builds(name) or not lacking(name)}
    for name, modules in missing.items():
        if 0 < len(modules) < len(EXTRAS[name]):
            raise MissingError(f"the extra '{name}' lacks {', '.join(modules)}; install it with: {to_add(name)}")
    whole = [name for name, modules in missing.items() if not modules]
    none = [name for name, modules in missing.items() if modules]
    more = f"; not here: {', '.join(none)}; to have them: {to_add(*none)}" if none else ""
    return f"{', '.join(whole) or 'none'}{more}"
