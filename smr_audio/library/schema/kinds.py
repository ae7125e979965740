"""The keys of every kind of content file, as tables. `docs/content.md` explains each.

Files are read with them, and a JSON Schema (draft 7) for editors is made of them, so the two always
agree. It covers single files: only `check` knows whether a technique exists.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import models, yaml_reader
from smr_audio.library.lexicon import Lexicon
from smr_audio.library.pose import JOINTS, PARTS, SPOTS, SUPPORTS, TOOLS, VIEWS
from smr_audio.library.routine import Course, Routine
from smr_audio.library.schema import specs
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, LANGUAGE_CODE, Form, Words, lines
from smr_audio.library.schema.specs import WORD, ListOf, MapOf, Record, Text
from smr_audio.library.technique import POSITIONS, TECHNIQUE
from smr_audio.library.yaml_reader import Node, Scalar

_KEYS: Final = specs.own_table("phrases.yaml", MapOf(WORD, MapOf(WORD, ListOf(WORD))))
LENGTHS: Final[Mapping[str, tuple[str, ...]]] = _KEYS["lengths"]
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {**LENGTHS, **_KEYS["later"]}
ONE_LINE: Final[Mapping[str, tuple[str, ...]]] = {**LENGTHS, **_KEYS["one_line"]}
PHRASES: Final[Mapping[str, tuple[str, ...]]] = {**ONE_LINE, **_KEYS["later"], **_KEYS["lines"]}
TITLES: Final[Mapping[str, tuple[str, ...]]] = _KEYS["titles"]
WORDS: Final = (
    *("left", "right", "leg", "foot", "arm", "side", "and", "or"),
    *("seconds", "minute", "minutes", "about"),
)

PICTURES: Final = (
    *("picture", "join", *VIEWS, *POSITIONS, *TOOLS, *SPOTS),
    *("leg straight", "leg bent", "lifted"),
    *("forearms floor", "forearm floor", "forearms table", "forearm table"),
    *(f"on {support}" for support in SUPPORTS),
    *("in hands", "in hand", "hands behind"),
    *(f"{hands} {on}" for hands in ("hands", "hand") for on in (*SUPPORTS, "head")),
    *("slide", "slide little", "sink", "press", *(f"swing {joint}" for joint in JOINTS)),
    *("arm", "arm wall", "arm wall out", "leg", "leg floor"),
    *(f"{part} {at}" for part, steps in PARTS.items() for at in steps),
)
"""Words for the pictures of techniques; of a part, `thigh 25` is for 25 per cent of it and more."""

_PICTURE_FORM: Final = Form(80, ("side", "tool", "spot", "start", "end", "view", "parts", "moved", "first", "then"))


def _make_phrases(location: Location, language: str, **given: Any) -> models.Phrases:
    """The phrases of a file, where a text without a language is in the file's own."""

    def own(text: models.LocalText) -> models.LocalText:
        if [*text.texts] != [DEFAULT_LANGUAGE]:
            return text
        return replace(text, texts={language: text.texts[DEFAULT_LANGUAGE]})

    given["titles"] = {name: own(text) for name, text in given.get("titles", {}).items()}
    phrases = given.get("lines", {}).items()
    given["lines"] = {name: tuple(replace(line, text=own(line.text)) for line in said) for name, said in phrases}
    return models.Phrases(language, location, **given)


PHRASE_FILE: Final = Record(
    _make_phrases,
    {
        "language": LANGUAGE_CODE,
        "name": Text(most=40),
        "iso639_2": Text(pattern=r"[a-z]{3}", what="a three-letter ISO 639-2 code"),
        "lines": specs.mapping("lines", {k: lines(v, 1 if k in ONE_LINE else 20) for k, v in PHRASES.items()}),
        "titles": specs.mapping("titles", {k: Words(60, v) for k, v in TITLES.items()}),
        "words": specs.mapping("words", dict.fromkeys(WORDS, Text(most=40))),
        "tools": MapOf(WORD, Text(most=60, empty=True)),
        "tools_short": MapOf(WORD, Text(most=60, empty=True)),
        "muscles": MapOf(WORD, Text(most=60)),
        "muscles_also": MapOf(Text(most=60), ListOf(WORD, alone=True)),
        "pictures": specs.mapping("pictures", dict.fromkeys(PICTURES, _PICTURE_FORM)),
    },
    "a phrases file",
    ("language",),
)


_SHOWN: Final = Text(most=400)
_FORMS: Final = Record(models.PageText, dict.fromkeys(("one", "other"), _SHOWN), "a text", ("one", "other"))
_SHOWN_LIST: Final = ListOf(_SHOWN, 1)


class _PageText:
    """A text, one for `one` and one for `other`, or a list of texts."""

    def read(self, node: Node, name: str, problems: specs.Problems) -> Any:
        if isinstance(node, yaml_reader.Mapping):
            return _FORMS.read(node, name, problems)
        spec = _SHOWN if isinstance(node, Scalar) else _SHOWN_LIST
        return models.PageText(spec.read(node, name, problems), node.location)

    def schema(self) -> specs.Schema:
        return {"anyOf": [_SHOWN.schema(), _FORMS.schema(), _SHOWN_LIST.schema()]}


def _make_page(location: Location, language: str, **given: Any) -> models.Page:
    sections = {name: given.get(name, {}) for name in models.SECTIONS}
    return models.Page(language, sections, location)


def _make_routine(location: Location, title: Any, about: Any = None, **given: Any) -> Routine:
    return Routine(title=title, about=about or title, location=location, **given)


_ROUTINE: Final = specs.record(Routine, "a routine")

PAGE: Final = Record(
    _make_page,
    {"language": LANGUAGE_CODE, **dict.fromkeys(models.SECTIONS, MapOf(WORD, _PageText()))},
    "a file of the page's words",
    ("language",),
)


KINDS: Final[Mapping[str, Record]] = {
    kind: replace(found, keys={"kind": specs.Choice((kind,)), **found.keys}, required=("kind", *found.required))
    for kind, found in {
        "technique": TECHNIQUE,
        "routine": replace(
            _ROUTINE, make=_make_routine, required=tuple(key for key in _ROUTINE.required if key != "about")
        ),
        "course": specs.record(Course, "a course"),
        "phrases": PHRASE_FILE,
        "page": PAGE,
        "lexicon": specs.record(Lexicon, "a lexicon"),
        "defaults": specs.record(models.Defaults, "the defaults"),
        "limits": specs.record(models.Limits, "the limits"),
        "evidence": specs.record(models.Evidence, "the evidence"),
        "claims": specs.record(models.Claims, "the claims policy"),
        "pack": specs.record(models.PackFile, "a pack"),
    }.items()
}
"""Every kind of file, by its `kind`."""

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
EDITED: Final = ("technique", "routine", "course", "phrases", "page", "lexicon", "pack")
"""The kinds that people write."""


def schema_for(kind: str | None = None) -> specs.Schema:
    """The schema of one kind of file, or of any that people write. Raises KeyError for no kind."""
    if kind is not None:
        return {"$schema": DRAFT, "title": f"smr-audio {kind}", **KINDS[kind].schema()}
    return {
        "$schema": DRAFT,
        "title": "smr-audio content",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(EDITED), "description": specs.key_help()["kind"]}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": KINDS[name].schema()}
            for name in EDITED
        ],
    }
