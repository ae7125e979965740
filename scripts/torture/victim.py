"""A command in a place of its own: started, killed, searched for what it left behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
MARK: Final = "SMR_TORTURE"
LIMIT_S: Final = 240.0
ORPHANS_END_S: Final = 5.0
TECHNIQUE: Final = "hamstring-ball-press"
SHORT: Final = (TECHNIQUE, "--sides", "left", "--sets", "1", "--talk", "minimal")
_MAGIC: Final = b"smrcache1\n"

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with all that a run touches: its output, its cache, its temporary files."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    def made(self) -> Place:
        for each in (self.out, self.cache, self.temporary):
            each.mkdir(parents=True, exist_ok=True)
        return self

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "SMR_AUDIO_CACHE": str(self.cache),
            "SMR_AUDIO_PROFILE": str(self.folder / "profile.yaml"),
            "TMPDIR": str(self.temporary),
            MARK: str(self.folder),
            **more,
        }

    def start(
        self, words: Sequence[str], *, python: Sequence[str] = ("-m", "smr_audio"), **more: str
    ) -> subprocess.Popen[bytes]:
        """The command in a process group of its own; what it says goes into a file."""
        with (self.folder / "said").open("wb") as said:
            return subprocess.Popen(
                [sys.executable, *python, *words], cwd=self.folder, start_new_session=True,
                env=self.environment(**more), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip

    def run(self, words: Sequence[str], **more: str) -> int:
        return self.start(words, **more).wait(timeout=LIMIT_S)

    def said(self) -> str:
        return (self.folder / "said").read_text(encoding="utf-8", errors="replace")

    def filled(self, place: Path, original: Path) -> None:
        """Put a copy of a folder in one's place."""
        shutil.rmtree(place, ignore_errors=True)
        if original.is_dir():
            shutil.copytree(original, place)
        else:
            place.mkdir()

    def living(self) -> list[int]:
        mark, found = f"{MARK}={self.folder}\0".encode(), []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):  # ended meanwhile
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def orphans(self) -> list[int]:
        """Those that still live after `ORPHANS_END_S`; they are ended then."""
        end_s = time.monotonic() + ORPHANS_END_S
        while (found := self.living()) and time.monotonic() < end_s:
            time.sleep(0.05)
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return found

    def leftovers(self) -> list[str]:
        """Temporary files and folders beside the output, in the cache and in the system's place."""
        left = [
            path for root in (self.out, self.cache) for path in root.rglob("*")
            if path.name.endswith(".tmp")
        ]  # fmt: skip
        return [str(path.relative_to(self.folder)) for path in (*left, *self.temporary.iterdir())]

    def untidy(self) -> list[str]:
        """What a run has left behind that is over: temporary files and processes."""
        living = [f"process {pid} lives on" for pid in self.orphans()]
        return [*(f"{name} is left" for name in self.leftovers()), *living]

    def torn(self) -> list[str]:
        """Entries of the cache that are not whole."""
        return [path.name for path in self.cache.rglob("*.smr") if not _is_whole(path)]


def jobs_of(*holds: int) -> str:
    """The table of a batch: a short silent session for each hold."""
    rows = (f"{TECHNIQUE},n{n},silent,{hold},left,1,minimal\n" for n, hold in enumerate(holds))
    return "routine,name,voice,hold,sides,sets,talk\n" + "".join(rows)


def files_of(folder: Path, *, but: Iterable[str] = ()) -> dict[str, bytes]:
    """The files of a folder by their paths in it, temporary ones and those named left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".tmp") and path.name not in set(but)
    }


def difference(found: Files, wanted: Files) -> list[str]:
    gone = [f"{name} is missing" for name in wanted if name not in found]
    more = [f"{name} is too much" for name in found if name not in wanted]
    both = [name for name in found if name in wanted and found[name] != wanted[name]]
    return sorted([*gone, *more, *(f"{name} differs" for name in both)])


def _is_whole(path: Path) -> bool:
    try:
        entry = path.read_bytes()
    except OSError:
        return True  # gone meanwhile
    data = entry[len(_MAGIC) + 32 :]
    checksum = hashlib.sha256(path.stem.encode() + data).digest()
    return entry.startswith(_MAGIC + checksum)
