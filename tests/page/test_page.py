"""The page on a phone: what it shows, asks for and plays, by a real browser."""

import pytest
from playwright.sync_api import Route, expect
from starlette.responses import JSONResponse

from smr_audio import units
from smr_audio.bundle import bundled
from smr_audio.options.choices import TALKS
from smr_audio.serve.app import not_found
from smr_audio.serve.catalog import ranges_json
from tests.page.conftest import Watched
from tests.page.lengths import clock, minutes, usual_s
from tests.page.stub import SITE, Stub
from tests.page.test_looks import not_ready

FLOOR = "Hold: Hamstrings, roller on the floor"
MOST_BYTES = 160_000


def test_lists_every_routine_with_its_length_and_tools(page: Watched, stub: Stub) -> None:
    page.page.goto(page.live)
    cards = page.page.locator(".card")
    expect(cards).to_have_count(2)
    assert len({path for path in stub.paths if not path.endswith("/api/plan")}) <= 6, stub.paths
    card = cards.filter(has_text="Hamstrings: roller")
    expect(card).to_contain_text(minutes())
    expect(card).to_contain_text("Foam roller, Barbell, Rack")


def test_a_longer_hold_lengthens_the_total_by_its_sets_and_sides(page: Watched) -> None:
    page.open_session()
    total = page.page.locator(".bar strong")
    expect(total).to_have_text(clock())
    page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    expect(total).to_have_text(clock(10))  # 5 s, two sides, one set
    page.page.get_by_role("button", name="More: Sets of each side").click()
    page.until("!document.querySelector('[data-busy]')")
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    two_sets = answer.value.json()["plan"]["duration_ms"]
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("button", name=f"Less: {FLOOR}").click()
    less = two_sets - answer.value.json()["plan"]["duration_ms"]
    assert less == pytest.approx(2 * 2 * 5000, abs=24)  # a session is whole MP3 frames


