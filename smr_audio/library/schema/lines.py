"""What is said, and its specs: texts in several languages, lines, placeholders and recordings."""

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final, Literal, TypeAlias

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library import yaml_reader
from smr_audio.library.markup import parse_markup
from smr_audio.library.schema import specs
from smr_audio.library.schema.specs import BAD, Problems, Schema, Text
from smr_audio.library.yaml_reader import Items, Node, Scalar
from smr_audio.options import kinds
from smr_audio.records import dataclass
from smr_audio.suggest import did_you_mean

DEFAULT_LANGUAGE: Final = "en"

LANGUAGE: Final = r"[a-z]{2}(-[a-z0-9]{2,8})*"
"""The shape of a language code, a BCP 47 tag in lower case."""
LANGUAGE_CODE: Final = Text(pattern=LANGUAGE, what="a language code")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINE_KEYS: Final[Mapping[str, specs.Spec]] = {
    "then_s": specs.seconds(0, 60),
    "safety": specs.Choice(("true", "false", "short")),
    "speed": specs.Value(kinds.Number(0.85, 1)),
    "at": specs.Either(specs.Choice(("half",)), specs.number(0, 3600, "seconds, or half")),
}


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in one or more languages, by lower-case language code."""

    texts: Mapping[str, str]
    location: Location

    def shown(self, language: str) -> str:
        """The text in a language, or else in any: for lists."""
        return self.texts[self.language(language)]

    def language(self, wanted: str) -> str:
        """The language of what is `shown` for a language."""
        return wanted if wanted in self.texts else next(iter(self.texts))

    def get(self, language: str) -> str:
        """The text in a language. Raises ContentError that points here if there is none."""
        if language not in self.texts:
            raise ContentError([Problem(self.location, f"there is no '{language}' text here; add one")])
        return self.texts[language]


At: TypeAlias = Literal["half"] | int
"""When in a hold: at half of it, or so many seconds after its start."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and the silence after it, by default that of the line's role.

    A `safety` line is said at every level of talk; one that is `unless_checked` only where the
    session has not asked the whole safety check. `sound` is the path of a recording, by language,
    to use instead of a voice. `speed` is a factor on the pace of its role. `at` is when a line of
    coaching is said: at half of the hold, or so many seconds after its start.
    """

    text: LocalText
    location: Location
    then_ticks: int | None = None
    safety: bool = False
    unless_checked: bool = False
    sound: LocalText | None = None
    speed: float = 1.0
    at: At | None = None


def is_language(key: str) -> bool:
    """Whether a key has the shape of a language code: `en`, `zh`, `pt-br`."""
    return re.fullmatch(LANGUAGE, key) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one or more languages: `{en: …, zh: …}`, or plain for that of its file."""

    most: int = 300
    placeholders: tuple[str, ...] = ()
    spoken: bool = False

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, Scalar):
            text = self._text(node, name, problems)
            return BAD if text is BAD else LocalText({problems.language: text}, node.location)
        if not isinstance(node, yaml_reader.Mapping):
            return problems.add(node, f"{name} must be a text, or {{en: a text}}")
        return self.in_languages(node, node.entries, name, problems)

    def in_languages(self, node: Node, entries: Iterable[tuple[Scalar, Node]], name: str, problems: Problems) -> Any:
        texts = {}
        for key, value in entries:
            if not is_language(key.text):
                problems.add(key, f"'{key.text}' is no language code; write en, zh or the like")
            else:
                texts[key.text] = self._text(value, f"{name} ({key.text})", problems)
        if not texts:
            return problems.add(node, f"{name} has no text; add en: ...")
        return BAD if BAD in texts.values() else LocalText(texts, node.location)

    def _text(self, node: Node, name: str, problems: Problems) -> Any:
        text = Text(most=self.most).read(node, name, problems)
        if text is BAD:
            return BAD
        bare = _PLACEHOLDER.sub("", text)
        if "{" in bare or "}" in bare:
            return problems.add(node, f"{name} has a brace without its partner; placeholders are {{side}}")
        for placeholder in _PLACEHOLDER.findall(text):
            if placeholder not in self.placeholders:
                hint = did_you_mean(placeholder, self.placeholders)
                return problems.add(node, f"{{{placeholder}}} is no placeholder of {name}; {hint}")
        if self.spoken:
            markup = parse_markup(text)
            is_said = any(c.isalnum() for c in markup.shown)
            faults = markup.faults or (() if is_said else ("has nothing that a voice can say; write words",))
            for fault in faults:
                text = problems.add(node, f"{name} {fault}")
        return text

    def schema(self) -> Schema:
        text: Schema = {"type": "string", "minLength": 1, "maxLength": self.most}
        return {"anyOf": [text, _in_languages(text, {})]}


