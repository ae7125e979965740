/** What is seen while a session plays: the side, the countdown, the line, what is next. */

import { announce, backLink, h, mark, say, svg } from "./dom.js";
import { panelFor } from "./panel.js";
import { downloads } from "./session.js";
import { forgetPlace, keepPlace } from "./store.js";
import { parts } from "./strip.js";
import { bareTitle } from "./timeline.js";
import { transport } from "./transport.js";
import { clock } from "./words.js";

const KEEP_EVERY_MS = 5000;
const LONG_WAIT_S = 99;

/**
 * @param {Player} player opened
 * @param {{request: SessionRequest, files: Files, reopen: () => void}} how
 */
export function screen(player, { request, files, reopen }) {
	const timeline = /** @type {Timeline} */ (player.timeline);
	const { plan } = timeline;
	const side = sideSign();
	const what = h("h2", { class: "what" });
	const dial = dialOf();
	const line = h("p", { class: "line" });
	const next = h("p", { class: "next" });
	const head = h("header", {}, side.node, what);
	const stage = h("section", { class: "stage", "aria-label": "Now" });
	const list = parts(plan, (chapter) => {
		player.seek(chapter.start_ms);
		void player.play();
	});
	const buttons = [...list.querySelectorAll("button")];
	const panel = panelFor(player, { reopen, play });
	const controls = transport(player);
	const node = h("article", { class: "player" },
		backLink(),
		h("h1", { tabindex: -1 }, plan.title),
		stage, controls.node,
		h("section", { class: "more" }, h("h2", {}, "Parts"), list,
			h("h2", {}, "Take it along"), h("p", { class: "links" }, ...downloads(files.links))));
	const running = [dial.node, line, next];
	/** @type {Node[] | null} */
	let staged = null;
	let keptMs = player.ms;
	let frame = 0;
	let gated = false;

	function draw() {
		const { ms } = player;
		const moment = timeline.at(ms);
		const chapter = plan.chapters[moment.chapter];
		mark(node, "data-side", moment.hold ? moment.hold.side ?? "both" : chapter.side);
		mark(node, "data-holding", Boolean(moment.hold));
		side.show(chapter.side);
		say(what, bareTitle(chapter));
		dial.show(ms, moment, timeline);
		say(line, moment.line);
		mark(line, "data-spoken", moment.spoken);
		say(next, upNext(ms, moment, timeline));
		for (const [index, button] of buttons.entries()) {
			mark(button, "aria-current", index === moment.chapter ? "step" : null);
		}
		controls.show(ms, moment);
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
		if (player.atGate && !gated) announce("Paused. Set it up, then press Ready.");
		gated = player.atGate;
		const shown = panel.shown() ?? running;
		// Nodes that are moved lose the focus, so only when there are others.
		if (shown !== staged) stage.replaceChildren(head, ...shown);
		staged = shown;
		mark(node, "data-panel", panel.kind());
		if (player.ended) forgetPlace();
		else if (!player.playing) keepNow();
		draw();
		animate();
	}

	function keepNow() {
		keptMs = player.ms;
		if (player.ended || keptMs < 1000) return;
		keepPlace({ request, title: plan.title, at_ms: Math.floor(keptMs), duration_ms: plan.duration_ms });
	}

	function timed() {
		draw();
		if (Math.abs(player.ms - keptMs) >= KEEP_EVERY_MS) keepNow();
	}

	async function play() {
		panel.begun(await player.play());
		changed();
	}

	player.addEventListener("change", changed);
	player.addEventListener("time", timed);
	const leaving = new AbortController();
	const { signal } = leaving;
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) keepNow();
		else changed();
	}, { signal });
	window.addEventListener("pagehide", keepNow, { signal });
	document.addEventListener("keydown", (event) => keys(event, player), { signal });
	changed();
	return {
		node,
		play,
		stop() {
			leaving.abort();
			cancelAnimationFrame(frame);
			player.removeEventListener("change", changed);
			player.removeEventListener("time", timed);
			keepNow();
		},
	};
}

/**
 * @param {KeyboardEvent} event
 * @param {Player} player
 */
function keys(event, player) {
	const { target } = event;
	const busy = target instanceof Element && target.closest("button, a, input, select, summary");
	if (busy || event.altKey || event.ctrlKey || event.metaKey) return;
	if (event.key === " ") player.toggle();
	else if (event.key === "ArrowLeft") player.back();
	else if (event.key === "ArrowRight") player.forward();
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
			say(word, side === "left" ? "Left" : side === "right" ? "Right" : "");
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
			say(label, hold ? "to go" : next ? "until you begin" : "to the end");
			arc.setAttribute("stroke-dasharray", `${(100 * left / (end - start)).toFixed(2)} 100`);
		},
	};
}

/**
 * @param {number} ms
 * @param {Moment} moment
 * @param {Timeline} timeline
 */
function upNext(ms, { chapter, hold, next }, timeline) {
	const { chapters } = timeline.plan;
	const sets = timeline.holdsIn(chapters[chapter]);
	const following = chapters[chapter + 1];
	const set = hold ?? next;
	const index = set ? sets.indexOf(set) : -1;
	const now = sets.length > 1 && index >= 0 ? `Set ${index + 1} of ${sets.length}. ` : "";
	if (!following) return now.trim();
	return `${now}Next in ${clock(following.start_ms - ms + 999)}: ${following.title}`;
}
