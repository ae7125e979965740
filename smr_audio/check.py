"""Check content as a whole: each file by itself, and what the files say of each other."""

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import ContentError, Location, MissingError, Problem, SmrAudioError, UsageError
from smr_audio.library import models
from smr_audio.library.lexicon import Lexicon
from smr_audio.library.library import Library
from smr_audio.library.load import every, lines_of, misplaced
from smr_audio.library.packs.find import Pack
from smr_audio.library.routine import Course, Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, recordings_of, recordings_of_sides
from smr_audio.library.schema.specs import Placed, finish
from smr_audio.library.search import FOLDERS, PACK_FILES, content_root, files_of, shipped_content, yaml_tree
from smr_audio.library.technique import Technique
from smr_audio.library.yaml_reader import Items, Mapping, Node, Scalar, at, read_in_part, read_yaml, scalars_of
from smr_audio.options.preferences import Preferences
from smr_audio.poses.solve import solve
from smr_audio.profile import model as profiles
from smr_audio.records import dataclass
from smr_audio.sound.settings import LOUDNESS_LUFS, settings_of
from smr_audio.storage.paths import is_archive, is_file, is_folder, is_there, real_path
from smr_audio.suggest import did_you_mean, shortened

_NAME: Final = re.compile(r"[a-z0-9._-]{1,121}")
_ORDER: Final = ("phrases", "lexicon", "techniques", "routines", "courses", "pages")
_NO_TEXTS: Final = ("kind", "muscles_also")  # whose keys are the words
_ALWAYS_OTHER: Final = ("English", "eng")  # the name of the language, and its code


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The files that were checked, and what is wrong with them, in order of place.

    `warnings` name the user's files that replace shipped ones, and packs that cannot be read;
    `packs` can be. `sessions` are the files of routines and techniques that could be read.
    """

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()
    packs: tuple[Pack, ...] = ()
    sessions: tuple[Path, ...] = ()


def check_paths(paths: Sequence[Path], *, folders: Iterable[Path] = (), language: str | None = None) -> CheckReport:
    """Check files and folders, or all known content if there are none.

    Names are looked up in the checked folders first, then in `folders`, then in the shipped
    content. A text that lacks `language`, or a language of other texts of its file, is a problem.
    Raises UsageError for a path that does not exist, MissingError for a language without phrases.
    """
    roots = [path if is_archive(path) else content_root(path if is_folder(path) else path.parent) for path in paths]
    from smr_audio.library.packs.unzip import unpacked  # only here

    try:
        paths = [unpacked(path) if is_archive(path) else path for path in paths]
    except ContentError as error:
        return CheckReport((), finish(error.problems))
    named = _unique(_files_of(paths))
    given = [path for path in dict.fromkeys(roots) if is_folder(path) or is_archive(path)]
    try:
        library = Library([*given, *folders])
    except ContentError as error:  # of a pack, without which names mean nothing
        return CheckReport(named, finish(error.problems))
    wanted = library.language(language) if language is not None else None
    files = named if paths else _unique(library.files())
    problems: list[Problem] = []
    sessions: list[Path] = []
    warnings: list[str] = []
    for path in files:
        try:
            if not is_file(path):
                raise UsageError("this is no ordinary file; take it out or mend the link")
            problems += _unknown_names(path, library)
            try:
                content = library.read(path)
            except ContentError:
                if not profiles.is_profile(path):
                    raise
                if profile := profiles.load_profile(library, path):
                    problems += profiles.unknown_elsewhere(profile, library)
                    problems += profiles.warnings_of(profile, library)
                continue
            if isinstance(content, Routine | Technique):
                sessions.append(path)
            problems += _problems_of(content, path, library)
            if isinstance(content, models.Page) and wanted and not files_of(library.folders(), "page", wanted):
                problems.append(Problem(content.location, f"there is no pages/{wanted}.yaml; add it"))
            more, doubts = _left_to_translate(content, path, wanted)
            problems += more
            warnings += doubts
            languages = _languages_of(content) & set(library.languages())
            for each in sorted(languages | ({wanted} if wanted else set())):
                problems += missing_texts(content, each)
        except ContentError as error:
            problems += error.problems
        except SmrAudioError as error:
            problems.append(Problem(Location(str(path)), str(error)))
    warnings += [broken.text for broken in library.broken_packs()]
    warnings += [
        f"{path.stem} of {root} replaces the shipped one"
        for path in files
        if (kind := _kind_of_folder(path)) in ("technique", "routine") and (root := library.replaced(kind, path.stem))
    ]
    found = _in_order_of_need(finish(problems)) if wanted else finish(problems)
    return CheckReport(files, found, tuple(dict.fromkeys(warnings)), library.packs(), tuple(sessions))


def _unique(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple({real_path(path): path for path in reversed(list(paths))}.values())[::-1]


def _files_of(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if is_folder(path):
            found = list(yaml_tree(path))
            if not found:
                raise UsageError(f"{path}: this folder holds no YAML file; check the path")
            yield from found
        elif is_there(path):
            yield path
        else:
            raise UsageError(f"{path}: there is no such file or folder; check the path")


def _kind_of_folder(path: Path) -> str | None:
    return next((kind for kind, name in FOLDERS.items() if name == path.absolute().parent.name), None)


def _problems_of(content: models.Content, path: Path, library: Library) -> Iterator[Problem]:
    kind = _kind_of_folder(path)
    if kind is not None and (problem := misplaced(path, content, kind)):
        yield problem
    pack = library.pack_of(path)
    content = library.in_full(content, pack)
    if isinstance(content, Technique):
        yield from _bad_variations(content, library)
        if content.pose is not None:
            yield from _errors_of(solve, content.pose)
    elif isinstance(content, Routine):
        yield from _errors_of(library.techniques_of, content.exercises)
        own = [*(Preferences(cue_sounds=(one,)) for one in content.settings.cue_sounds)]
        own.append(Preferences(bed=content.settings.bed))
        yield from chain.from_iterable(_errors_of(_open_sounds, one) for one in own)
    elif isinstance(content, Course):
        for name in content.sessions:
            if unknown := profiles.unknown_routine(name, library):
                yield Problem(name.location, unknown)
    elif isinstance(content, models.Phrases | models.Page):
        read: Any = library.phrases if isinstance(content, models.Phrases) else library.page
        with contextlib.suppress(MissingError):  # its name is wrong, which is reported
            yield from _errors_of(read, content.language)
    elif isinstance(content, models.Claims):
        for claim in (*content.allowed, *content.avoid):
            yield from _unknown_refs(claim.refs, library)
    elif isinstance(content, Lexicon) and pack is not None:
        message = "a pack's lexicon is not read; write words as they are said, and take this out"
        yield Problem(Location(str(path), 1, 1), message)
    elif isinstance(content, models.PackFile):
        yield from _pack_problems(content, path, library)
    yield from _useless_recordings(lines_of(content), library)
    yield from _unknown_languages(texts_of(content), library)


def _open_sounds(preferences: Preferences) -> None:
    """Make a user's cue or bed of its sound. Raises ContentError if it cannot be used."""
    settings = settings_of(preferences)
    for own in settings.own_cues:
        from smr_audio.sound.cues import own_cue_clip  # brings numpy

        own_cue_clip(own, target_lufs=LOUDNESS_LUFS["normal"])
    if settings.bed and settings.has_own_bed:
        from smr_audio.sound.floor import own_bed  # brings numpy

        own_bed(settings.bed)


