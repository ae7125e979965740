"""docs/sample.mp3 is a minute of a session, as scripts/sample.py makes it."""

import importlib.util
import runpy
from pathlib import Path

import numpy as np
import pytest

from smr_audio import Preferences, Studio
from smr_audio.mp3.id3 import read_tag
from smr_audio.units import SAMPLE_RATE
from tests.mp3.signals import decode_mp3

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "docs" / "sample.mp3"


def test_the_sample_is_a_minute_of_clean_sound_with_a_tag() -> None:
    samples = decode_mp3(SAMPLE)
    assert 45 < samples.size / SAMPLE_RATE < 65
    assert 8000 < np.abs(samples.astype(int)).max() < 32767 * 10 ** (-1 / 20)
    assert read_tag(SAMPLE).tags.title == "Hamstrings basic: a sample"
    assert SAMPLE.stat().st_size < 600_000


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("hibari"), reason="needs the natural voice")
def test_the_sample_is_of_the_session_as_it_is_now() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "sample.py"))
    made = script["sample"](Studio(), Preferences(voice="heart", language="en"))
    assert made == SAMPLE.read_bytes(), "run scripts/sample.py"
