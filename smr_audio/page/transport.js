/** The controls under the thumb: where in the session, back and forth, play. */

import { h, icon, mark, say } from "./dom.js";
import { strip } from "./strip.js";
import { clock, spokenClock } from "./words.js";

const PLAY = "M7 4v16l13-8z";
const PAUSE = "M6 4h4v16H6zm8 0h4v16h-4z";
const PREVIOUS = "M6 5h2v14H6zm12 0v14l-9-7z";
const NEXT = "M16 5h2v14h-2zM6 5v14l9-7z";

/** @param {Player} player */
export function transport(player) {
	const { plan } = /** @type {Timeline} */ (player.timeline);
	const range = h("input", { type: "range", min: 0, max: plan.duration_ms, step: 1000,
		"aria-label": "Place in the session",
		oninput: () => player.seek(Number(range.value)) });
	const at = h("span", { class: "at" });
	const left = h("span", { class: "left-over" });
	const faces = { play: icon(PLAY), pause: icon(PAUSE) };
	const toggle = h("button", { class: "toggle", onclick: () => player.toggle() },
		faces.play);
	const node = h("section", { class: "transport", "aria-label": "Controls" },
		h("div", { class: "place" }, strip(plan), range),
		h("div", { class: "clocks", "aria-hidden": "true" }, at, left),
		h("div", { class: "buttons" },
			button("Previous part", icon(PREVIOUS), () => player.previous()),
			button("Back 10 seconds", "−10", () => player.back()),
			toggle,
			button("Forward 10 seconds", "+10", () => player.forward()),
			button("Next part", icon(NEXT), () => player.next())));

	return {
		node,
		/** @type {(ms: number, moment: Moment) => void} */
		show(ms, moment) {
			const whole = Math.floor(ms / 1000) * 1000;
			if (Number(range.value) !== whole) range.value = String(whole);
			mark(range, "aria-valuetext", `${spokenClock(whole)} of ${spokenClock(plan.duration_ms)}, `
				+ plan.chapters[moment.chapter].title);
			say(at, clock(ms));
			say(left, `−${clock(plan.duration_ms - ms)}`);
			const face = player.playing ? faces.pause : faces.play;
			if (toggle.firstChild !== face) toggle.replaceChildren(face);
			mark(toggle, "aria-label", player.playing ? "Pause" : "Play");
			mark(node, "data-loading", player.loading);
		},
	};
}

/**
 * @param {string} label
 * @param {Node | string} face
 * @param {() => void} act
 */
function button(label, face, act) {
	return h("button", { "aria-label": label, onclick: act }, face);
}
