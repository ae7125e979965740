"""Which voice a name, a language and a locale mean."""

import subprocess
import sys
from pathlib import Path

import pytest

from smr_audio.errors import MissingError, UsageError
from smr_audio.voices import espeak
from smr_audio.voices.registry import all_voices, chosen
from tests.doubles import raising
from tests.tables import tables

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="espeak is the Linux voice")


@pytest.mark.parametrize(("name", "language", "locale", "expected"), tables(__file__)["names"])
def test_a_name_means_a_voice(temporary, name, language, locale, expected):
    engine, voice, _ = chosen(name, language=language, locale=locale)
    assert voice.id == expected
    assert voice.engine == engine.name
    engine.close()
    assert list(temporary.iterdir()) == [], "no worker was needed"


@pytest.mark.parametrize(("name", "language", "error", "says"), [
    ("gmw/en-uss", "en", UsageError, "did you mean 'gmw/en-us'"),
    ("slient", "en", UsageError, "did you mean 'silent'"),
    ("pyttsx:en-us", "en", UsageError, "no voice"), ("", "en", UsageError, "no voice"),
    ("auto", "tlh", MissingError, r"'tlh'.*install"),
])  # fmt: skip
def test_what_is_not_there_is_told_with_a_guess_or_what_to_do(name, language, error, says):
    with pytest.raises(error, match=says):
        chosen(name, language=language)


def test_without_espeak_the_fix_is_named_and_silence_still_works(monkeypatch):
    failing = raising(MissingError("install it with: pip install espeakng-loader"))
    monkeypatch.setattr(espeak, "find", failing)
    with pytest.raises(MissingError, match="pip install espeakng-loader"):
        chosen(language="en")
    assert "pyttsx3" not in {voice.engine for voice in all_voices()}


@pytest.mark.parametrize(("code", "never"), [
    ("", {"pyttsx3", "espeakng_loader", "smr_audio.voices.system"}),
    (
        "engine, voice, _ = r.chosen(language='en'); engine.fingerprint(voice); "
        "list(engine.speak(['Go.'], voice=voice, rate=1.0)); engine.close()",
        {"pyttsx3", "espeakng_loader"},
    ),
], ids=["importing the table", "speaking"])  # fmt: skip
def test_an_engine_is_loaded_late_and_its_driver_never_in_this_process(code, never):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, smr_audio.voices.registry as r\n{code}\n"
         "print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not never & set(done.stdout.split())
