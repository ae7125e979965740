/** The player's view: has the session made if need be, shows how far that is, then plays. */

import { announce, backLink, h, say, trouble } from "./dom.js";
import { mediaSession, wakeLock } from "./media.js";
import { screen } from "./screen.js";
import { counter, lastPlayed } from "./store.js";
import { t } from "./words.js";

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
	/** Ends what is shown of a session that plays. */
	let leavingScreen = new AbortController();
	let count = () => {};

	function close() {
		leavingScreen.abort();
		player.close();
	}

	/**
	 * `wanted`: whether a tap asked for sound.
	 * @type {(given: Answer | null, startMs: number, wanted: boolean) => Promise<void>}
	 */
	async function open(given, startMs, wanted) {
		const progress = makingPanel(last);
		node.replaceChildren(progress.node);
		try {
			const planned = given ?? await source.plan(last.request, leaving.signal);
			const answer = await source.make(planned, progress.show, leaving.signal);
			if (leaving.signal.aborted) return;
			// The session may have changed since: never begin beyond its end.
			const start = startMs < answer.plan.duration_ms - 1000 ? startMs : 0;
			player.open(answer.plan, source.files(answer).audio, start);
			count = counter(player);
			const { play } = present(answer);
			// At a gate it waits for Ready: where it was left says nothing of what is set up.
			if (wanted && !player.atGate) void play();
		} catch (error) {
			if (leaving.signal.aborted) return;
			node.replaceChildren(
				backLink(),
				h("h1", { tabindex: -1, lang: last.language }, last.title),
				trouble(error, () => void open(null, startMs, wanted)));
		}
	}

	/** @param {Answer} answer what the player has opened */
	function present(answer) {
		const files = source.files(answer);
		leavingScreen.abort();
		leavingScreen = new AbortController();
		const { signal } = leavingScreen;
		const shown = screen(player, { request: last.request, files, count, onHold, signal,
			reopen: () => {
				const at = player.ms;
				close();
				void open(null, at, true);
			} });
		node.replaceChildren(shown.node);
		mediaSession(player, files.cover, signal);
		wakeLock(player, signal);
		return shown;
	}

	/** Make a hold of this session so long, and play on. @type {(key: string, seconds: number) => Promise<void>} */
	async function onHold(key, seconds) {
		const next = player.spare();
		const request = { ...last.request, holds: { ...last.request.holds, [key]: seconds } };
		const planned = await source.plan(request, leaving.signal);
		const answer = await source.make(planned, () => {}, leaving.signal);
		await player.swap(answer.plan, source.files(answer).audio, next);
		if (leaving.signal.aborted) return;
		last.request = request;
		const label = document.activeElement?.textContent;
		present(answer);
		[...node.querySelectorAll("button")].find((one) => one.textContent === label)
			?.focus({ preventScroll: true });
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

/** @param {Last} last */
function makingPanel({ title, language }) {
	const words = h("p", { class: "state" }, t("getting_ready"));
	const bar = h("progress", { "aria-label": t("how_far") });
	let announced = "";
	return {
		node: h("section", { class: "making" },
			backLink(),
			h("h1", { tabindex: -1, lang: language }, title), words, bar,
			h("p", { class: "hint" }, t("first_time"))),
		/** @param {Progress} progress */
		show({ state, done, total }) {
			if (total) {
				bar.max = total;
				bar.value = done;
			} else {
				bar.removeAttribute("value");
			}
			const known = ["waiting", "speaking", "encoding"].includes(state);
			const counted = total && state !== "waiting";
			say(words, t(!known ? "getting_ready" : counted ? `${state}_of` : state, { done, total }));
			if (announced !== state) announce(words.textContent ?? "");
			announced = state;
		},
	};
}
