"""Natural voices: what Heart and Joe say, which voices there are, and how more are had."""

import hashlib
import http.server
import itertools
import json
import random
import shutil
import socket
import ssl
import threading
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from smr_audio import BuildError, Cache, MissingError, UsageError, say
from smr_audio.voices import models, registry
from smr_audio.voices.download import download
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.models import VOICES_VARIABLE
from smr_audio.voices.natural import KokoroEngine
from smr_audio.voices.proven import ProvenEngine
from smr_audio.voices.registry import VOICE_VARIABLE, all_voices, chosen
from tests.doubles import raising

pytestmark = pytest.mark.skipif(None in (find_spec("hibari"), find_spec("piper")), reason="needs both natural voices")
natural_voices = pytest.mark.parametrize("name", ["heart", "joe"])

# The least model that loads: one sigmoid, from x to y.
MODEL = (
    b'\x08\x03:Q\n\x0f\n\x01x\x12\x01y"\x07Sigmoid\x12\x0ctest_sigmoid'
    b"Z\x17\n\x01x\x12\x12\n\x10\x08\x01\x12\x0c\n\x02\x08\x03\n\x02\x08\x04\n\x02\x08\x05"
    b"b\x17\n\x01y\x12\x12\n\x10\x08\x01\x12\x0c\n\x02\x08\x03\n\x02\x08\x04\n\x02\x08\x05B\x02\x10\t"
)
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


@natural_voices
@pytest.mark.slow
def test_a_voice_says_the_same_every_time_in_any_order_and_process(temporary, name):
    heard: dict[str, set[bytes]] = {}
    mixed = random.Random(1).sample(SENTENCES * 2, 8)
    for order in (mixed, SENTENCES[1:2]):  # by two processes, and by one that says nothing else
        engine, voice, _ = chosen(name, language="en")
        for index, speech in engine.speak(order, voice=voice, rate=1.0):
            heard.setdefault(order[index], set()).add(speech.samples.tobytes())
        if order != mixed:
            (slow,), (fast,) = (engine.speak(order, voice=voice, rate=rate) for rate in (0.7, 1.4))
            assert fast[1].samples.size < 0.65 * slow[1].samples.size
        engine.close()
    assert {sentence: len(sounds) for sentence, sounds in heard.items()} == dict.fromkeys(SENTENCES, 1)
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
@natural_voices
def test_the_longest_sentence_at_half_the_pace_has_memory_enough(name):
    """In the same bounds every other sentence is spoken in."""
    words = 83
    engine, voice, _ = chosen(name, language="en")
    (spoken,) = engine.speak(["Roll " + "slowly " * words + "up."], voice=voice, rate=0.5)
    engine.close()
    assert spoken[1].samples.size / spoken[1].sample_rate > words / 2


def test_what_hibari_would_take_for_markup_or_leave_out_is_not_lost(monkeypatch, tmp_path):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "of hibari"))
    engine, voice, _ = chosen("heart", language="en")
    said = dict(engine.speak(["Roll [this](/hold/).", "Roll this hold."], voice=voice, rate=1.0))
    assert said[0].samples.size > 0.9 * said[1].samples.size
    with pytest.raises(SpeechError, match=r'"Roll the א\.": it has no sound for א') as caught:
        list(engine.speak(["Fine.", "Roll the א."], voice=voice, rate=1.0))
    engine.close()
    assert caught.value.index == 1
    assert not (tmp_path / "of hibari").exists(), "it is given its file, and so downloads none"


def test_the_published_digests_are_those_that_hibari_gives():
    from hibari.voices import VOICES

    for name in models.HIBARI_VOICES:
        known = models.KNOWN[name]
        assert VOICES[name]["sha256"] == known.sha256
        assert VOICES[name]["language"].lower() == known.language
        assert VOICES[name]["file"] == known.file


@pytest.mark.parametrize(
    ("names", "voice_id"), [("heart Heart hibari hibari:heart natural", "hibari:heart"), ("joe Joe piper", "piper:joe")]
)
def test_a_voice_has_these_names(names, voice_id):
    for name in [*names.split(), voice_id]:
        engine, voice, _ = chosen(name, language="en")
        assert voice.id == f"{engine.name}:{voice.name}" == voice_id


def test_auto_takes_a_natural_voice_only_if_it_speaks_the_language(own_voices, monkeypatch):
    monkeypatch.setattr(registry, "_fault_of", lambda *_: "")  # that of `put` cannot speak
    assert chosen(language="zh")[1].id == "kokoro:xiaoxiao"
    monkeypatch.setattr(models, "of_kokoro", list)
    assert chosen(language="zh")[1].id == "pyttsx3:sit/cmn"
    assert chosen(language="en-gb")[1].id == "pyttsx3:gmw/en"
    put(own_voices)
    assert chosen(language="en-gb")[1].id == "piper:en_GB-ann-low"
    assert chosen(language="en")[1].id == "hibari:heart"
    assert chosen(language="en", locale="en_GB.UTF-8")[1].id == "piper:en_GB-ann-low"
    monkeypatch.setattr(models, "of_hibari", list)
    assert chosen(language="en")[1].id == "piper:joe"
    monkeypatch.setenv(VOICE_VARIABLE, "pyttsx3")
    assert chosen(language="en")[1].id == "pyttsx3:gmw/en-us"
    assert chosen("joe", language="en")[1].id == "piper:joe"