def _unknown_languages(texts: Iterable[models.LocalText], library: Library) -> Iterator[Problem]:
    for text in texts:
        for language in text.texts:
            try:
                library.phrases(language)
            except MissingError as error:
                yield Problem(text.location, str(error))
            except ContentError:
                continue  # the phrases file has its own problems


def _errors_of(read: Callable[[Any], object], argument: object, place: Location | None = None) -> Iterator[Problem]:
    """What reading says is wrong; a UsageError is so at a place, if one is given."""
    try:
        read(argument)
    except ContentError as error:
        yield from error.problems
    except UsageError as error:
        if place is None:
            raise
        yield Problem(place, str(error))


def _pack_problems(content: models.PackFile, path: Path, library: Library) -> Iterator[Problem]:
    if path.name not in PACK_FILES:
        message = "a pack is found by its pack.yaml; give this file that name, atop its folder"
        yield Problem(content.location, message)
    for name in (one for one in content.languages if one not in library.languages()):
        yield Problem(content.location, f"the language '{name}' has no phrases; add phrases/{name}.yaml")


def _unknown_names(path: Path, library: Library) -> list[Problem]:
    """Names in a technique or routine that nothing has, whatever else is wrong with the file."""
    found: list[Problem] = []
    with contextlib.suppress(ContentError):  # of this file or of the phrases, which is reported
        node, _ = read_in_part(path)
        kind, steps = getattr(at(node, "kind"), "text", ""), at(node, "steps")
        full = library.naming(library.pack_of(path))
        for step in steps.items if kind == "routine" and isinstance(steps, Items) else ():
            for name in _words(step, "technique"):
                found += _errors_of(library.technique, full(name), name.location)
        if kind != "technique":
            return found
        found += _unknown("'{}' is no limit; ", _words(node, "not_for"), library.limits().ids)
        found += _unknown_refs(_words(node, "refs"), library)
        phrases = library.phrases(DEFAULT_LANGUAGE)
        tools = [*_words(node, "tools"), *_words(node, "tool_options")]
        muscles = tuple(phrases.muscles)
        for name in _words(node, "muscle"):
            muscles = library.muscles_called().get(name) or muscles  # that people call so
        for what, names, known in (("muscle", _words(node, "muscle"), muscles), ("tool", tools, tuple(phrases.tools))):
            more = f", or add it to '{what}s' in phrases/{DEFAULT_LANGUAGE}.yaml"
            found += _unknown(f"the {what} '{{}}' has no word; ", names, known, more)
    return found


