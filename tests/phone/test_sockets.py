"""A real server on a loopback port: paths as they come, who holds on, who does not read."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from smr_audio.errors import BuildError
from smr_audio.serve import server
from smr_audio.serve import sessions as serve_sessions
from smr_audio.serve.app import EXPIRED
from smr_audio.serve.server import guarded_app
from smr_audio.serve.sessions import Sessions
from tests.phone.conftest import TOKEN, Heard, running
from tests.tables import tables


@pytest.fixture(scope="module")
def port(heard: Heard) -> Iterator[int]:
    """The server of the session that is made already."""
    with running(heard.phone.app) as found:
        yield found


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        yield client


def asked(port: int, target: str, *, method: str = "GET", body: bytes = b"") -> tuple[bytes, bytes]:
    """The head and the body of an answer, to a target as it stands here."""
    with connected(port) as client:
        head = f"{method} {target} HTTP/1.1\r\nHost: phone\r\nConnection: close\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n" if body else "\r\n"
        client.sendall(head.encode("latin-1") + body)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head_, _, rest = answer.partition(b"\r\n\r\n")
    return head_, rest


def hold_open(stack: contextlib.ExitStack, port: int, sent: bytes) -> socket.socket:
    client = stack.enter_context(connected(port))
    client.sendall(sent)
    return client


def is_over(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("path", [*tables(__file__)["paths"], f"/audio/{'a' * 200}.mp3"])
def test_no_path_leads_out(port: int, path: str) -> None:
    head, body = asked(port, f"/{TOKEN}{path}")
    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"location" not in head.lower()
    unknown = b'{"error":"this session is not known here; plan it again"}'
    assert body in (EXPIRED.encode(), unknown)


@pytest.mark.parametrize("target", ["http://phone/", f"http://phone/{TOKEN}/", "*", f"//{TOKEN}/", "/", f"/x/{TOKEN}/"])
def test_no_other_form_of_an_address_is_taken_for_the_secret(port: int, target: str) -> None:
    assert asked(port, target)[0].startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("sent", [
    b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40_000, b"G" * 40_000,
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
])  # fmt: skip
def test_what_is_no_http_is_refused_and_the_server_lives(port: int, sent: bytes) -> None:
    with connected(port) as client:
        client.sendall(sent)
        with contextlib.suppress(ConnectionError):
            answer = client.recv(65536)
            assert answer == b"" or answer.split()[1] in (b"400", b"404", b"431")
    assert asked(port, f"/{TOKEN}/")[0].startswith(b"HTTP/1.1 200 ")


def test_the_sound_comes_over_a_socket_as_it_is_in_the_file(port: int, heard: Heard) -> None:
    head, body = asked(port, f"/{TOKEN}{heard.path}")
    assert head.startswith(b"HTTP/1.1 200 ") and body == heard.sound
    head, body = asked(port, f"/{TOKEN}{heard.path}", method="HEAD")
    assert f"content-length: {len(heard.sound)}".encode() in head and body == b""
    assert TOKEN.encode() not in head


def test_those_that_ask_for_nothing_make_room(port: int, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 40)
    with contextlib.ExitStack() as stack:
        begun = f"GET /{TOKEN}/ HTTP/1.1\r\nX-Slow: ".encode()
        held = [hold_open(stack, port, begun) for _ in range(80)]
        for _ in range(5):
            assert asked(port, f"/{TOKEN}{heard.path}")[1] == heard.sound
        ended = [is_over(client) for client in held]
        assert all(ended[:40]) and not any(ended[-20:])  # the first went first


def test_headers_that_never_end_are_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.3)
    with connected(port) as client, contextlib.suppress(ConnectionError):
        client.sendall(b"GET / HTTP/1.1\r\n")
        client.settimeout(0.05)
        for _ in range(100):  # a byte now and then buys no time
            client.sendall(b"X")
            with contextlib.suppress(TimeoutError):
                if client.recv(1) == b"":
                    break
        else:
            pytest.fail("it is still open")


def test_the_next_request_on_a_connection_has_its_time_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.3)
    with connected(port) as client, contextlib.suppress(ConnectionError):
        client.sendall(f"GET /{TOKEN}/ HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        client.settimeout(5)
        client.sendall(b"GET / HT")
        while client.recv(65536):
            pass


def test_clients_that_read_nothing_stop_nobody(port: int, heard: Heard) -> None:
    request = f"GET /{TOKEN}{heard.path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            client = stack.enter_context(contextlib.closing(socket.socket()))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(5)
            client.connect(("127.0.0.1", port))
            client.sendall(request)
        assert asked(port, f"/{TOKEN}{heard.path}")[1] == heard.sound


def test_a_connection_serves_several_requests(port: int, heard: Heard) -> None:
    with connected(port) as client:
        for start in (0, 1000, 70_000):
            ask = f"GET /{TOKEN}{heard.path} HTTP/1.1\r\nHost: a\r\nRange: bytes={start}-{start + 99}"
            client.sendall(ask.encode() + b"\r\n\r\n")
            answer = b""
            while not answer.endswith(heard.sound[start : start + 100]):
                answer += client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 206 ")


def test_who_hangs_up_while_a_session_is_spoken_stops_nobody(planner: Any) -> None:
    go = threading.Event()

    class Maker:
        def make(self, name: str, request: Any, progress: Any, on_playable: Any) -> Any:
            go.wait(10)
            raise BuildError("done")

    sessions = Sessions(planner, Maker())  # type: ignore[arg-type]
    try:
        with running(guarded_app(sessions, token=TOKEN, log=lambda _: None)) as port:
            body = b'{"routine": "hamstring-ball-press", "voice": "silent"}'
            planned = asked(port, f"/{TOKEN}/api/plan", method="POST", body=body)[1]
            name = planned.split(b'"')[3].decode()
            assert b"waiting" in asked(port, f"/{TOKEN}/api/session/{name}", method="POST")[1]
            with contextlib.ExitStack() as stack:
                for _ in range(20):
                    ask = f"GET /{TOKEN}/audio/{name}.mp3 HTTP/1.1\r\nHost: a\r\n\r\n"
                    hold_open(stack, port, ask.encode())
                time.sleep(0.1)
            assert asked(port, f"/{TOKEN}/")[0].startswith(b"HTTP/1.1 200 ")
            go.set()
            time.sleep(0.1)
            assert b"failed" in asked(port, f"/{TOKEN}/api/session/{name}")[1]
    finally:
        sessions.stop()


def test_stopping_does_not_wait_for_a_voice_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_sessions, "STOP_S", 0.05)
    go = threading.Event()
    executor = serve_sessions.ThreadExecutor("hangs")
    under_way, waiting = executor.submit(go.wait), executor.submit(go.wait)
    while not under_way.running():
        time.sleep(0.01)
    executor.stop()
    assert waiting.cancelled() and not under_way.done()
    go.set()
    assert under_way.result(10)
