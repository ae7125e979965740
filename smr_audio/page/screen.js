/** What is seen while a session plays: the side, the countdown, the line, what is next, controls. */

import { changer } from "./change.js";
import { announce, backLink, button, h, icon, mark, say, svg, trouble } from "./dom.js";
import { downloads } from "./offline.js";
import { STEP_MS } from "./player.js";
import { forgetPlace, keepPlace } from "./store.js";
import { parts, posture, sideWord, strip } from "./strip.js";
import { Trouble, ask, clock, spokenClock, t } from "./words.js";

const KEEP_EVERY_MS = 5000;
const START_BYTES = 100000;
const LONG_WAIT_S = 99;
const PLAY = "M7 4v16l13-8z";
const PAUSE = "M6 4h4v16H6zm8 0h4v16h-4z";
const PREVIOUS = "M6 5h2v14H6zm12 0v14l-9-7z";
const NEXT = "M16 5h2v14h-2zM6 5v14l9-7z";

/**
 * @param {Player} player opened
 * @param {{request: SessionRequest, files: Files, reopen: () => void, count: () => void, signal: AbortSignal,
 *   onHold: (key: string, seconds: number) => Promise<void>}} how
 */
export function screen(player, { request, files, reopen, count, onHold, signal }) {
	const timeline = /** @type {Timeline} */ (player.timeline);
	const { plan } = timeline;
	const side = sideSign();
	const lang = plan.language;
	const what = h("h2", { class: "what", lang });
	const picture = posture();
	const dial = dialOf();
	const line = h("p", { class: "line", lang });
	const next = h("p", { class: "next" });
	const head = h("header", {}, h("div", {}, side.node, what), picture.node);
	const stage = h("section", { class: "stage", "aria-label": t("now") });
	const list = parts(plan, (chapter) => {
		player.seek(chapter.start_ms);
		void player.play();
	});
	const buttons = [...list.querySelectorAll("button")];
	const controls = transport(player);
	const changes = changer(player, onHold);
	const node = h("article", { class: "player" },
		backLink(),
		h("h1", { tabindex: -1, lang }, plan.title),
		stage, controls.node, changes.node,
		h("section", { class: "more" }, h("h2", {}, t("parts")), list,
			h("h2", {}, t("take_along")), h("p", { class: "links" }, ...downloads(files.links))));
	/** What stands in the stage: what is going on, or a panel while a decision is wanted. */
	const panels = { "": () => [dial.node, line, next], begin, gate, done, failed };
	/** @type {PanelKind | null} */
	let panel = null;
	let begun = false;
	let keptMs = player.ms;
	let frame = 0;
	let gated = false;

	function begin() {
		const at = player.ms;
		const choices = at < 1000 ? [big(t("play"))] : [big(t("go_on", { time: clock(at) })),
			button("second", t("from_start"), () => { player.seek(0); void play(); })];
		return [h("div", { class: "acts" }, ...choices)];
	}

	function gate() {
		const lines = timeline.gateLines(plan.chapters[timeline.chapterAt(player.ms)]);
		return [
			h("ul", { class: "to-do", lang }, ...lines.slice(0, -1).map((text) => h("li", {}, text))),
			h("div", { class: "acts" }, big(t("ready")),
				button("second", t("skip"), () => { player.skipTechnique(); void play(); })),
		];
	}

	function done() {
		return [
			h("p", { class: "line" }, t("done")),
			h("div", { class: "acts" }, big(t("once_more")), h("a", { class: "button second", href: "#/" }, t("all_sessions"))),
		];
	}

	function failed() {
		const told = h("div");
		void whyFailed().then((why) => told.replaceChildren(trouble(why, reopen)));
		return [told];
	}

	/** The element does not say what failed, so its beginning is asked for once more. */
	async function whyFailed() {
		try {
			const headers = { Range: `bytes=0-${START_BYTES - 1}` };
			const found = await ask(files.audio, { headers, signal }, files.gone);
			await found.arrayBuffer().catch(() => { throw new Trouble(t("no_answer")); });
		} catch (error) {
			// A server that was started again has forgotten it; an address that has ended says so.
			if (files.gone && error instanceof Trouble && error.status === 404) reopen();
			return error;
		}
		return new Trouble(t(player.audio.error?.code === MediaError.MEDIA_ERR_NETWORK ? "broke_off" : "unplayable"));
	}

	/** @param {string} words */
	const big = (words) => button("first big", words, () => void play());

	/** @returns {PanelKind} */
	function kind() {
		if (player.failed) return "failed";
		if (player.audio.ended) return "done";
		begun ||= player.playing;
		if (player.atGate) return "gate";
		return begun ? "" : "begin";
	}

	function draw() {
		const { ms } = player;
		const moment = timeline.at(ms);
		const chapter = plan.chapters[moment.chapter];
		mark(node, "data-side", moment.hold ? moment.hold.side ?? "both" : chapter.side);
		mark(node, "data-holding", Boolean(moment.hold));
		side.show(chapter.side);
		say(what, chapter.name);
		picture.show(chapter);
		dial.show(ms, moment, timeline);
		const { stalled } = player;
		const why = player.audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? t("slow") : t("silent");
		say(line, stalled ? why : moment.line);
		mark(line, "data-spoken", stalled || moment.spoken);
		if (stalled) announce(why);
		say(next, upNext(ms, moment, timeline));
		for (const [index, button] of buttons.entries()) {
			mark(button, "aria-current", index === moment.chapter ? "step" : null);
		}
		controls.show(ms, moment);
		changes.show(ms, moment);
	}

	function drawn() {
		frame = 0;
		player.check();
		draw();
		animate();
	}

	/** Frames only while there is something to see; a hidden page goes by `timeupdate`. */
	function animate() {
		if (!frame && player.playing && !document.hidden) frame = requestAnimationFrame(drawn);
	}

	function changed() {
		if (player.atGate && !gated) announce(t("paused"));
		gated = player.atGate;
		const now = kind();
		// Built once for a state: nodes that are moved lose the focus.
		if (now !== panel) stage.replaceChildren(head, ...panels[now]());
		panel = now;
		mark(node, "data-panel", now);
		if (player.audio.ended) forgetPlace();
		else if (!player.playing) keepNow();
		draw();
		animate();
	}

	function keepNow() {
		keptMs = player.ms;
		if (player.audio.ended || keptMs < 1000) return;
		const { title, language, duration_ms } = plan;
		keepPlace({ request, title, language, at_ms: Math.floor(keptMs), duration_ms });
	}

	function timed() {
		count();
		draw();
		if (Math.abs(player.ms - keptMs) >= KEEP_EVERY_MS) keepNow();
	}

	async function play() {
		begun = await player.play() || begun;
		changed();
	}

	player.addEventListener("change", changed, { signal });
	player.addEventListener("time", timed, { signal });
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) keepNow();
		else changed();
	}, { signal });
	window.addEventListener("pagehide", keepNow, { signal });
	document.addEventListener("keydown", (event) => keys(event, player), { signal });
	signal.addEventListener("abort", () => {
		cancelAnimationFrame(frame);
		keepNow();
	});
	changed();
	return { node, play };
}

