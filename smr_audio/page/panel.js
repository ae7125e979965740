/** What stands in the stage while nothing plays and a decision is wanted. */

import { h, trouble } from "./dom.js";
import { Trouble, clock } from "./words.js";

/**
 * @param {Player} player
 * @param {{reopen: () => void, play: () => Promise<void>}} acts
 */
export function panelFor(player, { reopen, play }) {
	let begun = false;
	/** @type {PanelKind} */
	let last = "";
	/** @type {Node[] | null} */
	let nodes = null;

	function kind() {
		if (player.failed) return "failed";
		if (player.ended) return "done";
		if (player.playing) begun = true;
		if (player.atGate) return "gate";
		return begun ? "" : "begin";
	}

	function build() {
		const make = { "": () => null, begin, gate, done, failed }[kind()];
		return make();
	}

	function begin() {
		const at = player.ms;
		if (at < 1000) return [acts(big("Play"))];
		return [acts(big(`Go on at ${clock(at)}`),
			small("From the start", () => { player.seek(0); void play(); }))];
	}

	function gate() {
		const { timeline } = player;
		if (!timeline) return [];
		const index = timeline.chapterAt(player.ms);
		const chapter = timeline.plan.chapters[index];
		return [
			h("ul", { class: "to-do" }, ...timeline.gateLines(chapter).slice(0, -1)
				.map((text) => h("li", {}, text))),
			acts(big("Ready – go on"),
				small("Skip this exercise", () => { player.skipTechnique(); void play(); })),
		];
	}

	function done() {
		return [
			h("p", { class: "line" }, "Done. Get up slowly and walk a few steps."),
			acts(big("Once more"), h("a", { class: "button second", href: "#/" }, "All sessions")),
		];
	}

	function failed() {
		const text = navigator.onLine
			? "The sound does not come through. See that you are in the same network, then try again."
			: "You are offline and this session is not kept on this phone. Connect, then try again.";
		return [trouble(new Trouble(text), reopen)];
	}

	/** @param {...Node} buttons */
	function acts(...buttons) {
		return h("div", { class: "acts" }, ...buttons);
	}

	/** @param {string} text */
	function big(text) {
		return h("button", { class: "first big", onclick: () => void play() }, text);
	}

	/**
	 * @param {string} text
	 * @param {() => void} act
	 */
	function small(text, act) {
		return h("button", { class: "second", onclick: act }, text);
	}

	return {
		kind,
		shown() {
			const now = kind();
			// Built once a state, so that a focus in it stays.
			if (now !== last) nodes = build();
			last = now;
			return nodes;
		},
		/** @param {boolean} allowed */
		begun(allowed) { begun = begun || allowed; },
	};
}
