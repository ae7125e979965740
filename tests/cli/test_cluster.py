"""A batch on a Dask cluster, and the cluster that is not there."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from smr_audio.batch import processes
from smr_audio.batch.processes import cluster
from smr_audio.errors import BuildError, UsageError
from tests.cli.conftest import ROUTINE, Run

ROWS = [
    {"routine": "mine.yaml", "name": f"m{n}", "hold": 20 + n, "voice": "silent", "talk": "minimal"} for n in range(3)
]


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a cluster of one worker process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as local:
        yield local.scheduler_address


@pytest.fixture
def jobs(tmp_path: Path) -> str:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    rows = [*ROWS, {"routine": "nobody"}]
    (tmp_path / "jobs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return "jobs.jsonl"


@pytest.mark.usefixtures("warm")
def test_a_cluster_gives_the_same_bytes(jobs: str, scheduler: str, tmp_path: Path, run: Run) -> None:
    for done in (
        run("batch", jobs, "-o", "far", "--scheduler", scheduler),
        run("batch", jobs, "-o", "here", "--jobs", "1"),
    ):
        assert (done.returncode, done.stdout[:31]) == (1, "3 built, 0 unchanged, 1 failed ")
    files = [f"m{n}.mp3" for n in range(3)]
    assert [(tmp_path / "far" / name).read_bytes() for name in files] == [
        (tmp_path / "here" / name).read_bytes() for name in files
    ]
    rows = json.loads((tmp_path / "far" / "report.json").read_text(encoding="utf-8"))["rows"]
    assert [row["row"] for row in rows] == list(range(1, 5))
    assert "jobs.jsonl:4:1: there is no routine or technique 'nobody'" in rows[3]["error"]


@pytest.mark.parametrize("address", ["", "host", "http://host:80", "tcp://host", "tcp://host:8786/x"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="write tcp://host:8786"), cluster(address):
        pass


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(processes, "TIMEOUT_S", 1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(BuildError, match="no scheduler answers"), cluster(address):
            pass


def test_a_cluster_without_workers_is_told() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as local,
        pytest.raises(BuildError, match="has no workers"),
        cluster(local.scheduler_address),
    ):
        pass
