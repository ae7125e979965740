"""Islands being encoded beside other work, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final

from smr_audio.mp3.segments import Segment
from smr_audio.progress import Progress
from smr_audio.sound.islands import Shape
from smr_audio.studio.clips import Clips
from smr_audio.studio.segment_store import SegmentStore

BATCH: Final = 16  # starting ffmpeg takes as long as encoding three islands
_AT_ONCE: Final = 2


class Encoding(AbstractContextManager["Encoding"]):
    """Islands being encoded beside other work, some at a time. Leaving it waits for none."""

    def __init__(self, objects: SegmentStore, clips: Clips) -> None:
        """Nothing starts yet."""
        self._objects = objects
        self._clips = clips
        self._pool: ThreadPoolExecutor | None = None
        self._running: dict[Future[dict[Shape, Segment]], int] = {}
        self._ordered: set[Shape] = set()
        self._waiting: list[Shape] = []

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what has not begun, and wait for what has."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def get_ready(self) -> None:
        """Have the floor made, which every session needs."""
        self._pool = self._pool or ThreadPoolExecutor(_AT_ONCE)
        self._pool.submit(self._objects.tiles)

    def order(self, shapes: Iterable[Shape], *, least: int = 1) -> None:
        """Begin with those not ordered before, once there are so many of them."""
        fresh = [shape for shape in shapes if shape not in self._ordered]
        self._ordered.update(fresh)
        self._waiting += fresh
        if len(self._waiting) >= least:
            self._start(self._waiting)
            self._waiting = []

    def check(self) -> None:
        """Raise what a batch has failed with, so that nobody works on in vain."""
        for future in self._running:
            if future.done():
                future.result()

    def finish(self, progress: Progress) -> dict[Shape, Segment]:
        """Wait for all that was ordered. Raises as `SegmentStore.make` does."""
        done, total = 0, sum(self._running.values())
        made: dict[Shape, Segment] = {}
        for future in as_completed(self._running):
            made |= future.result()
            done += self._running[future]
            progress("encoding", done, total)
        return made

    def _start(self, shapes: Sequence[Shape]) -> None:
        self._pool = self._pool or ThreadPoolExecutor(_AT_ONCE)
        size = max(BATCH, -(-len(shapes) // _AT_ONCE))
        for first in range(0, len(shapes), size):
            batch = shapes[first : first + size]
            self._running[self._pool.submit(self._objects.make, batch, self._clips)] = len(batch)
