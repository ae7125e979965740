"""Find content by id or path: folders of one's own, the shipped one after them, then packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TypeVar

from smr_audio.errors import (
    ContentError,
    Location,
    MissingError,
    Problem,
    SmrAudioError,
    UsageError,
)
from smr_audio.library.files import read_content
from smr_audio.library.lexicon import Lexicon, LexiconFile, merge_lexicons
from smr_audio.library.models import (
    Claims,
    Defaults,
    Evidence,
    Limits,
    PhraseFile,
    Phrases,
    Routine,
    Step,
    Technique,
)
from smr_audio.library.naming import routine_in_full, technique_in_full
from smr_audio.library.packs import BrokenPack, Pack, Packs, ids_in, pack_around, pack_at
from smr_audio.library.phrases import merge_phrases
from smr_audio.library.places import (
    SUFFIXES,
    is_file,
    is_folder,
    is_full_id,
    is_id,
    is_there,
    real_path,
    yaml_entries,
    yaml_tree,
)
from smr_audio.suggest import did_you_mean

T = TypeVar("T")

FOLDERS = {
    "technique": "techniques", "routine": "routines", "phrases": "phrases", "lexicon": "lexicon",
}  # fmt: skip


@cache
def shipped_content() -> Path:
    """The content folder that came with the package, or the checkout's beside it."""
    package = Path(str(files("smr_audio")))
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"


