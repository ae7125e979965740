"""The server of `serve` and a published folder for the page's tests, whose answers can be changed.

Sessions are of the silent voice. The page stands under a token, the published folder under
`/site`.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from smr_audio import Cache, Preferences, Profile
from smr_audio.library.library import Library
from smr_audio.serve.maker import Maker, Planner, ServerContext
from smr_audio.serve.server import guarded_app
from smr_audio.serve.sessions import Sessions
from tests.page.published import ROUTINES
from tests.phone.conftest import TOKEN, running

SITE = Path(__file__).parents[2] / "smr_audio/page"


class SmallLibrary(Library):
    """The library with two routines; more would only take longer."""

    def routine_ids(self) -> tuple[str, ...]:
        return ROUTINES


@dataclass
class Stub:
    """What is changed of the answers, and what was asked.

    The published folder is gone while `down`, its packs take `slow_s` each, and so many came
    `at_once`; `worker` stands in for its service worker. The
    next `polls` questions for a session find it not yet made, `broken` takes the place of any plan,
    and the next plans take `delays` seconds more. `asked` are the bodies for plans, `paths` those
    of all requests.
    """

    published: Path
    cache: Path
    url: str = ""
    down: bool = False
    slow_s: float = 0
    coming: int = 0
    at_once: int = 0
    worker: str | None = None
    polls: int = 0
    polled: int = 0
    broken: Response | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def instead(self, path: str) -> Any:
        """The answer that takes the place of the server's, if any."""
        if path.startswith("/site") and self.down:
            return PlainTextResponse("down", 503)
        if path == "/site/sw.js" and self.worker:
            return Response(self.worker, media_type="text/javascript")
        if "/api/session/" in path and self.polled < self.polls:
            state = "speaking" if 2 * self.polled < self.polls else "encoding"
            done, self.polled = self.polled, self.polled + 1
            return JSONResponse({"state": state, "done": done, "total": self.polls, "error": None})
        module = SITE / Path(path).name
        if module.suffix == ".js" and path.startswith(f"/{TOKEN}/") and module.name != "app.js":
            return Response(module.read_bytes(), media_type="text/javascript")  # tests call some
        return self.broken if path.endswith("/api/plan") else None


@contextmanager
def serving(cache: Path, published: Path, language: str = "en") -> Iterator[Stub]:
    """The stub on a port of its own."""
    profile = Profile(Preferences(voice="silent", language=language))
    context = ServerContext(SmallLibrary(), (), Cache(cache), profile)
    stub = Stub(published, cache)
    sessions = Sessions(Planner(context), Maker(context))
    live = guarded_app(sessions, token=TOKEN, log=lambda _: None)
    site = StaticFiles(directory=published, html=True)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        stub.paths.append(path)

        async def noting() -> Any:
            message = await receive()
            if path.endswith("/api/plan") and message.get("body"):
                stub.asked.append(json.loads(message["body"]))
                if stub.delays:
                    await asyncio.sleep(stub.delays.pop(0))
            return message

        async def discard(_: Any) -> None:
            pass

        if "/packs/" in path:
            stub.coming += 1
            stub.at_once = max(stub.at_once, stub.coming)
            await asyncio.sleep(stub.slow_s)
            stub.coming -= 1
        answer = stub.instead(path)
        if answer is None and path.startswith("/site"):
            scope, answer = {**scope, "path": path.removeprefix("/site")}, site
        if "/api/session/" in path and answer is not None:  # it is made meanwhile
            await live(scope, noting, discard)
        await (answer or live)(scope, noting, send)

    with running(app) as port:
        stub.url = f"http://127.0.0.1:{port}"
        yield stub
    sessions.stop()
