"""The page in every state and size: pictures to look at, nothing out of reach, for everyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.page.conftest import SIZES, Watched
from tests.page.stub import Stub
from tests.page.test_player import gate_of, plan_of

# Too small to hit with a thumb, unless it stands in a larger target.
SMALL = """() => [...document.querySelectorAll(
    "main a, main button, main select, main summary, main [role=spinbutton], main label, "
    + "main input[type=range]")]
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 44 || box.height < 44))
  .map(([node, box]) => `${node.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)"""
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Whether what has the focus is under the bar.
COVERED = """() => {
  const [node, bar] = [document.activeElement, document.querySelector(".bar")];
  if (bar.contains(node) || node === document.body) return false;
  const box = (node.matches(".one-of input") ? node.parentElement : node).getBoundingClientRect();
  return box.bottom > bar.getBoundingClientRect().top + 1;
}"""
SHOTS = Path(__file__).parents[2] / "output/page"
PICTURED = "390"  # as most phones are


def moments(stub: Stub) -> dict[str, float]:
    """Seconds at which the page looks different, by name."""
    holds = [event for event in plan_of(stub)["events"] if event["kind"] == "hold"]
    left, right = (hold["start_ms"] / 1000 for hold in holds[:2])
    return {
        "opening": 2.0, "set-up": left - 20, "left": left + 5, "right": right + 5,
        "gate": gate_of(stub)[0] + 1,
    }  # fmt: skip


# The narrowest screen is the hardest to fit, and samples the others.
in_sizes = pytest.mark.parametrize(
    "size", [pytest.param(each, marks=() if each == "320" else pytest.mark.slow) for each in SIZES]
)


def look(page: Watched, name: str, *, whole: bool = True, axe: bool = True) -> None:
    """A state must be within the screen, the thumb's reach and the rules; a picture of it."""
    if name.startswith(PICTURED):
        page.page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)
    assert page.page.evaluate(BEYOND) <= 0, f"{name} scrolls sideways"
    assert page.page.evaluate(SMALL) == [], name
    if axe:
        found = Axe().run(page.page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]
                 if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert grave == [], name


@in_sizes
def test_every_state_fits_and_is_accessible(size: str, page: Watched, stub: Stub) -> None:
    page.size(size)
    axe = size == "320"  # its rules ask for nothing that depends on the size; it takes a second
    stub.polls = 2
    page.say_it_is_not_ready()
    page.page.goto(page.live)
    expect(page.page.locator(".card").first).to_contain_text("min")
    look(page, f"{size}-list", axe=axe)
    page.open_session()
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.page.get_by_role("button", name="Left and right apart").first.click()
    look(page, f"{size}-options", axe=axe)
    page.page.get_by_role("button", name="Play", exact=True).click()
    expect(page.page.locator(".making")).to_contain_text("Speaking")
    look(page, f"{size}-making", axe=axe)
    page.until("document.getElementById('sound').currentTime > 0")
    for name, seconds in moments(stub).items():
        page.seek(seconds)
        page.until("!document.getElementById('sound').seeking")
        page.page.wait_for_timeout(100)
        in_full = name == "right"
        look(page, f"{size}-{name}", whole=in_full, axe=axe and name in ("left", "gate"))
    ready = page.page.get_by_role("button", name="Ready – go on")
    box = page.page.get_by_role("button", name="Skip this exercise").bounding_box()
    controls = page.page.locator(".transport").bounding_box()
    assert box and controls
    assert box["y"] + box["height"] <= controls["y"] + 1  # in sight, and in no one's way
    page.page.reload()
    expect(ready).to_be_visible()


@pytest.mark.parametrize("text_px", [16, 32])
@pytest.mark.parametrize("size", ["320", "turned"])
def test_large_text_fits_and_nothing_covers_what_counts(
    size: str, text_px: int, page: Watched, stub: Stub
) -> None:
    page.size(size)
    tab = page.page.context.new_cdp_session(page.page)
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": text_px}})
    try:
        page.open_session()
        page.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        assert page.page.evaluate(BEYOND) <= 0
        for _ in range(60):
            page.page.keyboard.press("Tab")
            assert page.page.evaluate(COVERED) is False
        page.page.get_by_role("button", name="Play", exact=True).click()
        page.until("document.getElementById('sound').currentTime > 0")
        for name in ("left", "gate"):
            page.seek(moments(stub)[name])
            page.page.wait_for_timeout(200)
            assert page.page.evaluate(BEYOND) <= 0, name
        last = page.page.locator(".to-do li").last.bounding_box()
        acts = page.page.locator(".acts").bounding_box()
        controls = page.page.locator(".transport").bounding_box()
        assert last and acts and controls
        assert last["y"] + last["height"] <= acts["y"]
        assert acts["y"] + acts["height"] <= controls["y"]
    finally:
        tab.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})


def test_a_light_screen_and_high_contrast_show_all(page: Watched, stub: Stub) -> None:
    page.page.emulate_media(color_scheme="light")
    page.open_session()
    page.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    look(page, "light-options")
    page.page.get_by_role("button", name="Play", exact=True).click()
    page.until("document.getElementById('sound').currentTime > 0")
    for name in ("gate", "right"):
        page.seek(moments(stub)[name])
        page.page.wait_for_timeout(200)
        look(page, f"light-{name}")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.page.evaluate(ground) == "rgb(244, 246, 247)"
    page.page.emulate_media(color_scheme="null", forced_colors="active")
    image = "getComputedStyle(document.querySelector('.player'), '::before').backgroundImage"
    assert page.page.evaluate(image).startswith("repeating-linear-gradient")
    page.page.emulate_media(forced_colors="null")


@in_sizes
def test_troubles_fit_and_are_accessible(size: str, page: Watched) -> None:
    page.size(size)
    page.forgiven = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    page.play()
    page.seek(300)
    page.page.get_by_role("link", name="All sessions").click()
    expect(page.page.get_by_role("button", name="Go on at 5:0")).to_be_visible()
    look(page, f"{size}-go-on", axe=size == "320")
    page.page.context.set_offline(True)
    page.page.get_by_role("button", name="Go on at 5:0").click()
    expect(page.page.get_by_role("alert")).to_contain_text("You are offline")
    look(page, f"{size}-error", axe=size == "320")


def test_the_published_page_is_accessible(page: Watched) -> None:
    page.size("320")
    page.page.goto(page.published)
    expect(page.page.locator(".card")).to_have_count(2)
    look(page, "320-published-list")
    page.page.get_by_role("link", name="Hamstrings: roller").click()
    page.page.get_by_role("button", name="Keep offline").wait_for()
    look(page, "320-published-session")


def test_motion_stops_for_those_who_want_none(page: Watched) -> None:
    page.page.emulate_media(reduced_motion="reduce")
    page.play()
    name = page.page.evaluate("""() => {
      document.querySelector(".transport").setAttribute("data-loading", "");
      return getComputedStyle(document.querySelector(".toggle")).animationName;
    }""")
    assert name == "none"
