/** The player's view: has the session made if need be, shows how far that is, then plays. */

import { announce, backLink, h, say, trouble } from "./dom.js";
import { mediaSession, wakeLock } from "./media.js";
import { keep } from "./offline.js";
import { screen } from "./screen.js";
import { lastPlayed } from "./store.js";

/**
 * @param {Context} context
 * @param {{answer: Answer | null} | null} tapped what a tap asked to hear; null after a reload,
 *   when nothing may sound by itself
 */
export function playView(context, tapped) {
	const { source, player } = context;
	const last = /** @type {Last} */ (lastPlayed());
	const node = h("div", { class: "play" });
	const leaving = new AbortController();
	/** @type {(() => void)[]} */
	let stops = [];

	function close() {
		for (const stop of stops) stop();
		stops = [];
		player.close();
	}

	/**
	 * @param {Answer | null} given
	 * @param {number} startMs
	 * @param {boolean} wanted whether a tap asked for sound
	 */
	async function open(given, startMs, wanted) {
		const progress = makingPanel(last.title);
		node.replaceChildren(progress.node);
		try {
			const planned = given ?? await source.plan(last.request, leaving.signal);
			const answer = await source.make(planned, progress.show, leaving.signal);
			if (leaving.signal.aborted) return;
			show(answer, startMs, wanted);
		} catch (error) {
			if (leaving.signal.aborted) return;
			node.replaceChildren(
				backLink(),
				h("h1", { tabindex: -1 }, last.title),
				trouble(error, () => void open(null, startMs, wanted)));
		}
	}

	/** @type {(answer: Answer, startMs: number, wanted: boolean) => void} */
	function show(answer, startMs, wanted) {
		const files = source.files(answer);
		// The session may have changed since: never begin beyond its end.
		const start = startMs < answer.plan.duration_ms - 1000 ? startMs : 0;
		player.open(answer.plan, files.audio, start);
		const shown = screen(player, { request: last.request, files, reopen: () => {
			const at = player.ms;
			close();
			void open(null, at, true);
		} });
		node.replaceChildren(shown.node);
		const once = () => void keep(files.audio).catch(() => {});  // no room: it plays all the same
		player.audio.addEventListener("play", once, { once: true });
		stops = [shown.stop, mediaSession(player, files.cover), wakeLock(player),
			() => player.audio.removeEventListener("play", once)];
		// At a gate it waits for Ready: where it was left says nothing of what is set up.
		if (wanted && !player.atGate) void shown.play();
	}

	void open(tapped?.answer ?? null, last.at_ms, tapped !== null);
	return {
		node,
		title: last.title,
		stop() {
			leaving.abort();
			close();
		},
	};
}

/** @param {string} title */
function makingPanel(title) {
	const words = h("p", { class: "state" }, "Getting it ready");
	const bar = h("progress", { "aria-label": "How far it is" });
	let announced = "";
	return {
		node: h("section", { class: "making" },
			backLink(),
			h("h1", { tabindex: -1 }, title), words, bar,
			h("p", { class: "hint" }, "Only the first time takes long. It plays when it is ready.")),
		/** @param {Progress} progress */
		show({ state, done, total }) {
			if (total) {
				bar.max = total;
				bar.value = done;
			} else {
				bar.removeAttribute("value");
			}
			say(words, stateInWords(state, done, total));
			if (announced !== state) announce(words.textContent ?? "");
			announced = state;
		},
	};
}

/** @type {(state: string, done: number, total: number) => string} */
function stateInWords(state, done, total) {
	if (state === "waiting") return "Waiting for its turn";
	if (state === "speaking") return total ? `Speaking line ${done} of ${total}` : "Speaking";
	if (state === "encoding") return total ? `Putting sound ${done} of ${total} together`
		: "Putting the sound together";
	return "Getting it ready";
}
