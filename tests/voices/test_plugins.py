"""Engines of other packages and of the table: loaded, checked, and found out if they fail."""

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import smr_audio
from smr_audio import BuildError, Cache, MissingError, Preferences, UsageError, parse_talk
from smr_audio.voices import registry
from smr_audio.voices.engine import Speech, SpeechError, Voice
from smr_audio.voices.registry import all_voices, chosen, plugin_faults
from tests.doubles import raising
from tests.installed import install_example

SHORT = Preferences(voice="wrong", sides="left", talk=(parse_talk("minimal"),))


@pytest.mark.usefixtures("warm")
def test_the_example_of_the_docs_is_installed_and_speaks_a_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_example("example-voice", tmp_path, monkeypatch)
    assert len((tmp_path / "smr_audio_beeper.py").read_text("utf-8").splitlines()) <= 40
    assert ("beeper:plain", "Beeps") in [(voice.id, voice.title) for voice in all_voices()]
    options = Preferences(voice="beeper").over(SHORT)
    report = smr_audio.build("hamstring-ball-chair", tmp_path / "a.mp3", options)
    assert report.plan.voice.id == "beeper:plain"
    assert smr_audio.verify(tmp_path / "a.mp3").ok
    assert (tmp_path / "a.mp3").stat().st_size > 100_000


def spoken(text: str, hertz: int = 24_000) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A tone for each letter, and a rest at the end."""
    times = np.arange(int(hertz * 0.06)) / hertz
    tones = [0.4 * np.sin(2 * np.pi * (300 + 20 * (ord(c) % 32)) * times) * np.hanning(times.size)
             for c in text if c.isalnum()]  # fmt: skip
    return np.concatenate([*tones, np.zeros(hertz // 10)]).astype(np.float32)


class Made:
    """An engine that does right, but for what a test gives it to say."""

    def __init__(self, *, say: Callable[[str], Any] | None = None) -> None:
        self.say = say or (lambda text: Speech(spoken(text), 24_000))
        self.asked: list[str] = []

    def voices(self) -> list[Voice]:
        english = Voice("wrong", "one", "Low hum", ("en-US",))
        return [english, Voice("wrong", "two", "High hum", ("de",))]

    def fingerprint(self, voice: Voice) -> str:
        return "made-1"

    def speak(self, sentences: list[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Any]]:
        for index, text in enumerate(sentences):
            self.asked.append(text)
            yield index, self.say(text)

    def close(self) -> None:
        raise RuntimeError("close is broken too")


Door = Callable[[Made], str]
Installed = Callable[..., None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Have packages with these engines, by name: what their entry points load."""

    def install(**engines: Any) -> None:
        points = []
        for name in engines:
            point = EntryPoint(name, f"{name}:make", registry.GROUP)
            object.__setattr__(point, "dist", SimpleNamespace(name=f"pack-{name}", version="2.0"))
            points.append(point)
        monkeypatch.setattr(registry, "installed", lambda group: points)
        load = EntryPoint.load
        monkeypatch.setattr(EntryPoint, "load", lambda self: engines[self.name]() if self.dist else load(self))

    return install


def test_one_that_fails_on_import_is_in_nobodys_way(installed: Installed) -> None:
    broken = raising(ImportError("No module named 'torch'"))
    installed(bad=broken, mine=lambda: Made, silent=lambda: Made, none=lambda: object)
    voices = [voice.id for voice in all_voices()]
    assert {"mine:one", "silent"} <= set(voices)
    assert plugin_faults() == [
        "the engine 'bad' of pack-bad 2.0 cannot be loaded: ImportError: No module named 'torch'; "
        "update or uninstall it",
        "the engine 'none' of pack-none 2.0 is not an engine: it lacks voices, fingerprint, speak, close; update it",
        "the engine 'silent' of pack-silent 2.0 is not used, since smr-audio has one of that name; "
        "rename it, or uninstall one of them",
    ]
    with pytest.raises(MissingError, match="cannot be loaded: ImportError"):
        chosen("bad", language="en")
    assert chosen("silent", language="en")[0].name == "silent"


@pytest.mark.parametrize("name", ["auto", "joe", "natural", "piper", "pyttsx3"])
def test_a_name_that_means_something_else_is_no_plug_in_s(installed: Installed, name: str) -> None:
    installed(**{name: lambda: Made})
    assert [text for text in plugin_faults() if f"'{name}'" in text and "rename it" in text]


MADE: list[Made] = []


def make() -> Made:
    """What an entry point or a row of the table leads to."""
    return MADE[-1]


