"""A gate and whoever presses pause or play around it: the rack is set up before one goes on.

The voice asks for a pause, and the page pauses by itself half a second later. A headset has one
button for both, so what a press means depends on when it comes.
"""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Watched
from tests.page.stub import Stub
from tests.page.test_player import gate_of, plan_of
from tests.sampling import sampled

# The real player, lock screen and controls, with a sound and a clock that only we move. An order
# is a list of [seconds after the gate's start, what is pressed].
PLAYED = """async ({ plan, orders, tickMs }) => {
  const at = (name) => import(new URL(name, document.baseURI));
  const { Player } = await at("player.js");
  const { screen } = await at("screen.js");
  const { mediaSession } = await at("media.js");
  let now = 1e12;
  Date.now = () => now;
  const gate = plan.events.find((event) => event.kind === "gate");

  class Sound extends EventTarget {
    currentTime = 0; paused = true; ended = false; seeking = false; readyState = 4;
    duration = plan.duration_ms / 1000;
    load() { this.dispatchEvent(new Event("loadedmetadata")); }
    removeAttribute() {}
    async play() { this.#set(false, "play"); }
    pause() { this.#set(true, "pause"); }
    #set(paused, type) {
      if (this.paused === paused) return;
      this.paused = paused;
      queueMicrotask(() => this.dispatchEvent(new Event(type)));
    }
  }

  async function run(order) {
    const sound = new Sound();
    const player = new Player(sound);
    player.open(plan, "", gate.start_ms - 10000);
    const shown = screen(player, { request: {}, files: { links: [] }, reopen() {}, count() {} });
    document.getElementById("view").replaceChildren(shown.node);
    const free = mediaSession(player, "");
    const button = (label) => [...shown.node.querySelectorAll("button")].find((one) =>
      label.test(one.getAttribute("aria-label") ?? one.textContent));
    const acts = {
      // A headset's one button: the browser sends what the page's state leaves to do.
      headset: () => window.pressed[
        navigator.mediaSession.playbackState === "playing" ? "pause" : "play"]({}),
      play: () => window.pressed.play({}),
      pause: () => window.pressed.pause({}),
      button: () => shown.node.querySelector(".toggle").click(),
      space: () => document.dispatchEvent(new KeyboardEvent("keydown", { key: " " })),
      ready: () => button(/^Ready/)?.click(),
      skip: () => button(/^Skip/)?.click(),
      back: () => window.pressed.seekbackward({}),
      next: () => window.pressed.nexttrack({}),
      part: () => shown.node.querySelector("[aria-current] button, button[aria-current]").click(),
      into: () => player.seek(gate.start_ms + 5000),
      before: () => player.seek(gate.start_ms - 700),
      call: () => sound.pause(),  // the system pauses: a call, a headset unplugged
      reload: () => player.open(plan, "", player.ms),
    };

    async function until(seconds) {
      const ends = 1e12 + 10000 + seconds * 1000;
      while (now < ends && !sound.paused) {
        const passed = Math.min(ends - now, tickMs - (now % tickMs));
        now += passed;
        sound.currentTime += passed / 1000;
        if (now % tickMs === 0) sound.dispatchEvent(new Event("timeupdate"));
        await null;
      }
      now = ends;
    }

    function state() {
      const { ms, playing } = player;
      if (ms < gate.start_ms) return playing ? "comes" : "paused before";
      if (ms < gate.end_ms - 60) return player.atGate ? "waits" : "runs through it";
      return playing ? "goes on" : "paused after";
    }

    now = 1e12;
    await player.play();
    for (const [seconds, act] of order) {
      await until(seconds);
      acts[act]();
      await null;
      await null;
    }
    const last = order.length ? order[order.length - 1][0] : 0;
    await until(last + 1);
    const then = state();
    if (then === "waits") {
      await until(last + 30);
      acts.headset();
      await until(last + 31);
    }
    const after = state();
    shown.stop();
    free();
    return [then, after];
  }

  const found = [];
  for (const order of orders) found.push(await run(order));
  return found;
}"""

