"""The player: countdown, gates, the lock screen, and where one was; in a real browser."""

import json
import math

import pytest
from playwright.sync_api import expect

from smr_audio.library.library import Library
from tests.page.conftest import Watched
from tests.page.lengths import usual_s
from tests.page.stub import Stub


def plan_of(stub: Stub) -> dict:
    """The plan of the session that is played here."""
    return json.loads((stub.published / "plans/hamstrings.json").read_text())


def gate_of(stub: Stub) -> tuple[float, float]:
    """Its gate's start and end in seconds."""
    gate = next(event for event in plan_of(stub)["events"] if event["kind"] == "gate")
    return gate["start_ms"] / 1000, gate["end_ms"] / 1000


def test_the_countdown_runs_to_the_end_of_the_hold(page: Watched, stub: Stub) -> None:
    page.play()
    hold = next(e for e in plan_of(stub)["events"] if e["kind"] == "hold")
    page.seek(hold["start_ms"] / 1000 + 3.8)
    expect(page.page.locator(".side-sign")).to_have_text("Left")
    shown = page.page.locator(".dial .count")
    left = math.ceil((hold["end_ms"] - hold["start_ms"]) / 1000 - 3.8)
    expect(shown).to_have_text(str(left))
    expect(shown).to_have_text(str(left - 1))
    expect(page.page.locator(".dial .label")).to_have_text("to go")
    now, text = page.page.evaluate(
        "[document.getElementById('sound').currentTime, document.querySelector('.count').innerText]"
    )
    assert abs(math.ceil(hold["end_ms"] / 1000 - now) - int(text)) <= 1
    following = next(c for c in plan_of(stub)["chapters"] if c["start_ms"] >= hold["end_ms"])
    assert following["side"] == "right"
    expect(page.page.locator(".next")).to_contain_text(following["title"])


def test_the_line_that_puts_weight_on_is_shown_and_the_wait_is_until_the_hold(page: Watched, stub: Stub) -> None:
    events = plan_of(stub)["events"]
    loads = [e for e in events if e.get("role") == "load"]
    holds = [e for e in events if e["kind"] == "hold"]
    page.play()
    page.press("pause")
    for load, hold in zip(loads, holds, strict=True):
        page.seek((load["start_ms"] + load["end_ms"]) / 2000)
        page.until("!document.getElementById('sound').seeking")
        expect(page.page.locator(".line")).to_have_text(load["text"])
        expect(page.page.locator(".line")).to_have_attribute("data-spoken", "")
        expect(page.page.locator(".dial .label")).to_have_text("until you begin")
        left = math.ceil(hold["start_ms"] / 1000 - page.seconds())
        expect(page.page.locator(".dial .count")).to_have_text(str(left))
    page.seek(holds[-1]["end_ms"] / 1000 + 1)
    expect(page.page.locator(".dial .label")).to_have_text("to the end")


def test_what_to_do_is_shown_again_when_a_call_is_over(page: Watched, stub: Stub) -> None:
    plan = plan_of(stub)
    plan["events"] = [e for e in plan["events"] if e.get("role") != "coach"]
    go = next(e for e in plan["events"] if e.get("role") == "go")
    said = [e for e in plan["events"] if e["kind"] == "speech" and e["start_ms"] < go["start_ms"]]
    load = next(e for e in reversed(said) if e["role"] == "load")
    page.page.goto(page.live)
    lines = page.page.evaluate(
        """async ({ plan, times }) => {
      const { Timeline } = await import(new URL("timeline.js", document.baseURI));
      const timeline = new Timeline(plan);
      return times.map((ms) => timeline.at(ms)).map(({ line, spoken }) => [line, spoken]);
    }""",
        {"plan": plan, "times": [go["start_ms"], go["end_ms"] + 2499, go["end_ms"] + 2500]},
    )
    assert lines == [[go["text"], True], [go["text"], False], [load["text"], False]]


