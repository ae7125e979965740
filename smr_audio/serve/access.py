"""What every request passes first: its address's rate, the secret, its size; and is logged."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smr_audio.serve.limits import ASKING, MOST_HEAD_BYTES, MOST_URL_BYTES, READING, Buckets

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
_UNLOGGED: Final = (404, 429, 431)  # anybody could fill the terminal with them


def not_found() -> Response:
    """The one answer to every path that is none, with the secret or without."""
    return Response("Not found\n", 404, {"Cache-Control": "no-store"}, "text/plain")


class AccessGuard:
    """Lets in who knows the secret, and takes it out of the path: nothing behind knows it."""

    def __init__(self, app: ASGIApp, *, token: str, log: Callable[[str], None]) -> None:
        """`log` is given a line for each request, without the secret and without escapes."""
        self._app = app
        self._token = token.encode()
        self._log = log
        self._reading, self._asking = Buckets(READING), Buckets(ASKING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] != "http":
            return
        started_s = time.monotonic()
        status = 500
        told = False

        async def guarded(message: Message) -> None:
            nonlocal status, told
            if message["type"] == "http.response.start":
                status, told = message["status"], True
                message = {**message, "headers": [*message.get("headers", ()), *_RAW]}
            await send(message)

        inner = self._inner(scope)
        app = self._refused(scope, inner) or self._app
        try:
            await app({**scope, "path": inner}, receive, guarded)
        except Exception as error:
            if told:  # too late for an answer; closing is all that is left
                raise
            self._log(f"fault: {type(error).__name__}: {error}")
            answer = JSONResponse({"error": "something is wrong in the server"}, 500)
            await answer(scope, receive, guarded)
        if status not in _UNLOGGED:
            took_ms = round(1000 * (time.monotonic() - started_s))
            self._log(f"{scope['method']} {_plain(inner)} {status} {took_ms} ms")

    def _inner(self, scope: Scope) -> str:
        """The path behind the secret; empty without it. Every path is compared, as long as any."""
        first, slash, rest = scope["path"].removeprefix("/").partition("/")
        known = hmac.compare_digest(first.encode("utf-8", "replace"), self._token)
        return slash + rest if known else ""

    def _refused(self, scope: Scope, inner: str) -> ASGIApp | None:
        """What to answer instead, if anything."""
        address = scope["client"][0] if scope.get("client") else ""
        buckets = self._reading if scope["method"] in ("GET", "HEAD") else self._asking
        if not buckets.take(address):
            text = {"error": "that is too much at once; wait a second"}
            return JSONResponse(text, 429, {"Retry-After": "1", "Cache-Control": "no-store"})
        if _head_bytes(scope) > MOST_HEAD_BYTES:
            return Response("Too large\n", 431, {"Connection": "close"}, "text/plain")
        url = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        return not_found() if not inner or url > MOST_URL_BYTES else None


def _head_bytes(scope: Scope) -> int:
    headers: Any = scope["headers"]
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _plain(path: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path[:120])
