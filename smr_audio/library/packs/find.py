"""Packs: folders of content with a name space of their own, given by path or installed.

A pack's technique is `PACK.ID`. Packs given by path are read at once. Installed packs, the entry
points of the group `smr_audio.packs`, are read only when a name is not found elsewhere, since
finding them takes longer than most commands.
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from smr_audio.errors import ContentError, Location, MissingError, Problem, SmrAudioError
from smr_audio.installed import installed, package_of
from smr_audio.library.load import read_content
from smr_audio.library.models import PackFile
from smr_audio.library.search import PACK_FILES, is_pack_folder
from smr_audio.records import dataclass, replace
from smr_audio.storage.paths import is_file, is_folder, real_path

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "smr_audio.packs"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that can be read. `place` is its path, or the name of its package."""

    id: str
    root: Path
    place: str
    about: PackFile
    installed: bool = False


@dataclass(frozen=True, slots=True)
class BrokenPack:
    """An installed pack that cannot be read; `place` is the name and version of its package."""

    id: str
    place: str
    reason: str
    content_error: ContentError | None

    @property
    def text(self) -> str:
        return f"the pack '{self.id}' of {self.place} cannot be read: {self.reason}"


class Packs:
    """The packs there are: those given, and the installed ones once they are looked for."""

    def __init__(self, given: Iterable[Pack]) -> None:
        self._given: dict[str, Pack] = {}
        for pack in given:
            self.add(pack)

    def add(self, pack: Pack) -> bool:
        """Add one; False if it is there already. Raises ContentError for another of its id."""
        other = self._given.get(pack.id) or self.installed.get(pack.id)
        if other is not None and real_path(other.root) != real_path(pack.root):
            message = f"this pack is called '{pack.id}', and so is {other.place}; use one of the two"
            raise ContentError([Problem(Location(pack.place), message)])
        self._given.setdefault(pack.id, pack)
        return other is None

    @cached_property
    def _found(self) -> dict[str, Pack | BrokenPack]:
        return _installed()

    @property
    def looked(self) -> bool:
        return "_found" in self.__dict__

    @property
    def installed(self) -> dict[str, Pack]:
        return {name: each for name, each in self._found.items() if isinstance(each, Pack)}

    @property
    def broken(self) -> tuple[BrokenPack, ...]:
        return tuple(each for each in self._found.values() if isinstance(each, BrokenPack))

    def all(self, *, look: bool = True) -> tuple[Pack, ...]:
        """Every pack; without `look`, of the installed ones those that are known."""
        return tuple({**(self.installed if look or self.looked else {}), **self._given}.values())

    def named(self, name: str) -> Pack | None:
        """The pack of an id. Raises ContentError or MissingError if it cannot be read."""
        if name in self._given:
            return self._given[name]
        found = self._found.get(name)
        if isinstance(found, BrokenPack):
            raise found.content_error or MissingError(f"{found.text}; install it again, or update it")
        return found


def pack_at(place: Path) -> Pack | None:
    """The pack in a folder or a ZIP file; None for a folder without one.

    Raises ContentError for one that does not check, BuildError if it cannot be unpacked.
    """
    if is_file(place):
        from smr_audio.library.packs.unzip import unpacked  # few packs are zipped

        return _read(unpacked(place), str(place), shown=place)
    return _read(place, str(place)) if is_pack_folder(place) else None


def _read(root: Path, place: str, *, shown: Path | None = None, installed: bool = False) -> Pack:
    """`shown` stands for the path of what was unpacked, which the user has not seen."""
    path = next((root / name for name in PACK_FILES if is_file(root / name)), root / PACK_FILES[0])
    try:
        about = read_content(path)
    except ContentError as error:
        name = f"{shown}/{path.name}" if shown else str(path)
        raise ContentError(replace(p, location=replace(p.location, path=name)) for p in error.problems) from None
    if not isinstance(about, PackFile):
        message = "this file holds 'kind: pack'; mend its kind, or give it another name"
        raise ContentError([Problem(Location(str(path), 1, 1), message)])
    return Pack(about.id, root, place, about, installed)


def _installed() -> dict[str, Pack | BrokenPack]:
    """Every installed pack by its id, read or broken. Imports the packages that name one."""
    found: dict[str, Pack | BrokenPack] = {}
    for point in installed(GROUP):
        package = package_of(point)
        try:
            pack: Pack | BrokenPack = _read_installed(point, package)
        except SmrAudioError as error:
            pack = _broken(point.name, package, str(error), error)
        except (Exception, SystemExit) as error:  # noqa: BLE001  other people's code
            pack = _broken(point.name, package, f"{type(error).__name__}: {error}")
        other = found.setdefault(pack.id, pack)
        if other is not pack:
            places = f"{other.place} and {pack.place}"
            found[pack.id] = _broken(pack.id, places, f"{places} are both called so; uninstall one of the two")
    return found


def _broken(name: str, place: str, reason: str, error: SmrAudioError | None = None) -> BrokenPack:
    reason = " ".join(reason.split("\n", maxsplit=1)[0].split()) or "no reason given"
    return BrokenPack(name, place, reason, error if isinstance(error, ContentError) else None)


def _read_installed(point: "EntryPoint", package: str) -> Pack:
    root = _folder_of(point.load())
    if not is_pack_folder(root):
        raise MissingError(f"{root} has no pack.yaml" if is_folder(root) else f"{root}: there is no such folder")
    pack = _read(root, f"the package {package}", installed=True)
    if pack.id != point.name:
        raise MissingError(f"its entry point is named '{point.name}', and its pack.yaml says '{pack.id}'")
    return pack


def _folder_of(value: Any) -> Path:
    """The folder of an entry point: that of a package, a path, or what a function returns."""
    from importlib.resources import files  # slow, and most commands do not need it

    if isinstance(value, ModuleType):
        # Through a file, since a package without __init__.py may lie in several folders.
        file = files(value).joinpath(PACK_FILES[0])
        value = file.parent if isinstance(file, Path) else file
    elif callable(value) and not isinstance(value, Path):
        value = value()
    if not isinstance(value, str | Path):
        raise MissingError(f"it gives no folder on the disk, but a {type(value).__name__}")
    return Path(value)
