"""A pack in a ZIP file: looked through with distrust, then unpacked once into the cache's folder.

Nothing that the archive says of itself is believed: names may lead nowhere but into the pack,
and sizes are counted while the bytes are read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from smr_audio.errors import BuildError, ContentError, Location, Problem
from smr_audio.library.ids import PACK_FILES
from smr_audio.storage.paths import CACHE_VARIABLE, default_cache_root, is_reserved

MOST_ENTRIES: Final = 2000
MOST_BYTES: Final = 100_000_000
"""Of the archive, and of all that is in it."""
_MOST_RATIO: Final = 200  # text packs to a tenth, recordings to a half
_RATIO_COUNTS_FROM: Final = 1_000_000
_MOST_DIRECTORY_BYTES: Final = 2_000_000
_END_BYTES: Final = 22 + 65_535 + 20  # the end, the longest comment, what stands before in ZIP64
_UNUSED_S: Final = 60 * 86_400
_LEFT_S: Final = 86_400
_CHUNK: Final = 1 << 16
_LIST: Final = "files.json"
_UNSAFE: Final = re.compile(r'[\\:*?"<>|]')
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    KeyError,
)


def unpacked(archive: Path) -> Path:
    """The folder of a pack that lies in a ZIP file.

    Raises ContentError that names the entry for an archive that is not fit, BuildError if it
    cannot be unpacked here.
    """
    try:
        with archive.open("rb") as file:
            size, digest = os.fstat(file.fileno()).st_size, hashlib.sha256()
            if size > MOST_BYTES:
                raise _bad(archive, f"it has {size} bytes, at most {MOST_BYTES}; leave some out")
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            place = default_cache_root() / "packs" / digest.hexdigest()[:40]
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", archive.name).strip(".-") or "pack"
            if _is_whole(place, name):
                with contextlib.suppress(OSError):
                    os.utime(place)  # in use: see `_tidy`
            else:
                _unpack(archive, file, place, name)
                _tidy(place.parent)
    except OSError as error:
        raise BuildError(f"cannot read {archive}: {_reason(error)}; check the file") from None
    return place / name


def _unpack(archive: Path, file: BinaryIO, place: Path, name: str) -> None:
    """All of it at once: a folder beside is filled and takes its place by one rename."""
    if _has_long_directory(file):  # of which zipfile makes objects before it can be asked
        message = f"its list of entries is too long, for at most {MOST_ENTRIES}; leave some out"
        raise _bad(archive, message)
    try:
        zipped = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise _bad(archive, f"this is no ZIP file that opens ({error}); pack it again") from None
    with zipped:
        entries = _entries(archive, zipped)
        temporary = _beside(place)
        try:
            sizes = _write(archive, zipped, entries, temporary / name)
            (temporary / _LIST).write_text(json.dumps(sizes), encoding="utf-8")
            _put(temporary, place, name)
        except OSError as error:
            raise _cannot(place, error) from None
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _has_long_directory(file: BinaryIO) -> bool:
    """Whether the archive's end announces more than a pack may have (APPNOTE 4.3.16, 4.3.15)."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _END_BYTES))
    tail = file.read()
    places = (found.start() for found in re.finditer(re.escape(b"PK\x05\x06"), tail))
    sizes = (int.from_bytes(tail[at + 12 : at + 16], "little") for at in places)
    return b"PK\x06\x07" in tail or any(size > _MOST_DIRECTORY_BYTES for size in sizes)


def _tidy(folder: Path) -> None:
    """Remove what nobody used for long, and what a killed process left."""
    now_s = time.time()
    with contextlib.suppress(OSError):
        for each in list(folder.iterdir()):
            left = _LEFT_S if each.name.startswith(".") else _UNUSED_S
            with contextlib.suppress(OSError):
                if now_s - each.lstat().st_mtime > left:
                    shutil.rmtree(each, ignore_errors=True)


def _beside(place: Path) -> Path:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=place.parent))
    except OSError as error:
        raise _cannot(place, error) from None


def _put(temporary: Path, place: Path, name: str) -> None:
    """Another process may have put the same there, which is as good; what is damaged goes."""
    for _ in range(2):
        try:
            temporary.rename(place)
        except OSError:
            if _is_whole(place, name):
                return
            with contextlib.suppress(OSError):
                aside = _beside(place)
                place.rename(aside / "old")
                shutil.rmtree(aside, ignore_errors=True)
            continue
        return
    temporary.rename(place)


def _is_whole(place: Path, name: str) -> bool:
    """Whether all files are there, each as long as it was."""
    try:
        sizes = json.loads((place / _LIST).read_text(encoding="utf-8"))
        found = {each: (place / name / each).stat().st_size for each in sizes}
    except (OSError, ValueError, TypeError, RecursionError):
        return False
    return bool(found) and found == sizes


