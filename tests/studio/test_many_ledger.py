"""The ledger of a folder: whatever is in it, no row is lost, and no file is trusted wrongly."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smr_audio.batch.run import LEDGER, open_ledger
from smr_audio.errors import BuildError

GOOD = {"file": "a.mp3", "key": "k", "bytes": 1, "mtime_ms": 2, "duration_ms": 3, "warnings": []}


def add(folder: Path, file: str, key: str = "k") -> None:
    (folder / file).write_text(file)
    with open_ledger(folder) as ledger:
        ledger.add(file, key, duration_ms=5, warnings=("w",))


def is_known(folder: Path, file: str, key: str = "k") -> bool:
    with open_ledger(folder) as ledger:
        return ledger.unchanged(file, key) is not None


def test_what_is_added_is_known_to_the_next_run_and_a_torn_line_spoils_only_itself(tmp_path: Path) -> None:
    add(tmp_path, "a.mp3")
    assert is_known(tmp_path, "a.mp3")
    assert not is_known(tmp_path, "a.mp3", "other")
    assert not is_known(tmp_path, "b.mp3")
    add(tmp_path, "b.mp3")
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes()[:-20])
    assert not is_known(tmp_path, "b.mp3")
    add(tmp_path, "c.mp3")
    assert is_known(tmp_path, "a.mp3") and is_known(tmp_path, "c.mp3")


@pytest.mark.parametrize("line", [
    b"\xff\0garbage", b"[" * 100_000, b"{}", b"[1]", b"null",
    json.dumps({**GOOD, "more": 1}).encode(), json.dumps({**GOOD, "file": ["a.mp3"]}).encode(),
    json.dumps({**GOOD, "mtime_ms": "2"}).encode(),
])  # fmt: skip
def test_garbage_counts_for_nothing(tmp_path: Path, line: bytes) -> None:
    (tmp_path / LEDGER).write_bytes(line + b"\n")
    add(tmp_path, "b.mp3")
    assert is_known(tmp_path, "b.mp3")
    assert not is_known(tmp_path, "a.mp3")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_garbage_brings_it_down(tmp_path: Path, data: bytes) -> None:
    (tmp_path / LEDGER).write_bytes(data)
    add(tmp_path, "b.mp3")
    assert is_known(tmp_path, "b.mp3")


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path), pytest.raises(BuildError, match="another batch writes to"), open_ledger(tmp_path):
        pass
    assert not is_known(tmp_path, "a.mp3")
