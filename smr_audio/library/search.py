"""Where content files are, and the ids that name them."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from smr_audio.storage.paths import is_file

SUFFIXES: Final = (".yaml", ".yml")

FOLDERS: Final = {
    **{kind: f"{kind}s" for kind in ("technique", "routine", "course", "page")},
    **{kind: kind for kind in ("phrases", "lexicon")},
}


@cache
def shipped_content() -> Path:
    """The content folder that came with the package, or the one next to it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"


PACK_FILES: Final = ("pack.yaml", "pack.yml")
"""What makes a folder of content a pack."""

ID_PATTERN: Final = r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?![a-z0-9-]))[a-z0-9]+(-[a-z0-9]+)*"
"""Of an id, which is a file's name too: on every system."""


def is_pack_folder(folder: Path) -> bool:
    return any(is_file(folder / name) for name in PACK_FILES)


def is_id(name: str) -> bool:
    """Whether a name has the shape of an id, so that it cannot lead out of its folder."""
    return len(name) <= 60 and re.fullmatch(ID_PATTERN, name) is not None


def id_of(title: str) -> str:
    """A title as an id: `Evening Roll` is `evening-roll`. Empty if nothing of it can stay."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def is_full_id(name: str) -> bool:
    """Whether a name has the shape of an id in a pack: `PACK.ID`."""
    pack, dot, own = name.partition(".")
    return bool(dot) and is_id(pack) and is_id(own)


def yaml_entries(folder: Path) -> Iterator[Path]:
    """What ends in .yaml or .yml directly in a folder, hidden files aside, by name."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if not path.name.startswith(".") and path.name.lower().endswith(SUFFIXES):
            yield path


def yaml_tree(root: Path) -> Iterator[Path]:
    """Like `yaml_entries`, for a folder and all below it; links to folders are not followed."""
    for folder, below, _ in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from yaml_entries(Path(folder))


def content_root(folder: Path) -> Path:
    """The content folder that a folder of files belongs to: itself, or the one around it."""
    if folder.absolute().name not in FOLDERS.values():
        return folder
    return folder.parent if folder.name else folder / ".."  # the parent of "." is "." to pathlib


def ids_of(kind: str, roots: Iterable[Path]) -> tuple[str, ...]:
    found = (path for root in roots for path in yaml_entries(root / FOLDERS[kind]))
    return tuple(sorted({path.stem for path in found if is_id(path.stem) and is_file(path)}))


def files_of(roots: Iterable[Path], kind: str, name: str) -> list[Path]:
    return [path for root in roots if (path := file_of(root, kind, name))]


def file_of(root: Path, kind: str, name: str) -> Path | None:
    paths = (root / FOLDERS[kind] / f"{name}{suffix}" for suffix in SUFFIXES)
    return next(filter(is_file, paths), None) if is_id(name) else None
