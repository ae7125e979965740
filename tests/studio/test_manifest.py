"""The plan in a file's tag: all of it comes back, and nothing that is put there can hurt."""

import json
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import SmrAudioError, Studio
from smr_audio.mp3.id3 import tag_bytes
from smr_audio.studio.session import Session, manifest_of
from smr_audio.verification.manifest import MOST_BYTES, SEAL, read_manifest
from smr_audio.verification.verify import verify_file
from tests.conftest import wishes_of
from tests.mp3.signals import TAGS


@pytest.fixture(scope="module")
def session(studio: Studio) -> Session:
    sound = {"keep_awake": "high", "loudness": "quiet"}
    wishes = wishes_of(voice="silent", talk="minimal", sides="left", **sound)
    return studio.link(studio.load("hamstring-ball-press"), wishes)


@pytest.fixture(scope="module")
def good(session: Session) -> bytes:
    return manifest_of(session, TAGS)


def sealed(value: object) -> bytes:
    body = json.dumps(value).encode("ascii")[:-1]
    return body + SEAL + b"%d}" % zlib.crc32(body)


def test_all_of_a_plan_comes_back(session: Session, good: bytes) -> None:
    manifest, plan = read_manifest(good), session.plan
    timeline = plan.timeline
    assert (manifest.routine, manifest.title) == ("hamstring-ball-press", plan.script.title)
    assert (manifest.voice, manifest.kbps, manifest.end_tick) == ("silent", 96, timeline.end_tick)
    sound = (manifest.target_lufs, manifest.keep_awake, manifest.cue_scheme)
    assert sound == (-19.0, "high", "classic")
    assert [(one.start_tick, one.text) for one in manifest.sentences] == [
        sentence for event in timeline.speech for sentence in event.sentences
    ]
    assert [(one.start_tick, one.name) for one in manifest.cues] == [(one.start_tick, one.cue) for one in timeline.cues]
    assert list(manifest.holds) == [
        (one.start_tick, one.end_tick, one.technique, one.side, one.set) for one in timeline.holds
    ]
    assert [one.title for one in manifest.chapters] == [one.title for one in timeline.chapters]
    assert len(manifest.islands) == len(session.product.islands)
    assert len(good) < 40_000


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b'{"format":"smr-audio/manifest-2"}', b"\xff" * 100,
    b"[" * 1_000_000, b'{"a":' * 100_000, b'{"format":' + b"9" * 1_000_000 + b"}",
    b'{"format":1e999999999}', b" " * (MOST_BYTES + 1),
])  # fmt: skip
def test_what_is_no_manifest_is_refused_at_once(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(the|its) (plan|floor) "):
        read_manifest(data)


@pytest.mark.parametrize(("key", "value"), [
    ("kbps", 97), ("kbps", "96"), ("kbps", True), ("end_tick", 10**9), ("end_tick", 1),
    ("end_tick", -3), ("sentences", [[0, 1]]), ("sentences", [[0, 1, "x", 0]]),
    ("sentences", [[0, 10**11, "x", False]]), ("cues", [[1, 2, "end"]] * 10_000), ("cues", {}),
    ("holds", [[5, 5, "x", None, 1]]), ("chapters", [[0, 10**10, "x"]]), ("own_cues", "abc"),
    ("islands", [[10**11, 1, 1]]), ("target_lufs", 3.0), ("target_lufs", None),
    ("keep_awake", "loud"), ("track", [1]), ("cues", [[1, 2, "end", 3]]), ("title", 5),
    ("shown", [["title"]]), ("shown", {}),
])  # fmt: skip
def test_a_manifest_that_makes_no_sense_is_refused(good: bytes, key: str, value: object) -> None:
    whole = json.loads(good)
    del whole["crc32"]
    assert read_manifest(sealed(whole))
    with pytest.raises(ValueError, match=r"^(the|its) (plan|floor) "):
        read_manifest(sealed({**whole, key: value}))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.data())
def test_a_changed_manifest_is_read_or_refused(good: bytes, data: st.DataObject) -> None:
    whole = json.loads(good)
    del whole["crc32"]
    key = data.draw(st.sampled_from(sorted(whole)))
    rows = whole[key]
    if isinstance(rows, list) and rows and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(rows) - 1))
        changed = [*rows[:place], data.draw(values), *rows[place + 1 :]]
    else:
        changed = data.draw(values)
    try:
        read_manifest(sealed({**whole, key: changed}))
    except ValueError as error:
        assert re.match(r"(the|its) (plan|floor) [^\n]*$", str(error))


@given(st.binary(max_size=300), st.data())
def test_no_bytes_in_a_tag_do_more_than_be_refused(
    good: bytes, folder: Path, noise: bytes, data: st.DataObject
) -> None:
    path = folder / "a.mp3"
    tag = tag_bytes(TAGS, length_ms=9, manifest=good)
    at = data.draw(st.integers(0, min(len(tag), 400)))
    path.write_bytes(tag[:at] + noise + tag[at + len(noise) :])
    try:
        verify_file(path)
    except SmrAudioError as error:
        assert str(path) in str(error)
