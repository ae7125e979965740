"""The page in every state and size: pictures to look at, nothing out of reach, for everyone."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.page.conftest import SIZES, Watched
from tests.page.stub import Stub
from tests.page.test_player import gate_of, plan_of
from tests.sampling import sampled

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
  const [box, bar] = [document.activeElement, document.querySelector(".bar")]
    .map((node) => node.getBoundingClientRect());
  return document.activeElement.closest("article > :not(.bar)") && box.bottom > bar.top + 1;
}"""
SHOTS = Path(__file__).parents[2] / "output/page"
PICTURED = "390"  # as most phones are


def not_ready(route: Route) -> None:
    """Answer with a plan of which something is to be spoken first."""
    route.fulfill(json={**route.fetch().json(), "ready": False})


def moments(stub: Stub) -> dict[str, float]:
    """Seconds at which the page looks different, by name."""
    holds = [event for event in plan_of(stub)["events"] if event["kind"] == "hold"]
    left, right = (hold["start_ms"] / 1000 for hold in holds[:2])
    return {
        "opening": 2.0, "set-up": left - 20, "left": left + 5, "right": right + 5,
        "gate": gate_of(stub)[0] + 1,
    }  # fmt: skip


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


@pytest.mark.parametrize(("size", "theme", "text_px"), [
    ("320", "light", 32),
    *(pytest.param(*each, marks=pytest.mark.slow) for each in (
        ("320", "dark", 16), ("390", "dark", 16), ("1280", "dark", 16), ("turned", "dark", 32))),
])  # fmt: skip
def test_every_state_fits_and_is_accessible(size: str, theme: Any, text_px: int, page: Watched, stub: Stub) -> None:
    page.size(size)
    page.page.emulate_media(color_scheme=theme)
    fonts = page.page.context.new_cdp_session(page.page)
    fonts.send("Page.setFontSizes", {"fontSizes": {"standard": text_px}})
    axe = size == "320"  # its rules ask for nothing that depends on the size; it takes a second
    stub.polls = 2
    page.page.route("**/api/plan", not_ready)
    page.page.goto(page.live)
    expect(page.page.locator(".card").first).to_contain_text("min")
    look(page, f"{size}-list", axe=axe)
    page.open_session()
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.page.get_by_role("button", name="Left and right apart").first.click()
    look(page, f"{size}-options", axe=axe)
    for _ in range(60):
        page.page.keyboard.press("Tab")
        assert page.page.evaluate(COVERED) is not True
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
    ends = page.page.evaluate("""() => [".to-do", ".acts", ".transport"].flatMap((where) => {
      const box = document.querySelector(where).getBoundingClientRect();
      return [box.top, box.bottom];
    })""")
    assert ends == sorted(ends)  # nothing covers another
    page.page.reload()
    expect(ready).to_be_visible()
    fonts.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})


@pytest.mark.parametrize("size", sampled(SIZES, 4))
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


def test_those_who_want_no_motion_or_high_contrast_get_it(page: Watched) -> None:
    page.page.emulate_media(reduced_motion="reduce")
    page.play()
    name = page.page.evaluate("""() => {
      document.querySelector(".transport").setAttribute("data-loading", "");
      return getComputedStyle(document.querySelector(".toggle")).animationName;
    }""")
    assert name == "none"
    page.page.emulate_media(forced_colors="active")
    bar = page.page.evaluate("""() => {
      document.querySelector(".player").setAttribute("data-side", "left");
      return getComputedStyle(document.querySelector(".player"), "::before").backgroundColor;
    }""")
    assert bar == "rgb(0, 0, 0)"  # the text's, not the ground's
