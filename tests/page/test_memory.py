"""What the phone remembers: what was done, each session's place and settings, what is kept."""

import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from playwright.sync_api import expect

from tests.page.conftest import Watched
from tests.page.lengths import usual_s
from tests.page.stub import Stub
from tests.page.test_change import ROLLER, holds
from tests.sampling import sampled

KEY = {"live": "smr-audio", "published": "smr-audio:/site/"}
PLAYS = "document.getElementById('sound').currentTime > 0"


def open_session(page: Watched, kind: str, query: str = "") -> None:
    page.page.goto("about:blank")
    page.page.goto(f"{getattr(page, kind)}#/r/hamstrings{query}")
    page.page.locator(".bar button.first:enabled").wait_for()


def total_s(page: Watched) -> int:
    minutes, seconds = page.page.locator(".bar strong").inner_text().lstrip("≈ ").split(":")
    return int(minutes) * 60 + int(seconds)


def write(page: Watched, kind: str, value: object) -> None:
    text = json.dumps(json.dumps(value))
    page.page.evaluate(f"localStorage.setItem('{KEY[kind]}', {text})")


def read(page: Watched, kind: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(page.page.evaluate(f"localStorage['{KEY[kind]}']"))
    return found


@pytest.mark.parametrize("kind", sampled(["published", "live"], 2))
def test_talk_goes_by_what_was_done_and_can_be_overruled(page: Watched, kind: str) -> None:
    open_session(page, kind)
    at_first = total_s(page)
    days = [str(date.today() - timedelta(days=n)) for n in (3, 1)]
    past = [{"date": day, "techniques": [ROLLER], "safety": "full"} for day in days]
    for sessions, shorter in (
        (past, True),
        (past[:1], False),  # twice is learnt
        ([{**one, "date": "2020-01-01"} for one in past], False),  # forgotten
        ([{**one, "date": "2999-01-01"} for one in past], False),  # a clock was set back
        ([{"date": 5}, None, "x"], False),
    ):
        write(page, kind, {"history": {"format": "smr-audio/history-1", "sessions": sessions}})
        open_session(page, kind)
        assert (total_s(page) < at_first - 10) == shorter, sessions
    write(page, kind, {"history": {"format": "smr-audio/history-2", "sessions": past}})
    open_session(page, kind)
    assert total_s(page) == at_first
    write(page, kind, {"history": {"format": "smr-audio/history-1", "sessions": past}})
    open_session(page, kind, "?talk=learn&safety=full")
    assert total_s(page) == at_first


def test_a_technique_is_counted_when_its_last_hold_was_heard_to_the_end(page: Watched, stub: Stub) -> None:
    (_, left), (_, right), *_ = holds(stub)
    open_session(page, "published")
    page.page.get_by_role("button", name="Play").click()
    page.until(PLAYS)
    for end in (left, right):
        assert "history" not in read(page, "published")
        page.seek(end / 1000 - 0.7)
        page.until(f"document.getElementById('sound').currentTime > {end / 1000 + 0.3}")
    page.until(f"'history' in JSON.parse(localStorage['{KEY['published']}'])")
    found = read(page, "published")["history"]
    assert found == {"format": "smr-audio/history-1", "sessions": [
        {"date": str(date.today()), "techniques": [ROLLER], "safety": "full"}
    ]}  # fmt: skip


def test_an_address_carries_settings(page: Watched) -> None:
    open_session(page, "published")
    page.page.get_by_role("spinbutton", name="Hold: ").first.press("ArrowUp")
    page.until(f"location.hash === '#/r/hamstrings?{ROLLER}=35'")
    expect(page.page.locator(".session[data-busy]")).to_have_count(0)
    changed = total_s(page)
    write(page, "published", {})
    open_session(page, "published", f"?{ROLLER}=35&what=<b>&sides=<script>&{ROLLER}:up=3")
    assert total_s(page) == changed
    page.page.goto("about:blank")
    page.page.goto(f"{page.published}#/r/hamstrings?{ROLLER}=3000&skip=nothing")
    expect(page.page.get_by_role("alert")).to_contain_text("cannot be had so")
    page.page.get_by_role("button", name="Back to the usual settings").click()
    page.page.locator(".bar button.first:enabled").wait_for()


@pytest.mark.slow
def test_each_session_has_a_place_of_its_own(page: Watched) -> None:
    page.page.goto(page.published)
    for name, at in (("Hamstrings: roller", 100), ("Basic", 50)):
        page.page.get_by_role("link", name=name).click()
        page.page.get_by_role("button", name="Play").click()
        page.until(PLAYS)
        page.seek(at)
        page.until(f"document.getElementById('sound').currentTime > {at}")
        page.page.get_by_role("link", name="All sessions").click()
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name=re.compile("Go on at 1:4")).click()
    page.until("document.getElementById('sound').currentTime > 100")


