"""The page with the real server and with a really published site: nothing stands in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from smr_audio.library.library import Library
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.publish.site import publish
from smr_audio.serve.maker import Maker, Planner, ServerContext
from smr_audio.serve.server import gated
from smr_audio.serve.sessions import Sessions
from smr_audio.storage.cache import Cache
from smr_audio.studio.studio import Studio
from tests.page.conftest import Opener, Watched
from tests.phone.conftest import TOKEN, running

PICTURE = """async (where) => {
  const node = document.querySelector(where);
  const tag = new TextDecoder("latin1").decode(
    (await (await fetch(node.src ?? node.href)).arrayBuffer()).slice(0, 100000));
  return tag.includes("APIC");
}"""
SILENT = Preferences(voice="silent", talk="minimal")


@pytest.fixture(scope="module")
def served(common_cache: Path) -> Iterator[str]:
    """The address of the server, for somebody who wants it silent."""
    house = ServerContext(Library(), (), Cache(common_cache), Profile(SILENT), "1")
    sessions = Sessions(Planner(house), Maker(house))
    with running(gated(sessions, token=TOKEN, log=lambda line: None)) as port:
        yield f"http://127.0.0.1:{port}/{TOKEN}/"
    sessions.stop()


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, common_cache: Path
) -> Iterator[tuple[str, ThreadingHTTPServer]]:
    """A published folder behind the plainest of servers, which knows no ranges."""
    folder = tmp_path_factory.mktemp("site")
    studio = Studio(cache=Cache(common_cache))
    publish(folder / "gym", ["hamstrings-basic"], SILENT, studio=studio)
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/gym/", server
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *words: object) -> None:
        pass


def test_a_session_of_the_real_server_is_changed_heard_skipped_and_gone_on_with(
    served: str, page: Watched
) -> None:
    page.page.goto(served)
    page.page.get_by_role("link", name="Hamstrings basic").click()
    page.page.locator(".bar button:enabled").wait_for()
    before = page.page.locator(".bar strong").inner_text()
    page.page.get_by_role("button", name="More: Hold: Hamstrings, roller on the floor").click()
    expect(page.page.locator(".bar strong")).not_to_have_text(before)
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0.2")
    page.press("nexttrack")
    page.until("document.getElementById('sound').currentTime > 5")
    first = page.seconds()
    page.press("seekforward")
    page.until(f"document.getElementById('sound').currentTime > {first + 9}")
    page.press("pause")
    at = page.seconds()
    page.page.reload()
    page.page.get_by_role("button", name="Go on at").click()
    page.until(f"Math.abs(document.getElementById('sound').currentTime - {at}) < 5")


def test_a_published_site_plays_without_a_network_after_one_visit(
    site: tuple[str, ThreadingHTTPServer], opened: Opener
) -> None:
    address, _ = site
    page = opened("390")
    page.page.goto(address)
    page.page.get_by_role("link", name="Hamstrings basic").click()
    page.page.locator(".bar button:enabled").wait_for()
    page.until("navigator.serviceWorker.ready.then((found) => Boolean(found.active))")
    page.page.get_by_role("button", name="Keep offline").click()
    expect(page.page.get_by_text("Kept on this phone.")).to_be_visible()
    page.page.context.set_offline(True)
    page.page.reload()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0.2")
    page.seek(200)
    page.until("document.getElementById('sound').currentTime > 200")


@pytest.mark.parametrize("kind", ["served", "published"])
def test_the_page_plays_a_sound_without_a_picture_and_downloads_one_with_it(
    kind: str, served: str, site: tuple[str, ThreadingHTTPServer], page: Watched
) -> None:
    page.page.goto(served if kind == "served" else site[0])
    page.page.get_by_role("link", name="Hamstrings basic").click()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').readyState >= 2")
    # A picture in the tag would keep Chromium from playing until it has 0.8 MB.
    assert page.page.evaluate(PICTURE, "#sound") is False
    assert page.page.evaluate(PICTURE, ".links a[href$='.mp3']") is True


def test_what_is_published_names_only_files_that_are_there(
    site: tuple[str, ThreadingHTTPServer], page: Watched
) -> None:
    page.page.goto(site[0])
    expect(page.page.locator(".card")).to_have_count(1)
    expect(page.page.locator(".card img")).to_have_count(1)
    time.sleep(0.2)  # a picture that is missing would be told by then, as anything that fails
