"""A phone in this process, a server on a loopback port, and one session that both can hear."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from smr_audio import Cache, Preferences, parse_hold, parse_talk
from smr_audio.library.library import Library
from smr_audio.serve import network
from smr_audio.serve.maker import Maker, Planner, ServerContext
from smr_audio.serve.server import config_of, guarded_app
from smr_audio.serve.sessions import Sessions

TOKEN = "a-secret-of-these-tests"
SHORT = {
    "routine": "hamstring-ball-press", "voice": "silent", "talk": "minimal",
    "holds": {"hamstring-ball-press": 10},
}  # fmt: skip
"""A session of a minute that is made in a second."""
SHORT_PREFERENCES = Preferences(
    voice="silent", talk=(parse_talk("minimal"),), holds=(parse_hold("hamstring-ball-press=10"),)
)


class Phone:
    """A client in this process; everything it waits for goes on while it waits."""

    def __init__(self, sessions: Sessions, app: Any = None) -> None:
        self.lines: list[str] = []
        self.sessions = sessions
        self.loop = asyncio.new_event_loop()
        self.app = app or guarded_app(sessions, token=TOKEN, log=self.lines.append)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://phone", timeout=60)

    def ask(self, method: str, path: str, *, token: str = TOKEN, **more: Any) -> httpx.Response:
        url = f"/{token}{path}"
        return self.loop.run_until_complete(self.client.request(method, url, **more))

    def plan(self, request: dict[str, Any]) -> httpx.Response:
        return self.ask("POST", "/api/plan", json=request)

    def wait(self, seconds: float = 0.01) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to hold; threads take their time on a busy machine."""
        end_s = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end_s, "it takes for ever"
            self.wait()

    def until_made(self, name: str) -> dict[str, Any]:
        """Ask as a page does, until it is made or failed."""
        end_s = time.monotonic() + 60
        while time.monotonic() < end_s:
            told: dict[str, Any] = self.ask("GET", f"/api/session/{name}").json()
            if told["state"] in ("ready", "failed"):
                return told
            self.wait(0.02)
        raise AssertionError("it takes for ever")

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.sessions.stop()
        self.wait(0.05)  # tasks hear of it
        self.loop.close()


@dataclass(frozen=True, slots=True)
class Heard:
    """A session that a phone had made, and the same as a file; `sound` is that without cover and
    manifest."""

    phone: Phone
    id: str
    file: bytes
    sound: bytes
    planned: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/audio/{self.id}.mp3"

    def get(self, method: str = "GET", **headers: str) -> httpx.Response:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.phone.ask(method, self.path, headers=own)


@pytest.fixture(scope="session")
def context(common_cache: Path) -> ServerContext:
    """The shipped content and the common cache."""
    return ServerContext(Library(), (), Cache(common_cache), None)


@pytest.fixture(scope="session")
def planner(context: ServerContext) -> Planner:
    return Planner(context)


MakePhone = Callable[..., Phone]


@pytest.fixture
def make_phone(context: ServerContext, planner: Planner) -> Iterator[MakePhone]:
    """Phones with a maker of their own, which may be a stand-in."""
    phones: list[Phone] = []

    def make(maker: Any = None, planner_: Any = None) -> Phone:
        phones.append(Phone(Sessions(planner_ or planner, maker or Maker(context))))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture(scope="session")
def heard(context: ServerContext, planner: Planner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    phone = Phone(Sessions(planner, Maker(context)))
    planned = phone.plan(SHORT).json()
    name = planned["session"]
    assert phone.ask("POST", f"/api/session/{name}").status_code == 200
    phone.until(lambda: phone.until_made(name)["whole"])
    studio = context.studio()
    path = tmp_path_factory.mktemp("built") / "short.mp3"
    routine = studio.load("hamstring-ball-press")
    studio.build(routine, path, SHORT_PREFERENCES)
    session = studio.link(routine, SHORT_PREFERENCES)
    sound = studio.file_of(session, cover=False, manifest=False)
    yield Heard(phone, name, path.read_bytes(), b"".join(sound.chunks()), planned)
    phone.close()


@contextmanager
def running(app: Any) -> Iterator[int]:
    """The app on a free loopback port, as `serve` runs it."""
    listening = network.listen("127.0.0.1", 0)
    server = uvicorn.Server(config_of(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@pytest.fixture
def own_site(tmp_path: Path) -> Path:
    """A folder with files of a page, and some that are none."""
    site = tmp_path / "site"
    (site / "folder.js").mkdir(parents=True)
    for name in ("index.html", "app.js", ".hidden.js", "notes.txt", "secret.py"):
        (site / name).write_text(name)
    return site
