"""Turn written lines into spoken ones: placeholders filled, and made speakable."""

import re
from collections.abc import Hashable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from smr_audio.errors import Location
from smr_audio.library.lexicon import NO_LEXICON, Lexicon
from smr_audio.library.models import Defaults, Line, Phrases, Role
from smr_audio.library.schema.lines import recording_of
from smr_audio.normalize import zh
from smr_audio.normalize.cardinals import in_words
from smr_audio.normalize.sentences import speakable
from smr_audio.options.choices import Pace, Side
from smr_audio.records import dataclass, field, replace
from smr_audio.session.script import Say, UserRecording

TIMES_S: Final = (*range(5, 61, 5), *range(75, 121, 15), *range(150, 301, 30), *range(360, 3601, 60))
"""The lengths of holds that are told exactly."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_AT_START = re.compile(r"(^|[.!?…]\s+)(\*+|\[[^\[\]]*\]\s*)*$")  # marks say nothing


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes lines of a session in one language at one pace."""

    phrases: Phrases
    defaults: Defaults
    pace: Pace
    lexicon: Lexicon = NO_LEXICON
    _made: dict[Hashable, tuple[Say, ...]] = field(default_factory=dict, repr=False, compare=False)

    def line(self, line: Line, role: Role, **values: str) -> Say:
        text = fill(line.text.get(self.phrases.language), **values)
        if values and zh.is_chinese(self.phrases.language):
            text = zh.with_pairs(text)
        spoken = self.say(text, role, at=line.location, then_ticks=line.then_ticks)
        spoken = spoken if line.speed == 1 else replace(spoken, speed=line.speed)
        path = recording_of(line, self.phrases.language, values)
        return spoken if path is None else replace(spoken, sentences=(UserRecording(str(path), spoken.text),), quiet=())

    def say(self, text: str, role: Role, *, at: Location, then_ticks: int | None = None) -> Say:
        """A text with the silence after it, its own or its role's, at this pace.

        Pauses in the text itself are the same at every pace.
        """
        then = self.defaults.then_ticks[role] if then_ticks is None else then_ticks
        factor = self.defaults.pace[self.pace]
        if role in ("load", "ready"):  # there is weight on the tool, so a relaxed pace waits no longer
            factor = min(factor, Fraction(1))
        spoken = speakable(text, self.lexicon)
        ticks = then * factor.numerator // factor.denominator + spoken.tail_ticks
        return Say(spoken.text, spoken.sentences, role, ticks, at, spoken.quiet)

    def phrase(self, phrase: str, role: Role, gives_way: str | None = None, /, **values: str) -> tuple[Say, ...]:
        key = (phrase, role, gives_way, *values.items())
        if key not in self._made:
            said = (self.line(line, role, **values) for line in self.phrases.lines[phrase])
            self._made[key] = tuple(replace(line, gives_way=gives_way) for line in said)
        return self._made[key]

    def one(self, phrase: str, role: Role, /, **values: str) -> Say:
        return self.phrase(phrase, role, **values)[0]

    def sentence(self, text: str) -> str:
        """A text with a full stop, unless it ends a sentence already."""
        return text if text[-1] in ".!?…。！？" else text + ("。" if zh.is_chinese(self.phrases.language) else ".")

    def number(self, number: int | Decimal) -> str:
        return in_words(number, self.phrases.language)

    def nth(self, n: int) -> dict[str, str]:
        return {"nth": in_words(n, self.phrases.language, to="ordinal")}

    def of(self, n: int, total: int) -> dict[str, str]:
        """What tells which of several one is: `{n}`, `{nth}` and `{total}`."""
        return {"n": self.number(n), **self.nth(n), "total": self.number(total)}

    def time(self, seconds: int) -> str:
        """The length of a hold in words: exact if it is of `TIMES_S`, else about the nearest."""
        words, told = self.phrases.words, min(TIMES_S, key=lambda one: abs(one - seconds))
        minutes, over = divmod(told, 60)
        time = words["seconds"].replace("{n}", self.number(told))
        if not over:
            time = words["minutes"].replace("{n}", self.number(minutes))
            time = words["minute"] if minutes == 1 else time
        return time if told == seconds else words["about"].replace("{time}", time)

    def side(self, side: Side | None) -> dict[str, str]:
        if side is None:
            return {}
        other = "right" if side == "left" else "left"
        return {"side": self.phrases.words[side], "other": self.phrases.words[other]}


def listed(names: Sequence[str], phrases: Phrases) -> str:
    if len(names) == 1:
        return names[0]
    if zh.is_chinese(phrases.language):
        return f"{'、'.join(names[:-1])}{phrases.words['and']}{names[-1]}"
    return f"{', '.join(names[:-1])} {phrases.words['and']} {names[-1]}"


def fill(text: str, **values: str) -> str:
    """Fill in placeholders, with a capital only at the start of a sentence.

    A word with two capitals ("TFL") keeps them.
    """

    if "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        word = values[match[1]]
        if _AT_START.search(text[: match.start()]):
            return word[:1].upper() + word[1:]
        return lowered(word)

    return _PLACEHOLDER.sub(value, text)


def lowered(words: str) -> str:
    """Words as they stand within a sentence: no capital, but for a word of capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
