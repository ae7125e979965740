"""Numbers, units, abbreviations, pauses and emphasis: what a voice is given to say."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import num2words
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import ContentError, Studio
from smr_audio.library.lexicon import NO_LEXICON, Lexicon, UnitWords
from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.markup import parse_markup
from smr_audio.normalize import cardinals
from smr_audio.normalize.cardinals import number_in_words
from smr_audio.normalize.sentences import in_words, said_as, speakable
from tests.tables import tables

TABLES = tables(__file__)

ENGLISH = Library().lexicon("en")


def said(text: str) -> tuple[str, ...]:
    return speakable(text, ENGLISH).sentences


def test_texts_are_spoken_as_the_table_says() -> None:
    studio = Studio()
    table = tables(str(Path(__file__).with_name("spoken.yaml")))
    wrong = {
        text: (spoken, want)
        for language, rows in table.items()
        for text, want in rows.items()
        for said in [studio.say(text, language=language, voice="silent").sentences]
        if (spoken := " | ".join(one.words for one in said)) != want
    }
    assert not wrong
    assert min(len(table["en"]), len(table["zh"]) + 10) >= 100


def test_numbers_are_said_as_num2words_says_them() -> None:
    for kind in ("cardinal", "ordinal"):
        said = [cardinals.in_words(number, "en", to=kind) for number in range(1010)]
        assert said == [num2words.num2words(number, to=kind).replace(",", "") for number in range(1010)]


@pytest.mark.parametrize(("text", "part"), [
    ("See https://example.com/a?x=1 now.", "address https://example.com/a?x=1,"),
    ("At www.example.com.", "address www.example.com,"),
    ("Roll <b>slowly</b>.", "mark-up <b>,"),
    ("Roll &amp; press.", "mark-up &amp;,"),
    ("Roll 3*30 s.", "'*' without its partner"),
    ("Roll [slowly].", "tag [slowly]"),
    ("This is 婴儿式.", "\"婴儿式\" is Chinese"),
    ("a\x01b", "control character (U+0001)"),
    ("\udcff", "nothing that a voice can say"),
    ("", "nothing that a voice can say"),
    (" \n…", "nothing that a voice can say"),
    ("x" * 10_000, "600 is the most in one sentence"),
])  # fmt: skip
def test_what_cannot_be_said_is_refused_with_the_reason(text: str, part: str) -> None:
    with pytest.raises(ContentError, match=re.escape(part)):
        Studio().say(text, voice="silent" if "婴" not in text else "pyttsx3")


def test_a_text_as_long_as_a_page_is_said() -> None:
    said = Studio().say("Roll 3x30 s. " * 770, voice="silent")
    assert len(said.sentences) == 770
    assert said.sentences[0].phonemes is None


@pytest.mark.parametrize(("text", "sentences", "quiet", "tail", "shown"), TABLES["pauses"])
def test_pauses_part_sentences_and_emphasis_is_dropped(
    text: str, sentences: list[str], quiet: list[int | None], tail: int, shown: str
) -> None:
    spoken = speakable(text, ENGLISH)
    assert [[*spoken.sentences], [*spoken.quiet], spoken.tail_ticks] == [sentences, quiet, tail]
    assert spoken.text == shown
    assert parse_markup(text).faults == ()


@pytest.mark.parametrize(("text", "want"), TABLES["faults"])
def test_what_is_no_mark_is_a_fault_and_never_spoken(text: str, want: str) -> None:
    assert parse_markup(text).faults
    spoken = speakable(text, ENGLISH)
    assert (spoken.sentences, spoken.text, spoken.quiet) == ((want,), want, ())


PIECES = st.sampled_from(
    ["20", "30", "1", "007", "1,000", "1.5", ".5", "–", "-", "−", "×", "x", "/", "/10", ":", "s",
     " s", "min", "cm", "°", "°C", "%", "No. ", "min. ", "etc.", "e.g.", "ROM", "IT band", " ",
     ". ", "1/2", "½", "²", "٣", "st", "th", "~", "≥", "+", "=", "&", "*", "**", "[", "]",
     "[pause 2s]", "[laugh]", "(", ")", "Go", "go", "30", "👍", "\u200d", "ſ", "a.m.", "24/7",
     "in.", '"', "'", "$", "+/-", "±", "/min", "/side", "1980s", "a ", "555-1234", "50:50",
     "10:00", "IT-band", "L1-L5", ".,", " reps", "a.k.a.", "oz"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60)


@given(TEXTS)
def test_no_voice_ever_reads_a_digit_or_a_mark(text: str) -> None:
    spoken = speakable(text, ENGLISH)
    for sentence in spoken.sentences:
        assert not [c for c in sentence if c.isdigit() or c in "[]*×°%"]
        assert sentence == " ".join(sentence.split())
    assert not set(spoken.text) & set("[]*")
    assert not spoken.quiet or len(spoken.quiet) == len(spoken.sentences)


@given(TEXTS)
def test_what_is_in_words_stays_as_it_is(text: str) -> None:
    once = in_words(" ".join(speakable(text, ENGLISH).sentences), ENGLISH)
    assert in_words(once, ENGLISH) == once


@given(TEXTS, st.sampled_from(["", "zh", "xx", "pt-br"]))
def test_any_text_can_be_made_speakable_without_a_lexicon(text: str, language: str) -> None:
    for sentence in speakable(text, Lexicon(language, "")).sentences:
        assert not set(sentence) & set("[]*")


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Lo"]), max_size=40))
def test_words_of_letters_alone_are_left_alone(text: str) -> None:
    if text and text not in ENGLISH.words and text.casefold() not in ENGLISH.words:
        (whole,) = said(text)
        assert unicodedata.normalize("NFKC", whole) == unicodedata.normalize("NFKC", text)


def test_every_shipped_line_is_spoken_as_it_is_written() -> None:
    library = Library()
    techniques = [library.technique(name) for name in library.technique_ids()]
    lines = [line for technique in techniques for line in lines_of(technique)]
    lines += [line for group in library.phrases("en").lines.values() for line in group]
    for line in lines:
        assert " ".join(said(line.text.get("en"))) == line.text.get("en")


def test_a_text_without_numbers_does_not_wait_for_num2words() -> None:
    code = (
        "import sys; from smr_audio.library.library import Library;"
        "from smr_audio.normalize.sentences import speakable;"
        "speakable('Improve your ROM. [pause 2s] *Slowly*.', Library().lexicon('en'));"
        "sys.exit('num2words' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_words_of_the_lexicon_need_no_lexicon() -> None:
    tables = (ENGLISH.words, ENGLISH.before_numbers, ENGLISH.between_numbers, ENGLISH.fractions)
    every = [words for table in tables for words in table.values()]
    every += list(ENGLISH.between_units.values())
    every += [words for unit in ENGLISH.units.values() for words in (unit.one, unit.many)]
    for words in every:
        for text in (words, f"x {words}"):
            assert in_words(text, ENGLISH).rstrip(".") == text.rstrip(".")


def test_a_language_without_spaces_takes_units_right_beside_its_words() -> None:
    chinese = Lexicon(
        "zh", "made up", units={"s": UnitWords("秒", "秒"), "/10": UnitWords("分", "分")},
        between_numbers={"–": "到"}, words={"ROM": "活动范围"},
    )  # fmt: skip
    assert speakable("保持20–30 s。提高ROM值。", chinese).sentences == ("保持二十到三十秒。", "提高活动范围值。")
    assert speakable("压力5/10。", chinese).sentences == ("压力五分。",)


@pytest.mark.parametrize(
    ("number", "want"),
    [(0, "零"), (2, "二"), (10, "十"), (14, "十四"), (20, "二十"), (100, "一百"),
     (105, "一百零五"), (110, "一百一十"), (1005, "一千零五"), (1050, "一千零五十"),
     (2300, "二千三百"), (9999, "九千九百九十九"), (10000, "一万")],
)  # fmt: skip
def test_chinese_numbers_are_words(number: int, want: str) -> None:
    assert number_in_words(str(number), "zh") == want
    assert number_in_words(str(number), "zh-hant") == want


def test_what_stands_between_numbers_may_have_a_backslash() -> None:
    lexicon = Lexicon("en", "a backslash", between_numbers={"–": r"\to"})
    assert in_words("L1-L5", lexicon) == r"L one \to L five"


def test_a_currency_and_a_rate_that_no_lexicon_knows_stay_as_they_are() -> None:
    assert in_words("$5 reps/fortnight", Lexicon("en", "")) == "$five reps/fortnight"


def test_an_engine_may_have_words_written_its_own_way() -> None:
    lexicon = Lexicon("en", "made up", engines={"piper": {"glute": "gloot", "TFL": "tee eff el"}})
    sentence = "Glute first, then the TFL, glutes last."
    want = "Gloot first, then the tee eff el, glutes last."
    assert said_as(sentence, engine="piper", lexicon=lexicon) == want
    assert said_as(sentence, engine="pyttsx3", lexicon=lexicon) == sentence
    assert said_as(sentence, engine="piper", lexicon=NO_LEXICON) == sentence


@pytest.mark.parametrize(("engine", "sentence", "want"), [
    ("pyttsx3", "Fascia of the quadriceps.", "Fasha of the quadrisseps."),
    ("piper", "Fascia of the quadriceps.", "Fasha of the quadrisseps."),
    ("hibari", "Fascia of the quadriceps.", "Fascia of the quadriceps."),
    ("hibari", "Tensor fasciae latae.", "Tensor fashy-ee lay-tee."),
])  # fmt: skip
def test_words_that_the_engines_say_wrong_are_spelt_for_them(engine: str, sentence: str, want: str) -> None:
    assert said_as(sentence, engine=engine, lexicon=ENGLISH) == want
    assert said(sentence) == (sentence,)
