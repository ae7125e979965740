"""Try everything a build needs on this machine, for real, and say how to mend what fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_audio import units
from smr_audio.doctor import machine
from smr_audio.errors import BuildError, MissingError, SmrAudioError
from smr_audio.install_hints import to_reinstall

# What a trial needs is imported in it: a package that is broken fails that trial alone.

TEST_SENTENCE: Final = "This is a test of the voice that guides you."
_LEAST_SPEECH_S: Final = 1.5


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried. `fix` says what to do if it does not work.

    A `warning` is about what builds do without.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""
    missing: bool = False
    warning: bool = False


def examine() -> Iterator[Trial]:
    """Try each thing in turn; a failure of one does not keep the next from being tried."""
    for name, trial, fix in (
        ("python", machine.python, "install Python 3.10 or newer, and smr-audio in it"),
        ("text", machine.text, "set PYTHONUTF8=1, or a locale of UTF-8 such as LC_ALL=C.UTF-8"),
        ("content", _content, _again()),
        ("voice", _voice, "install a voice, or build with --voice silent"),
        (
            "encoder",
            _encoder,
            "install imageio-ffmpeg again, or name an ffmpeg with LAME in IMAGEIO_FFMPEG_EXE",
        ),
        ("cover", _cover, "install a newer Pillow: pip install --upgrade pillow"),
        ("cache", _cache, "free some space, or set SMR_AUDIO_CACHE to a folder you can write"),
        (
            "output",
            lambda: machine.folder(Path("output")),
            "work in a folder you can write, or name one with -o",
        ),
        (
            "temp",
            machine.temporary,
            "free some space, or set TMPDIR (on Windows TEMP) to a folder you can write",
        ),
        ("clock", machine.clock, "set the clock; install tzdata if time zones lack"),
        ("extras", machine.extras, "install that extra again; none is needed for a build"),
    ):
        yield _tried(name, trial, fix)
    yield from _packs()
    yield from _plugins()


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
        raise BuildError(f"{len(report.problems)} problems, the first: {report.problems[0]}")
    return f"{len(report.files)} files in {shipped_content()}"


def _packs() -> Iterator[Trial]:
    """Installed packs; nothing is said where there are none."""
    from smr_audio.library.library import Library

    library = Library()
    if packs := library.packs():
        named = ", ".join(f"{pack.id} ({pack.place})" for pack in packs)
        yield Trial("packs", True, named)
    for broken in library.broken_packs():
        yield Trial("packs", True, broken.text, "update or uninstall it", warning=True)


def _plugins() -> Iterator[Trial]:
    """Engines of other packages; nothing is said where there are none."""
    from smr_audio.voices import plugins
    from smr_audio.voices.registry import plugin_faults

    if named := plugins.found():
        yield Trial("plug-ins", True, ", ".join(sorted(named)))
    for text in plugin_faults():
        fix = "update or uninstall it; nothing else needs it"
        yield Trial("plug-ins", True, text, fix, warning=True)


def _voice() -> str:
    from smr_audio.sound.clip import make_clip
    from smr_audio.sound.settings import SoundSettings
    from smr_audio.voices.locale import user_locale
    from smr_audio.voices.models import extra
    from smr_audio.voices.registry import AUTO, choose, stands_in

    engine, voice = choose(AUTO, language="en", locale=user_locale())
    with closing(engine):
        _, speech = next(iter(engine.speak([TEST_SENTENCE], voice=voice, rate=1.0)))
    clip = make_clip(speech, target_lufs=SoundSettings().target_lufs)
    seconds = clip.samples.size / units.SAMPLE_RATE
    if seconds < _LEAST_SPEECH_S:
        raise BuildError(f"{voice.id} spoke only {seconds:.2f} s of a two-second sentence")
    stood_in = stands_in(voice, name=AUTO, language="en")
    more = f"; a natural voice needs {extra()}" if stood_in else ""
    return f"{voice.id} spoke {seconds:.2f} s at {clip.lufs:.1f} LUFS{more}"


def _encoder() -> str:
    import numpy as np

    from smr_audio.mp3.decode import decode_mp3
    from smr_audio.mp3.encoder import encode_pieces
    from smr_audio.mp3.linker import LinkedFile, Stream
    from smr_audio.sound.ffmpeg import ffmpeg_path
    from smr_audio.sound.floor import floor_for
    from smr_audio.storage.leftovers import private_folder

    frames = 42  # about a second
    tone = np.sin(np.arange(frames * units.SAMPLES_PER_FRAME) * 2 * np.pi / 48)
    (encoded,) = encode_pieces([(tone * 8000).astype(np.int16)], floor=floor_for("off"), kbps=96)
    stream = Stream([(0, encoded)], tiles={}, frames=frames - 1, kbps=96)
    with private_folder() as folder:
        target = folder / "tone.mp3"
        target.write_bytes(b"".join(LinkedFile(stream, tag=b"").chunks()))
        decoded = decode_mp3(target)
    if decoded.size != (frames - 1) * units.SAMPLES_PER_FRAME:
        raise BuildError(f"{frames - 1} frames came back as {decoded.size} samples")
    return f"{ffmpeg_path()} encodes and decodes a second exactly"


def _cover() -> str:
    from smr_audio.views.cover.key import SMALLEST_PX, cover_png
    from smr_audio.views.cover.shapes import Cover

    size = len(cover_png(Cover("Test", "10", ("calves",), "en"), size_px=SMALLEST_PX))
    return f"drawn in {size} bytes"


def _cache() -> str:
    from smr_audio.storage.cache import Cache
    from smr_audio.storage.paths import default_cache_root

    cache = Cache(default_cache_root())
    key = {"kind": "doctor", "format": 1}
    if not cache.put(key, b"well") or cache.get(key) != b"well":
        raise BuildError(cache.trouble or f"{cache.root} does not give back what it was given")
    machine.folder(cache.root)
    info = cache.info()
    return f"{info.path}: {info.entries} entries, {info.bytes / 1e6:.1f} MB"
