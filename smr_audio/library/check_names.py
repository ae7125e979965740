"""Check what a file names: words of the phrases, limits, references, techniques, recordings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from smr_audio.errors import ContentError, Location, MissingError, Problem, UsageError
from smr_audio.library.catalog import Library
from smr_audio.library.models import Line, LocalText, Technique
from smr_audio.library.places import is_file
from smr_audio.library.recordings import paths_of
from smr_audio.library.spoken import DEFAULT_LANGUAGE
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
