"""The app behind the secret: which path answers what, and how sound is sent.

A linked session is sent whole or by a range (RFC 9110), in small chunks.
"""

import asyncio
import gzip
import hashlib
import math
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from smr_audio.api import transcript
from smr_audio.bundle import read_page
from smr_audio.errors import BuildError, MissingError, SmrAudioError, UsageError
from smr_audio.mp3.linker import LinkedFile, Piece, in_chunks
from smr_audio.serve.maker import MadeSession, json_bytes
from smr_audio.serve.sessions import Sessions
from smr_audio.studio.output.album import archive_chunks, ascii_name, tracks_of
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import INDEX, PAGE_FOLDER
from smr_audio.suggest import shortened
from smr_audio.views.transcript import lrc

LEAST_PACKED_BYTES: Final = 1000
MOST_BODY_BYTES: Final = 16 << 10
BODY_S: Final = 10.0
MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
TEXTS: Final[Mapping[str, Callable[[Plan], str]]] = {".txt": transcript, ".lrc": lrc}

EXPIRED: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>smr-audio</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
    'content="light dark">'
    "<h1>This link has expired.</h1><p>Scan the code again.</p></html>\n"
)


def not_found() -> Response:
    """The answer to an unknown path, the same with the secret and without."""
    return Response(EXPIRED, 404, {"Cache-Control": "no-store"}, "text/html")


def make_app(sessions: Sessions) -> ASGIApp:
    """The app. It does not check the secret; `guarded_app` does."""
    pages = Pages(sessions)
    routes = [
        Route("/", pages.asset, methods=["GET"]),
        Route("/api/library", pages.library, methods=["GET"]),
        Route("/api/plan", pages.plan, methods=["POST"]),
        Route("/api/session/{name}", pages.start, methods=["POST"]),
        Route("/api/session/{name}", pages.status, methods=["GET"]),
        Route("/audio/{name}.mp3", pages.audio, methods=["GET"]),
        Route("/download/{name}.mp3", pages.mp3, methods=["GET"]),
        Route("/download/{name}.zip", pages.album, methods=["GET"]),
        Route("/download/{name}.txt", pages.text, methods=["GET"]),
        Route("/download/{name}.lrc", pages.text, methods=["GET"]),
        Route("/cover/{name}.png", pages.cover, methods=["GET"]),
        Route("/poses/{name}", pages.asset, methods=["GET"]),
        Route("/{name}", pages.asset, methods=["GET"]),
    ]
    router = Router(routes, redirect_slashes=False, default=not_found())
    handlers = {HTTPException: pages.refused, SmrAudioError: pages.failed}
    return ExceptionMiddleware(router, handlers)


def _error(status: int, sentence: str, headers: Mapping[str, str] | None = None, **more: int) -> Response:
    return _json(json_bytes({"error": sentence, **more}), status, headers)


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    own = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, own, "application/json")


def _packed(request: Request, answer: Response) -> Response:
    """The answer by gzip, if it is worth it and the client reads that."""
    answer.headers["Vary"] = "Accept-Encoding"
    reads = re.search(r"\bgzip\b(?!\s*;\s*q=0)", request.headers.get("accept-encoding", ""))
    if reads and len(answer.body) >= LEAST_PACKED_BYTES:
        answer.body = _gzip(bytes(answer.body))
        answer.headers.update({"Content-Encoding": "gzip", "Content-Length": str(len(answer.body))})
    return answer


_gzip: Final = lru_cache(maxsize=256)(partial(gzip.compress, mtime=0))