def test_the_strip_has_every_line_the_one_that_puts_weight_on_too(page: Watched, stub: Stub) -> None:
    plan = plan_of(stub)
    page.play()
    drawn = page.page.locator(".transport .strip .said").evaluate_all(
        "all => all.map((one) => Number(one.getAttribute('x')))"
    )
    said = [e for e in plan["events"] if e["kind"] == "speech"]
    assert any(e["role"] == "load" for e in said)
    places = [e["start_ms"] * 1000 / plan["duration_ms"] for e in said]
    assert drawn == pytest.approx(places, abs=0.01)


def test_the_lock_screen_moves_by_exercises_and_by_ten_seconds(page: Watched, stub: Stub) -> None:
    page.play()
    starts = [chapter["start_ms"] / 1000 for chapter in plan_of(stub)["chapters"]]
    for action, start in (("nexttrack", starts[1]), ("nexttrack", starts[2]),
                          ("previoustrack", starts[1])):  # fmt: skip
        page.press(action)
        assert 0 <= page.seconds() - start < 1, action
    page.seek(starts[1] + 20)
    page.press("previoustrack")  # over three seconds in: to its own start
    assert 0 <= page.seconds() - starts[1] < 1
    page.press("seekforward")
    assert 9.99 <= page.seconds() - starts[1] < 11
    page.press("seekbackward", seekOffset=5)
    assert 4.99 <= page.seconds() - starts[1] < 6.5
    last = starts[-3]
    page.press("seekto", seekTime=last + 1)
    assert 1 <= page.seconds() - last < 2
    told = page.page.evaluate("(({title, artist, album}) => [title, artist, album])"
                              "(navigator.mediaSession.metadata)")  # fmt: skip
    name = Library().technique("hamstring-ball-press").name.get("en")
    assert told == [f"LEFT: {name}", "smr-audio", plan_of(stub)["title"]]
    page.press("pause")
    assert page.paused()


def test_a_gate_waits_goes_on_at_its_end_and_may_be_skipped(page: Watched, stub: Stub) -> None:
    start, end = gate_of(stub)
    page.play()
    page.seek(start - 0.3)
    ready = page.page.get_by_role("button", name="Ready – go on")
    expect(ready).to_be_visible()
    assert page.paused()
    assert start <= page.seconds() < start + 0.5
    asked = [e["text"] for e in plan_of(stub)["events"]
             if e.get("role") == "gate" and e["start_ms"] < start * 1000]  # fmt: skip
    own = Library().technique("hamstring-barbell").gate
    assert {line.text.get("en") for line in own} <= set(asked)
    # All but the last, which asks for the pause.
    expect(page.page.locator(".to-do li")).to_have_text(asked[:-1])
    ready.click()
    page.until("!document.getElementById('sound').paused")
    assert end - 0.06 <= page.seconds() < end + 1
    page.seek(start + 1)
    expect(ready).to_be_visible()
    page.page.get_by_role("button", name="Skip this exercise").click()
    name = Library().technique("hamstring-ball-press").name.get("en")
    expect(page.page.locator(".stage .what")).to_have_text(name)
    assert not page.paused()