@pytest.mark.slow
def test_all_can_be_kept(page: Watched, stub: Stub) -> None:
    page.page.goto(page.published)
    page.until("Boolean(navigator.serviceWorker.controller)")
    page.page.get_by_role("button", name=re.compile(r"Keep all offline \(\d+ MB\)")).click()
    expect(page.page.get_by_text("All are kept on this phone.")).to_be_visible()
    stub.down = True
    page.page.context.set_offline(True)
    page.page.reload()
    expect(page.page.get_by_text("kept")).to_have_count(2)
    page.page.goto(f"{page.published}#/r/hamstrings-basic?talk=minimal&sides=left")
    page.page.get_by_role("button", name="Play").click()
    page.until(PLAYS)


def test_a_changed_session_is_downloaded_with_its_tag(page: Watched) -> None:
    open_session(page, "published", "?sides=left")
    with page.page.expect_download() as waiting:
        page.page.get_by_role("link", name="MP3").click()
    data = Path(waiting.value.path()).read_bytes()
    tag = ID3(io.BytesIO(data))
    chapters = tag.getall("CHAP")
    assert tag["TIT2"].text == [page.page.get_by_role("heading", level=1).inner_text()]
    assert all(one.sub_frames["TIT2"].text[0] for one in chapters)
    assert chapters[-1].end_time // 1000 == total_s(page)
    assert tag.getall("APIC")[0].data.startswith(b"\x89PNG")
    assert data[tag.size : tag.size + 2] == b"\xff\xfb"


@pytest.mark.slow
def test_a_session_plays_where_nothing_can_be_kept(page: Watched) -> None:
    """Neither in the browser's memory nor by the worker; it is not the one played before."""
    page.page.goto(page.published)
    full = "() => { throw new DOMException('', 'QuotaExceededError'); }"
    old = {"request": {"routine": "hamstrings-basic"}, "title": "x", "at_ms": 0, "duration_ms": 9}
    write(page, "published", {"last": old, "offline": {"hamstrings": 1}})
    page.page.reload()
    page.until("Boolean(navigator.serviceWorker.controller)")
    page.page.evaluate(f"void (Storage.prototype.setItem = {full})")
    page.page.evaluate("""void (ServiceWorker.prototype.postMessage = (_, [port]) =>
      port.postMessage({ error: "no_room" }))""")
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name="Play").click()
    page.until(PLAYS)
    expect(page.page.get_by_role("heading", level=1)).to_contain_text("Hamstrings: roller")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["published", "live"])
def test_what_is_said_stays_while_a_session_is_done(page: Watched, kind: str) -> None:
    """What is done meanwhile counts from the next session on, so that places stay."""
    open_session(page, kind)
    page.page.get_by_role("button", name="Play").click()
    page.until(PLAYS)
    one = {"date": str(date.today()), "techniques": [ROLLER], "safety": "full"}
    history = {"format": "smr-audio/history-1", "sessions": [one] * 2}
    write(page, kind, {**read(page, kind), "history": history})
    more = page.page.get_by_role("button", name="Hold +10 s")
    more.evaluate("(node) => { node.click(); node.click(); }")  # both count
    length = str(round(usual_s(f"{ROLLER}:left=50") * 1000))
    slider = page.page.get_by_role("slider")
    expect(slider).to_have_attribute("max", length)
    page.page.reload()
    expect(slider).to_have_attribute("max", length)