def broken_hibari(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    """Have a hibari in place of the real one that is broken in some way."""
    assets = tmp_path / "broken" / "hibari" / "assets"
    assets.mkdir(parents=True)
    (assets.parent / "__init__.py").write_text(content)
    heart = models.of_hibari()[0]
    monkeypatch.setattr(models, "of_hibari", lambda: [replace(heart, path=assets / "x.onnx")])
    shutil.copyfile(heart.path, assets / "x.onnx")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))


def test_without_a_natural_voice_of_a_language_its_extra_is_named(monkeypatch):
    monkeypatch.setattr(models, "of_kokoro", list)
    assert "the extra 'chinese'" in chosen(language="zh").stands_in
    assert "voices download" in chosen(language="de").stands_in


def test_a_natural_voice_that_is_broken_is_replaced_with_a_word(monkeypatch, tmp_path):
    broken_hibari(monkeypatch, tmp_path, "raise ImportError('no such library')")
    engine, voice, stands_in = chosen(language="en")
    engine.close()
    assert voice.id == "piper:joe"
    assert stands_in.startswith("the voice piper:joe speaks; the voice hibari:heart cannot speak")
    assert "no such library; install it again with: " in stands_in
    with pytest.raises(MissingError, match="no such library; install it again with: "):
        engine, voice, _ = chosen("heart", language="en")
        list(engine.speak(["Go on."], voice=voice, rate=1.0))
    engine.close()


def test_a_natural_voice_that_fails_its_trial_is_named_and_no_line_is_to_be_reworded(monkeypatch):
    failing = raising(SpeechError("it makes no sound; reword the line", index=0))
    monkeypatch.setattr(ProvenEngine, "speak", failing)
    engine, voice, stands_in = chosen(language="en")
    engine.close()
    assert stands_in == f"the system's voice {voice.id} speaks; it makes no sound"


def test_a_natural_voice_that_hangs_is_not_waited_for_again_within_the_hour(monkeypatch, tmp_path):
    tried: list[str] = []

    def fails(self: ProvenEngine, *_: object, voice: Voice, rate: float) -> None:
        tried.append(voice.id)
        raise SpeechError("it did not end; reword the line", index=0)

    monkeypatch.setattr(ProvenEngine, "speak", fails)
    clock = SimpleNamespace(time=lambda: 7200.0, monotonic=itertools.count(0, 60).__next__)
    monkeypatch.setattr(registry, "time", clock)
    cache = Cache(tmp_path / "cache")
    found = [chosen(language="en", cache=cache) for _ in range(2)]
    assert found[0].stands_in == found[1].stands_in
    assert tried == ["hibari:heart", "piper:joe"]
    chosen(language="en")  # as `doctor` asks
    clock.time, clock.monotonic = lambda: 10800.0, lambda: 0
    for _ in range(2):  # it fails at once, so it may as well be tried
        chosen(language="en", cache=cache)
    assert tried == ["hibari:heart", "piper:joe"] * 4


def test_a_natural_voice_is_tried_once_until_its_file_changes(monkeypatch, tmp_path):
    tried: list[str] = []
    monkeypatch.setattr(ProvenEngine, "speak", lambda *_, voice, rate: tried.append(voice.id) or ())
    broken_hibari(monkeypatch, tmp_path, "")
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        assert chosen(language="en", cache=cache).voice.id == "hibari:heart"
    assert tried == ["hibari:heart"]
    (tmp_path / "broken" / "hibari" / "assets" / "x.onnx").write_bytes(b"cut")
    chosen(language="en", cache=cache)
    assert tried == ["hibari:heart"] * 2


def test_a_damaged_voice_does_not_keep_its_engine_from_speaking(own_voices):
    own_voices.mkdir()
    (own_voices / models.KNOWN["emma"].file).write_bytes(b"cut")
    engine, voice, stands_in = chosen(language="en", locale="en_GB.UTF-8")
    engine.close()
    assert voice.id == "hibari:heart"
    assert stands_in.startswith("the voice hibari:heart speaks; the voice 'bf_emma")
    assert stands_in.endswith("smr-audio voices download emma")


