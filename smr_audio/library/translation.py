"""What a language's files still say in English, and in which order it is needed."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from smr_audio.errors import Problem
from smr_audio.library.models import Content
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.search import FOLDERS, shipped_content
from smr_audio.library.yaml_reader import Items, Mapping, Node, Scalar, read_yaml
from smr_audio.suggest import shortened

_ORDER: Final = ("phrases", "lexicon", "techniques", "routines", "courses", "pages")
_NO_TEXTS: Final = ("kind", "muscles_also")  # whose keys are the words
_ALWAYS_OTHER: Final = ("English", "eng")  # the name of the language, and its code


def in_order_of_need(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """First those of what every session says, last those of what only the page shows."""

    def need(problem: Problem) -> int:
        folder = Path(problem.location.path).parent.name
        return _ORDER.index(folder) if folder in _ORDER else len(_ORDER)

    return tuple(sorted(problems, key=need))


def left_to_translate(content: Content, path: Path, language: str | None) -> tuple[list[Problem], list[str]]:
    """The texts of a language's file that are as in English; those of one word are only doubts."""
    kind = type(content).__name__.lower()
    english = shipped_content() / FOLDERS.get(kind, kind) / f"{DEFAULT_LANGUAGE}.yaml"
    if language in (None, DEFAULT_LANGUAGE) or getattr(content, "language", None) != language:
        return [], []
    problems, doubts = list[Problem](), list[str]()
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
