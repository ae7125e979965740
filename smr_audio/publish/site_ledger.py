"""What a published folder holds, and what each session in it was made from: `.site.json`.

Only what stands there is ours: nothing else in the folder is ever written over or removed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

LEDGER: Final = ".site.json"
LEDGER_FORMAT: Final = "smr-audio/site-ledger-1"
_AT_ONCE: Final = 1 << 20
# A ledger may come with a folder from anywhere; none of its names may lead out of there.
_OURS: Final = re.compile(r"([a-z0-9]+/)?[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class FileStamp:
    """The content of a file."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What lists say of a session. `bytes` are those of its MP3."""

    id: str
    title: str
    about: str
    language: str
    duration_ms: int
    bytes: int
    tools: tuple[str, ...]
    muscles: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """A session of an earlier run: the key of all it was made from, and when it came out.

    `published` is a time such as `2026-05-01T12:00:00+00:00`; empty if nobody gave a date.
    """

    key: str
    facts: Facts
    published: str = ""


@dataclass(frozen=True, slots=True)
class SiteLedger:
    """A folder's files, and its sessions by id.

    A file has two stamps if a run was stopped while it put the new one in place.
    """

    files: Mapping[str, tuple[FileStamp, ...]] = field(default_factory=dict)
    sessions: Mapping[str, SiteEntry] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """The file, the same for the same stamps."""
        value = {
            "format": LEDGER_FORMAT,
            "files": {
                name: [[one.sha256, one.bytes] for one in stamps]
                for name, stamps in sorted(self.files.items())
            },
            "sessions": {name: asdict(kept) for name, kept in sorted(self.sessions.items())},
        }
        return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def read_stamps(folder: Path) -> SiteLedger | None:
    """The stamps of a folder; None if it has none that can be read."""
    try:
        value = json.loads((folder / LEDGER).read_bytes())
        if value["format"] != LEDGER_FORMAT:
            return None
        files = {
            name: tuple(FileStamp(str(sha256), int(size)) for sha256, size in stamps)
            for name, stamps in value["files"].items()
            if _OURS.fullmatch(name)
        }
        return SiteLedger(files, {name: _kept(one) for name, one in value["sessions"].items()})
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def stamp_of(pieces: Iterable[bytes | bytearray | memoryview]) -> FileStamp:
    """The stamp of a content in pieces."""
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


def _kept(value: dict[str, Any]) -> SiteEntry:
    facts = value["facts"]
    # A ledger that was edited must not fail later, where nobody expects it.
    read = Facts(
        id=str(facts["id"]),
        title=str(facts["title"]),
        about=str(facts["about"]),
        language=str(facts["language"]),
        duration_ms=int(facts["duration_ms"]),
        bytes=int(facts["bytes"]),
        tools=tuple(map(str, facts["tools"])),
        muscles=tuple(map(str, facts["muscles"])),
        warnings=tuple(map(str, facts["warnings"])),
    )
    return SiteEntry(str(value["key"]), read, str(value["published"]))
