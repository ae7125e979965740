"""What a published folder holds, and what each session in it was made from: `.site.json`.

Only the files that it lists are ours: nothing else in the folder is overwritten or removed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from smr_audio.publish.listing import Facts

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

    def as_bytes(self) -> bytes:
        """The file, the same for the same stamps."""
        value = {
            "format": LEDGER_FORMAT,
            "files": {
                name: [[stamp.sha256, stamp.bytes]] if stamp else []
                for name, stamp in sorted(self.files.items())
            },
            "sessions": {name: asdict(entry) for name, entry in sorted(self.sessions.items())},
        }
        return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


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
        return SiteLedger(files, {name: _entry(one) for name, one in value["sessions"].items()})
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


def _entry(value: dict[str, Any]) -> SiteEntry:
    facts = value["facts"]
    lists = {name: tuple(map(str, facts[name])) for name in ("tools", "muscles", "warnings")}
    return SiteEntry(value["key"], Facts(**{**facts, **lists}), value["published"])
