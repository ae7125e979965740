"""Connections that cannot be held for nothing: each has its time, and new ones find room.

Uvicorn limits how long a connection may idle after an answer, and nothing else: neither how long
headers may take, nor how slowly an answer may be read. Where there are too many connections it
refuses new ones, so that whoever holds them shuts the others out. Here those that hold one and
ask for nothing go instead.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from smr_audio.serve.limits import CLOSE_S, HEAD_S, MOST_CONNECTIONS, STALL_S


class GuardedProtocol(H11Protocol):
    """One connection: half-open, answering, stalled or at rest; a deadline for the first three."""

    deadline: asyncio.TimerHandle | None = None
    since_s: float = 0.0

    @property
    def is_answering(self) -> bool:
        """Whether a request has come whose answer is not out."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def is_stalled(self) -> bool:
        """Whether the client has not taken what was written."""
        return self.flow is not None and self.flow.write_paused

    @property
    def address(self) -> str:
        """Whose it is."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room, and wait for headers."""
        super().connection_made(transport)
        self.since_s = self.loop.time()
        others = cast("set[GuardedProtocol]", self.connections) - {self}
        if len(others) >= MOST_CONNECTIONS and (victim := least_useful(others)) is not None:
            victim.drop()
        self._within(HEAD_S, self.drop)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take it in. More bytes of the same headers lengthen nothing."""
        super().data_received(data)
        if self.is_answering:
            if not self.is_stalled:
                self._forget()
        elif self.deadline is None and not self.transport.is_closing():
            self.since_s = self.loop.time()
            self._within(HEAD_S, self.drop)

    def on_response_complete(self) -> None:
        """Rest, or see that what was written last leaves."""
        if self.transport.is_closing():
            self._within(CLOSE_S, self.drop)
        elif not self.is_stalled:
            self._forget()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close after a rest."""
        super().timeout_keep_alive_handler()
        self._within(CLOSE_S, self.drop)

    def shutdown(self) -> None:
        """The server ends: who listens asks again, if there is somebody to ask."""
        self.drop()

    def pause_writing(self) -> None:
        """The client reads slower than we write, as all do that listen."""
        super().pause_writing()
        self.since_s = self.loop.time()
        self._within(STALL_S, self.drop)

    def resume_writing(self) -> None:
        """It has read some."""
        super().resume_writing()
        self._forget()

    def drop(self) -> None:
        """End it now, whatever is in its buffers."""
        self._forget()
        if self.transport is not None:
            self.transport.abort()
            self.connections.discard(self)

    def _within(self, seconds: float, end: Callable[[], None]) -> None:
        self._forget()
        self.deadline = self.loop.call_later(seconds, end)

    def _forget(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None


def least_useful(connections: Iterable[Any]) -> GuardedProtocol | None:
    """Whom to end so that another may come: who asks for nothing, or else who reads nothing.

    Of those, one of the address that has most, and the one that has been at it for longest.
    """
    every: list[GuardedProtocol] = list(connections)
    idle = [one for one in every if not one.is_answering]
    candidates = idle or [one for one in every if one.is_stalled] or every
    if not candidates:
        return None
    counts = Counter(one.address for one in candidates)
    return min(candidates, key=lambda one: (-counts[one.address], one.since_s))
