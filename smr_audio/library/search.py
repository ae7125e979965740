"""Where content is: the shipped folder, folders of one's own before it, packs after them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Final

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.library.ids import SUFFIXES, is_full_id, is_id, yaml_entries, yaml_tree
from smr_audio.library.packs.find import BrokenPack, Pack, Packs, ids_in, pack_around, pack_at
from smr_audio.storage.paths import is_file, is_folder, is_there, real_path
from smr_audio.suggest import did_you_mean

FOLDERS: Final = {
    "technique": "techniques",
    "routine": "routines",
    "course": "courses",
    "phrases": "phrases",
    "lexicon": "lexicon",
}


@cache
def shipped_content() -> Path:
    """The content folder that came with the package, or the checkout's beside it."""
    package = Path(str(files("smr_audio")))
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"


class Finder:
    """Finds files by kind and id, and knows every id there is."""

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        """Raises as `Library` does."""
        self._roots: list[Path] = []
        packs: list[Pack] = []
        for folder in map(Path, folders):
            if not is_folder(folder) and not is_file(folder):
                kind = (
                    "is no folder and no ZIP file"
                    if is_there(folder)
                    else ("there is no such content folder")
                )
                raise UsageError(f"{folder}: {kind}; check the path")
            pack = pack_at(folder)
            packs.append(pack) if pack else self._roots.append(folder)
        self._roots.append(shipped_content())
        self._packs = Packs(packs)
        self._full_ids: dict[str, str] = {}
        self._ids: dict[str, tuple[str, ...]] = {}

    def take_in(self, folder: Path) -> Pack | None:
        """Search a folder too, just before the shipped one; the pack, if it is one."""
        pack = pack_around(folder)
        if pack is not None:
            if self._packs.add(pack):
                self.forget()
        elif real_path(folder) not in {real_path(root) for root in self._roots}:
            self._roots.insert(len(self._roots) - 1, folder)
            self.forget()
        return pack

    def forget(self) -> None:
        """Forget what was found: there is another folder to search."""
        self._full_ids.clear()
        self._ids.clear()

    def full_id(self, name: str) -> str:
        """The id that a technique has everywhere; the name itself if nobody knows it.

        Raises UsageError for one that several packs have, if it is named without its pack.
        """
        if name not in self._full_ids:
            place = self.find("technique", name)
            pack = place[1] if place else None
            self._full_ids[name] = name if pack is None or is_full_id(name) else f"{pack.id}.{name}"
        return self._full_ids[name]

    def knows(self, name: str) -> bool:
        """Whether there is a technique of this name. Raises UsageError as `full_id` does."""
        return self.find("technique", name) is not None

    def pack_of(self, path: Path) -> Pack | None:
        """The pack that a file is in."""
        root = real_path(content_root(path.parent))
        return next((pack for pack in self._packs.all() if real_path(pack.root) == root), None)

    def naming(self, pack: Pack | None) -> Callable[[str], str]:
        """What makes names in full, as they are meant inside a pack, or outside any."""

        def full(name: str) -> str:
            if pack is not None and _file(pack.root, "technique", name):
                return f"{pack.id}.{name}"
            try:
                return self.full_id(name)
            except SmrAudioError:
                return name  # whoever asks for it hears of it, with the place

        return full

    def unknown_pack(self, name: str) -> str | None:
        """What is wrong with the pack in `PACK.ID`, where it is that; else None."""
        pack = name.partition(".")[0]
        known = [each.id for each in self._packs.all()]
        if not is_full_id(name) or pack in known:
            return None
        return f"there is no pack '{pack}'; {did_you_mean(pack, known)}"

    def packs(self) -> tuple[Pack, ...]:
        """Every pack, those given first."""
        return self._packs.all()

    def broken_packs(self, *, look: bool = True) -> tuple[BrokenPack, ...]:
        """Installed packs that cannot be read; unless `look`, only if others were asked for."""
        return self._packs.broken if look or self._packs.looked else ()

    def replaced(self, kind: str, name: str) -> Path | None:
        """The folder of one's own whose file of this id stands in place of the shipped one."""
        shipped = _file(self._roots[-1], kind, name) if len(self._roots) > 1 else None
        if shipped is None:
            return None
        root, path = next((r, p) for r in self._roots if (p := _file(r, kind, name)))
        return root if real_path(path) != real_path(shipped) else None

    def routine_ids(self) -> tuple[str, ...]:
        """Every routine's id, sorted, those of packs after the others."""
        return self._all_ids("routine")

    def course_ids(self) -> tuple[str, ...]:
        """Every course's id, sorted, those of packs after the others."""
        return self._all_ids("course")

    def technique_ids(self) -> tuple[str, ...]:
        """Every technique's id, sorted, those of packs after the others."""
        return self._all_ids("technique")

    def languages(self) -> tuple[str, ...]:
        """The languages that have phrases, sorted."""
        if "phrases" not in self._ids:
            self._ids["phrases"] = ids_of("phrases", self.folders())
        return self._ids["phrases"]

    def folders(self) -> tuple[Path, ...]:
        """Every folder of content in the order of search, those of packs last."""
        return (*self._roots, *(pack.root for pack in self._packs.all()))

    def files(self) -> Iterator[Path]:
        """Every content file of every folder."""
        for root in self.folders():
            yield from yaml_tree(root)

    def path_of(self, kind: str, name: str) -> Path | None:
        """The file of an id. Raises UsageError as `full_id` does."""
        found = self.find(kind, name)
        return found[0] if found else None

    def find(
        self, kind: str, name: str, *, in_packs: bool | None = None
    ) -> tuple[Path, Pack | None] | None:
        """The file of an id and the pack it is in; in packs only, or outside only, if said."""
        if not in_packs and (paths := files_of(self._roots, kind, name)):
            return paths[0], None
        if in_packs is False:
            return None
        if is_full_id(name):
            of, _, own = name.partition(".")
            pack = self._packs.named(of)
            path = _file(pack.root, kind, own) if pack else None
            return (path, pack) if path else None
        if not is_id(name):
            return None
        found = [
            (path, pack) for pack in self._packs.all() if (path := _file(pack.root, kind, name))
        ]
        if len(found) > 1:
            names = ", ".join(f"{pack.id}.{name}" for _, pack in found)
            raise UsageError(f"several packs have '{name}'; name one of {names}")
        return found[0] if found else None

    def _all_ids(self, kind: str) -> tuple[str, ...]:
        if kind not in self._ids:
            in_packs = (ids_in(pack, ids_of(kind, (pack.root,))) for pack in self._packs.all())
            self._ids[kind] = (*ids_of(kind, self._roots), *sorted(chain(*in_packs)))
        return self._ids[kind]


def content_root(folder: Path) -> Path:
    """The content folder that a folder of files belongs to: itself, or the one around it."""
    if folder.absolute().name not in FOLDERS.values():
        return folder
    return folder.parent if folder.name else folder / ".."  # the parent of "." is "." to pathlib


def ids_of(kind: str, roots: Iterable[Path]) -> tuple[str, ...]:
    """The ids of all files of a kind, sorted."""
    found = {
        path.stem
        for root in roots
        for path in yaml_entries(root / FOLDERS[kind])
        if is_id(path.stem) and is_file(path)
    }
    return tuple(sorted(found))


def files_of(roots: Iterable[Path], kind: str, name: str) -> list[Path]:
    """The files of an id, as they come in these folders."""
    return [path for root in roots if (path := _file(root, kind, name))]


def _file(root: Path, kind: str, name: str) -> Path | None:
    if not is_id(name):
        return None
    for suffix in SUFFIXES:
        path = root / FOLDERS[kind] / f"{name}{suffix}"
        if is_file(path):
            return path
    return None