class Library:
    """Content of the shipped folder, of `folders`, whose files win over it, and of packs.

    A folder with a `pack.yaml`, or a ZIP file of one, is a pack: it replaces nothing, since its
    ids stand in its name space. Files are read when they are asked for, and once. Raises
    UsageError for a folder that is not there, ContentError for a pack that does not check.
    """

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self._roots: list[Path] = []
        packs: list[Pack] = []
        for folder in map(Path, folders):
            if not is_folder(folder) and not is_file(folder):
                kind = "is no folder and no ZIP file" if is_there(folder) else (
                    "there is no such content folder"
                )
                raise UsageError(f"{folder}: {kind}; check the path")
            pack = pack_at(folder)
            packs.append(pack) if pack else self._roots.append(folder)
        self._roots.append(shipped_content())
        self._packs = Packs(packs)
        self._techniques: dict[str, Technique] = {}
        self._shipped: dict[str, object] = {}
        self._full_ids: dict[str, str] = {}
        self._phrases: dict[tuple[str, bool], Phrases] = {}
        self._lexicons: dict[str, Lexicon] = {}

    def load(self, target: str | Path) -> Routine:
        """The routine for an id or a YAML file's path; a technique stands as a routine of one.

        Raises UsageError for an unknown id or a file that is not there, ContentError for a
        file that does not check.
        """
        name = str(target)
        if isinstance(target, Path) or is_path(name):
            return self._load_file(Path(name))
        for in_packs in (False, True):
            if found := self._find("routine", name, in_packs=in_packs):
                routine = _expect(found[0], read_content(found[0]), Routine, "routine")
                return self.routine_in_full(routine, found[1])
            if self._find("technique", name, in_packs=in_packs):
                return routine_of(self.technique(name))
        known = [*self.routine_ids(), *self.technique_ids()]
        raise UsageError(f"there is no routine or technique '{name}'; {did_you_mean(name, known)}")

    def _load_file(self, path: Path) -> Routine:
        content = read_content(path)
        beside = content_root(path.parent)
        if pack := pack_around(beside):
            self._packs.add(pack)
            self._full_ids.clear()
            self._phrases.clear()
        elif real_path(beside) not in {real_path(root) for root in self._roots}:
            self._roots.insert(len(self._roots) - 1, beside)
        if isinstance(content, Routine):
            return self.routine_in_full(content, pack)
        if isinstance(content, Technique):
            content = self.technique_in_full(content, pack)
            self._techniques[content.id] = content
            return routine_of(content)
        message = "this is no routine or technique; name a file with 'kind: routine'"
        raise ContentError([Problem(Location(str(path), 1, 1), message)])

    def technique(self, name: str, *, wanted_at: Location | None = None) -> Technique:
        """The technique of an id.

        Raises ContentError that points at `wanted_at` if there is none, UsageError without it.
        """
        if name not in self._techniques:
            try:
                place = self._find("technique", name)
            except UsageError as error:
                if wanted_at is None:
                    raise
                raise ContentError([Problem(wanted_at, str(error))]) from None
            if place is None:
                hint = did_you_mean(name, self.technique_ids())
                message = f"there is no technique '{name}'; {hint}"
                if wanted_at is None:
                    raise UsageError(message)
                raise ContentError([Problem(wanted_at, message)])
            path, pack = place
            found = _expect(path, read_content(path), Technique, "technique")
            self._techniques[name] = self.technique_in_full(found, pack)
        return self._techniques[name]

    def techniques_of(self, steps: Sequence[Step]) -> dict[str, Technique]:
        """The techniques of a routine's steps by id. Raises ContentError with all problems."""
        problems: list[Problem] = []
        found = {}
        for step in steps:
            try:
                found[step.technique] = self.technique(
                    step.technique, wanted_at=step.technique_location
                )
            except ContentError as error:
                problems += [p for p in error.problems if p not in problems]
        if problems:
            raise ContentError(problems)
        return found

    def full_id(self, name: str) -> str:
        """The id that a technique has everywhere; the name itself if nobody knows it.

        Raises UsageError for one that several packs have, if it is named without its pack.
        """
        if name not in self._full_ids:
            place = None if name in self._techniques else self._find("technique", name)
            pack = place[1] if place else None
            self._full_ids[name] = name if pack is None or is_full_id(name) else f"{pack.id}.{name}"
        return self._full_ids[name]

    def knows(self, name: str) -> bool:
        """Whether there is a technique of this name. Raises UsageError as `full_id` does."""
        return self._find("technique", name) is not None

    def technique_in_full(self, technique: Technique, pack: Pack | None) -> Technique:
        """A technique as it was read, with names as they are known from outside its pack."""
        return technique_in_full(technique, self._naming(pack), pack=pack.id if pack else None)

    def routine_in_full(self, routine: Routine, pack: Pack | None) -> Routine:
        """A routine as it was read, with names as they are known from outside its pack."""
        return routine_in_full(routine, self._naming(pack), pack=pack.id if pack else None)

    def _naming(self, pack: Pack | None) -> Callable[[str], str]:
        def full(name: str) -> str:
            if pack is not None and _file(pack.root, "technique", name):
                return f"{pack.id}.{name}"
            try:
                return self.full_id(name)
            except SmrAudioError:
                return name  # whoever asks for it hears of it, with the place

        return full

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

    def technique_ids(self) -> tuple[str, ...]:
        """Every technique's id, sorted, those of packs after the others."""
        return self._all_ids("technique")

    def languages(self) -> tuple[str, ...]:
        """The languages that have phrases, sorted."""
        roots = [*self._roots, *(pack.root for pack in self._packs.all())]
        return _ids("phrases", roots)

    def language(self, wanted: str) -> str:
        """The language with phrases that a tag means: itself, or without its region.

        Raises MissingError if there is none.
        """
        tag = wanted.strip().replace("_", "-").lower()
        names = (tag, tag.split("-")[0])
        for known in (lambda: (*self._phrases, *_ids("phrases", self._roots)), self.languages):
            if found := next((name for name in names if name in known()), None):
                return found
        known_text = ", ".join(self.languages())
        raise MissingError(
            f"there are no phrases for the language '{wanted}'; known: {known_text}"
        )

    def phrases(self, language: str) -> Phrases:
        """What a session says in a language; one's own files add to the shipped one.

        Packs only add what is nowhere else. Raises MissingError for a language without phrases,
        ContentError for a lack in them.
        """
        looked = self._packs.looked
        key = language, looked
        if key not in self._phrases:
            own = _files(reversed(self._roots), "phrases", language)
            packs = self._packs.all() if looked or not own else self._packs.given
            added = _files((pack.root for pack in reversed(packs)), "phrases", language)
            if not own and not added:
                known = ", ".join(self.languages())
                raise MissingError(
                    f"there are no phrases for the language '{language}'; known: {known}"
                )
            parts = [_expect(path, read_content(path), PhraseFile, "phrases") for path in own]
            for path in reversed(added):
                try:
                    part = _expect(path, read_content(path), PhraseFile, "phrases")
                except ContentError:
                    if not own:
                        raise
                    continue  # `check` tells of it; the shipped words do without
                parts.insert(0, part)
            self._phrases[key] = merge_phrases(parts)
        return self._phrases[key]

    def lexicon(self, language: str) -> Lexicon:
        """How a language's abbreviations, units and signs are said; a region's own add to it.

        A language may have none.
        """
        if language not in self._lexicons:
            names = dict.fromkeys((language.split("-", maxsplit=1)[0], language))
            paths = [
                p for name in names for root in reversed(self._roots)
                if (p := _file(root, "lexicon", name))
            ]  # fmt: skip
            parts = [_expect(path, read_content(path), LexiconFile, "lexicon") for path in paths]
            self._lexicons[language] = merge_lexicons(language, parts)
        return self._lexicons[language]

    def defaults(self) -> Defaults:
        """What holds where nothing else is said."""
        return self._policy(Defaults, "defaults")

    def limits(self) -> Limits:
        """Whom techniques may not suit."""
        return self._policy(Limits, "limits")

    def evidence(self) -> Evidence:
        """What content may cite."""
        return self._policy(Evidence, "evidence")

    def claims(self) -> Claims:
        """What content may claim and what it may not."""
        return self._policy(Claims, "claims")

    def _policy(self, kind: type[T], word: str) -> T:
        """A file that only the shipped folder may have."""
        path = shipped_content() / f"{word}.yaml"
        if word not in self._shipped:
            self._shipped[word] = read_content(path)
        return _expect(path, self._shipped[word], kind, word)

    def folders(self) -> tuple[Path, ...]:
        """Every folder of content in the order of search, those of packs last."""
        return (*self._roots, *(pack.root for pack in self._packs.all()))

    def files(self) -> Iterator[Path]:
        """Every content file of every folder."""
        for root in self.folders():
            yield from yaml_tree(root)

    def path_of(self, kind: str, name: str) -> Path | None:
        """The file of an id. Raises UsageError as `full_id` does."""
        found = self._find(kind, name)
        return found[0] if found else None

    def _find(
        self, kind: str, name: str, *, in_packs: bool | None = None
    ) -> tuple[Path, Pack | None] | None:
        """The file of an id and the pack it is in; in packs only, or outside only, if said."""
        if not in_packs and (paths := _files(self._roots, kind, name)):
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
        found = [(path, pack) for pack in self._packs.all()
                 if (path := _file(pack.root, kind, name))]  # fmt: skip
        if len(found) > 1:
            names = ", ".join(f"{pack.id}.{name}" for _, pack in found)
            raise UsageError(f"several packs have '{name}'; name one of {names}")
        return found[0] if found else None

    def _all_ids(self, kind: str) -> tuple[str, ...]:
        in_packs = (ids_in(pack, _ids(kind, (pack.root,))) for pack in self._packs.all())
        return (*_ids(kind, self._roots), *sorted(chain(*in_packs)))