@pytest.mark.slow
def test_a_hidden_page_draws_no_frames_but_stops_at_a_gate(page: Watched, stub: Stub) -> None:
    page.play()
    page.page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      window.frames_ = 0;
      const real = window.requestAnimationFrame;
      window.requestAnimationFrame = (f) => { window.frames_ += 1; return real.call(window, f); };
    }""")
    page.page.wait_for_timeout(50)
    page.page.evaluate("window.frames_ = 0")
    page.seek(gate_of(stub)[0] - 0.5)
    page.until("document.getElementById('sound').paused")
    assert page.page.evaluate("window.frames_") == 0


@pytest.mark.slow
def test_a_reload_offers_to_go_on_and_makes_no_sound(page: Watched) -> None:
    page.play()
    page.seek(126)
    page.until("document.getElementById('sound').currentTime > 126")
    page.page.reload()
    go_on = page.page.get_by_role("button", name="Go on at 2:06")
    expect(go_on).to_be_visible()
    page.page.wait_for_timeout(300)
    assert page.paused()
    go_on.click()
    page.until("document.getElementById('sound').currentTime > 126.2")
    assert 126 <= page.seconds() < 128
    page.page.get_by_role("link", name="All sessions").click()
    page.page.get_by_role("button", name="Go on at 2:0").click()
    page.until("document.getElementById('sound').currentTime > 126")
    assert not page.paused()
    assert 126 <= page.seconds() < 129


@pytest.mark.slow
def test_a_sound_that_is_lost_says_why_and_can_be_tried_again(page: Watched) -> None:
    page.forgiven = ("ERR_FAILED", "404")
    page.play()
    told, again = page.page.get_by_role("alert"), page.page.get_by_role("button", name="Try again")
    sound = "document.getElementById('sound')"
    noise = {"body": b"no sound" * 9, "content_type": "audio/mpeg"}
    for words, answer in (
        ("does not answer", lambda route: route.abort()),
        ("The sound cannot be played here", lambda route: route.fulfill(**noise)),
    ):
        page.page.route("**/audio/*", answer)
        page.page.evaluate(f"{sound}.load()")
        expect(told).to_contain_text(words)
        page.page.unroute("**/audio/*")
        again.click()
        page.until(f"{sound}.currentTime > 0")
        assert not page.paused()
    # A server that was started again does not know it: it is planned once more.
    page.page.route("**/audio/*", lambda route: route.fulfill(status=404), times=2)
    with page.page.expect_request("**/api/plan"):
        page.page.evaluate(f"{sound}.load()")
    page.until(f"{sound}.currentTime > 0")


def test_a_published_sound_that_is_lost_speaks_of_no_network_at_home(page: Watched, stub: Stub) -> None:
    page.forgiven = ("503",)
    page.page.goto(page.published)
    page.until("Boolean(navigator.serviceWorker.controller)")
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name="Keep offline").wait_for()  # all it is linked from is there
    stub.down = True
    page.page.get_by_role("button", name="Play").click()
    told = page.page.get_by_role("alert")
    expect(told).to_contain_text("The server could not do that. Try again.")
    expect(told).not_to_contain_text("same network")


@pytest.mark.slow
def test_it_waits_while_time_stands_and_says_so_when_that_takes_long(page: Watched) -> None:
    page.play()
    controls, line = page.page.locator(".transport"), page.page.locator(".line")

    def pretend(name: str, value: int) -> None:
        page.page.evaluate(f"""Object.defineProperty(document.getElementById("sound"), "{name}",
          {{ get: () => {value}, configurable: true }})""")

    pretend("readyState", 2)  # as WebKitGTK has it after a seek, though it plays
    page.page.wait_for_timeout(700)
    expect(controls).not_to_have_attribute("data-loading", "")
    pretend("currentTime", 60)
    expect(controls).to_have_attribute("data-loading", "")
    page.page.evaluate("(({ now }) => { Date.now = () => now.call(Date) + 9000 })(Date)")
    expect(line).to_contain_text("The sound is not coming through")
    pretend("readyState", 4)
    expect(line).to_contain_text("The sound does not start")
    page.page.evaluate("delete document.getElementById('sound').currentTime")
    expect(line).not_to_contain_text("The sound")


def test_keys_play_and_move(page: Watched) -> None:
    page.play()
    page.page.locator("h1").focus()
    page.page.keyboard.press(" ")
    assert page.paused()
    page.seek(100)
    moves = (("h1", "Right"), (".toggle", "Right"), (".back", "Left"), (".place input", "Up"))
    for (where, arrow), place in zip(moves, (110, 120, 110, 120), strict=True):
        page.page.locator(where).focus()
        page.page.keyboard.press(f"Arrow{arrow}")
        assert page.seconds() == pytest.approx(place, abs=0.1), where


@pytest.mark.slow
def test_the_end_is_the_end(page: Watched) -> None:
    page.play()
    page.seek(usual_s() - 0.3)
    expect(page.page.get_by_role("button", name="Once more")).to_be_visible()
    page.page.get_by_role("link", name="All sessions").first.click()
    expect(page.page.locator(".card").first).to_be_visible()
    expect(page.page.locator(".go-on")).to_have_count(0)
