"""Run the server: one process, one event loop, and a thread each for plans and sound."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from smr_audio.errors import BuildError
from smr_audio.serve.access import guarded
from smr_audio.serve.app import make_app
from smr_audio.serve.sessions import Sessions, ThreadExecutor
from smr_audio.storage.atomic import atomic_output

MOST_CONNECTIONS: Final = 256
MOST_HEAD_BYTES: Final = 16 << 10
HEAD_S: Final = 10.0
"""From connecting, or from the first byte of a further request, to the end of its headers."""
_IDLE_S: Final = 20
_SHUTDOWN_S: Final = 1
_MOST_LINES: Final = 500


class GuardedProtocol(H11Protocol):
    """An HTTP connection with a deadline for its headers.

    Uvicorn limits only how long a connection may idle after an answer. Without a limit for
    headers, half-open connections use up all the file handles. At the connection limit a new
    connection replaces the oldest one without a request, instead of being refused.
    """

    deadline: asyncio.TimerHandle | None = None
    since_s: float = 0.0

    @property
    def is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_deadline()
        others: list[Any] = [one for one in self.connections if one is not self]
        if len(others) >= MOST_CONNECTIONS:
            idle = [one for one in others if not one.is_answering]
            min(idle or others, key=lambda one: one.since_s).drop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request. More bytes of the same headers do not extend the deadline."""
        super().data_received(data)
        if self.is_answering:
            self._cancel_deadline()
        elif self.deadline is None and not self.transport.is_closing():
            self._start_deadline()

    def drop(self) -> None:
        """Close the connection without sending what is still in its buffers."""
        self._cancel_deadline()
        self.connections.discard(self)
        self.transport.abort()

    def _start_deadline(self) -> None:
        self.since_s = self.loop.time()
        self.deadline = self.loop.call_later(HEAD_S, self.drop)

    def _cancel_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None


def log_to(write: Callable[[str], None]) -> Callable[[str], None]:
    """A function that has lines written by a thread of its own.

    A terminal that blocks, such as a Windows console while text is selected in it, must not stop
    the event loop. Lines are dropped when more than some hundreds wait.
    """
    writer = ThreadExecutor("log")

    def log(line: str) -> None:
        if writer.waiting < _MOST_LINES:
            writer.submit(write, line)

    return log


def kept_token(path: Path, *, new: bool = False) -> str:
    """The secret of 128 bits that a file keeps, so that the address is the same after a restart.

    A `new` one takes its place and ends the old address; BuildError is raised if it cannot be
    kept. Otherwise it is then for one run.
    """
    with suppress(OSError, UnicodeError):
        kept = path.read_text("ascii").strip()
        if not new and re.fullmatch(r"[\w-]{22}", kept):
            return kept
    token = secrets.token_urlsafe(16)
    try:
        with atomic_output(path) as temporary:
            temporary.chmod(0o600)
            temporary.write_text(token, "ascii")
    except BuildError:
        if new:
            raise
    return token


def guarded_app(sessions: Sessions, *, token: str, log: Callable[[str], None]) -> ASGIApp:
    return guarded(make_app(sessions), token=token, log=log)


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer on a bound socket until SIGINT or SIGTERM, which then act as they did before."""
    uvicorn.Server(config_of(app)).run(sockets=[listening])


def config_of(app: ASGIApp) -> uvicorn.Config:
    """The settings of uvicorn, which prints nothing itself."""
    return uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=128,  # this many may wait until one is accepted or dropped
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
    )
