"""Voices of other packages: the example of the docs, and every way that one can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smr_audio.voices.registry import choose
from tests.cli.conftest import ROUTINE, Run
from tests.installed import Install, install, install_example  # noqa: F401  a fixture

HEAD = """\
import numpy as np
from smr_audio.errors import MissingError
from smr_audio.voices.engine import Speech, SpeechError, Voice
class Engine:
    name = "odd"
    def voices(self): return [Voice("odd", "one", "One", ("en",))]
    def fingerprint(self, voice): return "1"
    def close(self): pass
    def sound(self, text, hertz=16000):
        time = np.arange(int(0.08 * hertz) * len(text)) / hertz
        loud = np.sin(np.pi * time / 0.08) ** 2 * (time < time[-1] - 0.06)
        return (0.4 * loud * np.sin(2 * np.pi * 200 * time)).astype(np.float32)
    def speak(self, sentences, *, voice, rate):
        for index, text in enumerate(sentences):
            yield index, Speech(self.sound(text), 16000)
"""


@pytest.fixture
def odd(run: Run, tmp_path: Path, install: Install) -> Run:  # noqa: F811
    """Plan a routine with a plug-in that has this code in place of what a whole one has."""
    (tmp_path / "mine.yaml").write_text(ROUTINE, "utf-8")

    def plan_it(code: str = "", *, voice: str = "odd", value: str = "{module}:Engine"):
        body = "".join(f"    {line}\n" for line in code.splitlines())
        install("engines", "odd", HEAD + body, value=value)
        return run("plan", "mine.yaml", "--talk", "minimal", "--voice", voice)

    return plan_it


@pytest.mark.usefixtures("warm")
def test_the_examples_of_the_docs_build_and_verify(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for example in ("example-voice", "example-pack"):
        install_example(example, tmp_path, monkeypatch)
    asked = ("example.evening", "--voice", "vowels", "--talk", "minimal", "--skip", "calf-stick")
    done = run("build", *asked, "--verify", "-o", "e.mp3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("vowels:low")
    told = json.loads(run("voices", "--json").stdout)
    assert {"vowels:low", "vowels:high"} <= {one["id"] for one in told}
    done = run("plan", *asked[:1], "--voice", "vowels:hihg")
    assert (done.returncode, "did you mean 'high'?" in done.stderr) == (2, True)
    done = run("plan", *asked[:1], "--voice", "vowles")
    assert (done.returncode, "did you mean 'vowels'?" in done.stderr) == (2, True)


def test_a_whole_plug_in_speaks_by_name_and_by_voice(odd: Run, run: Run) -> None:
    assert "odd:one" in odd(voice="ODD:one").stdout
    assert run("plan", "mine.yaml", "--talk", "minimal", "--voice", "odd").returncode == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def speak(self, *a, **k): raise OSError('no\\nsound')", "it fails, OSError: no sound"),
        ("def speak(self, *a, **k): return None", "'NoneType' object is not iterable"),
        ("def speak(self, *a, **k): return iter(())", "it gave no sound for it"),
        ("def speak(self, *a, **k): raise SystemExit(0)", "SystemExit"),
        ("def speak(self, *a, **k): yield 5", "no pairs of a number and a sound"),
        ("def speak(self, *a, **k): yield 10**6, None", "a sound that nobody asked for"),
        ("def speak(self, *a, **k): yield -1, None", "a sound that nobody asked for"),
        ("def speak(self, *a, **k):\n  while True: yield 0, None", "that nobody asked for"),
        ("def speak(self, *a, **k): raise SpeechError('it is hoarse', index=0)", "it is hoarse"),
        ("def speak(self, *a, **k): raise SpeechError('hoarse', index='x')", "hoarse"),
        ("def sound(self, t): return None", "its samples are no array of floats"),
        ("def sound(self, t): return np.zeros((2, 9), np.float32)", "no array of floats"),
        ("def sound(self, t): return np.zeros(9, np.int16)", "no array of floats"),
        ("def sound(self, t): return np.zeros(20000, np.float32)", "it makes no sound"),
        ("def sound(self, t): return np.full(20000, np.nan, np.float32)", "no numbers"),
        ("def sound(self, t): return np.zeros(0, np.float32)", "it makes no sound"),
        ("def sound(self, t): return np.full(20000, 3, np.float32)", "passes full scale"),
        ("def sound(self, t): return np.zeros(16000 * 121, np.float32)", "longer than 120 s"),
        ("def sound(self, t): return Engine.tone[:2000]\n"
         "tone = np.sin(np.arange(90000) / 9).astype(np.float32) / 2", "too short"),
        ("def sound(self, t): return Engine.tone\n"
         "tone = np.sin(np.arange(90000) / 9).astype(np.float32) / 2", "even noise or hum"),
        ("def speak(self, s, **k):\n  yield 0, b'RIFF'", "it gives a bytes in place of Speech"),
        ("def speak(self, s, **k):\n  yield 0, Speech(self.sound('abc'), 0)", "rate is 0"),
        ("def speak(self, s, **k):\n  yield 0, Speech(self.sound('abc'), '16k')", "rate is '16k'"),
    ],
)  # fmt: skip
def test_what_is_no_speech_is_an_error_with_the_line(odd: Run, code: str, words: str) -> None:
    done = odd(code)
    assert done.returncode == 1
    assert words in done.stderr and "made-up-" in done.stderr
    assert "the voice odd:one cannot speak \"" in done.stderr
    assert ".yaml:" in done.stderr, "the place of the line"
    assert len(done.stderr.splitlines()) == 1


def test_what_fails_once_is_asked_for_again(odd: Run) -> None:
    code = (
        "tried = set()\n"
        "def speak(self, sentences, **how):\n"
        "  for index, text in enumerate(sentences):\n"
        "    once = text not in Engine.tried\n"
        "    Engine.tried.add(text)\n"
        "    yield index, None if once and index % 3 else Speech(self.sound(text), 16000)\n"
    )
    assert odd(code).returncode == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ImportError('no libodd.so')", "ImportError: no libodd.so"),
        ("def __init__(self): raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("def voices(self): return []", "has no voice here"),
        ("def voices(self): return ['one']", "holds what is no Voice"),
        ("def voices(self): return 1 / 0", "ZeroDivisionError"),
        ("def voices(self): raise MissingError('buy one first')", "buy one first"),
        ("speak = None", "which has no speak()"),
    ],
)
def test_one_that_cannot_be_used_is_a_warning_until_it_is_asked_for(
    odd: Run, run: Run, code: str, words: str
) -> None:
    done = odd(code)
    assert done.returncode == 4
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    done = run("voices")
    assert done.returncode == 0
    assert "silent" in done.stdout and words in done.stderr


@pytest.mark.parametrize("code", ["def fingerprint(self, v): return 7", "fingerprint = 7"])
def test_a_fingerprint_that_is_none_is_refused(odd: Run, code: str) -> None:
    done = odd(code)
    assert done.returncode in (1, 4)
    assert "fingerprint" in done.stderr and "made-up-" in done.stderr


def test_an_entry_point_that_leads_nowhere_is_told_of(odd: Run) -> None:
    for value in ("{module}:Nobody", "{module}", "no_such_module_at_all:x"):
        done = odd(value=value)
        assert (done.returncode, "of made-up-" in done.stderr) == (4, True)


def test_a_built_in_name_is_nobody_elses(run: Run, install: Install) -> None:  # noqa: F811
    install("engines", "silent", HEAD, value="{module}:Engine")
    done = run("voices")
    assert "has the name of a built-in one, so it is left out" in done.stderr
    engine, voice = choose("silent", language="en")
    assert (type(engine).__name__, voice.id) == ("SilentEngine", "silent")


@pytest.mark.slow
def test_doctor_names_packs_and_plug_ins_and_warns_of_broken_ones(
    run: Run, install: Install  # noqa: F811
) -> None:
    install("engines", "odd", HEAD, value="{module}:Engine")
    install("engines", "silent", HEAD, value="{module}:Engine")
    install("packs", "acme", "import nothing_like_it")
    done = run("doctor", "--json")
    found = [(one["name"], one["ok"], one["warning"]) for one in json.loads(done.stdout)[-3:]]
    assert found == [("packs", True, True), ("plug-ins", True, False), ("plug-ins", True, True)]
    assert done.returncode == 0


def test_two_of_one_name_are_both_named(odd: Run, install: Install) -> None:  # noqa: F811
    install("engines", "odd", HEAD, value="{module}:Engine")
    done = odd()
    assert done.returncode == 4
    assert done.stderr.count("made-up-") == 2 and "uninstall one" in done.stderr


def test_the_package_and_the_fingerprint_stand_in_the_key(install: Install) -> None:  # noqa: F811
    seen = set()
    for mark in ("1", "2"):
        install("engines", f"odd{mark}", HEAD.replace('"1"', f'"{mark}"'), value="{module}:Engine")
        engine, voice = choose(f"odd{mark}", language="en")
        seen.add(fingerprint := engine.fingerprint(voice))
        assert all(each in fingerprint for each in ("made-up-", "1.5", f"odd{mark}", "one"))
    assert len(seen) == 2
