"""The silent engine, and which texts any engine is given."""

import pytest

from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.registry import chosen
from smr_audio.voices.sentence import checked, foreign, quoted
from smr_audio.voices.silent import VOICE


def lengths(*sentences, rate=1.0):
    engine, voice, _ = chosen("silent", language="en")
    spoken = engine.speak(sentences, voice=voice, rate=rate)
    return [len(speech.samples) for _, speech in spoken]


@pytest.mark.parametrize(("text", "ms"), [
    ("Go.", 500), ("Ease off now.", 1180), ("One — two", 840), ("…", 500), ("好", 400),
    ("先做个自查。", 1360), ("做 TFL 吧", 980),
])  # fmt: skip
def test_time_is_by_the_word_and_by_the_character(text, ms):
    assert lengths(text) == [ms * 48]


def test_the_rate_divides_the_time():
    assert lengths("Ease off now.", rate=2) == [1180 * 24]
    assert lengths("Ease off now.", rate=0.5) == [1180 * 96]


def test_it_is_one_voice_for_any_language_and_silence_at_48_khz():
    engine, voice, _ = chosen("silent", language="zh")
    [(index, speech)] = engine.speak(["Go."], voice=voice, rate=1)
    assert (voice.id, voice.languages) == ("silent", ())
    assert (index, speech.sample_rate, speech.samples.any()) == (0, 48_000, False)


@pytest.mark.parametrize(("text", "says"), [
    ("", "no text"), (" \n\t", "no text"), ("a\0b", r"control character \(U\+0000\)"),
    ("\x0180P slow", r"U\+0001"), ("a\x7f", r"U\+007F"), ("a\ud800", r"U\+D800"),
    ("a\ue000", "private"), ("x" * 601, "601 characters.*split"),
])  # fmt: skip
def test_text_that_cannot_be_spoken_is_refused_by_its_index(text, says):
    with pytest.raises(SpeechError, match=says) as caught:
        lengths("fine", text)
    assert caught.value.index == 1
    assert caught.value.exit_status == 1
    str(caught.value).encode("utf-8")


def test_white_space_becomes_one_space_and_a_quotation_is_shortened():
    assert checked([" a\n b\t\u00a0c "], voice=VOICE) == ["a b c"]
    assert quoted("word " * 30) == '"' + ("word " * 11) + 'word…"'


def spoken_by(*languages):
    return Voice("any", "one", "One", languages)


@pytest.mark.parametrize(("text", "languages", "word"), [
    ("Roll the 腿 now.", ("en-us",), "腿"), ("Сядьте now.", ("en-us", "en"), "Сядьте"),
    ("はい", ("zh", "cmn"), "はい"), ("κάτω", ("de",), "κάτω"), ("무릎", ("ja",), "무릎"),
    ("左腿", ("ru",), "左腿"),
])  # fmt: skip
def test_words_of_another_script_are_named(text, languages, word):
    said = foreign(text, spoken_by(*languages))
    assert said is not None
    assert f'"{word}" is' in said


@pytest.mark.parametrize(("text", "languages"), [
    ("Naïve café, 5 µm.", ("en",)), ("The α wave.", ("en",)), ("左腿 RPE 5", ("zh", "cmn")),
    ("左足をのばす", ("ja",)), ("Ноги", ("ru",)), ("any 腿", ()), ("any 腿", ("tlh",)),
    ("“Quotes” – and … dashes", ("en",)),
])  # fmt: skip
def test_what_a_voice_can_read_passes(text, languages):
    assert foreign(text, spoken_by(*languages)) is None
