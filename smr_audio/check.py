"""Check content as a whole: each file by itself, and what the files say of each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from smr_audio.errors import (
    ContentError,
    Location,
    MissingError,
    Problem,
    SmrAudioError,
    UsageError,
)
from smr_audio.library.lexicon import LexiconFile
from smr_audio.library.library import Library
from smr_audio.library.load import Content, lines_of
from smr_audio.library.models import (
    Claims,
    Course,
    Line,
    LocalText,
    PackFile,
    PhraseFile,
    Routine,
    Technique,
)
from smr_audio.library.packs.find import Pack
from smr_audio.library.recordings import paths_of
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.schema.specs import finish
from smr_audio.library.search import FOLDERS, PACK_FILES, content_root, yaml_tree
from smr_audio.profile.model import is_profile, load_profile, unknown_elsewhere, warnings_of
from smr_audio.storage.paths import is_archive, is_file, is_folder, is_there, real_path
from smr_audio.suggest import did_you_mean


def check_words(technique: Technique, library: Library) -> Iterator[Problem]:
    """Muscles and tools are words of the default language's phrases, so typos show."""
    try:
        phrases = library.phrases(DEFAULT_LANGUAGE)
    except ContentError:
        return  # the phrases file has its own problems
    groups = (
        ("muscle", (technique.muscle,), phrases.muscles),
        ("tool", (*technique.tools, *technique.tool_options), phrases.tools),
    )
    for what, names, known in groups:
        for name in names:
            if name not in known:
                yield Problem(
                    technique.location,
                    f"the {what} '{name}' has no word; {did_you_mean(name, known)}, or add it to "
                    f"'{what}s' in phrases/{DEFAULT_LANGUAGE}.yaml",
                )


def check_named(technique: Technique, library: Library) -> Iterator[Problem]:
    """What a technique names of the limits, the evidence and other techniques is there."""
    limits = library.limits().ids
    for name in technique.not_for:
        if name not in limits:
            message = f"'{name}' is no limit; {did_you_mean(name, limits)}"
            yield Problem(technique.named_at["not_for", name], message)
    for ref in technique.refs:
        yield from check_ref(ref, technique.named_at["refs", ref], library)
    for name in technique.variations:
        if fault := _variation_fault(technique, name, library):
            yield Problem(technique.named_at["variations", name], fault)


def check_ref(ref: str, where: Location, library: Library) -> Iterator[Problem]:
    """What is cited stands in the evidence."""
    known = library.evidence().references
    if ref not in known:
        yield Problem(where, f"'{ref}' is no key of evidence.yaml; {did_you_mean(ref, known)}")


def _variation_fault(technique: Technique, name: str, library: Library) -> str | None:
    if name == technique.id:
        return f"'{name}' is this technique itself; name another for {technique.muscle}"
    try:
        known = library.knows(name)
    except UsageError as error:  # several packs have it
        return str(error)
    if not known:
        return f"'{name}' is no technique; {did_you_mean(name, library.technique_ids())}"
    try:
        muscle = library.technique(name).muscle
    except ContentError:
        return None  # that file has its own problems
    if muscle == technique.muscle:
        return None
    return f"'{name}' is for {muscle}; name one for {technique.muscle}, or take it out"


def check_recordings(lines: Iterable[Line], library: Library) -> Iterator[Problem]:
    """Each recording that a line names is there; whether it is of use, a build tells."""
    for line in lines:
        if line.sound is None:
            continue
        words = {}
        for language in line.sound.texts:
            with contextlib.suppress(ContentError, MissingError):  # said elsewhere
                words[language] = library.phrases(language).words
        for path in dict.fromkeys(paths_of(line, words)):
            if not is_file(path):
                message = f"the sound '{path}' is not there; record it, or take `sound` out"
                yield Problem(line.sound.location, message)


def check_languages(texts: Iterable[LocalText], library: Library) -> Iterator[Problem]:
    """A language that a text is in has phrases."""
    for text in texts:
        for language in text.texts:
            try:
                library.phrases(language)
            except MissingError as error:
                yield Problem(text.location, str(error))
            except ContentError:
                continue  # the phrases file has its own problems


