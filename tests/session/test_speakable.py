"""Numbers, units, abbreviations, pauses and emphasis: what a voice is given to say."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.library.lexicon import NO_LEXICON, Lexicon, UnitWords
from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.markup import parse_markup
from smr_audio.normalize.cardinals import number_in_words
from smr_audio.normalize.sentences import in_words, said_as, speakable

ENGLISH = Library().lexicon("en")


def said(text: str) -> tuple[str, ...]:
    return speakable(text, ENGLISH).sentences


@pytest.mark.parametrize(("text", "want"), [
    ("Hold 20–30 s.", "Hold twenty to thirty seconds."),
    ("Hold 20 - 30 s.", "Hold twenty to thirty seconds."),
    ("Hold 30s–1 min.", "Hold thirty seconds to one minute."),
    ("Do 3×30 s.", "Do three times thirty seconds."),
    ("Do 3x30-60s.", "Do three times thirty to sixty seconds."),
    ("A 4x4 grip.", "A four times four grip."),
    ("Roll 3x a week.", "Roll three times a week."),
    ("Press at 5/10.", "Press at five out of ten."),
    ("Press at 5–7/10.", "Press at five to seven out of ten."),
    ("Press at 5 / 10.", "Press at five out of ten."),
    ("Press at max. 7/10.", "Press at at most seven out of ten."),
    ("Go 1/2 way.", "Go one half way."),
    ("Do 2½ turns.", "Do two and one half turns."),
    ("Twelve is 12/7.", "Twelve is twelve over seven."),
    ("Rest 1 min.", "Rest one minute."),
    ("Rest 1.0 min.", "Rest one minute."),
    ("Rest 0–1 min.", "Rest zero to one minutes."),
    ("A 20-min hold.", "A twenty minute hold."),
    ("A 20-year-old.", "A twenty-year-old."),
    ("At -3 °C.", "At minus three degrees Celsius."),
    ("At −1 °C.", "At minus one degree Celsius."),
    ("About 50 %.", "About fifty percent."),
    ("Move 10 cm, then 5.", "Move ten centimetres, then five."),
    ("Walk 5 km/h.", "Walk five kilometres an hour."),
    ("Hold 1:30.", "Hold one minute thirty seconds."),
    ("Hold 1m30s.", "Hold one minute thirty seconds."),
    ("Hold 0:30.", "Hold thirty seconds."),
    ("Hold 0:00.", "Hold zero minutes zero seconds."),
    ("In 1:02:03.", "In one hour two minutes three seconds."),
    ("At 1:30 p.m. today.", "At one thirty P M today."),
    ("A 2:1 ratio.", "A two to one ratio."),
    ("The 1st of 3.", "The first of three."),
    ("The 22nd set.", "The twenty-second set."),
    ("Set No. 3.", "Set number three."),
    ("~ 30 s of it.", "About thirty seconds of it."),
    ("Use ≥ 5 kg.", "Use at least five kilograms."),
    ("Use 5 KG.", "Use five kilograms."),
    ("About 1,000 reps.", "About one thousand reps."),
    ("On 2026-11-22.", "On twenty twenty-six, eleven, twenty-two."),
    ("Call 555-123-4567.", "Call five five five, one two three, four five six seven."),
    ("Version 1.2.3.", "Version one, two, three."),
    ("At 1e400 it ends.", "At one e four hundred it ends."),
    ("Between L4/L5.", "Between L four, L five."),
    ("From L4-5.", "From L four to five."),
    ("After COVID-19.", "After COVID-nineteen."),
    ("Roll & press.", "Roll and press."),
    ("Left/right.", "Left, right."),
    ("5+5=10 is true.", "Five plus five equals ten is true."),
    ("3*30 s in all.", "Three times thirty seconds in all."),
    ("Key 1️⃣ and ²!", "Key one and two!"),
    ("In the 1980s it began.", "In the nineteen eighties it began."),
    ("From 1990s–2010s.", "From nineteen nineties–twenty tens."),
    ("Hold for 30s.", "Hold for thirty seconds."),
    ("Do 10-15 reps/min.", "Do ten to fifteen reps a minute."),
    ("Do 10 slow reps/min., each.", "Do ten slow reps a minute, each."),
    ("Do 10 reps per min.", "Do ten reps per minute."),
    ("Roll at 1 cm/s.", "Roll at one centimetre a second."),
    ("Roll 2-3x/week.", "Roll two to three times a week."),
    ("Roll 2×/day.", "Roll two times a day."),
    (
        "Roll 30 s / side, 1:30/set.",
        "Roll thirty seconds a side, one minute thirty seconds a set.",
    ),
    ("Set 1/Set 2.", "Set one, Set two."),
    ("Bend +/- 5°.", "Bend plus or minus five degrees."),
    ("Bend ± 5°.", "Bend plus or minus five degrees."),
    ("Bend 5+/-2°.", "Bend five plus or minus two degrees."),
    ("Share it 60:40, 50/50.", "Share it sixty to forty, fifty fifty."),
    ("In 40:30:30.", "In forty hours thirty minutes thirty seconds."),
    ("At 10:00 a.m. today.", "At ten A M today."),
    ("Call 555-1234.", "Call five five five, one two three four."),
    ("Do 500-1000.", "Do five hundred to one thousand."),
    (
        "Wait 900-1250 ms.",
        "Wait nine hundred to one thousand two hundred and fifty milliseconds.",
    ),
    ("90 cm × 15 cm.", "Ninety centimetres by fifteen centimetres."),
    ("Do 30 s × 3.", "Do thirty seconds times three."),
    ("L1-L5, T1–T12.", "L one to L five, T one to T twelve."),
    ("From T12-L1.", "From T twelve-L one."),
    ("Put it 2 in. apart.", "Put it two inches apart."),
    ("Hold 2 in the hand.", "Hold two in the hand."),
    ('Balls of 6" or 12″.', "Balls of six inches or twelve inches."),
    ("It is 5'6\" long.", "It is five feet six inches long."),
    ('It is 6" x 12".', "It is six inches by twelve inches."),
    ('Say "level 5" now.', 'Say "level five" now.'),
    ('Say "pay $20", "10:30".', 'Say "pay twenty dollars", "ten minutes thirty seconds".'),
    ("Say 'level 5' now.", "Say 'level five' now."),
    ("16 oz, 1 lb, 10 lbs, 3 ft.", "Sixteen ounces, one pound, ten pounds, three feet."),
    ("Pay $20, €1 or £5.", "Pay twenty dollars, one euro or five pounds."),
    ("Pay $20-30 or -$1.", "Pay twenty to thirty dollars or minus one dollar."),
    ("A 10cm roller.", "A ten centimetre roller."),
    ("Hold it for a 20–30 s set.", "Hold it for a twenty to thirty second set."),
    ("From point A 5 cm up.", "From point A five centimetres up."),
    ("Hold 10 cm higher.", "Hold ten centimetres higher."),
    ("A 2-in. ball.", "A two inch ball."),
    ("Hold 1 min., then rest.", "Hold one minute, then rest."),
    ("Hold (1 min.) or rest.", "Hold (one minute) or rest."),
    ("٣ cm more.", "Three centimetres more."),
])  # fmt: skip
def test_numbers_and_units_are_words(text: str, want: str) -> None:
    assert said(text) == (want,)


@pytest.mark.parametrize(("text", "want"), [
    ("Improve your ROM.", ("Improve your range of motion.",)),
    ("ROM first.", ("Range of motion first.",)),
    ("Rom is a city; ROMs are not.", ("Rom is a city; ROMs are not.",)),
    ("IT band, then the TFL.", ("I T band, then the T F L.",)),
    ("IT-band, SI-joint.", ("I T band, S I joint.",)),
    ("Two IT‑bands.", ("Two I T bands.",)),
    ("Roll (a.k.a. SMR) it.", ("Roll (also known as S M R) it.",)),
    ("Move 2 in. Then rest.", ("Move two inches.", "Then rest.")),
    ("Do 5 reps/min. Then rest.", ("Do five reps a minute.", "Then rest.")),
    ("Muscles, e.g. the TFL.", ("Muscles, for example the T F L.",)),
    ("E.g. so.", ("For example so.",)),
    ("Left vs. right.", ("Left versus right.",)),
    (
        "Approx. 3.5 cm deep. Stop.",
        ("Approximately three point five centimetres deep.", "Stop."),
    ),
    ("Balls, rollers etc. Then rest.", ("Balls, rollers and so on.", "Then rest.")),
    ("Balls etc. are fine.", ("Balls and so on are fine.",)),
    ("Use balls (rollers, etc.).", ("Use balls (rollers, and so on).",)),
    ("Hold 30 s. Then rest.", ("Hold thirty seconds.", "Then rest.")),
    ("Hold 30 sec. each side.", ("Hold thirty seconds each side.",)),
    ("Train 24/7.", ("Train all day, every day.",)),
    ("Hold min. 30 s.", ("Hold at least thirty seconds.",)),
    ("Use min. pressure.", ("Use minimum pressure.",)),
])  # fmt: skip
def test_abbreviations_are_words_and_sentences_end_where_they_do(
    text: str, want: tuple[str, ...]
) -> None:
    assert said(text) == want


@pytest.mark.parametrize(("text", "sentences", "quiet", "tail", "shown"), [
    ("Sit. [pause 2s] Go.", ("Sit.", "Go."), (None, 250), 0, "Sit. Go."),
    ("Sit [pause] down.", ("Sit", "down."), (None, 125), 0, "Sit down."),
    ("Sit [pause 1.5s].", ("Sit.",), (), 187, "Sit."),
    ("Sit. [PAUSE 500 ms]", ("Sit.",), (), 62, "Sit."),
    ("[pause 2]Sit. Go.", ("Sit.", "Go."), (250, None), 0, "Sit. Go."),
    ("A. [pause] [pause 2s] B.", ("A.", "B."), (None, 375), 0, "A. B."),
    ("A. B. [pause 30s] C.", ("A.", "B.", "C."), (None, None, 3750), 0, "A. B. C."),
    ("Sit. [pause] 👍 [pause] Go.", ("Sit.", "Go."), (None, 250), 0, "Sit. 👍 Go."),
    ("*Slowly* and **steadily**.", ("Slowly and steadily.",), (), 0, "Slowly and steadily."),
    ("*Slow [pause] down.*", ("Slow", "down."), (None, 125), 0, "Slow down."),
    ("Hold 5 s [pause 1s] more.", ("Hold five seconds", "more."), (None, 125), 0,
     "Hold 5 s more."),
])  # fmt: skip
def test_pauses_part_sentences_and_emphasis_is_dropped(
    text: str, sentences: tuple[str, ...], quiet: tuple[int | None, ...], tail: int, shown: str
) -> None:
    spoken = speakable(text, ENGLISH)
    assert (spoken.sentences, spoken.quiet, spoken.tail_ticks) == (sentences, quiet, tail)
    assert spoken.text == shown
    assert parse_markup(text).faults == ()


@pytest.mark.parametrize(("text", "want"), [
    ("Sit [pause 2 hours] down.", "Sit down."), ("Sit [pause -1s] down.", "Sit down."),
    ("Sit [pause 0s] down.", "Sit down."), ("Sit [pause 31s] down.", "Sit down."),
    ("Sit [pause 99999999999s] down.", "Sit down."), ("Sit [paus 2s] down.", "Sit down."),
    ("Sit [laugh] down.", "Sit down."), ("Sit [] down.", "Sit down."),
    ("Sit [pause 2s down.", "Sit down."), ("Sit pause] down.", "Sit pause down."),
    ("Sit *down.", "Sit down."), ("Sit ****down****.", "Sit down."),
    ("Sit [laugh], now.", "Sit, now."),
])  # fmt: skip
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
        assert said(text) == (unicodedata.normalize("NFKC", text),)


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
    assert speakable("保持20–30 s。提高ROM值。", chinese).sentences == (
        "保持二十到三十秒。",
        "提高活动范围值。",
    )
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
def test_words_that_the_engines_say_wrong_are_spelt_for_them(
    engine: str, sentence: str, want: str
) -> None:
    assert said_as(sentence, engine=engine, lexicon=ENGLISH) == want
    assert said(sentence) == (sentence,)
