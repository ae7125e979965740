"""The page on a phone: what it shows, asks for and plays, by a real browser."""

from __future__ import annotations

import math

import pytest
from tests.phone.conftest import Watched
from tests.phone.stub import SITE, Stub
from playwright.sync_api import expect
from starlette.responses import JSONResponse

from smr_audio import Preferences

FLOOR = "Hold: Hamstrings, roller on the floor"
MOST_BYTES = 100_000


def plan_of(stub: Stub) -> dict:
    """The plan of the session that is played here."""
    return stub.studio.plan(stub.studio.load("hamstrings"), Preferences(voice="silent")).as_json()


def gate_of(stub: Stub) -> tuple[float, float]:
    """Its gate's start and end in seconds."""
    gate = next(event for event in plan_of(stub)["events"] if event["kind"] == "gate")
    return gate["start_ms"] / 1000, gate["end_ms"] / 1000


def test_lists_every_routine_with_its_length_and_tools(page: Watched) -> None:
    page.page.goto(page.live)
    cards = page.page.locator(".card")
    expect(cards).to_have_count(2)
    card = cards.filter(has_text="Hamstrings: roller")
    expect(card).to_contain_text("11 min")
    expect(card).to_contain_text("Foam roller, Barbell, Rack")


def test_a_longer_hold_lengthens_the_total_by_its_sets_and_sides(page: Watched) -> None:
    page.open_session()
    total = page.page.locator(".bar strong")
    expect(total).to_have_text("11:16")
    page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    expect(total).to_have_text("11:26")  # 5 s, two sides, one set
    page.page.get_by_role("button", name="More: Sets of each side").click()
    page.until("!document.querySelector('[data-busy]')")
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    two_sets = answer.value.json()["plan"]["duration_ms"]
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("button", name=f"Less: {FLOOR}").click()
    assert two_sets - answer.value.json()["plan"]["duration_ms"] == pytest.approx(2 * 2 * 5000, abs=24)  # an MP3 frame


