"""Run the server: one process, one event loop, and a thread each for plans and sound.

Every request passes a guard first, which checks host and secret, and logs the answer.
"""

import asyncio
import hmac
import re
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from smr_audio.errors import BuildError
from smr_audio.serve.app import make_app, not_found
from smr_audio.serve.sessions import Sessions, ThreadExecutor
from smr_audio.storage.atomic import atomic_output
from smr_audio.suggest import printable

HEADERS: Final[dict[str, str]] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


# A page elsewhere can have a name of its own lead here (DNS rebinding), but none of these.
_OWN_HOST: Final = re.compile(r"(\[.*\]|[\d.]*|[^.:]*|[^:]*\.(local|lan|internal|home\.arpa))(:\d*)?", re.IGNORECASE)


def guarded_app(sessions: Sessions, *, token: str, log: Callable[[str], None]) -> ASGIApp:
    """An app that answers only requests with the secret as the first part of their path.

    What answers them gets the rest of the path, so no secret gets into its links or messages.
    `log` gets a line for each request, without the secret and without control characters.
    """

    app = make_app(sessions)

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started_s = time.monotonic()
        status: int | None = None

        async def guarded_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *_RAW]}
            await send(message)

        own = _OWN_HOST.fullmatch(Headers(scope=scope).get("host", ""))
        first, slash, rest = scope["path"].removeprefix("/").partition("/")
        known = hmac.compare_digest(first.encode("utf-8", "replace"), token.encode())
        path = slash + rest if own and known else ""
        answering = app if path else not_found()
        try:
            await answering({**scope, "path": path}, receive, guarded_send)
        except Exception as error:
            if status is not None:  # too late for an answer: uvicorn closes the connection
                raise
            log(f"fault: {type(error).__name__}: {error}")
            answer = JSONResponse({"error": "something is wrong in the server"}, 500)
            await answer(scope, receive, guarded_send)
        if status != 404:  # anybody on the network could fill the terminal with these
            took_ms = round(1000 * (time.monotonic() - started_s))
            log(f"{scope['method']} {printable(path[:120])} {status} {took_ms} ms")

    return guard


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