LATE = 0.3  # the page notices the gate within a quarter of a second, also when it is hidden
ORDERS: list[tuple[list[tuple[float, str]], str]] = [
    # Nobody presses, or once, just after the page has paused: it stays paused.
    ([], "waits"),
    *(([(seconds, act)], "waits")
      for seconds in (LATE, 0.5, 1, 2, 2.9)
      for act in ("headset", "play", "pause", "button", "space")),
    # The second press goes on, however soon; so does the first when the voice is long over.
    *(([(LATE, "headset"), (seconds, "headset")], "goes on") for seconds in (0.4, 0.6, 1.5, 3, 60)),
    ([(LATE, "pause"), (0.8, "play")], "goes on"),
    ([(LATE, "pause"), (0.4, "pause"), (0.8, "play")], "goes on"),
    ([(LATE, "play"), (0.8, "play")], "goes on"),
    ([(1, "button"), (1.2, "button")], "goes on"),
    ([(1, "headset"), (5, "space")], "goes on"),
    *(([(seconds, act)], "goes on")
      for seconds in (3.3, 10, 300) for act in ("headset", "play", "button", "space")),
    ([(3.3, "pause")], "waits"),
    ([(20, "pause"), (21, "headset")], "goes on"),
    # Pressed twice when it is late: on, and paused after the gate.
    ([(4, "headset"), (5, "headset")], "paused after"),
    # The button of the gate itself means what it says.
    *(([(seconds, "ready")], "goes on") for seconds in (LATE, 1, 3.3, 60)),
    ([(LATE, "headset"), (0.5, "ready")], "goes on"),
    ([(0.5, "ready"), (1, "headset")], "paused after"),
    ([(1, "skip")], "goes on"),
    # A pause for the gate, some seconds before it, is at the gate; earlier it is any pause.
    *(([(seconds, act)], "waits")
      for seconds in (-5, -3, -0.5, -0.05) for act in ("headset", "pause", "button")),
    *(([(-5.5, act)], "paused before") for act in ("headset", "pause", "button")),
    *(([(-2, "headset"), (seconds, "headset")], "goes on") for seconds in (-1.9, -1, 0.2, 1, 60)),
    ([(-2, "pause"), (-1.5, "pause"), (40, "play")], "goes on"),
    ([(-2, "pause"), (1, "ready")], "goes on"),
    ([(-0.05, "headset"), (0.1, "headset")], "goes on"),
    # In the gate, before the page has noticed.
    ([(0.02, "headset")], "waits"),
    ([(0.02, "pause"), (2, "play")], "goes on"),
    # Earlier it is a pause as any other.
    ([(-8, "headset")], "paused before"),
    ([(-8, "headset"), (-7, "headset")], "comes"),
    ([(-8, "headset"), (-7, "headset"), (1.5, "headset")], "waits"),
    ([(-8, "headset"), (-7, "headset"), (1.5, "headset"), (2, "headset")], "goes on"),
    ([(-8, "headset"), (-7, "headset"), (6, "headset")], "goes on"),
    # Play while it plays changes nothing.
    ([(-0.5, "play")], "waits"),
    # A call is no pause for the gate: what the voice had left to say is heard.
    ([(-2, "call")], "paused before"),
    ([(-2, "call"), (0, "headset")], "comes"),
    ([(-2, "call"), (0, "headset"), (3, "headset")], "waits"),
    ([(-2, "call"), (0, "headset"), (3, "headset"), (3.5, "headset")], "goes on"),
    # Moving about.
    ([(LATE, "back")], "comes"),
    ([(LATE, "back"), (12, "headset")], "waits"),
    ([(LATE, "back"), (12, "headset"), (12.5, "headset")], "goes on"),
    ([(LATE, "headset"), (1, "back")], "paused before"),
    ([(-2, "headset"), (1, "back"), (2, "headset")], "comes"),
    ([(-2, "headset"), (1, "back"), (2, "headset"), (13, "headset")], "waits"),
    ([(1, "next")], "goes on"),
    ([(1, "headset"), (2, "part")], "comes"),
    ([(-6, "into")], "waits"),
    ([(-6, "into"), (-1, "headset")], "goes on"),
    ([(-9, "headset"), (-8, "into"), (-7.8, "headset")], "goes on"),
    ([(-9, "headset"), (-8, "before"), (-7, "headset")], "waits"),
    ([(-9, "headset"), (-8, "before"), (-7, "headset"), (-5, "headset"), (-4, "headset")],
     "goes on"),
    # Loaded anew at the gate, nothing has just paused.
    ([(1, "reload")], "waits"),
    ([(1, "reload"), (1.5, "headset")], "goes on"),
    ([(1, "reload"), (1.5, "ready")], "goes on"),
    ([(-2, "pause"), (1, "reload"), (1.5, "play")], "goes on"),
]  # fmt: skip


