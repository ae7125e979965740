"""What is changed while a session plays: it goes on where it was, and nothing is missed."""

import pytest
from playwright.sync_api import expect

from smr_audio import Cache, Preferences, Studio, parse_hold
from tests.page.conftest import Watched
from tests.page.stub import Stub
from tests.sampling import sampled

# At the moment when the old element is paused: where it is, where the new one is, and the time.
WATCH = """() => {
  const { play, pause } = HTMLMediaElement.prototype;
  let last = null;
  HTMLMediaElement.prototype.play = function () { last = this; return play.call(this); };
  HTMLMediaElement.prototype.pause = function () {
    if (last !== this && !this.paused)
      window.swapped = [this.currentTime, last.currentTime, performance.now()];
    return pause.call(this);
  };
}"""
ROLLER = "hamstring-roller-floor"


def holds(stub: Stub, *wanted: str, kind: str = "hold") -> list[tuple[int, int]]:
    """Start and end in milliseconds of every hold, with other lengths; or of every gate."""
    studio = Studio(cache=Cache(stub.cache))
    options = Preferences(voice="silent", holds=tuple(map(parse_hold, wanted)))
    events = studio.plan(studio.load("hamstrings"), options).as_json()["events"]
    return [(one["start_ms"], one["end_ms"]) for one in events if one["kind"] == kind]


def play(page: Watched, kind: str) -> None:
    page.page.goto(getattr(page, kind))
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")


@pytest.mark.parametrize("kind", sampled(["published", "live"], 2))
def test_a_hold_is_made_longer_while_it_lasts_without_a_gap(page: Watched, stub: Stub, kind: str) -> None:
    before, after = holds(stub), holds(stub, f"{ROLLER}:left=40")
    assert after[0][1] - after[0][0] == 40_000
    play(page, kind)
    page.seek(before[0][0] / 1000 + 5)
    page.page.evaluate(WATCH)
    page.page.get_by_role("button", name="Hold +10 s").click()
    page.until("Boolean(window.swapped)")
    old, new, _ = page.page.evaluate("window.swapped")
    shift = (after[0][0] - before[0][0]) / 1000
    assert abs(new - old - shift) < 0.25  # a busy machine; what is measured stands in docs
    page.until("!document.getElementById('sound').paused")
    label = page.page.get_by_role("slider").get_attribute("max")
    assert int(label or 0) - after[-1][1] > 0
    # It goes on to be shorter than it was at first, if there is so much of it left.
    page.page.get_by_role("button", name="Hold −10 s").click()
    expect(page.page.get_by_role("timer")).not_to_have_text("0")


def test_a_side_is_done_again_and_an_exercise_skipped(page: Watched, stub: Stub) -> None:
    (start, end), *_ = holds(stub)
    play(page, "live")
    page.seek(end / 1000 + 0.5)
    page.page.get_by_role("button", name="This side again").click()
    page.until(f"document.getElementById('sound').currentTime < {start / 1000}")
    page.page.get_by_role("button", name="Skip this exercise").click()
    page.until(f"document.getElementById('sound').currentTime > {end / 1000}")


@pytest.mark.slow
def test_a_hold_at_its_most_says_so(page: Watched, stub: Stub) -> None:
    play(page, "published")
    page.page.evaluate("location.hash = '#/'")
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    number = page.page.get_by_role("spinbutton", name="Hold: ").first
    number.press("End")
    expect(page.page.locator(".session[data-busy]")).to_have_count(0)
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    page.page.get_by_role("button", name="Hold +10 s").click()
    expect(page.page.get_by_text("This hold cannot be longer.")).to_be_visible()


@pytest.mark.slow
def test_the_rest_between_two_sets_can_be_skipped(page: Watched) -> None:
    page.page.goto(page.live)
    page.page.get_by_role("link", name="Basic").click()
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    rest = page.page.get_by_role("button", name="Skip the rest")
    expect(rest).to_be_hidden()
    asked = """fetch("api/plan", { method: "POST", body: '{"routine": "hamstrings-basic"}',
      headers: { "Content-Type": "application/json" } }).then((found) => found.json())"""
    plan = page.page.evaluate(asked)
    first, second = [one for one in plan["plan"]["events"] if one["kind"] == "hold"][:2]
    page.seek(first["end_ms"] / 1000 + 1)
    rest.click()
    page.until(f"document.getElementById('sound').currentTime > {second['start_ms'] / 1000 - 8}")
