"""A session that is heard while it is made: the same bytes, in time, or a connection that ends."""

import hashlib
import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from smr_audio import BuildError, Cache, Studio
from smr_audio.mp3 import codec
from smr_audio.mp3.frames import bytes_per_frame, frame_header
from smr_audio.serve.maker import Maker, Planner, ServerContext
from smr_audio.serve.server import guarded_app
from smr_audio.serve.sessions import Sessions
from smr_audio.sound.islands import LOOP_FRAMES
from smr_audio.studio.postures import page_json
from smr_audio.voices.registry import ProvenEngine
from tests.phone.conftest import SHORT, SHORT_PREFERENCES, TOKEN, running


class SlowEncoder:
    """Encodes a batch of islands whenever it is let; each piece has frames of its own."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.fails = False

    def let_all(self) -> None:
        self.go.release(1000)

    def __call__(self, pieces: Sequence[NDArray[np.int16]], *, floor: Any, kbps: int) -> list[bytes]:
        if pieces[0].size != LOOP_FRAMES * 1152:  # the tiles of the floor are there at once
            assert self.go.acquire(timeout=60)
            if self.fails:
                raise BuildError("no luck today")
        return [self._frames(piece, kbps) for piece in pieces]

    def _frames(self, piece: NDArray[np.int16], kbps: int) -> bytes:
        digest = hashlib.sha256(piece.tobytes()).digest()
        filler = (digest * bytes_per_frame(kbps))[: bytes_per_frame(kbps) - 6]
        return (frame_header(kbps) + b"\0\0" + filler) * (piece.size // 1152)


@dataclass(frozen=True, slots=True)
class Server:
    """A server with a cold cache, and a session that is planned."""

    port: int
    sessions: Sessions
    name: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = None if body is None else json.dumps(body)
        connection.request(method, f"/{TOKEN}{path}", data, {"Connection": "close", **headers})
        return connection.getresponse()

    def sound(self, **headers: str) -> http.client.HTTPResponse:
        return self.ask("GET", f"/audio/{self.name}.mp3", **headers)

    def state(self, method: str = "GET") -> dict[str, Any]:
        told: dict[str, Any] = json.load(self.ask(method, f"/api/session/{self.name}"))
        return told


@contextmanager
def serving(planner: Planner, context: ServerContext, request: dict[str, Any]) -> Iterator[Server]:
    sessions = Sessions(planner, Maker(context))
    try:
        with running(guarded_app(sessions, token=TOKEN, log=lambda _: None)) as port:
            server = Server(port, sessions, "")
            planned = json.load(server.ask("POST", "/api/plan", request))
            server = replace(server, name=planned["session"])
            server.state("POST")
            yield server
    finally:
        sessions.stop()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowEncoder:
    slow = SlowEncoder()
    monkeypatch.setattr(codec, "encode_pieces", slow)
    return slow


@pytest.fixture
def cold(context: ServerContext, tmp_path: Path) -> ServerContext:
    return replace(context, cache=Cache(tmp_path / "cold"))


@pytest.fixture
def server(planner: Planner, cold: ServerContext, slow: SlowEncoder) -> Iterator[Server]:
    with serving(planner, cold, SHORT) as server:
        yield server
        slow.let_all()


def test_a_cold_session_is_heard_while_it_is_encoded(
    server: Server, slow: SlowEncoder, planner: Planner, cold: ServerContext
) -> None:
    heard = server.sound()
    size = int(heard.headers["content-length"])
    begun = heard.read(1)
    slow.go.release()
    begun += heard.read(20_000)
    told = server.state()
    assert (told["state"], told["whole"], told["error"]) == ("ready", False, None)
    assert told["done"] < told["total"]
    assert server.ask("HEAD", f"/audio/{server.name}.mp3").headers["content-length"] == str(size)

    parts: dict[int, bytes] = {}

    def ask_for(start: int) -> None:
        answer = server.sound(Range=f"bytes={start}-{min(start + size // 4, size) - 1}")
        assert answer.status == 206
        parts[start] = answer.read()

    asking = [threading.Thread(target=ask_for, args=(at,)) for at in range(0, size, size // 4)]
    for one in asking:
        one.start()
    slow.let_all()
    whole = begun + heard.read()
    for one in asking:
        one.join()
    assert len(whole) == size
    assert b"".join(parts[start] for start in sorted(parts)) == whole
    download = server.ask("GET", f"/download/{server.name}.mp3").read()
    assert download.endswith(whole[-20_000:]) and len(download) > size
    assert server.sound().read() == whole
    studio = cold.studio()
    plan = studio.plan(studio.load("hamstring-ball-press"), SHORT_PREFERENCES)
    done = server.state()
    assert done == {**told, "whole": True, "done": 1, "total": 1}
    assert done["plan"] == page_json(plan, studio.library)
    with serving(planner, cold, SHORT) as again:
        assert again.sound().read() == whole


def test_an_encoder_that_fails_cuts_the_sound_short_and_is_named(server: Server, slow: SlowEncoder) -> None:
    heard = server.sound()
    assert heard.read(1)
    slow.go.release()
    slow.fails = True
    slow.go.release()
    with pytest.raises(http.client.IncompleteRead):
        heard.read()
    said = server.sound()
    assert (said.status, json.load(said)) == (500, {"error": "no luck today"})
    told = server.state()
    assert (told["state"], told["error"], "plan" in told) == ("failed", "no luck today", False)
    slow.fails = False
    slow.let_all()
    server.state("POST")
    again = server.sound()
    assert len(again.read()) == int(again.headers["content-length"])


def test_a_session_that_is_forgotten_is_heard_to_its_end(server: Server, slow: SlowEncoder) -> None:
    heard = server.sound()
    begun = heard.read(1)
    slow.let_all()
    while not server.state()["whole"]:
        time.sleep(0.01)
    server.sessions._jobs.clear()  # as when hundreds more were planned
    assert len(begun + heard.read()) == int(heard.headers["content-length"])


def test_a_listener_who_leaves_midway_changes_nothing(server: Server, slow: SlowEncoder) -> None:
    leaving = server.sound()
    assert leaving.read(1)
    leaving.close()
    slow.let_all()
    beyond = server.sound(Range="bytes=-1000").read()
    assert beyond == server.sound().read()[-1000:] and len(beyond) == 1000


def test_a_server_that_stops_ends_what_waits(planner: Planner, cold: ServerContext, slow: SlowEncoder) -> None:
    with serving(planner, cold, SHORT) as server:
        heard = server.sound()
        assert heard.read(1)
        ended = threading.Thread(target=server.sessions.stop)
        ended.start()
        slow.go.release()  # what is under way ends, and nothing is begun
        ended.join(20)
        with pytest.raises(http.client.IncompleteRead):
            heard.read()
        assert "shutting down" in server.state()["error"]


def test_a_cache_that_keeps_nothing_has_no_sentence_spoken_twice(
    slow: SlowEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    speak = ProvenEngine.speak

    def noted(self: ProvenEngine, sentences: Sequence[str], **how: Any) -> Any:
        said.extend(sentences)
        return speak(self, sentences, **how)

    monkeypatch.setattr(ProvenEngine, "speak", noted)
    (tmp_path / "file").write_bytes(b"")
    studio = Studio(cache=Cache(tmp_path / "file" / "cache"))
    slow.let_all()
    spoken = replace(SHORT_PREFERENCES, voice="pyttsx3")
    studio.link(studio.load("hamstring-ball-press"), spoken, on_laid=lambda _: None)
    assert len(said) == len(set(said)) > 10


@pytest.mark.slow
def test_the_natural_voice_is_heard_before_the_last_island_is_encoded(planner: Planner, cold: ServerContext) -> None:
    """All of it real: a cold session is whole, and the same cold and warm and as it is built."""
    with serving(planner, cold, {"routine": "hamstrings"}) as server:
        heard = server.sound()
        begun = heard.read(1)
        told = server.state()
        assert (told["state"], told["whole"]) == ("ready", False)
        whole = begun + heard.read()
        assert len(whole) == int(heard.headers["content-length"])
    studio = cold.studio()
    session = studio.link(studio.load("hamstrings"))
    assert b"".join(studio.file_of(session, cover=False, manifest=False).chunks()) == whole
    assert told["plan"] == page_json(session.plan, studio.library)
