"""The app behind the secret: which path answers what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial, wraps
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from smr_audio.api import transcript
from smr_audio.errors import BuildError, MissingError, SmrAudioError, UsageError
from smr_audio.serve.access import not_found
from smr_audio.serve.assets import INDEX, Asset
from smr_audio.serve.limits import BODY_S, MOST_BODY_BYTES, RETRY_S
from smr_audio.serve.maker import MadeSession, json_bytes
from smr_audio.serve.ranges import is_unchanged
from smr_audio.serve.sessions import BusyError, SessionJob, Sessions, UnknownError, UnmadeError
from smr_audio.serve.streaming import attachment, audio_response, zip_response
from smr_audio.studio.output.album import tracks_of
from smr_audio.studio.output.zip import archive_chunks
from smr_audio.suggest import shortened
from smr_audio.views.lyrics import lrc


def album_of(made: MadeSession) -> Iterator[bytes]:
    """A ZIP with a track for each chapter, as `build --album --zip` writes it."""
    tracks = tracks_of(made.session, made.tags)
    playlist = f"{made.session.plan.script.routine}.m3u8"
    return archive_chunks(playlist, tracks, cover=lambda: cover_of(made))


def text_of(made: MadeSession) -> bytes:
    """The transcript."""
    return transcript(made.session.plan).encode("utf-8", "replace")


def lyrics_of(made: MadeSession) -> bytes:
    """The words with their times, an .lrc."""
    return lrc(made.session.plan).encode("utf-8", "replace")


def cover_of(made: MadeSession) -> bytes:
    """The cover that its MP3 carries, a PNG."""
    return made.tags.cover


def make_app(sessions: Sessions, assets: Mapping[str, Asset]) -> ASGIApp:
    """The app; what it answers is for whoever has passed the gate."""
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
        Route("/{name}", pages.asset, methods=["GET"]),
    ]
    return Router(routes, redirect_slashes=False, default=_nothing)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await not_found()(scope, receive, send)


def answering(page: Callable[[Pages, Request], Awaitable[Response]]) -> Any:
    """Turn what is raised into an answer with one clear sentence."""

    @wraps(page)
    async def answer(self: Pages, request: Request) -> Response:
        try:
            return await page(self, request)
        except BusyError:
            return _error(503, "there is much to do already; try again", Retry_After=str(RETRY_S))
        except UnknownError:
            return _error(404, "this session is not known here; plan it again")
        except UnmadeError:
            return _error(409, "this session is not made; ask for it first")
        except HTTPException as error:
            return _error(error.status_code, error.detail, Connection="close")
        except (UsageError, BuildError, MissingError) as error:
            # What the command line has as options, the page has as controls.
            return _error(400, shortened(str(error).replace("--", "")))
        except SmrAudioError as error:
            return _error(500, shortened(str(error)))

    return answer


def _error(status: int, sentence: str, **headers: str) -> Response:
    return _json(json_bytes({"error": sentence}), status, **headers)


def _json(body: bytes, status: int = 200, **headers: str) -> Response:
    own = {"Cache-Control": "no-store"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Response(body, status, own, "application/json")


class Pages:
    """An answer for each path."""

    def __init__(self, sessions: Sessions, assets: Mapping[str, Asset]) -> None:
        """Sessions to answer with, and the files of the page."""
        self._sessions = sessions
        self._assets = assets

    async def asset(self, request: Request) -> Response:
        """A file of the page."""
        asset = self._assets.get(request.path_params.get("name", INDEX))
        if asset is None:
            return not_found()
        headers = {"Cache-Control": "no-cache", "ETag": asset.etag}
        if is_unchanged(request.headers, etag=asset.etag):
            return Response(status_code=304, headers=headers)
        return Response(asset.body, headers=headers, media_type=asset.media_type)

    @answering
    async def library(self, request: Request) -> Response:
        """All there is to ask for."""
        return _json(self._sessions.library)

    @answering
    async def plan(self, request: Request) -> Response:
        """What a session will be like."""
        planned = await self._sessions.plan(await _body(request))
        return _json(planned.body)

    @answering
    async def start(self, request: Request) -> Response:
        """Make a session."""
        self._sessions.start(_name(request))
        return self._told(_name(request))

    @answering
    async def status(self, request: Request) -> Response:
        """How far a session is."""
        return self._told(_name(request))

    def _told(self, name: str) -> Response:
        found = self._sessions.status(name)
        if isinstance(found, SessionJob):
            return _json(json_bytes(found.as_json()))
        # The plan is JSON already, and may be long.
        before = b'{"state":"ready","done":1,"total":1,"error":null,"plan":'
        return _json(before + found.plan + b"}")

    @answering
    async def audio(self, request: Request) -> Response:
        """A session's MP3 for the page to play, or a part of it."""
        made = await self._made(request)
        return audio_response(made.sound, made.etag, request.method, request.headers)

    @answering
    async def mp3(self, request: Request) -> Response:
        """The MP3 to keep, with its cover."""
        made = await self._made(request)
        kept = _disposition(made, ".mp3")
        return audio_response(
            made.file, made.etag, request.method, request.headers, Content_Disposition=kept
        )

    @answering
    async def album(self, request: Request) -> Response:
        """A ZIP of a track for each part."""
        made = await self._made(request)
        headers = {"Content-Disposition": _disposition(made, ".zip"), "Cache-Control": "no-store"}
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/zip")
        return zip_response(album_of(made), headers)

    @answering
    async def transcript(self, request: Request) -> Response:
        """All that is heard, to read."""
        return await self._text(request, text_of, ".txt")

    @answering
    async def lyrics(self, request: Request) -> Response:
        """The words with their times, for a player beside the MP3."""
        return await self._text(request, lyrics_of, ".lrc")

    async def _text(
        self, request: Request, text: Callable[[MadeSession], bytes], suffix: str
    ) -> Response:
        made = await self._made(request)
        body = await self._sessions.beside(partial(text, made))
        headers = {"Content-Disposition": _disposition(made, suffix), "Cache-Control": "no-store"}
        return Response(body, headers=headers, media_type="text/plain; charset=utf-8")

    @answering
    async def cover(self, request: Request) -> Response:
        """A picture of it."""
        made = await self._made(request)
        headers = {"Cache-Control": "private, max-age=86400, immutable", "ETag": made.etag}
        if is_unchanged(request.headers, etag=made.etag):
            return Response(status_code=304, headers=headers)
        return Response(cover_of(made), headers=headers, media_type="image/png")

    async def _made(self, request: Request) -> MadeSession:
        return await self._sessions.made(_name(request))


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _disposition(made: MadeSession, suffix: str) -> str:
    script = made.session.plan.script
    return attachment(script.title, script.routine, suffix)


async def _body(request: Request) -> bytes:
    """The body, if it is small and comes in time."""
    length = request.headers.get("content-length", "0")
    if len(length) > 9 or not length.isdigit() or int(length) > MOST_BODY_BYTES:
        raise HTTPException(413, f"a request may have {MOST_BODY_BYTES} bytes at most")

    async def read() -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY_BYTES:
                raise HTTPException(413, f"a request may have {MOST_BODY_BYTES} bytes at most")
        return bytes(body)

    try:
        return await asyncio.wait_for(read(), BODY_S)
    except asyncio.TimeoutError:
        raise HTTPException(408, "the request did not come in time") from None
