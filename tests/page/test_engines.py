"""The published page in Firefox and in WebKit, from the list to a session without a network."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.page.engines import ENGINES, Firefox, WebKit, node_at, until
from tests.page.lengths import clock
from tests.page.stub import Stub, serving
from tests.page.test_change import ROLLER, WATCH, holds
from tests.page.test_published import HASH, built

pytestmark = pytest.mark.slow

SOUND = "document.getElementById('sound')"
PLAYS = f"{SOUND}?.currentTime > 0 && !{SOUND}.paused"
TOTAL = "document.querySelector('.bar strong').textContent === '{}'"
READY = "document.querySelector('.session:not([data-busy]) .bar .first:enabled')"
# The worker takes longer than a browser remembers a tap.
SLOW = """(ServiceWorker.prototype.postMessage = ((post) => function (...all) {
  setTimeout(() => post.apply(this, all), 6000);
})(ServiceWorker.prototype.postMessage))"""


class Visitor:
    """Somebody with a browser, a published site, and a server that can be stopped."""

    def __init__(self, engine: Firefox | WebKit, stub: Stub, network: ExitStack) -> None:
        self.engine, self.stub, self.network, self.run = engine, stub, network, engine.run

    def tap(self, name: str) -> None:
        named = f"contains(., '{name}') or contains(@aria-label, '{name}')"
        path = f"//*[self::a or self::button][{named}][not(ancestor-or-self::*[@hidden])]"
        self.until(f"{node_at(path)}?.checkVisibility()")
        self.engine.tap(path)

    def until(self, expression: str) -> None:
        until(lambda: self.run(f"Boolean({expression})"), 15)

    def open(self) -> None:
        self.engine.go("about:blank")
        self.engine.go(f"{self.stub.url}/site/")
        self.until("navigator.serviceWorker.controller")
        self.tap("Hamstrings: roller")
        self.until(READY)

    def seek(self, ms: int) -> None:
        self.run(f"void ({SOUND}.currentTime = {ms / 1000})")
        self.until(f"{SOUND}.currentTime > {ms / 1000 + 0.2} || {SOUND}.paused")


@pytest.fixture(params=ENGINES)
def visitor(request: pytest.FixtureRequest, server: Stub, tmp_path: Path) -> Iterator[Visitor]:
    """Each browser, fresh; nothing may go wrong on the page."""
    start, needs = ENGINES[request.param]
    if missing := [package for name, package in needs.items() if not shutil.which(name)]:
        pytest.skip(f"there is no {request.param}; apt install {' '.join(missing)}")
    with ExitStack() as stack:
        network = stack.enter_context(ExitStack())
        stub = network.enter_context(serving(server.cache, server.published))
        engine = start(stack, tmp_path)
        yield Visitor(engine, stub, network)
        engine.go("about:blank")
        # What Firefox says when it seeks, and so drops what it had asked for.
        dropped = "Failed to load ‘’. A ServiceWorker intercepted the request"
        assert [one for one in engine.wrong if not one.startswith(dropped)] == []


def test_a_session_is_changed_played_and_gone_on_with(visitor: Visitor) -> None:
    stub, longer = visitor.stub, f"{ROLLER}=35"
    visitor.open()
    visitor.until(TOTAL.format(clock()))
    visitor.tap("More: Hold: Hamstrings, roller")
    visitor.until(TOTAL.format(clock(holds=(longer,))))
    visitor.tap("Play")
    visitor.until(PLAYS)
    before, after = holds(stub, longer), holds(stub, longer, f"{ROLLER}:left=45")
    visitor.seek(before[0][0] + 5000)
    visitor.run(f"{SLOW}, void ({WATCH})()")
    visitor.tap("Hold +10 s")
    visitor.until("window.swapped")
    old, new, at_ms = visitor.run("swapped")
    assert abs(new - old - (after[0][0] - before[0][0]) / 1000) < 0.25
    visitor.until(f"{SOUND}.currentTime > {new + 0.5}")
    gap = visitor.run(f"performance.now() / 1000 - {SOUND}.currentTime") - (at_ms / 1000 - new)
    assert gap < 1  # WebKitGTK takes 0.6 s to begin, the others 0.1 s
    visitor.tap("Skip this exercise")
    visitor.until(f"{SOUND}.currentTime > {after[1][1] / 1000}")
    ((start, end),) = holds(stub, longer, f"{ROLLER}:left=45", kind="gate")
    visitor.seek(start - 1000)
    visitor.until(f"{SOUND}.paused")
    assert start <= visitor.run(f"1000 * {SOUND}.currentTime") < end
    visitor.tap("Ready")
    visitor.until(f"{PLAYS} && {SOUND}.currentTime > {end / 1000}")
    visitor.open()
    visitor.tap("Go on at")
    visitor.until(f"{PLAYS} && {SOUND}.currentTime > {end / 1000}")


def test_a_session_is_linked_as_it_is_built_and_played_without_a_network(visitor: Visitor) -> None:
    visitor.open()
    visitor.tap("More: Hold: Hamstrings, roller")
    visitor.run("void document.querySelector('[name=sides][value=right]').click()")
    visitor.until(READY)
    visitor.tap("Keep offline")
    visitor.until("document.body.innerText.includes('Kept on this phone.')")
    visitor.network.close()
    visitor.open()
    visitor.tap("Play")
    visitor.until(PLAYS)
    visitor.seek(200_000)
    assert visitor.run(f"({HASH})()") == built(visitor.stub)