def test_a_variety_that_no_natural_voice_speaks_is_not_a_missing_extra():
    engine, voice, stands_in = chosen(language="en-gb")
    engine.close()
    assert stands_in == (
        f"the system's voice {voice.id} speaks; no natural one here speaks en-gb, and --voice heart is near"
    )


@pytest.mark.parametrize(("variable", "value", "name", "says"), [
    (VOICE_VARIABLE, "nobody", "auto", r"no voice 'nobody'; .*; SMR_AUDIO_VOICE names it$"),
    (VOICES_VARIABLE, "~nobody-there/voices", "en_GB-ann-low", "in full"),
])  # fmt: skip
def test_a_variable_that_names_what_is_not_there_is_told_of(monkeypatch, variable, value, name, says):
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=says):
        chosen(name, language="en")


def test_a_voice_has_a_name_a_path_and_a_fingerprint_of_its_content(own_voices, tmp_path):
    put(own_voices)
    there = put(tmp_path / "else where", "de_DE-otto-low", language="de_DE")
    assert chosen("en_GB-ann-low", language="en")[1].id == "piper:en_GB-ann-low"
    engine, voice, _ = chosen(str(there), language="en")
    assert (voice.id, voice.languages) == ("piper:de_DE-otto-low", ("de-de", "en-gb"))
    first = engine.fingerprint(voice)
    there.write_bytes(MODEL[:-1] + b"z")
    assert engine.fingerprint(voice) != first
    assert "piper:en_GB-ann-low" in [each.id for each in all_voices()]


def test_a_file_that_is_no_voice_says_what_it_lacks(tmp_path, own_voices):
    path = put(tmp_path)
    path.with_name(f"{path.name}.json").write_text("{}")
    with pytest.raises(BuildError, match="does not describe a Piper voice"):
        chosen(str(path), language="en")
    path.with_name(f"{path.name}.json").unlink()
    with pytest.raises(UsageError, match=r"needs 'en_GB-ann-low.onnx.json' next to it"):
        chosen(str(path), language="en")
    own_voices.mkdir()
    (own_voices / "bad.onnx").write_bytes(b"")
    assert all(each.name != "bad" for each in all_voices())


def test_words_of_another_script_are_named_before_anything_is_said():
    engine, voice, _ = chosen("joe", language="en")
    with pytest.raises(SpeechError, match='"左腿" is Chinese') as caught:
        engine.speak(["Fine.", "Roll the 左腿 now."], voice=voice, rate=1.0)
    assert caught.value.index == 1


@pytest.mark.parametrize(
    ("name", "extra"),
    [(name, "natural") for name in ("heart", "hibari", "natural", "hibari:emma", "fable")]
    + [(name, "natural-male") for name in ("joe", "piper", "piper:en_GB-ann-low")],
)
def test_without_the_extra_a_natural_voice_is_missing(monkeypatch, name, extra):
    monkeypatch.setattr(models, "is_installed", lambda engine: False)
    with pytest.raises(MissingError, match=f"the extra '{extra}'; install it with: "):
        chosen(name, language="en")


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
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    for kind in ("HIBARI", "PIPER"):
        monkeypatch.setattr(f"smr_audio.voices.download.{kind}_URL", f"{address}/")
    yield place
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["en_GB-ann-low", "pt_PT-tugão-medium"])
def test_a_voice_is_downloaded_whole_and_once(published, own_voices, name):
    path = put(published, name, language=name[:5])
    found = download(name)
    assert (found.path, found.path.read_bytes()) == (own_voices / path.name, MODEL)
    assert sorted(each.name for each in own_voices.iterdir()) == [path.name, f"{path.name}.json"]
    path.unlink()
    assert download(name).voice.id == f"piper:{name}"


def test_a_connection_that_breaks_off_is_no_fault_of_the_folder(monkeypatch):
    failing = raising(ssl.SSLEOFError("EOF occurred in violation of protocol"))
    monkeypatch.setattr("urllib.request.urlopen", failing)
    with pytest.raises(BuildError, match=r"^cannot download the voice 'emma': .*EOF occurred"):
        download("emma")


def test_a_download_that_fails_leaves_nothing(published, own_voices, monkeypatch):
    with pytest.raises(UsageError, match="there is no voice 'en_GB-bob-low'"):
        download("en_GB-bob-low")
    for content in (b"<html>an error page</html>", MODEL[:-1], MODEL + b"\0", b"", MODEL[:2]):
        put(published).write_bytes(content)
        with pytest.raises(BuildError, match="cut off or not a model"):
            download("en_GB-ann-low")
    monkeypatch.setattr("smr_audio.voices.download.PIPER_URL", "http://127.0.0.1:9/")
    with pytest.raises(BuildError, match="needs the internet once"):
        download("en_GB-ann-low")
    assert list(own_voices.iterdir()) == []


