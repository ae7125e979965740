"""Pictures of postures on the page: the right one when one looks, calm for those who want that."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Watched
from tests.page.stub import Stub
from tests.page.test_looks import moments
from tests.page.test_player import plan_of
from tests.page.test_published import keep_first, without_network
from tests.sampling import sampled

SHOWN = ".stage .posture"
LOADED = f"""() => {{
  const picture = document.querySelector("{SHOWN}");
  return picture.hidden || (picture.complete && picture.naturalWidth > 0);
}}"""


def go(page: Watched, seconds: float) -> None:
    """To a moment, until it is shown."""
    page.seek(seconds)
    page.until("!document.getElementById('sound').seeking")
    page.page.wait_for_timeout(100)
    page.until(f"({LOADED})()")


def picture_at(stub: Stub, seconds: float) -> dict[str, str] | None:
    """What the plan names for a moment."""
    chapters: list[dict[str, Any]] = plan_of(stub)["chapters"]
    now = next(one for one in chapters if 1000 * seconds < one["end_ms"])
    return now.get("picture")


@pytest.mark.parametrize("size", sampled(["320", "390"], 2))
@pytest.mark.slow
def test_set_up_hold_and_gate_show_the_posture_and_the_controls_stay(size: str, page: Watched, stub: Stub) -> None:
    page.size(size)
    page.play()
    shown, places = page.page.locator(SHOWN), {}
    found = {name: picture_at(stub, seconds) for name, seconds in moments(stub).items()}
    roller, bar = "hamstring-roller-floor", "hamstring-barbell"
    assert [one and one["src"] for one in found.values()] == [
        None, f"poses/{roller}-left.svg", f"poses/{roller}-left.svg", f"poses/{roller}-right.svg",
        f"poses/{bar}-left.svg",
    ]  # fmt: skip
    for name, seconds in moments(stub).items():
        go(page, seconds)
        if picture := found[name]:
            technique = bar if name == "gate" else roller
            expect(shown).to_have_attribute("src", f"{picture['src']}#{technique}")
            expect(shown).to_have_attribute("alt", picture["alt"])
            box = shown.bounding_box()
            assert box and box["width"] > 110 and box["height"] > 80
        else:
            expect(shown).to_be_hidden()
        controls = page.page.locator(".transport").bounding_box()
        assert controls
        places[name] = controls["y"]
    del places["gate"]  # a list that may be longer than the screen
    assert len(set(places.values())) == 1, places


@pytest.mark.parametrize("theme", sampled(["light", "dark"], 2))
def test_it_moves_unless_less_motion_is_wanted(theme: Any, page: Watched, stub: Stub) -> None:
    page.page.emulate_media(color_scheme=theme)
    page.play()
    go(page, moments(stub)["left"])
    shown = page.page.locator(SHOWN)

    def seen() -> int:
        drawn = set()
        for _ in range(3):
            drawn.add(shown.screenshot(animations="allow"))
            page.page.wait_for_timeout(300)
        return len(drawn)

    assert seen() > 1
    page.page.emulate_media(reduced_motion="reduce")
    expect(shown).to_have_attribute("src", "poses/hamstring-roller-floor-left.svg")
    page.until(f"({LOADED})()")
    assert seen() == 1


def test_lists_of_exercises_have_pictures_and_no_gap_without(page: Watched) -> None:
    page.open_session()
    cards = page.page.locator(".exercises .posture")
    expect(cards).to_have_count(3)
    expect(cards.first).to_have_attribute("src", "poses/hamstring-roller-floor-left.svg")
    alt = cards.first.get_attribute("alt")
    assert alt and alt.startswith("Side view: ")
    ends = page.page.evaluate("""() => {
      document.querySelectorAll("details").forEach((one) => { one.open = true });
      return [...document.querySelectorAll(".part")].map((part) => [
        part.querySelectorAll("img").length,
        part.querySelector(".long").getBoundingClientRect().right]);
    }""")
    assert {count for count, _ in ends} == {0, 1}
    assert len({end for _, end in ends}) == 1


@pytest.mark.slow
def test_pictures_are_there_without_a_network(page: Watched, stub: Stub) -> None:
    keep_first(page)
    without_network(page, stub)
    page.page.get_by_role("button", name="Play").click()
    page.until("document.getElementById('sound').currentTime > 0")
    go(page, moments(stub)["right"])
    expect(page.page.locator(SHOWN)).to_be_visible()
    assert [path for path in stub.paths if path.startswith("/site")] == []
