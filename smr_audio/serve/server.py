"""Run the server: one process, one event loop, two threads that work beside it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from smr_audio.serve.access import AccessGuard
from smr_audio.serve.app import make_app
from smr_audio.serve.assets import read_assets
from smr_audio.serve.connections import GuardedProtocol
from smr_audio.serve.limits import BACKLOG, IDLE_S, MOST_HEAD_BYTES, MOST_REQUESTS
from smr_audio.serve.maker import Maker, Planner, ServerContext
from smr_audio.serve.sessions import Sessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_FAREWELL_S = 2


def new_token() -> str:
    """A secret of 128 bits for one run."""
    return secrets.token_urlsafe(16)


def gated(sessions: Sessions, *, token: str, log: Callable[[str], None]) -> ASGIApp:
    """The whole app: what is behind the secret, and what keeps it."""
    return AccessGuard(make_app(sessions, read_assets()), token=token, log=log)


def sessions_of(house: ServerContext) -> Sessions:
    """The sessions of one run. Reads all content; raises what is wrong with it."""
    return Sessions(Planner(house), Maker(house))


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer on a bound socket until SIGINT or SIGTERM, which then do what they did before."""
    uvicorn.Server(config_of(app)).run(sockets=[listening])


def config_of(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves: it says nothing, and its own limits are behind those of ours."""
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
        backlog=BACKLOG,
        limit_concurrency=MOST_REQUESTS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=_FAREWELL_S,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
    )
