"""A server for the page's tests: the API of `serve` with real plans and real sound, and no more.

Sessions are of the silent voice. The page's files stand under a token, a published folder under
`/site`. The stub's fields say how it shall answer, and what it was asked.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from smr_audio import Cache, Composition, Preferences, SmrAudioError, Studio, parse_hold
from smr_audio.options.choices import DOSES, PACES, SIDE_CHOICES, TALKS
from smr_audio.options.table import BY_FLAG
from smr_audio.units import TICKS_PER_SECOND

SITE = Path(__file__).parents[2] / "smr_audio/page"
TOKEN = "a-token"
ROUTINES = ("hamstrings", "hamstrings-basic")  # more would only take longer
PLAIN = {"sides", "talk", "pace", "dose", "level", "sets", "metronome"}


@dataclass
class Stub:
    """How it answers: nothing of the published folder while `down`, and `worker` in place of
    its service worker; `polls` until a session is made, `broken` in place of any plan, `delays` in
    seconds before the next plans. What it was asked: `asked` for plans, `paths` of all requests.
    """

    studio: Studio
    published: Path
    url: str = ""
    down: bool = False
    worker: str | None = None
    polls: int = 0
    broken: Response | None = None
    made: dict[str, bytes] = field(default_factory=dict)
    planned: dict[str, tuple[Any, Preferences]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    waits: dict[str, int] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def library(self, _: Request) -> Response:
        library = self.studio.library
        phrases, limits = library.phrases("en"), library.limits()
        techniques = {name: library.technique(name) for name in library.technique_ids()}
        routines = [library.load(name) for name in ROUTINES]
        return JSONResponse({
            "routines": [{
                "id": routine.id, "title": routine.title.shown("en"),
                "about": routine.about.shown("en"),
                "tools": _unique(t for s in routine.steps for t in techniques[s.technique].tools),
                "muscles": _unique(techniques[s.technique].muscle for s in routine.steps),
                "techniques": [step.technique for step in routine.steps],
            } for routine in routines],
            "techniques": [{
                "id": one.id, "title": one.name.shown("en"), "muscle": one.muscle,
                "tools": list(one.tools), "sides": one.sides, "level": one.level,
                "hold": {"least": one.hold.least, "default": one.hold.default,
                         "most": one.hold.most},
            } for one in techniques.values()],
            "tools": _titled(phrases.tools),
            "limits": [{"id": name, "title": limits.text(name).shown("en"),
                        "medical": limits.is_medical(name)} for name in limits.ids],
            "muscles": _titled(phrases.muscles),
            "voices": [{"id": "silent", "title": "Silent"}],
            "choices": {"talk": TALKS, "pace": PACES, "dose": DOSES, "sides": SIDE_CHOICES},
            "profile": {},
        })  # fmt: skip

    async def plan(self, request: Request) -> Response:
        wish = await request.json()
        self.asked.append(wish)
        if self.broken:
            return self.broken
        if self.delays:
            await asyncio.sleep(self.delays.pop(0))
        try:
            target: Any = Composition(tuple(wish["muscles"])) if "muscles" in wish else (
                wish["routine"])  # fmt: skip
            wishes = _preferences(wish)
            routine = self.studio.session_of(target, wishes)
            plan = self.studio.plan(routine, wishes).as_json()
        except SmrAudioError as error:
            return JSONResponse({"error": str(error)}, 400)
        name = sha256(repr((target, wishes)).encode()).hexdigest()[:16]
        self.planned[name] = (routine, wishes)
        return JSONResponse({
            "session": name, "ready": True, "missing": 0, "plan": plan,
            "warnings": plan["warnings"],
        })  # fmt: skip

    def session(self, request: Request) -> Response:
        name = request.path_params["name"]
        left = self.waits.setdefault(name, self.polls)
        self.waits[name] = max(0, left - 1)
        if left:
            state = "speaking" if left > self.polls // 2 else "encoding"
            return JSONResponse({"state": state, "done": self.polls - left, "total": self.polls,
                                 "error": None, "plan": None})  # fmt: skip
        self.make(name)
        plan = self.studio.plan(*self.planned[name]).as_json()
        return JSONResponse({"state": "ready", "done": 1, "total": 1, "error": None, "plan": plan})

    def make(self, name: str) -> bytes:
        if name not in self.made:
            linked = self.studio.link(*self.planned[name])
            self.made[name] = b"".join(self.studio.file_of(linked, cover=False).chunks())
        return self.made[name]

    def audio(self, request: Request) -> Response:
        body = self.made.get(request.path_params["name"])
        if body is None:  # planned, but nobody asked for it
            return JSONResponse({"error": "this session is not made; ask for it first"}, 409)
        first, _, last = request.headers.get("Range", "bytes=0-")[6:].partition("-")
        start, stop = int(first), int(last) + 1 if last else len(body)
        headers = {"Content-Range": f"bytes {start}-{stop - 1}/{len(body)}",
                   "Accept-Ranges": "bytes"}  # fmt: skip
        return Response(body[start:stop], 206, headers, "audio/mpeg")


def _preferences(wish: dict[str, Any]) -> Preferences:
    holds = tuple(parse_hold(f"{target}={s}") for target, s in wish.get("holds", {}).items())
    minutes = wish.get("minutes")
    return Preferences(
        voice="silent",
        holds=holds,
        tools=BY_FLAG["tools"].read(wish.get("tools") or ()),
        limits=tuple(wish.get("limits", ())),
        fit_ticks=minutes * 60 * TICKS_PER_SECOND if minutes else None,
        **{key: value for key, value in wish.items() if key in PLAIN},
    )


def _titled(words: Any) -> list[dict[str, str]]:
    return [{"id": name, "title": title or name} for name, title in words.items()]


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))


@contextmanager
def running(cache: Path, published: Path) -> Iterator[Stub]:
    """The stub on a port of its own: the page under its token, the folder under `/site`."""
    stub = Stub(Studio(cache=Cache(cache)), published)
    picture = (SITE / "icon-180.png").read_bytes()
    live = [
        Route("/api/library", stub.library),
        Route("/api/plan", stub.plan, methods=["POST"]),
        Route("/api/session/{name}", stub.session, methods=["GET", "POST"]),
        Route("/audio/{name}.mp3", stub.audio),
        Route("/cover/{name}.png", lambda _: Response(picture, media_type="image/png")),
        Route("/download/{name}.txt", lambda _: PlainTextResponse("text")),
        Mount("/", StaticFiles(directory=SITE, html=True)),
    ]
    published.mkdir(exist_ok=True)
    app = Starlette(routes=[
        Mount(f"/{TOKEN}", routes=live),
        Mount("/site", StaticFiles(directory=published, html=True)),
    ])  # fmt: skip

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        stub.paths.append(path)
        answer: Any = app
        if path.startswith("/site") and stub.down:
            answer = PlainTextResponse("down", 503)
        elif path == "/site/sw.js" and stub.worker:
            answer = Response(stub.worker, media_type="text/javascript")
        await answer(scope, receive, send)

    server = uvicorn.Server(
        uvicorn.Config(noting, port=0, log_level="error", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    stub.url = f"http://127.0.0.1:{port}"
    try:
        yield stub
    finally:
        server.should_exit = True
        thread.join()
