"""The kinds of content file: their keys, how one is read and checked alone, and how one begins.

A JSON Schema (draft 7) for editors is made of the same keys. `docs/content.md` explains each. Only
`check` knows whether what a file names exists.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library import models, yaml_reader
from smr_audio.library.lexicon import Lexicon
from smr_audio.library.pose import JOINTS, PARTS, SPOTS, SUPPORTS, TOOLS, VIEWS
from smr_audio.library.routine import Course, Routine, Step
from smr_audio.library.schema import specs
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, LANGUAGE_CODE, Form, Words, is_language, lines
from smr_audio.library.schema.specs import BAD, WORD, Choice, ListOf, Made, MapOf, Problems, Record, Text, finish
from smr_audio.library.search import FOLDERS, shipped_content
from smr_audio.library.technique import POSITIONS, PRESSING, PROTECTED_COACHING, TECHNIQUE, names_side
from smr_audio.library.yaml_reader import Node, Scalar, at, node_of, read_in_part, scalars_of
from smr_audio.options.preferences import Preferences, unknown_names
from smr_audio.suggest import did_you_mean

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


def _page_text(texts: Any, location: Location) -> models.PageText:
    return models.PageText(texts if len(texts) > 1 else texts[0], location)


_PAGE_TEXT: Final = specs.Either(Made(ListOf(_SHOWN, 1, alone=True), _page_text), _FORMS)

PAGE: Final = Record(
    lambda location, language, **given: models.Page(
        language, {name: given.get(name, {}) for name in models.SECTIONS}, location
    ),
    {"language": LANGUAGE_CODE, **dict.fromkeys(models.SECTIONS, MapOf(WORD, _PAGE_TEXT))},
    "a file of the page's words",
    ("language",),
)


def _make_routine(location: Location, title: Any, about: Any = None, **given: Any) -> Routine:
    return Routine(title=title, about=about or title, location=location, **given)


KINDS: Final[Mapping[str, Record]] = {
    kind: replace(found, keys={"kind": Choice((kind,)), **found.keys}, required=("kind", *found.required))
    for kind, found in {
        "technique": TECHNIQUE,
        "routine": specs.record(Routine, "a routine", make=_make_routine, optional=("about",)),
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


def read_content(path: Path) -> models.Content:
    """Read a file. Raises UsageError if there is none, ContentError with every problem in it."""
    return _content_of(*read_in_part(path))


def made_content(values: Mapping[str, Any]) -> models.Content:
    """The content of a dict with the keys of a file. Raises ContentError.

    A routine needs no `kind` and no `id`.
    """
    given = {key: value for key, value in values.items() if value is not None}
    if given.get("kind", "routine") == "routine":
        given = {"kind": "routine", "id": "session", **given}
    return _content_of(node_of(given, "session"), ())


def _content_of(node: Node, repeated: Iterable[Problem]) -> models.Content:
    # The language of a routine's plain texts stands on top or in its settings.
    told = getattr(at(node, "language") or at(at(node, "settings"), "language"), "text", "")
    is_told = getattr(at(node, "kind"), "text", "") == "routine" and is_language(told)
    problems = Problems(told if is_told else DEFAULT_LANGUAGE, [*repeated])
    content: models.Content | None = _read(node, problems)
    check = _CHECKS.get(problems.given.get("kind", ""))
    if check and isinstance(node, yaml_reader.Mapping):
        check(problems.given, node, problems)
    if problems.found or content is None:
        raise ContentError(finish(problems.found))
    return content


def _read(node: Node, problems: Problems) -> Any:
    if not isinstance(node, yaml_reader.Mapping):
        what = "is empty" if isinstance(node, Scalar) and not node.text else "has no keys"
        return problems.add(node, f"the file {what}; begin it with 'kind: routine' or 'kind: technique'")
    kind = node.get("kind")
    if kind is None:
        return problems.add(node, "'kind' is missing; add 'kind: routine' or 'kind: technique'")
    name = Choice(tuple(KINDS)).read(kind, "kind", problems)
    return KINDS[name].read(node, name, problems) if name else BAD


def misplaced(path: Path, content: object, kind: str) -> Problem | None:
    """What is wrong where the folder is for another kind, or the file is not named as its id."""
    name = getattr(content, "id", None) or getattr(content, "language", path.stem)
    message = f"the file is named {path.stem} and says it is '{name}'; make the two equal"
    if type(content).__name__.lower() != kind:
        message = f"this folder holds files of 'kind: {kind}'; move this one or mend its kind"
    elif name == path.stem:
        return None
    return Problem(Location(str(path), 1, 1), message)


def every(kinds: type | tuple[type, ...], part: object) -> Iterator[Any]:
    """Every value of some types in content, in the order of its fields."""
    if isinstance(part, kinds):
        yield part
    elif isinstance(part, Mapping | tuple):
        for one in part.values() if isinstance(part, Mapping) else part:
            yield from every(kinds, one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from every(kinds, getattr(part, field.name))


def lines_of(content: models.Content) -> Iterator[models.Line]:
    return every(models.Line, content)


def _check_course(given: Mapping[str, Any], node: yaml_reader.Mapping, problems: Problems) -> None:
    days, weeks = given.get("days") or (), given.get("weeks")
    if ("days" in given) == ("every" in given):
        problems.add(node, "a course needs 'every: other_day' or 'days: [mon, wed, fri]'; give one of the two")
    if len(set(days)) != len(days):
        problems.add(node, "a day stands twice in 'days'; name each once")
    before = 1
    for stage in filter(None, given.get("growth") or ()):
        if not before < stage.from_week <= (weeks or stage.from_week):
            message = f"from_week {stage.from_week} must come after {before} and be {weeks} at most; "
            problems.add(stage.location, f"{message}put the stages in order")
        before = stage.from_week


def _check_routine(given: Mapping[str, Any], node: yaml_reader.Mapping, problems: Problems) -> None:
    steps, settings = given.get("steps") or (), given.get("settings", Preferences())
    if settings is BAD or not all(steps):
        return  # what is named may be what is wrong
    steps = {one.location: one for one in steps if isinstance(one, Step)}.values()
    ids = [step.technique for step in steps]
    unknown = unknown_names(settings, ids) if ids else ()
    for name in unknown:
        hint = did_you_mean(name, ids)
        problems.add(_named_at(node, name), f"'{name}' is no technique of this routine; {hint}")
    kept = {*(settings.only or ids)} - {*settings.skip}
    if ids and not kept and not unknown:
        where = _named_at(node, "skip" if settings.skip else "only")
        problems.add(where, "these settings leave no technique to do; skip fewer")
    for step in steps:
        if step.own and step.own.sides == 1:
            _check_sides(step.own, problems)
        said = step.settings.over(settings)
        holds = step.holds or [one for one in settings.holds if one.technique in (None, step.technique)]
        sets = step.settings.sets if step.holds else said.sets
        lengths = {len(one.amounts) for one in holds if one.more}
        if len(lengths | ({sets} if sets and lengths else set())) > 1:
            message = "a hold with several lengths has one for each set; give as many sets, or none"
            problems.add(step.location, message)
        if said.extra and said.sides not in (None, "both", said.extra):
            message = f"the extra side is {said.extra}, but only the {said.sides} side is worked; drop one of the two"
            problems.add(step.location, message)


def _named_at(node: yaml_reader.Mapping, name: str) -> Node:
    """Where settings name a technique, or have a key; else the whole file."""
    return next((one for one in scalars_of(node.get("settings")) if one.text.split(":")[0] == name), node)


def _check_technique(given: Mapping[str, Any], node: yaml_reader.Mapping, problems: Problems) -> None:
    hold, sides = given.get("hold"), given.get("sides")
    if hold and not hold.least <= hold.default <= hold.most:
        problems.add(hold.location, "hold must rise: least, then default, then most")
    times = set[Any]()
    for name, line in (given.get("coaching") or {}).items():
        if not line:
            continue
        if line.at is not None and name in PROTECTED_COACHING:
            problems.add(line.location, f"{name} is said as early as it can be; take 'at' out")
        if line.at in times:
            problems.add(line.location, f"another line is said at {line.at}; say one of them later")
        times |= {line.at} - {None}
        if hold and isinstance(line.at, int) and line.at >= hold.most:
            message = f"at {line.at} is beyond the longest hold, {hold.most} s; say it sooner"
            problems.add(line.location, message)
    if sides == 2 and "switch" not in given:
        problems.add(node, "a technique with 2 sides needs 'switch' lines; add them")
    mode = given.get("mode")
    for line in every(models.Line, given) if mode and mode not in PRESSING else ():
        if any("{press}" in text for text in line.text.texts.values()):
            message = f"{{press}} needs a mode with pressure, not {mode}; take it out"
            problems.add(line.location, message)
    if sides == 1:
        _check_sides(given, problems)


def _check_sides(of: object, problems: Problems) -> None:
    for line in every(models.Line, of):
        if names_side(line):
            problems.add(line.location, "{side} needs a technique with 'sides: 2'; name no side here")


_CHECKS: Final = {"course": _check_course, "routine": _check_routine, "technique": _check_technique}
"""What is wrong between the values of a file, as far as they could be read."""


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


SCHEMA_NAME: Final = "schema.json"

SCAFFOLDS: Final = ("technique", "routine", "course")
"""The kinds of file that can be begun with. `content/new/` has them."""
LANGUAGE_FILES: Final = ("phrases", "lexicon", "page")
"""The kinds of files that a language has."""


def scaffold(kind: str, name: str, title: str = "") -> str:
    """The file of a new technique, routine or course, with a line naming its schema to editors.

    Of a kind of a language's files it is the English one, to be translated.
    """
    modeline = f"# yaml-language-server: $schema=../{SCHEMA_NAME}\n"
    if kind in LANGUAGE_FILES:
        english = shipped_content() / FOLDERS[kind] / f"{DEFAULT_LANGUAGE}.yaml"
        text = re.sub(r'(?m)(?<=^language: )en$|\ben(?=: ")', name, english.read_text("utf-8"))
        return f"{modeline}# To translate: every text below is still in English.\n{text}"
    title = json.dumps(title or name.replace("-", " ").capitalize(), ensure_ascii=False)
    text = (shipped_content() / "new" / f"{kind}.txt").read_text("utf-8")
    return modeline + text.replace("NAME", name).replace('"TITLE"', title)
