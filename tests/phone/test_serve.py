"""The command itself: what it says, how it ends, and what it cannot do."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smr_audio.cli import serve
from smr_audio.cli.main import main
from smr_audio.errors import BuildError, MissingError, UsageError
from smr_audio.serve import network
from smr_audio.serve.server import kept_token
from tests.doubles import raising

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the command on a free loopback port."""
    with contextlib.ExitStack() as stack:

        def start_it(*words: str) -> subprocess.Popen[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "smr_audio", "serve", "--host", "127.0.0.1",
                     "--port", "0", "--no-profile", *words],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                )
            )  # fmt: skip
            stack.callback(process.kill)
            return process

        yield start_it


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["url"])


def ask(url: str, body: dict[str, Any] | None = None, *, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def children(pid: int) -> set[int]:
    """Every process below one, as Linux tells."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | children(child)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of children")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_a_signal_ends_it_and_the_voice_with_it(start: Start, number: int, status: int) -> None:
    process = start("--json")
    url = url_of(process)
    request = {"routine": "full-body", "voice": "pyttsx3:gmw/en-us"}
    planned = ask(f"{url}api/plan", request)
    assert planned["ready"] is False
    ask(f"{url}api/session/{planned['session']}", method="POST")
    below: set[int] = set()
    end_s = time.monotonic() + 20
    while not below and time.monotonic() < end_s:
        below = children(process.pid)
    listening = socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))
    with listening:
        listening.sendall(b"GET / HT")  # a client that would hold it up
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == status, said
    assert "Traceback" not in said
    assert below, "the voice never spoke"
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]


def test_it_prints_its_address_first_and_never_logs_the_secret(start: Start) -> None:
    process = start("--json")
    url = url_of(process)
    token = url.rstrip("/").rsplit("/", 1)[1]
    assert len(token) == 22
    with urllib.request.urlopen(url, timeout=20) as answer:
        assert answer.status == 200
    assert ask(f"{url}api/library")["format"] == "smr-audio/library-1"
    process.terminate()
    out, said = process.communicate(timeout=20)
    assert (process.returncode, out) == (143, "")
    assert "GET /api/library 200" in said
    assert "Only this machine can reach it" in said and "Ctrl-C ends it." in said
    assert token not in said


def test_the_link_is_the_same_until_a_new_one_is_asked_for(tmp_path: Path) -> None:
    kept = tmp_path / "settings" / serve.KEPT_IN
    first = kept_token(kept)
    assert kept_token(kept) == first == kept.read_text()
    assert sys.platform == "win32" or kept.stat().st_mode & 0o077 == 0
    second = kept_token(kept, new=True)
    assert kept_token(kept) == second != first
    none = kept / "no folder"
    assert len(kept_token(none)) == 22
    with pytest.raises(BuildError):
        kept_token(none, new=True)


def test_a_port_in_use_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with network.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as left:
            main(["serve", "--host", "127.0.0.1", "--port", str(port), "--no-profile"])
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert said == f"Error: port {port} is in use; add --port 0 for a free one\n"


def test_an_address_of_another_machine_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="this machine has no such address"):
        network.listen("203.0.113.7", 0)
    with pytest.raises(UsageError, match="there is no such address"):
        network.listen("no.such.host.invalid", 0)


@pytest.mark.parametrize("host", [".a", f"{'a' * 64}.b", "a" * 300, "a..b"])
def test_what_cannot_be_a_name_is_an_unknown_host(capsys: pytest.CaptureFixture[str], host: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["serve", "--host", host, "--port", "0", "--no-profile"])
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert said.startswith("Error: --host") and "there is no such address" in said


def test_no_host_is_not_every_address(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(socket, "create_server", raising(AssertionError("it listens")))
    with pytest.raises(SystemExit) as left:
        main(["serve", "--host", "", "--port", "0", "--no-profile"])
    assert left.value.code == 2
    assert "--host needs an address" in capsys.readouterr().err


def test_a_port_that_may_not_be_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "bind", raising(PermissionError(13, "Permission denied")))
    with pytest.raises(BuildError, match="port 80: permission denied"):
        network.listen("127.0.0.1", 80)


def test_without_a_network_only_this_machine_reaches_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(socket.socket, "connect", raising(OSError(101, "Network is unreachable")))
    assert network.local_address() == "127.0.0.1"
    serve.announce(network.local_address(), 8754, "secret", as_json=False)
    said = capsys.readouterr()
    assert said.out == "http://127.0.0.1:8754/secret/\n"
    assert "Only this machine can reach it" in said.err and "firewall" not in said.err


def test_on_a_network_it_says_what_a_phone_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    serve.announce("192.168.1.5", 8754, "secret", as_json=False)
    said = capsys.readouterr()
    assert said.out.startswith("http://192.168.1.5:8754/secret/\n")
    assert "\N{UPPER HALF BLOCK}" in said.out  # the QR code
    assert "port 8754 (TCP)" in said.err


def test_a_server_at_every_address_shows_the_one_on_the_network(capsys: pytest.CaptureFixture[str]) -> None:
    serve.announce("0.0.0.0", 1, "t", as_json=True)
    url = network.url_of(network.local_address(), 1, "t")
    assert json.loads(capsys.readouterr().out) == {"url": url}
    assert network.url_of("fe80::1", 1, "t") == "http://[fe80::1]:1/t/"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingError, match=r"segno.*'phone'; install it with: \S+ .*phone"):
        serve.command.callback(
            host=None, port=0, language=None, new_link=False, content=(), no_profile=True, as_json=False
        )


def test_its_help_imports_nothing_of_the_web() -> None:
    code = (
        "import sys; from smr_audio.cli import serve; "
        "print([m for m in ('starlette', 'uvicorn', 'segno', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
