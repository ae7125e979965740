"""A gate and whoever presses pause or play around it: the rack is set up before one goes on.

The voice asks for a pause, and the page pauses by itself half a second later. A headset has one
button for both, so what a press means depends on when it comes.
"""

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Watched
from tests.page.stub import Stub
from tests.page.test_player import gate_of, plan_of
from tests.sampling import sampled
from tests.tables import tables

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
    const left = new AbortController();
    const shown = screen(player, { request: {}, files: { links: [] }, reopen() {}, count() {},
      signal: left.signal });
    document.getElementById("view").replaceChildren(shown.node);
    mediaSession(player, "", left.signal);
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
    left.abort();
    return [then, after];
  }

  const found = [];
  for (const order of orders) found.push(await run(order));
  return found;
}"""

Orders = list[tuple[list[tuple[float, str]], str]]


def orders_of(rows: list[list[str]]) -> Orders:
    """Each order of presses that the rows of a table stand for, and how it ends."""
    found: Orders = []
    for meant, *steps in rows:
        each = [product(*(part.split("|") for part in step.split())) for step in steps]
        found += [([(float(at), act) for at, act in order], meant) for order in product(*each)]
    return found


ORDERS, IN_A_LONG_LINE = map(orders_of, tables(__file__).values())
LONG_LINE_S = 8


def plan_with(stub: Stub, line_s: float) -> dict:
    """The plan, as if the last line before its gate began so many seconds before it."""
    plan = plan_of(stub)
    gate_ms = gate_of(stub)[0] * 1000
    line = [e for e in plan["events"] if e["kind"] == "speech" and e["start_ms"] < gate_ms][-1]
    line["start_ms"] = gate_ms - 1000 * line_s
    return plan


@pytest.mark.parametrize("tick_ms", sampled([250, 50], 2), ids=["hidden", "seen"])
def test_every_order_of_presses_around_a_gate_ends_as_it_was_meant(page: Watched, stub: Stub, tick_ms: int) -> None:
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
def test_a_session_left_at_a_gate_is_there_again_and_one_press_goes_on(page: Watched, stub: Stub) -> None:
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
