"""Placeholders, sentences and numbers."""

from __future__ import annotations

import pytest

from smr_audio.session.wording import fill, number_in_words, split_sentences


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("{side} leg first.", "Left leg first."),
        ("Fold the {side} foot.", "Fold the left foot."),
        ("Done. {side} leg.", "Done. Left leg."),
        ("Next: {name}.", "Next: calf roll."),
        ("{name}.", "Calf roll."),
    ],
)
def test_a_placeholder_has_a_capital_where_a_sentence_begins(text: str, want: str) -> None:
    assert fill(text, side="left", name="Calf roll") == want


def test_a_word_of_capitals_keeps_them() -> None:
    assert fill("Next: {name}.", name="TFL, side roller") == "Next: TFL, side roller."


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("One.", ("One.",)),
        ("Back long. Lean forward.", ("Back long.", "Lean forward.")),
        ("Too strong? Stand taller!", ("Too strong?", "Stand taller!")),
        ('He said "go." Then went.', ('He said "go."', "Then went.")),
        ("Roll 2.5 cm. Slowly…  Stop", ("Roll 2.5 cm.", "Slowly…", "Stop")),
        ("先做左侧。再做右侧。", ("先做左侧。", "再做右侧。")),
        ("Well done 👍🏽! Go ♥️ on.", ("Well done !", "Go on.")),
        ("👍 ...", ()),
    ],
)
def test_a_line_is_spoken_in_sentences_without_pictures(text: str, want: tuple[str, ...]) -> None:
    assert split_sentences(text) == want


def test_numbers_are_words() -> None:
    assert number_in_words(25, "en") == "twenty-five"
    assert number_in_words(3, "xx") == "3"
