"""The published page: plays from a folder, and without a network after one visit."""

import hashlib
import json
import re

import pytest
from playwright.sync_api import Route, expect

from smr_audio import Cache, Preferences, Studio, parse_hold
from tests.page.conftest import Watched
from tests.page.lengths import clock
from tests.page.published import ODD_TITLE
from tests.page.stub import Stub
from tests.sampling import sampled

KEPT = "navigator.serviceWorker.ready.then((found) => Boolean(found.active))"
PICTURE = """async (where) => {
  const node = document.querySelector(where);
  const tag = new TextDecoder("latin1").decode(
    (await (await fetch(node.src ?? node.href)).arrayBuffer()).slice(0, 100000));
  return tag.includes("APIC");
}"""
RANGE = """async () => {
  const answer = async (range) => {
    const found = await fetch(document.getElementById("sound").src, { headers: { Range: range } });
    const bytes = new Uint8Array(await found.arrayBuffer());
    return [found.status, found.headers.get("Content-Range"), bytes.length, bytes[0] ?? null];
  };
  return [await answer("bytes=1000-1999"), await answer("bytes=-100"),
    await answer("bytes=99999999-")];
}"""


def visit(page: Watched) -> None:
    """Open the list, until the service worker has what it wants."""
    page.page.goto(page.published)
    expect(page.page.locator(".card")).to_have_count(2)
    page.until(KEPT)


def open_first(page: Watched) -> None:
    """Into the first session."""
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.locator(".bar button.first:enabled").wait_for()


def keep_first(page: Watched) -> None:
    """The first session, on this phone."""
    visit(page)
    open_first(page)
    page.page.get_by_role("button", name=re.compile(r"Keep offline \(\d\.\d MB\)")).click()
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()


def without_network(page: Watched, stub: Stub) -> None:
    """Reload it where nothing answers."""
    stub.down = True
    page.page.context.set_offline(True)
    stub.paths.clear()
    page.page.reload()


def test_sessions_are_listed_with_covers(page: Watched, stub: Stub) -> None:
    visit(page)
    expect(page.page.get_by_role("heading", name="Our gym")).to_be_visible()
    expect(page.page.locator(".card .tile")).to_have_count(2)
    assert not [path for path in stub.paths if path.startswith("/site/covers/")]  # one has them all
    expect(page.page.get_by_role("heading", name=ODD_TITLE)).to_be_visible()  # text, not markup
    assert page.page.locator('img[src="x"]').count() == 0
    open_first(page)
    expect(page.page.locator(".bar strong")).to_have_text(clock())
    expect(page.page.get_by_role("link", name="Hand-out")).to_have_attribute("href", "handouts/hamstrings.html")


@pytest.mark.slow
def test_a_kept_session_plays_and_seeks_without_a_network(page: Watched, stub: Stub) -> None:
    keep_first(page)
    without_network(page, stub)
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    page.seek(500)
    page.until("document.getElementById('sound').currentTime > 500")
    sound = (stub.published / "sounds/hamstrings.mp3").read_bytes()
    whole = sound[10 + sum(sound[6 + i] << 7 * (3 - i) for i in range(4)) :]  # linked without a tag
    size = len(whole)
    middle, tail, beyond = page.page.evaluate(f"({RANGE})()")
    assert middle == [206, f"bytes 1000-1999/{size}", 1000, whole[1000]]
    assert tail == [206, f"bytes {size - 100}-{size - 1}/{size}", 100, whole[-100]]
    assert beyond == [416, f"bytes */{size}", 0, None]
    page.forgiven = ("416",)
    assert [path for path in stub.paths if path.startswith("/site")] == []


@pytest.mark.slow
def test_a_session_is_kept_while_the_browser_waits_for_leave_to_keep_it_for_good(page: Watched) -> None:
    visit(page)
    open_first(page)
    page.page.evaluate("""() => {
      StorageManager.prototype.persist = () => {
        window.asked = true;
        return new Promise(() => {});
      };
    }""")
    page.page.get_by_role("button", name="Keep offline").click()
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()
    assert page.page.evaluate("window.asked")


