"""A pack in a ZIP file: checked, then unpacked once into the cache's folder."""

import hashlib
import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from smr_audio.errors import BuildError, ContentError, Location, Problem, reason_of
from smr_audio.library.search import PACK_FILES
from smr_audio.storage.atomic import private_folder
from smr_audio.storage.paths import CACHE_VARIABLE, default_cache_root, is_folder, is_reserved

MOST_ENTRIES: Final = 2000
MOST_BYTES: Final = 100_000_000
"""Of the archive, and of all that is in it."""
_END_BYTES: Final = 22 + 65_535  # the end record, and the longest comment after it
_MOST_DIRECTORY_BYTES: Final = MOST_ENTRIES * 1000
_UNSAFE: Final = re.compile(r'[\\:*?"<>|]|(^|/)\.{0,2}(/|$)|[ .](/|$)')
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError, ValueError)


def unpacked(archive: Path) -> Path:
    """The folder of a pack in a ZIP file. Raises ContentError or BuildError."""
    try:
        with archive.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BuildError(f"cannot read {archive}: {reason_of(error)}; check the file") from None
    if len(data) > MOST_BYTES:
        raise _bad(archive, f"it has more than {MOST_BYTES} bytes; leave some out")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", archive.name).strip(".-") or "pack"
    place = default_cache_root() / "packs" / hashlib.sha256(data).hexdigest()[:40] / name
    try:
        if not is_folder(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with private_folder(place.parent.parent) as temporary:
                whole = temporary / name
                _unpack(archive, data, whole)
                try:
                    whole.rename(place)
                except OSError:
                    if not is_folder(place):  # else another process has unpacked it
                        raise
    except OSError as error:
        why = f"cannot unpack a pack into {place.parent}: {reason_of(error)}"
        raise BuildError(f"{why}; set {CACHE_VARIABLE} to a folder you can write") from None
    return place


def _unpack(archive: Path, data: bytes, folder: Path) -> None:
    # zipfile makes an object of each entry before their number can be asked for.
    tail = data[-_END_BYTES:]
    ends = (found.start() for found in re.finditer(b"PK\\x05\\x06", tail))
    sizes = (int.from_bytes(tail[at + 12 : at + 16], "little") for at in ends)
    if b"PK\x06\x07" in tail or any(size > _MOST_DIRECTORY_BYTES for size in sizes):
        raise _bad(archive, f"its list of entries is too long, for at most {MOST_ENTRIES}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            for name, info in _files(archive, zipped.infolist()).items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                # zipfile gives no more bytes than the size that the entry states.
                target.write_bytes(zipped.read(info))
    except _DAMAGE as error:
        raise _bad(archive, f"it cannot be unpacked ({error}); pack it again") from None


def _files(archive: Path, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files to unpack, by their path in the pack. Raises ContentError."""
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise _bad(archive, f"a pack has at most {MOST_ENTRIES} entries and {MOST_BYTES} bytes; leave some out")
    for info in infos:
        if fault := _fault(info):
            raise _bad(archive, f"entry {info.filename[:80]!r}: {fault}")
    litter = re.compile(r"^__MACOSX/|(^|/)\.DS_Store$")  # of macOS
    files = [i for i in infos if not i.is_dir() and not litter.search(i.filename)]
    paths = [PurePosixPath(info.filename) for info in files]
    names = {str(path).casefold() for path in paths}
    folders = {str(parent).casefold() for path in paths for parent in path.parents}
    if len(names) < len(files) or names & folders:
        raise _bad(archive, "two of its entries have one name; take one out")
    packs = [path for path in paths if path.name in PACK_FILES]
    top = min(packs, key=lambda path: len(path.parts), default=PurePosixPath()).parent
    if not packs or len(top.parts) > 1 or any(top not in path.parents for path in paths):
        message = "a pack has pack.yaml at its top, or in one folder with all its files"
        raise _bad(archive, f"{message}; pack it again")
    return {str(path.relative_to(top)): info for path, info in zip(paths, files, strict=True)}


def _fault(info: zipfile.ZipInfo) -> str | None:
    name = info.filename.removesuffix("/")
    if _UNSAFE.search(name) or not name.isprintable() or len(name) > 200 or any(map(is_reserved, name.split("/"))):
        return "its name leads out of the pack, or not every system takes it; rename it"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device; put the file itself in its place"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is compressed in an unusual way; use deflate"
    return None


def _bad(archive: Path, message: str) -> ContentError:
    return ContentError([Problem(Location(str(archive)), message)])
