"""Which words a voice has no sounds for."""

from __future__ import annotations

import pytest

from smr_audio.voices.engine import Voice
from smr_audio.voices.scripts import foreign


def voice(*languages: str) -> Voice:
    return Voice("any", "one", "One", languages)


@pytest.mark.parametrize(
    ("text", "languages", "word"),
    [
        ("Roll the 腿 now.", ("en-us",), "腿"),
        ("Сядьте now.", ("en-us", "en"), "Сядьте"),
        ("はい", ("zh", "cmn"), "はい"),
        ("κάτω", ("de",), "κάτω"),
        ("무릎", ("ja",), "무릎"),
        ("左腿", ("ru",), "左腿"),
    ],
)
def test_words_of_another_script_are_named(text, languages, word):
    said = foreign(text, voice(*languages))
    assert said is not None
    assert f'"{word}" is' in said


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Naïve café, 5 µm.", ("en",)),
        ("The α wave.", ("en",)),
        ("左腿 RPE 5", ("zh", "cmn")),
        ("左足をのばす", ("ja",)),
        ("Ноги", ("ru",)),
        ("any 腿", ()),
        ("any 腿", ("tlh",)),
        ("“Quotes” – and … dashes", ("en",)),
    ],
)
def test_what_a_voice_can_read_passes(text, languages):
    assert foreign(text, voice(*languages)) is None
