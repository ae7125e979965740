"""A natural voice when its engine misbehaves: found out, tried once more, named."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.models import Model
from smr_audio.voices.natural import HibariEngine, NaturalEngine, PiperEngine
from tests.tables import tables
from tests.voices.conftest import until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc")

FAKE = Path(__file__).with_name("fake_natural")
HEART = Voice("hibari", "heart", "Heart", ("en-us",))
JOE = Voice("piper", "joe", "Joe", ("en-us",))
HERTZ = {HEART: 24_000, JOE: 22_050}
FAULTS = tables(__file__)["faults"]


@pytest.fixture(params=[HEART, JOE], ids=lambda voice: voice.engine)
def voice(request: pytest.FixtureRequest) -> Voice:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def natural(voice: Voice, temporary: Path, tmp_path: Path) -> Iterator[Callable[..., NaturalEngine]]:
    """Make an engine that speaks by the stand-in, closed when the test ends."""
    made: list[NaturalEngine] = []

    def make(content: bytes = b"a voice", digest: str | None = None, **options: float):
        path = tmp_path / "voice.onnx"
        path.write_bytes(content)
        path.with_name("voice.onnx.json").write_text('{"audio": {"sample_rate": 22050}}')
        kind = HibariEngine if voice == HEART else PiperEngine
        made.append(kind(Model(voice, path, digest), env={"PYTHONPATH": str(FAKE)}, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for engine in made:
        engine.close()
    assert until_gone(temporary), "a process or a file was left behind"


def speak(engine: NaturalEngine, *sentences: str, rate: float = 1.0) -> dict[int, int]:
    assert engine._given is not None
    run = engine.speak(sentences, voice=engine._given.voice, rate=rate)
    return {index: speech.samples.size for index, speech in run}


def test_sentences_come_back_whole_and_the_model_is_loaded_once_a_worker(natural, tmp_path, voice):
    engine = natural(workers=2)
    said = speak(engine, *["this is fine"] * 12)
    speak(engine, "so is this")
    assert set(said.values()) == {13 * int(0.06 * HERTZ[voice])}
    assert len((tmp_path / "voice.loads").read_text()) == 2


def test_a_rate_is_the_engines_own(natural, voice):
    said = speak(natural(workers=1), "this is fine", rate=0.5)
    assert said == {0: 13 * int(0.12 * HERTZ[voice])}


@pytest.mark.parametrize("text", FAULTS)
def test_a_broken_sentence_is_named(natural, text):
    with pytest.raises(SpeechError, match=rf'"{text}".*{FAULTS[text]}.*in 2 attempts') as caught:
        speak(natural(workers=1), "this is fine", text)
    assert caught.value.index == 1


@pytest.mark.slow
def test_an_engine_that_hangs_is_ended(natural):
    with pytest.raises(SpeechError, match=r"did not end within 0\.5 s"):
        speak(natural(workers=2, limit_s=0.5), "it hangs")


@pytest.mark.parametrize(("voice", "content", "error", "said"), [
    (JOE, b"broken", BuildError, "does not load.*INVALID_PROTOBUF.*--force-reinstall joe-us-piper"),
    (JOE, b"other", BuildError, "a model, but not a voice"),
    (HEART, b"broken", MissingError, "INVALID_PROTOBUF.*--force-reinstall hibari-tts=="),
    (HEART, b"newer", MissingError, "too new: its model takes .*hibari-tts=="),
], indirect=["voice"])  # fmt: skip
def test_a_file_that_is_no_voice_ends_the_build(natural, content, error, said):
    with pytest.raises(error, match=said):
        speak(natural(content), "this is fine")


def test_a_model_that_is_cut_or_changed_is_not_used(natural, tmp_path):
    with pytest.raises(BuildError, match=r"damaged: its SHA-256 is .*, not 0000.*again"):
        speak(natural(digest="0" * 64), "this is fine")
    assert not (tmp_path / "voice.loads").exists()


def test_a_model_that_memory_does_not_hold_is_not_to_be_downloaded_again(natural):
    with pytest.raises(BuildError, match=r"no more memory.*ulimit -v") as caught:
        speak(natural(b"large"), "this is fine")
    assert "download" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    ["", "raise RuntimeError('made for another system')", "import no_such_library"],
    ids=["files are missing", "it fails", "it needs another"],
)
def test_software_that_is_not_all_there_says_how_to_have_it(natural, tmp_path, voice, content):
    (package := tmp_path / "empty" / voice.engine).mkdir(parents=True)
    (package / "__init__.py").write_text(content)
    named = replace(natural()._given, voice=replace(voice, name="{her} own"))
    engine = natural()
    engine._given, voice = named, named.voice
    engine._env["PYTHONPATH"] = str(tmp_path / "empty")
    again = f"--force-reinstall {voice.engine}-tts"
    with pytest.raises(MissingError, match=f"{re.escape(voice.id)} cannot speak here: .*{again}"):
        speak(engine, "this is fine")
