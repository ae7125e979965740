"""Work spread over processes that die, executors that break, and the order of what comes back."""

import functools
import os
import signal
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

from smr_audio.batch import processes
from smr_audio.batch.processes import WorkerFailure, spread


def double(item: int) -> int:
    return 2 * item


def double_or_die(item: int) -> int:
    if item < 0:
        os._exit(1)  # as a crash in a library would end it
    return double(item)


def die(item: int) -> int:
    os._exit(1)


def die_once(item: int, *, trace: Path) -> int:
    if item == 7 and not trace.exists():
        trace.touch()
        os._exit(1)
    return double(item)


def sleep_long(item: int, *, folder: Path) -> int:
    (folder / str(os.getpid())).touch()
    time.sleep(60)
    return double(item)


def test_one_worker_is_this_process_and_nothing_to_do_starts_nothing() -> None:
    found = dict(spread(lambda _: os.getpid(), range(3), workers=1))
    assert found == dict.fromkeys(range(3), os.getpid())
    assert list(spread(double, [], workers=4)) == []
    assert active_children() == []


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_serves(kind: type) -> None:
    context = {"mp_context": get_context("spawn")} if kind is ProcessPoolExecutor else {}
    with kind(2, **context) as executor:
        found = dict(spread(double, range(100), executor=executor, workers=2))
    assert found == {n: 2 * n for n in range(100)}


def test_a_process_that_dies_takes_nothing_along(tmp_path: Path) -> None:
    work = functools.partial(die_once, trace=tmp_path / "died")
    found = dict(spread(work, range(30), workers=2))
    assert (tmp_path / "died").exists()
    assert found == {n: 2 * n for n in range(30)}


def test_an_item_that_kills_its_process_twice_is_the_one_that_is_lost() -> None:
    items = [*range(10), -1, *range(10, 30)]
    found = dict(spread(double_or_die, items, workers=2))
    lost = {item: result for item, result in found.items() if isinstance(result, WorkerFailure)}
    assert set(lost) == {-1}
    assert "the worker process ended before its work was done" in lost[-1].reason
    assert all(found[n] == 2 * n for n in range(30))


def test_processes_that_all_die_are_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_MOST_DEATHS", 3)
    found = [result for _, result in spread(die, range(1000), workers=2)]
    assert len(found) == 1000
    assert all(isinstance(result, WorkerFailure) for result in found)
    assert "every worker process ends" in found[-1].reason


def test_an_executor_that_breaks_loses_what_is_left_and_says_so() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        found = dict(spread(double_or_die, [1, -1, *range(2, 90)], executor=executor, workers=1))
    assert len(found) == 90
    assert isinstance(found[89], WorkerFailure)
    assert "the worker was lost" in found[89].reason


def test_an_executor_that_is_shut_down_loses_everything_and_says_so() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    found = [result for _, result in spread(double, range(40), executor=executor)]
    assert len(found) == 40
    assert "shutdown" in found[0].reason


class Counting(Executor):
    """Does nothing, and counts how much it was given at most."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future, int]] = []
        self.most = 0

    def submit(self, work, item):
        future: Future = Future()
        self.waiting.append((future, item))
        self.most = max(self.most, len(self.waiting))
        if len(self.waiting) == 6:
            for one, given in self.waiting:
                one.set_result(double(given))
            self.waiting.clear()
        return future


def test_only_so_much_is_handed_out_at_a_time() -> None:
    executor = Counting()
    found = list(spread(double, range(300), executor=executor, workers=2))
    assert len(found) == 300
    assert executor.most == 6


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_an_interrupt_ends_the_processes(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    work = functools.partial(sleep_long, folder=tmp_path)

    def interrupt() -> None:
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGALRM)

    watch = threading.Thread(target=interrupt, daemon=True)
    try:
        with pytest.raises(KeyboardInterrupt):
            watch.start()
            list(spread(work, range(4), workers=2))
    finally:
        watch.join()
        signal.signal(signal.SIGALRM, before)
    assert len(list(tmp_path.iterdir())) == 2
    assert active_children() == []
