"""Send a linked session over HTTP: all of it or a range (RFC 9110), in small chunks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from smr_audio.mp3.linker import LinkedFile, Piece
from smr_audio.serve.limits import CHUNK_BYTES
from smr_audio.studio.output.album import ascii_name

MP3: Final = "audio/mpeg"
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


def audio_response(
    file: LinkedFile, etag: str, method: str, headers: Mapping[str, str], **more: str
) -> Response:
    """The answer to a GET or HEAD of an MP3; `more` are headers, with _ for -."""
    own = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": CACHED,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    size = file.bytes
    if is_unchanged(headers, etag=etag):
        return Response(status_code=304, headers=own)
    # RFC 9110 has ranges for GET alone.
    span = span_of(headers, size=size, etag=etag) if method == "GET" else None
    if span is None:
        return LinkedResponse(file, range(size), headers=own)
    if not span:
        return Response(status_code=416, headers={**own, "Content-Range": f"bytes */{size}"})
    own["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return LinkedResponse(file, span, headers=own, status_code=206)


class LinkedResponse(Response):
    """Bytes of a linked file, made while they are sent."""

    def __init__(
        self, file: LinkedFile, span: range, *, headers: dict[str, str], status_code: int = 200
    ) -> None:
        headers = {**headers, "Content-Length": str(len(span))}
        super().__init__(status_code=status_code, headers=headers, media_type=MP3)
        self._pieces = file.pieces(span.start, span.stop)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send chunk by chunk; each waits until the client has taken most of those before."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        if scope["method"] != "HEAD":
            for chunk in small_chunks(self._pieces):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(0)  # `send` does not wait for a fast client; let others run
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def small_chunks(pieces: Iterable[Piece], most: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Pieces of any size as chunks of `most` bytes, but for the last."""
    gathered: list[Piece] = []
    size = 0
    for whole in pieces:
        piece: Piece = whole
        while size + len(piece) >= most:
            room = most - size
            yield b"".join((*gathered, memoryview(piece)[:room]))
            piece, gathered, size = memoryview(piece)[room:], [], 0
        if piece:
            gathered.append(piece)
            size += len(piece)
    if gathered:
        yield b"".join(gathered)


def zip_response(chunks: Iterable[bytes], headers: dict[str, str]) -> Response:
    """A ZIP that is made while it is sent."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in small_chunks(chunks):
            yield chunk
            await asyncio.sleep(0)

    return StreamingResponse(body(), headers=headers, media_type="application/zip")


def attachment(title: str, routine: str, suffix: str) -> str:
    """A Content-Disposition with an ASCII name, and the title itself for clients that read it."""
    plain = ascii_name(title, routine)
    return (
        f'attachment; filename="{plain}{suffix}"; '
        f"filename*=UTF-8''{quote(title[:100] or plain, safe='')}{suffix}"
    )
