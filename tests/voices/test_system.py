"""The system voice with the real espeak: the same words give the same sound, whole."""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smr_audio.errors import BuildError, MissingError, UsageError
from smr_audio.voices import espeak
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.proven import ProvenEngine
from smr_audio.voices.registry import chosen
from smr_audio.voices.system import SystemEngine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="espeak is the Linux voice")

US = Voice("pyttsx3", "gmw/en-us", "English (America)", ("en-us", "en"))
LINE = "Roll slowly from just above the knee to the middle of the thigh."


@pytest.fixture(scope="module")
def engine():
    engine = proven(SystemEngine())
    yield engine
    engine.close()


def proven(engine):
    return ProvenEngine(engine, name=engine.name)


def speak(engine, *sentences, voice=US, rate=1.0):
    spoken = dict(engine.speak(sentences, voice=voice, rate=rate))
    return [spoken[index] for index in range(len(sentences))]


def seconds(speech):
    return len(speech.samples) / speech.sample_rate


@pytest.mark.parametrize("times", [12, pytest.param(50, marks=pytest.mark.slow)])
def test_one_sentence_always_gives_one_sound_under_load_and_in_any_order(times):
    sentences = [LINE] * times + [f"Number {n}, and breathe." for n in range(times // 4)]
    load = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    hashes = set()
    try:
        for seed, at_once in ((1, 1), (2, 3)):
            order = random.Random(seed).sample(sentences, len(sentences))
            engine = SystemEngine(at_once=at_once)
            for index, speech in engine.speak(order, voice=US, rate=1.0):
                if order[index] == LINE:
                    hashes.add(hashlib.sha256(speech.samples.tobytes()).hexdigest())
            engine.close()
    finally:
        for process in load:
            process.kill()
            process.wait()
    assert len(hashes) == 1


@pytest.mark.parametrize(("rate", "least", "most"), [(0.5, 1.8, 2.4), (2.0, 0.35, 0.55)])
def test_the_rate_is_a_factor_on_a_coaching_pace(engine, rate, least, most):
    (usual,), (changed,) = speak(engine, LINE), speak(engine, LINE, rate=rate)
    assert usual.samples.dtype == np.float32
    assert 0.2 < np.abs(usual.samples).max() <= 1
    assert 2.4 < len(LINE.split()) / seconds(usual) < 4.2
    assert least < seconds(changed) / seconds(usual) < most


@pytest.mark.parametrize("rate", [0.49, 2.01, float("nan")])
def test_a_rate_out_of_range_is_refused_not_clamped(engine, rate):
    with pytest.raises(UsageError, match=r"0\.5 to 2"):
        speak(engine, LINE, rate=rate)


def test_voices_sound_different_and_none_stands_in_for_another(engine):
    british = Voice("pyttsx3", "gmw/en", "English (Great Britain)")
    us, gb = speak(engine, LINE), speak(engine, LINE, voice=british)
    assert us[0].samples.tobytes() != gb[0].samples.tobytes()
    with pytest.raises(MissingError, match="gmw/en-xx"):
        speak(engine, LINE, voice=Voice("pyttsx3", "gmw/en-xx", "?"))
    _, mandarin, _ = chosen(language="zh")
    assert seconds(speak(engine, "先做个自查。", voice=mandarin)[0]) > 1


@pytest.mark.parametrize(
    "text", ["3", "45 seconds", "😀", "Go 👍🏽", "A.", "Dr.", "Hmmmmmmm", "50 %", "a\u00adb", "an α"]
)
def test_odd_text_is_spoken(engine, text):
    assert seconds(speak(engine, text)[0]) > 0.2


def test_the_longest_sentence_is_spoken_at_the_slowest(engine):
    assert seconds(speak(engine, "roll " * 119 + "roll.", rate=0.5)[0]) > 40


@pytest.mark.parametrize("markup", ["<b>knee</b>", "[[n'i:]] knee", "a &lt; knee"])
def test_markup_is_read_out_not_obeyed(engine, markup):
    plain, read = speak(engine, "knee", markup)
    assert seconds(read) > 1.5 * seconds(plain)


@pytest.mark.parametrize("text", ["…", "--"])
def test_text_without_a_sound_is_an_error(engine, text):
    with pytest.raises(BuildError, match=r"makes no sound.*reword"):
        speak(engine, text)


def test_what_needs_no_speech_starts_no_process(temporary):
    engine = SystemEngine()
    assert len(engine.voices()) > 100
    assert "gmw/en-us" in engine.fingerprint(US)
    assert engine.fingerprint(US) != engine.fingerprint(engine.voices()[0])
    assert list(engine.speak([], voice=US, rate=1.0)) == []
    with pytest.raises(SpeechError, match=r"U\+0000"):
        speak(proven(engine), "fine", "not\0fine")
    assert list(temporary.iterdir()) == []


def test_the_voices_of_the_data_folder_are_the_ones_the_driver_lists():
    # Without forks the worker asks the driver; three of its voices lack a dictionary.
    here = espeak.find()
    env = {"LD_LIBRARY_PATH": str(here.library.parent), "ESPEAK_DATA_PATH": str(here.data)}
    asking = SystemEngine(forks=False, env=env)
    listed = {voice.name for voice in asking.voices()}
    asking.close()
    ours = {voice.name for voice in SystemEngine().voices()}
    assert ours < listed
    assert listed - ours == {"art/xex", "gmq/fo", "trk/kaa"}


def test_it_works_from_any_folder_with_a_safe_path(tmp_path):
    # A file of this name in the current folder must not stand in for the real module.
    here = tmp_path / "here"
    here.mkdir()
    (here / "wave.py").write_text("raise SystemExit('not this one')")
    code = (
        "from smr_audio.voices.registry import chosen\n"
        "engine, voice, _ = chosen(language='en')\n"
        "print(len(list(engine.speak(['Go.'], voice=voice, rate=1.0))))\n"
        "engine.close()\n"
    )
    env = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    script = tmp_path / "run it.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, script], cwd=here, env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")
