"""A browser, a server for it to talk to, and a page that reports whatever went wrong on it."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.page.published import publish
from tests.page.stub import Stub, serving
from tests.phone.conftest import TOKEN

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)  # fmt: skip
FLAGS = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
SIZES = {"320": (320, 568), "390": (390, 844), "1280": (1280, 800), "turned": (568, 320)}

# Every handler the page gives to the lock screen, so that tests can press its buttons; and what
# the content security policy forbids, as an error that fails the test.
SPY = """
window.pressed = {};
const set = MediaSession.prototype.setActionHandler;
MediaSession.prototype.setActionHandler = function (action, handler) {
  window.pressed[action] = handler;
  return set.call(this, action, handler);
};
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`forbidden: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Watched:
    """A page, the server's stub, and what went wrong. `forgiven` words are meant to."""

    page: Page
    stub: Stub
    wrong: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    @property
    def live(self) -> str:
        """Where the server's page is."""
        return f"{self.stub.url}/{TOKEN}/"

    @property
    def published(self) -> str:
        """Where the published one is."""
        return f"{self.stub.url}/site/"

    def size(self, name: str) -> None:
        """Make it as large as a screen."""
        width, height = SIZES[name]
        self.page.set_viewport_size({"width": width, "height": height})

    def until(self, expression: str) -> None:
        """Wait for something to hold. Playwright's own way is what the page's policy forbids."""
        end = time.monotonic() + 8
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"not within 8 s: {expression}"
            self.page.wait_for_timeout(50)

    def seconds(self) -> float:
        """Where the sound is."""
        return self.page.evaluate("document.getElementById('sound').currentTime")

    def paused(self) -> bool:
        """Whether it stands still."""
        return self.page.evaluate("document.getElementById('sound').paused")

    def seek(self, seconds: float) -> None:
        """Go there, as the range below the strip does."""
        self.page.evaluate("s => { document.getElementById('sound').currentTime = s }", seconds)

    def press(self, action: str, **details: float) -> None:
        """A button of the lock screen or a headset."""
        self.page.evaluate("([a, d]) => window.pressed[a](d)", [action, details])

    def open_session(self, title: str = "Hamstrings: roller, barbell, ball") -> None:
        """From the list into a session, until it is planned."""
        self.page.goto(self.live)
        self.page.get_by_role("link", name=title).click()
        self.page.locator(".bar button:enabled").wait_for()

    def play(self) -> None:
        """From the list to the sound."""
        self.open_session()
        self.page.get_by_role("button", name="Play").click()
        self.until("!document.getElementById('sound').paused")
        self.until("document.getElementById('sound').readyState >= 2")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; nothing is downloaded.

    It is closed with the last test of this folder: Playwright runs an event loop, beside which no
    other test's would.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        message = "there is no Chromium; install it: apt install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, common_cache: Path) -> Iterator[Stub]:
    """One server for all tests, with two sessions published."""
    folder = tmp_path_factory.mktemp("page")
    publish(common_cache, folder / "published")
    with serving(common_cache, folder / "published") as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    """The server with nothing special about its answers."""
    server.polls = server.polled = 0
    server.broken, server.delays, server.down, server.worker = None, [], False, None
    server.slow_s = server.at_once = 0
    server.asked.clear()
    server.paths.clear()
    return server


@pytest.fixture(scope="package")
def only_page(browser: Browser, server: Stub) -> Iterator[Watched]:
    """One page for all tests, since Chromium computes for a second until it has another."""
    context = browser.new_context()
    context.set_default_timeout(8000)
    context.add_init_script(SPY)
    watched = Watched(context.new_page(), server)
    _watch(watched)
    yield watched
    context.close()


@pytest.fixture
def page(only_page: Watched, stub: Stub) -> Iterator[Watched]:
    """An empty page of a phone's size, which remembers nothing; nothing may go wrong on it."""
    only_page.forgiven = ()
    only_page.size("390")
    yield only_page
    page = only_page.page
    page.goto("about:blank")
    page.unroute_all(behavior="ignoreErrors")
    page.emulate_media(reduced_motion="null", color_scheme="null", forced_colors="null")
    page.context.set_offline(False)
    everything = {"origin": stub.url, "storageTypes": "all"}
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", everything)
    session.send("Network.clearBrowserCache")  # a sound may be small enough to be in it, too
    wrong, only_page.wrong[:] = list(only_page.wrong), []
    assert [w for w in wrong if not any(f in w for f in only_page.forgiven)] == []


def _watch(watched: Watched) -> None:
    page, wrong = watched.page, watched.wrong
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # A player drops requests when it seeks, and the page those for plans that are out of date.
    page.on("requestfailed", lambda r: wrong.append(f"{r.url}: {r.failure}")
            if r.failure != "net::ERR_ABORTED" else None)  # fmt: skip
    page.on("response", lambda r: wrong.append(f"{r.url}: {r.status}")
            if r.status >= 400 else None)  # fmt: skip