HASH = """async () => {
  const data = await (await fetch(document.getElementById("sound").src)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


def change_and_play(page: Watched) -> None:
    """Make a hold longer, one side only, and play."""
    open_first(page)
    page.page.get_by_role("spinbutton", name="Hold: ").first.press("ArrowUp")
    page.page.get_by_role("radio", name="Right").first.check()
    expect(page.page.locator(".session[data-busy]")).to_have_count(0)
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")


def built(stub: Stub) -> str:
    """The SHA-256 of the same session as `build` makes it, without its tag."""
    studio = Studio(cache=Cache(stub.cache))
    options = Preferences(voice="silent", sides="right", holds=(parse_hold("hamstring-roller-floor=35"),))
    file = studio.file_of(studio.link(studio.load("hamstrings"), options), cover=False)
    data = b"".join(file.pieces())
    start = 10 + sum(data[6 + i] << 7 * (3 - i) for i in range(4))
    return hashlib.sha256(data[start:]).hexdigest()


@pytest.mark.parametrize("worker", sampled(["well", "not", "dumb"], 3))
def test_a_session_is_changed_and_linked_on_the_phone(page: Watched, stub: Stub, worker: str) -> None:
    """By the service worker, and whole where none runs or answers."""
    stub.worker = "throw 1" if worker == "not" else None
    page.forgiven = ("sw.js", "Uncaught")
    page.page.goto(page.published)
    if worker != "not":
        page.until("Boolean(navigator.serviceWorker.controller)")
    if worker == "dumb":  # and the page loses patience at once
        page.page.evaluate("void (ServiceWorker.prototype.postMessage = () => {})")
        page.page.evaluate("(wait => { setTimeout = (act, ms) => wait(act, ms / 20) })(setTimeout)")
    change_and_play(page)
    source = page.page.evaluate("document.getElementById('sound').src")
    assert source.startswith(f"{page.published}linked/hamstrings-" if worker == "well" else "blob:")
    if worker == "well":  # a page may not read what it plays from memory
        assert page.page.evaluate(f"({HASH})()") == built(stub)


def test_nothing_is_offered_that_the_score_refuses(page: Watched) -> None:
    def whole(route: Route) -> None:
        text = route.fetch().text().replace('"whole": false', '"whole": true')
        route.fulfill(body=text, content_type="application/json")

    page.page.route("**/sessions.json", whole)
    page.page.goto(page.published)
    open_first(page)
    expect(page.page.get_by_role("spinbutton", name="Hold: ")).to_have_count(3)
    expect(page.page.get_by_role("button", name="Leave out")).to_have_count(0)


def test_the_ranges_of_a_pack_come_side_by_side(page: Watched, stub: Stub) -> None:
    visit(page)
    page.until("Boolean(navigator.serviceWorker.controller)")
    open_first(page)
    page.page.get_by_role("button", name="Keep offline").wait_for()
    stub.slow_s = 1
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    assert stub.at_once > 1


@pytest.mark.slow
def test_a_kept_session_can_be_changed_without_a_network_and_removed(page: Watched, stub: Stub) -> None:
    keep_first(page)
    without_network(page, stub)
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()
    page.page.get_by_role("spinbutton", name="Hold: ").first.press("ArrowUp")
    expect(page.page.locator(".session[data-busy]")).to_have_count(0)
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    page.seek(400)
    page.until("document.getElementById('sound').currentTime > 400")
    assert [path for path in stub.paths if path.startswith("/site")] == []
    page.page.get_by_role("link", name="All sessions").click()
    open_first(page)
    page.page.get_by_role("button", name="Remove it from this phone").click()
    expect(page.page.get_by_role("button", name="Keep offline")).to_be_visible()


def test_a_session_that_is_not_kept_says_so_without_a_network(page: Watched, stub: Stub) -> None:
    page.forgiven = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "503", "Failed to load")
    visit(page)
    stub.down = True
    open_first(page)
    page.page.get_by_role("button", name="Play").click()
    expect(page.page.get_by_role("alert")).to_contain_text("The server could not do that.")
    page.page.context.set_offline(True)
    page.page.get_by_role("button", name="Try again").click()
    expect(page.page.get_by_role("alert")).to_contain_text("not kept on this phone")
    page.page.context.set_offline(False)
    stub.down = False
    page.page.get_by_role("button", name="Try again").click()
    page.until("document.getElementById('sound').currentTime > 0")


@pytest.mark.slow
def test_a_new_version_drops_the_old_and_keeps_what_was_kept(page: Watched, stub: Stub) -> None:
    keep_first(page)
    page.page.evaluate("""async () => {
      const named = async (end) => (await caches.keys()).find((one) => one.endsWith(end));
      await (await caches.open(await named(" segments"))).put("segments/1", new Response());
      const marks = await caches.open(await named(" kept"));
      const kept = await (await marks.match("./")).json();
      const changed = { ...kept, "hamstrings-basic": ["a segment that has changed"] };
      await marks.put("./", new Response(JSON.stringify(changed)));
    }""")
    worker = (stub.published / "sw.js").read_text()
    version = worker.split('VERSION = "')[1].split('"')[0]
    stub.worker = worker.replace(version, "new")
    page.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => { void found.update() })")
    page.until("navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))")
    page.page.goto("about:blank")  # the old one goes when nobody plays by it any more
    page.page.goto(page.published)
    page.until("caches.keys().then((all) => all.every((n) => / (new|segments|kept)$/.test(n)))")
    page.until("caches.match('segments/1').then((found) => !found)")
    expect(page.page.get_by_text("kept")).to_have_count(1)
    open_first(page)
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()


@pytest.mark.parametrize("kind", sampled(["published", "live"], 2))
def test_the_page_plays_a_sound_without_a_picture_and_downloads_one_with_it(kind: str, page: Watched) -> None:
    page.page.goto(getattr(page, kind))
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').readyState >= 2")
    # A picture in the tag would keep Chromium from playing until it has 0.8 MB.
    assert page.page.evaluate(PICTURE, "#sound") is False
    assert page.page.evaluate(PICTURE, ".links a[href$='.mp3']") is True


def test_sound_goes_by_the_plan_of_its_score(page: Watched, stub: Stub) -> None:
    """A site may be published anew while a page keeps its older plans."""
    plan = json.loads((stub.published / "plans/hamstrings.json").read_text("utf-8"))
    length, old = plan["duration_ms"], {**plan, "duration_ms": plan["duration_ms"] - 60_000}
    visit(page)
    page.until("Boolean(navigator.serviceWorker.controller)")
    page.page.evaluate("""async (plan) => {
      const name = (await caches.keys()).find((one) => one.includes(" shell "));
      const url = new URL("plans/hamstrings.json", location.href).href;
      await (await caches.open(name)).put(url, new Response(plan));
    }""", json.dumps(old))  # fmt: skip
    open_first(page)
    page.page.get_by_role("button", name="Play").click()
    expect(page.page.get_by_role("slider")).to_have_attribute("max", str(length), timeout=20_000)
