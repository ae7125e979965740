"""Making what a session lacks: in any order, part-cached, with engines and encoders that fail."""

import contextlib
import hashlib
import shutil
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import BuildError, Cache, MissingError, Preferences, Studio, parse_hold, parse_talk
from smr_audio.mp3 import codec
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.sound.islands import TILES
from smr_audio.sound.keys import length_key
from smr_audio.studio import draft
from smr_audio.studio.clips import length_bytes
from smr_audio.studio.session import Session
from smr_audio.voices import registry
from smr_audio.voices.engine import Speech, SpeechError, Voice
from tests.mp3.signals import fake_ffmpeg

ROUTINE = "hamstring-ball-press"
VOICE = Voice("made-up", "hum", "Hum")
needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


class Hum:
    """An engine that hums each sentence, in whatever order it is told to."""

    name = "made-up"

    def __init__(self, *, backwards: bool = False, fails_at: int | None = None) -> None:
        self.backwards = backwards
        self.fails_at = fails_at
        self.asked: list[str] = []

    def voices(self) -> Sequence[Voice]:
        return (VOICE,)

    def fingerprint(self, voice: Voice) -> str:
        return "hum-1"

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        self.asked += sentences
        numbers = list(range(len(sentences)))
        for index in reversed(numbers) if self.backwards else numbers:
            if index == self.fails_at:
                raise SpeechError("it lost its voice", index=index)
            seconds = 0.3 + 0.01 * len(sentences[index])
            t = np.arange(round(seconds * 22_050)) / 22_050
            hum = 0.3 * np.sin(2 * np.pi * (150 + len(sentences[index])) * t)
            yield index, Speech(hum.astype(np.float32), 22_050)

    def close(self) -> None:
        pass


@pytest.fixture
def hum(monkeypatch: pytest.MonkeyPatch) -> Hum:
    """Every voice is a hum."""
    engine = Hum()
    monkeypatch.setattr(draft, "chosen", lambda *_, **__: registry.Chosen(engine, VOICE))
    return engine


SHORT = Preferences(talk=(parse_talk("minimal"),), sides="left", holds=(parse_hold("10"),))
BRIEF = Preferences(talk=(parse_talk("follow"),), sides="left", holds=(parse_hold("10"),))


def build(tmp_path: Path, name: str, *, cache: str = "cache", wishes: Preferences = SHORT) -> str:
    target = tmp_path / f"{name}.mp3"
    return smr_audio.build(ROUTINE, target, wishes, cache=Cache(tmp_path / cache)).files[0].sha256


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the session as a build without any fault makes it, and with its cache."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draft, "chosen", lambda *_, **__: registry.Chosen(Hum(), VOICE))
        build(folder, "a")
    return folder


@pytest.fixture
def good(alone: Path) -> str:
    """Its digest."""
    return hashlib.sha256((alone / "a.mp3").read_bytes()).hexdigest()


@pytest.fixture
def filled(alone: Path, tmp_path: Path) -> Path:
    """The test's own cache, filled as that build left it."""
    return shutil.copytree(alone / "cache", tmp_path / "cache")


def test_the_bytes_are_the_same_cold_part_cached_and_warm(hum: Hum, tmp_path: Path, good: str, filled: Path) -> None:
    entries = sorted((tmp_path / "cache").rglob("*.smr"))
    for entry in entries[::2]:
        entry.unlink()
    assert build(tmp_path, "part") == good
    assert build(tmp_path, "warm") == good


def test_what_is_heard_first_is_spoken_first(hum: Hum, tmp_path: Path) -> None:
    plan = smr_audio.plan(ROUTINE, BRIEF, cache=Cache(tmp_path / "cache"))
    assert plan.script.length
    announcements = plan.script.length.sentences()  # which of them, is known when all is spoken
    heard = [text for event in plan.timeline.speech for _, text in event.sentences
             if text not in announcements]  # fmt: skip
    asked = [text for text in hum.asked if text not in announcements]
    heard = list(dict.fromkeys(heard))
    assert asked[: len(heard)] == heard
    assert hum.asked[1] in announcements
    assert sorted(asked) == sorted(plan.script.sentences().keys() - announcements)
    near = plan.script.length.near(plan.duration_ms, estimated=False)
    wanted = {str(text) for line in near for text in line.sentences} & announcements
    assert wanted <= set(hum.asked)


