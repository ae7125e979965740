"""Numbers in a text as words, with the units and signs around them.

`20–30 s` becomes "twenty to thirty seconds", `3×30` "three times thirty", `5–7/10` "five to seven
out of ten", `2x/week` "two times a week". All words except numbers come from the lexicon.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from smr_audio.library.lexicon import Lexicon, UnitWords
from smr_audio.normalize.cardinals import digits_in_words, in_words, number_in_words

T = TypeVar("T")

_WITHOUT_SPACES: Final = ("ja", "th", "zh")

_NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|(?<![\w.])\.[0-9]+"
_THOUSANDS: Final = r"[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])(?:,[0-9]+)?"  # where a comma is decimal
_COMMA_NUMBER: Final = rf"{_THOUSANDS}|[0-9]+(?:[.,][0-9]+)?"
_CHAIN: Final = r"[0-9]+(?:[-–][0-9]+){2,}|[0-9]+(?:\.[0-9]+){2,}|[0-9]+(?:/[0-9]+){2,}"
_COMMA_CHAIN: Final = rf"(?!{_THOUSANDS})(?:{_CHAIN})"
_YEAR: Final = "(?:1[1-9]|20)[0-9]{2}"
_YEARS: Final = re.compile(rf"(?<![0-9.,])({_YEAR})\s*[-–]\s*({_YEAR})(?![0-9.,]*[0-9])")
_PLURAL: Final = re.compile(r"\s+(?!this|its|his|always)[^\W\d_]{3,}s(?![^\W_])")
_INTERVAL: Final = re.compile(r"[1-9][05]\s*/\s*[1-9][05](?![0-9.]*[0-9])")
# Three out of ten, but not twenty out of ten.
_SCORED: Final = r"(?:(?<![1-9][1-9])(?<![2-9]0)(?<!00)|(?!\s*/\s*10(?![0-9])))"
_ROUND: Final = r"[0-9](?:00|50)-[0-9]{2}00(?![0-9])"  # 500-1000 is a range
_PHONE: Final = rf"(?!{_ROUND})[0-9]{{3}}-[0-9]{{4}}(?![0-9:]|[.,-][0-9])"
_MONEY: Final = "[$¢-¥\u20a0-\u20bf]"
_TIME: Final = r"[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])"
_BETWEEN: Final = (
    rf"(?:-|\s+-\s+|\s*–\s*)(?={_MONEY}?[0-9])|\s*–\s*(?=-[0-9])|\s*[x×X÷]\s*(?=[0-9])"
    r"|\s*/\s*(?=[0-9])|\^(?=-?[0-9])|:(?=[0-9])|\s*(?:±|\+/[-−])\s*(?=[0-9])"
)
_ENDS: Final = r"[\"'’”)]*(?:[,;:]|\s+[(–-]?[a-z]|\s*[×÷=/&+]|\s*x\s*[0-9]|\s+[–-]\s"
_POINT: Final = rf"(?:\.(?={_ENDS})))?"  # ends no sentence
# Nor does that of `6 ft. 2 in.`; but `s` and `cm` have no point of their own.
_OWN_POINT: Final = r"\.(?<=[^\W\d_]{2}\.)(?<![ckm]m\.)(?<!kg\.)(?<!ml\.)"
_UNIT_POINT: Final = rf"(?:\.(?={_ENDS}))|{_OWN_POINT}(?=\s+[0-9]))?"
_NEAR: Final = 40
_MARKS: Final = ('"', "'")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = re.compile(
    r"(?:\s*(?:[-–]|to|and|until|bis)?\s*[0-9]{1,2}(?::[0-9]{2})?)?\s*(?:[ap]\.?\s?m\b|o['’]clock|Uhr\b)", re.IGNORECASE
)
_AFTER_RANGE: Final = re.compile(rf"(?P<money>{_MONEY})?[0-9][0-9.,]*\s*[-–]\s*$")
_LEVELS: Final = re.compile(r"(?<![^\W_])([A-Z])([0-9]{1,2})(?:-|\s+-\s+|\s*–\s*)(?=\1[0-9]{1,2}(?![^\W_]))")
_NEVER: Final = r"(?!)"
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?…][\"'’”)]*\s)[\s\"'“‘(¿¡]*$")


def edges(language: str) -> tuple[str, str]:
    if language.startswith(_WITHOUT_SPACES):  # no spaces between words, but not within "ROMs"
        return r"(?<![a-zA-Z0-9])", r"(?![a-zA-Z0-9])"
    return r"(?<![^\W_])", r"(?![^\W_])"


def at_sentence_start(text: str, place: int) -> bool:
    return _SENTENCE_START.search(text[:place]) is not None


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def any_of(written: Iterable[str]) -> str:
    """A pattern for any of the texts, the longest first."""
    return "|".join(map(re.escape, sorted(written, key=len, reverse=True))) or _NEVER


def in_any_case(table: Mapping[str, T]) -> dict[str, T]:
    """The table, with each key also in lower case."""
    return {**{written.casefold(): said for written, said in table.items()}, **table}


def _is_open(mark: str, before: str) -> bool:
    """Whether a quotation is open at the end of a text, so that the next mark closes it."""
    opened = len(re.findall(rf"(?<![^\s(]){mark}(?=\S)", before))
    return opened > len(re.findall(rf"[^\s\d(]{mark}(?![^\W_])", before))


def _any_unit(units: Collection[str], end: str) -> str:
    """A pattern for units. `S` is not a second, but `Min` is a minute; `3 x 30` has no unit.

    `in` is a unit only with its point, `"` only right after a number and not before a letter.
    """
    words = {unit for unit in units if unit[-1].isalnum()}
    pointed = {unit[:-1] for unit in units if unit[-1] == "." and len(unit) > 1}
    marks = any_of(unit for unit in units if unit in _MARKS)
    signs = any_of(unit for unit in units if unit[-1] != "." and unit not in {*words, *_MARKS})
    times = any_of(unit for unit in units if unit in ("x", "×"))
    long = any_of(unit for unit in words if len(unit) > 1).replace("/", r"/\s*")
    short = any_of(unit for unit in words if len(unit) == 1)
    mark = rf"(?<=[0-9])(?:{marks})(?![^\W\d_xX]|[xX](?!\s*[0-9]))"
    return (
        rf"(?!(?:{times})\s*[0-9])"
        rf"(?:(?:(?i:{long})|{short}){end}|(?i:{any_of(pointed)})(?=\.(?![0-9]))|{signs}|{mark})"
    )


def _any_prefix(prefixes: Iterable[str]) -> str:
    """A pattern for prefixes of numbers; plus and minus signs only right before the number."""
    number = rf"{_MONEY}?[.0-9]"
    close = [one for one in prefixes if one in "-−+"]
    apart = [one for one in prefixes if one not in "-−+"]
    return rf"(?:{any_of(close)})(?={number})|(?i:{any_of(apart)})(?=\s*[-−+~]?{number})"


def _is_ladder(groups: Sequence[str]) -> bool:
    """Whether numbers with hyphens are steps, 15-30-45 or 4-7-8, and no telephone number."""
    if any(len(group) > 3 or (group[0] == "0" and len(group) > 1) for group in groups):
        return False
    numbers = [int(group) for group in groups]
    return max(numbers) < 100 or numbers in (sorted(numbers), sorted(numbers, reverse=True))


class Quantities:
    """Finds the numbers of texts in one language. To compile its patterns takes milliseconds."""

    def __init__(self, lexicon: Lexicon) -> None:
        prefix = _any_prefix(lexicon.before_numbers)
        begin, end = edges(lexicon.language)
        all_units = {unit.replace("²", "^2").replace("³", "^3"): words for unit, words in lexicon.units.items()}
        rates = {unit for unit in all_units if unit[0] == "/" and unit[1:].isalpha()}
        rate = any_of(unit[1:] for unit in rates)
        units = _any_unit(all_units.keys() - rates, end)
        comma = "," in lexicon.decimal
        number = rf"(?<![0-9.,])[0-9]+,[0-9]{{1,2}}(?=\s?(?:{units}))|{_NUMBER}"
        number, chain = (_COMMA_NUMBER, _COMMA_CHAIN) if comma else (number, _CHAIN)
        letters = _any_unit([unit for unit in lexicon.units if unit.strip(".").isalpha()], end)
        counted = any_of(unit.many for unit in all_units.values())
        per = rf"(?:\s+(?:[^\W\d_]+s|{counted}))?/(?=[^\W\d_A-Z]{{3,}}(?<!s){end})"
        money = any_of(unit for unit in lexicon.units if re.fullmatch(_MONEY, unit))
        fraction = any_of(lexicon.fractions)
        pattern = (
            rf"(?:{begin}(?<![_)\]])(?P<before>(?:(?:{prefix})\s*){{1,2}}))?"
            rf"(?P<money>(?:{money})(?=\.?[0-9]))?"
            rf"(?:(?P<chain>{chain}|{_PHONE}(?!\s*(?:{units})))|(?P<time>{_TIME})"
            rf"|(?:(?P<whole>[0-9]{{1,6}})\s+)?(?P<fraction>{fraction})(?![0-9/])"
            rf"|(?P<number>{number}))"
            rf"(?:(?P<ordinal>{any_of(lexicon.ordinals)}){end}"
            rf"|-(?P<adjective>{letters}){_POINT}"
            rf"|{_SCORED}\s*(?P<unit>{units}){_UNIT_POINT})?"
            rf"(?:\.?(?P<noun>(?:\s+[^\W\d_]+){{0,2}})\s*/\s*(?P<rate>(?i:{rate})){end}"
            rf"(?!\s*[0-9]){_POINT}|(?P<per>{per if lexicon.per else _NEVER}))?"
            rf"(?P<between>{_BETWEEN})?"
        )
        self.comma, self.point = comma, "".join(lexicon.decimal.values())
        self.pointed = re.compile(rf"[0-9]\s*(?:{units}){_OWN_POINT}\s*$")
        self.before_year = re.compile(
            rf"(?<![^\W_])(?i:{any_of(lexicon.before_years)})\s+"
            rf"(?:[0-9]{{1,2}},?\s+|{_YEAR}\s+\w{{1,5}}\s+)?$"
        )
        self.lexicon, self.pattern, self.prefix = lexicon, re.compile(pattern), re.compile(prefix)
        self.article = re.compile(rf"(?<![^\W_])(?i:{any_of(lexicon.articles)})\s+(?:[0-9.,]+\s*[-–]\s*)?$")
        self.prefixes = in_any_case(lexicon.before_numbers)
        self.units = in_any_case(all_units)

    def in_words(self, text: str) -> str:
        if to := self.lexicon.between_numbers.get("–"):
            text = _LEVELS.sub(lambda match: f"{match[0].rstrip(' -–')} {to} ", text)
        return self.pattern.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        before = [found[0] for found in self.prefix.finditer(f"{match['before'] or ''}0")]
        parts = [self.prefixes.get(one) or self.prefixes.get(one.casefold(), one) for one in before]
        parts += self._number(match)
        if written := match["rate"]:
            rate = self._unit_words(f"/{written}")
            parts += [*match["noun"].split(), rate.many if rate else written]
        elif match["per"]:
            parts += [match["per"][1:-1], self.lexicon.per]
        parts += self._between(match)
        words = self._joined(parts)
        text, start, end = match.string, match.start(), match.end()
        pointed = self.pointed.search(text, max(0, start - _NEAR), start)
        if not pointed and at_sentence_start(text, start):
            words = capitalised(words)
        if start and self._is_spaced(text[start - 1]):
            words = f" {words}"
        if self._is_spaced(words[-1] if match["between"] or match["per"] else text[end : end + 1]):
            words += " "
        return words

    def _number(self, match: re.Match[str]) -> list[str]:
        language = self.lexicon.language
        unit = self._unit_words(match["unit"] or match["money"] or "")
        if match["chain"]:
            words = [self._chain(match["chain"])]
        elif match["time"]:
            return [*self._time(match), match["unit"] if match["unit"] in _MARKS else ""]
        elif match["fraction"]:
            words = [self.lexicon.fractions[match["fraction"]]]
            if match["whole"]:
                words = [self._plain_number(match["whole"]), self.lexicon.signs.get("&", ""), *words]
        elif match["ordinal"] and match["number"].isdigit() and len(match["number"]) < 16:
            words = [in_words(int(match["number"]), language, to="ordinal")]
        elif self._is_year(match):
            return [in_words(int(match["number"]), language, to="year")]
        elif money := self._money(match, unit):
            return money
        elif match["number"] == "1" and not self._ends_range(match) and unit and unit.exactly_one:
            return [unit.exactly_one]
        else:
            words = [self._plain_number(match["number"]), *([match["ordinal"]] if match["ordinal"] else ())]
        return words + self._unit(match)

    def _unit(self, match: re.Match[str]) -> list[str]:
        if written := match["adjective"]:
            unit = self._unit_words(written)
            return [unit.one] if unit else [written]
        place, ranged = match.start(), self._ends_range(match)
        money = match["money"] or (ranged and ranged["money"])
        if (match["between"] or "").strip() in ("-", "–") or money not in self.units:
            money = None  # it comes after the range: $20-30
        number = Decimal(self._canonical(match["number"] or "0"))  # 1.0 is said as one
        alone = number == 1 or (match["fraction"] and not match["whole"])
        one = (alone and not ranged) or self._is_adjective(match)
        words = []
        for written in filter(None, (money, match["unit"])):
            unit = self._unit_words(written)
            if unit is None or (written in _MARKS and _is_open(written, match.string[:place])):
                words.append(written)
            else:
                words.append(unit.one if one else unit.many)
        return words

    def _canonical(self, written: str) -> str:
        """A number as Python reads it, whatever its language has for thousands and decimals."""
        if self.comma and re.fullmatch(_THOUSANDS, written):
            written = written.replace(".", "")
        decimal = self.comma or re.fullmatch("[0-9]+,[0-9]{1,2}", written)  # 1,5 kg
        return written.replace(",", "." if decimal else "")

    def _plain_number(self, written: str) -> str:
        return number_in_words(self._canonical(written), self.lexicon.language, self.point)

    def _is_year(self, match: re.Match[str]) -> bool:
        """Whether a number is a year: `in 1949`, `(1949)`, `1949-1976`; not `in 1500 steps`."""
        text, start, end = match.string, match.start(), match.end("number")
        others = ("before", "money", "unit", "adjective", "rate")
        if not re.fullmatch(_YEAR, match["number"]) or any(match[name] for name in others):
            return False
        if self.before_year.search(text, max(0, start - _NEAR), start):
            return int(match["number"]) % 50 > 0 or not _PLURAL.match(text, end)
        if text[end : end + 1] == ")" and text[:start].rstrip()[-1:] in ("(", ","):
            return True
        years = _YEARS.search(text, max(0, start - 9), end + 9)
        inside = years and years.start() <= start < years.end()
        return bool(years and inside and any(int(year) % 50 for year in years.groups()))

    def _money(self, match: re.Match[str], unit: UnitWords | None) -> list[str]:
        """`$49.95` in dollars and cents; nothing if it is no such amount."""
        whole, _, cents = self._canonical(match["number"]).partition(".")
        if unit is None or not unit.cents or len(cents) != 2 or match["between"]:
            return []
        words = self._counted(int(whole or 0), unit) if int(whole or 0) or cents == "00" else []
        if words and int(cents):
            words.append(self.lexicon.signs.get("&", ""))
        if int(cents):
            words += self._counted(int(cents), UnitWords(unit.cent, unit.cents))
        return words

    def _counted(self, number: int, unit: UnitWords) -> list[str]:
        if number == 1 and unit.exactly_one:
            return [unit.exactly_one]
        return [in_words(number, self.lexicon.language), unit.one if number == 1 else unit.many]

    def _ends_range(self, match: re.Match[str]) -> re.Match[str] | None:
        start = match.start()
        return _AFTER_RANGE.search(match.string, max(0, start - _NEAR), start)

    def _is_adjective(self, match: re.Match[str]) -> bool:
        """Whether a noun follows, as in `a 10 cm ball`; `point A 5 cm up` has no article."""
        text = match.string
        if match["unit"] in ("x", "×") or not re.match(r"\s+[^\W\d_]", text[match.end() :]):
            return False
        article = self.article.search(text[: match.start()])
        return article is not None and (article[0][0].islower() or at_sentence_start(text, article.start()))

    def _unit_words(self, written: str) -> UnitWords | None:
        written = "".join(written.split())  # 7 / 10
        forms = (written, written.casefold(), f"{written}.", f"{written}.".casefold())
        return next((self.units[form] for form in forms if form in self.units), None)

    def _between(self, match: re.Match[str]) -> list[str]:
        sign = (match["between"] or "").strip()
        known = {"-": "–", "x": "×", "X": "×", "+/-": "±", "+/−": "±"}.get(sign, sign)
        if known in self.lexicon.between_units and match["unit"]:
            then = self.pattern.match(match.string, match.end())  # 90 cm × 15 cm, not 30 s × 3
            if then and then["unit"] == match["unit"]:
                return [self.lexicon.between_units[known]]
        if known == "/" and _INTERVAL.fullmatch(match.string, match.start("number"), match.end() + 2):
            known, sign = "", f"{self.lexicon.signs.get('/', sign)} "
        return [self.lexicon.between_numbers.get(known, sign)] if sign else []

    def _chain(self, chain: str) -> str:
        """A ladder, date or version number by number, a telephone number digit by digit."""
        language = self.lexicon.language
        groups = re.split(r"[-–./]", chain)
        between = "、" if language.startswith(_WITHOUT_SPACES) else ", "
        if set(chain) & set("-–") and not _DATE.fullmatch(chain) and not _is_ladder(groups):
            return between.join(digits_in_words(group, language) for group in groups)
        words = [self._plain_number(group.lstrip("0") or "0") for group in groups]
        if _DATE.fullmatch(chain):
            words[0] = in_words(int(groups[0]), language, to="year")
        return between.join(words)

    def _time(self, match: re.Match[str]) -> list[str]:
        """`1:30` as a length, one minute and a half; before a.m. or p.m. as a time of day."""
        language = self.lexicon.language
        written = match["time"].split(":")
        numbers = [int(part) for part in written]
        clock = _CLOCK.match(match.string, match.end())
        if len(numbers) == 2 and sum(numbers) == 100 and not (match["unit"] or "").isalpha():  # 60:40
            known = self.lexicon.between_numbers.get(":", ":")
            return [in_words(numbers[0], language), known, in_words(numbers[1], language)]
        names = ("h", "min", "s") if len(numbers) == 3 or match["unit"] == "h" else ("min", "s")
        units = [self.units.get(name) for name in names[: len(numbers)]]
        if not all(units) or clock:
            minutes = written[1:] if any(numbers[1:]) else ()
            return [in_words(numbers[0], language), *(number_in_words(part, language) for part in minutes)]
        words = []
        for number, unit in zip(numbers, units, strict=True):
            if unit and (number or not any(numbers)):
                words += self._counted(number, unit)
        return words

    def _joined(self, parts: Iterable[str]) -> str:
        """Words joined by spaces, except in scripts without spaces."""
        whole = ""
        for part in parts:
            if self._is_spaced(whole[-1:]) and self._is_spaced(part[:1]):
                whole += " "
            whole += part
        return whole.lstrip()

    def _is_spaced(self, letter: str) -> bool:
        """Whether a space separates this letter from a number; not if it is Chinese."""
        is_letter = re.match(r"[^\W_]", letter) is not None
        return is_letter and (letter.isascii() or not self.lexicon.language.startswith(_WITHOUT_SPACES))
