"""Entries of the cache with a right checksum and another content: whatever they are, the same file.

Another version of the program may have kept them, or another program.
"""

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

import smr_audio
from smr_audio import Cache, Preferences, parse_hold, parse_talk
from smr_audio.library.library import Library
from smr_audio.storage.cache import Key
from smr_audio.studio import draft
from smr_audio.voices.registry import Chosen
from tests.english import technique_text, with_keys
from tests.sound.test_own_sound import said
from tests.studio.test_production import VOICE, Hum

WISHES = Preferences(talk=(parse_talk("minimal"),), sides="left", holds=(parse_hold("10"),))
KINDS = ("take", "clip", "recording", "cue", "length", "island", "tiles", "cover")
CONTENTS = 6
LINE = Library().technique("hamstring-ball-press").setup[-1].text.get("en")


@dataclass(frozen=True)
class Good:
    """A technique, the digest of its session, and all that its build keeps."""

    technique: Path
    sha256: str
    entries: list[tuple[Key, bytes]]

    def of(self, kind: str) -> list[tuple[Key, bytes]]:
        return [(key, data) for key, data in self.entries if kind in (key["kind"], "all")]


@pytest.fixture(autouse=True)
def hum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every voice is a hum."""
    monkeypatch.setattr(draft, "chosen", lambda *_, **__: Chosen(Hum(), VOICE))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    folder = tmp_path_factory.mktemp("good")
    technique = folder / "techniques" / "hamstring-ball-press.yaml"
    recorded = 'safety: true, sound: "{side}-own.wav"'
    text = with_keys(technique_text("hamstring-ball-press"), LINE, recorded)
    said(technique.parent / "left-own.wav", (1.5, 0.05))
    technique.write_text(text, "utf-8")
    entries: list[tuple[Key, bytes]] = []

    class Noting(Cache):
        def put(self, key: Key, data: bytes) -> bool:
            entries.append((key, data))
            return super().put(key, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draft, "chosen", lambda *_, **__: Chosen(Hum(), VOICE))
        report = smr_audio.build(technique, folder / "a.mp3", WISHES, cache=Noting(folder / "cache"))
    return Good(technique, report.files[0].sha256, entries)


def foreign(data: bytes, number: int, others: list[bytes]) -> bytes:
    """Another content in place of this: none, noise, another kind's, and what only begins alike."""
    noise = random.Random(number).randbytes(len(data))
    other = next(other for other in others if other[:8] != data[:8])
    contents = [b"", noise, data[:8] + noise[8:], other, data[: len(data) // 2], data + b"\0"]
    return contents[number % CONTENTS]


def test_a_build_keeps_each_kind_and_every_key_has_a_format(good: Good) -> None:
    assert {key["kind"] for key, _ in good.entries} == set(KINDS)
    assert [key for key, _ in good.entries if not isinstance(key.get("format"), int)] == []


@pytest.mark.parametrize(("kind", "first"), [
    # The sample is all kinds at once: of most there are many, with each content.
    pytest.param(kind, first, marks=() if (kind, first) == ("all", 3) else pytest.mark.slow)
    for kind in (*KINDS, "all")
    for first in range(CONTENTS)
])  # fmt: skip
def test_foreign_content_is_made_anew_and_the_file_is_the_same(
    kind: str, first: int, good: Good, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    others = [data for _, data in good.entries]
    for number, (key, data) in enumerate(good.of(kind)):
        cache.put(key, foreign(data, number + first, others))
    report = smr_audio.build(good.technique, tmp_path / "a.mp3", WISHES, cache=cache)
    assert report.files[0].sha256 == good.sha256
    assert hashlib.sha256((tmp_path / "a.mp3").read_bytes()).hexdigest() == good.sha256
    assert [key for key, data in good.entries if cache.get(key) != data] == []
