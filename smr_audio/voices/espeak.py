"""Find espeak-ng on Linux, and read its voices from its data without starting it."""

import functools
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from smr_audio.errors import MissingError
from smr_audio.installed import to_repair, version_of
from smr_audio.records import dataclass, replace
from smr_audio.storage.atomic import private_folder
from smr_audio.storage.paths import package_folder
from smr_audio.voices.engine import Voice

# espeak keeps its path in 160 bytes, adds file names to it, and calls exit(1) beyond that.
_MOST_PATH_BYTES: Final = 120
_LIBRARIES: Final = ("libespeak-ng.so.1", "libespeak-ng.so")
_SYSTEM_FOLDERS: Final = ("/usr/local/lib", "/usr/lib", "/usr/lib64", "/lib", "/lib64")
_DEFAULT_PRIORITY: Final = 5  # espeak-ng/docs/voices.md: lower is preferred


@dataclass(frozen=True, slots=True)
class Espeak:
    """One espeak-ng: its library, its data folder, and a text that names its version."""

    library: Path
    data: Path
    version: str


@functools.cache
def find() -> Espeak:
    """The espeak-ng from pip, or else the system's. Loads nothing. Raises MissingError."""
    folder = package_folder("espeakng_loader")
    if folder and (found := from_folders([folder])) and found.data.parent == folder:
        return replace(found, version=f"espeakng-loader-{version_of('espeakng-loader')}")
    listed = [part for part in os.environ.get("LD_LIBRARY_PATH", "").split(":") if part]
    folders = [Path(part) for part in (*listed, *_SYSTEM_FOLDERS)]
    # Debian's multiarch folders: /usr/lib/x86_64-linux-gnu and their like.
    if found := from_folders([each for one in folders for each in (one, *sorted(one.glob("*-linux-*")))]):
        return found
    raise MissingError(
        f"the system voice needs espeak-ng, which is not here; install it with: {to_repair('espeakng-loader')}"
    )


def from_folders(folders: list[Path]) -> Espeak | None:
    """The first espeak-ng among folders of libraries, with its data next to it or in share/."""
    for folder in folders:
        places = (folder / name for name in _LIBRARIES)
        library = next((place for place in places if place.is_file()), None)
        if library is None:
            continue
        shares = [parent / "share" for parent in folder.parents]
        for place in (folder, *shares, Path("/usr/share")):
            data = place / "espeak-ng-data"
            if (data / "phontab").is_file():
                # A distribution's file name ends in the version: libespeak-ng.so.1.1.51.
                real = library.resolve()
                return Espeak(library, data, f"{real.name}-{real.stat().st_size}")
    return None


def short_data(data: Path, folder: Path, stack: ExitStack) -> Path:
    """The data folder under a path short enough for espeak, linked if necessary.

    The link is in a folder that `stack` removes, in `folder` or, if that is too deep itself,
    elsewhere. Raises MissingError if no place is short enough.
    """
    if len(os.fsencode(data)) <= _MOST_PATH_BYTES:
        return data
    for place in (folder, Path("/tmp"), Path("/var/tmp")):  # noqa: S108  # the folder is private
        if len(os.fsencode(place)) > _MOST_PATH_BYTES - 40 or not os.access(place, os.W_OK):
            continue
        short = stack.enter_context(private_folder(place)) / "espeak-ng-data"
        short.symlink_to(data, target_is_directory=True)
        return short
    raise MissingError(
        f"espeak-ng cannot read its data at so long a path: {data}; set TMPDIR to a short path that can be written"
    )


@functools.cache
def voices(data: Path) -> tuple[Voice, ...]:
    """Every voice in the data that can speak, the best of each language first.

    Names are as the driver gives them: the path under `lang/`, in lower case. A voice
    without its dictionary is listed by espeak too, but gives silence, so it is left out.
    """
    found: list[tuple[str, int, str, Voice]] = []
    root = data / "lang"
    dictionaries = {path.name for path in data.glob("*_dict")}
    for path in sorted(Path(folder, name) for folder, _, names in os.walk(root) for name in names):
        fields = _fields(path)
        tags = [_tag(value) for value in fields.get("language", [])]
        if not tags:
            continue
        family = tags[0][1].split("-")[0]
        dictionary = fields.get("dictionary", [family])[0]
        if f"{dictionary}_dict" not in dictionaries:
            continue
        name = path.relative_to(root).as_posix().lower()
        title = fields.get("name", [name])[0]
        # espeak weighs a voice for a language by the tag of that language, so "en 2".
        priority = next((weight for weight, tag in tags if tag == family), 99)
        voice = Voice("pyttsx3", name, title, tuple(dict.fromkeys(tag for _, tag in tags)))
        found.append((family, priority, name, voice))
    return tuple(voice for *_, voice in sorted(found, key=lambda each: each[:3]))


def _fields(path: Path) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.split("//")[0].strip().partition(" ")
        if value:
            fields.setdefault(key, []).append(value.strip())
    return fields


def _tag(value: str) -> tuple[int, str]:
    tag, _, weight = value.partition(" ")
    return int(weight) if weight.strip().isdigit() else _DEFAULT_PRIORITY, tag.lower()


def is_used_here() -> bool:
    return sys.platform not in ("darwin", "win32")
