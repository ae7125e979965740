"""Put a site's files in place together: all new files are written first, then moved at once.

Visitors see the old site until then. Files that others name come before those that name them,
and files that nothing names any more are removed last, so no page leads to a missing file.

`.site.json` lists what the folder holds, and what each session in it was made from. Only the files
that it lists are ours: nothing else in the folder is overwritten or removed.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from smr_audio.errors import BuildError
from smr_audio.mp3.linker import Piece
from smr_audio.publish.listing import Facts
from smr_audio.records import asdict, dataclass, field
from smr_audio.storage.atomic import (
    atomic_output,
    cannot_write,
    flush_to_disk,
    folder_lock,
    private_folder,
    refuse_reserved,
)
from smr_audio.storage.signals import held_back
from smr_audio.studio.output.mp3_file import write_file

LEDGER: Final = ".site.json"
LEDGER_FORMAT: Final = "smr-audio/site-ledger-1"
_AT_ONCE: Final = 1 << 20
# A folder may come from anywhere, so no name in its ledger may lead out of it.
_OURS: Final = re.compile(r"([a-z0-9]+/)?[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The content of a file."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """A session of an earlier run: the key of all it was made from, and when it came out.

    `published` is a time such as `2026-05-01T12:00:00+00:00`; empty if no date was given.
    """

    key: str
    facts: Facts
    published: str = ""


@dataclass(frozen=True, slots=True)
class SiteLedger:
    """A folder's files, and its sessions by id.

    A file has no stamp if a run was killed while it put the new one in place.
    """

    files: Mapping[str, FileStamp | None] = field(default_factory=dict)
    sessions: Mapping[str, SiteEntry] = field(default_factory=dict)


def read_ledger(folder: Path) -> SiteLedger | None:
    """The ledger of a folder; None if it has none that can be read."""
    try:
        value = json.loads((folder / LEDGER).read_bytes())
        if value["format"] != LEDGER_FORMAT:
            return None
        files = {
            name: FileStamp(*stamps[0]) if len(stamps) == 1 else None
            for name, stamps in value["files"].items()
            if _OURS.fullmatch(name)
        }
        sessions = {}
        for name, one in value["sessions"].items():
            facts: dict[str, Any] = {
                key: tuple(map(str, each)) if isinstance(each, list) else each for key, each in one["facts"].items()
            }
            sessions[name] = SiteEntry(one["key"], Facts(**facts), one["published"])
        return SiteLedger(files, sessions)
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def stamp_of(pieces: Iterable[bytes | bytearray | memoryview]) -> FileStamp:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return FileStamp(digest.hexdigest(), size)


def stamp_of_file(path: Path) -> FileStamp | None:
    """The stamp of a file; None if there is none that can be read."""
    try:
        with path.open("rb") as file:
            return stamp_of(iter(lambda: file.read(_AT_ONCE), b""))
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the site, by its path in it, and what became of it."""

    path: str
    bytes: int
    status: Literal["written", "unchanged", "removed"]


