"""espeak reads every Chinese line as Mandarin, and the characters it knows wrong as they are said.

The natural voices of Piper take their Chinese from espeak too.
"""

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
from tests.tables import tables

pytestmark = pytest.mark.skipif(not espeak.is_used_here(), reason="another system's voice")

LIBRARY = Library()
CHINESE = LIBRARY.lexicon("zh")
NUMBERS = tuple(in_words(number, "zh") for number in (*range(101), 150, 200, 1000))
WRONG_READINGS: dict[str, str] = tables(__file__)["readings"]
"""What must not be heard where these characters stand, without the marks of stress."""
STRESS = str.maketrans("", "", "',")


def names() -> Iterator[str]:
    """What has a name: it is spoken alone, and within phrases."""
    phrases = LIBRARY.phrases("zh")
    yield from (phrases.name, *phrases.tools.values(), *phrases.muscles.values())
    yield from (*phrases.tools_short.values(), *phrases.words.values())
    yield from CHINESE.words.values()
    yield from (LIBRARY.technique(name).name.get("zh") for name in LIBRARY.technique_ids())
    routines = list(map(LIBRARY.load, LIBRARY.routine_ids()))
    yield from (routine.title.get("zh") for routine in routines)
    yield from (routine.short.get("zh") for routine in routines if routine.short)
    yield from short_names()
    yield from (LIBRARY.course(name).title.get("zh") for name in LIBRARY.course_ids())
    limits = LIBRARY.limits()
    yield from (limits.text(name).get("zh") for name in limits.ids)


def short_names() -> Iterator[str]:
    """The names of techniques within a sentence."""
    techniques = map(LIBRARY.technique, LIBRARY.technique_ids())
    yield from (technique.short.get("zh") for technique in techniques if technique.short)


def written() -> Iterator[str]:
    """Every line that may be spoken in Chinese, its placeholders filled in each way."""
    phrases = LIBRARY.phrases("zh")
    words = phrases.words
    hard = (phrases.muscles["pectorals"], LIBRARY.technique("hamstring-barbell").name.get("zh"))
    values = {
        "side": (words["left"], words["right"]),
        "other": (words["left"], words["right"], *hard),
        "limb": (words["leg"], words["foot"], words["arm"], words["side"]),
        "name": (*hard, *short_names()),
        "tools": tuple(words["and"].join(tools.values())
                       for tools in (phrases.tools, phrases.tools_short)),
    }  # fmt: skip
    techniques = map(LIBRARY.technique, LIBRARY.technique_ids())
    lines = [line for technique in techniques for line in lines_of(technique)]
    lines += [line for group in phrases.lines.values() for line in group]
    texts = [*NUMBERS, *names(), *(line.text.get("zh") for line in lines)]
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
        if characters in text and wrong in sounds.translate(STRESS)
    ] == []


def test_the_phonemes_show_a_text_that_espeak_cannot_read() -> None:
    (chest, bar) = phonemes(["胸", "空杆"], voice="sit/cmn")
    assert "(en)" in chest
    assert WRONG_READINGS["杆"] in bar.translate(STRESS)


@pytest.mark.parametrize("engine", ["pyttsx3", "piper"])
def test_what_is_read_in_place_of_a_character_has_another_sound_than_espeak_gave_it(engine: str) -> None:
    said = CHINESE.engines[engine]
    texts = [text for text in WRONG_READINGS if any(part in text for part in said)]
    read = [said_as(text, engine=engine, lexicon=CHINESE) for text in texts]
    (before, after) = (phonemes(each, voice="sit/cmn") for each in (texts, read))
    for text, was, sounds in zip(texts, before, after, strict=True):
        assert WRONG_READINGS[text] in was.translate(STRESS), text
        assert WRONG_READINGS[text] not in sounds.translate(STRESS), text