def texts_of(content: Content) -> Iterator[LocalText]:
    """Every text of a technique, routine or course, in order of its keys; none of other kinds."""
    if isinstance(content, Technique):
        yield from (content.name, content.about)
        if content.for_whom is not None:
            yield content.for_whom
        yield from (line.text for line in lines_of(content))
    elif isinstance(content, Routine | Course):
        yield from (content.title, content.about)


def languages_of(content: Content) -> set[str]:
    """The languages that any text of a file is in."""
    return {language for text in texts_of(content) for language in text.texts}


def missing_texts(content: Content, language: str) -> Iterator[Problem]:
    """A problem at each text that a file has in other languages only."""
    known = language in languages_of(content)
    for text in texts_of(content):
        if language in text.texts:
            continue
        shown = next(iter(text.texts.values()))
        short = shown if len(shown) <= 40 else f"{shown[:39]}…"
        why = "other texts of this file have one" if known else "no text of this file has one"
        message = f"there is no '{language}' text for “{short}”, and {why}; add `{language}: …`"
        yield Problem(text.location, message)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The files that were looked at, and what is wrong with them, in order of place.

    `warnings` are what to know beside: own files in place of shipped ones, packs that cannot be
    read; `packs` are those that can. `sessions` are the files of routines and techniques that
    could be read.
    """

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()
    packs: tuple[Pack, ...] = ()
    sessions: tuple[Path, ...] = ()


def check_paths(
    paths: Sequence[Path], *, folders: Iterable[Path] = (), language: str | None = None
) -> CheckReport:
    """Check files and folders, or all known content if there are none.

    Names are looked up in the checked folders first, then in `folders`, then in the shipped
    content. What lacks a language that other texts of its file have is a problem, and so is
    whatever lacks `language`. Raises UsageError for a path that is not there, MissingError for
    a language without phrases.
    """
    roots = [
        path if is_archive(path) else content_root(path if is_folder(path) else path.parent)
        for path in paths
    ]
    try:
        paths = [_opened(path) if is_archive(path) else path for path in paths]
    except ContentError as error:
        return CheckReport((), finish(error.problems))
    named = _unique(_files_of(paths))
    try:
        library = Library([*dict.fromkeys(filter(_is_root, roots)), *folders])
    except ContentError as error:  # of a pack, without which names mean nothing
        return CheckReport(named, finish(error.problems))
    wanted = library.language(language) if language is not None else None
    files = named if paths else _unique(library.files())
    problems: list[Problem] = []
    sessions: list[Path] = []
    for path in files:
        if not is_file(path):
            message = "this is no ordinary file, so it is not read; take it out or mend the link"
            problems.append(Problem(Location(str(path)), message))
            continue
        try:
            content = _content_of(path, library)
            if content is None:
                problems += _check_profile(path, library)
            else:
                if isinstance(content, Routine | Technique):
                    sessions.append(path)
                problems += _cross_check(content, path, library)
                problems += _check_translations(content, library, wanted)
        except ContentError as error:
            problems += error.problems
        except SmrAudioError as error:
            problems.append(Problem(Location(str(path)), str(error)))
    warnings = [broken.text for broken in library.broken_packs()]
    for path in files:
        kind = next((kind for kind, name in FOLDERS.items() if name == path.parent.name), "")
        if kind in ("technique", "routine") and (root := library.replaced(kind, path.stem)):
            warnings.append(f"{path.stem} of {root} replaces the shipped one")
    return CheckReport(
        files, finish(problems), tuple(dict.fromkeys(warnings)), library.packs(), tuple(sessions)
    )


def _is_root(path: Path) -> bool:
    return is_folder(path) or is_archive(path)


def _opened(archive: Path) -> Path:
    from smr_audio.library.packs.unzip import unpacked  # few packs are zipped

    return unpacked(archive)


def _content_of(path: Path, library: Library) -> Content | None:
    """What a file holds; None for a profile, which is no content."""
    try:
        return library.read(path)
    except ContentError:
        if is_profile(path):
            return None
        raise


def _check_profile(path: Path, library: Library) -> Iterator[Problem]:
    profile = load_profile(library, path)
    if profile is not None:
        yield from unknown_elsewhere(profile, library)
        yield from warnings_of(profile, library)


def _unique(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each file once, however often it was named."""
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


