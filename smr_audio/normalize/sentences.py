"""Make a text speakable: without marks, all in words, split into sentences.

People see the text as written. A voice gets no digit, unit or abbreviation, which it might read in
its own way.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Final

from smr_audio.library.lexicon import Lexicon
from smr_audio.library.markup import parse_markup
from smr_audio.normalize import zh
from smr_audio.normalize.quantities import Quantities, any_of, at_sentence_start, capitalised, edges, in_any_case
from smr_audio.normalize.written import plain, written_out
from smr_audio.records import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'’”)\]])\s+|(?<=[。！？])\s*")
_SMALL = re.compile(r"[\"'“‘(]*[a-zß-öø-ÿ]")
_CLOSING: Final = "\"'’”)"
_NEW_SENTENCE = re.compile(r"[\"'’”)]*\s+[\"'“‘(]*[^\W\d_a-z]")
_HYPHEN = re.compile(r"(?:\s+|[\u2010\u2011-])")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as people see it, and the sentences for a voice.

    `quiet` are the ticks of pause that the text has before each sentence: None means the usual
    pause, and an empty tuple the usual pause everywhere. `tail_ticks` come after the last sentence.
    """

    text: str
    sentences: tuple[str, ...]
    quiet: tuple[int | None, ...] = ()
    tail_ticks: int = 0


@lru_cache(maxsize=4096)  # the next session says most of it again
def speakable(text: str, lexicon: Lexicon) -> Spoken:
    """Split a line. Never raises: what cannot be said is dropped."""
    markup = parse_markup(text)
    sentences, quiet, waiting = list[str](), list[int | None](), 0
    for part in markup.parts:
        waiting += part if isinstance(part, int) else 0
        for sentence in _sentences(in_words(part, lexicon)) if isinstance(part, str) else ():
            sentences.append(sentence)
            quiet.append(waiting or None)
            waiting = 0
    return Spoken(markup.shown, tuple(sentences), tuple(quiet) if any(quiet) else (), waiting)


@lru_cache(maxsize=4096)
def said_as(sentence: str, *, engine: str, lexicon: Lexicon) -> str:
    """A sentence spelled for one engine, so that it pronounces every word right."""
    return _engine_words(lexicon, engine).replaced(sentence)


@lru_cache(maxsize=16)
def _engine_words(lexicon: Lexicon, engine: str) -> "_Words":
    return _Words(lexicon.engines.get(engine, {}), lexicon.language)


def in_words(text: str, lexicon: Lexicon) -> str:
    """A text without marks in words only, as far as the lexicon and num2words have them."""
    text = written_out(plain(text, lexicon), lexicon)
    for rule in _rules(lexicon):
        text = rule(text)
    return text


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text that have words. A point before a small letter ends none."""
    found = [""]
    for part in _SENTENCE_END.split(text):
        if found[-1].endswith(".") and _SMALL.match(part):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return (" ".join(one.split()) for one in found if any(c.isalnum() for c in one))


class _Words:
    """Whole words to replace. Those with two capitals match only in the same case."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        exact = {
            word for word in words if sum(c.isupper() for c in word) > 1 or (word[-1] == "." and word[0].isupper())
        }
        free = words.keys() - exact
        # A space in a word may be a hyphen; a mark at its edge needs none around it.
        begins, ends = edges(language)
        some = f"{any_of(exact)}|(?i:{any_of(free)})".replace(r"\ ", _HYPHEN.pattern)
        self.pattern = re.compile(rf"(?:{begins}|(?![^\W_]))(?:{some})(?:{ends}|(?<![^\W_]))")
        self.said = {**in_any_case({word: words[word] for word in free}), **words}

    def replaced(self, text: str) -> str:
        return self.pattern.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        written = match[0]
        plain = _HYPHEN.sub(" ", written)
        forms = (written, written.casefold(), plain, plain.casefold())
        said = next((self.said[form] for form in forms if form in self.said), written)
        rest = match.string[match.end() :]
        if written.endswith(".") and said != written:
            ends = said.endswith(".") and _NEW_SENTENCE.match(rest)
            said = said.rstrip(".") + ("." if ends or not rest.strip(_CLOSING).strip() else "")
        small = sum(c.isupper() for c in written) < 2
        if (small and written[:1].isupper()) or at_sentence_start(match.string, match.start()):
            said = capitalised(said)
        return said


@lru_cache(maxsize=16)
def _rules(lexicon: Lexicon) -> tuple[Callable[[str], str], ...]:
    """What a text goes through, in order."""
    # `24/7` is not a number, and the point in `approx. 3 cm` does not end a sentence; but in
    # `min. 30 s` and `2 min.` a number decides the meaning.
    first, last = dict[str, str](), dict[str, str]()
    for word, said in lexicon.words.items():
        pointed = word.endswith(".") and word not in lexicon.before_numbers
        (first if pointed or re.search("[0-9]", word) else last)[word] = said
    signs = re.compile(rf"\s*({any_of(lexicon.signs)})\s*")

    def numbers(text: str) -> str:
        return _quantities(lexicon).in_words(text) if re.search("[0-9]", text) else text

    def sign(match: re.Match[str]) -> str:
        said = lexicon.signs[match[1]]
        return f" {said} " if any(c.isalnum() for c in said) else f"{said} "

    before, after = (_Words(some, lexicon.language) for some in (first, last))
    rules = before.replaced, numbers, after.replaced, partial(signs.sub, sign)
    return (zh.rewritten, *rules, zh.with_pairs) if zh.is_chinese(lexicon.language) else rules


_quantities: Final = lru_cache(maxsize=16)(Quantities)
