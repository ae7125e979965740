"""What every request passes first: host and secret are checked, and the answer is logged."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
_OWN_HOST: Final = re.compile(
    r"(\[.*\]|[\d.]*|[^.:]*|[^:]*\.(local|lan|internal|home\.arpa))(:\d*)?", re.IGNORECASE
)
EXPIRED: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>smr-audio</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
    'content="light dark">'
    "<h1>This link has expired.</h1><p>Scan the code again.</p></html>\n"
)


def not_found() -> Response:
    """The answer to an unknown path, the same with the secret and without."""
    return Response(EXPIRED, 404, {"Cache-Control": "no-store"}, "text/html")


def guarded(app: ASGIApp, *, token: str, log: Callable[[str], None]) -> ASGIApp:
    """An app that answers only requests with the secret as the first part of their path.

    The `app` behind it gets the rest of the path, so no secret gets into its links or messages.
    `log` gets a line for each request, without the secret and without control characters.
    """

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