def _cross_check(content: Content, path: Path, library: Library) -> Iterator[Problem]:
    yield from _check_name(content, path)
    pack = library.pack_of(path)
    if pack is not None and isinstance(content, LexiconFile):
        message = "a pack's lexicon is not read; write words as they are said, and take this out"
        yield Problem(Location(str(path), 1, 1), message)
    if isinstance(content, PackFile):
        yield from _check_pack(content, path, library)
    if isinstance(content, Technique):
        content = library.technique_in_full(content, pack)
        yield from check_words(content, library)
        yield from check_named(content, library)
        yield from check_languages(texts_of(content), library)
        yield from check_recordings(lines_of(content), library)
    elif isinstance(content, Routine):
        content = library.routine_in_full(content, pack)
        yield from _check_steps(content, library)
        yield from check_languages(texts_of(content), library)
        for sound in content.settings.cue_sounds:
            if sound.location is not None and not is_file(Path(sound.path)):
                message = f"the sound '{sound.path}' is not there; mend the path, or take it out"
                yield Problem(sound.location, message)
    elif isinstance(content, Course):
        yield from _check_course(library.course_in_full(content, pack), library)
    elif isinstance(content, PhraseFile):
        yield from _check_phrases(content, library)
    elif isinstance(content, Claims):
        for claim in (*content.allowed, *content.avoid):
            for ref in claim.refs:
                yield from check_ref(ref, claim.location, library)


def _check_name(content: Content, path: Path) -> Iterator[Problem]:
    """In a content folder a file is found by folder and name, so both must be right."""
    kind = next(
        (kind for kind, folder in FOLDERS.items() if folder == path.absolute().parent.name), None
    )
    kinds = {
        "technique": Technique,
        "routine": Routine,
        "course": Course,
        "phrases": PhraseFile,
        "lexicon": LexiconFile,
    }
    if kind is not None and not isinstance(content, kinds[kind]):
        message = f"this folder holds files of 'kind: {kind}'; move this one or mend its kind"
        yield Problem(Location(str(path), 1, 1), message)
        return
    name = getattr(content, "id", None) or getattr(content, "language", None)
    if kind is not None and name != path.stem:
        message = f"the file is named {path.stem} and says it is '{name}'; make the two equal"
        yield Problem(Location(str(path), 1, 1), message)


def _check_phrases(content: PhraseFile, library: Library) -> Iterator[Problem]:
    try:
        library.phrases(content.language)
    except ContentError as error:
        yield from error.problems
    except MissingError:
        pass  # its name is wrong, which was said
    lines = (line for lines in content.lines.values() for line in lines)
    yield from check_recordings(lines, library)


def _check_course(course: Course, library: Library) -> Iterator[Problem]:
    yield from check_languages(texts_of(course), library)
    known = (*library.routine_ids(), *library.technique_ids())
    for name, where in course.sessions:
        if name not in known:
            message = f"there is no routine or technique '{name}'; {did_you_mean(name, known)}"
            yield Problem(where, message)


def _check_pack(content: PackFile, path: Path, library: Library) -> Iterator[Problem]:
    if path.name not in PACK_FILES:
        message = "a pack is found by its pack.yaml; give this file that name, atop its folder"
        yield Problem(content.location, message)
    known = library.languages()
    for language in content.languages:
        if language not in known:
            message = f"the language '{language}' has no phrases; add phrases/{language}.yaml"
            yield Problem(content.location, message)


def _check_steps(routine: Routine, library: Library) -> Iterator[Problem]:
    try:
        library.techniques_of(routine.steps)
    except ContentError as error:
        yield from error.problems


def _check_translations(
    content: Content, library: Library, wanted: str | None
) -> Iterator[Problem]:
    """Texts without a language that the file is in, as far as it is a language, or without one."""
    known = set(library.languages())
    for language in sorted((languages_of(content) & known) | ({wanted} if wanted else set())):
        yield from missing_texts(content, language)
