"""The system voice when its engine misbehaves: found out, tried once more, named."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.system import SystemEngine
from tests.doubles import raising
from tests.tables import tables
from tests.voices.conftest import FAKE, ONE, living, until_ended, until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc and espeak")
both_ways = pytest.mark.parametrize("forks", [True, False], ids=["forks", "once"])

FAULTS = tables(__file__)["faults"]


def speak(engine, *sentences, rate=1.0):
    return dict(engine.speak(sentences, voice=ONE, rate=rate))


@both_ways
def test_sentences_come_back_whole_under_their_index(fake, forks):
    spoken = speak(fake(forks=forks, at_once=2), "one", "two words", "three words here")
    assert {i: len(s.samples) for i, s in spoken.items()} == {0: 13230, 1: 22050, 2: 30870}
    assert all(s.sample_rate == 22_050 for s in spoken.values())


@pytest.mark.parametrize("text", FAULTS)
def test_a_broken_sentence_is_tried_twice_and_then_named(fake, attempts, text):
    with pytest.raises(SpeechError, match=rf'"{text}".*{FAULTS[text]}') as caught:
        speak(fake(forks=True), "this is fine", text)
    assert caught.value.index == 1
    assert attempts(text) == 2


@pytest.mark.parametrize("text", ["it crashes", "it is silence", "it says nothing"])
def test_a_broken_sentence_is_named_without_forks_too(fake, attempts, text):
    with pytest.raises(BuildError, match=f'"{text}"'):
        speak(fake(forks=False), text)
    assert attempts(text) == 2


@pytest.mark.parametrize("before", [(), ("well",)], ids=["at the start", "later"])
def test_a_full_disk_is_named_and_not_the_words(fake, monkeypatch, before):
    engine = fake(forks=True)
    speak(engine, *before)
    monkeypatch.setattr(Path, "write_bytes", raising(OSError(28, "No space left on device")))
    with pytest.raises(BuildError, match=r"^cannot speak in .*: no space left on device; set TMPDIR"):
        speak(engine, "it says nothing")


@both_ways
def test_what_goes_wrong_once_is_mended_by_the_second_attempt(fake, forks):
    texts = ["it crashes once", "it says nothing once", "it leaves pieces once", "well"]
    assert sorted(speak(fake(forks=forks, at_once=2), *texts)) == [0, 1, 2, 3]


def test_sentences_wait_for_each_other_where_no_second_process_is_allowed(fake, attempts):
    texts = [f"this is number {n}" for n in range(6)]
    engine = fake(forks=True, at_once=3, env={"FAKE_FORKS": "one"})
    assert sorted(speak(engine, *texts)) == list(range(6))
    assert [attempts(text) for text in texts] == [1] * 6


@pytest.mark.slow
def test_where_no_process_is_allowed_the_message_names_the_limit(fake):
    with pytest.raises(SpeechError, match=r"no more processes, threads or memory.*ulimit -u"):
        speak(fake(forks=True, env={"FAKE_FORKS": "none"}), "well")


@both_ways
@pytest.mark.slow
def test_a_hang_is_ended_and_tried_again(fake, attempts, forks):
    assert speak(fake(forks=forks, limit_s=0.8), "it hangs once")
    assert attempts("it hangs once") == 2


def test_a_lasting_hang_is_named(fake):
    with pytest.raises(BuildError, match=r'"it hangs": the engine did not end within 0\.3 s'):
        speak(fake(forks=True, limit_s=0.3), "it hangs")


@pytest.mark.slow
def test_a_worker_that_hangs_itself_is_ended_too(fake, workers):
    engine = fake(forks=True, limit_s=0.2, env={"FAKE_IMPORT": "hang"})
    with pytest.raises(BuildError, match="did not end within"):
        speak(engine, "hello")
    engine.close()
    assert workers() == []


def test_a_worker_that_dies_is_started_again(fake):
    assert sorted(speak(fake(forks=True, at_once=1), "one", "it murders once", "two")) == [0, 1, 2]


@pytest.mark.parametrize("place", range(4))
def test_of_several_it_held_the_one_that_kills_it_is_named(fake, attempts, place):
    sentences = ["one", "two", "three"]
    sentences.insert(place, "it murders")
    with pytest.raises(SpeechError, match=r'"it murders": the voice\'s process died') as caught:
        speak(fake(forks=True, at_once=4), *sentences)
    assert caught.value.index == place
    assert attempts("it murders") == 2


def test_an_engine_works_on_after_a_failure(fake):
    engine = fake(forks=True)
    with pytest.raises(BuildError):
        speak(engine, "it raises", "a", "b", "c")
    assert sorted(speak(engine, "one", "two")) == [0, 1]


def test_what_the_engine_prints_stays_off_our_stdout(fake, capfd):
    speak(fake(forks=True), "one", "two")
    assert capfd.readouterr() == ("", "")


@both_ways
def test_an_unknown_voice_is_an_error_not_another_voice(fake, forks):
    nobody = Voice("pyttsx3", "fake/nobody", "Nobody", ("en",))
    with pytest.raises(MissingError, match="fake/nobody"):
        list(fake(forks=forks).speak(["hello"], voice=nobody, rate=1.0))


@both_ways
def test_a_missing_engine_says_what_to_install(fake, forks):
    with pytest.raises(MissingError, match=r"no engine here.*pip install"):
        speak(fake(forks=forks, env={"FAKE_IMPORT": "missing"}), "hello")


def test_a_driver_of_another_platform_lists_its_voices(fake):
    found = [("pyttsx3:fake/two", ("de-de",)), ("pyttsx3:fake/one", ("en-us",))]
    assert [(v.id, v.languages) for v in fake(forks=False).voices()] == found
    users = fake(forks=False, env={"FAKE_DEFAULT": "fake/one"}).voices()
    assert [(v.id, v.languages) for v in users] == found[::-1], "the voice the user set comes first"


def test_closing_leaves_no_process_and_no_file(fake, workers, temporary):
    engine = fake(forks=True)
    speak(engine, "one")
    assert len(workers()) == 1
    engine.close()
    engine.close()
    assert workers() == []
    assert list(temporary.iterdir()) == []


def test_an_engine_that_is_dropped_cleans_up(fake_env, temporary):
    engine = SystemEngine(forks=True, env=fake_env)
    speak(engine, "one")
    del engine
    assert until_gone(temporary)


def test_leaving_half_way_ends_what_was_under_way(fake, temporary):
    engine = fake(forks=True, at_once=2)
    spoken = engine.speak(["one", "it hangs", "two"], voice=ONE, rate=1.0)
    next(spoken)
    spoken.close()
    assert until_ended(temporary)
    assert speak(engine, "three")


def test_two_callers_at_once_are_refused(fake):
    engine = fake(forks=True)
    spoken = engine.speak(["one", "two"], voice=ONE, rate=1.0)
    next(spoken)
    with pytest.raises(RuntimeError):
        speak(engine, "three")
    spoken.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_program_that_is_ended_leaves_no_orphan(temporary, fake_env, tmp_path, number):
    code = """
        from smr_audio.voices.engine import Voice
        from smr_audio.voices.system import SystemEngine
        voice = Voice("pyttsx3", "fake/one", "One")
        list(SystemEngine(forks=True).speak(["it hangs"], voice=voice, rate=1.0))
    """
    root = str(Path(__file__).parents[2])
    env = {**os.environ, **fake_env, "TMPDIR": str(temporary)}
    env["PYTHONPATH"] = os.pathsep.join([str(FAKE), root])
    program = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env=env, stderr=subprocess.DEVNULL)
    seen = tmp_path / "state" / "it-hangs"
    end = time.monotonic() + 10
    while not seen.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert len(living(temporary)) == 2, "the worker and its child"
    program.send_signal(number)
    assert program.wait(timeout=10) != 0
    assert until_gone(temporary)


@both_ways
def test_a_bound_of_memory_that_is_lower_already_stays(fake, forks):
    # With less than it adds itself, what grows ends sooner and is told the same way.
    import resource  # Linux's

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, hard))
    try:
        with pytest.raises(BuildError, match="no more memory"):
            speak(fake(forks=forks), "it grows and grows")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
