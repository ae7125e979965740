"""Send a linked session over HTTP: any range of it, in small chunks, without a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from smr_audio.mp3.linker import LinkedFile, Piece
from smr_audio.serve.limits import CHUNK_BYTES
from smr_audio.serve.ranges import UnsatisfiableError, is_unchanged, span_of
from smr_audio.studio.output.album import ascii_name

MP3 = "audio/mpeg"
_CACHED = "private, max-age=86400, immutable"  # one id is one sound, and the address is secret


def audio_response(
    file: LinkedFile, etag: str, method: str, headers: Mapping[str, str], **more: str
) -> Response:
    """The answer to a GET or HEAD of an MP3; `more` are headers, with _ for -."""
    own = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": _CACHED,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    size = file.bytes
    if is_unchanged(headers, etag=etag):
        return Response(status_code=304, headers=own)
    try:
        # RFC 9110 has ranges for GET alone.
        span = span_of(headers, size=size, etag=etag) if method == "GET" else None
    except UnsatisfiableError:
        return Response(status_code=416, headers={**own, "Content-Range": f"bytes */{size}"})
    if span is None:
        return LinkedResponse(file, 0, size, headers=own)
    own["Content-Range"] = span.content_range
    return LinkedResponse(file, span.start, span.stop, headers=own, status_code=206)


class LinkedResponse(Response):
    """The bytes `[start, stop)` of a linked file, made while they are sent."""

    def __init__(
        self,
        file: LinkedFile,
        start: int,
        stop: int,
        *,
        headers: dict[str, str],
        status_code: int = 200,
    ) -> None:
        """Nothing is linked yet."""
        headers = {**headers, "Content-Length": str(stop - start)}
        super().__init__(status_code=status_code, headers=headers, media_type=MP3)
        self._pieces = file.pieces(start, stop)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send chunk by chunk; each waits until the client has taken most of those before."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        if scope["method"] != "HEAD":
            for chunk in small_chunks(self._pieces):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(0)  # to a fast client `send` never waits, and others would
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
    """A ZIP that is put together while it is sent."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in small_chunks(chunks):
            yield chunk
            await asyncio.sleep(0)

    return StreamingResponse(body(), headers=headers, media_type="application/zip")


def attachment(title: str, routine: str, suffix: str) -> str:
    """A Content-Disposition: a name in ASCII for all, and the title itself for who can."""
    plain = ascii_name(title, routine)
    return (
        f'attachment; filename="{plain}{suffix}"; '
        f"filename*=UTF-8''{quote(title[:100] or plain, safe='')}{suffix}"
    )