# With a line that takes eight seconds to say, a pause while it is said is at the gate.
LONG_LINE_S = 8
IN_A_LONG_LINE: list[tuple[list[tuple[float, str]], str]] = [
    *(([(seconds, act)], "waits")
      for seconds in (-7.9, -5.5, -3) for act in ("headset", "pause", "button")),
    *(([(-8.1, act)], "paused before") for act in ("headset", "pause", "button")),
    ([(-7.9, "headset"), (-7, "headset")], "goes on"),
]  # fmt: skip


def plan_with(stub: Stub, line_s: float) -> dict:
    """The plan, as if the last line before its gate began so many seconds before it."""
    plan = plan_of(stub)
    gate_ms = gate_of(stub)[0] * 1000
    line = [e for e in plan["events"] if e["kind"] == "speech" and e["start_ms"] < gate_ms][-1]
    line["start_ms"] = gate_ms - 1000 * line_s
    return plan


@pytest.mark.parametrize("tick_ms", sampled([250, 50], 2), ids=["hidden", "seen"])
def test_every_order_of_presses_around_a_gate_ends_as_it_was_meant(
    page: Watched, stub: Stub, tick_ms: int
) -> None:
    page.page.goto(page.live)
    expect(page.page.locator(".card").first).to_be_visible()
    rows = []
    for line_s, meant_of in ((4, ORDERS), (LONG_LINE_S, IN_A_LONG_LINE)):
        plan, orders = plan_with(stub, line_s), [order for order, _ in meant_of]
        found = page.page.evaluate(PLAYED, {"plan": plan, "orders": orders, "tickMs": tick_ms})
        rows += [(order, meant, *end) for (order, meant), end in zip(meant_of, found, strict=True)]
    wrong = [row for row in rows if row[1] != row[2]]
    assert not wrong, wrong
    # Wherever it waits, whoever comes back from the rack presses once.
    stuck = [row for row in rows if row[2] == "waits" and row[3] != "goes on"]
    assert not stuck, stuck


@pytest.mark.slow
def test_a_session_left_at_a_gate_is_there_again_and_one_press_goes_on(
    page: Watched, stub: Stub
) -> None:
    start, end = gate_of(stub)
    page.play()
    page.seek(start - 0.5)
    ready = page.page.get_by_role("button", name="Ready – go on")
    expect(ready).to_be_visible()
    page.page.get_by_role("link", name="All sessions").click()
    page.page.get_by_role("button", name="Go on at").click()
    expect(ready).to_be_visible()  # what is set up is not known: it asks
    page.page.wait_for_timeout(300)
    assert page.paused()
    page.page.reload()
    expect(ready).to_be_visible()
    page.until("document.getElementById('sound').readyState >= 1")
    # A headset's one button: the browser sends what the page's state leaves to do.
    assert page.page.evaluate("navigator.mediaSession.playbackState") != "playing"
    page.press("play")
    page.until("!document.getElementById('sound').paused")
    assert end - 0.06 <= page.seconds() < end + 1