def test_one_side_can_be_held_longer(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.get_by_role("button", name="Left and right apart: Hamstrings, roller").click()
    page.page.get_by_role("button", name="More: Hold, right side: Hamstrings, roller").click()
    apart = ("hamstring-roller-floor:left=30", "hamstring-roller-floor:right=35")
    expect(page.page.locator(".bar strong")).to_have_text(clock(holds=apart))
    holds = stub.asked[-1]["holds"]
    assert [f"{name}={seconds}" for name, seconds in holds.items()] == [*apart]


@pytest.mark.slow
def test_only_the_newest_answer_counts(page: Watched, stub: Stub) -> None:
    page.open_session()
    stub.delays = [0.8, 0]
    more = page.page.get_by_role("button", name=f"More: {FLOOR}")
    with page.page.expect_request("**/api/plan"):
        more.click()
    more.click()
    total = page.page.locator(".bar strong")
    expect(total).to_have_text(clock(20))
    page.page.wait_for_timeout(700)
    expect(total).to_have_text(clock(20))


def test_play_pressed_too_soon_plays_what_was_asked_for(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.evaluate(
        """label => {
      document.querySelector(`[aria-label^="${label}"]`).click();
      document.querySelector(".bar button").click();
    }""",
        f"More: {FLOOR}",
    )
    page.until("document.getElementById('sound').duration > 0")
    assert page.page.evaluate("document.getElementById('sound').duration") == pytest.approx(usual_s() + 10, abs=0.03)


@pytest.mark.slow
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


def test_the_bounds_of_controls_are_those_of_the_options(page: Watched) -> None:
    page.open_session()
    for name, kind in (("Sets of each side", "sets"), ("Minutes", "minutes")):
        number = page.page.get_by_role("spinbutton", name=name)
        least, most = ranges_json()[kind]
        expect(number).to_have_attribute("aria-valuemin", str(least))
        expect(number).to_have_attribute("aria-valuemax", str(most))
    page.page.get_by_text("Tools and limits").click()
    levels = page.page.locator("input[name=level]").evaluate_all("all => all.map((i) => i.value)")
    assert levels == ["", "1", "2", "3"]


def test_rests_are_set_in_steps_of_five_seconds(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.get_by_role("heading", name="Rests").click()
    page.page.get_by_role("button", name="More: Between exercises").click()
    expect(page.page.get_by_role("spinbutton", name="Between exercises")).to_have_text("5 s")
    page.until("!document.querySelector('[data-busy]')")
    assert stub.asked[-1]["rest_between_s"] == 5


def test_no_tools_at_all_are_not_taken_for_every_tool(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.evaluate("""() => {
      for (const chip of document.querySelectorAll("[aria-pressed=true]")) chip.click();
    }""")
    expect(page.page.get_by_role("alert")).to_contain_text("Pick at least one tool.")
    page.page.get_by_text("Tools and limits").click()
    page.page.get_by_role("button", name="Foam roller").click()
    expect(page.page.get_by_role("alert")).to_have_count(0)
    assert stub.asked[-1]["tools"] == ["foam_roller"]


def test_muscles_and_minutes_make_a_session(page: Watched, stub: Stub) -> None:
    page.page.goto(page.live)
    page.page.get_by_role("button", name="Hamstrings", exact=True).click()
    page.page.get_by_role("button", name="More: Minutes").click()
    page.page.get_by_role("button", name="Put together 6 minutes").click()
    expect(page.page.locator(".bar strong")).to_contain_text("6:00", timeout=30_000)  # it composes
    assert (stub.asked[-1]["muscles"], stub.asked[-1]["minutes"]) == (["hamstrings"], 6)


def test_muscles_make_a_session_as_long_as_it_comes(page: Watched, stub: Stub) -> None:
    page.page.goto(page.live)
    for muscle in ("Hamstrings", "Calves"):
        page.page.get_by_role("button", name=muscle, exact=True).click()
    expect(page.page.get_by_role("spinbutton", name="Minutes")).to_have_text("As it comes")
    # The list asks for the lengths of its sessions too.
    with page.page.expect_response(lambda one: "muscles" in (one.request.post_data or "")) as answer:
        page.page.get_by_role("button", name="Put it together").click()
    assert answer.value.request.post_data_json == {"muscles": ["hamstrings", "calves"]}
    length = units.clock(answer.value.json()["plan"]["duration_ms"] // 1000)
    expect(page.page.locator(".bar strong")).to_contain_text(length)


def test_talk_and_the_safety_check_are_set_in_plain_words(page: Watched) -> None:
    page.open_session()
    page.page.get_by_role("heading", name="What you hear").click()
    talk = page.page.locator("input[name=talk]")
    assert talk.evaluate_all("all => all.map((one) => one.value)") == ["auto", *TALKS]
    shown = page.page.locator("fieldset", has=talk).first.locator("label")
    levels = ["Autoadapts", "Learneverything", "Followyou know it", "Minimalcues only"]
    expect(shown).to_have_text(levels)
    expect(page.page.get_by_role("radio", name="Auto")).to_be_checked()
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("radio", name="Follow").check()
    told = answer.value.json()["plan"]["talk"]
    assert (told["asked"], set(told["techniques"].values())) == ("follow", {"follow"})
    assert told["safety"] == "short"
    with page.page.expect_response("**/api/plan") as answer:
        page.page.get_by_role("radio", name="Whole").check()
    assert answer.value.json()["plan"]["talk"] == {**told, "safety": "full"}
    with page.page.expect_response("**/api/plan") as answer:
        page.page.locator("input[name=safety]").first.check()  # left open
    assert answer.value.json()["plan"]["talk"] == told


def test_all_holds_are_set_at_once_and_an_exercise_is_left_out(page: Watched, stub: Stub) -> None:
    page.open_session()
    page.page.get_by_role("button", name="More: All holds").click()
    numbers = page.page.get_by_role("spinbutton", name="Hold: ")
    expect(numbers).to_have_text(["35 s"] * 3)
    barbell = "Hamstrings on a racked barbell"
    page.page.get_by_role("button", name=f"Leave out: {barbell}").click()
    expect(numbers).to_have_count(2)
    assert (stub.asked[-1]["holds"], stub.asked[-1]["skip"]) == ({"all": 35}, ["hamstring-barbell"])
    page.page.get_by_role("button", name=f"Put back: {barbell}").click()
    expect(numbers).to_have_count(3)


def test_a_control_stops_at_what_can_be_and_says_why(page: Watched, stub: Stub) -> None:
    page.forgiven = ("400",)
    page.open_session()
    for name, unit in (("Hold: Hamstrings, roller", "s"), ("Minutes", "min")):
        number = page.page.get_by_role("spinbutton", name=name)
        why = page.page.locator(".row", has=number).get_by_role("status")
        number.press("Home")
        if unit == "min":  # one, which the server refuses
            expect(why).to_contain_text("It takes ")
            expect(page.page.locator(".warnings li").first).to_contain_text("at least")
            page.until("!document.querySelector('[data-busy]')")
        least = number.inner_text()
        assert least == (f"{stub.asked[-1]['minutes']} min" if unit == "min" else "20 s")
        number.press("ArrowDown")
        expect(why).to_have_text(f"{least} is the least")
    page.page.get_by_role("radio", name="Left", exact=True).check()  # it may be shorter then
    expect(number).to_have_attribute("aria-valuemin", "1")


@pytest.mark.slow
def test_making_is_shown_and_then_it_plays(page: Watched, stub: Stub) -> None:
    stub.polls = 2
    page.page.route("**/api/plan", not_ready)
    page.open_session()
    page.page.get_by_role("button", name="Play").click()
    expect(page.page.locator(".making")).to_contain_text("Speaking line 0 of 2")
    expect(page.page.get_by_role("progressbar")).to_have_attribute("value", "0")
    page.until("document.getElementById('sound').currentTime > 0")
    assert not page.paused()


def test_settings_are_there_again_and_can_be_dropped(page: Watched) -> None:
    page.open_session()
    page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    expect(page.page.locator(".bar strong")).to_have_text(clock(10))
    page.page.reload()
    expect(page.page.locator(".bar strong")).to_have_text(clock(10))
    # By no secret, which another run may not have.
    assert page.page.evaluate("Object.keys(localStorage)") == ["smr-audio"]
    page.page.get_by_role("button", name="Back to the usual settings").click()
    expect(page.page.locator(".bar strong")).to_have_text(clock())


def test_what_fails_is_said_plainly_and_can_be_tried_again(page: Watched, stub: Stub) -> None:
    page.forgiven = ("400", "404", "503", "502", "ERR_INTERNET_DISCONNECTED")
    page.open_session()
    more = page.page.get_by_role("button", name=f"More: {FLOOR}")
    told = page.page.get_by_role("alert")
    stub.broken = JSONResponse({"error": "hold must be 5 to 300 seconds, not 4"}, 400)
    more.click()
    expect(told.locator("[lang=en]")).to_have_text("Hold must be 5 to 300 seconds, not 4")
    expect(page.page.get_by_role("button", name="Play")).to_be_disabled()
    stub.broken = JSONResponse({"error": "the server is busy; try again"}, 503)
    again = page.page.get_by_role("button", name="Try again")
    again.click()
    expect(told).to_contain_text("The server is busy; try again")
    stub.broken = JSONResponse({}, 502)
    again.click()
    expect(told).to_contain_text("The server could not do that")
    stub.broken = not_found()
    again.click()
    expect(told).to_contain_text("This link has expired. Scan the code again.")
    stub.broken = None
    page.page.context.set_offline(True)
    again.click()
    expect(told).to_contain_text("You are offline")
    page.page.context.set_offline(False)
    again.click()
    expect(told).to_have_count(0)
    expect(page.page.locator(".bar strong")).to_have_text(clock(10))


def test_the_page_weighs_less_than_160_kb() -> None:
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < MOST_BYTES


def test_a_module_of_another_form_is_not_made_part_of_the_script() -> None:
    for odd in ('import "./b.js";', "export default 1;", "export { x };", "export let x = 1;"):
        with pytest.raises(ValueError, match=r"a\.js has an import or export of a form"):
            bundled({"app.js": 'import { a } from "./a.js";', "a.js": odd}, "app.js")


def test_nothing_of_the_page_comes_from_elsewhere_or_as_markup() -> None:
    for path in SITE.glob("*.*"):
        if path.suffix in (".js", ".html", ".css"):
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            for word in ("http:", "https:", "//cdn", "innerHTML", "insertAdjacentHTML", "style=",
                         "<script>", "eval(", ' onclick="'):  # fmt: skip
                assert word not in text, f"{word} in {path.name}"


def test_lengths_are_told_by_the_rule_of_the_voice(page: Watched) -> None:
    page.open_session()
    bounds = [*range(0, 240_000, 15_000), *range(240_000, 3_600_000, 30_000)]
    bounds += range(3_600_000, 3 * 3_600_000, 150_000)
    lengths = [ms for bound in bounds for ms in (max(0, bound - 1), bound, bound + 1)]
    told = page.page.evaluate(
        """async (lengths) => {
      const { minutes } = await import(new URL("words.js", document.baseURI));
      return lengths.map(minutes);
    }""",
        lengths,
    )
    assert told == [f"{units.about_minutes(ms)} min" for ms in lengths]


@pytest.mark.parametrize(("profile", "shown"), [
    ("follow", "follow"),
    ("auto", "auto"),
    ({"all": "minimal", "hamstring-barbell": "learn"}, "minimal"),
    ({"hamstring-barbell": "follow"}, "learn"),
])  # fmt: skip
@pytest.mark.slow
def test_the_talk_of_the_profile_is_shown_and_stays_until_it_is_changed(
    page: Watched, profile: str | dict[str, str], shown: str
) -> None:
    def with_profile(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "profile": {**told["profile"], "talk": profile}})

    page.page.route("**/api/library", with_profile)
    page.open_session()
    expect(page.page.locator("input[name=talk]:checked")).to_have_attribute("value", shown)
    with page.page.expect_request("**/api/plan") as request:
        page.page.get_by_role("button", name=f"More: {FLOOR}").click()
    assert "talk" not in request.value.post_data_json


def test_a_control_is_its_words_and_a_choice(page: Watched) -> None:
    """The recipe of CONTRIBUTING.md: the server takes every option of the table already."""

    def changed(route: Route, before: str, added: str) -> None:
        answer = route.fetch()
        assert answer.text().count(before) == 1
        route.fulfill(response=answer, body=answer.text().replace(before, before + added))

    words = '"countdown":"Count","countdown_voice":"Spoken",'
    page.page.route("**/a-secret*/", lambda r: changed(r, '"application/json">{', words))
    script = (SITE / "settings.js").read_text("utf-8")
    control = '\nchoice("countdown"),'
    before = 'section(t("what_you_hear"), false,'
    assert script.count(before) == 1
    modules = {path.name: path.read_text("utf-8") for path in SITE.glob("*.js")}
    modules["settings.js"] = script.replace(before, before + control)
    script = bundled(modules, "app.js")["app.js"]
    page.page.route("**/app.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.open_session()
    page.page.get_by_role("heading", name="What you hear").click()
    with page.page.expect_request("**/api/plan") as request:
        page.page.get_by_role("radio", name="Spoken").check()
    assert request.value.post_data_json["countdown"] == "voice"
    assert request.value.response().status == 200