/** @type {(event: KeyboardEvent, player: Player) => void} */
function keys(event, player) {
	const { target, key } = event;
	const busy = target instanceof Element && target.closest("button, a, input, select, summary");
	if (event.altKey || event.ctrlKey || event.metaKey) return;
	const slider = target instanceof HTMLInputElement;  // the place, which steps in the same way
	if (key === " " && !busy) player.toggle();
	else if (key === "ArrowLeft" || (slider && key === "ArrowDown")) player.by(-STEP_MS);
	else if (key === "ArrowRight" || (slider && key === "ArrowUp")) player.by(STEP_MS);
	else return;
	event.preventDefault();
}

/** The side, large: in words, colour and an arrow that points to it. */
function sideSign() {
	const word = h("span");
	const node = h("p", { class: "side-sign" },
		svg("svg", { viewBox: "0 0 24 24", class: "arrow", "aria-hidden": "true" },
			svg("path", { d: "M11 3 2 12l9 9v-6h11V9H11z" })), word);
	return {
		node,
		/** @param {Side} side */
		show(side) {
			node.hidden = !side;
			node.className = `side-sign ${side ?? ""}`;
			say(word, sideWord(side));
		},
	};
}

/** The countdown: to the end of the hold, or to the start of the next one. */
function dialOf() {
	const arc = svg("circle", { class: "arc", cx: 100, cy: 100, r: 90, pathLength: 100 });
	const number = h("span", { class: "count", role: "timer" });
	const label = h("span", { class: "label" });
	const node = h("div", { class: "dial" },
		svg("svg", { viewBox: "0 0 200 200", "aria-hidden": "true" },
			svg("circle", { class: "track", cx: 100, cy: 100, r: 90 }), arc),
		h("div", {}, number, label));
	return {
		node,
		/** @type {(ms: number, moment: Moment, timeline: Timeline) => void} */
		show(ms, { hold, next, since }, timeline) {
			const end = hold ? hold.end_ms : next ? next.start_ms : timeline.plan.duration_ms;
			const start = hold ? hold.start_ms : since;
			const left = Math.max(0, end - ms);
			// Rounded up, so that 3 is shown from the first of the last three tones on.
			const seconds = Math.ceil(left / 1000);
			const long = seconds > LONG_WAIT_S;
			say(number, long ? clock(seconds * 1000) : String(seconds));
			mark(number, "data-long", long);
			say(label, t(hold ? "to_go" : next ? "until_begin" : "to_end"));
			arc.setAttribute("stroke-dasharray", `${(100 * left / (end - start)).toFixed(2)} 100`);
		},
	};
}