@dataclass(frozen=True, slots=True)
class Staging:
    """New files in the folder `private`. `before` is what the site held; `files` what it will."""

    folder: Path
    private: Path
    before: SiteLedger
    files: dict[str, FileStamp] = field(default_factory=dict)
    _new: dict[str, Path] = field(default_factory=dict)

    def holds(self, names: Iterable[str]) -> bool:
        """Whether these files are there, just as the last run left them."""
        stamps = [(name, self.before.files.get(name)) for name in names]
        return all(stamp and stamp_of_file(self.folder / name) == stamp for name, stamp in stamps)

    def keep(self, names: Iterable[str]) -> None:
        """Leave these files, which `holds`, as they are."""
        self.files.update((name, stamp) for name in names if (stamp := self.before.files[name]))

    def add(self, name: str, content: bytes | Sequence[Piece]) -> None:
        """Write a file, unless the same is there already.

        The first to add a file decides. Raises BuildError for one that is not ours.
        """
        if name in self.files:
            return
        pieces = [content] if isinstance(content, bytes) else content
        _refuse_foreign(self.folder, name, self.before)
        stamp = self.files[name] = stamp_of(pieces)
        path = self.folder / name
        if stamp_of_file(path) == stamp:
            return
        refuse_reserved(path)
        temporary = self._new[name] = self.private / f"{len(self._new)}.tmp"
        with _explained(path):
            path.parent.mkdir(exist_ok=True)
            if path.parent.stat().st_dev != self.private.stat().st_dev:
                raise BuildError(
                    f"{path.parent} is on another disk than {self.folder}, so the site cannot be "
                    "put in place at once; make it an ordinary folder"
                )
            write_file(temporary, pieces, size=stamp.bytes, shown=path, digested=False)

    def read(self, name: str) -> bytes:
        """A file that was added or kept."""
        return self._new.get(name, self.folder / name).read_bytes()

    def commit(self, sessions: Mapping[str, SiteEntry], *, last: Sequence[str]) -> tuple[SiteFile, ...]:
        """Move everything to its place, those of `last` in their order after the others.

        Then what the last run left and this one has not is removed, if it is still ours.
        """
        for name, temporary in self._new.items():
            with _explained(self.folder / name):
                flush_to_disk(temporary)
        names = [*sorted(set(self._new) - set(last)), *(name for name in last if name in self._new)]
        # From here on it takes a moment, and must not be interrupted.
        with held_back("SIGINT", "SIGTERM", "SIGHUP"):
            # Written first, so that after a kill the next run knows the new files as ours.
            moving = dict.fromkeys(names)
            self._write(SiteLedger({**self.before.files, **moving}, self.before.sessions))
            for name in names:
                with _explained(self.folder / name):
                    self._new[name].replace(self.folder / name)
            gone = [name for name in sorted(self.before.files) if name not in self.files]
            files = [file for name in gone if (file := self._removed(name))]
            self._write(SiteLedger(self.files, sessions))
        for name, stamp in self.files.items():
            files.append(SiteFile(name, stamp.bytes, "written" if name in self._new else "unchanged"))
        return tuple(sorted(files, key=lambda file: file.path))

    def _write(self, ledger: SiteLedger) -> None:
        value = {
            "format": LEDGER_FORMAT,
            "files": {
                name: [[stamp.sha256, stamp.bytes]] if stamp else [] for name, stamp in sorted(ledger.files.items())
            },
            "sessions": {name: asdict(entry) for name, entry in sorted(ledger.sessions.items())},
        }
        content = json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"
        path = self.folder / LEDGER
        if stamp_of_file(path) != stamp_of([content]):
            with atomic_output(path) as temporary:
                temporary.write_bytes(content)

    def _removed(self, name: str) -> SiteFile | None:
        """Remove a file, unless somebody has changed it since."""
        path, stamp = self.folder / name, self.before.files[name]
        found = stamp_of_file(path)
        if found is None or stamp not in (None, found):
            return None
        with contextlib.suppress(OSError):
            path.unlink()
        with contextlib.suppress(OSError):  # it is not empty, or the folder itself
            if path.parent != self.folder:
                path.parent.rmdir()
        return SiteFile(name, found.bytes, "removed")


def _refuse_foreign(folder: Path, name: str, before: SiteLedger) -> None:
    """Raise BuildError for a file that is there and is not ours."""
    if name in before.files or not (folder / name).exists():
        return
    there = f"{folder / name} is there and is no file of this site"
    if before.files:
        raise BuildError(f"{there}; move it, or name another folder")
    raise BuildError(
        f"{there} that is known: {folder / LEDGER}, which lists the site's own, is missing "
        "or damaged; name another folder, or delete the old site if it is one"
    )


@contextmanager
def staged(folder: Path, names: Iterable[str]) -> Iterator[Staging]:
    """The folder of a site that will hold these files, for one run at a time.

    Raises BuildError if it cannot be written, or holds one of them that is not ours.
    """
    before = read_ledger(folder) or SiteLedger()
    for name in sorted(names):
        _refuse_foreign(folder, name, before)
    with ExitStack() as stack:
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            locked = stack.enter_context(folder_lock(folder, within_s=0))
            private = stack.enter_context(private_folder(folder)) if locked else None
        if private is None:
            raise BuildError(f"another run publishes in {folder}; wait for it to end")
        yield Staging(folder, private, before)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Raise BuildError that names `path` for an error of the file system."""
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error