def _entries(archive: Path, zipped: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files to unpack, by their path in the pack. Raises ContentError for all that is wrong."""
    infos = zipped.infolist()
    if len(infos) > MOST_ENTRIES:
        raise _bad(archive, f"it has {len(infos)} entries, at most {MOST_ENTRIES}; leave some out")
    problems = [
        Problem(Location(str(archive)), f"entry {_shown(info.orig_filename)}: {fault}")
        for info in infos
        if (fault := _fault(info)) is not None
    ]
    if not problems:
        problems = list(_clashes(archive, infos))
    if problems:
        raise ContentError(problems)
    files = {info.filename: info for info in infos if not info.is_dir() and not _is_litter(info)}
    top = _top(archive, files)
    return {name[len(top) :]: info for name, info in files.items() if name.startswith(top)}


def _fault(info: zipfile.ZipInfo) -> str | None:
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    parts = name.rstrip("/").split("/")
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "its name is an absolute path; pack the folder itself, with names from there"
    if "\\" in name:
        return "its name has a backslash; pack it with / between folders"
    if any(part in ("..", ".", "") for part in parts):
        return "its name leads out of the pack, or nowhere; take the dots out"
    if not name.isprintable() or _UNSAFE.search(name):
        return "its name has characters that not every system takes; rename it"
    if any(part.endswith((" ", ".")) or is_reserved(part) for part in parts):
        return "its name is one that not every system takes; rename it"
    if max(len(part.encode()) for part in parts) > 200 or len(name) > 400:
        return "its name is too long; shorten it"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device; put the file itself in its place"
    if info.flag_bits & 1:
        return "it is encrypted; pack it without a password"
    if info.compress_type not in _METHODS:
        return "it is compressed in an unusual way; pack it as plain ZIP (deflate)"
    return None


def _clashes(archive: Path, infos: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    """Names that are one on some system, and files that others lie in."""
    files: set[str] = set()
    folders: set[str] = set()
    for info in infos:
        name = unicodedata.normalize("NFC", info.filename.rstrip("/")).casefold()
        parents = {name[:at] for at, sign in enumerate(name) if sign == "/"}
        if name in files or (name in folders and not info.is_dir()) or parents & files:
            message = "there are two of this name; take one out"
            yield Problem(Location(str(archive)), f"entry {_shown(info.filename)}: {message}")
        folders |= parents
        (folders if info.is_dir() else files).add(name)


def _top(archive: Path, files: dict[str, zipfile.ZipInfo]) -> str:
    """What stands before every name: nothing, or the one folder around the pack."""
    found = [name for name in files if name.rpartition("/")[2] in PACK_FILES]
    if not found:
        raise _bad(archive, "there is no pack.yaml in it; add one, with 'kind: pack'")
    name = min(found, key=lambda each: each.count("/"))
    top = name.rpartition("/")[0]
    if "/" in top:
        message = "it lies too deep; pack.yaml stands at the top, or in the one folder there"
        raise _bad(archive, f"entry {_shown(name)}: {message}")
    top += "/" * bool(top)
    if stranger := next((each for each in files if not each.startswith(top)), None):
        message = f"it lies beside the pack's folder {top}; put it inside, or take it out"
        raise _bad(archive, f"entry {_shown(stranger)}: {message}")
    return top


def _write(
    archive: Path, zipped: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], folder: Path
) -> dict[str, int]:
    """The sizes of the files as written."""
    sizes: dict[str, int] = {}
    left = MOST_BYTES
    for name, info in entries.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        most = max(_RATIO_COUNTS_FROM, _MOST_RATIO * info.compress_size)
        with target.open("xb") as out:
            for chunk in _chunks(archive, zipped, info):
                out.write(chunk)
                sizes[name] = sizes.get(name, 0) + len(chunk)
                if sizes[name] > left:
                    raise _bad(
                        archive,
                        f"entry {_shown(info.filename)}: with it the pack has more than "
                        f"{MOST_BYTES} bytes; leave some out",
                    )
                if sizes[name] > most:
                    raise _bad(
                        archive,
                        f"entry {_shown(info.filename)}: it swells to more than "
                        f"{_MOST_RATIO} times its size, as no content does; take it out",
                    )
        left -= sizes.setdefault(name, 0)
    return sizes


def _chunks(archive: Path, zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with zipped.open(info) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except _DAMAGE as error:
        message = f"it is damaged ({error}); pack it again"
        raise _bad(archive, f"entry {_shown(info.filename)}: {message}") from None


def _is_litter(info: zipfile.ZipInfo) -> bool:
    """What macOS puts beside one's own files."""
    parts = info.filename.split("/")
    return parts[0] == "__MACOSX" or parts[-1] == ".DS_Store"


def _shown(name: str) -> str:
    return repr(name if len(name) <= 80 else name[:77] + "...")


def _bad(archive: Path, message: str) -> ContentError:
    return ContentError([Problem(Location(str(archive)), message)])


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _cannot(place: Path, error: OSError) -> BuildError:
    return BuildError(
        f"cannot unpack a pack into {place.parent}: {_reason(error)}; set {CACHE_VARIABLE} to a "
        "folder you can write"
    )