@pytest.fixture(params=["plug-in", "built in"])
def door(request: pytest.FixtureRequest, installed: Installed, monkeypatch: pytest.MonkeyPatch) -> Door:
    """Have an engine of a package, or one of the table; what messages call it."""

    def have(engine: Made) -> str:
        MADE.append(engine)
        if request.param == "plug-in":
            installed(Wrong=lambda: make)
            return "the engine 'Wrong' of pack-Wrong 2.0"
        monkeypatch.setitem(registry.ENGINES, "wrong", f"{__name__}:make")
        return "the engine 'wrong' of smr-audio"

    return have


@pytest.mark.parametrize(("name", "language", "voice_id"), [
    ("wrong", "en", "wrong:one"), ("WRONG", "de", "wrong:two"), ("Wrong:two", "en", "wrong:two"),
    ("wrong:Low hum", "de", "wrong:one"),
])  # fmt: skip
def test_it_is_chosen_by_name_voice_title_and_language(door: Door, name: str, language: str, voice_id: str) -> None:
    package = door(Made()).partition(" of ")[2]
    engine, voice, _ = chosen(name, language=language)
    assert (engine.name, voice.id) == ("wrong", voice_id)
    assert (package in engine.fingerprint(voice)) == package.startswith("pack-")
    assert voice_id in [each.id for each in all_voices()]


@pytest.mark.parametrize(("name", "error", "says"), [
    ("wrnog", UsageError, "did you mean 'wrong'"),
    ("wrong:tow", UsageError, "no voice 'wrong:tow'; did you mean 'two'"),
    ("wrong", MissingError, "no voice for the language 'fr'"),
])  # fmt: skip
def test_what_it_does_not_have_is_told(door: Door, name: str, error: type[Exception], says: str) -> None:
    door(Made())
    with pytest.raises(error, match=says):
        chosen(name, language="fr")


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("door", ["built in"], indirect=True)
def test_an_engine_of_the_table_speaks_a_session(door: Door, tmp_path: Path) -> None:
    door(Made())
    report = smr_audio.build("hamstring-ball-chair", tmp_path / "a.mp3", SHORT)
    assert report.plan.voice.id == "wrong:one"
    assert smr_audio.verify(tmp_path / "a.mp3").ok


@pytest.mark.parametrize(("say", "why"), [
    (lambda _: 1 / 0, "ZeroDivisionError"),
    (lambda _: None, "AttributeError"),
    (lambda _: Speech(np.zeros(24_000, np.float32), 24_000), "it makes no sound"),
    (lambda t: Speech(spoken(t)[: len(spoken(t)) // 4], 24_000), "too short"),
    (lambda t: Speech(spoken(t) * 9, 24_000), "leave -1 to 1"),
    (lambda t: Speech(spoken(t).reshape(-1, 2), 24_000), "2 dimensions"),
    (lambda t: Speech(spoken(t), 4), "sample rate is 4 Hz"),
    (lambda t: Speech(spoken(t) * np.float32("nan"), 24_000), "not numbers"),
    (lambda _: Speech(np.full(48_000, 0.3, np.float32), 24_000), "even noise or hum"),
])  # fmt: skip
def test_what_is_no_speech_is_tried_again_and_never_used(say: Any, why: str, door: Door) -> None:
    engine = Made(say=say)
    who = door(engine)
    found, voice, _ = chosen("wrong", language="en")
    with pytest.raises(SpeechError, match=why) as raised:
        list(found.speak(["Roll slowly, up and down."], voice=voice, rate=1.0))
    assert f"{who} failed on “Roll slowly" in str(raised.value)
    assert raised.value.index == 0
    assert len(engine.asked) > 1


def test_an_engine_is_asked_for_all_at_once_and_again_for_what_failed(door: Door) -> None:
    class Once(Made):
        def speak(self, sentences: list[str], **_: Any) -> Iterator[tuple[int, Speech]]:
            self.asked.append(" ".join(sentences))
            yield 0, Speech(spoken(sentences[0]), 24_000)
            if len(sentences) > 1:
                raise OSError("the second one fails")

    engine = Once()
    door(engine)
    found, voice, _ = chosen("wrong", language="en")
    run = found.speak(["One knee.", " Two\nknees. ", "Three."], voice=voice, rate=1.0)
    assert [index for index, _ in run] == [0, 1, 2]
    assert engine.asked == ["One knee. Two knees. Three.", "Two knees.", "Three."]


def test_a_session_of_a_broken_engine_names_the_line_and_leaves_no_file(door: Door, tmp_path: Path) -> None:
    who = door(Made(say=lambda _: 1 / 0))
    output, cache = tmp_path / "a.mp3", Cache(tmp_path / "cache")
    with pytest.raises(BuildError, match=rf"\.yaml:\d+.*{who} failed on"):
        smr_audio.build("hamstring-ball-chair", output, SHORT, cache=cache)
    assert not output.exists()