def test_islands_are_encoded_while_the_voice_still_speaks(
    hum: Hum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoding = threading.Event()
    genuine = codec.encode_pieces

    def told(pieces, **options):  # type: ignore[no-untyped-def]
        if len(pieces) != len(TILES):
            encoding.set()
        return genuine(pieces, **options)

    monkeypatch.setattr(codec, "encode_pieces", told)
    begun: list[bool] = []
    speak = hum.speak

    def slowly(sentences, **options):  # type: ignore[no-untyped-def]
        for done, spoken in enumerate(speak(sentences, **options)):
            yield spoken
            if done > len(sentences) // 2:
                begun.append(encoding.wait(timeout=0.5))

    monkeypatch.setattr(hum, "speak", slowly)
    build(tmp_path, "a", wishes=BRIEF)
    assert begun[-1]


def test_a_session_can_be_heard_before_what_it_does_not_use_is_spoken(
    hum: Hum, tmp_path: Path, good: str, alone: Path
) -> None:
    studio = Studio(cache=Cache(tmp_path / "cache"))
    laid: list[Session] = []
    asked: list[list[str]] = []

    def on_laid(session: Session) -> None:
        laid.append(session)
        asked.append(list(hum.asked))

    session = studio.link(studio.load(ROUTINE), SHORT, on_laid=on_laid)
    heard = {text for event in session.plan.timeline.speech for _, text in event.sentences}
    assert heard <= set(asked[0]) < set(hum.asked)
    assert sorted(hum.asked) == sorted(set(hum.asked))
    assert laid[0].plan.as_json() == session.plan.as_json()
    files = [studio.file_of(one, manifest=False) for one in (*laid, session)]
    assert b"".join(files[0].chunks()) == b"".join(files[1].chunks())
    studio.link(studio.load(ROUTINE), SHORT, on_laid=on_laid)
    assert len(laid) == 1  # nothing was to be made
    made = {each.name for each in (tmp_path / "cache").rglob("*.smr")}
    of_build = {each.name for each in (alone / "cache").rglob("*.smr")}
    assert of_build <= made  # spare lines and islands too
    assert build(tmp_path, "b") == good


def test_a_voice_that_fails_names_the_line_and_writes_nothing(hum: Hum, tmp_path: Path, good: str) -> None:
    """The bytes hang neither on that nor on the order that the voice speaks in."""
    hum.fails_at = 3
    with pytest.raises(BuildError, match=r"\.yaml:\d+:\d+: it lost its voice"):
        build(tmp_path, "a")
    assert not (tmp_path / "a.mp3").exists()
    hum.fails_at = None
    hum.backwards = True
    assert build(tmp_path, "a") == good


@needs_sh
def test_an_encoder_that_fails_ends_the_build_and_leaves_the_old_file_and_no_other(
    hum: Hum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_ffmpeg(tmp_path, monkeypatch, "echo 'no luck today' >&2; exit 7")
    output = tmp_path / "out" / "a.mp3"
    output.parent.mkdir()
    output.write_bytes(b"the old file")
    with pytest.raises(BuildError, match="no luck today"):
        smr_audio.build(ROUTINE, output, SHORT, cache=Cache(tmp_path / "cache"))
    assert output.read_bytes() == b"the old file"
    assert list(output.parent.iterdir()) == [output]


def test_without_an_encoder_a_warm_build_still_works_where_it_was_named(
    hum: Hum, tmp_path: Path, good: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(tmp_path, "b") == good
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    with pytest.raises(MissingError, match="ffmpeg"):
        build(tmp_path, "c")


def test_objects_of_another_encoder_are_not_used(
    hum: Hum, tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Cache(filled).info().entries
    copy = tmp_path / "ffmpeg"
    copy.write_text(f'#!/bin/sh\nexec "{ffmpeg_path()}" "$@"\n')
    copy.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(copy))
    build(tmp_path, "b")
    assert Cache(filled).info().entries > before


def test_a_cache_that_keeps_nothing_costs_only_time(hum: Hum, tmp_path: Path, good: str) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    report = smr_audio.build(ROUTINE, tmp_path / "b.mp3", SHORT, cache=cache)
    assert report.files[0].sha256 == good
    assert cache.trouble is not None


def test_a_cache_deleted_in_the_middle_costs_only_time(
    hum: Hum, tmp_path: Path, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    speak = hum.speak

    def wiping(sentences, **options):  # type: ignore[no-untyped-def]
        for number, spoken in enumerate(speak(sentences, **options)):
            if number % 3 == 2:
                cache.clear()
            yield spoken

    monkeypatch.setattr(hum, "speak", wiping)
    assert build(tmp_path, "b") == good


def test_garbage_in_the_cache_is_mended(hum: Hum, tmp_path: Path, good: str, filled: Path) -> None:
    entries = sorted(filled.rglob("*.smr"))
    for number, entry in enumerate(entries):
        data = entry.read_bytes()
        entry.write_bytes([b"", data[:-1], b"x" * 100, data[:60] + b"!" + data[61:]][number % 4])
    assert build(tmp_path, "b") == good
    hum.asked.clear()
    assert build(tmp_path, "c") == good
    assert hum.asked == []


def test_mastering_otherwise_speaks_nothing(hum: Hum, tmp_path: Path, good: str, filled: Path) -> None:
    otherwise = Preferences(loudness="quiet", keep_awake="high", master="flat").over(SHORT)
    other = build(tmp_path, "a", wishes=otherwise)
    assert hum.asked == []
    assert other != good
    assert build(tmp_path, "b", cache="other", wishes=otherwise) == other
    assert hum.asked


def test_two_builds_of_one_file_at_once_leave_one_whole_file(hum: Hum, tmp_path: Path, good: str, alone: Path) -> None:
    target = tmp_path / "a.mp3"
    digests: list[str] = []

    def one() -> None:
        report = smr_audio.build(ROUTINE, target, SHORT, cache=Cache(tmp_path / "cache"))
        digests.append(report.files[0].sha256)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(digests) == {good}
    assert hum.asked  # the first spoke it all
    assert sorted(hum.asked) == sorted(set(hum.asked))
    assert target.read_bytes() == (alone / "a.mp3").read_bytes()
    assert not list(tmp_path.glob(".*.tmp"))


def test_who_has_to_wait_is_told(hum: Hum, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    told: list[str] = []
    studio = Studio(cache=cache)

    def progress(stage: str, done: int, total: int) -> None:
        told.append(stage)
        held.close()

    with contextlib.ExitStack() as held:
        held.enter_context(Cache(tmp_path / "cache").alone())
        studio.plan(studio.load(ROUTINE), SHORT, progress=progress)
    assert told[0] == "waiting"
    assert "speaking" in told


def test_a_length_of_another_take_is_not_believed(hum: Hum, tmp_path: Path, good: str) -> None:
    """Where a voice is never the same, two builds may leave one's length and the other's sound."""
    cache = Cache(tmp_path / "cache")
    plan = smr_audio.plan(ROUTINE, SHORT, cache=cache)
    for sentence in plan.script.sentences():
        cache.put(length_key(plan.clips.sound_of(sentence)), length_bytes(7))
    assert build(tmp_path, "b") == good


def test_an_engine_that_spoke_often_leaves_nothing_behind() -> None:
    engine, voice, _ = registry.chosen("auto", language="en")
    before = len(weakref.finalize._registry)  # type: ignore[attr-defined]
    for _ in range(3):
        assert len(list(engine.speak(["One."], voice=voice, rate=1.0))) == 1
        engine.close()
    assert len(weakref.finalize._registry) == before  # type: ignore[attr-defined]