@dataclass(frozen=True, slots=True)
class Form(Words):
    """A text in the language of its file, with placeholders."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        return self._text(node, name, problems)

    def schema(self) -> Schema:
        return Text(most=self.most).schema()


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line to say: a text, or texts by language with keys of the line.

    `coaching` may have a time in the hold.
    """

    placeholders: tuple[str, ...] = ()
    coaching: bool = False

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, Items):
            return problems.add(node, f"{name} is one line, not a list; keep one of them")
        words = Words(placeholders=self.placeholders, spoken=True)
        specs = {**_LINE_KEYS, "sound": Words(placeholders=self.placeholders)}
        before, entries = len(problems.found), getattr(node, "entries", ())
        said: dict[str, Any] = {}
        languages = []
        for key, value in entries:
            if key.text == "at" and not self.coaching:
                problems.add(key, "at is for a line of coaching; take it out")
            elif key.text in specs:
                said[key.text] = specs[key.text].read(value, key.text, problems)
            elif is_language(key.text):
                languages.append((key, value))
            else:
                hint = did_you_mean(key.text, specs)
                if not is_language(key.text.lower()) and not key.text.islower():
                    hint = "put a line with a colon in quotes"
                problems.add(key, f"'{key.text}' is no language code and no key of a line; {hint}")
        text = words.in_languages(node, languages, name, problems) if entries else words.read(node, name, problems)
        if (sound := said.get("sound")) and text is not BAD:
            for fault in _sound_faults(sound.texts, text.texts, "speed" in said):
                problems.add(sound.location, fault)
        if len(problems.found) > before:
            return BAD
        then_ticks, safety = said.pop("then_s", None), said.pop("safety", "")
        return Line(text, node.location, then_ticks, safety == "true", safety == "short", **said)

    def schema(self) -> Schema:
        path = Words().schema()
        text = path["anyOf"][0]
        keys = (name for name in _LINE_KEYS if self.coaching or name != "at")
        more = {**{name: _LINE_KEYS[name].schema() for name in keys}, "sound": path}
        for name, one in more.items():
            one["description"] = specs.key_help()[name]
        return {"anyOf": [text, _in_languages(text, more, besides=tuple(_LINE_KEYS))]}


@dataclass(frozen=True, slots=True)
class CoachingLines:
    """Lines of coaching by name; in a list a line may have its name, or is named by its place."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, Items) or (isinstance(node, Scalar) and node.text):
            items = node.items if isinstance(node, Items) else (node,)
            entries = tuple(_named(item, number) for number, item in enumerate(items, 1))
            names = [key.text for key, _ in entries]
            for at, (key, _) in enumerate(entries):
                if key.text in names[:at]:
                    problems.add(key, f"'{key.text}' stands twice; keep one, or take its name away")
            node = yaml_reader.Mapping(entries, node.location)
        return _COACHING.read(node, name, problems)

    def schema(self) -> Schema:
        line = SpokenLine(coaching=True).schema()
        item = {"anyOf": [line, {"type": "object", "additionalProperties": line}]}
        return {"anyOf": [_COACHING.schema(), {"type": "array", "items": item, "minItems": 1}]}


_COACHING: Final = specs.MapOf(specs.WORD, SpokenLine(coaching=True), 1)


def _named(item: Node, number: int) -> tuple[Scalar, Node]:
    if isinstance(item, yaml_reader.Mapping) and len(item.entries) == 1:
        key, line = item.entries[0]
        is_word = re.fullmatch(str(specs.WORD.pattern), key.text) and not is_language(key.text)
        if is_word and key.text not in (*_LINE_KEYS, "sound"):
            return key, line
    return Scalar(f"line-{number}", True, item.location), item


def _sound_faults(paths: Mapping[str, str], texts: Mapping[str, str], has_speed: bool) -> Iterator[str]:
    for language, path in paths.items():
        if language not in texts:
            yield f"sound is in '{language}', and the line has no such text"
        elif fault := _fault_of(path, texts[language]):
            yield f"sound {fault}"
    if has_speed and not texts.keys() - paths.keys():
        yield "a recording has a speed of its own; remove speed"


def _fault_of(path: str, text: str) -> str | None:
    """What is wrong with the path of a recording, or None; `text` is that of the line.

    A path must be below the folder of its file, so that a folder of content can be moved. If the
    text changes with the side, the path must too.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or "\\" in path:
        return "must be a path from the folder of this file, with / between, such as anna/knee.wav"
    if ".." in PurePosixPath(path).parts:
        return "must lie below the folder of this file; take the .. out"
    there = set(_PLACEHOLDER.findall(path))
    known = there | ({"other"} if "side" in there else set())
    for name in (f"{{{one}}}" for one in _PLACEHOLDER.findall(text) if one not in known):
        return f"must have {name} in it, since what the line says changes with it: such as {name}-{Path(path).name}"
    return None


def lines(placeholders: tuple[str, ...] = (), most: int = 20) -> specs.ListOf:
    """One line or a list of lines."""
    return specs.ListOf(SpokenLine(placeholders), 1, most, "line", alone=True)


def _in_languages(text: Schema, more: Schema, *, besides: Iterable[str] = ()) -> Schema:
    """A text by language; keys `besides` are none, even of the shape of a language."""
    keys = "|".join(key for key in besides if is_language(key))
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": more,
        "patternProperties": {f"^{f'(?!({keys})$)' if keys else ''}{LANGUAGE}$": text},
        "minProperties": 1,
    }


def recording_of(line: Line, language: str, values: Mapping[str, str]) -> Path | None:
    """The path of a line's recording, filled in; None if a voice says the line."""
    if line.sound is None or language not in line.sound.texts:
        return None
    return Path(line.sound.location.path).parent / line.sound.texts[language].format(**values)


def recordings_of(lines: Iterable[Line]) -> Iterator[Path]:
    """Every existing recording that lines may name, whatever their placeholders become."""
    for sound in (line.sound for line in lines if line.sound):
        folder = Path(sound.location.path).parent
        for path in sound.texts.values():
            escaped = "*".join(map(glob.escape, _PLACEHOLDER.split(path)[::2]))
            try:
                found = sorted(folder.glob(re.sub(r"\*{2,}", "*", escaped)))  # ** is every folder
            except (ValueError, IndexError, NotImplementedError):  # empty, "." or absolute
                continue
            yield from found


def recordings_of_sides(line: Line, words: Mapping[str, Mapping[str, str]]) -> Iterator[Path]:
    """The recordings of a line that do not depend on a session.

    `words` are those for `left` and `right` by language; paths that need others are left out.
    """
    for language, sides in words.items():
        for side, other in (("left", "right"), ("right", "left")):
            with suppress(KeyError):
                if path := recording_of(line, language, {"side": sides[side], "other": sides[other]}):
                    yield path
