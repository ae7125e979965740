"""Numbers in a text, with what stands before, between and after them, as words.

`20–30 s` is "twenty to thirty seconds", `3×30` "three times thirty", `5–7/10` "five to seven
out of ten". All words but those of the numbers are the lexicon's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from smr_audio.library.lexicon import Lexicon, UnitWords
from smr_audio.session.numerals import digits_in_words, in_words, number_in_words

T = TypeVar("T")

_WITHOUT_SPACES: Final = ("ja", "th", "zh")
_LETTER: Final = re.compile(r"[^\W_]")

_NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|(?<![\w.])\.[0-9]+"
_CHAIN: Final = r"[0-9]+(?:-[0-9]+){2,}|[0-9]+(?:\.[0-9]+){2,}|[0-9]+(?:/[0-9]+){2,}"
_TIME: Final = (
    r"[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])|[0-9]{1,2}m[0-5]?[0-9](?=s(?![^\W_]))"
)
_BETWEEN: Final = (
    r"-(?=[0-9])|\s+-\s+(?=[0-9])|\s*–\s*(?=-?[0-9])|\s*[x×X]\s*(?=[0-9])"
    r"|\s*/\s*(?=[0-9])|:(?=[0-9])"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = re.compile(r"\s*[ap]\.?\s?m\b", re.IGNORECASE)
_AFTER_RANGE: Final = re.compile(r"[0-9]\s*[-–]\s*$")
_NEVER: Final = r"(?!)"
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?…][\"'’”)]*\s)[\s\"'“‘(¿¡]*$")


def edges(language: str) -> tuple[str, str]:
    """Patterns for where a word begins and where it ends."""
    if language.startswith(_WITHOUT_SPACES):  # words stand side by side, but not within "ROMs"
        return r"(?<![a-zA-Z0-9])", r"(?![a-zA-Z0-9])"
    return r"(?<![^\W_])", r"(?![^\W_])"


def at_sentence_start(text: str, place: int) -> bool:
    """Whether a sentence begins at a place of a text."""
    return _SENTENCE_START.search(text[:place]) is not None


def capitalised(words: str) -> str:
    """Words with a capital at their start."""
    return words[:1].upper() + words[1:]


def any_of(written: Iterable[str]) -> str:
    """A pattern for any of some texts, the longest first."""
    return "|".join(map(re.escape, sorted(written, key=len, reverse=True))) or _NEVER


def in_any_case(table: Mapping[str, T]) -> dict[str, T]:
    """A table that has its keys without capitals too."""
    return {**{written.casefold(): said for written, said in table.items()}, **table}


def _any_unit(units: Collection[str], end: str) -> str:
    """A pattern for units. `S` is no second, but `Min` is a minute; `3 x 30` has no unit."""
    words = {unit for unit in units if unit[-1].isalnum()}
    signs = any_of(unit for unit in units if unit not in words)
    times = any_of(unit for unit in units if unit in ("x", "×"))
    long = any_of(unit for unit in words if len(unit) > 1).replace("/", r"/\s*")
    short = any_of(unit for unit in words if len(unit) == 1)
    return rf"(?!(?:{times})\s*[0-9])(?:(?:(?i:{long})|{short}){end}|{signs})"


def _any_prefix(prefixes: Iterable[str]) -> str:
    """A pattern for what stands before a number; a sign of plus or minus right before it."""
    close = [one for one in prefixes if one in "-−+"]
    apart = [one for one in prefixes if one not in "-−+"]
    return rf"(?:{any_of(close)})(?=[.0-9])|(?i:{any_of(apart)})(?=\s*[-−+~]?[.0-9])"


@dataclass(frozen=True, slots=True)
class Quantities:
    """Finds the numbers of texts in one language."""

    lexicon: Lexicon
    pattern: re.Pattern[str]
    prefix: re.Pattern[str]
    prefixes: Mapping[str, str]
    units: Mapping[str, UnitWords]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Quantities:
        """All patterns made, which takes a millisecond."""
        prefix = _any_prefix(lexicon.before_numbers)
        _, end = edges(lexicon.language)
        units = _any_unit(lexicon.units, end)
        letters = _any_unit([unit for unit in lexicon.units if unit.isalpha()], end)
        fraction = any_of(lexicon.fractions)
        pattern = (
            rf"(?:(?<![\w)\]])(?P<before>(?:(?:{prefix})\s*){{1,2}}))?"
            rf"(?:(?P<chain>{_CHAIN})|(?P<time>{_TIME})"
            rf"|(?:(?P<whole>[0-9]{{1,6}})\s+)?(?P<fraction>{fraction})(?![0-9/])"
            rf"|(?P<number>{_NUMBER}))"
            rf"(?:(?P<ordinal>{any_of(lexicon.ordinals)}){end}"
            rf"|-(?P<adjective>{letters})"
            rf"|\s*(?P<unit>{units})(?P<point>\.(?=\s+[a-z]))?)?"
            rf"(?P<between>{_BETWEEN})?"
        )
        return cls(
            lexicon,
            re.compile(pattern),
            re.compile(prefix),
            in_any_case(lexicon.before_numbers),
            in_any_case(lexicon.units),
        )

    def in_words(self, text: str) -> str:
        """The text with every number in words, as far as the language has them."""
        return self.pattern.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        parts = [*self._before(match["before"] or ""), *self._number(match)]
        parts += self._between(match["between"] or "")
        words = self._joined(parts)
        text, start, end = match.string, match.start(), match.end()
        if at_sentence_start(text, start):
            words = capitalised(words)
        if start and self._is_spaced(text[start - 1]):
            words = f" {words}"
        if self._is_spaced(words[-1] if match["between"] else text[end : end + 1]):
            words += " "
        return words

    def _before(self, written: str) -> list[str]:
        found = [match[0] for match in self.prefix.finditer(f"{written}0")]
        return [self.prefixes.get(one) or self.prefixes.get(one.casefold(), one) for one in found]

    def _number(self, match: re.Match[str]) -> list[str]:
        language = self.lexicon.language
        if match["chain"]:
            words = [self._chain(match["chain"])]
        elif match["time"]:
            return self._time(match)
        elif match["fraction"]:
            words = [self.lexicon.fractions[match["fraction"]]]
            if match["whole"]:
                whole = number_in_words(match["whole"], language)
                words = [whole, self.lexicon.signs.get("&", ""), *words]
        elif match["ordinal"] and match["number"].isdigit() and len(match["number"]) < 16:
            words = [in_words(int(match["number"]), language, ordinal=True)]
        else:
            words = [number_in_words(match["number"], language)]
            if match["ordinal"]:
                words.append(match["ordinal"])
        return words + self._unit(match)

    def _unit(self, match: re.Match[str]) -> list[str]:
        if written := match["adjective"]:
            unit = self._unit_words(written)
            return [unit.one] if unit else [written]
        if not (written := match["unit"]):
            return []
        unit = self._unit_words(written)
        if unit is None:
            return [written]
        number = Decimal((match["number"] or "0").replace(",", ""))  # 1.0 is said as one
        alone = number == 1 or (match["fraction"] and not match["whole"])
        ranged = _AFTER_RANGE.search(match.string, max(0, match.start() - 20), match.start())
        return [unit.one if alone and not ranged else unit.many]

    def _unit_words(self, written: str) -> UnitWords | None:
        written = "".join(written.split())  # 7 / 10
        return self.units.get(written) or self.units.get(written.casefold())

    def _between(self, written: str) -> list[str]:
        sign = written.strip()
        known = {"-": "–", "x": "×", "X": "×"}.get(sign, sign)
        return [self.lexicon.between_numbers.get(known, sign)] if sign else []

    def _chain(self, chain: str) -> str:
        """A date or version number by number; a number to call digit by digit."""
        language = self.lexicon.language
        if "-" in chain and not _DATE.fullmatch(chain):
            return ", ".join(digits_in_words(group, language) for group in chain.split("-"))
        groups = re.split(r"[-./]", chain)
        return ", ".join(number_in_words(group.lstrip("0") or "0", language) for group in groups)

    def _time(self, match: re.Match[str]) -> list[str]:
        """`1:30` as a length, one minute and a half; as a time of day before a.m. or p.m."""
        language = self.lexicon.language
        written = re.split("[:m]", match["time"])
        numbers = [int(part) for part in written]
        names = ("h", "min", "s") if len(numbers) == 3 or match["unit"] == "h" else ("min", "s")
        units = [self.units.get(name) for name in names[: len(numbers)]]
        if not all(units) or _CLOCK.match(match.string, match.end()):
            return [number_in_words(part, language) for part in written]
        words = []
        for number, unit in zip(numbers, units, strict=True):
            if unit and (number or not any(numbers)):
                words += [in_words(number, language), unit.one if number == 1 else unit.many]
        return words

    def _joined(self, parts: Iterable[str]) -> str:
        """Words with spaces between them, but for scripts without."""
        whole = ""
        for part in parts:
            if self._is_spaced(whole[-1:]) and self._is_spaced(part[:1]):
                whole += " "
            whole += part
        return whole.strip()

    def _is_spaced(self, letter: str) -> bool:
        """Whether a space keeps this letter apart from a number; not a Chinese one."""
        return _LETTER.match(letter) is not None and (
            letter.isascii() or not self.lexicon.language.startswith(_WITHOUT_SPACES)
        )
