"""Firefox, by WebDriver BiDi, and WebKitGTK, by classic WebDriver: each with nothing kept."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any


def started(stack: ExitStack, folder: Path, *words: str | Path) -> None:
    """A process that keeps its things in a folder, and ends with all it started."""
    env = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    found = subprocess.Popen(words, env=env, start_new_session=True, **quiet)
    stack.callback(found.wait)
    stack.callback(os.killpg, found.pid, signal.SIGKILL)


def until(find: Any, seconds: float = 30) -> Any:
    """What is found at last."""
    end_s = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end_s, "it takes for ever"
        time.sleep(0.05)
    return found


def node_at(xpath: str) -> str:
    return f"document.evaluate({json.dumps(xpath)}, document, null, 9).singleNodeValue"


class Firefox:
    """Debian's Firefox, without a window. Scripts run also where the page forbids `eval`."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.wrong: list[str] = []
        # Without loudspeakers it does not play.
        words = ("-n", "--exit-idle-time=-1", "--load=module-null-sink")
        started(stack, folder, "pulseaudio", *words, "--load=module-native-protocol-unix")
        until((folder / "pulse/native").exists)
        words = ("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", folder)
        started(stack, folder, "firefox-esr", *words)
        told = folder / "WebDriverBiDiServer.json"
        port = json.loads(until(lambda: told.exists() and told.read_text()))["ws_port"]
        self.socket = stack.enter_context(socket.create_connection(("127.0.0.1", port), 60))
        self.stream = stack.enter_context(self.socket.makefile("rb"))
        hello = f"GET /session HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: Upgrade\r\n"
        hello += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        self.socket.sendall(f"{hello}AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
        list(iter(self.stream.readline, b"\r\n"))
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> Any:
        """What it answers; what its console says meanwhile is kept."""
        data = json.dumps({"id": 1, "method": method, "params": params}).encode()
        masked = bytes(each ^ 1 for each in data.ljust(126))  # so its length takes two bytes
        self.socket.sendall(b"\x81\xfe" + len(masked).to_bytes(2, "big") + b"\1" * 4 + masked)
        while True:
            _, size = self.stream.read(2)
            if size >= 126:
                size = int.from_bytes(self.stream.read(2 if size == 126 else 8), "big")
            found = json.loads(self.stream.read(size))
            if "id" in found:
                assert found["type"] == "success", found
                return found["result"]
            if found["params"].get("level") in ("error", "warn"):
                self.wrong.append(found["params"]["text"])

    def go(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        text = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        return json.loads(self._evaluate(text)["value"])

    def tap(self, xpath: str) -> None:
        node = self._evaluate(node_at(xpath))
        self.run(f"{node_at(xpath)}.scrollIntoView({{ block: 'center' }})")
        origin = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": origin}
        acts = [move, *({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))]
        finger = {"type": "pointer", "id": "finger", "actions": acts}
        self.ask("input.performActions", context=self.page, actions=[finger])

    def _evaluate(self, text: str) -> Any:
        how = {"target": {"context": self.page}, "awaitPromise": True}
        found = self.ask("script.evaluate", expression=text, **how)
        assert found["type"] == "success", found["exceptionDetails"]["text"]
        return found["result"]


class WebKit:
    """WebKitGTK's small browser, on a screen of its own; its console cannot be read."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.wrong: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{(port := free.getsockname()[1])}/session"
        words = ("dbus-run-session", "WebKitWebDriver", f"--port={port}")
        started(stack, folder, "xvfb-run", "-a", *words)
        browser = str(next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")))
        options = {"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}

        def session() -> Any:
            with suppress(urllib.error.URLError):  # not up yet
                return self.ask("", capabilities={"alwaysMatch": options})["sessionId"]

        self.url += f"/{until(session)}"

    def ask(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["value"]

    def go(self, url: str) -> None:
        self.ask("/url", url=url)

    def run(self, expression: str) -> Any:
        script = f"(async () => ({expression}))().then(arguments[0], arguments[0])"
        return self.ask("/execute/async", script=script, args=[])

    def tap(self, xpath: str) -> None:
        found: dict[str, str] = self.ask("/element", using="xpath", value=xpath)
        self.ask(f"/element/{next(iter(found.values()))}/click")


# How each is started, and the programs and packages of Debian that it needs.
ENGINES: dict[str, tuple[type[Firefox | WebKit], dict[str, str]]] = {
    "Firefox": (Firefox, {"firefox-esr": "firefox-esr", "pulseaudio": "pulseaudio"}),
    "WebKit": (WebKit, {"WebKitWebDriver": "webkit2gtk-driver", "xvfb-run": "xvfb xauth dbus",
                        "gst-inspect-1.0": "gstreamer1.0-{tools,libav,plugins-good}"}),
}  # fmt: skip
