"""The library: content by id or path, from the user's folders, the shipped one, and packs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from smr_audio.errors import ContentError, Location, MissingError, Problem, SmrAudioError, UsageError
from smr_audio.library import models, search
from smr_audio.library.lexicon import Lexicon, merge_lexicons
from smr_audio.library.load import OPTIONAL, PHRASES, TITLES, WORDS, made_content, misplaced, read_content
from smr_audio.library.packs.find import BrokenPack, Pack, Packs, pack_at
from smr_audio.library.routine import Course, Routine, Step
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.schema.specs import Placed
from smr_audio.library.technique import Technique
from smr_audio.options.choices import MOST_HOLD_S
from smr_audio.options.preferences import named_in_full
from smr_audio.storage.paths import is_file, is_folder, is_there, real_path
from smr_audio.suggest import did_you_mean, nearest


def merge_phrases(parts: Sequence[models.Phrases]) -> models.Phrases:
    """The files of a language as one; later ones win. Raises ContentError for what is missing."""
    whole: models.Phrases = models.merged(parts)
    problems = [
        Problem(whole.location, f"{group} lacks '{key}'; add it")
        for group, keys in {"lines": PHRASES, "titles": TITLES, "words": WORDS}.items()
        for key in keys
        if key not in (*getattr(whole, group), *OPTIONAL, "round")
    ]
    if not (whole.name and whole.iso639_2):
        problems.append(Problem(whole.location, "'name' or 'iso639_2' is missing; add it"))
    if problems:
        raise ContentError(problems)
    return whole


def page_problems(page: models.Page, english: models.Page) -> Iterator[Problem]:
    """What is missing, unknown or of other placeholders than in English."""
    for section, wanted in english.sections.items():
        found = page.sections[section]
        for key in wanted.keys() - found.keys():
            yield Problem(page.location, f"{section} lacks '{key}'; add it")
        for key, text in found.items():
            if key not in wanted:
                yield Problem(text.location, f"'{key}' is not a key of {section}; {did_you_mean(key, wanted)}")
            elif shape_of(text.other) != (shape := shape_of(wanted[key].other)):
                what = " ".join(shape) if isinstance(shape, list) else f"{shape} texts"
                yield Problem(text.location, f"{key} must have {what or 'no placeholder'}")


def shape_of(text: str | tuple[str, ...]) -> list[str] | int:
    """What must be the same in every language: placeholders, or how many texts a list has."""
    return len(text) if isinstance(text, tuple) else sorted(set(re.findall(r"{\w*}|[{}]", text)))


T = TypeVar("T")
Target: TypeAlias = str | Path | Mapping[str, Any]
"""An id, the path of a YAML file, or what such a file holds as a dict."""


class Library:
    """Content of the shipped folder, of `folders`, whose files win over it, and of packs.

    A folder with a `pack.yaml`, or a ZIP file of one, is a pack: it replaces nothing, since its
    ids have a name space of their own. Files are read when they are needed. Raises UsageError
    for a folder that does not exist, ContentError for an invalid pack.
    """

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self._roots: list[Path] = []
        packs: list[Pack] = []
        for folder in map(Path, folders):
            if not is_folder(folder) and not is_file(folder):
                reason = "is no folder and no ZIP file" if is_there(folder) else "there is no such content folder"
                raise UsageError(f"{folder}: {reason}; check the path")
            if pack := pack_at(folder):
                packs.append(pack)
            else:
                self._roots.append(folder)
        self._roots.append(search.shipped_content())
        self._packs = Packs(packs)
        self._contents: dict[Path, models.Content] = {}
        self._full_ids: dict[str, str] = {}
        self._ids: dict[str, tuple[str, ...]] = {}
        self._techniques: dict[str, Technique] = {}
        self._by_path: dict[str, Technique] = {}
        self._phrases: dict[tuple[str, bool], models.Phrases] = {}
        self._lexicons: dict[str, Lexicon] = {}

    def read(self, path: Path) -> models.Content:
        """Read a content file, once. Raises as `read_content` does."""
        if path not in self._contents:
            self._contents[path] = read_content(path)
        return self._contents[path]

    def load(self, target: Target) -> Routine:
        """The routine of an id, a YAML file or a dict; a technique becomes a routine of one.

        Raises UsageError for an unknown id or a file that does not exist, ContentError for an
        invalid file.
        """
        name = str(target)
        if content := self.of_path(target):
            if isinstance(content, Technique):
                self._by_path[content.id] = content
                return routine_of(content)
            return _expected(target, content, Routine, "routine or technique")
        for in_packs in (False, True):
            if found := self.find("routine", name, in_packs=in_packs):
                return self._of_id(found, Routine)
            if self.find("technique", name, in_packs=in_packs):
                return routine_of(self.technique(name))
        raise self._unknown("routine or technique", name, [*self.routine_ids(), *self.technique_ids()])

    def course(self, target: str | Path) -> Course:
        """The course of an id or a YAML file's path. Raises as `load` does."""
        if content := self.of_path(target):
            return _expected(target, content, Course, "course")
        if found := self.find("course", str(target)):
            return self._of_id(found, Course)
        raise self._unknown("course", str(target), self.course_ids())

    def of_path(self, target: Target) -> models.Content | None:
        """A file's content, or a dict's; what a file names is found in its own folder too."""
        if isinstance(target, Mapping):
            return self.in_full(made_content(target), None)
        if isinstance(target, str) and not is_path(target):
            return None
        content = read_content(Path(target))
        return self.in_full(content, self.take_in(search.content_root(Path(target).parent)))

    def _of_id(self, found: tuple[Path, Pack | None], kind: type[T]) -> T:
        path, pack = found
        return self.in_full(_expect(path, read_content(path), kind), pack)

    def in_full(self, content: T, pack: Pack | None) -> T:
        """Content with its own id, and those it names, in full."""
        full, changes = self.naming(pack), dict[str, Any]()
        if isinstance(content, Technique):
            changes["variations"] = tuple(Placed.at(full(name), name.location) for name in content.variations)
        elif isinstance(content, Routine):
            changes["steps"] = tuple(
                step.named(full(step.technique)) if isinstance(step, Step) and not step.own else step
                for step in content.steps
            )
            changes["settings"] = named_in_full(content.settings, full)
        elif isinstance(content, Course) and pack:
            own = {name for kind in ("routine", "technique") for name in search.ids_of(kind, (pack.root,))}
            changes["sessions"] = tuple(
                Placed.at(f"{pack.id}.{name}", name.location) if name in own else name for name in content.sessions
            )
        if pack and changes:
            changes["id"] = f"{pack.id}.{cast(Any, content).id}"
        return cast("T", replace(cast(Any, content), **changes)) if changes else content

    def technique(self, name: str) -> Technique:
        """The technique of an id. Raises UsageError for an unknown one."""
        if name in self._by_path:
            return self._by_path[name]
        if name not in self._techniques:
            if not (found := self.find("technique", name)):
                raise self._unknown("technique", name, self.technique_ids())
            self._techniques[name] = self.in_full(_expect(found[0], self.read(found[0]), Technique), found[1])
        return self._techniques[name]

    def techniques_of(self, steps: Sequence[Step]) -> dict[str, Technique]:
        """The techniques of a routine's steps by id. Raises ContentError with all problems."""
        problems: list[Problem] = []
        found = {}
        for step in steps:
            if step.own:
                self._by_path[step.technique] = step.own
            try:
                found[step.technique] = technique = self.technique(step.technique)
                most = max(MOST_HOLD_S, technique.hold.most)
                for one in step.holds:
                    if one.how == "exact" and max(one.amounts) > most:
                        message = f"a hold of {one.amount_text} s is too long; {technique.id} allows {most} s at most"
                        problems.append(Problem(step.location, message))
            except ContentError as error:
                problems += error.problems
            except UsageError as error:
                problems.append(Problem(step.technique_location, str(error)))
        if problems:
            raise ContentError(dict.fromkeys(problems))
        return found

    def take_in(self, folder: Path) -> Pack | None:
        """Search a folder too, just before the shipped one; returns its pack, if it is one."""
        pack = None
        with suppress(SmrAudioError):  # one that cannot be read is none
            pack = pack_at(folder) if is_folder(folder) else None
        if pack is not None:
            is_new = self._packs.add(pack)
        elif is_new := real_path(folder) not in {real_path(root) for root in self._roots}:
            self._roots.insert(len(self._roots) - 1, folder)
        found = (self._full_ids, self._ids, self._techniques, self._phrases, self._lexicons)
        for each in found if is_new else ():
            each.clear()
        return pack

    def full_id(self, name: str) -> str:
        """The full id of a technique; the name itself if it is unknown.

        A technique given by its path has the id in its file. Raises UsageError for a name without
        a pack that several packs have.
        """
        if name in self._by_path:
            return name
        if name not in self._full_ids:
            _, pack = self.find("technique", name) or (None, None)
            self._full_ids[name] = name if pack is None or search.is_full_id(name) else f"{pack.id}.{name}"
        return self._full_ids[name]

    def pack_of(self, path: Path) -> Pack | None:
        root = real_path(search.content_root(path.parent))
        return next((pack for pack in self._packs.all() if real_path(pack.root) == root), None)

    def naming(self, pack: Pack | None) -> Callable[[str], str]:
        """Makes the names in a pack, or outside any, full."""

        def full(name: str) -> str:
            if pack is not None and search.file_of(pack.root, "technique", name):
                return f"{pack.id}.{name}"
            try:
                return self.full_id(name)
            except SmrAudioError:
                return name  # reported with its place when the technique is read

        return full

    def _unknown(self, what: str, name: str, known: Iterable[str]) -> UsageError:
        """That nothing is called so, or no pack is called as that of `PACK.ID`."""
        pack, packs = name.partition(".")[0], [each.id for each in self._packs.all()]
        if search.is_full_id(name) and pack not in packs:
            what, name, known = "pack", pack, packs
        return UsageError(f"there is no {what} '{name}'; {did_you_mean(name, known)}")

    def packs(self) -> tuple[Pack, ...]:
        return self._packs.all()

    def broken_packs(self, *, look: bool = True) -> tuple[BrokenPack, ...]:
        """Installed packs that cannot be read; without `look`, if they are known."""
        return self._packs.broken if look or self._packs.looked else ()

    def replaced(self, kind: str, name: str) -> Path | None:
        """The user's folder whose file of this id replaces the shipped one."""
        shipped = search.file_of(self._roots[-1], kind, name) if len(self._roots) > 1 else None
        if shipped is None:
            return None
        root, path = next((r, p) for r in self._roots if (p := search.file_of(r, kind, name)))
        return root if real_path(path) != real_path(shipped) else None

    def routine_ids(self) -> tuple[str, ...]:
        return self._all_ids("routine")

    def course_ids(self) -> tuple[str, ...]:
        return self._all_ids("course")

    def technique_ids(self) -> tuple[str, ...]:
        return self._all_ids("technique")

    def languages(self) -> tuple[str, ...]:
        return search.ids_of("phrases", self.folders())

    def folders(self) -> tuple[Path, ...]:
        """Every folder of content in the order of search, those of packs last."""
        return (*self._roots, *(pack.root for pack in self._packs.all()))

    def files(self) -> Iterator[Path]:
        for root in self.folders():
            yield from search.yaml_tree(root)

    def find(self, kind: str, name: str, *, in_packs: bool | None = None) -> tuple[Path, Pack | None] | None:
        """The file of an id, and its pack; `in_packs` searches packs only, or the rest only."""
        if not in_packs and (paths := search.files_of(self._roots, kind, name)):
            return paths[0], None
        if in_packs is False:
            return None
        of, _, own = name.rpartition(".")
        packs = [self._packs.named(of)] if of else self._packs.all()
        found = [(path, pack) for pack in packs if pack and (path := search.file_of(pack.root, kind, own))]
        if len(found) > 1:
            names = ", ".join(f"{pack.id}.{name}" for _, pack in found)
            raise UsageError(f"several packs have '{name}'; name one of {names}")
        return found[0] if found else None

    def _all_ids(self, kind: str) -> tuple[str, ...]:
        if kind not in self._ids:
            in_packs = (f"{pack.id}.{name}" for pack in self._packs.all() for name in search.ids_of(kind, (pack.root,)))
            self._ids[kind] = (*search.ids_of(kind, self._roots), *sorted(in_packs))
        return self._ids[kind]

    def language(self, wanted: str) -> str:
        """The language with phrases for a tag, perhaps without its region. Raises MissingError."""
        tag = wanted.strip().replace("_", "-").lower()
        names = (tag, tag.split("-")[0])
        for look in (False, True):  # for packs, which most sessions need not
            known = self.languages() if look else search.ids_of("phrases", self._roots)
            if found := next((name for name in names if name in known), None):
                return found
        raise self._no_phrases(wanted)

    def phrases(self, language: str) -> models.Phrases:
        """The phrases of a language; the user's own files add to the shipped one.

        Packs add only what no other file has. Raises MissingError for a language without phrases,
        ContentError for incomplete ones.
        """
        key = language, self._packs.looked
        if key not in self._phrases:
            own = search.files_of(reversed(self._roots), "phrases", language)
            packs = reversed(self._packs.all(look=not own))
            parts = []
            for path in (*search.files_of((pack.root for pack in packs), "phrases", language), *own):
                try:
                    parts.append(_expect(path, read_content(path), models.Phrases))
                except ContentError:
                    if not own or path in own:
                        raise  # else `check` reports it, and the shipped words do without it
            if not parts:
                raise self._no_phrases(language)
            self._phrases[key] = merge_phrases(parts)
        return self._phrases[key]

    def muscles_called(self, *languages: str) -> dict[str, tuple[str, ...]]:
        """The muscles that each word means: an id, or what people say in one of the languages."""
        called: dict[str, tuple[str, ...]] = {}
        for phrases in map(self.phrases, (DEFAULT_LANGUAGE, *languages)):
            also = {_joined(word): ids for word, ids in phrases.muscles_also.items()}
            words = {_joined(word): (muscle,) for muscle, word in phrases.muscles.items()}
            called = {**also, **words, **called, **{one: (one,) for one in phrases.muscles}}
        return called

    def muscles_named(self, names: Iterable[str], *languages: str) -> tuple[str, ...]:
        """The ids of muscles, each once, that ids or people's words name.

        A word that was split at its spaces is put together. Raises UsageError for an unknown one.
        """
        called, found = self.muscles_called(*languages), list[str]()
        words = [_joined(name) for name in names]
        while words:
            some = ("_".join(words[:count]) for count in (3, 2, 1))
            word = next((one for one in some if {one, f"{one}s"} & called.keys()), words[0])
            muscles = called.get(word, called.get(f"{word}s"))
            if not muscles:
                hint = "no good shown outweighs the risk of pressing there"
                if muscles is None:
                    near, ids = nearest(word, called), self.phrases(DEFAULT_LANGUAGE).muscles
                    hint = f"did you mean '{near}'?" if near else f"known: {', '.join(ids)}"
                raise UsageError(f"there is no muscle '{word}'; {hint}")
            found += muscles
            while word:  # which may be several, joined
                word = word.removeprefix(words.pop(0)).removeprefix("_")
        return tuple(dict.fromkeys(found))

    def page(self, language: str) -> models.Page:
        """What page and hand-outs say in a language; in English where no file is in it.

        Its section `side` has the sides as they are said. Raises ContentError if it is not whole.
        """
        if not (paths := search.files_of(reversed(self.folders()), "page", language)):
            return self.page(DEFAULT_LANGUAGE)
        path = search.shipped_content() / f"pages/{DEFAULT_LANGUAGE}.yaml"
        english = _expect(path, self.read(path), models.Page)
        whole: models.Page = models.merged([_expect(path, self.read(path), models.Page) for path in paths])
        if problems := list(page_problems(whole, english)):
            raise ContentError(problems)
        said = self.phrases(language).words
        sides = {side: models.PageText(said[side], whole.location) for side in ("left", "right")}
        return replace(whole, sections={**whole.sections, "side": sides})

    def _no_phrases(self, wanted: str) -> MissingError:
        known = ", ".join(self.languages())
        return MissingError(f"there are no phrases for the language '{wanted}'; known: {known}")

    def lexicon(self, language: str) -> Lexicon:
        """The lexicon of a language, with that of its region; it may be empty."""
        if language not in self._lexicons:
            names = dict.fromkeys((language.split("-", maxsplit=1)[0], language))
            paths = [p for name in names for p in search.files_of(reversed(self._roots), "lexicon", name)]
            parts = [_expect(path, read_content(path), Lexicon) for path in paths]
            self._lexicons[language] = merge_lexicons(language, parts)
        return self._lexicons[language]

    def defaults(self) -> models.Defaults:
        return self._policy(models.Defaults)

    def limits(self) -> models.Limits:
        return self._policy(models.Limits)

    def evidence(self) -> models.Evidence:
        return self._policy(models.Evidence)

    def claims(self) -> models.Claims:
        return self._policy(models.Claims)

    def _policy(self, kind: type[T]) -> T:
        """A file that only the shipped folder may have."""
        path = search.shipped_content() / f"{kind.__name__.lower()}.yaml"
        return _expect(path, self.read(path), kind)


def _joined(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().lower())


def is_path(name: str) -> bool:
    """Whether a name means a file: it ends in .yaml or .yml, or has a separator."""
    return name.lower().endswith(search.SUFFIXES) or "/" in name or "\\" in name


def routine_of(technique: Technique) -> Routine:
    """A technique as a session of its own, with its own defaults."""
    step = Step(technique.id, technique.location, technique.location)
    return Routine(technique.id, technique.name, technique.about, (step,), technique.location)


def _expected(target: Target, content: object, kind: type[T], what: str) -> T:
    if not isinstance(content, kind):
        place = Location("session" if isinstance(target, Mapping) else str(target), 1, 1)
        raise ContentError([Problem(place, f"this is no {what}; name a file with 'kind: {kind.__name__.lower()}'")])
    return content


def _expect(path: Path, content: object, kind: type[T]) -> T:
    if problem := misplaced(path, content, kind.__name__.lower()):
        raise ContentError([problem])
    return cast("T", content)