def test_a_damaged_voice_is_downloaded_again(published, own_voices):
    put(published)
    put(own_voices).write_bytes(MODEL[:50])
    started: list[bool] = []
    found = download("en_GB-ann-low", on_start=lambda: started.append(True))
    assert (found.path.read_bytes(), started) == (MODEL, [True])
    download("en_GB-ann-low", on_start=lambda: started.append(True))
    assert started == [True]


def test_a_voice_of_hibari_is_downloaded_once_and_used_only_if_it_is_the_known_one(published, own_voices, monkeypatch):
    known = models.KNOWN["emma"]
    with pytest.raises(MissingError, match="get it with: smr-audio voices download emma"):
        chosen("emma", language="en")
    (published / known.file).write_bytes(MODEL)
    with pytest.raises(BuildError, match="'emma' is cut off or not a model"):
        download("emma")
    assert list(own_voices.iterdir()) == []
    digest = hashlib.sha256(MODEL).hexdigest()
    monkeypatch.setitem(models.KNOWN, "emma", known._replace(sha256=digest))
    for damaged in (False, True, False):
        if damaged:
            (own_voices / known.file).write_bytes(MODEL[:50])
        started: list[bool] = []
        found = download("emma", on_start=lambda started=started: started.append(True))
        assert found.path.read_bytes() == MODEL
        assert (found.path.parent, found.voice.id) == (own_voices, "hibari:emma")
    assert started == []
    assert chosen("emma", language="en")[1].languages == ("en-gb",)
    assert chosen("hibari", language="en", locale="en_GB.UTF-8")[1].name == "emma"
    with pytest.raises(BuildError, match="needs the internet once, or copy am_fenrir"):
        monkeypatch.setattr("smr_audio.voices.download.HIBARI_URL", "http://127.0.0.1:9/")
        download("fenrir")
    assert download("Emma").voice.id == "hibari:emma"


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
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        monkeypatch.setattr("smr_audio.voices.download.PIPER_URL", address)
        with pytest.raises(BuildError, match="en_GB-ann-low"):
            download("en_GB-ann-low")
        server.shutdown(socket.SHUT_RDWR)
    assert list(own_voices.iterdir()) == []


@pytest.mark.parametrize(("name", "error", "says"), [
    ("piper:jo", UsageError, "did you mean 'joe'"),
    ("hibari", MissingError, "no voice for the language 'zh' here; choose another"),
    ("en_US-lessac-medium", MissingError, "voices download en_US-lessac-medium"),
    ("piper:en_US-lessac-medium", MissingError, "voices download en_US-lessac-medium"),
    ("~nobody-there/x.onnx", UsageError, "write the path in full"),
    ("a" * 300 + ".onnx", UsageError, "name the .onnx file of a Piper voice"),
    ("\0.onnx", UsageError, "name the .onnx file of a Piper voice"),
])  # fmt: skip
def test_what_cannot_be_chosen_says_why(name, error, says):
    with pytest.raises(error, match=says):
        chosen(name, language="zh")


NO_NAMES = ("../../etc/passwd", "en_US-a/b-low", "", "en_US-a-b\n")


@pytest.mark.parametrize(("name", "says"), [
    ("heart", "'heart' is not downloaded: it comes with the extra 'natural'"),
    ("Joe", "'Joe' is not downloaded: it comes with the extra 'natural-male'"),
    *((name, "no name of a voice") for name in NO_NAMES),
])  # fmt: skip
def test_what_is_not_to_be_downloaded_is_refused(name, says):
    with pytest.raises(UsageError, match=says):
        download(name)


@natural_voices
def test_a_natural_voice_tells_how_it_says_a_sentence(name: str) -> None:
    said = say("Close your eyes. Close one eye. Stay close to it. Wind down.", voice=name)
    sounds = [str(one.phonemes).replace("ˈ", "").replace("ˌ", "") for one in said.sentences]
    want = ("kloʊz jʊɹ aɪz", "kloʊz wʌn aɪ", "kloʊs t", "waɪnd daʊn")
    assert [part in sound for part, sound in zip(want, sounds, strict=True)] == [True] * 4


@pytest.mark.skipif(not models.usable(models.KOKORO), reason="needs 'chinese'")
def test_xiaoxiao_speaks_mandarin_alike_each_time_and_letters_never():
    voice = models.of_kokoro()[0].voice
    with closing(KokoroEngine(workers=1)) as engine:
        ((_, first),) = engine.speak(["停。"], voice=voice, rate=1.0)
        assert engine.phonemes(["马上停。"], voice=voice) == ["ma˧˩˧ʂa˥˩ŋtʰi˧˥ŋ。"]
        with pytest.raises(SpeechError, match="it has no sound for M P"):
            list(engine.speak(["MP。"], voice=voice, rate=1.0))
        ((_, again),) = engine.speak(["停。"], voice=voice, rate=1.0)
    assert np.array_equal(first.samples, again.samples)