def _words(node: Node, key: str) -> list[Placed]:
    """The names under a key, but for those that no name can be, which are reported."""
    words = scalars_of(node if isinstance(node, Scalar) else at(node, key))
    return [Placed.at(one.text, one.location) for one in words if _NAME.fullmatch(one.text)]


def _unknown_refs(named: Iterable[Placed], library: Library) -> Iterator[Problem]:
    return _unknown("'{}' is no key of evidence.yaml; ", named, library.evidence().references)


def _unknown(message: str, named: Iterable[Placed], known: Collection[str], more: str = "") -> Iterator[Problem]:
    for name in named:
        if name not in known:
            yield Problem(name.location, message.format(name) + did_you_mean(name, known) + more)


def _bad_variations(technique: Technique, library: Library) -> Iterator[Problem]:
    for name in technique.variations:
        with contextlib.suppress(ContentError):  # that file has its own problems
            try:
                what = "this technique itself" if name == technique.id else f"for {library.technique(name).muscle}"
            except UsageError as error:  # there is none, or several packs have it
                yield Problem(name.location, str(error))
                continue
            if what != f"for {technique.muscle}":
                message = f"'{name}' is {what}; name another for {technique.muscle}, or take it out"
                yield Problem(name.location, message)


def _useless_recordings(lines: Iterable[models.Line], library: Library) -> Iterator[Problem]:
    for line, sound in ((line, line.sound) for line in lines if line.sound):
        words = {}
        for language in sound.texts:
            with contextlib.suppress(ContentError, MissingError):  # reported elsewhere
                words[language] = library.phrases(language).words
        for path in dict.fromkeys((*recordings_of_sides(line, words), *recordings_of([line]))):
            from smr_audio.sound.user_files import decode_recording  # brings numpy

            yield from _errors_of(partial(decode_recording, place=sound.location), path)


def texts_of(content: models.Content) -> Iterator[models.LocalText]:
    """Every text of a technique, routine or course, in order of its keys; none of other kinds."""
    if isinstance(content, Technique | Routine | Course):
        for one in every((models.LocalText, models.Line), content):
            yield one.text if isinstance(one, models.Line) else one


def _languages_of(content: models.Content) -> set[str]:
    return {language for text in texts_of(content) for language in text.texts}


def missing_texts(content: models.Content, language: str) -> Iterator[Problem]:
    """A problem for each text of a file that is not in a language."""
    known = language in _languages_of(content)
    why = "other texts of this file have one" if known else "no text of this file has one"
    for text in texts_of(content):
        if language not in text.texts:
            short = shortened(next(iter(text.texts.values())), 40)
            message = f"there is no '{language}' text for “{short}”, and {why}"
            yield Problem(text.location, f"{message}; add `{language}: …`")


def _in_order_of_need(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """First those of what every session says, last those of what only the page shows."""

    def need(problem: Problem) -> int:
        folder = Path(problem.location.path).parent.name
        return _ORDER.index(folder) if folder in _ORDER else len(_ORDER)

    return tuple(sorted(problems, key=need))


def _left_to_translate(content: models.Content, path: Path, language: str | None) -> tuple[list[Problem], list[str]]:
    """The texts of a language's file that are as in English; those of one word are only doubts."""
    if language in (None, DEFAULT_LANGUAGE) or getattr(content, "language", None) != language:
        return [], []
    problems, doubts = list[Problem](), list[str]()
    english = shipped_content() / FOLDERS[type(content).__name__.lower()] / f"{DEFAULT_LANGUAGE}.yaml"
    for own in _as_in(read_yaml(english), read_yaml(path), str(language)):
        problem = Problem(own.location, f"“{shortened(own.text)}” is English; translate it")
        if " " in own.text or own.text in _ALWAYS_OTHER:
            problems.append(problem)
        else:
            doubts.append(f"{problem}, or leave it where both languages say so")
    return problems, doubts


def _as_in(english: Node | None, own: Node, language: str) -> Iterator[Scalar]:
    """Every text of a node that is the same in the English one."""
    if isinstance(own, Scalar) and isinstance(english, Scalar):
        has_words = re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", own.text))
        if own.text == english.text and isinstance(own.value, str) and has_words:
            yield own
    elif isinstance(own, Items) and isinstance(english, Items):
        for one, other in zip(own.items, english.items, strict=False):
            yield from _as_in(other, one, language)
    elif isinstance(own, Mapping):
        for key, value in own.entries:
            name = DEFAULT_LANGUAGE if key.text == language else key.text
            said = english.get(name) if isinstance(english, Mapping) else english
            if name not in _NO_TEXTS:
                yield from _as_in(said, value, language)
