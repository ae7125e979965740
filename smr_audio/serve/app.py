"""The app behind the secret: which path answers what."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial, wraps
from pathlib import Path, PurePath
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from smr_audio.api import transcript
from smr_audio.bundle import bundled
from smr_audio.errors import BuildError, MissingError, SmrAudioError, UsageError
from smr_audio.serve.access import not_found
from smr_audio.serve.maker import MadeSession, json_bytes
from smr_audio.serve.sessions import Sessions
from smr_audio.serve.streaming import CACHED, attachment, audio_response, is_unchanged, streamed
from smr_audio.studio.frame import INDEX, PAGE_FOLDER
from smr_audio.studio.output.album import tracks_of
from smr_audio.studio.output.zip import archive_chunks
from smr_audio.suggest import shortened
from smr_audio.views.lyrics import lrc

ENTRY: Final = "app.js"
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


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    body: bytes
    media_type: str
    etag: str


def read_assets(folder: Path = PAGE_FOLDER) -> dict[str, Asset]:
    """The files of the page by name, read once; no request opens a file."""
    assets = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in MEDIA_TYPES and not file.name.startswith(".") and file.is_file():
            assets[file.name] = asset_of(file.name, file.read_bytes())
    scripts = {name: one.body.decode() for name, one in assets.items() if name.endswith(".js")}
    return {**assets, ENTRY: asset_of(ENTRY, bundled(scripts, ENTRY)[ENTRY].encode())}


def asset_of(name: str, body: bytes) -> Asset:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Asset(body, MEDIA_TYPES[PurePath(name).suffix], etag)


def make_app(sessions: Sessions, assets: Mapping[str, Asset]) -> ASGIApp:
    """The app. It does not check the secret; `AccessGuard` does."""
    pages = Pages(sessions, assets)
    routes = [
        Route("/", pages.asset, methods=["GET"]),
        Route("/api/library", pages.library, methods=["GET"]),
        Route("/api/plan", pages.plan, methods=["POST"]),
        Route("/api/session/{name}", pages.start, methods=["POST"]),
        Route("/api/session/{name}", pages.status, methods=["GET"]),
        Route("/audio/{name}.mp3", pages.audio, methods=["GET"]),
        Route("/download/{name}.mp3", pages.mp3, methods=["GET"]),
        Route("/download/{name}.zip", pages.album, methods=["GET"]),
        Route("/download/{name}.txt", pages.transcript, methods=["GET"]),
        Route("/download/{name}.lrc", pages.lyrics, methods=["GET"]),
        Route("/cover/{name}.png", pages.cover, methods=["GET"]),
        Route("/poses/{name}", pages.asset, methods=["GET"]),
        Route("/{name}", pages.asset, methods=["GET"]),
    ]
    return Router(routes, redirect_slashes=False, default=not_found())


def answering(page: Callable[[Pages, Request], Awaitable[Response]]) -> Any:
    """Turn errors into an answer with one clear sentence."""

    @wraps(page)
    async def answer(self: Pages, request: Request) -> Response:
        try:
            return await page(self, request)
        except HTTPException as error:
            return _error(error.status_code, error.detail, error.headers)
        except (UsageError, BuildError, MissingError) as error:
            # Messages name options as on the command line; the page has controls for them.
            told = getattr(error, "plainly", "") or self._sessions.plainly(str(error))
            minutes = getattr(error, "minutes", None)
            return _error(400, shortened(told), **({"minutes": minutes} if minutes else {}))
        except SmrAudioError as error:
            return _error(500, shortened(str(error)))

    return answer


def _error(
    status: int, sentence: str, headers: Mapping[str, str] | None = None, **more: int
) -> Response:
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


@lru_cache(maxsize=256)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


class Pages:
    """The answer for each path."""

    def __init__(self, sessions: Sessions, assets: Mapping[str, Asset]) -> None:
        self._sessions = sessions
        self._assets = assets

    async def asset(self, request: Request) -> Response:
        asset = self._assets.get(request.scope["path"][1:] or INDEX)
        if asset is None:
            return not_found()
        headers = {"Cache-Control": "no-cache", "ETag": f"W/{asset.etag}"}  # packed or not
        if is_unchanged(request.headers, etag=asset.etag):
            return Response(status_code=304, headers=headers)
        return _packed(request, Response(asset.body, headers=headers, media_type=asset.media_type))

    @answering
    async def library(self, request: Request) -> Response:
        return _packed(request, _json(self._sessions.library))

    @answering
    async def plan(self, request: Request) -> Response:
        return _packed(request, _json((await self._sessions.plan(await _body(request))).body))

    @answering
    async def start(self, request: Request) -> Response:
        return _json(self._sessions.start(_name(request)).as_json())

    @answering
    async def status(self, request: Request) -> Response:
        return _packed(request, _json(self._sessions.status(_name(request)).as_json()))

    @answering
    async def audio(self, request: Request) -> Response:
        """A session's MP3 without its cover, for the page to play, maybe while it is made."""
        playable = await self._sessions.playable(_name(request))
        until = partial(self._sessions.until, _name(request))
        return await audio_response(playable.sound, playable.etag, request, until=until)

    @answering
    async def mp3(self, request: Request) -> Response:
        """The MP3 to keep, with its cover."""
        made = await self._made(request)
        disposition = {"Content-Disposition": _disposition(made, ".mp3")}
        until = partial(self._sessions.until, _name(request))
        return await audio_response(made.file, made.etag, request, disposition, until=until)

    @answering
    async def album(self, request: Request) -> Response:
        """A ZIP with a track for each chapter, as `build --album --zip` writes it."""
        made = await self._made(request)
        headers = _download_headers(made, ".zip")
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/zip")
        playlist = f"{made.session.plan.script.routine}.m3u8"
        tracks = tracks_of(made.session, made.tags)
        album = archive_chunks(playlist, tracks, cover=lambda: made.tags.cover)
        return streamed(album, headers, media_type="application/zip")

    @answering
    async def transcript(self, request: Request) -> Response:
        made = await self._made(request)
        return _text(made, transcript(made.session.plan), ".txt")

    @answering
    async def lyrics(self, request: Request) -> Response:
        made = await self._made(request)
        return _text(made, lrc(made.session.plan), ".lrc")

    @answering
    async def cover(self, request: Request) -> Response:
        made = await self._made(request)
        headers = {"Cache-Control": CACHED, "ETag": made.etag}
        if is_unchanged(request.headers, etag=made.etag):
            return Response(status_code=304, headers=headers)
        return Response(made.tags.cover, headers=headers, media_type="image/png")

    async def _made(self, request: Request) -> MadeSession:
        return await self._sessions.made(_name(request))


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _text(made: MadeSession, text: str, suffix: str) -> Response:
    body = text.encode("utf-8", "replace")
    headers = _download_headers(made, suffix)
    return Response(body, headers=headers, media_type="text/plain; charset=utf-8")


def _download_headers(made: MadeSession, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": _disposition(made, suffix), "Cache-Control": "no-store"}


def _disposition(made: MadeSession, suffix: str) -> str:
    script = made.session.plan.script
    return attachment(script.title, script.routine, suffix)


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
