"""espeak reads every Chinese line as Mandarin, and the characters it knows wrong as they are said.

The natural voices of Piper take their Chinese from espeak too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.normalize.cardinals import in_words
from smr_audio.normalize.sentences import said_as, speakable
from smr_audio.normalize.zh import with_pairs
from smr_audio.voices import espeak
from tests.espeak_phonemes import phonemes

pytestmark = pytest.mark.skipif(not espeak.is_used_here(), reason="another system's voice")

LIBRARY = Library()
CHINESE = LIBRARY.lexicon("zh")
NUMBERS = tuple(in_words(number, "zh") for number in (*range(101), 150, 200, 1000))
WRONG_READINGS = {
    "着地": "ts.'o-11_| t'@11",  # zhe de, for zháo dì
    "调到": "tj'Au51",  # diào, for tiáo
    "弹": "t'a51n",  # dàn, for tán
    "杆": "k'a55n",  # gān, for gǎn
}
"""What must not be heard where these characters stand."""


def names() -> Iterator[str]:
    """What has a name: it is spoken alone, and within phrases."""
    phrases = LIBRARY.phrases("zh")
    yield from (phrases.name, *phrases.tools.values(), *phrases.muscles.values())
    yield from CHINESE.words.values()
    yield from (LIBRARY.technique(name).name.get("zh") for name in LIBRARY.technique_ids())
    yield from (LIBRARY.load(name).title.get("zh") for name in LIBRARY.routine_ids())
    yield from (LIBRARY.course(name).title.get("zh") for name in LIBRARY.course_ids())
    limits = LIBRARY.limits()
    yield from (limits.text(name).get("zh") for name in limits.ids)


def written() -> Iterator[str]:
    """Every line that may be spoken in Chinese, its placeholders filled in each way."""
    yield from (*NUMBERS, *names())
    phrases = LIBRARY.phrases("zh")
    words = phrases.words
    hard = (phrases.muscles["pectorals"], LIBRARY.technique("hamstring-barbell").name.get("zh"))
    values = {
        "side": (words["left"], words["right"]),
        "other": (words["left"], words["right"], *hard),
        "limb": (words["leg"], words["arm"], words["side"]),
        "name": hard,
        "tools": (words["and"].join(phrases.tools.values()),),
    }  # fmt: skip
    techniques = map(LIBRARY.technique, LIBRARY.technique_ids())
    lines = [line for technique in techniques for line in lines_of(technique)]
    lines += [line for group in phrases.lines.values() for line in group]
    texts = [line.text.get("zh") for line in lines]
    texts += [title.get("zh") for title in phrases.titles.values()]
    for text in texts:
        keys = list(dict.fromkeys(re.findall(r"{(\w+)}", text)))
        some = [values.get(key, NUMBERS[1:13]) for key in keys]
        for each in itertools.product(*some):
            yield with_pairs(text.format(**dict(zip(keys, each, strict=True))))


def spoken(engine: str) -> dict[str, str]:
    """Sentences as they are written for a voice of this engine, with their phonemes."""
    sentences = {
        said_as(sentence, engine=engine, lexicon=CHINESE)
        for text in written()
        for sentence in speakable(text, CHINESE).sentences
    }
    ordered = sorted(sentences)
    return dict(zip(ordered, phonemes(ordered, voice="sit/cmn"), strict=True))


@pytest.mark.parametrize("engine", ["pyttsx3", "piper"])
def test_no_chinese_line_is_read_as_english_or_as_another_word(engine: str) -> None:
    said = spoken(engine)
    assert len(said) > 700
    assert [text for text, sounds in said.items() if "(en)" in sounds] == []
    assert [
        text
        for text, sounds in said.items()
        for characters, wrong in WRONG_READINGS.items()
        if characters in text and wrong in sounds
    ] == []


def test_the_phonemes_show_a_text_that_espeak_cannot_read() -> None:
    (chest, bar) = phonemes(["胸", "空杆"], voice="sit/cmn")
    assert "(en)" in chest
    assert WRONG_READINGS["杆"] in bar