/** @type {(ms: number, moment: Moment, timeline: Timeline) => string} */
function upNext(ms, { chapter, hold, next }, timeline) {
	const { chapters } = timeline.plan;
	const sets = timeline.holdsIn(chapters[chapter]);
	const following = chapters[chapter + 1];
	const set = hold ?? next;
	const index = set ? sets.indexOf(set) : -1;
	const several = sets.length > 1 && index >= 0;
	const values = { n: index + 1, total: sets.length };
	if (!following) return several ? t("set", values) : "";
	const time = clock(following.start_ms - ms + 999);
	return t(several ? "set_next" : "next", { ...values, time, name: following.title });
}

/**
 * The controls under the thumb: where in the session, back and forth, play.
 * @param {Player} player
 */
function transport(player) {
	const { plan } = /** @type {Timeline} */ (player.timeline);
	const range = h("input", { type: "range", min: 0, max: plan.duration_ms, step: 1000,
		"aria-label": t("place"),
		oninput: () => player.seek(Number(range.value)) });
	const at = h("span", { class: "at" });
	const left = h("span", { class: "left-over" });
	const faces = { play: icon(PLAY), pause: icon(PAUSE) };
	const toggle = h("button", { class: "toggle", onclick: () => player.toggle() }, faces.play);
	/** @type {(label: string, face: Node | string, act: () => void) => Node} */
	const labelled = (label, face, act) => h("button", { "aria-label": label, onclick: act }, face);
	const node = h("section", { class: "transport", "aria-label": t("controls") },
		h("div", { class: "place" }, strip(plan), range),
		h("div", { class: "clocks", "aria-hidden": "true" }, at, left),
		h("div", { class: "buttons" },
			labelled(t("previous"), icon(PREVIOUS), () => player.previous()),
			labelled(t("back"), "−10", () => player.by(-STEP_MS)),
			toggle,
			labelled(t("forward"), "+10", () => player.by(STEP_MS)),
			labelled(t("following"), icon(NEXT), () => player.next())));

	return {
		node,
		/** @type {(ms: number, moment: Moment) => void} */
		show(ms, moment) {
			const whole = Math.floor(ms / 1000) * 1000;
			if (Number(range.value) !== whole) range.value = String(whole);
			mark(range, "aria-valuetext", t("place_of", { at: spokenClock(whole),
				all: spokenClock(plan.duration_ms), name: plan.chapters[moment.chapter].title }));
			say(at, clock(ms));
			say(left, `−${clock(plan.duration_ms - ms)}`);
			const face = player.playing ? faces.pause : faces.play;
			if (toggle.firstChild !== face) toggle.replaceChildren(face);
			mark(toggle, "aria-label", t(player.playing ? "pause" : "play"));
			mark(node, "data-loading", player.loading);
		},
	};
}
