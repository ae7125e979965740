"""Put a site's files in place together: all that is new is written beside, then moved at once.

Whoever visits sees the old site until then. What others name comes before what names it, and
what nothing names any more goes last, so no page ever leads to a file that is not there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from smr_audio.errors import BuildError
from smr_audio.mp3.linker import Piece
from smr_audio.publish.site_ledger import (
    LEDGER,
    FileStamp,
    SiteEntry,
    SiteLedger,
    read_stamps,
    stamp_of,
    stamp_of_file,
)
from smr_audio.storage.atomic import atomic_output, flush_to_disk, sweep_of
from smr_audio.storage.locks import try_lock
from smr_audio.storage.signals import held_back
from smr_audio.studio.output.mp3_file import write_file

Status: TypeAlias = Literal["written", "unchanged", "removed"]

LOCK: Final = ".site.lock"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the site, by its path in it, and what became of it."""

    path: str
    bytes: int
    status: Status


@dataclass(slots=True)
class Staging:
    """New files beside their places. `before` is what the folder held; the rest is new."""

    folder: Path
    before: SiteLedger
    files: dict[str, FileStamp] = field(default_factory=dict)
    _open: dict[str, ExitStack] = field(default_factory=dict)
    _temporaries: list[Path] = field(default_factory=list)
    _all: ExitStack = field(default_factory=ExitStack)

    def holds(self, names: Iterable[str]) -> bool:
        """Whether these files are there, just as the last run left them."""
        for name in names:
            stamps = self.before.files.get(name, ())
            if len(stamps) != 1 or stamp_of_file(self.folder / name) != stamps[0]:
                return False
        return True

    def keep(self, names: Iterable[str]) -> None:
        """Leave these files as they are; `holds` said so."""
        self.files.update((name, self.before.files[name][0]) for name in names)

    def add(self, name: str, content: bytes | Sequence[Piece]) -> FileStamp:
        """Write a file beside its place, unless the same is there already."""
        pieces: Sequence[Piece] = [content] if isinstance(content, bytes) else content
        stamp = self.files[name] = stamp_of(pieces)
        path = self.folder / name
        if stamp_of_file(path) == stamp:
            return stamp
        place = self._open[name] = ExitStack()
        # Pushed before it is entered: whatever fails from here on, no temporary file stays.
        self._all.push(place)
        temporary = place.enter_context(atomic_output(path, synced=False, held=False))
        write_file(temporary, pieces, size=stamp.bytes, shown=path, digested=False)
        self._temporaries.append(temporary)
        return stamp

    def commit(
        self, sessions: Mapping[str, SiteEntry], *, last: Sequence[str]
    ) -> tuple[SiteFile, ...]:
        """Move everything to its place, those of `last` in their order after the others.

        Then what the last run left and this one has not is removed, if it is still ours.
        """
        for temporary in self._temporaries:
            flush_to_disk(temporary)
        names = [
            *sorted(set(self._open) - set(last)),
            *(name for name in last if name in self._open),
        ]
        # From here on it takes a moment, in which nothing shall stop half-way.
        with held_back("SIGINT", "SIGTERM", "SIGHUP"):
            # What is to come is noted first, so that whoever is killed now finds it is theirs.
            self._note(self._either(), self.before.sessions)
            for name in names:
                self._open[name].close()
            gone = [name for name in sorted(self.before.files) if name not in self.files]
            removed = [file for name in gone if (file := self._removed(name))]
            self._note({name: (stamp,) for name, stamp in self.files.items()}, sessions)
        shown: list[SiteFile] = [
            SiteFile(name, stamp.bytes, "written" if name in self._open else "unchanged")
            for name, stamp in self.files.items()
        ]
        return tuple(sorted([*shown, *removed], key=lambda file: file.path))

    def _either(self) -> dict[str, tuple[FileStamp, ...]]:
        """Each file with what it may hold until all is done."""
        either = dict(self.before.files)
        for name, stamp in self.files.items():
            either[name] = tuple(dict.fromkeys((*either.get(name, ()), stamp)))
        return either

    def _note(
        self, files: Mapping[str, tuple[FileStamp, ...]], sessions: Mapping[str, SiteEntry]
    ) -> None:
        content = SiteLedger(files, sessions).as_bytes()
        path = self.folder / LEDGER
        if stamp_of_file(path) != stamp_of([content]):
            with atomic_output(path) as temporary:
                temporary.write_bytes(content)

    def _removed(self, name: str) -> SiteFile | None:
        """Remove a file; one that somebody has changed since is theirs, and stays."""
        path, stamps = self.folder / name, self.before.files[name]
        found = stamp_of_file(path)
        if found is None or found not in stamps:
            return None
        with contextlib.suppress(OSError):
            path.unlink()
        with contextlib.suppress(OSError):  # it is not empty, or the folder itself
            if path.parent != self.folder:
                path.parent.rmdir()
        return SiteFile(name, found.bytes, "removed")


@contextmanager
def staged(folder: Path, names: Iterable[str]) -> Iterator[Staging]:
    """The folder of a site that shall hold these files, for one run at a time.

    Raises BuildError if it cannot be written, or holds one of them that is not ours.
    """
    wanted = sorted(names)
    found = read_stamps(folder)
    before = found or SiteLedger()
    for name in wanted:
        if (folder / name).exists() and name not in before.files:
            raise BuildError(_in_the_way(folder, name, known=found is not None))
    with _alone(folder):
        for place in {folder, *((folder / name).parent for name in (*wanted, *before.files))}:
            own = [*wanted, *before.files, LEDGER]
            sweep_of(place, [Path(name).name for name in own if (folder / name).parent == place])
        with ExitStack() as stack:
            staging = Staging(folder, before)
            stack.push(staging._all)
            yield staging


def _in_the_way(folder: Path, name: str, *, known: bool) -> str:
    """What to do about a file that is not ours, as far as is `known`."""
    there = f"{folder / name} is there and is no file of this site"
    if known:
        return f"{there}; move it, or name another folder"
    return (
        f"{there} that is known: {folder / LEDGER}, which lists the site's own, is missing or "
        "damaged; name another folder, or delete the old site if it is one"
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BuildError(f"cannot write {path}: {reason}; name another folder") from error
    with file:
        if not try_lock(file):
            raise BuildError(f"another run publishes in {folder}; wait for it to end")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
