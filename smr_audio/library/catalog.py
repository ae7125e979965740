"""Find content by id or path: the shipped folder, and folders of one's own before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from smr_audio.errors import ContentError, Location, MissingError, Problem, UsageError
from smr_audio.library.course import Course
from smr_audio.library.files import Content, read_content
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
from smr_audio.library.phrases import merge_phrases
from smr_audio.library.places import (
    SUFFIXES,
    is_file,
    is_folder,
    is_id,
    real_path,
    yaml_entries,
    yaml_tree,
)
from smr_audio.suggest import did_you_mean

T = TypeVar("T")

FOLDERS = {
    "technique": "techniques", "routine": "routines", "course": "courses",
    "phrases": "phrases", "lexicon": "lexicon",
}  # fmt: skip


@cache
def shipped_content() -> Path:
    """The content folder that came with the package, or the checkout's beside it."""
    package = Path(str(files("smr_audio")))
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"


class Library:
    """Content of the shipped folder and of `folders`, whose files win over the shipped ones.

    Files are read when they are asked for, and once. Raises UsageError for a folder that is
    not there.
    """

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self._roots: list[Path] = []
        for folder in map(Path, folders):
            if not is_folder(folder):
                raise UsageError(f"{folder}: there is no such content folder; check the path")
            self._roots.append(folder)
        self._roots.append(shipped_content())
        self._techniques: dict[str, Technique] = {}
        self._shipped: dict[str, object] = {}
        self._phrases: dict[str, Phrases] = {}
        self._lexicons: dict[str, Lexicon] = {}

    def load(self, target: str | Path) -> Routine:
        """The routine for an id or a YAML file's path; a technique stands as a routine of one.

        Raises UsageError for an unknown id or a file that is not there, ContentError for a
        file that does not check.
        """
        name = str(target)
        if isinstance(target, Path) or is_path(name):
            return self._load_file(Path(name))
        path = self._find("routine", name)
        if path is not None:
            return _expect(path, read_content(path), Routine, "routine")
        if self._find("technique", name) is not None:
            return routine_of(self.technique(name))
        known = [*self.routine_ids(), *self.technique_ids()]
        raise UsageError(f"there is no routine or technique '{name}'; {did_you_mean(name, known)}")

    def course(self, target: str | Path) -> Course:
        """The course of an id or a YAML file's path. Raises as `load` does."""
        name = str(target)
        if isinstance(target, Path) or is_path(name):
            content = self._read_beside(Path(name))
            if isinstance(content, Course):
                return content
            message = "this is no course; name a file with 'kind: course'"
            raise ContentError([Problem(Location(name, 1, 1), message)])
        path = self._find("course", name)
        if path is None:
            known = self.course_ids()
            raise UsageError(f"there is no course '{name}'; {did_you_mean(name, known)}")
        return _expect(path, read_content(path), Course, "course")

    def _read_beside(self, path: Path) -> Content:
        """A file's content; what it names is found in its own content folder too."""
        content = read_content(path)
        beside = content_root(path.parent)
        if real_path(beside) not in {real_path(root) for root in self._roots}:
            self._roots.insert(len(self._roots) - 1, beside)
        return content

    def _load_file(self, path: Path) -> Routine:
        content = self._read_beside(path)
        if isinstance(content, Routine):
            return content
        if isinstance(content, Technique):
            self._techniques[content.id] = content
            return routine_of(content)
        message = "this is no routine or technique; name a file with 'kind: routine'"
        raise ContentError([Problem(Location(str(path), 1, 1), message)])

    def technique(self, name: str, *, wanted_at: Location | None = None) -> Technique:
        """The technique of an id.

        Raises ContentError that points at `wanted_at` if there is none, UsageError without it.
        """
        if name not in self._techniques:
            path = self._find("technique", name)
            if path is None:
                hint = did_you_mean(name, self.technique_ids())
                message = f"there is no technique '{name}'; {hint}"
                if wanted_at is None:
                    raise UsageError(message)
                raise ContentError([Problem(wanted_at, message)])
            found = _expect(path, read_content(path), Technique, "technique")
            self._techniques[name] = found
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

    def routine_ids(self) -> tuple[str, ...]:
        """Every routine's id, sorted."""
        return self._ids("routine")

    def course_ids(self) -> tuple[str, ...]:
        """Every course's id, sorted."""
        return self._ids("course")

    def technique_ids(self) -> tuple[str, ...]:
        """Every technique's id, sorted."""
        return self._ids("technique")

    def languages(self) -> tuple[str, ...]:
        """The languages that have phrases, sorted."""
        return self._ids("phrases")

    def language(self, wanted: str) -> str:
        """The language with phrases that a tag means: itself, or without its region.

        Raises MissingError if there is none.
        """
        tag = wanted.strip().replace("_", "-").lower()
        for name in (tag, tag.split("-")[0]):
            if name in self._phrases or name in self.languages():
                return name
        raise self._no_phrases(wanted)

    def phrases(self, language: str) -> Phrases:
        """What a session says in a language; one's own files add to the shipped one.

        Raises MissingError for a language without phrases, ContentError for a lack in them.
        """
        if language not in self._phrases:
            paths = [p for root in reversed(self._roots) if (p := _file(root, "phrases", language))]
            if not paths:
                raise self._no_phrases(language)
            parts = [_expect(path, read_content(path), PhraseFile, "phrases") for path in paths]
            self._phrases[language] = merge_phrases(parts)
        return self._phrases[language]

    def _no_phrases(self, wanted: str) -> MissingError:
        known = ", ".join(self.languages())
        return MissingError(f"there are no phrases for the language '{wanted}'; known: {known}")

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

    def files(self) -> Iterator[Path]:
        """Every content file of every folder."""
        for root in self._roots:
            yield from yaml_tree(root)

    def _find(self, kind: str, name: str) -> Path | None:
        return next((path for root in self._roots if (path := _file(root, kind, name))), None)

    def _ids(self, kind: str) -> tuple[str, ...]:
        found = {
            path.stem
            for root in self._roots
            for path in yaml_entries(root / FOLDERS[kind])
            if is_id(path.stem) and is_file(path)
        }
        return tuple(sorted(found))


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