def is_path(name: str) -> bool:
    """Whether a name means a file: it ends in .yaml or .yml, or has a separator."""
    return name.lower().endswith(SUFFIXES) or "/" in name or "\\" in name


def content_root(folder: Path) -> Path:
    """The content folder that a folder of files belongs to: itself, or the one around it."""
    if folder.absolute().name not in FOLDERS.values():
        return folder
    return folder.parent if folder.name else folder / ".."  # the parent of "." is "." to pathlib


def routine_of(technique: Technique) -> Routine:
    """A technique as a session of its own, with its own defaults."""
    step = Step(technique.id, technique.location, technique.location)
    return Routine(technique.id, technique.name, technique.about, (step,), technique.location)


def _ids(kind: str, roots: Iterable[Path]) -> tuple[str, ...]:
    found = {
        path.stem
        for root in roots
        for path in yaml_entries(root / FOLDERS[kind])
        if is_id(path.stem) and is_file(path)
    }
    return tuple(sorted(found))


def _files(roots: Iterable[Path], kind: str, name: str) -> list[Path]:
    return [path for root in roots if (path := _file(root, kind, name))]


def _file(root: Path, kind: str, name: str) -> Path | None:
    if not is_id(name):
        return None
    for suffix in SUFFIXES:
        path = root / FOLDERS[kind] / f"{name}{suffix}"
        if is_file(path):
            return path
    return None


def _expect(path: Path, content: object, kind: type[T], word: str) -> T:
    """Content found by its name: of the kind its folder is for, and named after its file."""
    if not isinstance(content, kind):
        message = f"this folder holds files of 'kind: {word}'; move this one or mend its kind"
        raise ContentError([Problem(Location(str(path), 1, 1), message)])
    name = getattr(content, "id", None) or getattr(content, "language", path.stem)
    if name != path.stem:
        message = f"the file is named {path.stem} and says it is '{name}'; make the two equal"
        raise ContentError([Problem(Location(str(path), 1, 1), message)])
    return content