class Pages:
    """The answer for each path."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        # Read once; no request opens a file.
        self._files = {**read_page(PAGE_FOLDER, MEDIA_TYPES), **sessions.planner.own_files}

    async def refused(self, request: Request, error: Any) -> Response:
        return _error(error.status_code, error.detail, error.headers)

    async def failed(self, request: Request, error: Exception) -> Response:
        """One clear sentence. The page has controls for the options that a message names."""
        if not isinstance(error, UsageError | BuildError | MissingError):
            return _error(500, shortened(str(error)))
        told = getattr(error, "plainly", "") or self._sessions.planner.plainly(str(error))
        minutes = getattr(error, "minutes", None)
        return _error(400, shortened(told), **({"minutes": minutes} if minutes else {}))

    async def asset(self, request: Request) -> Response:
        """A file of the page."""
        name = request.scope["path"][1:] or INDEX
        body = self._files.get(name)
        if body is None:
            return not_found()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": "no-cache", "ETag": f"W/{etag}"}  # packed or not
        if is_unchanged(request.headers, etag=etag):
            return Response(status_code=304, headers=headers)
        return _packed(request, Response(body, 200, headers, MEDIA_TYPES[PurePath(name).suffix]))

    async def library(self, request: Request) -> Response:
        return _packed(request, _json(self._sessions.planner.library))

    async def plan(self, request: Request) -> Response:
        return _packed(request, _json(await self._sessions.plan(await _body(request))))

    async def start(self, request: Request) -> Response:
        return _json(self._sessions.start(_name(request)).as_json())

    async def status(self, request: Request) -> Response:
        return _packed(request, _json(self._sessions.status(_name(request)).as_json()))

    async def audio(self, request: Request) -> Response:
        """A session's MP3 without its cover, for the page to play, maybe while it is made."""
        playable = await self._sessions.playable(_name(request))
        return await self._sound(request, playable.sound, playable.etag)

    async def mp3(self, request: Request) -> Response:
        """The MP3 to keep, with its cover."""
        made = await self._made(request)
        return await self._sound(request, made.file, made.etag, _attached(made, ".mp3"))

    async def album(self, request: Request) -> Response:
        """A ZIP with a track for each chapter, as `build --album --zip` writes it."""
        made = await self._made(request)
        headers = _attached(made, ".zip")
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/zip")
        playlist = f"{made.session.plan.script.routine}.m3u8"
        tracks = tracks_of(made.session, made.tags)
        album = archive_chunks(playlist, tracks, cover=lambda: made.tags.cover)
        return StreamingResponse(in_turns(album), 200, headers, "application/zip")

    async def text(self, request: Request) -> Response:
        """What is said, to read or with its times for a player."""
        made = await self._made(request)
        suffix = PurePath(request.scope["path"]).suffix
        body = TEXTS[suffix](made.session.plan).encode("utf-8", "replace")
        return Response(body, 200, _attached(made, suffix), "text/plain; charset=utf-8")

    async def cover(self, request: Request) -> Response:
        made = await self._made(request)
        headers = {"Cache-Control": CACHED, "ETag": made.etag}
        if is_unchanged(request.headers, etag=made.etag):
            return Response(status_code=304, headers=headers)
        return Response(made.tags.cover, headers=headers, media_type="image/png")

    async def _sound(
        self, request: Request, file: LinkedFile, etag: str, more: Mapping[str, str] | None = None
    ) -> Response:
        """The answer to a GET or HEAD of an MP3, of which only the beginning may be there.

        `more` are headers beside its own.
        """
        until = partial(self._sessions.until, _name(request))
        headers = {**(more or {}), "Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": CACHED}
        asked, size, status = request.headers, file.bytes, 200
        if is_unchanged(asked, etag=etag):
            return Response(status_code=304, headers=headers)
        # RFC 9110 has ranges for GET alone.
        span = span_of(asked, size=size, etag=etag) if request.method == "GET" else None
        if span is None:
            span = range(size)
        elif span:
            headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
            status = 206
        else:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Length"] = str(len(span))
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers, media_type="audio/mpeg")

        def reached(at: int) -> Callable[[], bool | None]:
            return lambda: file.there > at or None

        await until(reached(span.start))

        async def body() -> AsyncIterator[bytes]:
            at = span.start
            while at < span.stop:
                # It began, so it goes on or breaks off: the client sees that it is short. What is
                # there is sent though the server may have forgotten the session meanwhile.
                if file.there <= at:
                    await until(reached(at), patience_s=math.inf)
                stop = min(file.there, span.stop)
                async for chunk in in_turns(file.pieces(at, stop)):
                    yield chunk
                at = stop

        return StreamingResponse(body(), status, headers, "audio/mpeg")

    async def _made(self, request: Request) -> MadeSession:
        return await self._sessions.made(_name(request))


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _attached(made: MadeSession, suffix: str) -> dict[str, str]:
    script = made.session.plan.script
    name = attachment(script.title, script.routine, suffix)
    return {"Content-Disposition": name, "Cache-Control": "no-store"}


async def _body(request: Request) -> bytes:
    """The body, if it is small and comes in time."""
    close = {"Connection": "close"}
    too_large = HTTPException(413, f"a request may have {MOST_BODY_BYTES} bytes at most", close)
    length = request.headers.get("content-length", "0")
    if len(length) > 9 or not length.isdigit() or int(length) > MOST_BODY_BYTES:
        raise too_large

    async def read() -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY_BYTES:
                raise too_large
        return bytes(body)

    try:
        return await asyncio.wait_for(read(), BODY_S)
    except asyncio.TimeoutError:
        raise HTTPException(408, "the request did not come in time", close) from None


CHUNK_BYTES: Final = 64 << 10
CACHED: Final = "private, max-age=86400, immutable"  # one id is one sound
_ONE_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t,]*", re.IGNORECASE)


def span_of(headers: Mapping[str, str], *, size: int, etag: str) -> range | None:
    """The bytes that a Range header asks for; None for the whole file.

    The whole file is also the answer to several ranges, to a header that cannot be read, and to a
    range of another version (If-Range). Empty for a range that begins after the end.
    """
    match = _ONE_RANGE.fullmatch(headers.get("range", ""))
    if match is None or not any(match.groups()) or headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def is_unchanged(headers: Mapping[str, str], *, etag: str) -> bool:
    """Whether the client has this version already (If-None-Match)."""
    versions = headers.get("if-none-match", "")
    return versions == "*" or etag in (one.strip().removeprefix("W/") for one in versions.split(","))


async def in_turns(pieces: Iterable[Piece]) -> AsyncIterator[bytes]:
    """Chunks of bytes that are made while they are sent: a slow client is waited for."""
    for chunk in in_chunks(pieces, CHUNK_BYTES):
        yield chunk
        await asyncio.sleep(0)  # sending does not wait for a fast client; let others run


def attachment(title: str, routine: str, suffix: str) -> str:
    """A Content-Disposition with an ASCII name, and the title itself for clients that read it."""
    plain = ascii_name(title, routine)
    return f"attachment; filename=\"{plain}{suffix}\"; filename*=UTF-8''{quote(title[:100] or plain, safe='')}{suffix}"
