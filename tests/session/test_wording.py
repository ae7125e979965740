"""Placeholders, sentences and numbers."""

import pytest

from smr_audio.library.lexicon import NO_LEXICON
from smr_audio.normalize.cardinals import in_words, number_in_words
from smr_audio.normalize.sentences import speakable
from smr_audio.session.phrasing import fill
from tests.tables import tables


@pytest.mark.parametrize(("text", "want"), [
    ("{side} leg first.", "Left leg first."), ("Fold the {side} foot.", "Fold the left foot."),
    ("Done. {side} leg.", "Done. Left leg."), ("Next: {name}.", "Next: calf roll."),
    ("{name}.", "Calf roll."),
])  # fmt: skip
def test_a_placeholder_has_a_capital_where_a_sentence_begins(text: str, want: str) -> None:
    assert fill(text, side="left", name="Calf roll") == want


def test_a_word_of_capitals_keeps_them() -> None:
    assert fill("Next: {name}.", name="TFL, side roller") == "Next: TFL, side roller."


@pytest.mark.parametrize(("text", "want"), tables(__file__)["sentences"])
def test_a_line_is_spoken_in_sentences_without_pictures(text: str, want: list[str]) -> None:
    assert speakable(text, NO_LEXICON).sentences == tuple(want)


def test_marks_before_a_placeholder_leave_it_its_capital() -> None:
    assert fill("[pause 1s] *{side}* leg.", side="left") == "[pause 1s] *Left* leg."
    assert fill("The *{side}* leg.", side="left") == "The *left* leg."


def test_numbers_are_words() -> None:
    assert in_words(25, "en") == "twenty-five"
    assert in_words(3, "xx") == "3"


@pytest.mark.parametrize(("written", "want"), [
    ("0", "zero"),
    ("1,234", "one thousand two hundred and thirty-four"),
    ("1.0", "one"),
    (".25", "zero point two five"),
    ("0.1234567", "zero point one two three four five six seven"),
    ("007", "zero zero seven"),
    ("9" * 16, " ".join(["nine"] * 16)),
    ("1" * 10 + "." + "2" * 10, ", ".join([" ".join(["one"] * 10), " ".join(["two"] * 10)])),
])  # fmt: skip
def test_a_written_number_is_words_however_long(written: str, want: str) -> None:
    assert number_in_words(written, "en") == want


def test_a_language_without_words_for_a_form_keeps_its_digits() -> None:
    assert number_in_words("1.50", "xx") == "1.50"
    assert in_words(2, "xx", to="ordinal") == "2"
