"""Send a linked session over HTTP: all of it or a range (RFC 9110), in small chunks."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from smr_audio.mp3.linker import LinkedFile, Piece, in_chunks
from smr_audio.studio.output.album import ascii_name

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
    return versions == "*" or etag in (
        one.strip().removeprefix("W/") for one in versions.split(",")
    )


async def audio_response(
    file: LinkedFile,
    etag: str,
    request: Request,
    more: Mapping[str, str] | None = None,
    *,
    until: Callable[..., Awaitable[Any]],
) -> Response:
    """The answer to a GET or HEAD of an MP3; `more` are headers beside its own.

    `until` is `Sessions.until` for its session: only the beginning of the file may be there.
    """
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


async def in_turns(pieces: Iterable[Piece]) -> AsyncIterator[bytes]:
    """Chunks of bytes that are made while they are sent: a slow client is waited for."""
    for chunk in in_chunks(pieces, CHUNK_BYTES):
        yield chunk
        await asyncio.sleep(0)  # sending does not wait for a fast client; let others run


def attachment(title: str, routine: str, suffix: str) -> str:
    """A Content-Disposition with an ASCII name, and the title itself for clients that read it."""
    plain = ascii_name(title, routine)
    return (
        f'attachment; filename="{plain}{suffix}"; '
        f"filename*=UTF-8''{quote(title[:100] or plain, safe='')}{suffix}"
    )
