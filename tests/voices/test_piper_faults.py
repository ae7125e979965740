"""A natural voice when its engine misbehaves: found out, tried once more, named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.models import Model
from smr_audio.voices.piper import PiperEngine
from tests.voices.conftest import until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc")

FAKE = Path(__file__).with_name("fake_natural")
JOE = Voice("piper", "joe", "Joe", ("en-us",))
FAULTS = {
    "it crashes": "process died",
    "it raises": "no such sound",
    "it says nothing at all": "no sound",
    "it is silence": "no sound",
    "it speaks half of this": "too short",
    "it is noise all along": "noise",
    "it is cut": "breaks off",
    "it has no #": "no sound for #",
}


@pytest.fixture
def natural(temporary: Path, tmp_path: Path) -> Iterator[Callable[..., PiperEngine]]:
    """Make an engine that speaks by the stand-in, closed when the test ends."""
    made: list[PiperEngine] = []

    def make(content: bytes = b"a voice", **options: float) -> PiperEngine:
        path = tmp_path / "voice.onnx"
        path.write_bytes(content)
        path.with_name("voice.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
        made.append(PiperEngine(Model(JOE, path), env={"PYTHONPATH": str(FAKE)}, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for engine in made:
        engine.close()
    assert until_gone(temporary), "a process or a file was left behind"


def speak(engine: PiperEngine, *sentences: str, rate: float = 1.0) -> dict[int, int]:
    run = engine.speak(sentences, voice=JOE, rate=rate)
    return {index: speech.samples.size for index, speech in run}


def test_sentences_come_back_whole_and_the_model_is_loaded_once_a_worker(natural, tmp_path):
    engine = natural(workers=2)
    said = speak(engine, *["this is fine"] * 12)
    speak(engine, "so is this")
    assert set(said.values()) == {13 * int(0.06 * 22050)}
    assert len((tmp_path / "voice.loads").read_text()) == 2


@pytest.mark.parametrize("text", FAULTS)
def test_a_broken_sentence_is_named(natural, text):
    with pytest.raises(SpeechError) as caught:
        speak(natural(workers=1), "this is fine", text)
    assert caught.value.index == 1
    assert f'"{text}"' in str(caught.value)
    assert FAULTS[text] in str(caught.value)
    assert "in 2 attempts" in str(caught.value)


def test_an_engine_that_hangs_is_ended(natural):
    with pytest.raises(SpeechError, match=r"did not end within 0\.5 s"):
        speak(natural(workers=2, limit_s=0.5), "it hangs")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"broken", "does not load.*INVALID_PROTOBUF"), (b"other", "a model, but not a voice")],
)
def test_a_file_that_is_no_voice_ends_the_build(natural, content, said):
    with pytest.raises(BuildError, match=said):
        speak(natural(content), "this is fine")


def test_a_model_that_memory_does_not_hold_is_not_to_be_downloaded_again(natural):
    with pytest.raises(BuildError, match=r"no more memory.*ulimit -v") as caught:
        speak(natural(b"large"), "this is fine")
    assert "download" not in str(caught.value)


def test_software_that_is_not_there_names_the_extra(natural, tmp_path):
    (tmp_path / "empty" / "piper").mkdir(parents=True)
    (tmp_path / "empty" / "piper" / "__init__.py").write_text("")
    engine = natural()
    engine._env["PYTHONPATH"] = str(tmp_path / "empty")
    with pytest.raises(MissingError, match="the extra 'natural'"):
        speak(engine, "this is fine")
