"""The voices of Windows and macOS, by stand-ins that do what those drivers are known to do.

SAPI5 sets the rate anew with each voice, takes `<` for XML and names voices by registry keys.
NSSpeechSynthesizer writes AIFF whatever the name says and obeys what stands in `[[ ]]`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import smr_audio
from smr_audio import Preferences, parse_talk
from smr_audio.voices import espeak
from smr_audio.voices.engine import Speech, Voice
from smr_audio.voices.system import SystemEngine
from tests.voices.conftest import FAKE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they stand in for the real ones")
Fake = Callable[..., SystemEngine]
BEST = {"sapi5": "EN-US_ZIRA", "nsss": "en-US.Samantha"}
every_driver = pytest.mark.parametrize("driver", BEST)


def engine_of(driver: str, fake: Fake) -> tuple[SystemEngine, Voice]:
    """The driver's engine, and its voice for English."""
    engine = fake(forks=False, env={"FAKE_DRIVER": driver})
    return engine, next(voice for voice in engine.voices() if voice.speaks("en"))


def said(engine: SystemEngine, voice: Voice, *sentences: str, rate: float = 1.0) -> list[Speech]:
    found = dict(engine.speak(sentences, voice=voice, rate=rate))
    return [found[index] for index in range(len(sentences))]


def seconds(speech: Speech) -> float:
    return speech.samples.size / speech.sample_rate


@every_driver
def test_a_plain_english_voice_comes_before_jokes_and_the_unknown(driver: str, fake: Fake) -> None:
    engine, voice = engine_of(driver, fake)
    assert BEST[driver] in voice.name
    assert all("locale" not in tag for each in engine.voices() for tag in each.languages)


@every_driver
def test_the_rate_holds_though_a_voice_is_set_with_each_sentence(driver: str, fake: Fake) -> None:
    engine, voice = engine_of(driver, fake)
    (slow,) = said(engine, voice, "Roll slowly up and down the leg.", rate=0.5)
    (fast,) = said(engine, voice, "Roll slowly up and down the leg.", rate=2.0)
    assert seconds(slow) - 0.2 == pytest.approx(4 * (seconds(fast) - 0.2), rel=0.02)


@every_driver
@pytest.mark.parametrize("text", ["<b>knee", "<knee and hip", "[[rate 90]] knee", "[[[[slnc]]]] a"])
def test_markup_is_read_out_not_obeyed(driver: str, text: str, fake: Fake) -> None:
    engine, voice = engine_of(driver, fake)
    words = text.replace("<", " ").replace(">", " ").replace("[", " ").replace("]", " ")
    plain, marked = said(engine, voice, " ".join(words.split()), text)
    assert seconds(marked) == pytest.approx(seconds(plain))


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("driver", [pytest.param("sapi5", marks=pytest.mark.slow), "nsss"])
def test_a_session_is_built_by_it_and_is_as_planned(
    driver: str, fake_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "is_used_here", lambda: False)
    for name, value in {**fake_env, "FAKE_DRIVER": driver, "PYTHONPATH": str(FAKE)}.items():
        monkeypatch.setenv(name, value)
    wishes = Preferences(voice="pyttsx3", talk=(parse_talk("minimal"),), sides="left", sets=1)
    report = smr_audio.build("hamstring-ball-press", tmp_path / "a.mp3", wishes)
    assert BEST[driver] in report.plan.as_json()["voice"]
    found = smr_audio.verify(tmp_path / "a.mp3")
    assert [check.name for check in found.failed] == []