def test_one_side_can_be_held_longer(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.get_by_role("button", name="Left and right apart: Hamstrings, roller").click()
    page.page.get_by_role("button", name="More: Hold, right side: Hamstrings, roller").click()
    expect(page.page.locator(".bar strong")).to_have_text("11:21")
    holds = stub.asked[-1]["holds"]
    assert holds == {"hamstring-roller-floor:left": 30, "hamstring-roller-floor:right": 35}


def test_only_the_newest_answer_counts(page: Watched, stub: Stub) -> None:
    page.open_session()
    stub.delays = [0.8, 0]
    more = page.page.get_by_role("button", name=f"More: {FLOOR}")
    with page.page.expect_request("**/api/plan"):
        more.click()
    more.click()
    total = page.page.locator(".bar strong")
    expect(total).to_have_text("11:36")
    page.page.wait_for_timeout(700)
    expect(total).to_have_text("11:36")


def test_a_long_press_repeats_up_to_the_most_and_asks_once(page: Watched, stub: Stub) -> None:
    page.open_session()
    asked = len(stub.asked)
    number = page.page.get_by_role("spinbutton", name="Hold: Hamstrings on a racked barbell")
    page.page.get_by_role("button", name="More: Hold: Hamstrings on a racked").hover()
    page.page.mouse.down()
    expect(number).to_have_text("45 s")  # its most
    page.page.mouse.up()
    page.until("!document.querySelector('[data-busy]')")
    assert len(stub.asked) == asked + 1
    number.press("Home")
    expect(number).to_have_text("20 s")


def test_muscles_and_minutes_make_a_session(page: Watched, stub: Stub) -> None:
    page.page.goto(page.live)
    page.page.get_by_role("button", name="Hamstrings", exact=True).click()
    page.page.get_by_role("button", name="Less: Minutes").click()
    page.page.get_by_role("button", name="Put together 9 minutes").click()
    expect(page.page.locator(".bar strong")).to_have_text("9:00")
    assert stub.asked[-1]["muscles"] == ["hamstrings"]


def test_making_is_shown_and_then_it_plays(page: Watched, stub: Stub) -> None:
    stub.made.clear()
    stub.waits.clear()
    stub.polls = 2
    page.open_session()
    page.page.get_by_role("button", name="Play").click()
    expect(page.page.locator(".making")).to_contain_text("Speaking line 0 of 2")
    expect(page.page.get_by_role("progressbar")).to_have_attribute("value", "0")
    page.until("document.getElementById('sound').currentTime > 0")
    assert not page.paused()


def test_the_countdown_runs_to_the_end_of_the_hold(page: Watched, stub: Stub) -> None:
    page.play()
    hold = next(e for e in plan_of(stub)["events"] if e["kind"] == "hold")
    page.seek(hold["start_ms"] / 1000 + 3)
    expect(page.page.locator(".side-sign")).to_have_text("Left")
    shown = page.page.locator(".dial .count")
    expect(shown).to_have_text("26")
    expect(shown).to_have_text("25")
    now, text = page.page.evaluate(
        "[document.getElementById('sound').currentTime, document.querySelector('.count').innerText]"
    )
    assert abs(math.ceil(hold["end_ms"] / 1000 - now) - int(text)) <= 1
    expect(page.page.locator(".line")).to_have_text(
        "Stay above the knee, off the soft hollow behind it."
    )
    expect(page.page.locator(".next")).to_contain_text("roller on the floor, right")


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
    page.press("seekto", seekTime=500)
    assert 500 <= page.seconds() < 501
    told = page.page.evaluate("(({title, artist, album}) => [title, artist, album])"
                              "(navigator.mediaSession.metadata)")  # fmt: skip
    assert told == ["LEFT: Hamstrings, ball press on a bench", "smr-audio",
                    "Hamstrings: roller, barbell, ball"]  # fmt: skip
    page.press("pause")
    assert page.paused()


def test_a_gate_waits_and_goes_on_at_its_end(page: Watched, stub: Stub) -> None:
    start, end = gate_of(stub)
    page.play()
    page.seek(start - 0.3)
    ready = page.page.get_by_role("button", name="Ready – go on")
    expect(ready).to_be_visible()
    assert page.paused()
    assert start <= page.seconds() < start + 0.5
    expect(page.page.locator(".to-do")).to_contain_text("Set the bar in a rack")
    ready.click()
    page.until("!document.getElementById('sound').paused")
    assert end - 0.06 <= page.seconds() < end + 1
    page.seek(start - 0.3)
    expect(ready).to_be_visible()
    page.press("play")
    page.until("!document.getElementById('sound').paused")
    assert end - 0.06 <= page.seconds() < end + 1


def test_an_exercise_can_be_skipped_at_its_gate(page: Watched, stub: Stub) -> None:
    page.play()
    page.seek(gate_of(stub)[0] + 1)
    page.page.get_by_role("button", name="Skip this exercise").click()
    expect(page.page.locator(".stage .what")).to_have_text("Hamstrings, ball press on a bench")
    assert not page.paused()


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


def test_settings_are_there_again_and_can_be_dropped(page: Watched) -> None:
    page.open_session()
    page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    expect(page.page.locator(".bar strong")).to_have_text("11:26")
    page.page.reload()
    expect(page.page.locator(".bar strong")).to_have_text("11:26")
    page.page.get_by_role("button", name="Back to the usual settings").click()
    expect(page.page.locator(".bar strong")).to_have_text("11:16")


def test_what_fails_is_said_plainly_and_can_be_tried_again(page: Watched, stub: Stub) -> None:
    page.forgiven = ("429", "400", "502", "ERR_INTERNET_DISCONNECTED")
    page.open_session()
    more = page.page.get_by_role("button", name=f"More: {FLOOR}")
    told = page.page.get_by_role("alert")
    stub.broken = JSONResponse({"error": "a hold must be 5 to 300 seconds, not 4"}, 400)
    more.click()
    expect(told).to_contain_text("A hold must be 5 to 300 seconds, not 4")
    expect(page.page.get_by_role("button", name="Play")).to_be_disabled()
    stub.broken = JSONResponse({"error": "busy"}, 429, {"Retry-After": "1"})
    again = page.page.get_by_role("button", name="Try again")
    again.click()
    expect(told).to_contain_text("Wait 1 s, then try again")
    stub.broken = JSONResponse({}, 502)
    again.click()  # waits until it may
    expect(told).to_contain_text("The server could not do that")
    stub.broken = None
    page.page.context.set_offline(True)
    again.click()
    expect(told).to_contain_text("You are offline")
    page.page.context.set_offline(False)
    again.click()
    expect(told).to_have_count(0)
    expect(page.page.locator(".bar strong")).to_have_text("11:26")


def test_a_sound_that_is_lost_can_be_tried_again_where_it_was(page: Watched, stub: Stub) -> None:
    page.forgiven = ("ERR_FAILED", "ERR_INTERNET")
    page.play()
    page.page.route("**/audio/*", lambda route: route.abort())
    page.page.evaluate("document.getElementById('sound').load()")
    expect(page.page.get_by_role("alert")).to_contain_text("The sound does not come through")
    page.page.unroute("**/audio/*")
    page.page.get_by_role("button", name="Try again").click()
    page.until("document.getElementById('sound').currentTime > 0")
    assert not page.paused()


def test_keys_play_and_move(page: Watched) -> None:
    page.play()
    page.page.locator("h1").focus()
    page.page.keyboard.press(" ")
    assert page.paused()
    page.seek(100)
    page.page.keyboard.press("ArrowRight")
    assert 109.9 <= page.seconds() < 111


def test_the_page_weighs_less_than_100_kb() -> None:
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < MOST_BYTES


def test_nothing_of_the_page_comes_from_elsewhere_or_as_markup() -> None:
    for path in SITE.glob("*.*"):
        if path.suffix in (".js", ".html", ".css"):
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            for word in ("http:", "https:", "//cdn", "innerHTML", "insertAdjacentHTML", "style=",
                         "<script>", "eval(", ' onclick="'):  # fmt: skip
                assert word not in text, f"{word} in {path.name}"


def test_the_end_is_the_end(page: Watched) -> None:
    page.play()
    page.seek(676.5)
    expect(page.page.get_by_role("button", name="Once more")).to_be_visible()
    page.page.get_by_role("link", name="All sessions").first.click()
    expect(page.page.locator(".card").first).to_be_visible()
    expect(page.page.locator(".go-on")).to_have_count(0)
